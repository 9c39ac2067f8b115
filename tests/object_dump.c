/*
 * What we make of an object, as text: maps, programs, the BTF for the kernel, and what we refuse.
 *
 *	object_dump OBJECT >OURS; object_dump_libbpf OBJECT >THEIRS; diff OURS THEIRS
 *
 *	map counts type 5 key 16 value 8 entries 10240 flags 0 numa 0 extra 0 pin 0 ids 8 12
 *	program hello kprobe/sys_execve 6		name, section, instructions
 *	btf 9feb0100...					32 bytes a line
 *	refused extern CONFIG_HZ ...
 *
 * A ring's value is 0 here: for libbpf it has a type, for us it names the type of the records.
 *
 * Next: tests/object_dump_libbpf.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/object.h"
#include "uapi/bpf_cmd.h"

static struct view read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	unsigned char *bytes;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || !(bytes = malloc((size_t)size + 1))) {
		perror(path);
		exit(1);
	}
	rewind(f);
	size = (long)fread(bytes, 1, (size_t)size, f);
	fclose(f);
	return (struct view){ bytes, (size_t)size };
}

static void dump_map(const struct map *m)
{
	if (m->is_template)
		return;
	printf("map %s type %u key %u value %u entries %u flags %#x numa %u extra %#llx pin %d ids %u %u\n",
	       m->kernel_name, m->type, m->key_size, m->value_size, m->max_entries, m->flags, m->numa_node,
	       (unsigned long long)m->map_extra, m->pin_by_name, m->key_type_id, m->value_type_id);
}

static void dump_btf(struct view btf)
{
	for (size_t i = 0; i < btf.size; i++)
		printf("%s%02x%s", i % 32 ? "" : "btf ", btf.base[i], i % 32 == 31 || i == btf.size - 1 ? "\n" : "");
}

int main(int argc, char **argv)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct object o;
	struct view file, btf = { 0 };

	if (argc != 2)
		return 2;
	file = read_file(argv[1]);
	if (object_build(file, argv[1], &a, &o, &d) < 0 || object_btf_for_kernel(&o, &a, &btf, &d) < 0) {
		fprintf(stderr, "%s: %s\n", d.where, d.msg);
		return 1;
	}
	for (uint32_t i = 0; i < o.nmaps; i++)
		dump_map(&o.maps[i]);
	for (uint32_t i = 0; i < o.nfuncs; i++)
		if (o.funcs[i].is_program)
			printf("program %s %s %u\n", o.funcs[i].name, o.funcs[i].section + (o.funcs[i].section[0] == '?'),
			       o.funcs[i].count);
	dump_btf(btf);
	for (uint32_t i = 0; i < o.nrefused; i++)
		printf("refused %s\n", o.refused[i]);
	arena_free(&a);
	free((void *)(uintptr_t)file.base);
	return 0;
}
