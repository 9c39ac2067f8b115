/*
 * bpf(2): one structure for each command.
 *
 *	bpf(cmd, &attr, size)
 *
 * The kernel declares one union bpf_attr of all commands. We do not: whoever
 * fills a union has to know that members of other commands share its bytes,
 * and whoever passes its full size sends bytes that an older kernel has never
 * heard of. With one structure a command there is nothing to zero but itself,
 * and the size passed ends after the last member that was set (uapi/sys.h).
 *
 * Members have the kernel's names and offsets. A pointer is a number of 64
 * bits, on 32-bit machines too: write (uintptr_t)p, which never extends the
 * sign. Descriptor 0 means "none" in nearly every member of that kind.
 * "out" marks what the kernel writes.
 *
 * Kernel: include/uapi/linux/bpf.h union bpf_attr; kernel/bpf/syscall.c __sys_bpf()
 * Try:  man 2 bpf
 * Next: uapi/bpf_info.h
 */
#ifndef UAPI_BPF_CMD_H
#define UAPI_BPF_CMD_H

#include <stdint.h>

#include "uapi/names.def"

/* i386 aligns 64-bit numbers to 4 bytes, a 64-bit kernel under it does not. */
typedef uint64_t u64_aligned __attribute__((aligned(8)));

#define UAPI_ENUM_ROW(name, value) name = value,

enum bpf_cmd {
	BPF_CMD_LIST(UAPI_ENUM_ROW)
	BPF_PROG_RUN = BPF_PROG_TEST_RUN,
	BPF_COMMON_ATTRS = 1 << 16	/* or-ed in: two more arguments, struct bpf_common_attr and its size; 7.x */
};

enum bpf_map_type {
	BPF_MAP_TYPE_LIST(UAPI_ENUM_ROW)
	BPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED = BPF_MAP_TYPE_CGROUP_STORAGE,
	BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE_DEPRECATED = BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE
};

enum bpf_prog_type { BPF_PROG_TYPE_LIST(UAPI_ENUM_ROW) };
enum bpf_attach_type { BPF_ATTACH_TYPE_LIST(UAPI_ENUM_ROW) };
enum bpf_link_type { BPF_LINK_TYPE_LIST(UAPI_ENUM_ROW) };
enum bpf_core_relo_kind { BPF_CORE_RELO_KIND_LIST(UAPI_ENUM_ROW) };
enum bpf_perf_event_type { BPF_PERF_EVENT_TYPE_LIST(UAPI_ENUM_ROW) };
enum bpf_cgroup_iter_order { BPF_CGROUP_ITER_ORDER_LIST(UAPI_ENUM_ROW) };
enum bpf_task_fd_type { BPF_TASK_FD_TYPE_LIST(UAPI_ENUM_ROW) };
enum bpf_stats_type { BPF_STATS_TYPE_LIST(UAPI_ENUM_ROW) };

enum bpf_func_id {
	BPF_FUNC_unspec,
#define H(number, name, ...) BPF_FUNC_##name = number,
#include "uapi/bpf/helpers.def"
#undef H
	__BPF_FUNC_MAX_ID
};

enum { BPF_ELEM_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_MAP_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_PROG_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_ATTACH_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_QUERY_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_TEST_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_KPROBE_MULTI_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_UPROBE_MULTI_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_NETFILTER_FLAG_LIST(UAPI_ENUM_ROW) };
enum { XDP_FLAG_LIST(UAPI_ENUM_ROW) };
enum { BPF_STREAM_LIST(UAPI_ENUM_ROW) };

#define BPF_OBJ_NAME_LEN	16	/* with the NUL; a name has letters, digits, '_' and '.' */
#define BPF_TAG_SIZE		8
#define BPF_BUILD_ID_SIZE	20

/* log_level of BPF_PROG_LOAD; BPF_BTF_LOAD takes LEVEL1 only */
enum {
	BPF_LOG_LEVEL1 = 1,		/* the path that failed */
	BPF_LOG_LEVEL2 = 2,		/* every path */
	BPF_LOG_STATS = 4,		/* only the summary */
	BPF_LOG_FIXED = 8		/* keep the head of a log that is too long; without it 6.4 and later keep the tail */
};

/* The word in front of each record of a BPF_MAP_TYPE_RINGBUF: length and two bits. */
#define BPF_RINGBUF_BUSY_BIT	(1u << 31)
#define BPF_RINGBUF_DISCARD_BIT	(1u << 30)
#define BPF_RINGBUF_HDR_SZ	8

/* BPF_MAP_CREATE */
struct bpf_map_create_attr {
	uint32_t map_type;		/* enum bpf_map_type */
	uint32_t key_size;		/* bytes */
	uint32_t value_size;		/* bytes */
	uint32_t max_entries;
	uint32_t map_flags;		/* BPF_MAP_FLAG_LIST */
	uint32_t inner_map_fd;
	uint32_t numa_node;		/* with BPF_F_NUMA_NODE */
	char map_name[BPF_OBJ_NAME_LEN];
	uint32_t map_ifindex;
	uint32_t btf_fd;
	uint32_t btf_key_type_id;
	uint32_t btf_value_type_id;
	uint32_t btf_vmlinux_value_type_id;
	u64_aligned map_extra;		/* its meaning depends on map_type */
	int32_t value_type_btf_obj_fd;	/* with BPF_F_VTYPE_BTF_OBJ_FD */
	int32_t map_token_fd;		/* with BPF_F_TOKEN_FD */
	u64_aligned excl_prog_hash;
	uint32_t excl_prog_hash_size;
};

/* BPF_MAP_LOOKUP_ELEM, UPDATE_ELEM, DELETE_ELEM, LOOKUP_AND_DELETE_ELEM, GET_NEXT_KEY; BPF_MAP_FREEZE takes map_fd only */
struct bpf_map_elem_attr {
	uint32_t map_fd;
	u64_aligned key;		/* key_size bytes; NULL asks GET_NEXT_KEY for the first */
	union {
		u64_aligned value;	/* value_size bytes; per-CPU maps: round_up(value_size, 8) for each possible CPU */
		u64_aligned next_key;	/* out: key_size bytes */
	};
	u64_aligned flags;		/* BPF_ELEM_FLAG_LIST; with BPF_F_CPU the CPU in the upper half */
};

/* BPF_MAP_LOOKUP_BATCH, LOOKUP_AND_DELETE_BATCH, UPDATE_BATCH, DELETE_BATCH */
struct bpf_map_batch_attr {
	u64_aligned in_batch;		/* where to go on; NULL: at the beginning */
	u64_aligned out_batch;		/* out: the next in_batch */
	u64_aligned keys;
	u64_aligned values;
	uint32_t count;			/* in: room, out: elements */
	uint32_t map_fd;
	u64_aligned elem_flags;		/* BPF_ELEM_FLAG_LIST */
	u64_aligned flags;
};

/* BPF_PROG_LOAD */
struct bpf_prog_load_attr {
	uint32_t prog_type;		/* enum bpf_prog_type */
	uint32_t insn_cnt;
	u64_aligned insns;		/* struct bpf_insn[insn_cnt] */
	u64_aligned license;		/* string */
	uint32_t log_level;		/* BPF_LOG_... */
	uint32_t log_size;		/* bytes */
	u64_aligned log_buf;		/* out */
	uint32_t kern_version;		/* checked for kprobes before 5.0 */
	uint32_t prog_flags;		/* BPF_PROG_FLAG_LIST */
	char prog_name[BPF_OBJ_NAME_LEN];
	uint32_t prog_ifindex;
	uint32_t expected_attach_type;	/* enum bpf_attach_type */
	uint32_t prog_btf_fd;
	uint32_t func_info_rec_size;	/* bytes */
	u64_aligned func_info;		/* struct bpf_func_info[func_info_cnt] */
	uint32_t func_info_cnt;
	uint32_t line_info_rec_size;	/* bytes */
	u64_aligned line_info;		/* struct bpf_line_info[line_info_cnt] */
	uint32_t line_info_cnt;
	uint32_t attach_btf_id;
	union {
		uint32_t attach_prog_fd;
		uint32_t attach_btf_obj_fd;
	};
	uint32_t core_relo_cnt;
	u64_aligned fd_array;		/* int[]; [fd_array_cnt] when that is not 0 */
	u64_aligned core_relos;		/* struct bpf_core_relo[core_relo_cnt] */
	uint32_t core_relo_rec_size;	/* bytes */
	uint32_t log_true_size;		/* out: bytes the whole log needs; 6.4 */
	int32_t prog_token_fd;		/* with BPF_F_TOKEN_FD */
	uint32_t fd_array_cnt;
	u64_aligned signature;
	uint32_t signature_size;
	int32_t keyring_id;
};

/* BPF_OBJ_PIN, BPF_OBJ_GET */
struct bpf_obj_attr {
	u64_aligned pathname;		/* string */
	uint32_t bpf_fd;		/* OBJ_PIN */
	uint32_t file_flags;		/* OBJ_GET: BPF_F_RDONLY, BPF_F_WRONLY; both: BPF_F_PATH_FD */
	int32_t path_fd;		/* with BPF_F_PATH_FD: a directory; else 0 */
};

/* BPF_PROG_ATTACH, BPF_PROG_DETACH */
struct bpf_prog_attach_attr {
	union {
		uint32_t target_fd;
		uint32_t target_ifindex;
	};
	uint32_t attach_bpf_fd;
	uint32_t attach_type;		/* enum bpf_attach_type */
	uint32_t attach_flags;		/* BPF_ATTACH_FLAG_LIST */
	uint32_t replace_bpf_fd;
	union {
		uint32_t relative_fd;
		uint32_t relative_id;	/* with BPF_F_ID */
	};
	u64_aligned expected_revision;
};

/* BPF_PROG_TEST_RUN */
struct bpf_prog_test_run_attr {
	uint32_t prog_fd;
	uint32_t retval;		/* out */
	uint32_t data_size_in;
	uint32_t data_size_out;		/* in: room, out: bytes */
	u64_aligned data_in;
	u64_aligned data_out;		/* out */
	uint32_t repeat;
	uint32_t duration;		/* out: nanoseconds a run */
	uint32_t ctx_size_in;
	uint32_t ctx_size_out;		/* in: room, out: bytes */
	u64_aligned ctx_in;
	u64_aligned ctx_out;		/* out */
	uint32_t flags;			/* BPF_TEST_FLAG_LIST */
	uint32_t cpu;
	uint32_t batch_size;
};

/* BPF_{PROG,MAP,BTF,LINK}_GET_NEXT_ID and _GET_FD_BY_ID */
struct bpf_id_attr {
	union {
		uint32_t start_id;	/* GET_NEXT_ID */
		uint32_t prog_id;
		uint32_t map_id;
		uint32_t btf_id;
		uint32_t link_id;
	};
	uint32_t next_id;		/* out: GET_NEXT_ID */
	uint32_t open_flags;
	int32_t fd_by_id_token_fd;
};

/* BPF_OBJ_GET_INFO_BY_FD */
struct bpf_info_attr {
	uint32_t bpf_fd;
	uint32_t info_len;		/* in: room, out: bytes written */
	u64_aligned info;		/* out: struct bpf_{prog,map,btf,link}_info, see uapi/bpf_info.h */
};

/* BPF_PROG_QUERY */
struct bpf_prog_query_attr {
	union {
		uint32_t target_fd;
		uint32_t target_ifindex;
	};
	uint32_t attach_type;		/* enum bpf_attach_type */
	uint32_t query_flags;		/* BPF_QUERY_FLAG_LIST */
	uint32_t attach_flags;		/* out */
	u64_aligned prog_ids;		/* out: uint32_t[] */
	union {
		uint32_t prog_cnt;	/* in: room, out: programs */
		uint32_t count;
	};
	uint32_t reserved;
	u64_aligned prog_attach_flags;	/* out: uint32_t[] */
	u64_aligned link_ids;		/* out: uint32_t[] */
	u64_aligned link_attach_flags;	/* out: uint32_t[] */
	u64_aligned revision;		/* out */
};

/* BPF_RAW_TRACEPOINT_OPEN */
struct bpf_raw_tracepoint_open_attr {
	u64_aligned name;		/* string; NULL for BTF-typed programs, which know theirs */
	uint32_t prog_fd;
	uint32_t reserved;
	u64_aligned cookie;
};

/* BPF_BTF_LOAD */
struct bpf_btf_load_attr {
	u64_aligned btf;
	u64_aligned btf_log_buf;	/* out */
	uint32_t btf_size;		/* bytes */
	uint32_t btf_log_size;		/* bytes */
	uint32_t btf_log_level;
	uint32_t btf_log_true_size;	/* out: bytes the whole log needs; 6.4 */
	uint32_t btf_flags;		/* BPF_F_TOKEN_FD */
	int32_t btf_token_fd;
};

/* BPF_TASK_FD_QUERY */
struct bpf_task_fd_query_attr {
	uint32_t pid;
	uint32_t fd;
	uint32_t flags;
	uint32_t buf_len;		/* in: room, out: length of the name */
	u64_aligned buf;		/* out: the tracepoint, symbol or file name */
	uint32_t prog_id;		/* out */
	uint32_t fd_type;		/* out: enum bpf_task_fd_type */
	u64_aligned probe_offset;	/* out */
	u64_aligned probe_addr;		/* out */
};

/*
 * BPF_LINK_CREATE: which member of the union counts is decided by attach_type.
 * (A 32-bit x86 kernel has the 64-bit members of tracing, tcx, netkit and
 * cgroup four bytes earlier; every other kernel has them here.)
 */
struct bpf_link_create_attr {
	union {
		uint32_t prog_fd;
		uint32_t map_fd;	/* struct_ops */
	};
	union {
		uint32_t target_fd;
		uint32_t target_ifindex;
	};
	uint32_t attach_type;		/* enum bpf_attach_type */
	uint32_t flags;			/* BPF_ATTACH_FLAG_LIST; for BPF_XDP XDP_FLAG_LIST */
	union {
		uint32_t target_btf_id;	/* freplace */
		struct {
			u64_aligned iter_info;	/* union bpf_iter_link_info */
			uint32_t iter_info_len;
		};
		struct {
			u64_aligned bpf_cookie;
		} perf_event;
		struct {
			uint32_t flags;		/* BPF_KPROBE_MULTI_FLAG_LIST */
			uint32_t cnt;
			u64_aligned syms;	/* char *[cnt], or addrs */
			u64_aligned addrs;	/* uint64_t[cnt] */
			u64_aligned cookies;	/* uint64_t[cnt] */
		} kprobe_multi;
		struct {
			uint32_t target_btf_id;
			u64_aligned cookie;
		} tracing;
		struct {
			uint32_t pf;
			uint32_t hooknum;
			int32_t priority;
			uint32_t flags;		/* BPF_NETFILTER_FLAG_LIST */
		} netfilter;
		struct {
			union {
				uint32_t relative_fd;
				uint32_t relative_id;
			};
			u64_aligned expected_revision;
		} tcx, netkit, cgroup;
		struct {
			u64_aligned path;	/* string */
			u64_aligned offsets;	/* uint64_t[cnt] */
			u64_aligned ref_ctr_offsets;	/* uint64_t[cnt] */
			u64_aligned cookies;	/* uint64_t[cnt] */
			uint32_t cnt;
			uint32_t flags;		/* BPF_UPROBE_MULTI_FLAG_LIST */
			uint32_t pid;
			uint32_t path_fd;
		} uprobe_multi;
		struct {
			u64_aligned ids;	/* uint32_t[cnt] */
			u64_aligned cookies;	/* uint64_t[cnt] */
			uint32_t cnt;
		} tracing_multi;
	};
};

/* What iter_info points at. */
union bpf_iter_link_info {
	struct {
		uint32_t map_fd;
	} map;
	struct {
		uint32_t order;		/* enum bpf_cgroup_iter_order */
		uint32_t cgroup_fd;
		u64_aligned cgroup_id;
	} cgroup;
	struct {
		uint32_t tid;
		uint32_t pid;
		uint32_t pid_fd;
	} task;
};

/* BPF_LINK_UPDATE */
struct bpf_link_update_attr {
	uint32_t link_fd;
	union {
		uint32_t new_prog_fd;
		uint32_t new_map_fd;
	};
	uint32_t flags;			/* BPF_F_REPLACE: only if the old one is ... */
	union {
		uint32_t old_prog_fd;
		uint32_t old_map_fd;
	};
};

/* BPF_LINK_DETACH */
struct bpf_link_detach_attr {
	uint32_t link_fd;
};

/* BPF_ENABLE_STATS */
struct bpf_enable_stats_attr {
	uint32_t type;			/* enum bpf_stats_type */
};

/* BPF_ITER_CREATE */
struct bpf_iter_create_attr {
	uint32_t link_fd;
	uint32_t flags;
};

/* BPF_PROG_BIND_MAP */
struct bpf_prog_bind_map_attr {
	uint32_t prog_fd;
	uint32_t map_fd;
	uint32_t flags;
};

/* BPF_TOKEN_CREATE */
struct bpf_token_create_attr {
	uint32_t flags;
	uint32_t bpffs_fd;
};

/* BPF_PROG_STREAM_READ_BY_FD: returns the bytes read */
struct bpf_prog_stream_read_attr {
	u64_aligned stream_buf;		/* out */
	uint32_t stream_buf_len;
	uint32_t stream_id;		/* BPF_STREAM_LIST */
	uint32_t prog_fd;
};

/* BPF_PROG_ASSOC_STRUCT_OPS */
struct bpf_prog_assoc_struct_ops_attr {
	uint32_t map_fd;
	uint32_t prog_fd;
	uint32_t flags;
};

/* The fourth argument with BPF_COMMON_ATTRS. */
struct bpf_common_attr {
	u64_aligned log_buf;		/* out */
	uint32_t log_size;
	uint32_t log_level;
	uint32_t log_true_size;		/* out */
};

/* Records of .BTF.ext and of BPF_PROG_LOAD. insn_off: bytes in the file, instructions in the system call. */
struct bpf_func_info {
	uint32_t insn_off;
	uint32_t type_id;
};

struct bpf_line_info {
	uint32_t insn_off;
	uint32_t file_name_off;		/* into BTF's strings */
	uint32_t line_off;		/* into BTF's strings: the text of the line */
	uint32_t line_col;
};

#define BPF_LINE_INFO_LINE_NUM(line_col)	((line_col) >> 10)
#define BPF_LINE_INFO_LINE_COL(line_col)	((line_col) & 0x3ff)

struct bpf_core_relo {
	uint32_t insn_off;
	uint32_t type_id;
	uint32_t access_str_off;	/* into BTF's strings: "0:1:2" */
	uint32_t kind;			/* enum bpf_core_relo_kind */
};

_Static_assert(sizeof(struct bpf_map_create_attr) == 96, "64-bit members are aligned to 8 everywhere");
_Static_assert(sizeof(struct bpf_prog_load_attr) == 168, "64-bit members are aligned to 8 everywhere");
_Static_assert(sizeof(struct bpf_link_create_attr) == 64, "64-bit members are aligned to 8 everywhere");

#include "uapi/bpf_info.h"

#endif
