/*
 * tests/objects/core_loads.bpf.c - CO-RE inside loads and stores, whose size may change with the member's.
 *
 * For the kernel of core_target.bpf.c. Each program reads one member.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct moved { int b; int a; } __core;

struct resized {
	unsigned char grows;
	unsigned long long shrinks;
	int signed_grows;
	unsigned char array[4];
	int *becomes_pointer;
	unsigned int becomes_bits;
} __core;

struct resized___old { int gone; } __core;

__u64 sum;

static __noinline __u64 below(struct moved *m)
{
	return (__u64)m->b;
}

SEC("raw_tp.w/x")
int read(struct moved *m)
{
	sum += (__u64)m->a + below(m);
	return 0;
}

SEC("raw_tp.w/x")
int write(struct moved *m)
{
	m->a = 7;
	m->b = (int)sum;
	return 0;
}

SEC("raw_tp.w/x")
int grows(struct resized *r)
{
	sum += r->grows;
	return 0;
}

SEC("raw_tp.w/x")
int shrinks(struct resized *r)
{
	sum += r->shrinks;
	return 0;
}

SEC("raw_tp.w/x")
int signed_grows(struct resized *r)
{
	sum += (__u64)r->signed_grows;
	return 0;
}

SEC("raw_tp.w/x")
int array(struct resized *r)
{
	sum += r->array[2];
	return 0;
}

SEC("raw_tp.w/x")
int other_kind(struct resized *r)
{
	sum += (__u64)r->becomes_pointer;
	return 0;
}

SEC("raw_tp.w/x")
int no_load(struct resized *r)
{
	sum += r->becomes_bits;
	return 0;
}

SEC("raw_tp.w/x")
int gone(struct resized___old *r)
{
	sum += (__u64)r->gone;
	return 0;
}

LICENSE("GPL");
