/*
 * progs/device.bpf.c - which devices a group of processes may touch.
 *
 * The kernel asks this program each time a process of a cgroup opens or makes a
 * device: 0 is no, also to root, and 1 is yes. Device 1:9 is /dev/urandom. Two
 * numbers compared and two answers: small enough to read as bytes, and to edit
 * as bytes (docs/binary.md).
 *
 * Run:  bpfwalk disasm --bytes build/progs/device.bpf.o
 * See:  the 9 in its instruction, and what else is in these eight bytes
 * Next: README.md
 */
#include "uapi/bpf/types.h"

struct bpf_cgroup_dev_ctx {
	__u32 access_type;		/* what is done to which kind of device */
	__u32 major, minor;
};

SEC("cgroup/dev")
int device(const struct bpf_cgroup_dev_ctx *ctx)
{
	if (ctx->major == 1 && ctx->minor == 9)
		return 0;
	return 1;
}
