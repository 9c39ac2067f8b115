/*
 * What libbpf gives the kernel for each program of an object, without a kernel.
 *
 *	cc -o link_dump_libbpf tests/link_dump_libbpf.c -lbpf; link_dump_libbpf OBJECT [BTF] >THEIRS
 *
 * libbpf makes its system calls through syscall(), and the one it finds is the one below: every bpf(2) succeeds (but
 * nothing is pinned), every descriptor is one of an empty file, and BPF_PROG_LOAD is written out in the form of tests/link_dump.c. So this needs no
 * privilege, no map is made, and libbpf finds every feature it probes for.
 *
 * Hooks play no part: all programs are loaded as socket filters, so that no kernel function has to exist.
 *
 * Next: tests/sh_link_oracle.sh
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static struct bpf_object *object;

/* ".rodata" of "tool.rodata": the section's name, which does not depend on how libbpf shortens names. */
static const char *map_name(int fd)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (bpf_map__fd(map) == fd)
			return strchr(bpf_map__name(map), '.') ? strchr(bpf_map__name(map), '.') : bpf_map__name(map);
	return "?";
}

static void dump_insns(const struct bpf_insn *insns, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct bpf_insn *in = &insns[i];

		printf("insn %u %02x %u %u %d ", i, in->code, in->dst_reg, in->src_reg, in->off);
		if (in->code == (BPF_LD | BPF_IMM | BPF_DW) &&
		    (in->src_reg == BPF_PSEUDO_MAP_FD || in->src_reg == BPF_PSEUDO_MAP_VALUE))
			printf("%s\n", map_name(in->imm));
		else
			printf("%d\n", in->imm);
	}
}

static void dump_words(const char *what, __u64 records, unsigned count, unsigned size)
{
	const __u32 *words = (const __u32 *)(unsigned long)records;

	for (unsigned i = 0; i < count; i++) {
		printf("%s", what);
		for (unsigned j = 0; j < size / 4; j++)
			printf(" %u", *words++);
		putchar('\n');
	}
}

/* libbpf also loads programs of its own, to find out what the kernel can; they have other names. */
static void dump_prog(const union bpf_attr *attr)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, object) {
		if (strncmp(bpf_program__name(prog), attr->prog_name, sizeof(attr->prog_name) - 1))
			continue;
		printf("program %s\n", attr->prog_name);
		dump_insns((const struct bpf_insn *)(unsigned long)attr->insns, attr->insn_cnt);
		dump_words("func", attr->func_info, attr->func_info_cnt, attr->func_info_rec_size);
		dump_words("line", attr->line_info, attr->line_info_cnt, attr->line_info_rec_size);
		return;
	}
}

/* Memory that libbpf can map, as it maps global variables. */
static int some_map(void)
{
	int fd = memfd_create("map", MFD_CLOEXEC);

	return ftruncate(fd, 1 << 24) ? -1 : fd;
}

/* Stands in front of libc's. */
long syscall(long nr, ...)
{
	const union bpf_attr *attr;
	long arg[3];
	va_list ap;

	va_start(ap, nr);
	for (int i = 0; i < 3; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	attr = (const union bpf_attr *)arg[1];
	if (nr == SYS_memfd_create)	/* newer ones hold a place for each map with these two */
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nr == SYS_dup3)
		return dup3((int)arg[0], (int)arg[1], (int)arg[2]);
	if (nr != SYS_bpf || arg[0] == BPF_OBJ_GET) {	/* nothing is pinned */
		errno = nr == SYS_bpf ? ENOENT : ENOSYS;
		return -1;
	}
	if (arg[0] == BPF_PROG_LOAD)
		dump_prog(attr);
	if (arg[0] == BPF_MAP_CREATE)
		return some_map();
	if (arg[0] == BPF_PROG_LOAD || arg[0] == BPF_BTF_LOAD)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	return 0;
}

static int warnings_only(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, ap) : 0;
}

/* Sections with a meaning of their own get none, and unknown ones too: nothing is looked up for them. */
static void all_are_socket_filters(void)
{
	static const char *const sections[] = {
		"fentry+", "fentry.s+", "fexit+", "fexit.s+", "fmod_ret+", "lsm+", "lsm.s+", "tp_btf+", "iter+", "iter.s+",
		"freplace+", NULL,
	};
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts);

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		libbpf_register_prog_handler(sections[i], BPF_PROG_TYPE_SOCKET_FILTER, 0, &opts);
}

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct bpf_program *prog;

	if (argc != 2 && argc != 3)
		return 2;
	opts.btf_custom_path = argc == 3 ? argv[2] : NULL;
	libbpf_set_print(warnings_only);
	all_are_socket_filters();
	object = bpf_object__open_file(argv[1], &opts);
	if (!object)
		return 1;
	bpf_object__for_each_program(prog, object)
		bpf_program__set_autoload(prog, true);
	return bpf_object__load(object) ? 1 : 0;
}
