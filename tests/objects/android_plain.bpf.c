/*
 * tests/objects/android_plain.bpf.c - tests/objects/android.bpf.c without BTF: the definitions are read by their bytes.
 */
#include "tests/objects/android.bpf.c"
