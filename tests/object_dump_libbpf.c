/*
 * What libbpf makes of an object, in the form of tests/object_dump.c and without a kernel.
 *
 *	cc -o object_dump_libbpf tests/object_dump_libbpf.c -lbpf; object_dump_libbpf OBJECT >THEIRS
 *
 * Maps and programs are as they are after the object was opened. The BTF is finished only when it is loaded; so the
 * object is loaded, with a syscall() below in which every bpf(2) succeeds and does nothing.
 *
 * Next: tests/unit_link.c
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

/* Stands in front of libc's. libbpf 1.7 also makes its placeholder descriptors through it. */
long syscall(long nr, ...)
{
	long (*real)(long nr, ...);
	long arg[6];
	va_list ap;

	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	if (nr != SYS_bpf) {
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
		return real(nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	}
	if (arg[0] == BPF_OBJ_GET) {	/* nothing is pinned */
		errno = ENOENT;
		return -1;
	}
	if (arg[0] == BPF_PROG_LOAD || arg[0] == BPF_MAP_CREATE || arg[0] == BPF_BTF_LOAD)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	return 0;
}

static int silent(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

static void dump_map(const struct bpf_map *m)
{
	enum bpf_map_type type = bpf_map__type(m);
	int ring = type == BPF_MAP_TYPE_RINGBUF || type == BPF_MAP_TYPE_USER_RINGBUF || type == BPF_MAP_TYPE_PERF_EVENT_ARRAY;

	printf("map %.15s type %u key %u value %u entries %u flags %#x numa %u extra %#llx pin %d ids %u %u\n",
	       bpf_map__name(m), type, bpf_map__key_size(m), bpf_map__value_size(m), bpf_map__max_entries(m),
	       bpf_map__map_flags(m), bpf_map__numa_node(m), (unsigned long long)bpf_map__map_extra(m),
	       bpf_map__pin_path(m) != NULL, bpf_map__btf_key_type_id(m), ring ? 0 : bpf_map__btf_value_type_id(m));
}

/* So that nothing is looked up for a program; NULL: also in sections that libbpf does not know. */
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

/* struct_ops maps are made from the types of the running kernel, which has none to offer here. */
static int can_load(const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
			return 0;
	return 1;
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *prog;
	const unsigned char *btf;
	struct bpf_map *map;
	__u32 size = 0;

	if (argc != 2)
		return 2;
	libbpf_set_print(silent);
	all_are_socket_filters();
	object = bpf_object__open_file(argv[1], NULL);
	if (!object)
		return 1;
	bpf_object__for_each_map(map, object)
		dump_map(map);
	bpf_object__for_each_program(prog, object)
		printf("program %s %s %zu\n", bpf_program__name(prog), bpf_program__section_name(prog),
		       bpf_program__insn_cnt(prog));
	if (can_load(object))
		bpf_object__load(object);	/* what fails, fails after the BTF */
	btf = bpf_object__btf(object) ? btf__raw_data(bpf_object__btf(object), &size) : NULL;
	for (__u32 i = 0; i < size; i++)
		printf("%s%02x%s", i % 32 ? "" : "btf ", btf[i], i % 32 == 31 || i == size - 1 ? "\n" : "");
	bpf_object__close(object);
	return 0;
}
