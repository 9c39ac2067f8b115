/*
 * Cut BPF objects out of a program that carries them: what a skeleton or an include_bytes!() put there.
 *
 *	carve FILE DIR		writes DIR/<name of FILE>.<n>.bpf.o, prints their names
 *
 * An object is found by its first bytes (ELF, 64 bits, little endian, ET_REL, EM_BPF) and ends where its section
 * headers end, which both clang and libbpf's linker write last.
 *
 * Next: tests/all_libbpf_tools.sh
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The size of the object that starts at p, or 0. */
static size_t object_size(const unsigned char *p, size_t left)
{
	static const unsigned char ident[6] = { 0x7f, 'E', 'L', 'F', 2, 1 };
	uint16_t type, machine, entry_size, sections;
	uint64_t offset;

	if (left < 64 || memcmp(p, ident, sizeof(ident)))
		return 0;
	memcpy(&type, p + 16, 2);
	memcpy(&machine, p + 18, 2);
	memcpy(&offset, p + 40, 8);
	memcpy(&entry_size, p + 58, 2);
	memcpy(&sections, p + 60, 2);
	if (type != 1 || machine != 247 || entry_size != 64 || offset > left || sections * 64u > left - offset)
		return 0;
	return (size_t)offset + sections * 64u;
}

static unsigned char *read_all(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	unsigned char *p;
	long end;

	if (!f || fseek(f, 0, SEEK_END) || (end = ftell(f)) < 0 || !(p = malloc((size_t)end + 1))) {
		perror(path);
		exit(1);
	}
	rewind(f);
	*size = fread(p, 1, (size_t)end, f);
	fclose(f);
	return p;
}

static void write_object(const char *dir, const char *name, unsigned n, const unsigned char *p, size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%u.bpf.o", dir, name, n);
	f = fopen(path, "wb");
	if (!f || fwrite(p, 1, size, f) != size || fclose(f)) {
		perror(path);
		exit(1);
	}
	puts(path);
}

int main(int argc, char **argv)
{
	const char *name;
	unsigned char *p;
	unsigned found = 0;
	size_t size;

	if (argc != 3)
		return 2;
	name = strrchr(argv[1], '/') ? strrchr(argv[1], '/') + 1 : argv[1];
	p = read_all(argv[1], &size);
	for (size_t at = 0; at < size; ) {
		size_t len = object_size(p + at, size - at);

		if (len)
			write_object(argv[2], name, found++, p + at, len);
		at += len ? len : 1;
	}
	free(p);
	return 0;
}
