/*
 * tests/objects/extern_kfunc.bpf.c - functions of the kernel: declared twice with other types, missing, asked for.
 */
#include "uapi/bpf/bpf.h"

extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
extern void bpf_rcu_read_lock___other(int how, int why) __ksym __weak;
extern int bpf_no_such_kfunc(void) __ksym __weak;

__u64 ran, has, has_again, has_other, has_missing;

/* A function of ours that uses what the program uses, too. */
static __attribute__((noinline)) int again(void)
{
	return bpf_rcu_read_lock && bpf_rcu_read_unlock;
}

SEC("raw_tracepoint/sys_enter")
int kfunc(void *ctx __unused)
{
	has = !!bpf_rcu_read_lock;
	has_again = (__u64)again();
	has_other = !!bpf_rcu_read_lock___other;
	has_missing = !!bpf_no_such_kfunc;
	if (bpf_rcu_read_lock && bpf_rcu_read_unlock) {
		bpf_rcu_read_lock();
		__sync_fetch_and_add(&ran, 1);
		bpf_rcu_read_unlock();
	} else if (bpf_rcu_read_lock___other) {
		bpf_rcu_read_lock___other(1, 2);
	}
	if (bpf_no_such_kfunc)
		ran += (__u64)bpf_no_such_kfunc();
	return 0;
}

LICENSE("GPL");
