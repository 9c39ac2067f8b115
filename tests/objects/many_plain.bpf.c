/*
 * tests/objects/many_plain.bpf.c - tests/objects/many.bpf.c without variables.
 */
#define WITHOUT_VARIABLES
#include "tests/objects/many.bpf.c"
