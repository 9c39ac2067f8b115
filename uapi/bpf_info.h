/*
 * What the kernel tells of an object: BPF_OBJ_GET_INFO_BY_FD.
 *
 * The kernel writes as much of the structure as it and the caller know, and
 * says in info_len how much that was; what the caller put there beyond the
 * kernel's own structure must be 0. So memset() it first.
 *
 * All of it is "out". Members marked "room" are read as well: the address of a
 * buffer and its size or count, both 0 when its contents are not wanted; the
 * kernel puts the true size there in any case.
 *
 * Kernel: include/uapi/linux/bpf.h; kernel/bpf/syscall.c bpf_obj_get_info_by_fd()
 * Try:  bpftool prog; bpftool map; bpftool link
 * Next: uapi/bpf_insn.h
 */
#ifndef UAPI_BPF_INFO_H
#define UAPI_BPF_INFO_H

#include "uapi/bpf_cmd.h"

struct bpf_prog_info {
	uint32_t type;			/* enum bpf_prog_type */
	uint32_t id;
	uint8_t tag[BPF_TAG_SIZE];
	uint32_t jited_prog_len;	/* room, bytes */
	uint32_t xlated_prog_len;	/* room, bytes */
	u64_aligned jited_prog_insns;	/* room */
	u64_aligned xlated_prog_insns;	/* room: struct bpf_insn[] */
	u64_aligned load_time;		/* nanoseconds since boot */
	uint32_t created_by_uid;
	uint32_t nr_map_ids;		/* room */
	u64_aligned map_ids;		/* room: uint32_t[] */
	char name[BPF_OBJ_NAME_LEN];
	uint32_t ifindex;
	uint32_t gpl_compatible : 1;
	uint32_t : 31;
	u64_aligned netns_dev;
	u64_aligned netns_ino;
	uint32_t nr_jited_ksyms;	/* room */
	uint32_t nr_jited_func_lens;	/* room */
	u64_aligned jited_ksyms;	/* room: uint64_t[] */
	u64_aligned jited_func_lens;	/* room: uint32_t[] */
	uint32_t btf_id;
	uint32_t func_info_rec_size;
	u64_aligned func_info;		/* room */
	uint32_t nr_func_info;		/* room */
	uint32_t nr_line_info;		/* room */
	u64_aligned line_info;		/* room */
	u64_aligned jited_line_info;	/* room: uint64_t[] */
	uint32_t nr_jited_line_info;	/* room */
	uint32_t line_info_rec_size;
	uint32_t jited_line_info_rec_size;
	uint32_t nr_prog_tags;		/* room */
	u64_aligned prog_tags;		/* room: uint8_t[][BPF_TAG_SIZE] */
	u64_aligned run_time_ns;	/* counted while BPF_ENABLE_STATS is on */
	u64_aligned run_cnt;
	u64_aligned recursion_misses;
	uint32_t verified_insns;
	uint32_t attach_btf_obj_id;
	uint32_t attach_btf_id;
	uint32_t reserved;
};

struct bpf_map_info {
	uint32_t type;			/* enum bpf_map_type */
	uint32_t id;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t max_entries;
	uint32_t map_flags;
	char name[BPF_OBJ_NAME_LEN];
	uint32_t ifindex;
	uint32_t btf_vmlinux_value_type_id;
	u64_aligned netns_dev;
	u64_aligned netns_ino;
	uint32_t btf_id;
	uint32_t btf_key_type_id;
	uint32_t btf_value_type_id;
	uint32_t btf_vmlinux_id;
	u64_aligned map_extra;
	u64_aligned hash;		/* room */
	uint32_t hash_size;		/* room */
	uint32_t reserved;
};

struct bpf_btf_info {
	u64_aligned btf;		/* room */
	uint32_t btf_size;		/* room */
	uint32_t id;
	u64_aligned name;		/* room: string */
	uint32_t name_len;		/* room */
	uint32_t kernel_btf;		/* 1: the kernel's own or a module's */
};

struct bpf_link_info {
	uint32_t type;			/* enum bpf_link_type: which member of the union counts */
	uint32_t id;
	uint32_t prog_id;
	union {
		struct {
			u64_aligned tp_name;	/* room: string */
			uint32_t tp_name_len;	/* room */
			uint32_t reserved;
			u64_aligned cookie;
		} raw_tracepoint;
		struct {
			uint32_t attach_type;
			uint32_t target_obj_id;
			uint32_t target_btf_id;
			uint32_t reserved;
			u64_aligned cookie;
		} tracing;
		struct {
			u64_aligned cgroup_id;
			uint32_t attach_type;
		} cgroup;
		struct {
			u64_aligned target_name;	/* room: string */
			uint32_t target_name_len;	/* room */
			union {
				struct {
					uint32_t map_id;
				} map;
			};
			union {
				struct {
					u64_aligned cgroup_id;
					uint32_t order;
				} cgroup;
				struct {
					uint32_t tid;
					uint32_t pid;
				} task;
			};
		} iter;
		struct {
			uint32_t netns_ino;
			uint32_t attach_type;
		} netns;
		struct {
			uint32_t ifindex;
		} xdp;
		struct {
			uint32_t map_id;
		} struct_ops;
		struct {
			uint32_t pf;
			uint32_t hooknum;
			int32_t priority;
			uint32_t flags;
		} netfilter;
		struct {
			u64_aligned addrs;	/* room: uint64_t[] */
			uint32_t count;		/* room */
			uint32_t flags;
			u64_aligned missed;
			u64_aligned cookies;	/* room: uint64_t[] */
		} kprobe_multi;
		struct {
			u64_aligned path;	/* room: string */
			u64_aligned offsets;	/* room: uint64_t[] */
			u64_aligned ref_ctr_offsets;	/* room: uint64_t[] */
			u64_aligned cookies;	/* room: uint64_t[] */
			uint32_t path_size;	/* room */
			uint32_t count;		/* room */
			uint32_t flags;
			uint32_t pid;
		} uprobe_multi;
		struct {
			uint32_t attach_type;
			uint32_t count;		/* room */
			uint32_t btf_obj_id;
			uint32_t reserved;
			u64_aligned ids;	/* room: uint32_t[] */
			u64_aligned addrs;	/* room: uint64_t[] */
			u64_aligned cookies;	/* room: uint64_t[] */
		} tracing_multi;
		struct {
			uint32_t type;		/* enum bpf_perf_event_type: which member counts */
			uint32_t reserved;
			union {
				struct {
					u64_aligned file_name;	/* room: string */
					uint32_t name_len;	/* room */
					uint32_t offset;
					u64_aligned cookie;
					u64_aligned ref_ctr_offset;
				} uprobe;
				struct {
					u64_aligned func_name;	/* room: string */
					uint32_t name_len;	/* room */
					uint32_t offset;
					u64_aligned addr;
					u64_aligned missed;
					u64_aligned cookie;
				} kprobe;
				struct {
					u64_aligned tp_name;	/* room: string */
					uint32_t name_len;	/* room */
					uint32_t reserved;
					u64_aligned cookie;
				} tracepoint;
				struct {
					u64_aligned config;
					uint32_t type;
					uint32_t reserved;
					u64_aligned cookie;
				} event;
			};
		} perf_event;
		struct {
			uint32_t ifindex;
			uint32_t attach_type;
		} tcx, netkit;
		struct {
			uint32_t map_id;
			uint32_t attach_type;
		} sockmap;
	};
};

struct bpf_token_info {
	u64_aligned allowed_cmds;	/* bit n: enum value n */
	u64_aligned allowed_maps;
	u64_aligned allowed_progs;
	u64_aligned allowed_attachs;
};

#endif
