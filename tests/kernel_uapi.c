/*
 * Our kernel headers beside the kernel: it says in BTF what its types look like, and our reader of BTF reads it.
 *
 * A name that the running kernel does not have is newer than it; a name that it has must mean the same. The other way
 * round, a kernel up to the one that names.def was written from must have nothing that names.def lacks.
 *
 * Next: tests/vm/run.sh
 */
#include "tests/check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "elf/btf.h"
#include "uapi/bpf_cmd.h"
#include "uapi/bpf_insn.h"
#include "uapi/btf.h"
#include "uapi/members.h"
#include "uapi/names.h"
#include "uapi/net.h"
#include "uapi/netlink.h"
#include "uapi/perf_event.h"

#define NEWEST_MAJOR 7
#define NEWEST_MINOR 3

/* ---- the kernel's types -------------------------------------------------- */

static const char *const btf_file = "/sys/kernel/btf/vmlinux";

/* A /sys file says 0 or a page for its size on some kernels, so it is read to its end. */
static struct view read_all(const char *path)
{
	size_t size = 0, room = 16 << 20;
	unsigned char *bytes;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		SKIP("%s: %s", path, strerror(errno));
	bytes = malloc(room);
	CHECK(bytes);
	while ((n = read(fd, bytes + size, room - size)) > 0)
		size += (size_t)n;
	close(fd);
	CHECK(n == 0 && size > 0 && size < room);
	return (struct view){ bytes, size };
}

static const struct btf *vmlinux(void)
{
	static struct arena a;
	static struct btf b;
	struct diag d = { 0 };

	if (!b.count && btf_parse(read_all(btf_file), &a, &b, &d) < 0)
		FAIL("%s: %s", d.where, d.msg);
	return &b;
}

static bool newer_than_our_lists(void)
{
	unsigned major = 0, minor = 0;
	struct utsname u;

	uname(&u);
	CHECK_INT(sscanf(u.release, "%u.%u", &major, &minor), 2);
	return major > NEWEST_MAJOR || (major == NEWEST_MAJOR && minor > NEWEST_MINOR);
}

/* ---- constants ----------------------------------------------------------- */

/* The enumerator of that name in any enum, 32 bits as both sides keep them. */
static bool kernel_constant(const char *name, uint32_t *value)
{
	const struct btf *b = vmlinux();

	for (uint32_t id = 1; id < b->count; id++) {
		const struct btf_type *t = btf_type(b, id);
		const struct btf_enum *e = btf_enums(t);

		if (btf_kind(t) != BTF_KIND_ENUM)
			continue;
		for (uint32_t i = 0; i < btf_vlen(t); i++) {
			if (strcmp(btf_str(b, e[i].name_off), name) == 0) {
				*value = (uint32_t)e[i].val;
				return true;
			}
		}
	}
	return false;
}

/* Lists whose names the kernel has in an enum; `type` is its name, NULL for one without. The others are macros there. */
static const struct { enum names list; const char *type; } enums[] = {
	{ NAMES_BPF_CMD, "bpf_cmd" },
	{ NAMES_BPF_MAP_TYPE, "bpf_map_type" },
	{ NAMES_BPF_PROG_TYPE, "bpf_prog_type" },
	{ NAMES_BPF_ATTACH_TYPE, "bpf_attach_type" },
	{ NAMES_BPF_LINK_TYPE, "bpf_link_type" },
	{ NAMES_BPF_CORE_RELO_KIND, "bpf_core_relo_kind" },
	{ NAMES_BPF_PERF_EVENT_TYPE, "bpf_perf_event_type" },
	{ NAMES_BPF_CGROUP_ITER_ORDER, "bpf_cgroup_iter_order" },
	{ NAMES_BPF_TASK_FD_TYPE, "bpf_task_fd_type" },
	{ NAMES_BPF_STATS_TYPE, "bpf_stats_type" },
	{ NAMES_BPF_STREAM, NULL },
	{ NAMES_PERF_TYPE, "perf_type_id" },
	{ NAMES_PERF_HW_ID, "perf_hw_id" },
	{ NAMES_PERF_SW_ID, "perf_sw_ids" },
	{ NAMES_PERF_RECORD, "perf_event_type" },
	{ NAMES_BPF_ELEM_FLAGS, NULL },
	{ NAMES_BPF_MAP_FLAGS, NULL },
	{ NAMES_BPF_KPROBE_MULTI_FLAGS, NULL },
	{ NAMES_BPF_UPROBE_MULTI_FLAGS, NULL },
	{ NAMES_PERF_SAMPLE, "perf_event_sample_format" },
	{ NAMES_PERF_FORMAT, "perf_event_read_format" },
};

TEST(constants)
{
	unsigned known = 0, rows = 0;
	const char *name;
	uint64_t ours;
	uint32_t theirs;

	for (size_t l = 0; l < sizeof(enums) / sizeof(enums[0]); l++) {
		unsigned before = known;

		for (unsigned n = 0; name_row(enums[l].list, n, &name, &ours); n++, rows++) {
			NOTE("%s", name);
			if (kernel_constant(name, &theirs)) {
				CHECK_INT(ours, theirs);
				known++;
			}
		}
		NOTE("list %zu: the kernel has none of it", l);
		CHECK(known > before || !enums[l].type || !btf_find(vmlinux(), BTF_KIND_ENUM, enums[l].type));
	}
	NOTE("%u of %u", known, rows);
	CHECK(known > rows / 2);
}

static bool in_list(enum names list, const char *name, uint32_t value)
{
	uint64_t ours;

	if (name_value(list, name, &ours))
		return true;
	/* a second name of a number we have; the end mark; what the kernel keeps to itself; a flag, not a command */
	return name_of(list, value) || strstr(name, "_MAX") || strncmp(name, "__", 2) == 0 ||
	       strcmp(name, "BPF_COMMON_ATTRS") == 0;
}

/* The kernel's own enums have nothing that ours lack, unless the kernel is newer. */
TEST(constants_are_complete)
{
	const struct btf *b = vmlinux();

	if (newer_than_our_lists())
		SKIP("this kernel is newer than Linux %d.%d", NEWEST_MAJOR, NEWEST_MINOR);
	for (size_t l = 0; l < sizeof(enums) / sizeof(enums[0]); l++) {
		uint32_t id = enums[l].type ? btf_find(b, BTF_KIND_ENUM, enums[l].type) : 0;
		const struct btf_enum *e;

		if (!id)
			continue;
		e = btf_enums(btf_type(b, id));
		for (uint32_t i = 0; i < btf_vlen(btf_type(b, id)); i++) {
			const char *name = btf_str(b, e[i].name_off);

			NOTE("%s = %d of enum %s", name, e[i].val, enums[l].type);
			CHECK(in_list(enums[l].list, name, (uint32_t)e[i].val));
		}
	}
}

TEST(helpers)
{
	unsigned known = 0;
	const char *name;
	char constant[64];
	uint64_t ours;
	uint32_t theirs;

	for (unsigned n = 0; name_row(NAMES_HELPER, n, &name, &ours); n++) {
		CHECK(strncmp(name, "bpf_", 4) == 0);
		snprintf(constant, sizeof(constant), "BPF_FUNC_%s", name + 4);
		NOTE("%s", constant);
		if (kernel_constant(constant, &theirs)) {
			CHECK_INT(ours, theirs);
			known++;
		}
	}
	CHECK(kernel_constant("__BPF_FUNC_MAX_ID", &theirs));
	CHECK_INT(known, theirs);	/* also that there are no gaps */
}

/* ---- structures ---------------------------------------------------------- */

struct place { uint32_t bit, bits; };

static bool find_path(uint32_t type, const char *path, struct place *out);

static bool find_in_member(const struct btf_type *t, const struct btf_member *m, const char *path, struct place *out)
{
	const struct btf *b = vmlinux();
	uint32_t offset = btf_kflag(t) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
	uint32_t bits = btf_kflag(t) ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0;
	const char *name = btf_str(b, m->name_off);
	size_t n = strlen(name);

	if (n && strcmp(name, path) == 0) {
		*out = (struct place){ offset, bits ? bits : (uint32_t)btf_size(b, m->type) * 8 };
		return true;
	}
	if (n && !(strncmp(name, path, n) == 0 && path[n] == '.'))
		return false;
	if (!find_path(m->type, n ? path + n + 1 : path, out))
		return false;
	out->bit += offset;
	return true;
}

/* "a.b" in a structure: through members without a name, and into the member called a. */
static bool find_path(uint32_t type, const char *path, struct place *out)
{
	const struct btf *b = vmlinux();
	const struct btf_type *t = btf_type(b, btf_skip_modifiers(b, type));

	if (!t || (btf_kind(t) != BTF_KIND_STRUCT && btf_kind(t) != BTF_KIND_UNION))
		return false;
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (find_in_member(t, &btf_members(t)[i], path, out))
			return true;
	return false;
}

static uint32_t find_type(const char *name)
{
	uint32_t id = btf_find(vmlinux(), BTF_KIND_STRUCT, name);

	return id ? id : btf_find(vmlinux(), BTF_KIND_UNION, name);
}

/* Names changed in the kernel's source under the same bytes. */
static const char *older_name(const char *path)
{
	static const char *const renamed[][2] = {
		{ "start_id", "prog_id" },
	};

	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++)
		if (strcmp(path, renamed[i][0]) == 0)
			return renamed[i][1];
	return path;
}

/* Checks the rows; how many of them the kernel knows. */
static unsigned check_rows(uint32_t type, const char *group, struct layout l)
{
	unsigned known = 0;
	struct place p;
	char path[128];

	for (unsigned i = 0; i < l.count; i++) {
		const struct member *m = &l.members[i];

		if (!m->name)
			continue;	/* the word of bit-fields */
		snprintf(path, sizeof(path), "%s%s%s", group ? group : "", group ? "." : "", m->name);
		NOTE("%s", path);
		if (!find_path(type, path, &p) && !find_path(type, older_name(path), &p))
			continue;
		CHECK_INT(p.bit, m->offset * 8);
		CHECK_INT(p.bits, m->size * 8);
		known++;
	}
	return known;
}

TEST(bpf_commands)
{
	uint32_t attr = find_type("bpf_attr");
	const struct command *command;
	unsigned known = 0, rows = 0;
	const char *name;

	CHECK(attr);
	for (int cmd = 0; (command = bpf_command((enum bpf_cmd)cmd)); cmd++) {
		unsigned n = check_rows(attr, command->group, command->layout);
		uint32_t value;

		name = name_of(NAMES_BPF_CMD, (uint64_t)cmd);
		NOTE("%s: members the kernel knows: %u of %u", name, n, command->layout.count);
		if (kernel_constant(name, &value))
			CHECK(n > 0);
		known += n;
		rows += command->layout.count;
	}
	NOTE("%u of %u", known, rows);
	CHECK(known > rows / 2);
}

static bool has_place(struct layout l, struct place p)
{
	for (unsigned i = 0; i < l.count; i++)
		if (l.members[i].offset * 8 == p.bit && l.members[i].size * 8 == p.bits)
			return true;
	return false;
}

/* A row at that place in a command whose structure has that name in the union (NULL: none). */
static bool has_row(const char *group, struct place p)
{
	const struct command *command;

	for (int cmd = 0; (command = bpf_command((enum bpf_cmd)cmd)); cmd++)
		if (!group == !command->group && (!group || strcmp(group, command->group) == 0) &&
		    has_place(command->layout, p))
			return true;
	return false;
}

/* Every member of a type, down to those that are no structures, has a row: one without would be cut off. */
static void check_complete(uint32_t type, uint32_t base, const char *group, bool (*has)(const char *, struct place))
{
	const struct btf *b = vmlinux();
	const struct btf_type *t = btf_type(b, btf_skip_modifiers(b, type));

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const struct btf_type *mt = btf_type(b, btf_skip_modifiers(b, m->type));
		const char *name = btf_str(b, m->name_off);
		uint32_t bits = btf_kflag(t) ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0;
		struct place p = { base + (btf_kflag(t) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset), bits };

		if (btf_kind(mt) == BTF_KIND_STRUCT || btf_kind(mt) == BTF_KIND_UNION) {
			check_complete(m->type, p.bit, base || group || !*name ? group : name, has);
			continue;
		}
		if (!bits)
			p.bits = (uint32_t)btf_size(b, m->type) * 8;
		NOTE("%s%s%s at bit %u, %u bits", group ? group : "", group ? "." : "", name, p.bit, p.bits);
		CHECK(!*name || has(group, p));
	}
}

TEST(bpf_commands_are_complete)
{
	if (newer_than_our_lists())
		SKIP("this kernel is newer than Linux %d.%d", NEWEST_MAJOR, NEWEST_MINOR);
	check_complete(find_type("bpf_attr"), 0, NULL, has_row);
}

TEST(perf_event_attr)
{
	uint32_t attr = find_type("perf_event_attr");
	const char *name;
	uint64_t first;
	struct place p;
	unsigned known = check_rows(attr, NULL, perf_layout()), bits = 0;

	CHECK(known > 20);
	for (unsigned n = 0; name_row(NAMES_PERF_ATTR_BIT, n, &name, &first); n++) {
		NOTE("%s", name);
		if (!find_path(attr, name, &p))
			continue;
		bits++;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		CHECK_INT(p.bit, 40 * 8 + first);
#endif
		CHECK_INT(p.bits, strcmp(name, "precise_ip") == 0 ? 2 : 1);
	}
	CHECK(bits > 30);
}

/* The bit-fields are compared above; aux_action has its own, and one member is reserved. */
static bool perf_has_row(const char *group, struct place p)
{
	(void)group;
	return has_place(perf_layout(), p) || p.bit / 64 == 5 || p.bit / 32 == 29 || (p.bit == 110 * 8 && p.bits == 16);
}

TEST(perf_event_attr_is_complete)
{
	if (newer_than_our_lists())
		SKIP("this kernel is newer than Linux %d.%d", NEWEST_MAJOR, NEWEST_MINOR);
	check_complete(find_type("perf_event_attr"), 0, NULL, perf_has_row);
}

struct one { const char *type, *path; size_t offset, size; };
#define ONE(s, m) { #s, #m, offsetof(struct s, m), sizeof(((struct s *)0)->m) }

/* Structures that have no rows because no call takes them apart. */
static const struct one structures[] = {
#define M(m) ONE(bpf_prog_info, m)
	M(type), M(id), M(tag), M(jited_prog_len), M(xlated_prog_len), M(jited_prog_insns), M(xlated_prog_insns),
	M(load_time), M(created_by_uid), M(nr_map_ids), M(map_ids), M(name), M(ifindex), M(netns_dev), M(netns_ino),
	M(nr_jited_ksyms), M(nr_jited_func_lens), M(jited_ksyms), M(jited_func_lens), M(btf_id),
	M(func_info_rec_size), M(func_info), M(nr_func_info), M(nr_line_info), M(line_info), M(jited_line_info),
	M(nr_jited_line_info), M(line_info_rec_size), M(jited_line_info_rec_size), M(nr_prog_tags), M(prog_tags),
	M(run_time_ns), M(run_cnt), M(recursion_misses), M(verified_insns), M(attach_btf_obj_id), M(attach_btf_id),
#undef M
#define M(m) ONE(bpf_map_info, m)
	M(type), M(id), M(key_size), M(value_size), M(max_entries), M(map_flags), M(name), M(ifindex),
	M(btf_vmlinux_value_type_id), M(netns_dev), M(netns_ino), M(btf_id), M(btf_key_type_id),
	M(btf_value_type_id), M(btf_vmlinux_id), M(map_extra), M(hash), M(hash_size),
#undef M
#define M(m) ONE(bpf_btf_info, m)
	M(btf), M(btf_size), M(id), M(name), M(name_len), M(kernel_btf),
#undef M
#define M(m) ONE(bpf_link_info, m)
	M(type), M(id), M(prog_id), M(raw_tracepoint.tp_name), M(raw_tracepoint.tp_name_len), M(raw_tracepoint.cookie),
	M(tracing.attach_type), M(tracing.target_obj_id), M(tracing.target_btf_id), M(tracing.cookie),
	M(cgroup.cgroup_id), M(cgroup.attach_type), M(iter.target_name), M(iter.target_name_len), M(iter.map.map_id),
	M(iter.cgroup.cgroup_id), M(iter.cgroup.order), M(iter.task.tid), M(iter.task.pid), M(netns.netns_ino),
	M(netns.attach_type), M(xdp.ifindex), M(struct_ops.map_id), M(netfilter.pf), M(netfilter.hooknum),
	M(netfilter.priority), M(netfilter.flags), M(kprobe_multi.addrs), M(kprobe_multi.count),
	M(kprobe_multi.flags), M(kprobe_multi.missed), M(kprobe_multi.cookies), M(uprobe_multi.path),
	M(uprobe_multi.offsets), M(uprobe_multi.ref_ctr_offsets), M(uprobe_multi.cookies), M(uprobe_multi.path_size),
	M(uprobe_multi.count), M(uprobe_multi.flags), M(uprobe_multi.pid), M(tracing_multi.attach_type),
	M(tracing_multi.count), M(tracing_multi.btf_obj_id), M(tracing_multi.ids), M(tracing_multi.addrs),
	M(tracing_multi.cookies), M(perf_event.type), M(perf_event.uprobe.file_name), M(perf_event.uprobe.name_len),
	M(perf_event.uprobe.offset), M(perf_event.uprobe.cookie), M(perf_event.uprobe.ref_ctr_offset),
	M(perf_event.kprobe.func_name), M(perf_event.kprobe.name_len), M(perf_event.kprobe.offset),
	M(perf_event.kprobe.addr), M(perf_event.kprobe.missed), M(perf_event.kprobe.cookie),
	M(perf_event.tracepoint.tp_name), M(perf_event.tracepoint.name_len), M(perf_event.tracepoint.cookie),
	M(perf_event.event.config), M(perf_event.event.type), M(perf_event.event.cookie), M(tcx.ifindex),
	M(tcx.attach_type), M(netkit.ifindex), M(netkit.attach_type), M(sockmap.map_id), M(sockmap.attach_type),
#undef M
#define M(m) ONE(bpf_token_info, m)
	M(allowed_cmds), M(allowed_maps), M(allowed_progs), M(allowed_attachs),
#undef M
#define M(m) ONE(bpf_common_attr, m)
	M(log_buf), M(log_size), M(log_level), M(log_true_size),
#undef M
	ONE(sockaddr_ll, sll_family), ONE(sockaddr_ll, sll_protocol), ONE(sockaddr_ll, sll_ifindex),
	ONE(sockaddr_ll, sll_hatype), ONE(sockaddr_ll, sll_pkttype), ONE(sockaddr_ll, sll_halen), ONE(sockaddr_ll, sll_addr),
	{ "ifreq", "ifr_ifrn.ifrn_name", offsetof(struct ifreq_index, ifr_name), sizeof(((struct ifreq_index *)0)->ifr_name) },
	{ "ifreq", "ifr_ifru.ifru_ivalue", offsetof(struct ifreq_index, ifr_ifindex), 4 },
	ONE(nlmsghdr, nlmsg_len), ONE(nlmsghdr, nlmsg_type), ONE(nlmsghdr, nlmsg_flags), ONE(nlmsghdr, nlmsg_seq), ONE(nlmsghdr, nlmsg_pid),
	ONE(nlmsgerr, error), ONE(nlmsgerr, msg), ONE(nlattr, nla_len), ONE(nlattr, nla_type),
	ONE(tcmsg, tcm_family), ONE(tcmsg, tcm_ifindex), ONE(tcmsg, tcm_handle), ONE(tcmsg, tcm_parent), ONE(tcmsg, tcm_info),
	{ "bpf_iter_link_info", "map.map_fd", 0, 4 },
	{ "bpf_iter_link_info", "cgroup.order", 0, 4 },
	{ "bpf_iter_link_info", "cgroup.cgroup_fd", offsetof(union bpf_iter_link_info, cgroup.cgroup_fd), 4 },
	{ "bpf_iter_link_info", "cgroup.cgroup_id", offsetof(union bpf_iter_link_info, cgroup.cgroup_id), 8 },
	{ "bpf_iter_link_info", "task.tid", 0, 4 },
	{ "bpf_iter_link_info", "task.pid", offsetof(union bpf_iter_link_info, task.pid), 4 },
	{ "bpf_iter_link_info", "task.pid_fd", offsetof(union bpf_iter_link_info, task.pid_fd), 4 },
	ONE(bpf_func_info, insn_off), ONE(bpf_func_info, type_id),
	ONE(bpf_line_info, insn_off), ONE(bpf_line_info, file_name_off), ONE(bpf_line_info, line_off),
	ONE(bpf_line_info, line_col),
	ONE(bpf_core_relo, insn_off), ONE(bpf_core_relo, type_id), ONE(bpf_core_relo, access_str_off),
	ONE(bpf_core_relo, kind),
	ONE(bpf_insn, code), ONE(bpf_insn, off), ONE(bpf_insn, imm),
	ONE(btf_header, magic), ONE(btf_header, version), ONE(btf_header, flags), ONE(btf_header, hdr_len),
	ONE(btf_header, type_off), ONE(btf_header, type_len), ONE(btf_header, str_off), ONE(btf_header, str_len),
	ONE(btf_type, name_off), ONE(btf_type, info), ONE(btf_type, size), ONE(btf_type, type),
	ONE(btf_array, type), ONE(btf_array, index_type), ONE(btf_array, nelems),
	ONE(btf_member, name_off), ONE(btf_member, type), ONE(btf_member, offset),
	ONE(btf_enum, name_off), ONE(btf_enum, val),
	ONE(btf_enum64, name_off), ONE(btf_enum64, val_lo32), ONE(btf_enum64, val_hi32),
	ONE(btf_param, name_off), ONE(btf_param, type), ONE(btf_var, linkage),
	ONE(btf_var_secinfo, type), ONE(btf_var_secinfo, offset), ONE(btf_var_secinfo, size),
	ONE(btf_decl_tag, component_idx),
	ONE(perf_event_mmap_page, version), ONE(perf_event_mmap_page, compat_version),
	ONE(perf_event_mmap_page, data_head), ONE(perf_event_mmap_page, data_tail),
	ONE(perf_event_mmap_page, data_offset), ONE(perf_event_mmap_page, data_size),
	ONE(perf_event_header, type), ONE(perf_event_header, misc), ONE(perf_event_header, size),
};

TEST(other_structures)
{
	size_t known = 0, count = sizeof(structures) / sizeof(structures[0]);
	struct place p;

	for (size_t i = 0; i < count; i++) {
		const struct one *s = &structures[i];

		NOTE("%s.%s", s->type, s->path);
		if (!find_path(find_type(s->type), s->path, &p))
			continue;
		CHECK_INT(p.bit, s->offset * 8);
		CHECK_INT(p.bits, s->size * 8);
		known++;
	}
	NOTE("%zu of %zu", known, count);
	CHECK(known > count / 2);
	/* The kernel copies all of it, also what does not count. */
	if (find_type("ifreq"))
		CHECK_INT(btf_size(vmlinux(), find_type("ifreq")), sizeof(struct ifreq_index));
}
