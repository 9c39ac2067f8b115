/*
 * uapi/bpf/types.h - the words a BPF program is written with.
 *
 * A BPF program is C compiled for a machine that lives inside the kernel. It
 * has no libc and no operating system below it, so there are no system headers
 * to include: the integer types, NULL and a handful of attributes are all a
 * program needs, and they are all here.
 *
 * The names are the kernel's. On this machine a `long` has 64 bits whatever the
 * host has, pointers have 64 bits, and the byte order is the host's.
 *
 * In:     nothing
 * Out:    __u8 ... __s64, NULL, bool, SEC() and friends
 * Kernel: include/uapi/asm-generic/int-ll64.h
 * Try:    clang -target bpf -dM -E - </dev/null | grep -i bpf
 * Next:   uapi/bpf/map.h
 */
#ifndef UAPI_BPF_TYPES_H
#define UAPI_BPF_TYPES_H

typedef unsigned char		__u8;
typedef unsigned short		__u16;
typedef unsigned int		__u32;
typedef unsigned long long	__u64;
typedef signed char		__s8;
typedef short			__s16;
typedef int			__s32;
typedef long long		__s64;

/* Values in network byte order; the type is a reminder, not a conversion. */
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;

#ifndef NULL
#define NULL ((void *)0)
#endif

#ifndef __cplusplus
#define bool	_Bool
#define true	1
#define false	0
#endif

#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif

/*
 * SEC("kprobe/sys_execve") puts what follows into an ELF section of that name.
 * The name is the only thing that tells a loader what a program is for; `used`
 * keeps the compiler from dropping a function that nobody in this file calls.
 */
#define SEC(name) __attribute__((section(name), used))

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef __noinline
#define __noinline __attribute__((noinline))	/* a real sub-program: call +N */
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#ifndef __unused
#define __unused __attribute__((unused))
#endif
#ifndef __packed
#define __packed __attribute__((packed))
#endif

/*
 * A function with external linkage is verified by itself, for every argument
 * its types allow. __hidden turns it back into one verified at each call.
 */
#define __hidden __attribute__((visibility("hidden")))

/* Values the loader supplies: a kernel symbol, a line of the kernel's .config. */
#define __ksym    __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))

/*
 * A program that wants helpers marked GPL-only must say so, in a section the
 * loader reads: `LICENSE("GPL");` at the end of the file.
 */
#define LICENSE(name) char LICENSE[] SEC("license") = name

#endif
