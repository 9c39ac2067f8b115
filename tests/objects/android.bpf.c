/*
 * tests/objects/android.bpf.c - maps and programs with Android's definitions.
 *
 * A program for each of the kinds that Android's own sections name, in versions: for
 * kernels that are too old and too new, for older loaders only, and optional ones that no
 * kernel takes. What is loaded is what any kernel of today gets.
 *
 * android_plain.bpf.c is the same without BTF, as Android ships its objects.
 */
#include "uapi/bpf/bpf.h"

struct android_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags;
	__u32 uid, gid, mode;
	__u32 bpfloader_min_ver, bpfloader_max_ver;
	__u32 min_kver, max_kver;
	char selinux_context[32], pin_subdir[32];
	_Bool shared, ignore_on_eng, ignore_on_user, ignore_on_userdebug;
};

struct android_prog_def {
	__u32 uid, gid;
	__u32 min_kver, max_kver;
	_Bool optional, ignore_on_eng, ignore_on_user, ignore_on_userdebug;
	__u32 bpfloader_min_ver, bpfloader_max_ver;
	char selinux_context[32], pin_subdir[32];
};

#define KVER(a, b, c) (((a) << 24) + ((b) << 16) + (c))
#define ANY 0xffffffff

#define MAP(map_name, map_type, from, to, last_loader)				\
	const struct android_map_def SEC("maps") map_name = {			\
		.type = BPF_MAP_TYPE_##map_type, .key_size = 4, .value_size = 8,	\
		.max_entries = 4, .uid = 1000, .gid = 1000, .mode = 0660,		\
		.bpfloader_min_ver = 37, .bpfloader_max_ver = last_loader,		\
		.min_kver = from, .max_kver = to, .pin_subdir = "tethering/",		\
	};

#define PROGRAM(section, name, from, to, may_fail, last_loader)			\
	const struct android_prog_def SEC("progs") name##_def = {			\
		.gid = 3004, .min_kver = from, .max_kver = to, .optional = may_fail,	\
		.bpfloader_min_ver = 37, .bpfloader_max_ver = last_loader,		\
		.selinux_context = "fs_bpf_tethering",					\
	};										\
	SEC(section) int name(void *ctx __unused)

MAP(counts, HASH, 0, ANY, 0x10000)
MAP(long_ago, HASH, 0, KVER(4, 14, 0), 0x10000)
MAP(some_day, ARRAY, KVER(200, 0, 0), ANY, 0x10000)
MAP(for_s_only, ARRAY, 0, ANY, 2)

static __always_inline int count(const void *map)
{
	__u32 key = 1;
	__u64 one = 1;

	return (int)bpf_map_update_elem((void *)map, &key, &one, BPF_ANY);
}

PROGRAM("cgroupskb/ingress/stats$4_9", stats_v4_9, KVER(4, 9, 0), KVER(4, 14, 0), 0, 0x10000)
{
	return count(&long_ago) == 0;
}

PROGRAM("cgroupskb/ingress/stats$4_14", stats_v4_14, KVER(4, 14, 0), ANY, 0, 0x10000)
{
	return count(&counts) == 0;
}

PROGRAM("cgroupskb/egress/stats$old", stats_old, 0x00030a00, 0x00040e00, 0, 0x10000)	/* 3.10 to 4.14, as it was written at first */
{
	return 1;
}

PROGRAM("schedcls/ingress6/tether_ether", tether, KVER(4, 14, 0), ANY, 0, 0x10000)
{
	return count(&counts);
}

PROGRAM("schedcls/ingress6/some_day", needs_some_day, 0, ANY, 1, 0x10000)	/* its map is not made */
{
	return count(&some_day);
}

PROGRAM("schedcls/ingress6/s_only", s_only, 0, ANY, 0, 2)
{
	return count(&for_s_only);
}

PROGRAM("skfilter/allowlist/xtbpf", allowlist, 0, ANY, 0, 0x10000)
{
	return 0;
}

PROGRAM("xdp/offload", offload, 0, ANY, 0, 0x10000)
{
	return 2;
}

PROGRAM("bind4/block_port", block_port, KVER(4, 19, 0), ANY, 0, 0x10000)
{
	return 1;
}

PROGRAM("skfilter/egress/broken", broken, 0, ANY, 1, 0x10000)
{
	return *(volatile int *)0;
}

/* No definition: for all kernels. */
SEC("cgroupsock/inet/create")
int create(void *ctx __unused)
{
	return 1;
}

const __u32 _bpfloader_min_ver SEC("bpfloader_min_ver") = 37;
const __u32 _bpfloader_max_ver SEC("bpfloader_max_ver") = 0x10000;
const __u64 _size_of_bpf_map_def SEC("size_of_bpf_map_def") = sizeof(struct android_map_def);
const __u64 _size_of_bpf_prog_def SEC("size_of_bpf_prog_def") = sizeof(struct android_prog_def);
char _critical[] SEC("critical") = "tests";
LICENSE("Apache 2.0");
