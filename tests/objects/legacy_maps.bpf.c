/*
 * tests/objects/legacy_maps.bpf.c - the old section "maps", three of them.
 *
 * The definitions are 20 bytes each, back to back; the symbols say which is which.
 * One is static: its symbol is local. A `version` section is there too, which
 * kernels before 5.0 wanted for kprobes.
 */
#include "uapi/bpf/bpf.h"

struct bpf_map_def SEC("maps") old_hash = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 64,
	.map_flags = BPF_F_NO_PREALLOC,
};

static struct bpf_map_def SEC("maps") old_array = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = 24,
	.max_entries = 3,
};

struct bpf_map_def SEC("maps") old_perf = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
};

SEC("raw_tracepoint/sys_enter")
int legacy_maps(void *ctx)
{
	__u32 key = 1;
	__u64 one = 1, *value;

	bpf_map_update_elem(&old_hash, &key, &one, BPF_ANY);
	value = bpf_map_lookup_elem(&old_array, &key);
	if (value)
		*value += 1;
	bpf_perf_event_output(ctx, &old_perf, BPF_F_CURRENT_CPU, &one, sizeof(one));
	return 0;
}

__u32 _version SEC("version") = 0x00060c00;
LICENSE("GPL");
