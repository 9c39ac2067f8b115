/*
 * tests/objects/core_match.bpf.c - types with all that is declared of them.
 *
 * For the kernel of core_target.bpf.c. Compilers before clang 15 do not know the question.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

enum colour { GREEN = 1, RED };
enum unlike { ALIKE };
struct sample;
struct as_declared { enum colour d; int a; const char *b; struct sample *c; };
struct as_declared___long { long a; };
struct not_as_declared { int a; };
struct callbacks { int (*run)(struct sample *s, int n); };
struct callbacks___short { void (*other)(int a); };
union either { long b; };
typedef int (*function_type)(struct sample *s, int n);

__u64 sum;

#define KEEP(x) (sum += (__u64)(x))

SEC("raw_tracepoint/sys_enter")
int match(void *ctx __unused)
{
#if __clang_major__ >= 15
	KEEP(bpf_core_type_matches(struct as_declared));
	KEEP(bpf_core_type_matches(struct as_declared___long));
	KEEP(bpf_core_type_matches(struct not_as_declared));
	KEEP(bpf_core_type_matches(struct callbacks));
	KEEP(bpf_core_type_matches(struct callbacks___short));
	KEEP(bpf_core_type_matches(union either));
	KEEP(bpf_core_type_matches(enum colour));
	KEEP(bpf_core_type_matches(enum unlike));
	KEEP(bpf_core_type_matches(function_type));
#endif
	return 0;
}

LICENSE("GPL");
