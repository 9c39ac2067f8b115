/*
 * A library with versioned functions and a marker, as small as a linker makes one: the seed of fuzz_symfile and fuzz_usdt.
 *
 * Next: tests/fuzz_seeds.c
 */
#include "tests/marker.h"

int seed_old(void);
int seed_new(void);
int other(int x);

__asm__(".symver seed_old, seed@V1");
__asm__(".symver seed_new, seed@@V2");
__asm__(".text\n" MARKER("seed", "passed", "seed_semaphore", "-4@%edi 8@-16(%rbp,%rax,8) 1@$7") MARKER_BASE
	".pushsection .probes, \"aw\", %progbits\nseed_semaphore: .2byte 0\n.popsection\n");

int seed_old(void)
{
	return 1;
}

int seed_new(void)
{
	return 2;
}

static int hidden(int x)
{
	return x + seed_new();
}

int other(int x)
{
	return hidden(x) * 2;
}
