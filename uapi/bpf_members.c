/*
 * The members of every bpf command.
 *
 * What a row can say is in uapi/members.h. A structure's first member is ALWAYS
 * told, so that no call is told without one.
 *
 * In: a command. Out: its rows, its name in union bpf_attr, what it does.
 * Kernel: include/uapi/linux/bpf.h union bpf_attr; kernel/bpf/syscall.c
 * Try:  build/asan/tests/kernel_uapi compares each row with the running kernel
 * Next: uapi/call_members.c
 */
#include "uapi/members.h"

#include "uapi/names.h"

#define S bpf_map_create_attr
static const struct member map_create[] = {
	{ ENUM(map_type, NAMES_BPF_MAP_TYPE), ALWAYS },
	{ NUMBER(key_size) },
	{ NUMBER(value_size) },
	{ NUMBER(max_entries) },
	{ FLAGS(map_flags, NAMES_BPF_MAP_FLAGS) },
	{ FD(inner_map_fd) },
	{ NUMBER(numa_node) },
	{ NAME(map_name) },
	{ NUMBER(map_ifindex) },
	{ FD(btf_fd) },
	{ NUMBER(btf_key_type_id) },
	{ NUMBER(btf_value_type_id) },
	{ NUMBER(btf_vmlinux_value_type_id) },
	{ NUMBER(map_extra) },
	{ FD(value_type_btf_obj_fd) },
	{ FD(map_token_fd) },
	{ BYTES(excl_prog_hash, AT(excl_prog_hash_size), 1) },
	{ NUMBER(excl_prog_hash_size) },
};
#undef S

enum { ELEM_GIVES = 1, ELEM_TAKES, ELEM_NEXT };

#define S bpf_map_elem_attr
static const struct member map_elem[] = {
	{ FD(map_fd), ALWAYS },
	{ BYTES(key, 1, AMOUNT_KEY) },
	{ BYTES(value, 1, AMOUNT_VALUE), WHEN(ELEM_TAKES) },
	{ BYTES(value, 1, AMOUNT_VALUE), OUT, WHEN(ELEM_GIVES) },
	{ BYTES(next_key, 1, AMOUNT_KEY), OUT, WHEN(ELEM_NEXT) },
	{ FLAGS(flags, NAMES_BPF_ELEM_FLAGS), ALWAYS, WHEN(ELEM_TAKES) },
	{ FLAGS(flags, NAMES_BPF_ELEM_FLAGS), WHEN(ELEM_GIVES) },
};
#undef S

#define S bpf_map_batch_attr
static const struct member map_batch[] = {
	{ POINTER(in_batch) },
	{ POINTER(out_batch), OUT },
	{ BYTES(keys, AT(count), AMOUNT_KEY), WHEN(ELEM_TAKES) },
	{ BYTES(keys, AT(count), AMOUNT_KEY), OUT, WHEN(ELEM_GIVES) },
	{ BYTES(values, AT(count), AMOUNT_VALUE), WHEN(ELEM_TAKES) },
	{ BYTES(values, AT(count), AMOUNT_VALUE), OUT, WHEN(ELEM_GIVES) },
	{ NUMBER(count) },
	{ FD(map_fd), ALWAYS },
	{ FLAGS(elem_flags, NAMES_BPF_ELEM_FLAGS) },
	{ NUMBER(flags) },
};
#undef S

enum { LOAD_EXT = 1, LOAD_OTHER };

#define S bpf_prog_load_attr
static const struct member prog_load[] = {
	{ ENUM(prog_type, NAMES_BPF_PROG_TYPE), ALWAYS },
	{ NUMBER(insn_cnt) },
	{ INSNS(insns, AT(insn_cnt)) },
	{ STRING(license) },
	{ NUMBER(log_level) },
	{ NUMBER(log_size) },
	{ POINTER(log_buf), OUT },
	{ NUMBER(kern_version) },
	{ FLAGS(prog_flags, NAMES_BPF_PROG_FLAGS) },
	{ NAME(prog_name) },
	{ NUMBER(prog_ifindex) },
	{ ENUM(expected_attach_type, NAMES_BPF_ATTACH_TYPE) },
	{ FD(prog_btf_fd) },
	{ NUMBER(func_info_rec_size) },
	{ BYTES(func_info, AT(func_info_cnt), AT(func_info_rec_size)) },
	{ NUMBER(func_info_cnt) },
	{ NUMBER(line_info_rec_size) },
	{ BYTES(line_info, AT(line_info_cnt), AT(line_info_rec_size)) },
	{ NUMBER(line_info_cnt) },
	{ NUMBER(attach_btf_id) },
	{ FD(attach_prog_fd), WHEN(LOAD_EXT) },
	{ FD(attach_btf_obj_fd), WHEN(LOAD_OTHER) },
	{ NUMBER(core_relo_cnt) },
	{ BYTES(fd_array, AT(fd_array_cnt), 4) },
	{ BYTES(core_relos, AT(core_relo_cnt), AT(core_relo_rec_size)) },
	{ NUMBER(core_relo_rec_size) },
	{ NUMBER(log_true_size), OUT },
	{ FD(prog_token_fd) },
	{ NUMBER(fd_array_cnt) },
	{ BYTES(signature, AT(signature_size), 1) },
	{ NUMBER(signature_size) },
	{ SIGNED(keyring_id) },
};
#undef S

#define S bpf_obj_attr
static const struct member obj[] = {
	{ STRING(pathname), ALWAYS },
	{ FD(bpf_fd) },
	{ FLAGS(file_flags, NAMES_BPF_MAP_FLAGS) },
	{ FD(path_fd) },
};
#undef S

/* Meanings that depend on the attach type. */
enum {
	ON_FD = 1, ON_IFINDEX, NEAR_FD, NEAR_ID, OF_PROG, OF_MAP,
	IS_FREPLACE, IS_ITER, IS_PERF_EVENT, IS_KPROBE_MULTI, IS_UPROBE_MULTI, IS_TRACING, IS_TRACING_MULTI,
	IS_NETFILTER, IS_XDP, IS_TCX, IS_NETKIT, IS_CGROUP, IS_NOT_XDP,
};

#define S bpf_prog_attach_attr
static const struct member prog_attach[] = {
	{ FD(target_fd), ALWAYS, WHEN(ON_FD) },
	{ NUMBER(target_ifindex), ALWAYS, WHEN(ON_IFINDEX) },
	{ FD(attach_bpf_fd) },
	{ ENUM(attach_type, NAMES_BPF_ATTACH_TYPE), ALWAYS },
	{ FLAGS(attach_flags, NAMES_BPF_ATTACH_FLAGS) },
	{ FD(replace_bpf_fd) },
	{ FD(relative_fd), WHEN(NEAR_FD) },
	{ NUMBER(relative_id), WHEN(NEAR_ID) },
	{ NUMBER(expected_revision) },
};
#undef S

#define S bpf_prog_test_run_attr
static const struct member prog_test_run[] = {
	{ FD(prog_fd), ALWAYS },
	{ NUMBER(retval), OUT },
	{ NUMBER(data_size_in) },
	{ NUMBER(data_size_out) },
	{ BYTES(data_in, AT(data_size_in), 1) },
	{ BYTES(data_out, AT(data_size_out), 1), OUT },
	{ NUMBER(repeat) },
	{ NUMBER(duration), OUT },
	{ NUMBER(ctx_size_in) },
	{ NUMBER(ctx_size_out) },
	{ BYTES(ctx_in, AT(ctx_size_in), 1) },
	{ BYTES(ctx_out, AT(ctx_size_out), 1), OUT },
	{ FLAGS(flags, NAMES_BPF_TEST_FLAGS) },
	{ NUMBER(cpu) },
	{ NUMBER(batch_size) },
};
#undef S

enum { ID_START = 1, ID_PROG, ID_MAP, ID_BTF, ID_LINK };

#define S bpf_id_attr
static const struct member id[] = {
	{ NUMBER(start_id), ALWAYS, WHEN(ID_START) },
	{ NUMBER(prog_id), ALWAYS, WHEN(ID_PROG) },
	{ NUMBER(map_id), ALWAYS, WHEN(ID_MAP) },
	{ NUMBER(btf_id), ALWAYS, WHEN(ID_BTF) },
	{ NUMBER(link_id), ALWAYS, WHEN(ID_LINK) },
	{ NUMBER(next_id), OUT },
	{ FLAGS(open_flags, NAMES_BPF_MAP_FLAGS) },
	{ FD(fd_by_id_token_fd) },
};
#undef S

#define S bpf_info_attr
static const struct member info[] = {
	{ FD(bpf_fd), ALWAYS },
	{ NUMBER(info_len) },
	{ BYTES(info, AT(info_len), 1), OUT },
};
#undef S

#define S bpf_prog_query_attr
static const struct member prog_query[] = {
	{ FD(target_fd), ALWAYS, WHEN(ON_FD) },
	{ NUMBER(target_ifindex), ALWAYS, WHEN(ON_IFINDEX) },
	{ ENUM(attach_type, NAMES_BPF_ATTACH_TYPE), ALWAYS },
	{ FLAGS(query_flags, NAMES_BPF_QUERY_FLAGS) },
	{ FLAGS(attach_flags, NAMES_BPF_ATTACH_FLAGS), OUT },
	{ BYTES(prog_ids, AT(prog_cnt), 4), OUT },
	{ NUMBER(prog_cnt) },
	{ BYTES(prog_attach_flags, AT(prog_cnt), 4), OUT },
	{ BYTES(link_ids, AT(prog_cnt), 4), OUT },
	{ BYTES(link_attach_flags, AT(prog_cnt), 4), OUT },
	{ NUMBER(revision), OUT },
};
#undef S

#define S bpf_raw_tracepoint_open_attr
static const struct member raw_tracepoint_open[] = {
	{ STRING(name), ALWAYS },
	{ FD(prog_fd) },
	{ NUMBER(cookie) },
};
#undef S

#define S bpf_btf_load_attr
static const struct member btf_load[] = {
	{ BYTES(btf, AT(btf_size), 1), ALWAYS },
	{ POINTER(btf_log_buf), OUT },
	{ NUMBER(btf_size) },
	{ NUMBER(btf_log_size) },
	{ NUMBER(btf_log_level) },
	{ NUMBER(btf_log_true_size), OUT },
	{ FLAGS(btf_flags, NAMES_BPF_MAP_FLAGS) },
	{ FD(btf_token_fd) },
};
#undef S

#define S bpf_task_fd_query_attr
static const struct member task_fd_query[] = {
	{ NUMBER(pid), ALWAYS },
	{ FD(fd), ALWAYS },
	{ NUMBER(flags) },
	{ NUMBER(buf_len) },
	{ POINTER(buf), OUT },
	{ NUMBER(prog_id), OUT },
	{ ENUM(fd_type, NAMES_BPF_TASK_FD_TYPE), OUT },
	{ NUMBER(probe_offset), OUT },
	{ NUMBER(probe_addr), OUT },
};
#undef S

#define S bpf_link_create_attr
static const struct member link_create[] = {
	{ FD(prog_fd), ALWAYS, WHEN(OF_PROG) },
	{ FD(map_fd), ALWAYS, WHEN(OF_MAP) },
	{ FD(target_fd), WHEN(ON_FD) },
	{ NUMBER(target_ifindex), WHEN(ON_IFINDEX) },
	{ ENUM(attach_type, NAMES_BPF_ATTACH_TYPE), ALWAYS },
	{ FLAGS(flags, NAMES_BPF_ATTACH_FLAGS), WHEN(IS_NOT_XDP) },
	{ FLAGS(flags, NAMES_XDP_FLAGS), WHEN(IS_XDP) },
	{ NUMBER(target_btf_id), WHEN(IS_FREPLACE) },
	{ BYTES(iter_info, AT(iter_info_len), 1), WHEN(IS_ITER) },
	{ NUMBER(iter_info_len), WHEN(IS_ITER) },
	{ NUMBER(perf_event.bpf_cookie), WHEN(IS_PERF_EVENT) },
	{ FLAGS(kprobe_multi.flags, NAMES_BPF_KPROBE_MULTI_FLAGS), WHEN(IS_KPROBE_MULTI) },
	{ NUMBER(kprobe_multi.cnt), WHEN(IS_KPROBE_MULTI) },
	{ POINTER(kprobe_multi.syms), WHEN(IS_KPROBE_MULTI) },
	{ BYTES(kprobe_multi.addrs, AT(kprobe_multi.cnt), 8), WHEN(IS_KPROBE_MULTI) },
	{ BYTES(kprobe_multi.cookies, AT(kprobe_multi.cnt), 8), WHEN(IS_KPROBE_MULTI) },
	{ NUMBER(tracing.target_btf_id), WHEN(IS_TRACING) },
	{ NUMBER(tracing.cookie), WHEN(IS_TRACING) },
	{ NUMBER(netfilter.pf), ALWAYS, WHEN(IS_NETFILTER) },
	{ NUMBER(netfilter.hooknum), ALWAYS, WHEN(IS_NETFILTER) },
	{ SIGNED(netfilter.priority), ALWAYS, WHEN(IS_NETFILTER) },
	{ FLAGS(netfilter.flags, NAMES_BPF_NETFILTER_FLAGS), WHEN(IS_NETFILTER) },
	{ NUMBER(tcx.relative_fd), WHEN(IS_TCX) },
	{ NUMBER(tcx.expected_revision), WHEN(IS_TCX) },
	{ STRING(uprobe_multi.path), WHEN(IS_UPROBE_MULTI) },
	{ BYTES(uprobe_multi.offsets, AT(uprobe_multi.cnt), 8), WHEN(IS_UPROBE_MULTI) },
	{ BYTES(uprobe_multi.ref_ctr_offsets, AT(uprobe_multi.cnt), 8), WHEN(IS_UPROBE_MULTI) },
	{ BYTES(uprobe_multi.cookies, AT(uprobe_multi.cnt), 8), WHEN(IS_UPROBE_MULTI) },
	{ NUMBER(uprobe_multi.cnt), WHEN(IS_UPROBE_MULTI) },
	{ FLAGS(uprobe_multi.flags, NAMES_BPF_UPROBE_MULTI_FLAGS), WHEN(IS_UPROBE_MULTI) },
	{ NUMBER(uprobe_multi.pid), WHEN(IS_UPROBE_MULTI) },
	{ FD(uprobe_multi.path_fd), WHEN(IS_UPROBE_MULTI) },
	{ NUMBER(netkit.relative_fd), WHEN(IS_NETKIT) },
	{ NUMBER(netkit.expected_revision), WHEN(IS_NETKIT) },
	{ NUMBER(cgroup.relative_fd), WHEN(IS_CGROUP) },
	{ NUMBER(cgroup.expected_revision), WHEN(IS_CGROUP) },
	{ BYTES(tracing_multi.ids, AT(tracing_multi.cnt), 4), WHEN(IS_TRACING_MULTI) },
	{ BYTES(tracing_multi.cookies, AT(tracing_multi.cnt), 8), WHEN(IS_TRACING_MULTI) },
	{ NUMBER(tracing_multi.cnt), WHEN(IS_TRACING_MULTI) },
};
#undef S

#define S bpf_link_update_attr
static const struct member link_update[] = {
	{ FD(link_fd), ALWAYS },
	{ FD(new_prog_fd) },
	{ FLAGS(flags, NAMES_BPF_ATTACH_FLAGS) },
	{ FD(old_prog_fd) },
};
#undef S

#define S bpf_link_detach_attr
static const struct member link_detach[] = {
	{ FD(link_fd), ALWAYS },
};
#undef S

#define S bpf_enable_stats_attr
static const struct member enable_stats[] = {
	{ ENUM(type, NAMES_BPF_STATS_TYPE), ALWAYS },
};
#undef S

#define S bpf_iter_create_attr
static const struct member iter_create[] = {
	{ FD(link_fd), ALWAYS },
	{ NUMBER(flags) },
};
#undef S

#define S bpf_prog_bind_map_attr
static const struct member prog_bind_map[] = {
	{ FD(prog_fd), ALWAYS },
	{ FD(map_fd) },
	{ NUMBER(flags) },
};
#undef S

#define S bpf_token_create_attr
static const struct member token_create[] = {
	{ NUMBER(flags) },
	{ FD(bpffs_fd), ALWAYS },
};
#undef S

#define S bpf_prog_stream_read_attr
static const struct member prog_stream_read[] = {
	{ BYTES(stream_buf, 1, AMOUNT_RETURNED), OUT },
	{ NUMBER(stream_buf_len) },
	{ ENUM(stream_id, NAMES_BPF_STREAM), ALWAYS },
	{ FD(prog_fd), ALWAYS },
};
#undef S

#define S bpf_prog_assoc_struct_ops_attr
static const struct member prog_assoc_struct_ops[] = {
	{ FD(map_fd), ALWAYS },
	{ FD(prog_fd), ALWAYS },
	{ NUMBER(flags) },
};
#undef S

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))
#define ROWS(table)	.layout = { table, COUNT(table) }
#define NEW_FD		.returns_fd = true, .changes = true
#define CHANGES		.changes = true
#define MEANS(x)	.meanings = 1u << (x)
#define GROUP(g)	.group = g

static const struct command commands[] = {
	[BPF_MAP_CREATE] = { ROWS(map_create), NEW_FD },
	[BPF_MAP_LOOKUP_ELEM] = { ROWS(map_elem), MEANS(ELEM_GIVES) },
	[BPF_MAP_UPDATE_ELEM] = { ROWS(map_elem), MEANS(ELEM_TAKES), CHANGES },
	[BPF_MAP_DELETE_ELEM] = { ROWS(map_elem), CHANGES },
	[BPF_MAP_GET_NEXT_KEY] = { ROWS(map_elem), MEANS(ELEM_NEXT) },
	[BPF_PROG_LOAD] = { ROWS(prog_load), NEW_FD },
	[BPF_OBJ_PIN] = { ROWS(obj), CHANGES },
	[BPF_OBJ_GET] = { ROWS(obj), .returns_fd = true },
	[BPF_PROG_ATTACH] = { ROWS(prog_attach), CHANGES },
	[BPF_PROG_DETACH] = { ROWS(prog_attach), CHANGES },
	[BPF_PROG_TEST_RUN] = { ROWS(prog_test_run), GROUP("test"), CHANGES },
	[BPF_PROG_GET_NEXT_ID] = { ROWS(id), MEANS(ID_START) },
	[BPF_MAP_GET_NEXT_ID] = { ROWS(id), MEANS(ID_START) },
	[BPF_PROG_GET_FD_BY_ID] = { ROWS(id), MEANS(ID_PROG), .returns_fd = true },
	[BPF_MAP_GET_FD_BY_ID] = { ROWS(id), MEANS(ID_MAP), .returns_fd = true },
	[BPF_OBJ_GET_INFO_BY_FD] = { ROWS(info), GROUP("info") },
	[BPF_PROG_QUERY] = { ROWS(prog_query), GROUP("query") },
	[BPF_RAW_TRACEPOINT_OPEN] = { ROWS(raw_tracepoint_open), GROUP("raw_tracepoint"), NEW_FD },
	[BPF_BTF_LOAD] = { ROWS(btf_load), NEW_FD },
	[BPF_BTF_GET_FD_BY_ID] = { ROWS(id), MEANS(ID_BTF), .returns_fd = true },
	[BPF_TASK_FD_QUERY] = { ROWS(task_fd_query), GROUP("task_fd_query") },
	[BPF_MAP_LOOKUP_AND_DELETE_ELEM] = { ROWS(map_elem), MEANS(ELEM_GIVES), CHANGES },
	[BPF_MAP_FREEZE] = { ROWS(map_elem), CHANGES },
	[BPF_BTF_GET_NEXT_ID] = { ROWS(id), MEANS(ID_START) },
	[BPF_MAP_LOOKUP_BATCH] = { ROWS(map_batch), GROUP("batch"), MEANS(ELEM_GIVES) },
	[BPF_MAP_LOOKUP_AND_DELETE_BATCH] = { ROWS(map_batch), GROUP("batch"), MEANS(ELEM_GIVES), CHANGES },
	[BPF_MAP_UPDATE_BATCH] = { ROWS(map_batch), GROUP("batch"), MEANS(ELEM_TAKES), CHANGES },
	[BPF_MAP_DELETE_BATCH] = { ROWS(map_batch), GROUP("batch"), MEANS(ELEM_TAKES), CHANGES },
	[BPF_LINK_CREATE] = { ROWS(link_create), GROUP("link_create"), NEW_FD },
	[BPF_LINK_UPDATE] = { ROWS(link_update), GROUP("link_update"), CHANGES },
	[BPF_LINK_GET_FD_BY_ID] = { ROWS(id), MEANS(ID_LINK), .returns_fd = true },
	[BPF_LINK_GET_NEXT_ID] = { ROWS(id), MEANS(ID_START) },
	[BPF_ENABLE_STATS] = { ROWS(enable_stats), GROUP("enable_stats"), NEW_FD },
	[BPF_ITER_CREATE] = { ROWS(iter_create), GROUP("iter_create"), NEW_FD },
	[BPF_LINK_DETACH] = { ROWS(link_detach), GROUP("link_detach"), CHANGES },
	[BPF_PROG_BIND_MAP] = { ROWS(prog_bind_map), GROUP("prog_bind_map"), CHANGES },
	[BPF_TOKEN_CREATE] = { ROWS(token_create), GROUP("token_create"), NEW_FD },
	[BPF_PROG_STREAM_READ_BY_FD] = { ROWS(prog_stream_read), GROUP("prog_stream_read"), CHANGES },
	[BPF_PROG_ASSOC_STRUCT_OPS] = { ROWS(prog_assoc_struct_ops), GROUP("prog_assoc_struct_ops"), CHANGES },
};

const struct command *bpf_command(enum bpf_cmd cmd)
{
	return cmd < COUNT(commands) ? &commands[cmd] : NULL;
}

#define M(x)	(1u << (x))

/* Attach types that are not cgroup's; those take cgroup's members, as the kernel does. */
static const uint32_t attach_meanings[] = {
	[BPF_TRACE_RAW_TP] = M(ON_FD) | M(OF_PROG) | M(IS_TRACING),
	[BPF_TRACE_FENTRY] = M(ON_FD) | M(OF_PROG) | M(IS_TRACING),
	[BPF_TRACE_FEXIT] = M(ON_FD) | M(OF_PROG) | M(IS_TRACING),
	[BPF_MODIFY_RETURN] = M(ON_FD) | M(OF_PROG) | M(IS_TRACING),
	[BPF_LSM_MAC] = M(ON_FD) | M(OF_PROG) | M(IS_TRACING),
	[BPF_TRACE_FSESSION] = M(ON_FD) | M(OF_PROG) | M(IS_TRACING),
	[BPF_TRACE_FENTRY_MULTI] = M(OF_PROG) | M(IS_TRACING_MULTI),
	[BPF_TRACE_FEXIT_MULTI] = M(OF_PROG) | M(IS_TRACING_MULTI),
	[BPF_TRACE_FSESSION_MULTI] = M(OF_PROG) | M(IS_TRACING_MULTI),
	[BPF_TRACE_ITER] = M(ON_FD) | M(OF_PROG) | M(IS_ITER),
	[BPF_PERF_EVENT] = M(ON_FD) | M(OF_PROG) | M(IS_PERF_EVENT),
	[BPF_TRACE_KPROBE_MULTI] = M(OF_PROG) | M(IS_KPROBE_MULTI),
	[BPF_TRACE_KPROBE_SESSION] = M(OF_PROG) | M(IS_KPROBE_MULTI),
	[BPF_TRACE_UPROBE_MULTI] = M(OF_PROG) | M(IS_UPROBE_MULTI),
	[BPF_TRACE_UPROBE_SESSION] = M(OF_PROG) | M(IS_UPROBE_MULTI),
	[BPF_NETFILTER] = M(OF_PROG) | M(IS_NETFILTER),
	[BPF_XDP] = M(ON_IFINDEX) | M(OF_PROG) | M(IS_XDP),
	[BPF_TCX_INGRESS] = M(ON_IFINDEX) | M(OF_PROG) | M(IS_TCX),
	[BPF_TCX_EGRESS] = M(ON_IFINDEX) | M(OF_PROG) | M(IS_TCX),
	[BPF_NETKIT_PRIMARY] = M(ON_IFINDEX) | M(OF_PROG) | M(IS_NETKIT),
	[BPF_NETKIT_PEER] = M(ON_IFINDEX) | M(OF_PROG) | M(IS_NETKIT),
	[BPF_STRUCT_OPS] = M(OF_MAP),
};

static uint32_t meanings_of_type(uint32_t attach_type)
{
	uint32_t m = attach_type < COUNT(attach_meanings) ? attach_meanings[attach_type] : 0;

	return m ? m : M(ON_FD) | M(OF_PROG) | M(IS_CGROUP);
}

/* A program that replaces another's function (BPF_PROG_TYPE_EXT) has attach type 0, which is a cgroup's as well. */
static uint32_t link_meanings(const struct bpf_link_create_attr *a)
{
	uint32_t m = meanings_of_type(a->attach_type);

	if (a->attach_type == 0 && a->flags == 0 && a->cgroup.expected_revision == 0 && a->target_btf_id)
		m = M(ON_FD) | M(OF_PROG) | M(IS_FREPLACE);
	return m | (m & M(IS_XDP) ? 0 : M(IS_NOT_XDP));
}

uint32_t bpf_meanings(enum bpf_cmd cmd, const void *attr)
{
	const struct bpf_prog_attach_attr *attach = attr;
	const struct bpf_prog_load_attr *load = attr;
	const struct bpf_prog_query_attr *query = attr;

	switch (cmd) {
	case BPF_LINK_CREATE:
		return link_meanings(attr);
	case BPF_PROG_ATTACH:
	case BPF_PROG_DETACH:
		return meanings_of_type(attach->attach_type) |
		       M(attach->attach_flags & BPF_F_ID ? NEAR_ID : NEAR_FD);
	case BPF_PROG_QUERY:
		return meanings_of_type(query->attach_type);
	case BPF_PROG_LOAD:
		return M(load->prog_type == BPF_PROG_TYPE_EXT ? LOAD_EXT : LOAD_OTHER);
	default:
		return cmd < COUNT(commands) ? commands[cmd].meanings : 0;
	}
}
