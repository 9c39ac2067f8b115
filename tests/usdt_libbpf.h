/* What tests/objects/usdt.bpf.c includes when it is compiled for a comparison: libbpf's headers in the place of ours. */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

#define LICENSE(text) char _license[] SEC("license") = text
#define __unused __attribute__((unused))
