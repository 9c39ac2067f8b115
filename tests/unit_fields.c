/*
 * Fields: what is told of a call, and what is not.
 *
 * Next: tests/unit_sys.c
 */
#include "tests/check.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/call_text.h"
#include "uapi/bpf_insn.h"
#include "uapi/members.h"
#include "uapi/net.h"
#include "uapi/netlink.h"
#include "uapi/perf_event.h"

static struct call_text line;

static struct call bpf_call(enum bpf_cmd cmd, const void *attr, long size, long ret)
{
	return (struct call){ .nr = CALL_BPF, .arg = { (long)cmd, (long)attr, size }, .ret = ret };
}

static const char *bpf_text(enum bpf_cmd cmd, const void *attr, long size, long ret)
{
	struct call c = bpf_call(cmd, attr, size, ret);

	return call_text(&c, &line);
}

static uint64_t address(const void *p)
{
	return (uintptr_t)p;
}

TEST(map_create)
{
	struct bpf_map_create_attr a;

	memset(&a, 0, sizeof(a));
	a.map_type = BPF_MAP_TYPE_HASH;
	a.key_size = 16;
	a.value_size = 8;
	a.max_entries = 10240;
	strcpy(a.map_name, "counts");
	a.btf_fd = 3;
	CHECK_STR(bpf_text(BPF_MAP_CREATE, &a, 52, 4),
		  "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, key_size=16, value_size=8, "
		  "max_entries=10240, map_name=\"counts\", btf_fd=3}, 52) = 4");
	a.map_flags = BPF_F_NO_PREALLOC | 1u << 30;
	memset(a.map_name, 'x', sizeof(a.map_name));	/* no NUL: must not run into map_ifindex */
	a.map_ifindex = 0x41414141;
	a.map_type = 99;
	CHECK_STR(bpf_text(BPF_MAP_CREATE, &a, 52, -E2BIG),
		  "bpf(BPF_MAP_CREATE, {map_type=99, key_size=16, value_size=8, max_entries=10240, "
		  "map_flags=BPF_F_NO_PREALLOC|0x40000000, map_name=\"xxxxxxxxxxxxxxxx\", "
		  "map_ifindex=1094795585, btf_fd=3}, 52) = -1 E2BIG");
}

TEST(prog_load)
{
	struct bpf_insn insns[2] = { { .code = 0xb7 }, { .code = 0x95 } };
	uint32_t func_info[2] = { 0, 0x07070707 };	/* the same bytes on every machine */
	struct bpf_prog_load_attr a;

	memset(&a, 0, sizeof(a));
	a.prog_type = BPF_PROG_TYPE_TRACING;
	a.insn_cnt = 2;
	a.insns = address(insns);
	a.license = address("GPL");
	a.prog_flags = BPF_F_SLEEPABLE | BPF_F_TOKEN_FD;
	a.expected_attach_type = BPF_TRACE_FENTRY;
	a.func_info = address(func_info);
	a.func_info_cnt = 1;
	a.func_info_rec_size = 8;
	a.attach_btf_obj_fd = 9;
	a.prog_token_fd = 10;
	a.keyring_id = -2;
	CHECK_STR(bpf_text(BPF_PROG_LOAD, &a, 168, 5),
		  "bpf(BPF_PROG_LOAD, {prog_type=BPF_PROG_TYPE_TRACING, insn_cnt=2, "
		  "insns=b7000000000000009500000000000000, license=\"GPL\", "
		  "prog_flags=BPF_F_SLEEPABLE|BPF_F_TOKEN_FD, expected_attach_type=BPF_TRACE_FENTRY, "
		  "func_info_rec_size=8, func_info=0000000007070707, func_info_cnt=1, attach_btf_obj_fd=9, "
		  "prog_token_fd=10, keyring_id=-2}, 168) = 5");
	a.prog_type = BPF_PROG_TYPE_EXT;
	CHECK_HAS(bpf_text(BPF_PROG_LOAD, &a, 168, 5), "attach_prog_fd=9");
}

/* The attribute of an element has addresses; the sizes come with the call, if the caller knew them. */
TEST(elements)
{
	unsigned char key[2] = { 1, 2 }, value[3] = { 0xaa, 0xbb, 0xcc };
	struct bpf_map_elem_attr a;
	struct call c;
	char want[200];

	memset(&a, 0, sizeof(a));
	a.map_fd = 4;
	a.key = address(key);
	a.value = address(value);
	c = bpf_call(BPF_MAP_UPDATE_ELEM, &a, 24, 0);
	snprintf(want, sizeof(want), "bpf(BPF_MAP_UPDATE_ELEM, {map_fd=4, key=%#" PRIx64 ", value=%#" PRIx64
		 ", flags=BPF_ANY}, 24) = 0", a.key, a.value);
	CHECK_STR(call_text(&c, &line), want);
	c.key_size = 2;
	c.value_size = 3;
	CHECK_STR(call_text(&c, &line),
		  "bpf(BPF_MAP_UPDATE_ELEM, {map_fd=4, key=0102, value=aabbcc, flags=BPF_ANY}, 24) = 0");
	c.arg[0] = BPF_MAP_GET_NEXT_KEY;
	CHECK_STR(call_text(&c, &line), "bpf(BPF_MAP_GET_NEXT_KEY, {map_fd=4, key=0102, next_key=aabb}, 24) = 0");
	c.arg[0] = BPF_MAP_LOOKUP_ELEM;
	CHECK_STR(call_text(&c, &line), "bpf(BPF_MAP_LOOKUP_ELEM, {map_fd=4, key=0102, value=aabbcc}, 24) = 0");
	c.ret = -ENOENT;	/* then nobody wrote the value */
	snprintf(want, sizeof(want), "key=0102, value=%#" PRIx64 "}, 24) = -1 ENOENT", a.value);
	CHECK_HAS(call_text(&c, &line), want);
	c.arg[0] = BPF_MAP_FREEZE;
	a.key = a.value = 0;
	CHECK_STR(call_text(&c, &line), "bpf(BPF_MAP_FREEZE, {map_fd=4}, 24) = -1 ENOENT");
}

TEST(batches)
{
	uint32_t keys[2] = { 0x01010101, 0x02020202 };
	struct bpf_map_batch_attr a;
	struct call c;

	memset(&a, 0, sizeof(a));
	a.keys = address(keys);
	a.count = 2;
	a.map_fd = 4;
	c = bpf_call(BPF_MAP_DELETE_BATCH, &a, 40, 0);
	c.key_size = 4;
	CHECK_STR(call_text(&c, &line),
		  "bpf(BPF_MAP_DELETE_BATCH, {keys=0101010102020202, count=2, map_fd=4}, 40) = 0");
	CHECK_STR(call_group(&c), "batch");
}

TEST(ids_have_the_name_of_their_command)
{
	struct bpf_id_attr a;

	memset(&a, 0, sizeof(a));
	CHECK_STR(bpf_text(BPF_MAP_GET_NEXT_ID, &a, 8, -ENOENT), "bpf(BPF_MAP_GET_NEXT_ID, {start_id=0}, 8) = -1 ENOENT");
	a.start_id = 7;
	CHECK_STR(bpf_text(BPF_MAP_GET_FD_BY_ID, &a, 4, 5), "bpf(BPF_MAP_GET_FD_BY_ID, {map_id=7}, 4) = 5");
	CHECK_STR(bpf_text(BPF_LINK_GET_FD_BY_ID, &a, 4, 5), "bpf(BPF_LINK_GET_FD_BY_ID, {link_id=7}, 4) = 5");
}

TEST(small_commands)
{
	struct bpf_raw_tracepoint_open_attr raw;
	struct bpf_obj_attr pin;
	struct bpf_btf_load_attr btf;
	struct call c;

	memset(&raw, 0, sizeof(raw));
	raw.name = address("sys_enter");
	raw.prog_fd = 4;
	c = bpf_call(BPF_RAW_TRACEPOINT_OPEN, &raw, 12, 5);
	CHECK_STR(call_text(&c, &line), "bpf(BPF_RAW_TRACEPOINT_OPEN, {name=\"sys_enter\", prog_fd=4}, 12) = 5");
	CHECK_STR(call_group(&c), "raw_tracepoint");
	raw.name = 0;
	CHECK_HAS(call_text(&c, &line), "{name=NULL, prog_fd=4}");

	memset(&pin, 0, sizeof(pin));
	pin.pathname = address("/sys/fs/bpf/x");
	pin.bpf_fd = 4;
	CHECK_STR(bpf_text(BPF_OBJ_PIN, &pin, 12, 0), "bpf(BPF_OBJ_PIN, {pathname=\"/sys/fs/bpf/x\", bpf_fd=4}, 12) = 0");

	memset(&btf, 0, sizeof(btf));
	btf.btf = address("\x9f\xeb");
	btf.btf_size = 2;
	CHECK_STR(bpf_text(BPF_BTF_LOAD, &btf, 20, 3), "bpf(BPF_BTF_LOAD, {btf=9feb, btf_size=2}, 20) = 3");
}

/* The attach type decides which member of the union is told, and what the target is. */
TEST(link_create)
{
	struct bpf_link_create_attr a;

	memset(&a, 0, sizeof(a));
	a.prog_fd = 4;
	a.target_fd = 6;
	a.attach_type = BPF_PERF_EVENT;
	a.perf_event.bpf_cookie = 77;
	CHECK_STR(bpf_text(BPF_LINK_CREATE, &a, 24, 5),
		  "bpf(BPF_LINK_CREATE, {prog_fd=4, target_fd=6, attach_type=BPF_PERF_EVENT, "
		  "perf_event.bpf_cookie=77}, 24) = 5");
	a.perf_event.bpf_cookie = 0;
	a.tcx.relative_fd = 77;
	a.attach_type = BPF_TCX_INGRESS;
	CHECK_STR(bpf_text(BPF_LINK_CREATE, &a, 24, 5),
		  "bpf(BPF_LINK_CREATE, {prog_fd=4, target_ifindex=6, attach_type=BPF_TCX_INGRESS, "
		  "tcx.relative_fd=77}, 24) = 5");
	a.attach_type = BPF_XDP;
	a.flags = XDP_FLAGS_SKB_MODE;
	CHECK_HAS(bpf_text(BPF_LINK_CREATE, &a, 24, 5), "attach_type=BPF_XDP, flags=XDP_FLAGS_SKB_MODE}");
	a.flags = 0;
	a.attach_type = BPF_STRUCT_OPS;
	CHECK_HAS(bpf_text(BPF_LINK_CREATE, &a, 24, 5), "{map_fd=4, attach_type=BPF_STRUCT_OPS}");
	a.attach_type = BPF_CGROUP_INET_INGRESS;
	CHECK_HAS(bpf_text(BPF_LINK_CREATE, &a, 24, 5), "attach_type=BPF_CGROUP_INET_INGRESS, target_btf_id=77}");
	a.flags = BPF_F_AFTER;
	CHECK_HAS(bpf_text(BPF_LINK_CREATE, &a, 24, 5), "flags=BPF_F_AFTER, cgroup.relative_fd=77}");
}

TEST(perf_event_open)
{
	struct perf_event_attr a;
	struct call c = {
		.nr = CALL_PERF_EVENT_OPEN, .arg = { (long)&a, -1, 0, -1, PERF_FLAG_FD_CLOEXEC }, .ret = 5,
	};

	memset(&a, 0, sizeof(a));
	a.type = PERF_TYPE_TRACEPOINT;
	a.size = PERF_ATTR_SIZE_VER0;
	a.config = 300;
	a.sample_period = 1;
	a.sample_type = PERF_SAMPLE_RAW | PERF_SAMPLE_TIME;
	a.disabled = 1;
	a.precise_ip = 2;
	a.wakeup_events = 1;
	CHECK_STR(call_text(&c, &line),
		  "perf_event_open({type=PERF_TYPE_TRACEPOINT, size=PERF_ATTR_SIZE_VER0, config=300, "
		  "sample_period=1, sample_type=PERF_SAMPLE_TIME|PERF_SAMPLE_RAW, disabled=1, precise_ip=2, "
		  "wakeup_events=1}, -1, 0, -1, PERF_FLAG_FD_CLOEXEC) = 5");
	a.type = PERF_TYPE_SOFTWARE;
	a.config = 0;
	a.freq = 1;
	a.watermark = 1;
	CHECK_STR(call_text(&c, &line),
		  "perf_event_open({type=PERF_TYPE_SOFTWARE, size=PERF_ATTR_SIZE_VER0, "
		  "config=PERF_COUNT_SW_CPU_CLOCK, sample_freq=1, sample_type=PERF_SAMPLE_TIME|PERF_SAMPLE_RAW, "
		  "disabled=1, freq=1, watermark=1, precise_ip=2, wakeup_watermark=1}, -1, 0, -1, "
		  "PERF_FLAG_FD_CLOEXEC) = 5");
}

/* config1 of an unknown PMU is a number: it must not be followed. */
TEST(perf_probes)
{
	struct perf_event_attr a;
	struct call c = { .nr = CALL_PERF_EVENT_OPEN, .arg = { (long)&a, -1, 0, -1, 0 }, .ret = -ENOENT };

	memset(&a, 0, sizeof(a));
	a.type = 8;
	a.size = 72;
	a.config1 = 5;
	a.config2 = 16;
	CHECK_HAS(call_text(&c, &line), "{type=8, size=PERF_ATTR_SIZE_VER1, config=0, config1=5, config2=16}");
	a.config1 = address("do_exit");
	c.probe = PROBE_KPROBE;
	CHECK_HAS(call_text(&c, &line), "config=0, kprobe_func=\"do_exit\", probe_offset=16}");
	c.probe = PROBE_UPROBE;
	a.config = 1ull << 32;
	CHECK_HAS(call_text(&c, &line), "config=4294967296, uprobe_path=\"do_exit\", probe_offset=16}");
	c.probe = PROBE_KPROBE;
	a.kprobe_func = 0;
	a.kprobe_addr = 0xff10;
	CHECK_HAS(call_text(&c, &line), "config=4294967296, kprobe_addr=0xff10}");
}

/* Every bit-field is told under its own name and no other. */
TEST(perf_bits)
{
	struct perf_event_attr a;
	struct call c = { .nr = CALL_PERF_EVENT_OPEN, .arg = { (long)&a, -1, 0, -1, 0 } };
	static struct fields f;

#define ALONE(bit, first)								\
	do {										\
		memset(&a, 0, sizeof(a));						\
		a.bit = 1;								\
		call_fields(&c, &f);							\
		NOTE("%s: %u fields", #bit, f.count);					\
		CHECK_INT(f.count, 3 + 1 + 4);	/* type, size, config; it; pid ... */	\
		CHECK_STR(f.at[3].name, #bit);						\
		CHECK_INT(f.at[3].value, 1);						\
	} while (0);
	PERF_ATTR_BIT_LIST(ALONE)
}

TEST(other_calls)
{
	uint64_t limits[2] = { 0, ~0ull };
	struct new_utsname utsname = { .sysname = "Linux", .release = "6.1.0", .version = "#1" };
	struct ifreq_index interface = { .ifr_name = "veth0", .ifr_ifindex = 3 };
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = 0x300, .sll_ifindex = 3 };
	int prog = 4;
	char buf[8] = "ab\n";
	struct call c = { .nr = CALL_IOCTL, .arg = { 5, (long)PERF_EVENT_IOC_SET_BPF, 4 } };

	CHECK_STR(call_text(&c, &line), "ioctl(5, PERF_EVENT_IOC_SET_BPF, 4) = 0");
	c.arg[1] = (long)PERF_EVENT_IOC_ENABLE;
	c.arg[2] = 0;
	CHECK_STR(call_text(&c, &line), "ioctl(5, PERF_EVENT_IOC_ENABLE, 0) = 0");
	c.arg[1] = (long)PERF_EVENT_IOC_SET_FILTER;
	c.arg[2] = (long)"pid == 1";
	CHECK_STR(call_text(&c, &line), "ioctl(5, PERF_EVENT_IOC_SET_FILTER, \"pid == 1\") = 0");

	c = (struct call){ CALL_IOCTL, { 5, SIOCGIFINDEX, (long)&interface }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "ioctl(5, SIOCGIFINDEX, {ifr_name=\"veth0\", ifr_ifindex=3}) = 0");
	CHECK_STR(call_cmd_name(&c), "SIOCGIFINDEX");
	c = (struct call){ CALL_SOCKET, { AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0 }, 5, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "socket(AF_PACKET, SOCK_RAW|SOCK_CLOEXEC, 0) = 5");
	c = (struct call){ CALL_SOCKET, { AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0 }, 5, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "socket(AF_UNIX, SOCK_DGRAM|SOCK_CLOEXEC, 0) = 5");
	c = (struct call){ CALL_SETSOCKOPT, { 5, SOL_SOCKET, SO_ATTACH_BPF, (long)&prog, 4 }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "setsockopt(5, SOL_SOCKET, SO_ATTACH_BPF, {prog_fd=4}, 4) = 0");
	CHECK_STR(call_cmd_name(&c), "SO_ATTACH_BPF");
	c = (struct call){ CALL_BIND, { 5, (long)&address, 20 }, -ENETDOWN, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line),
		  "bind(5, {sll_family=AF_PACKET, sll_protocol=768, sll_ifindex=3}, 20) = -1 ENETDOWN");

	c = (struct call){ CALL_OPENAT, { AT_FDCWD, (long)"/sys/x", O_RDONLY | O_CLOEXEC }, -ENOENT, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "openat(AT_FDCWD, \"/sys/x\", O_RDONLY|O_CLOEXEC) = -1 ENOENT");
	c.arg[2] = O_WRONLY | O_CREAT | O_CLOEXEC;
	c.arg[3] = 8;
	CHECK_STR(call_text(&c, &line), "openat(AT_FDCWD, \"/sys/x\", O_WRONLY|O_CREAT|O_CLOEXEC, 8) = -1 ENOENT");
	c = (struct call){ CALL_READ, { 5, (long)buf, 8 }, 3, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "read(5, 61620a, 8) = 3");
	c = (struct call){ CALL_WRITE, { 5, (long)buf, 2 }, 1, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "write(5, 6162, 2) = 1");
	c = (struct call){ CALL_FCNTL, { 1, F_DUPFD_CLOEXEC, 3 }, 3, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "fcntl(1, F_DUPFD_CLOEXEC, 3) = 3");
	c = (struct call){ CALL_MMAP, { 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 5, 4096 }, 65536, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5, 4096) = 65536");
	c = (struct call){ CALL_FCHMOD, { 5, 0644 }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "fchmod(5, 420) = 0");
	c = (struct call){ CALL_FSYNC, { 5 }, -EIO, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "fsync(5) = -1 EIO");
	c = (struct call){ CALL_RENAMEAT, { AT_FDCWD, (long)"/x", AT_FDCWD, (long)"/y" }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "renameat(AT_FDCWD, \"/x\", AT_FDCWD, \"/y\") = 0");
	c = (struct call){ CALL_UNLINKAT, { AT_FDCWD, (long)"/x", 0 }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "unlinkat(AT_FDCWD, \"/x\", 0) = 0");
	c = (struct call){ CALL_POLL, { 0, 0, -1 }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "poll(NULL, 0, -1) = 0");
	c = (struct call){ CALL_PRLIMIT, { 0, RLIMIT_MEMLOCK, (long)limits, 0 }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line),
		  "prlimit(0, RLIMIT_MEMLOCK, 0000000000000000ffffffffffffffff, NULL) = 0");
	c = (struct call){ CALL_MKDIRAT, { AT_FDCWD, (long)"/sys/x", 8 }, -EEXIST, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "mkdirat(AT_FDCWD, \"/sys/x\", 8) = -1 EEXIST");
	c = (struct call){ CALL_SYMLINKAT, { (long)"/x", AT_FDCWD, (long)"/y" }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "symlinkat(\"/x\", AT_FDCWD, \"/y\") = 0");
	c = (struct call){ CALL_GETDENTS64, { 5, (long)buf, 32768 }, 2, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "getdents64(5, 6162, 32768) = 2");
	c = (struct call){ CALL_UNAME, { (long)&utsname }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "uname({sysname=\"Linux\", release=\"6.1.0\", version=\"#1\"}) = 0");
	c = (struct call){ CALL_READLINKAT, { AT_FDCWD, (long)"/proc/1/fd/3", (long)buf, 3 }, 3, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "readlinkat(AT_FDCWD, \"/proc/1/fd/3\", 61620a, 3) = 3");
	c = (struct call){ CALL_UNLINKAT, { AT_FDCWD, (long)"/sys/x", AT_REMOVEDIR }, -EBUSY, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "unlinkat(AT_FDCWD, \"/sys/x\", AT_REMOVEDIR) = -1 EBUSY");
}

TEST(what_fstat_answers_is_told_when_it_does)
{
	int64_t size = 5000000000;
	struct call c = { .nr = CALL_FSTAT, .arg = { 3, (long)&size } };

	CHECK_STR(call_text(&c, &line), "fstat(3, {st_size=5000000000}) = 0");
	c.ret = -EBADF;
	CHECK_STR(call_text(&c, &line), "fstat(3) = -1 EBADF");
}

/* All bits of everything: no table, no text, no list of fields may overflow, and no flag text may be missing. */
TEST(everything_set)
{
	_Alignas(8) unsigned char attr[256];
	static struct fields f;
	struct call c;

	for (int cmd = 0; cmd < 45; cmd++) {
		const struct command *command = bpf_command((enum bpf_cmd)cmd);

		NOTE("command %d", cmd);
		memset(attr, 0, sizeof(attr));
		for (unsigned i = 0; command && i < command->layout.count; i++) {
			const struct member *m = &command->layout.members[i];

			if (m->kind == FIELD_NUMBER || m->kind == FIELD_FLAGS || m->kind == MEMBER_NAME)
				memset(attr + m->offset, 0xff, m->size);
		}
		c = bpf_call((enum bpf_cmd)cmd, attr, sizeof(attr), -EINVAL);
		call_fields(&c, &f);
		CHECK(f.count >= 2);
		CHECK_STR(call_cmd_name(&c), name_of(NAMES_BPF_CMD, (uint64_t)cmd));
		CHECK((command != NULL) == (call_cmd_name(&c) != NULL));
		for (unsigned i = 0; i < f.count; i++)
			CHECK(f.at[i].kind != FIELD_FLAGS || f.at[i].text);
	}
	memset(attr, 0xff, sizeof(attr));
	c = (struct call){ .nr = CALL_PERF_EVENT_OPEN, .arg = { (long)attr, -1, 0, -1, -1 } };
	call_fields(&c, &f);
	CHECK(f.count > 60 && f.count < FIELDS_MAX);
	for (unsigned i = 0; i < f.count; i++)
		CHECK(f.at[i].kind != FIELD_FLAGS || f.at[i].text);
}

/* Braces with nothing between them cannot be told from no structure at all, so each has a member that is always told. */
TEST(nothing_set)
{
	_Alignas(8) unsigned char attr[256] = { 0 };
	static struct fields f;
	struct call c;

	for (int cmd = 0; bpf_command((enum bpf_cmd)cmd); cmd++) {
		unsigned inside = 0;

		NOTE("command %d", cmd);
		c = bpf_call((enum bpf_cmd)cmd, attr, 0, 0);
		call_fields(&c, &f);
		for (unsigned i = 0; i < f.count; i++)
			inside += f.at[i].in_struct;
		CHECK(inside > 0);
	}
}

TEST(what_changes_the_kernel)
{
	static const struct { struct call c; bool changes, fd; } cases[] = {
		{ { CALL_BPF, { BPF_MAP_CREATE }, 0, 0, 0, 0 }, true, true },
		{ { CALL_BPF, { BPF_PROG_LOAD }, 0, 0, 0, 0 }, true, true },
		{ { CALL_BPF, { BPF_MAP_UPDATE_ELEM }, 0, 0, 0, 0 }, true, false },
		{ { CALL_BPF, { BPF_MAP_LOOKUP_ELEM }, 0, 0, 0, 0 }, false, false },
		{ { CALL_BPF, { BPF_MAP_LOOKUP_AND_DELETE_ELEM }, 0, 0, 0, 0 }, true, false },
		{ { CALL_BPF, { BPF_OBJ_GET }, 0, 0, 0, 0 }, false, true },
		{ { CALL_BPF, { BPF_OBJ_GET_INFO_BY_FD }, 0, 0, 0, 0 }, false, false },
		{ { CALL_BPF, { BPF_RAW_TRACEPOINT_OPEN }, 0, 0, 0, 0 }, true, true },
		{ { CALL_BPF, { 4711 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_PERF_EVENT_OPEN, { 0 }, 0, 0, 0, 0 }, true, true },
		{ { CALL_OPENAT, { 0, 0, O_RDONLY | O_CLOEXEC }, 0, 0, 0, 0 }, false, true },
		{ { CALL_OPENAT, { 0, 0, O_WRONLY | O_APPEND }, 0, 0, 0, 0 }, true, true },
		{ { CALL_READ, { 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_WRITE, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_MMAP, { 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_FSYNC, { 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_FCHMOD, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_RENAMEAT, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_UNLINKAT, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_FCNTL, { 0, F_DUPFD_CLOEXEC, 3 }, 0, 0, 0, 0 }, false, true },
		{ { CALL_PRLIMIT, { 0, 0, 0, 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_PRLIMIT, { 0, 0, 1, 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_MKDIRAT, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_SYMLINKAT, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_GETDENTS64, { 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_UNAME, { 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_READLINKAT, { 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_SOCKET, { AF_PACKET }, 0, 0, 0, 0 }, true, true },
		{ { CALL_SOCKET, { AF_UNIX }, 0, 0, 0, 0 }, false, true },
		{ { CALL_SETSOCKOPT, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_BIND, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_SENDTO, { 0 }, 0, 0, 0, 0 }, true, false },
		{ { CALL_RECVFROM, { 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_IOCTL, { 5, SIOCGIFINDEX, 0 }, 0, 0, 0, 0 }, false, false },
		{ { CALL_UNLINKAT, { 0 }, 0, 0, 0, 0 }, true, false },
	};
	struct call io = { .nr = CALL_IOCTL, .arg = { 5, (long)PERF_EVENT_IOC_SET_BPF, 4 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu", i);
		CHECK_INT(call_changes_kernel(&cases[i].c), cases[i].changes);
		CHECK_INT(call_returns_fd(&cases[i].c), cases[i].fd);
	}
	CHECK(call_changes_kernel(&io));
	io.arg[1] = (long)PERF_EVENT_IOC_ID;
	CHECK(!call_changes_kernel(&io));
}

/* A question has its attributes as members; of an answer the first message is told, as far as it came. */
TEST(netlink)
{
	struct tc_request q = {
		.header = { 136, RTM_NEWTFILTER, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 3, 0 },
		.tc = { .tcm_ifindex = 7, .tcm_handle = 1, .tcm_parent = 0xfffffff2, .tcm_info = 0xc0000300 },
		.kind_text = "bpf", .fd_value = 5, .flags_value = TCA_BPF_FLAG_ACT_DIRECT, .name_text = "count",
	};
	struct { struct nlmsghdr header; struct nlmsgerr e; } a = { { 36, NLMSG_ERROR, 0x100, 3, 77 }, { -EEXIST, { 0 } } };
	int on = 1;
	struct call c = { CALL_SENDTO, { 7, (long)&q, 136 }, 136, 0, 0, 0 };

	CHECK_STR(call_text(&c, &line),
		  "sendto(7, {nlmsg_len=136, nlmsg_type=RTM_NEWTFILTER, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE,"
		  " nlmsg_seq=3, tcm_ifindex=7, tcm_handle=1, tcm_parent=4294967282, tcm_info=3221226240, TCA_KIND=\"bpf\","
		  " TCA_BPF_FD=5, TCA_BPF_FLAGS=TCA_BPF_FLAG_ACT_DIRECT, TCA_BPF_NAME=\"count\"}, 136, 0, NULL, 0) = 136");
	CHECK_STR(call_cmd_name(&c), "RTM_NEWTFILTER");
	q = (struct tc_request){ .header = { 36, RTM_GETTFILTER, NLM_F_REQUEST | NLM_F_DUMP, 4, 0 }, .tc = { .tcm_parent = TC_H_CLSACT } };
	CHECK_STR(call_text(&c, &line), "sendto(7, {nlmsg_len=36, nlmsg_type=RTM_GETTFILTER, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP,"
		  " nlmsg_seq=4, tcm_parent=TC_H_CLSACT}, 136, 0, NULL, 0) = 136");
	c = (struct call){ CALL_RECVFROM, { 7, (long)&a, 8192, MSG_DONTWAIT }, 36, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line),
		  "recvfrom(7, {nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_seq=3, error=-17}, 8192, MSG_DONTWAIT, NULL, NULL) = 36");
	CHECK_STR(call_cmd_name(&c), "");
	c.ret = 16;
	CHECK_STR(call_text(&c, &line),
		  "recvfrom(7, {nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_seq=3}, 8192, MSG_DONTWAIT, NULL, NULL) = 16");
	a.header.nlmsg_type = 44;
	c.ret = 36;
	CHECK_HAS(call_text(&c, &line), "nlmsg_type=RTM_NEWTFILTER, nlmsg_seq=3}, 8192");
	c.arg[1] = 8;			/* nothing came: nobody looks there */
	for (c.ret = -EAGAIN; c.ret < 16; c.ret++)
		CHECK_HAS(call_text(&c, &line), "recvfrom(7, 0x8, 8192, MSG_DONTWAIT, NULL, NULL) = ");
	c = (struct call){ CALL_SETSOCKOPT, { 7, SOL_NETLINK, NETLINK_EXT_ACK, (long)&on, 4 }, 0, 0, 0, 0 };
	CHECK_STR(call_text(&c, &line), "setsockopt(7, SOL_NETLINK, NETLINK_EXT_ACK, {on=1}, 4) = 0");
}

/* A pretend kernel finds what to zero: everything that is `out` and has a known size. */
TEST(what_to_zero)
{
	unsigned char key[4], value[8];
	struct bpf_map_elem_attr a;
	static struct fields f;
	struct call c;

	memset(&a, 0, sizeof(a));
	a.map_fd = 4;
	a.key = address(key);
	a.value = address(value);
	c = bpf_call(BPF_MAP_LOOKUP_ELEM, &a, 24, 0);
	c.key_size = sizeof(key);
	c.value_size = sizeof(value);
	call_fields(&c, &f);
	for (unsigned i = 0; i < f.count; i++) {
		bool is_value = strcmp(f.at[i].name, "value") == 0;

		CHECK_INT(f.at[i].out, is_value);
		if (is_value)
			CHECK(f.at[i].data == value && f.at[i].size == 8);
	}
}
