/*
 * A library with versioned functions, as small as a linker makes one: the seed of fuzz_symfile.
 *
 * Next: tests/fuzz_seeds.c
 */
int seed_old(void);
int seed_new(void);
int other(int x);

__asm__(".symver seed_old, seed@V1");
__asm__(".symver seed_new, seed@@V2");

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
