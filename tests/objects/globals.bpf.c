/*
 * tests/objects/globals.bpf.c - global variables of every kind, in every section.
 *
 * The program copies the numbers into `seen`, in order: what it saw is what the
 * loader put there. Values differ in every byte, so that a wrong offset shows.
 */
#include "uapi/bpf/bpf.h"

enum mode { MODE_OFF, MODE_ON = 7 };

struct pair {
	__u8 first;
	__u32 second;
};

/* .rodata: constants; volatile keeps the compiler from using the value now. */
const volatile __u32 ro_u32 = 0x01020304;
const volatile bool ro_flag = true;
const volatile enum mode ro_mode = MODE_ON;
const volatile char ro_text[16] = "sixteen bytes";
static const volatile __u16 ro_static = 0x0506;

/* .data */
__u64 data_u64 = 0x0708090a0b0c0d0eULL;
__s8 data_s8 = -5;
struct pair data_pair = { .first = 0x11, .second = 0x12131415 };
__u32 data_array[3] = { 0x21, 0x22, 0x23 };
static volatile __u32 data_static = 0x24252627;

/* .bss: no bytes in the file */
__u64 bss_u64;
__s32 bss_s32;
static volatile __u32 bss_static;

/* sections with a suffix are maps of their own */
const volatile __u32 ro_x SEC(".rodata.x") = 0x31323334;
__u32 data_x SEC(".data.x") = 0x41424344;

__u64 seen[15] SEC(".data.seen") = { 0 };

SEC("raw_tracepoint/sys_enter")
int globals(void *ctx __unused)
{
	seen[0] = ro_u32;
	seen[1] = ro_flag;
	seen[2] = ro_mode;
	seen[3] = (__u8)ro_text[0];
	seen[4] = ro_static;
	seen[5] = data_u64;
	seen[6] = (__u64)data_s8;
	seen[7] = data_pair.second;
	seen[8] = data_array[2];
	seen[9] = data_static;
	seen[10] = bss_u64;
	seen[11] = (__u64)bss_s32;
	seen[12] = bss_static;
	seen[13] = ro_x;
	seen[14] = data_x;
	return 0;
}

LICENSE("GPL");
