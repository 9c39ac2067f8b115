/*
 * progs/device.bpf.c - which devices a group of processes may touch.
 *
 * The kernel asks this program each time a process of a cgroup opens or makes a
 * device: 0 is no, also to root, and 1 is yes. Device 1:9 is /dev/urandom. Two
 * numbers compared and two answers: small enough to read as bytes, and to edit
 * as bytes.
 *
 * Run:  bpfwalk run build/progs/device.bpf.o --cgroup guarded --cgroup-create
 *       echo $$ >/sys/fs/cgroup/guarded/cgroup.procs        in a shell elsewhere
 * See:  this shell cannot read /dev/urandom any more, root or not; others can
 * Next: progs/device_log.bpf.c
 */
#include "uapi/bpf/cgroup.h"

SEC("cgroup/dev")
int device(const struct bpf_cgroup_dev_ctx *ctx)
{
	if (ctx->major == 1 && ctx->minor == 9)
		return 0;
	return 1;
}
