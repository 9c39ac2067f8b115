/*
 * tests/objects/module_ops.bpf.c - implements a structure that a module has, tests/module/ops.c: its types are the
 * module's, and there the map's element, and the program, are looked up.
 */
#include "uapi/bpf/bpf.h"

struct bpfwalk_ops {
	int (*hit)(int n);
	int times;
	char name[16];
};

__u64 hits, sum;

SEC("struct_ops/hit")
int hit(__u64 *ctx)
{
	__sync_fetch_and_add(&hits, 1);
	__sync_fetch_and_add(&sum, ctx[0]);
	return 0;
}

SEC(".struct_ops.link")
struct bpfwalk_ops walk = {
	.hit = (void *)hit,
	.times = 1,
	.name = "bpfwalk",
};

LICENSE("GPL");
