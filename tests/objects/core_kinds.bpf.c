/*
 * tests/objects/core_kinds.bpf.c - each kind of CO-RE relocation, with and without something to be found.
 *
 * For the kernel of core_target.bpf.c. Every answer is a variable of its own, so that the record of each relocation
 * can be told by its line.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

enum colour { RED, GREEN, BLUE };
enum colour___other { GREEN___other = 100, PURPLE };
#if __clang_major__ >= 15		/* before, BTF had no room for more than 32 bits */
enum wide { SMALL = 0, HUGE = 0x1111111111111111ll };
#else
enum wide { SMALL = 0, HUGE = 1 };
#endif
enum nowhere { NOTHING };

struct inner { int deep; } __core;

struct sample {
	int plain;
	long hidden;
	int overlaid[4];
	struct inner inner;
	struct inner list[2];
	int matrix[2][5];
	char name[16];
	unsigned early : 3, late : 12;
	int sign : 3;
	unsigned long long far : 40;
	int is_unsigned;
	unsigned int is_signed;
	enum colour shade;
	const char *text;
	struct sample *next;
	struct inner kind_changed;
	int flexible[];
} __core;

struct sample___old { int gone; int plain; } __core;
struct absent { int a; } __core;
union either { long b; } __core;
typedef int number;
typedef struct { int a; } nameless_typedef;
struct resized { int becomes_pointer; } __core;

__u64 sum;

#define KEEP(x) (sum += (__u64)(x))

SEC("raw_tracepoint/sys_enter")
int offsets(struct sample *s)
{
	KEEP(bpf_core_field_offset(s->plain));
	KEEP(bpf_core_field_offset(s->hidden));
	KEEP(bpf_core_field_offset(s->overlaid[2]));
	KEEP(bpf_core_field_offset(s->inner.deep));
	KEEP(bpf_core_field_offset(s->list[1].deep));
	KEEP(bpf_core_field_offset(s->matrix[1][2]));
	KEEP(bpf_core_field_offset(s[1].plain));
	KEEP(bpf_core_field_offset(s->flexible[3]));
	KEEP(bpf_core_field_offset(s->next));
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int sizes(struct sample *s)
{
	KEEP(bpf_core_field_size(s->plain));
	KEEP(bpf_core_field_size(s->name));
	KEEP(bpf_core_field_size(s->list));
	KEEP(bpf_core_field_size(s->list[1]));
	KEEP(bpf_core_field_size(s->inner));
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int bits(struct sample *s)
{
	KEEP(bpf_core_field_offset(s->late));
	KEEP(bpf_core_field_size(s->late));
	KEEP(bpf_core_field_lshift(s->late));
	KEEP(bpf_core_field_rshift(s->late));
	KEEP(bpf_core_field_signed(s->late));
	KEEP(bpf_core_field_signed(s->sign));
	KEEP(bpf_core_field_lshift(s->sign));
	KEEP(bpf_core_field_rshift(s->sign));
	KEEP(bpf_core_field_size(s->far));
	KEEP(bpf_core_field_lshift(s->far));
	KEEP(bpf_core_field_rshift(s->far));
	KEEP(bpf_core_field_signed(s->is_unsigned));
	KEEP(bpf_core_field_signed(s->is_signed));
	KEEP(bpf_core_field_signed(s->shade));
	KEEP(bpf_core_field_lshift(s->plain));
	KEEP(bpf_core_field_rshift(s->plain));
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int exist(struct sample *s)
{
	struct sample___old *old = (void *)s;
	struct absent *absent = (void *)s;

	KEEP(bpf_core_field_exists(s->plain));
	KEEP(bpf_core_field_exists(s->kind_changed));
	KEEP(bpf_core_field_exists(old->gone));
	KEEP(bpf_core_field_exists(absent->a));
	KEEP(bpf_core_type_exists(struct sample___old));
	KEEP(bpf_core_type_exists(struct absent));
	KEEP(bpf_core_type_exists(union either));
	KEEP(bpf_core_type_exists(number));
	KEEP(bpf_core_type_exists(enum colour));
	KEEP(bpf_core_enum_value_exists(enum colour, GREEN));
	KEEP(bpf_core_enum_value_exists(enum colour___other, GREEN___other));
	KEEP(bpf_core_enum_value_exists(enum colour___other, PURPLE));
	KEEP(bpf_core_enum_value_exists(enum nowhere, NOTHING));
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int numbers(struct sample *s)
{
	KEEP(bpf_core_type_size(struct sample));
	KEEP(bpf_core_type_size(number));
	KEEP(bpf_core_type_size(struct absent));
	KEEP(bpf_core_type_id_local(struct sample));
	KEEP(bpf_core_type_id_local(nameless_typedef));
	KEEP(bpf_core_type_id_kernel(struct sample));
	KEEP(bpf_core_type_id_kernel(struct absent));
	KEEP(bpf_core_enum_value(enum colour, GREEN));
	KEEP(bpf_core_enum_value(enum colour, BLUE));
	KEEP(bpf_core_enum_value(enum wide, HUGE));
	return s != 0;
}

/* What the kernel has not is poisoned, and loads where nothing reaches it. */
SEC("raw_tracepoint/sys_enter")
int dead(struct sample *s)
{
	struct sample___old *old = (void *)s;
	struct absent *absent = (void *)s;

	if (bpf_core_field_exists(old->gone))
		KEEP(bpf_core_field_offset(old->gone));
	if (bpf_core_type_exists(struct absent))
		KEEP(bpf_core_field_size(absent->a));
	if (bpf_core_enum_value_exists(enum colour___other, PURPLE))
		KEEP(bpf_core_enum_value(enum colour___other, PURPLE));
	return 0;
}

LICENSE("GPL");
