/*
 * CO-RE relocations that were made up, done by us and by libbpf: the same instructions, or the same errno.
 *
 *	relocs FIRST COUNT	so many sets of relocations; prints each that comes out otherwise, and how many of each kind
 *				were compared
 *
 * What is made up is in tests/made_relocs.h. A set that our reader or libbpf's takes for no BTF is left out and counted.
 *
 * Next: tests/oracle/relocs_theirs.c
 */
#include <inttypes.h>

#include "elf/btf_names.h"
#include "elf/link.h"
#include "tests/made_relocs.h"

int their_relocate(const void *object, size_t object_size, const void *kernel, size_t kernel_size, const void *relocs, int n,
		   void *insns);

static unsigned long compared[14], poisoned, refused, left_out, differ;

static int find(void *ctx, uint32_t i, uint32_t kind, const char *name, struct core_source *out, struct diag *d)
{
	static uint32_t ids[MADE_RELOCS][MADE_TYPES + 1];
	static unsigned turn;
	size_t len = btf_plain_length(name);
	uint32_t n = 0, *at = ids[turn++ % MADE_RELOCS];
	const struct btf *b = ctx;

	(void)d;
	(void)kind;
	for (uint32_t id = 1; !i && id < b->count; id++)
		if (btf_plain_length(btf_name(b, id)) == len && strncmp(btf_name(b, id), name, len) == 0)
			at[n++] = id;
	*out = (struct core_source){ b, "made", at, n };
	return !i;
}

/* Our side: as many as there are, into *f. */
static int our_relocate(const struct made *m, struct view object, struct btf *kernel, struct arena *a, struct func *f,
			struct diag *d)
{
	struct core_relo relos[MADE_RELOCS];
	struct object o = { .arena = a, .funcs = f, .nfuncs = 1, .core = relos, .ncore = MADE_RELOCS };
	struct core_kernel k = { .find = find, .ctx = kernel };
	int r = btf_parse(object, a, &o.btf, d);

	for (uint32_t i = 0; i < MADE_RELOCS; i++)
		relos[i] = (struct core_relo){
			.insn = m->relocs[i].insn_off / (uint32_t)sizeof(struct bpf_insn), .number = i,
			.type_id = m->relocs[i].type_id, .kind = m->relocs[i].kind, .access_off = m->relocs[i].access_str_off,
		};
	return r < 0 ? r : core_relocate(&o, &k, a, d);
}

static void count(const struct made *m, int r, const struct bpf_insn *insns)
{
	refused += r < 0;
	for (unsigned i = 0; r == 0 && i < MADE_RELOCS; i++) {
		compared[m->relocs[i].kind]++;
		poisoned += insns[m->relocs[i].insn_off / sizeof(*insns)].code == BPF_INSN_CALL;
	}
}

static void compare(uint64_t seed)
{
	static struct made m;
	struct numbers numbers = { .state = seed * 0x9e3779b97f4a7c15u | 1 };
	struct bpf_insn theirs[MADE_INSNS];
	struct func f = { .name = "made", .section = "made", .insns = m.insns, .count = MADE_INSNS };
	struct arena a = { .limit = 64 << 20 };
	struct view object, kernel;
	struct diag d = { 0 };
	struct btf types;
	int them = 1, us;

	if (make(&m, &numbers, &a, &object, &kernel) && btf_parse(kernel, &a, &types, &d) == 0) {
		memcpy(theirs, m.insns, sizeof(theirs));
		them = their_relocate(object.base, object.size, kernel.base, kernel.size, m.relocs, MADE_RELOCS, theirs);
	}
	left_out += them == 1;
	if (them != 1) {
		us = our_relocate(&m, object, &types, &a, &f, &d);
		count(&m, us, f.relocated);
		if (us != them || (us == 0 && memcmp(f.relocated, theirs, sizeof(theirs)) != 0)) {
			printf("%" PRIu64 ": libbpf %d, bpfwalk %d %s\n", seed, them, us, d.msg);
			differ++;
		}
	}
	arena_free(&a);
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, n = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	for (uint64_t seed = first; seed < first + n; seed++)
		compare(seed);
	for (unsigned kind = 0; kind < sizeof(compared) / sizeof(compared[0]); kind++)
		printf("kind %u: %lu\n", kind, compared[kind]);
	printf("poisoned %lu, refused %lu, left out %lu, different %lu\n", poisoned, refused, left_out, differ);
	return differ != 0;
}
