/* tests/objects/freplace.bpf.c - takes the place of a function of tests/objects/replaced.bpf.c. */
#include "uapi/bpf/bpf.h"

SEC("freplace/replaced")
int stricter(int number)
{
	return !(number & 1);
}

SEC("?freplace/replacd")
int misspelt(int number)
{
	return number;
}

LICENSE("GPL");
