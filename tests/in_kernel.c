/*
 * What is in the kernel right now: every program, map, link and BTF, a line each.
 *
 *	prog 812 syscount 13245 0	id, name, how often it has run (while kernel.bpf_stats_enabled is 1), how often
 *					the kernel left it out because it was running on that CPU already
 *	map 377 counts
 *	link 45
 *	link 46 BPF_CGROUP_DEVICE 4711	to a cgroup: as what, and the inode of its directory
 *	btf 963
 *
 * A test takes such a list before and after, and so sees that nothing stays behind: an object that anybody still holds,
 * a process, a pin, an event it is attached to, has an id. (The BTF of the kernel and of its modules is left out.)
 *
 * Kernel: kernel/bpf/syscall.c bpf_obj_get_next_id(), bpf_prog_get_info_by_fd()
 * Try:    build/tests/in_kernel
 * Next:   tests/walk.sh
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "uapi/bpf_info.h"
#include "uapi/names.h"
#include "uapi/sys.h"

static const struct sys real;

static const struct kind {
	const char *name;
	enum bpf_cmd next, open;
} kinds[] = {
	{ "prog", BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID },
	{ "map", BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID },
	{ "link", BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID },
	{ "btf", BPF_BTF_GET_NEXT_ID, BPF_BTF_GET_FD_BY_ID },
};

static long ask(int fd, void *info, size_t size)
{
	struct bpf_info_attr attr = { 0 };

	memset(info, 0, size);
	attr.bpf_fd = (uint32_t)fd;
	attr.info_len = (uint32_t)size;
	attr.info = (uintptr_t)info;
	return sys_bpf(&real, BPF_OBJ_GET_INFO_BY_FD, &attr, 0);
}

static void show(const struct kind *k, uint32_t id, int fd)
{
	struct bpf_prog_info prog;
	struct bpf_map_info map;
	struct bpf_link_info link;
	struct bpf_btf_info btf;

	switch (k->next) {
	case BPF_PROG_GET_NEXT_ID:
		if (ask(fd, &prog, sizeof(prog)) == 0)
			printf("prog %" PRIu32 " %s %" PRIu64 " %" PRIu64 "\n", id, prog.name, (uint64_t)prog.run_cnt,
			       (uint64_t)prog.recursion_misses);
		break;
	case BPF_MAP_GET_NEXT_ID:
		if (ask(fd, &map, sizeof(map)) == 0)
			printf("map %" PRIu32 " %s\n", id, map.name);
		break;
	case BPF_BTF_GET_NEXT_ID:
		if (ask(fd, &btf, sizeof(btf)) == 0 && !btf.kernel_btf)
			printf("btf %" PRIu32 "\n", id);
		break;
	case BPF_LINK_GET_NEXT_ID:
		printf("link %" PRIu32, id);
		if (ask(fd, &link, sizeof(link)) == 0 && link.type == BPF_LINK_TYPE_CGROUP)
			printf(" %s %" PRIu64, name_of(NAMES_BPF_ATTACH_TYPE, link.cgroup.attach_type),
			       (uint64_t)link.cgroup.cgroup_id);
		putchar('\n');
		break;
	default:
		break;
	}
}

/* What goes away while we look is not there. */
static long show_all(const struct kind *k)
{
	struct bpf_id_attr next = { 0 };
	long r;

	while ((r = sys_bpf(&real, k->next, &next, sizeof(next.start_id) + sizeof(next.next_id))) == 0) {
		struct bpf_id_attr attr = { 0 };
		long fd;

		attr.prog_id = next.start_id = next.next_id;
		fd = sys_bpf(&real, k->open, &attr, 0);
		if (fd >= 0)
			show(k, next.next_id, (int)fd);
		sys_close(&real, (int)fd);
	}
	return r == -ENOENT ? 0 : r;
}

int main(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		long r = show_all(&kinds[i]);

		if (r < 0) {
			fprintf(stderr, "in_kernel: listing every %s: %s\n", kinds[i].name, strerror((int)-r));
			return 1;
		}
	}
	return 0;
}
