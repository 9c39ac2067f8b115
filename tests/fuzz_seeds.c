/*
 * What the fuzz targets begin with: real files, in the form each target reads.
 *
 *	fuzz_seeds DIR FILE...		writes DIR/elf/N, DIR/object/N, DIR/btf/N, DIR/core/N, DIR/asm/N, DIR/symfile/N,
 *					DIR/usdt/N
 *
 * A BPF object is a seed for all but the last, with its own types as those of a kernel; a program or library for the first
 * and the last.
 *
 * Next: tests/sh_fuzz.sh
 */
#include <sys/stat.h>

#include "elf/asm.h"
#include "elf/elf64.h"
#include "tests/elf_image.h"

static const char *dir;

struct piece { const void *bytes; size_t size; };

static void seed_write(const char *target, int number, const struct piece *pieces, unsigned n)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%d", dir, target, number);
	f = fopen(path, "wb");
	for (unsigned i = 0; f && i < n; i++)
		fwrite(pieces[i].bytes, 1, pieces[i].size, f);
	if (!f || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void btf_seed(const struct elf *e, int number)
{
	const struct elf_section *btf = elf_section_named(e, ".BTF"), *ext = elf_section_named(e, ".BTF.ext");
	uint32_t n;

	if (!btf)
		return;
	n = (uint32_t)e->file.size;
	seed_write("core", number, (const struct piece[]){
		{ &n, sizeof(n) }, { e->file.base, n }, { btf->bytes.base, btf->bytes.size },
	}, 3);
	n = (uint32_t)btf->bytes.size;
	seed_write("btf", number, (const struct piece[]){
		{ &n, sizeof(n) }, { btf->bytes.base, n },
		{ ext ? ext->bytes.base : NULL, ext ? ext->bytes.size : 0 },
	}, ext ? 3 : 2);
}

struct text { char *at; size_t len; };

static void add_line(void *ctx, const char *line)
{
	struct text *t = ctx;
	size_t n = strlen(line);

	t->at = realloc(t->at, t->len + n + 1);
	if (!t->at)
		exit(1);
	memcpy(t->at + t->len, line, n);
	t->at[t->len + n] = '\n';
	t->len += n + 1;
}

/* The object as the assembler's text; and the object itself, every other one. */
static void asm_seed(struct view v, int number)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct object o;
	struct text t = { NULL, 0 };

	if (object_build(v, "seed", &a, &o, &d) == 0 && asm_source(&o, add_line, &t, &d) == 0)
		seed_write("asm", number, &(struct piece){ number % 2 ? t.at : (const void *)v.base, number % 2 ? t.len : v.size }, 1);
	free(t.at);
	arena_free(&a);
}

/* Numbers for tests/made_relocs.h. */
static void made_seeds(int first)
{
	static const uint32_t n = 0;
	uint16_t numbers[400];
	uint32_t state = 1;

	for (int i = 0; i < 16; i++) {
		for (size_t j = 0; j < sizeof(numbers) / sizeof(numbers[0]); j++)
			numbers[j] = (uint16_t)((state = state * 1103515245 + 12345) >> 16);
		seed_write("core", first + i, (const struct piece[]){ { &n, sizeof(n) }, { numbers, sizeof(numbers) } }, 2);
	}
}

int main(int argc, char **argv)
{
	static const char name[24] = "seed@V1", marker[32] = "seed\0\0\0\0\0\0\0\0\0\0\0\0passed";
	static const uint64_t offset = 1;

	if (argc < 3) {
		fprintf(stderr, "usage: fuzz_seeds DIR FILE...\n");
		return 2;
	}
	dir = argv[1];
	mkdir(dir, 0777);
	for (int i = 2; i < argc; i++) {
		struct view v = image_file(argv[i]);
		struct arena a = { 0 };
		struct diag d = { 0 };
		struct elf e;

		if (!v.base || elf_parse(v, &a, &e, &d) < 0) {
			fprintf(stderr, "%s: %s\n", argv[i], v.base ? d.msg : "cannot be read");
			continue;
		}
		seed_write("elf", i, &(struct piece){ v.base, v.size }, 1);
		if (e.machine == EM_BPF) {
			seed_write("object", i, &(struct piece){ v.base, v.size }, 1);
			btf_seed(&e, i);
			asm_seed(v, i);
		} else {
			seed_write("symfile", i, (const struct piece[]){
				{ name, sizeof(name) }, { &offset, sizeof(offset) }, { v.base, v.size },
			}, 3);
			seed_write("usdt", i, (const struct piece[]){ { marker, sizeof(marker) }, { v.base, v.size } }, 2);
		}
		arena_free(&a);
	}
	made_seeds(argc);
	return 0;
}
