/*
 * tests/objects/core_target.bpf.c - the types of a kernel that does not exist, for core_kinds, core_loads and others.
 *
 * Only its BTF is used, by --btf. Every variable here is what brings a type into it.
 */
#include "uapi/bpf/bpf.h"

enum colour { RED = 3, GREEN = 7, BLUE = -4 };
enum wide { SMALL = 1, HUGE = 0x123456789abcdefll };
enum unlike { UNLIKE = 1 };

typedef int number;

struct inner {
	char skipped[24];
	int deep;
};

struct sample {
	char first[40];			/* whatever stands in front moves the rest */
	number plain;
	struct {
		union {
			long hidden;
			int overlaid[4];
		};
	};
	struct inner inner;
	struct inner list[4];
	int matrix[3][5];
	char name[32];
	unsigned early : 5, late : 12;
	int sign : 3;
	unsigned long long far : 40;
	unsigned int is_unsigned;
	int is_signed;
	enum colour shade;
	const char *text;
	struct sample *next;
	int kind_changed;
	int flexible[];
};

struct resized {
	unsigned char u8_to_u32_was;
	unsigned int grows;		/* was one byte */
	unsigned char shrinks;		/* was eight */
	long long signed_grows;		/* was four */
	unsigned int array[4];		/* was unsigned char [4] */
	int becomes_pointer;
	unsigned int becomes_bits : 4;
};

struct moved { char front[32]; int a; int b; };

/* Two that differ: only what they agree on can be told. */
struct twice { int same; int here; int only_here; };
struct twice___second { int same; char gap[12]; int here; };

/* Two of which only the second has what is asked for second. */
struct narrowed { int a; };
struct narrowed___second { char gap[4]; int b; int a; };

struct as_declared { int a; const char *b; struct sample *c; enum colour d; int extra; };
struct not_as_declared { long a; };
struct callbacks { int (*run)(struct sample *s, int n); void (*other)(int a, int b); };
union either { int a; long b; };
typedef int (*function_type)(struct sample *s, int n);

struct far_away { char front[40000]; int behind; };

enum colour colour;
enum wide wide;
enum unlike unlike;
number plain_number;
struct sample sample;
struct resized resized;
struct moved moved;
struct twice twice;
struct twice___second twice_second;
struct narrowed narrowed;
struct narrowed___second narrowed_second;
struct as_declared as_declared;
struct not_as_declared not_as_declared;
struct callbacks callbacks;
union either either;
function_type function;
struct far_away *far_away;
