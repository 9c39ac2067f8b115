/*
 * progs/throw.bpf.c - which C++ exceptions are thrown, and by whom?
 *
 * A function that can be renamed or inlined is a poor place for a uprobe. The
 * C++ library has markers for this: `throw` is passed whenever anybody throws,
 * and tells the object and its type. Where the two are at that moment is in the
 * notes of the file (readelf -n shows them); BPF_USDT() fetches them.
 *
 * Run:  bpfwalk run build/progs/throw.bpf.o     and start a C++ program
 * See:  process, command and the type, as the linker spells it: St13runtime_error is std::runtime_error
 * Next: progs/profile.bpf.c
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/usdt.h"

struct type_info {		/* of <typeinfo>, as it is in memory */
	const void *functions;
	const char *name;
};

struct thrown {
	__u32 pid;
	char comm[16];
	char type[80];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__perf_record(struct thrown);
} exceptions SEC(".maps");

SEC("usdt/libstdc++.so.6:libstdcxx:throw")
int BPF_USDT(throw, void *object __unused, const struct type_info *type)
{
	struct thrown t = { .pid = bpf_get_current_pid_tgid() >> 32 };
	const char *name = 0;

	bpf_get_current_comm(t.comm, sizeof(t.comm));
	bpf_probe_read_user(&name, sizeof(name), &type->name);
	bpf_probe_read_user_str(t.type, sizeof(t.type), name);
	bpf_perf_event_output(ctx, &exceptions, BPF_F_CURRENT_CPU, &t, sizeof(t));
	return 0;
}

LICENSE("GPL");
