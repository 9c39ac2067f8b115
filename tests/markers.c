/*
 * A library that is nothing but a marker, with its semaphore, for tests/kernel_usdt.c, which maps it by itself: where it
 * runs there may be no dynamic linker. Its entry point: int passed(long, int), the value of the semaphore.
 *
 * Next: tests/kernel_reader.c
 */
#include "tests/marks.h"

#ifdef LIBRARY
__asm__(LIBRARY MARKER_BASE
	".pushsection .probes, \"aw\", %progbits\n.hidden shared_semaphore\nshared_semaphore: .2byte 0\n.popsection\n");
#endif
