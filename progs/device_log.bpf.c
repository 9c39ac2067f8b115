/*
 * progs/device_log.bpf.c - who touches which device, and what for?
 *
 * The same hook as device.bpf.c. This program refuses nothing, it watches: what
 * decides can also report, and before something is forbidden one likes to know
 * who would miss it.
 *
 * The name of the command is asked for only if `names` is set. It is a constant:
 * the verifier sees its value, and a branch that is never taken is removed before
 * anybody looks at it. So kernels whose programs of this type may not ask for
 * names (5.10) take the program with --set names=false.
 *
 * Run:  bpfwalk run build/progs/device_log.bpf.o --cgroup guarded --cgroup-create
 * See:  a line for each access of a process in the cgroup; access is 1 for making
 *       the device, 2 for reading, 4 for writing, 6 for both
 * Next: progs/device_rate.bpf.c
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/cgroup.h"

struct device_access {
	__u32 major, minor;
	__u32 access;		/* BPF_DEVCG_ACC_* */
	char kind[2];		/* "b" or "c", as in ls -l */
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);	/* bytes */
	__ringbuf_record(struct device_access);
} accesses SEC(".maps");

const volatile bool names = true;
__u64 missed;	/* accesses that found the ring full */

SEC("cgroup/dev")
int device_log(const struct bpf_cgroup_dev_ctx *ctx)
{
	struct device_access *a = bpf_ringbuf_reserve(&accesses, sizeof(*a), 0);

	if (!a) {
		__sync_fetch_and_add(&missed, 1);
		return 1;
	}
	__builtin_memset(a, 0, sizeof(*a));
	a->major = ctx->major;
	a->minor = ctx->minor;
	a->access = ctx->access_type >> 16;
	a->kind[0] = (ctx->access_type & 0xffff) == BPF_DEVCG_DEV_BLOCK ? 'b' : 'c';
	if (names)
		bpf_get_current_comm(a->comm, sizeof(a->comm));
	bpf_ringbuf_submit(a, 0);
	return 1;
}

LICENSE("GPL");
