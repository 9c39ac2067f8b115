/*
 * tests/objects/long_record.bpf.c - a record that nothing says the type of, too long for a line.
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} ring SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int long_record(void *ctx __unused)
{
	char text[300];

	__builtin_memset(text, 'a', sizeof(text));
	bpf_ringbuf_output(&ring, text, sizeof(text), 0);
	return 0;
}

LICENSE("GPL");
