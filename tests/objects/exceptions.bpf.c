/*
 * tests/objects/exceptions.bpf.c - a program that throws, and the function that catches.
 *
 * Nothing calls caught(), nor what it calls: only the tag on the program names it. What it returns is the program's result.
 */
#include "uapi/bpf/bpf.h"

#define __exception_cb(name) __attribute__((btf_decl_tag("exception_callback:" #name)))

extern void bpf_throw(__u64 cookie) __ksym;

__u64 cookie_seen;

static __noinline int noted(__u64 cookie)
{
	cookie_seen = cookie;
	return (int)cookie + 1;
}

__noinline int caught(__u64 cookie)
{
	return noted(cookie);
}

__exception_cb(caught) SEC("tc")
int exceptions(struct __sk_buff *skb)
{
	if (skb)
		bpf_throw(41);
	return 1;
}

LICENSE("GPL");
