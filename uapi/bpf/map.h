/*
 * uapi/bpf/map.h - maps: memory that programs and user space share.
 *
 * The compiler knows nothing of maps. What a program calls a map is a variable
 * in a section of its own, and all it says is how the loader shall make the map:
 *
 *	struct {
 *		__uint(type, BPF_MAP_TYPE_HASH);
 *		__uint(max_entries, 1024);
 *		__type(key, __u32);
 *		__type(value, struct stat);
 *	} seen SEC(".maps");
 *
 * Nothing of this is ever stored in the variable. The numbers and the types are
 * in its *type*, and the type is in the object's BTF: __uint(max_entries, 1024)
 * declares a pointer to an array of 1024 ints, and the loader reads the array's
 * size; __type(key, __u32) declares a pointer to a __u32. In the code, `&seen` is
 * a relocation that the loader replaces by the map's file descriptor.
 *
 * Before BTF there was `struct bpf_map_def` in section "maps", five numbers as
 * plain bytes. It still works, but then nobody knows what the bytes mean.
 *
 * In:     uapi/bpf/types.h
 * Out:    __uint() __type() __array(), map types and flags, struct bpf_map_def
 * Kernel: include/uapi/linux/bpf.h, enum bpf_map_type
 * Try:    bpfwalk inspect build/progs/syscount.bpf.o
 * Next:   uapi/bpf/helpers.def
 */
#ifndef UAPI_BPF_MAP_H
#define UAPI_BPF_MAP_H

#include "uapi/bpf/types.h"

#define __uint(name, number) int (*name)[number]
#define __ulong(name, number) enum { __ulong_name(__COUNTER__) = number } name	/* 64 bits: map_extra; clang 15 */
#define __ulong_name(n)       __ulong_joined(n)
#define __ulong_joined(n)     __ulong_value_##n
#define __type(name, type)   __typeof__(type) *name
#define __array(name, type)  __typeof__(type) *name[]	/* map in map, tail calls */

/*
 * What comes out of a ring buffer or a perf event array is a stream of records,
 * and their type has no place in the definition: to the kernel, the value of a
 * PERF_EVENT_ARRAY is a 4-byte descriptor and a RINGBUF has none. bpfwalk takes
 * a plain __type(value, struct event) on those two as the type of the record.
 * libbpf takes it for the size of the value, and the kernel then says EINVAL.
 *
 * These two say it in a way both can load: the value has the size the kernel
 * wants, and names the record in an array of no elements at its end.
 */
#define __ringbuf_record(type) __type(value, type[0])
#define __perf_record(type)								\
	__uint(key_size, sizeof(__u32));						\
	__type(value, struct { __u32 fd; type record[0]; } __packed)

/* The old spelling: struct bpf_map_def seen SEC("maps") = { .type = ..., }; */
struct bpf_map_def {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
};

enum bpf_map_type {
	BPF_MAP_TYPE_UNSPEC,
	BPF_MAP_TYPE_HASH,
	BPF_MAP_TYPE_ARRAY,
	BPF_MAP_TYPE_PROG_ARRAY,
	BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	BPF_MAP_TYPE_PERCPU_HASH,
	BPF_MAP_TYPE_PERCPU_ARRAY,
	BPF_MAP_TYPE_STACK_TRACE,
	BPF_MAP_TYPE_CGROUP_ARRAY,
	BPF_MAP_TYPE_LRU_HASH,
	BPF_MAP_TYPE_LRU_PERCPU_HASH,
	BPF_MAP_TYPE_LPM_TRIE,
	BPF_MAP_TYPE_ARRAY_OF_MAPS,
	BPF_MAP_TYPE_HASH_OF_MAPS,
	BPF_MAP_TYPE_DEVMAP,
	BPF_MAP_TYPE_SOCKMAP,
	BPF_MAP_TYPE_CPUMAP,
	BPF_MAP_TYPE_XSKMAP,
	BPF_MAP_TYPE_SOCKHASH,
	BPF_MAP_TYPE_CGROUP_STORAGE,
	BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
	BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE,
	BPF_MAP_TYPE_QUEUE,
	BPF_MAP_TYPE_STACK,
	BPF_MAP_TYPE_SK_STORAGE,
	BPF_MAP_TYPE_DEVMAP_HASH,
	BPF_MAP_TYPE_STRUCT_OPS,
	BPF_MAP_TYPE_RINGBUF,
	BPF_MAP_TYPE_INODE_STORAGE,
	BPF_MAP_TYPE_TASK_STORAGE,
	BPF_MAP_TYPE_BLOOM_FILTER,
	BPF_MAP_TYPE_USER_RINGBUF,
	BPF_MAP_TYPE_CGRP_STORAGE,
	BPF_MAP_TYPE_ARENA,
};

/* __uint(map_flags, ...) */
enum {
	BPF_F_NO_PREALLOC   = 1U << 0,	/* elements are allocated when inserted */
	BPF_F_NO_COMMON_LRU = 1U << 1,
	BPF_F_NUMA_NODE     = 1U << 2,
	BPF_F_RDONLY        = 1U << 3,	/* for user space */
	BPF_F_WRONLY        = 1U << 4,
	BPF_F_ZERO_SEED     = 1U << 6,
	BPF_F_RDONLY_PROG   = 1U << 7,	/* for programs */
	BPF_F_WRONLY_PROG   = 1U << 8,
	BPF_F_CLONE         = 1U << 9,
	BPF_F_MMAPABLE      = 1U << 10,
	BPF_F_INNER_MAP     = 1U << 12,
};

/* __uint(pinning, ...): the loader's business, under the name libbpf gave it. */
enum libbpf_pin_type {
	LIBBPF_PIN_NONE,
	LIBBPF_PIN_BY_NAME,	/* share the map with whoever else uses its name */
};

/* The last argument of bpf_map_update_elem(). */
enum {
	BPF_ANY     = 0,	/* make it or replace it */
	BPF_NOEXIST = 1,	/* make it, -EEXIST when it is there */
	BPF_EXIST   = 2,	/* replace it, -ENOENT when it is not */
	BPF_F_LOCK  = 4,
};

/* bpf_perf_event_output(): the index in the array, or the CPU we run on. */
#define BPF_F_INDEX_MASK  0xffffffffULL
#define BPF_F_CURRENT_CPU BPF_F_INDEX_MASK

/* bpf_ringbuf_submit(), bpf_ringbuf_discard() and bpf_ringbuf_output() */
enum {
	BPF_RB_NO_WAKEUP    = 1U << 0,
	BPF_RB_FORCE_WAKEUP = 1U << 1,
};

/* bpf_ringbuf_query() */
enum {
	BPF_RB_AVAIL_DATA,
	BPF_RB_RING_SIZE,
	BPF_RB_CONS_POS,
	BPF_RB_PROD_POS,
};

/* bpf_get_stackid() and bpf_get_stack() */
enum {
	BPF_F_SKIP_FIELD_MASK = 0xff,
	BPF_F_USER_STACK      = 1U << 8,
	BPF_F_FAST_STACK_CMP  = 1U << 9,
	BPF_F_REUSE_STACKID   = 1U << 10,
};

/* Members of a map's value that only helpers may touch. */
struct bpf_spin_lock {
	__u32 val;
};

struct bpf_timer {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

#endif
