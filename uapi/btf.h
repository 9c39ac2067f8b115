/*
 * BTF on paper: how types are written down.
 *
 *	+--------+------------------------------+-------------------+
 *	| header | type  type  type  type ...   | strings           |
 *	+--------+------------------------------+-------------------+
 *	          hdr_len + type_off .. type_len  hdr_len + str_off .. str_len
 *
 * A type is a struct btf_type and, depending on its kind, more behind it:
 *
 *	INT				one word: encoding, offset, bits
 *	ARRAY				one struct btf_array
 *	STRUCT UNION			vlen times struct btf_member
 *	ENUM, ENUM64			vlen times struct btf_enum, btf_enum64
 *	FUNC_PROTO			vlen times struct btf_param
 *	VAR, DECL_TAG			one struct btf_var, btf_decl_tag
 *	DATASEC				vlen times struct btf_var_secinfo
 *	all others			nothing
 *
 * Kernel: include/uapi/linux/btf.h; Documentation/bpf/btf.rst
 * Try:  bpftool btf dump file /sys/kernel/btf/vmlinux | head
 * Next: uapi/perf_event.h
 */
#ifndef UAPI_BTF_H
#define UAPI_BTF_H

#include <stdint.h>

#define BTF_MAGIC	0xeB9F
#define BTF_VERSION	1

/*
 * What every header begins with. It may be longer (7.x kernels can append
 * layout_off and layout_len, where a table gives the sizes of kinds the reader
 * does not know): hdr_len tells, and offsets count from there.
 */
struct btf_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;		/* bytes of the header */
	uint32_t type_off;		/* of the types, from the end of the header */
	uint32_t type_len;		/* bytes */
	uint32_t str_off;		/* of the strings, from the end of the header */
	uint32_t str_len;		/* bytes */
};

/* .BTF.ext begins with this; core_relo_* are there when hdr_len is at least 32. */
struct btf_ext_header {
	uint16_t magic;			/* BTF_MAGIC */
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	uint32_t func_info_off, func_info_len;
	uint32_t line_info_off, line_info_len;
	uint32_t core_relo_off, core_relo_len;
};

/* Each of its tables: one word rec_size, then for each ELF section this and num_info records. */
struct btf_ext_info_sec {
	uint32_t sec_name_off;		/* into BTF's strings */
	uint32_t num_info;
};

struct btf_type {
	uint32_t name_off;		/* into the strings; 0: no name */
	uint32_t info;			/* BTF_INFO_... */
	union {
		uint32_t size;		/* bytes: INT ENUM ENUM64 STRUCT UNION FLOAT DATASEC */
		uint32_t type;		/* a type's number: the others */
	};
};

/* Until 7.x a kind had five bits and vlen sixteen; the bits between had to be 0, so the wide masks read both. */
#define BTF_INFO_KIND(info)	(((info) >> 24) & 0x7f)
#define BTF_INFO_VLEN(info)	((info) & 0xffffff)
#define BTF_INFO_KFLAG(info)	((info) >> 31)
#define BTF_INFO_ENC(kind, kflag, vlen) \
	((uint32_t)(kflag) << 31 | (uint32_t)(kind) << 24 | (uint32_t)(vlen))

#define BTF_MAX_TYPE		0x000fffff
#define BTF_MAX_NAME_OFFSET	0x00ffffff

enum {
	BTF_KIND_UNKN,			/* void, type number 0 */
	BTF_KIND_INT,
	BTF_KIND_PTR,
	BTF_KIND_ARRAY,
	BTF_KIND_STRUCT,
	BTF_KIND_UNION,
	BTF_KIND_ENUM,			/* up to 32 bits; kflag: signed */
	BTF_KIND_FWD,			/* struct x; kflag: union x; */
	BTF_KIND_TYPEDEF,
	BTF_KIND_VOLATILE,
	BTF_KIND_CONST,
	BTF_KIND_RESTRICT,
	BTF_KIND_FUNC,			/* vlen: enum btf_func_linkage */
	BTF_KIND_FUNC_PROTO,
	BTF_KIND_VAR,
	BTF_KIND_DATASEC,		/* an ELF section of variables */
	BTF_KIND_FLOAT,			/* 5.13 */
	BTF_KIND_DECL_TAG,		/* 5.16 */
	BTF_KIND_TYPE_TAG,		/* 5.17 */
	BTF_KIND_ENUM64,		/* 6.0 */
	NR_BTF_KINDS
};

/* the word behind an INT */
#define BTF_INT_ENCODING(val)	(((val) & 0x0f000000) >> 24)
#define BTF_INT_OFFSET(val)	(((val) & 0x00ff0000) >> 16)
#define BTF_INT_BITS(val)	((val) & 0x000000ff)
#define BTF_INT_SIGNED	(1 << 0)
#define BTF_INT_CHAR	(1 << 1)
#define BTF_INT_BOOL	(1 << 2)

struct btf_array {
	uint32_t type;			/* of an element */
	uint32_t index_type;
	uint32_t nelems;
};

struct btf_member {
	uint32_t name_off;
	uint32_t type;
	uint32_t offset;		/* bits; with kflag two numbers: */
};
#define BTF_MEMBER_BITFIELD_SIZE(val)	((val) >> 24)
#define BTF_MEMBER_BIT_OFFSET(val)	((val) & 0xffffff)

struct btf_enum {
	uint32_t name_off;
	int32_t val;
};

struct btf_enum64 {
	uint32_t name_off;
	uint32_t val_lo32;
	uint32_t val_hi32;
};

struct btf_param {
	uint32_t name_off;
	uint32_t type;			/* 0 with no name, last: "..." */
};

enum {
	BTF_VAR_STATIC,
	BTF_VAR_GLOBAL_ALLOCATED,
	BTF_VAR_GLOBAL_EXTERN		/* not for the kernel */
};

enum btf_func_linkage {
	BTF_FUNC_STATIC,
	BTF_FUNC_GLOBAL,		/* verified by itself; 5.6 */
	BTF_FUNC_EXTERN			/* not for the kernel */
};

struct btf_var {
	uint32_t linkage;
};

struct btf_var_secinfo {
	uint32_t type;			/* a VAR */
	uint32_t offset;		/* bytes into the section; clang leaves 0, the linker's job is ours */
	uint32_t size;			/* bytes */
};

struct btf_decl_tag {
	int32_t component_idx;		/* member or argument; -1: the declaration itself */
};

_Static_assert(sizeof(struct btf_header) == 24, "the oldest header");
_Static_assert(sizeof(struct btf_type) == 12, "a type without what follows it");

#endif
