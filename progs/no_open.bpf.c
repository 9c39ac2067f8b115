/*
 * progs/no_open.bpf.c - who is that, opening files? The kernel asks its security modules, and a program answers.
 *
 * Before the kernel opens a file it asks every security module; BPF is one of them.
 * An lsm program is called with the arguments of the question and answers 0, or an
 * errno that the process then gets. `ret` is what the programs before have said:
 * who gives it back does not overrule them. Root is asked like anybody else.
 *
 * The kernel must have been started with bpf among its modules (lsm=...,bpf).
 *
 * Run:  bpfwalk run build/progs/no_open.bpf.o --set 'who="cat"'
 * See:  cat /etc/passwd: Operation not permitted, whoever runs it
 * Next: progs/tasks.bpf.c
 */
#include "uapi/bpf/bpf.h"

#define EPERM 1

const volatile char who[16] = "nobody";
__u64 denied;

SEC("lsm/file_open")
int BPF_PROG(no_open, void *file, int ret)
{
	char comm[16];

	(void)file;
	bpf_get_current_comm(comm, sizeof(comm));
	for (int i = 0; i < 16 && (comm[i] || who[i]); i++)
		if (comm[i] != who[i])
			return ret;
	__sync_fetch_and_add(&denied, 1);
	return -EPERM;
}

LICENSE("GPL");
