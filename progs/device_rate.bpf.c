/*
 * progs/device_rate.bpf.c - a device, but not too often.
 *
 * /dev/zero may be opened `limit` times in a window of time; the next window
 * begins with the first open after the last one is over. So no window has more,
 * whoever opens, on however many CPUs at once: two numbers have to change
 * together, and that takes a lock. struct bpf_spin_lock in a map's value is one;
 * the verifier sees to it that whoever takes it gives it back, and calls nothing
 * meanwhile. (That is why the clock is read before. Who then waits for the lock
 * may find a window that began after its own time.)
 *
 * The map keeps a value for each cgroup that the program is attached to. The
 * cgroups below share it: making more of them does not help.
 *
 * Run:  bpfwalk run build/progs/device_rate.bpf.o --cgroup guarded --cgroup-create
 *       with --set limit=100 or --set window=60000000000 for other limits
 * See:  in that cgroup, the eleventh `head -c 1 /dev/zero` of a second is refused
 * Next: progs/sockfilter.bpf.c
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/cgroup.h"

struct window {
	struct bpf_spin_lock lock;
	__u32 opened;
	__u64 start;		/* nanoseconds since boot */
};

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, __u64);	/* the cgroup's id */
	__type(value, struct window);
} windows SEC(".maps");

const volatile __u32 limit = 10;
const volatile __u64 window = 1000000000;	/* nanoseconds */
__u64 allowed, denied;

SEC("cgroup/dev")
int device_rate(const struct bpf_cgroup_dev_ctx *ctx)
{
	struct window *w;
	bool may;
	__u64 now;

	if (ctx->major != 1 || ctx->minor != 5)
		return 1;
	w = bpf_get_local_storage(&windows, 0);
	now = bpf_ktime_get_ns();
	bpf_spin_lock(&w->lock);
	if (now >= w->start + window) {
		w->start = now;
		w->opened = 0;
	}
	may = w->opened < limit;
	w->opened += may;
	bpf_spin_unlock(&w->lock);
	if (may)
		__sync_fetch_and_add(&allowed, 1);
	else
		__sync_fetch_and_add(&denied, 1);
	return may;
}

LICENSE("GPL");
