/*
 * From calls to text; see canon.h.
 *
 * Next: tests/oracle/ours.c
 */
#include "tests/oracle/canon.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "elf/btf.h"
#include "elf/btf_text.h"
#include "elf/disasm.h"
#include "uapi/names.h"

enum { MOST = 8192, ROW = 32 };

struct canon {
	enum bpf_cmd cmd;
	char name[256];
	bool own;
	bool template;			/* of a map of maps: told with it */
	char **lines;
	size_t count, room;
	struct bpf_map_create_attr map;
	struct canon *types;		/* the BTF it was made with */
	struct canon *refers[64];	/* maps that its instructions name; the kernel takes no more */
	size_t nrefers;
	struct btf btf;
	bool has_btf;
};

static struct canon *made[MOST];
static size_t nmade;
static bool modules;
static struct arena arena;

__attribute__((format(printf, 2, 3)))
static void line(struct canon *c, const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 16;
		c->lines = realloc(c->lines, c->room * sizeof(*c->lines));
		if (!c->lines)
			abort();
	}
	c->lines[c->count++] = strdup(text);
}

static const void *memory(uint64_t address)
{
	return (const void *)(uintptr_t)address;
}

static const char *named(enum names list, uint64_t value)
{
	const char *name = name_of(list, value);
	static char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)value);
	return name ? name : number;
}

static const char *fd_text(int fd)
{
	const struct canon *c = canon_of_fd(fd);
	static char name[BPF_OBJ_NAME_LEN];

	if (!c || c->cmd != BPF_PROG_LOAD)
		return c ? c->name : canon_fd_text(fd);
	snprintf(name, sizeof(name), "%.15s", c->name);	/* the rest of it may be told only later */
	return name;
}

/* ---- BTF ------------------------------------------------------------------ */

static const char *type_text(const struct canon *types, uint32_t id)
{
	static char text[2][512];
	static unsigned turn;
	char *at = text[turn++ % 2];
	struct text out;

	text_init(&out, at, sizeof(text[0]));
	if (!id)
		return "-";
	if (!types || !types->has_btf || id >= types->btf.count)
		return "?";
	btf_type_text(&types->btf, id, false, &out);
	return at;
}

static void make_btf(struct canon *c, const struct bpf_btf_load_attr *attr)
{
	struct diag d = { 0 };
	const void *copy = arena_copy(&arena, memory(attr->btf), attr->btf_size);

	snprintf(c->name, sizeof(c->name), "btf");
	if (!copy || btf_parse((struct view){ copy, attr->btf_size }, &arena, &c->btf, &d) < 0) {
		line(c, "cannot be parsed: %s", d.msg);
		return;
	}
	c->has_btf = true;
	for (uint32_t id = 1; id < c->btf.count; id++) {
		const struct btf_type *t = btf_type(&c->btf, id);
		uint32_t end = id + 1 < c->btf.count ? c->btf.offsets[id + 1] : (uint32_t)c->btf.types.size;
		uint32_t extra = (end - c->btf.offsets[id] - (uint32_t)sizeof(*t)) / 4, word;
		char more[2048] = "";
		size_t len = 0;

		for (uint32_t i = 0; i < extra && len < sizeof(more) - 16; i++) {
			memcpy(&word, (const unsigned char *)(t + 1) + 4 * (size_t)i, 4);
			len += (size_t)snprintf(more + len, sizeof(more) - len, " %x", word);
		}
		line(c, "type %u %s '%s' info=%#x size=%u%s", id, btf_kind_name(btf_kind(t)), btf_name(&c->btf, id), t->info,
		     t->size, more);
	}
	line(c, "%u types, %zu bytes of strings", c->btf.count - 1, c->btf.strings.size);
}

/* ---- maps ----------------------------------------------------------------- */

static void name_map(struct canon *c, const char *name)
{
	unsigned same = 1;

	for (size_t i = 0; i + 1 < nmade; i++)
		same += made[i]->cmd == BPF_MAP_CREATE && !strncmp(made[i]->map.map_name, name, BPF_OBJ_NAME_LEN);
	snprintf(c->name, sizeof(c->name), same > 1 ? "%.15s#%u" : "%.15s", name, same);
}

static void map_lines(struct canon *c, const char *what, const struct canon *m)
{
	const struct bpf_map_create_attr *a = &m->map;

	line(c, "%stype=%s key_size=%u value_size=%u max_entries=%u map_flags=%#x", what,
	     named(NAMES_BPF_MAP_TYPE, a->map_type), a->key_size, a->value_size, a->max_entries, a->map_flags);
	line(c, "%snuma_node=%u map_ifindex=%u map_extra=%#llx btf_vmlinux_value_type_id=%u of %s", what, a->numa_node,
	     a->map_ifindex, (unsigned long long)a->map_extra, a->btf_vmlinux_value_type_id,
	     a->value_type_btf_obj_fd > 0 ? fd_text(a->value_type_btf_obj_fd) : "vmlinux");
	line(c, "%s%s of key %s, value %s", what, named(NAMES_BPF_MAP_TYPE, a->map_type),
	     type_text(m->types, a->btf_key_type_id), type_text(m->types, a->btf_value_type_id));
}

static void make_map(struct canon *c, const struct bpf_map_create_attr *attr)
{
	struct canon *inner = attr->inner_map_fd ? canon_of_fd((int)attr->inner_map_fd) : NULL;

	c->map = *attr;
	c->types = attr->btf_fd ? canon_of_fd((int)attr->btf_fd) : NULL;
	name_map(c, attr->map_name);
	map_lines(c, "", c);
	if (!attr->inner_map_fd)
		return;
	if (inner) {
		inner->template = true;
		map_lines(c, "inner ", inner);
	} else {
		line(c, "inner: %s", fd_text((int)attr->inner_map_fd));
	}
}

static bool holds_fds(uint32_t type)
{
	return type == BPF_MAP_TYPE_PROG_ARRAY || type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static void hex(char *out, const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sprintf(out + 2 * i, "%02x", bytes[i]);
	out[2 * size] = 0;
}

/* A row of a data section at a time, and no row of zeros: memory of the kernel is zero to begin with. */
static void data_lines(struct canon *map, const unsigned char *bytes, size_t size)
{
	static const unsigned char zero[ROW];
	char text[2 * ROW + 1];

	for (size_t i = 0; i < size; i += ROW) {
		size_t n = size - i < ROW ? size - i : ROW;

		if (memcmp(bytes + i, zero, n) == 0)
			continue;
		hex(text, bytes + i, n);
		line(map, "data %#llx %s", (unsigned long long)i, text);
	}
}

void canon_elem(enum bpf_cmd cmd, const struct bpf_map_elem_attr *attr)
{
	struct canon *map = canon_of_fd((int)attr->map_fd);
	char key[2 * 64 + 1];
	uint32_t number;

	if (!map || map->cmd != BPF_MAP_CREATE)
		return;
	if (cmd == BPF_MAP_FREEZE) {
		line(map, "frozen");
		return;
	}
	hex(key, memory(attr->key), map->map.key_size < 64 ? map->map.key_size : 64);
	memcpy(&number, memory(attr->value), sizeof(number));
	if (holds_fds(map->map.map_type))
		line(map, "element %s is %s", key, fd_text((int)number));
	else if (map->map.map_type == BPF_MAP_TYPE_ARRAY && map->map.max_entries == 1)
		data_lines(map, memory(attr->value), map->map.value_size);
	else
		line(map, "element %s is %u bytes that begin with %08x", key, map->map.value_size, number);
}

/* ---- programs ------------------------------------------------------------- */

/* Tables of jumps are maps that no list of an object's maps has. */
static void refer(struct canon *c, struct canon *map)
{
	if (map && map->cmd == BPF_MAP_CREATE && c->nrefers < sizeof(c->refers) / sizeof(c->refers[0]))
		c->refers[c->nrefers++] = map;
}

static void insn_line(struct canon *c, const struct bpf_prog_load_attr *a, uint32_t i)
{
	const struct bpf_insn *in = (const struct bpf_insn *)memory(a->insns) + i;
	const int *fds = memory(a->fd_array);
	char head[64], text[160];

	snprintf(head, sizeof(head), "insn %u %02x %u %u %d", i, in->code, in->dst_reg, in->src_reg, in->off);
	disasm((const struct bpf_insn *)memory(a->insns), i, a->insn_cnt - i, text, sizeof(text));
	if (in->code == BPF_INSN_LD_IMM64 && (in->src_reg == BPF_PSEUDO_MAP_FD || in->src_reg == BPF_PSEUDO_MAP_VALUE)) {
		line(c, "%s map %s", head, fd_text(in->imm));
		refer(c, canon_of_fd(in->imm));
	} else if (in->code == BPF_INSN_LD_IMM64 && in->src_reg == BPF_PSEUDO_BTF_ID && i + 1 < a->insn_cnt) {
		line(c, "%s variable %d of %s", head, in->imm, in[1].imm ? fd_text(in[1].imm) : "vmlinux");
	} else if (in->code == (BPF_JMP | BPF_CALL) && in->src_reg == BPF_PSEUDO_KFUNC_CALL) {
		line(c, "insn %u kfunc %d of %s", i, in->imm,
		     !in->off ? "vmlinux" : fds ? fd_text(fds[in->off]) : "no module");
	} else if (i && in->code == 0 && in[-1].code == BPF_INSN_LD_IMM64 && in[-1].src_reg == BPF_PSEUDO_BTF_ID) {
		line(c, "insn %u second half", i);
	} else {
		line(c, "%s %d   %s", head, in->imm, text);
	}
}

static void func_lines(struct canon *c, const struct bpf_prog_load_attr *a)
{
	for (uint32_t i = 0; i < a->func_info_cnt; i++) {
		struct bpf_func_info f;

		memcpy(&f, (const unsigned char *)memory(a->func_info) + (size_t)i * a->func_info_rec_size, sizeof(f));
		line(c, "func at %u: %s", f.insn_off, type_text(c->types, f.type_id));
	}
}

static const char *types_str(const struct canon *types, uint32_t off)
{
	return types && types->has_btf ? btf_str(&types->btf, off) : "?";
}

static void line_lines(struct canon *c, const struct bpf_prog_load_attr *a)
{
	for (uint32_t i = 0; i < a->line_info_cnt; i++) {
		struct bpf_line_info l;

		memcpy(&l, (const unsigned char *)memory(a->line_info) + (size_t)i * a->line_info_rec_size, sizeof(l));
		line(c, "line at %u: %u:%u %s: %s", l.insn_off, l.line_col >> 10, l.line_col & 1023,
		     types_str(c->types, l.file_name_off), types_str(c->types, l.line_off));
	}
}

/* What libbpf says when an object says nothing. Kernels of the last years do not look at it. */
static uint32_t this_kernel(void)
{
	unsigned major = 0, minor = 0, patch = 0;
	struct utsname u;

	if (uname(&u) < 0 || sscanf(u.release, "%u.%u.%u", &major, &minor, &patch) < 2)
		return 0;
	return major << 16 | minor << 8 | (patch < 255 ? patch : 255);
}

static void make_prog(struct canon *c, const struct bpf_prog_load_attr *a)
{
	const bool replaces = a->prog_type == BPF_PROG_TYPE_EXT;
	const char *btf = !a->attach_btf_id && !a->attach_btf_obj_fd ? "nothing" : !a->attach_btf_obj_fd ? "vmlinux" :
			  fd_text((int)a->attach_btf_obj_fd);

	snprintf(c->name, sizeof(c->name), "%.15s", a->prog_name);
	c->types = a->prog_btf_fd ? canon_of_fd((int)a->prog_btf_fd) : NULL;
	line(c, "type %s", named(NAMES_BPF_PROG_TYPE, a->prog_type));
	line(c, "expected_attach_type %s",
	     a->expected_attach_type ? named(NAMES_BPF_ATTACH_TYPE, a->expected_attach_type) : "0");
	line(c, "prog_flags %#x prog_ifindex %u", a->prog_flags, a->prog_ifindex);
	line(c, "attach_btf_id %u of %s%s", a->attach_btf_id, replaces ? "program " : "", btf);
	line(c, "name %.15s, license %s", a->prog_name, a->license ? (const char *)memory(a->license) : "(none)");
	if (a->kern_version && a->kern_version != this_kernel())
		line(c, "kern_version %#x", a->kern_version);
	for (uint32_t i = 0; i < a->insn_cnt; i++)
		insn_line(c, a, i);
	line(c, "BTF %s", c->types ? "given" : "none");
	func_lines(c, a);
	line_lines(c, a);
}

/* ---- all of it ------------------------------------------------------------ */

struct canon *canon_made(enum bpf_cmd cmd, const void *attr)
{
	struct canon *c;

	if (cmd != BPF_BTF_LOAD && cmd != BPF_MAP_CREATE && cmd != BPF_PROG_LOAD)
		return NULL;
	c = nmade < MOST ? calloc(1, sizeof(*c)) : NULL;
	if (!c)
		abort();
	c->cmd = cmd;
	made[nmade++] = c;
	if (cmd == BPF_BTF_LOAD)
		make_btf(c, attr);
	else if (cmd == BPF_MAP_CREATE)
		make_map(c, attr);
	else
		make_prog(c, attr);
	return c;
}

void canon_keep(struct canon *c, const char *name)
{
	c->own = true;
	if (c->types)
		c->types->own = true;
	for (size_t i = 0; i < c->nrefers; i++)
		c->refers[i]->own = true;
	if (name)
		snprintf(c->name, sizeof(c->name), "%s", name);
}

void canon_modules(void)
{
	modules = true;
}

void canon_forget(void)
{
	nmade = 0;
	modules = false;
}

/* Maps, programs, BTF: a type that differs would hide where it makes a difference. */
static int rank(const struct canon *c)
{
	return c->cmd == BPF_MAP_CREATE ? 0 : c->cmd == BPF_PROG_LOAD ? 1 : 2;
}

static int by_name(const void *a, const void *b)
{
	const struct canon *x = *(struct canon *const *)a, *y = *(struct canon *const *)b;

	return rank(x) != rank(y) ? rank(x) - rank(y) : strcmp(x->name, y->name);
}

void canon_print(FILE *out)
{
	static const char *const kinds[] = { "map", "program", "BTF" };

	if (modules)
		fputs("modules: looked through\n", out);
	qsort(made, nmade, sizeof(made[0]), by_name);
	for (size_t i = 0; i < nmade; i++)
		for (size_t j = 0; made[i]->own && !made[i]->template && j < made[i]->count; j++)
			fprintf(out, "%s %s: %s\n", kinds[rank(made[i])], made[i]->name, made[i]->lines[j]);
}
