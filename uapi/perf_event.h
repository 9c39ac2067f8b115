/*
 * perf_event_open(2): how a probe, a tracepoint or a clock is asked for, and
 * the ring in which the kernel delivers records.
 *
 *	struct perf_event_attr --perf_event_open()--> descriptor
 *	ioctl(descriptor, PERF_EVENT_IOC_SET_BPF, program)   the event runs the program
 *	mmap(descriptor, 1 + 2^n pages)                      the event's ring:
 *
 *	+----------------------+------+------+-------+-----+
 *	| perf_event_mmap_page | data | data | data  | ... |
 *	+----------------------+------+------+-------+-----+
 *	  data_head: the kernel wrote up to here; data_tail: we read up to here.
 *	  Both only grow; a place in the ring is the number modulo data_size.
 *
 * Kernel: include/uapi/linux/perf_event.h; kernel/events/core.c perf_event_open()
 * Try:  man 2 perf_event_open
 * Next: uapi/names.def
 */
#ifndef UAPI_PERF_EVENT_H
#define UAPI_PERF_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "uapi/names.def"

#define UAPI_PERF_ROW(name, value) name = value,

enum perf_type_id { PERF_TYPE_ID_LIST(UAPI_PERF_ROW) };
enum perf_hw_id { PERF_HW_ID_LIST(UAPI_PERF_ROW) };
enum perf_sw_ids { PERF_SW_IDS_LIST(UAPI_PERF_ROW) };
enum perf_event_sample_format { PERF_EVENT_SAMPLE_FORMAT_LIST(UAPI_PERF_ROW) };
enum perf_event_read_format { PERF_EVENT_READ_FORMAT_LIST(UAPI_PERF_ROW) };
enum perf_event_type { PERF_EVENT_TYPE_LIST(UAPI_PERF_ROW) };
enum { PERF_FLAG_LIST(UAPI_PERF_ROW) };
enum { PERF_ATTR_SIZE_LIST(UAPI_PERF_ROW) };


/*
 * As the kernel declares it. Probes through the perf PMUs use its unions:
 * kprobe: kprobe_func and probe_offset, or 0 and kprobe_addr; uprobe:
 * uprobe_path and probe_offset (in the file), ref_ctr_offset in the upper half
 * of config. The bits after read_format are bit-fields there too.
 */
struct perf_event_attr {
	uint32_t type;			/* enum perf_type_id, or the number of a PMU */
	uint32_t size;			/* one of PERF_ATTR_SIZE_LIST: uapi/sys.c fills it in */
	uint64_t config;		/* SOFTWARE: enum perf_sw_ids; TRACEPOINT: its id; PMU: its own */
	union {
		uint64_t sample_period;
		uint64_t sample_freq;	/* with freq: Hz */
	};
	uint64_t sample_type;		/* enum perf_event_sample_format */
	uint64_t read_format;		/* enum perf_event_read_format */
	uint64_t disabled : 1,
		inherit : 1,
		pinned : 1,
		exclusive : 1,
		exclude_user : 1,
		exclude_kernel : 1,
		exclude_hv : 1,
		exclude_idle : 1,
		mmap : 1,
		comm : 1,
		freq : 1,
		inherit_stat : 1,
		enable_on_exec : 1,
		task : 1,
		watermark : 1,		/* wakeup_watermark bytes, not wakeup_events records */
		precise_ip : 2,
		mmap_data : 1,
		sample_id_all : 1,
		exclude_host : 1,
		exclude_guest : 1,
		exclude_callchain_kernel : 1,
		exclude_callchain_user : 1,
		mmap2 : 1,
		comm_exec : 1,
		use_clockid : 1,
		context_switch : 1,
		write_backward : 1,
		namespaces : 1,
		ksymbol : 1,
		bpf_event : 1,
		aux_output : 1,
		cgroup : 1,
		text_poke : 1,
		build_id : 1,
		inherit_thread : 1,
		remove_on_exec : 1,
		sigtrap : 1,
		defer_callchain : 1,
		defer_output : 1,
		reserved_1 : 24;
	union {
		uint32_t wakeup_events;
		uint32_t wakeup_watermark;
	};
	uint32_t bp_type;
	union {
		uint64_t bp_addr;
		uint64_t kprobe_func;	/* string */
		uint64_t uprobe_path;	/* string */
		uint64_t config1;
	};
	union {
		uint64_t bp_len;
		uint64_t kprobe_addr;
		uint64_t probe_offset;
		uint64_t config2;
	};
	uint64_t branch_sample_type;
	uint64_t sample_regs_user;
	uint32_t sample_stack_user;
	int32_t clockid;
	uint64_t sample_regs_intr;
	uint32_t aux_watermark;
	uint16_t sample_max_stack;
	uint16_t reserved_2;
	uint32_t aux_sample_size;
	uint32_t aux_action;
	uint64_t sig_data;
	uint64_t config3;
	uint64_t config4;
};

_Static_assert(offsetof(struct perf_event_attr, wakeup_events) == 48, "forty bits and their padding are one word");
_Static_assert(sizeof(struct perf_event_attr) == PERF_ATTR_SIZE_VER9, "64-bit members on natural places");

/*
 * The number of an ioctl says direction, size of the argument, a letter and a
 * number. Some architectures count the direction and place it differently.
 */
#if defined(__mips__) || defined(__powerpc__) || defined(__sparc__) || defined(__alpha__)
#define UAPI_IOC_NONE	1u
#define UAPI_IOC_READ	2u
#define UAPI_IOC_WRITE	4u
#define UAPI_IOC_DIR(d)	((d) << 29)
#else
#define UAPI_IOC_NONE	0u
#define UAPI_IOC_WRITE	1u
#define UAPI_IOC_READ	2u
#define UAPI_IOC_DIR(d)	((d) << 30)
#endif
#define PERF_IOC(dir, nr, size)	(UAPI_IOC_DIR(dir) | (unsigned)(size) << 16 | '$' << 8 | (nr))

#define PERF_EVENT_IOC_ENABLE			PERF_IOC(UAPI_IOC_NONE, 0, 0)
#define PERF_EVENT_IOC_DISABLE			PERF_IOC(UAPI_IOC_NONE, 1, 0)
#define PERF_EVENT_IOC_REFRESH			PERF_IOC(UAPI_IOC_NONE, 2, 0)
#define PERF_EVENT_IOC_RESET			PERF_IOC(UAPI_IOC_NONE, 3, 0)
#define PERF_EVENT_IOC_PERIOD			PERF_IOC(UAPI_IOC_WRITE, 4, sizeof(uint64_t))
#define PERF_EVENT_IOC_SET_OUTPUT		PERF_IOC(UAPI_IOC_NONE, 5, 0)
#define PERF_EVENT_IOC_SET_FILTER		PERF_IOC(UAPI_IOC_WRITE, 6, sizeof(char *))
#define PERF_EVENT_IOC_ID			PERF_IOC(UAPI_IOC_READ, 7, sizeof(uint64_t *))
#define PERF_EVENT_IOC_SET_BPF			PERF_IOC(UAPI_IOC_WRITE, 8, sizeof(uint32_t))
#define PERF_EVENT_IOC_PAUSE_OUTPUT		PERF_IOC(UAPI_IOC_WRITE, 9, sizeof(uint32_t))
#define PERF_EVENT_IOC_QUERY_BPF		PERF_IOC(UAPI_IOC_READ | UAPI_IOC_WRITE, 10, sizeof(void *))
#define PERF_EVENT_IOC_MODIFY_ATTRIBUTES	PERF_IOC(UAPI_IOC_WRITE, 11, sizeof(void *))

/* The first page of a ring; what is left out serves self-monitoring. */
struct perf_event_mmap_page {
	uint32_t version;
	uint32_t compat_version;
	uint8_t left_out[1016];
	uint64_t data_head;		/* read with acquire */
	uint64_t data_tail;		/* written after a full barrier */
	uint64_t data_offset;		/* bytes from this page's start; since 4.1, 0 before: then one page */
	uint64_t data_size;		/* bytes; since 4.1 */
};

_Static_assert(offsetof(struct perf_event_mmap_page, data_head) == 1024, "one kilobyte in, so that it has its own cache line");

/* Every record begins with this, is size bytes long with it, and a multiple of 8. */
struct perf_event_header {
	uint32_t type;			/* enum perf_event_type */
	uint16_t misc;
	uint16_t size;
};

/* PERF_RECORD_LOST: the ring was full. */
struct perf_record_lost {
	struct perf_event_header header;
	uint64_t id;
	uint64_t lost;			/* records, since the last one of these */
};

/* PERF_RECORD_SAMPLE of an event whose sample_type is PERF_SAMPLE_RAW alone; size bytes follow. */
struct perf_record_raw {
	struct perf_event_header header;
	uint32_t size;			/* with padding: size + 4 is a multiple of 8 */
};

#endif
