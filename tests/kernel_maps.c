/*
 * What the maps of tests/objects hold and do in the kernel: elements named in the source, maps that are left out,
 * structures of functions that the kernel calls.
 *
 * Kernel: net/bpf/test_run.c bpf_prog_test_run_raw_tp() (5.10), kernel/bpf/bpf_struct_ops.c
 * Next: tests/module/ops.h
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <sys/resource.h>

#include "tests/loaded.h"

/* Lookups in a lookup, and tail calls: what is in the maps was named in the source only. */
TEST(maps_and_programs_named_in_the_source)
{
	load("map_values");
	CHECK_INT(run("map_values", 0, 2), 11);		/* the tail call's target returned */
	CHECK_INT(run("map_values", 0, 2), 11);
	CHECK_INT(run("map_values", 0, 0), 12);
	CHECK_INT(run("map_values", 0, 1), 13);		/* an empty element: the call falls through */
	CHECK_INT(number("runs"), 2);
	CHECK_INT(number("runs_too"), 1);
	CHECK_INT(element("second", 1), 4);		/* by_name[1], in each run */
	CHECK_INT(element("first", 1), 4 * (10 + 100));	/* by_name[5] and table[3] */
	CHECK_INT(element("first", 0), 0);
}

/* Without the map, what needs it is refused by the verifier; what does not name it loads. */
TEST(a_map_that_is_not_made)
{
	open_object("map_values");
	CHECK_INT(bw_enable_map(obj, bw_find_map(obj, "placed"), false), 0);
	CHECK_INT(bw_load(obj, &err), -EINVAL);
	CHECK_HAS(err.msg, "2001000005");		/* the sixth map, as libbpf counts */
	CHECK_INT(bw_enable(obj, bw_find_program(obj, "map_values"), false), 0);
	memset(&err, 0, sizeof(err));
	load_opened();
	CHECK_INT(bw_find_map(obj, "placed")->fd, -1);
	CHECK(bw_find_map(obj, "jumps")->fd >= 0);

	open_object("map_values");
	CHECK_INT(bw_enable(obj, bw_find_program(obj, "counted"), false), 0);
	CHECK_INT(bw_load(obj, &err), -EINVAL);
	CHECK_STR(err.msg, "map jumps: element 2 is program counted, which is not to be loaded");
	open_object("map_values");
	CHECK_INT(bw_enable_map(obj, bw_find_map(obj, "first"), false), 0);
	CHECK_INT(bw_load(obj, &err), -EINVAL);
	CHECK_STR(err.msg, "map by_name: element 5 is map first, which is not to be made");
	CHECK_INT(bw_enable_map(obj, bw_find_map(obj, "table.inner"), false), -EINVAL);
}

/* ---- old definitions ------------------------------------------------------------- */

TEST(maps_of_iproute2)
{
	load("legacy_tc");
	CHECK_INT(run("legacy_tc", 0, 0), 1);
	CHECK_INT(run("legacy_tc", 0, 0), 1);
	CHECK_INT(element("inner", 1), 2);		/* reached through outer[2] */
	CHECK_INT(element("plain", 1), 2);
}

TEST(an_inner_map_by_its_number)
{
	load("legacy_inner");
	CHECK_STR(bw_find_map(obj, "outer")->inner->name, "inner");
	CHECK_INT(run("legacy_inner", 0, 0), 0);	/* nothing is put in */
}

/* The kind of a program in a section called by numbers is its caller's; one is reached through two maps. */
TEST(sections_called_by_numbers)
{
	load("legacy_tails");
	CHECK_INT(run("legacy_tails", 2, 0), 42);
	CHECK_INT(run("legacy_tails", 0, 0), 1);
	CHECK_INT(run("legacy_tails", 1, 0), 3);	/* nothing is there */
	CHECK_INT(bw_attach(obj, bw_find_program(obj, "near"), NULL, &(struct bw_link *){ NULL }, &err), -ENOTSUP);
	CHECK_STR(err.msg, "near: other programs jump to it through map jumps (section 7/2)");
}

static const char *left_out(const char *program)
{
	const struct bw_program *p = bw_find_program(obj, program);

	CHECK(p && !p->left_out == (p->fd >= 0) && p->enabled == (p->fd >= 0));
	return p->left_out ? p->left_out : "";
}

/* Its versions are so old and so new that every kernel here is between them. */
TEST(programs_of_android)
{
	static const char *const objects[] = { "android", "android_plain" };

	need_kernel(5, 10);
	for (size_t i = 0; i < 2; i++) {
		load(objects[i]);
		CHECK_HAS(left_out("stats_v4_9"), "it is made for kernels before 4.14.0, and this one is ");
		CHECK_HAS(left_out("stats_old"), "it is made for kernels before 4.14.0, and this one is ");
		CHECK_STR(left_out("s_only"), "it is made for older versions of Android's loader");
		CHECK_HAS(left_out("needs_some_day"), "it is optional, and refused: needs_some_day: ");
		CHECK_HAS(left_out("broken"), "it is optional, and refused: broken: the verifier refused it: EACCES: ");
		CHECK_STR(left_out("stats_v4_14"), "");
		CHECK_STR(left_out("tether"), "");
		CHECK_STR(left_out("allowlist"), "");
		CHECK_STR(left_out("offload"), "");
		CHECK_STR(left_out("block_port"), "");
		CHECK_STR(left_out("create"), "");
		CHECK_STR(bw_find_program(obj, "block_port")->hook->section, "cgroup/bind4");
		CHECK_STR(bw_find_program(obj, "block_port")->target, "block_port");
		CHECK_STR(bw_find_program(obj, "offload")->hook->section, "xdp");
		CHECK_STR(bw_find_program(obj, "stats_v4_14")->hook->section, "cgroup_skb/ingress");
		CHECK(bw_find_map(obj, "counts")->fd >= 0);
		CHECK(bw_find_map(obj, "long_ago")->fd < 0 && bw_find_map(obj, "for_s_only")->fd < 0);
		CHECK_HAS(bw_find_map(obj, "some_day")->left_out, "it is made for kernels from 200.0.0 on, and this one is ");
	}
}

/* ---- what is refused ------------------------------------------------------------- */

static unsigned refused;		/* calls of bpf() */

static void count_refused(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	refused += e->kind == BW_CALL && strncmp(e->call->cmd, "BPF_", 4) == 0 && e->call->ret < 0;
}

/* Without a limit of locked memory to speak of: kernels before 5.11 refuse the first map for it, and nothing else. */
TEST(ten_maps_and_twenty_programs)
{
	struct bw_options options = { 0 };
	struct rlimit limit;

	bw_observe(&options, count_refused, NULL);
	for (int plain = 0; plain < 2; plain++) {
		CHECK_INT(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
		limit.rlim_cur = 0;
		CHECK_INT(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
		bw_close(obj);
		refused = 0;
		if (bw_open(plain ? "build/tests/objects/many_plain.bpf.o" : "build/tests/objects/many.bpf.o", &options, &obj, &err))
			FAIL("%s: %s", err.where, err.msg);
		load_opened();
		CHECK_INT(refused, kernel_is_older(5, 11));
	}
}

/* ---- arena, jump tables ---------------------------------------------------------- */

static uint64_t *in_arena(const char *name)
{
	const struct bw_global *g = global(name);

	CHECK(g->map->memory && g->offset + g->size <= g->map->memory_size);
	return (uint64_t *)(void *)((unsigned char *)g->map->memory + g->offset);
}

static bool has_cmpxchg16b(void)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[4096];
	bool found = false;

	CHECK(f);
	while (!found && fgets(line, sizeof(line), f))
		found = strncmp(line, "flags", 5) != 0 ? false : strstr(line, " cx16") != NULL;
	fclose(f);
	return found;
}

/* A pointer of ours is one of the program's. */
TEST(memory_that_is_shared)
{
	need_kernel(6, 9);
	open_object("map_arena");
	set_text("count", "7");
	/* Since 7.0 the kernel keeps account of free pages with what kmalloc_nolock() gives, which takes this instruction. */
	if (bw_load(obj, &err) == -ENOMEM && !has_cmpxchg16b())
		SKIP("this CPU has no cmpxchg16b, without which the kernel makes no arena");
	if (err.code)
		FAIL("%s: %s", err.where, err.msg);
	CHECK_INT(*in_arena("count"), 7);
	CHECK_INT(*in_arena("chain"), 100);
	CHECK_INT(run("map_arena", 0, 0), 0);
	CHECK_INT(*in_arena("count"), 8);
	*in_arena("next") = (uint64_t)(uintptr_t)in_arena("chain");
	CHECK_INT(run("map_arena", 0, 0), 1);
	CHECK_INT(run("map_arena", 0, 0), 1);
	CHECK_INT(*in_arena("count"), 10);
	CHECK_INT(*in_arena("chain"), 120);
	*in_arena("count") = 1;
	run("map_arena", 0, 0);
	CHECK_INT(*in_arena("count"), 2);
	bw_close(obj);
	obj = NULL;
}

TEST(an_arena_too_small)
{
	need_kernel(6, 9);
	open_object("map_arena");
	CHECK_INT(bw_set_max_entries(obj, bw_find_map(obj, "arena"), 0, &err), 0);
	CHECK(bw_load(obj, &err) < 0);
}

TEST(a_switch_as_a_table)
{
	need_kernel(7, 0);
	load("jump_table");
	for (uint64_t i = 0; i < 4; i++)
		CHECK_INT(run("jumps", 0, i), 70 + i % 2);
}

/* ---- struct_ops --------------------------------------------------------------- */

/* Does the kernel offer a congestion control of that name? */
static bool offered(const char *name)
{
	FILE *f = fopen("/proc/sys/net/ipv4/tcp_available_congestion_control", "r");
	char line[512] = " ", want[32];

	CHECK(f && fgets(line + 1, sizeof(line) - 1, f));
	fclose(f);
	line[strcspn(line, "\n")] = ' ';
	snprintf(want, sizeof(want), " %s ", name);
	return strstr(line, want);
}

/* A network of our own, with a loopback device that is up. */
static void own_network(void)
{
	struct ifreq lo = { .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET))
		SKIP("a network namespace: %s", strerror(errno));
	strcpy(lo.ifr_name, "lo");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK(fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0);
	close(fd);
}

/* Sends this much over a TCP connection with the congestion control. */
static void send_with(const char *control, size_t bytes)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), peer;
	socklen_t len = sizeof(to);
	static char block[4096];

	CHECK(server >= 0 && client >= 0);
	if (setsockopt(client, IPPROTO_TCP, TCP_CONGESTION, control, (socklen_t)strlen(control)))
		FAIL("TCP_CONGESTION %s: %s", control, strerror(errno));
	CHECK(bind(server, (struct sockaddr *)&to, sizeof(to)) == 0 && listen(server, 1) == 0);
	CHECK(getsockname(server, (struct sockaddr *)&to, &len) == 0);
	CHECK(connect(client, (struct sockaddr *)&to, sizeof(to)) == 0);
	peer = accept(server, NULL, NULL);
	CHECK(peer >= 0);
	for (size_t sent = 0; sent < bytes; sent += sizeof(block)) {
		CHECK_INT(send(client, block, sizeof(block), 0), sizeof(block));
		CHECK_INT(recv(peer, block, sizeof(block), MSG_WAITALL), sizeof(block));
	}
	close(peer);
	close(client);
	close(server);
}

static struct bw_link *attach_map(const char *name)
{
	struct bw_link *link;

	if (bw_attach_map(obj, bw_find_map(obj, name), NULL, &link, &err))
		FAIL("%s: %s", err.where, err.msg);
	return link;
}

TEST(a_congestion_control_without_a_link)
{
	struct bw_link *link;

	own_network();
	open_object("struct_ops");
	CHECK_INT(bw_enable_map(obj, bw_find_map(obj, "walk_link"), false), 0);
	load_opened();
	CHECK(bw_find_program(obj, "ssthresh")->fd >= 0);
	CHECK_INT(bw_find_program(obj, "spare_ssthresh")->fd, -1);	/* of a map that nobody asked for */
	CHECK(!offered("bpfwalk_old"));
	link = attach_map("walk_old");
	CHECK_STR(link->name, "walk_old");
	CHECK_STR(link->target, "tcp_congestion_ops");
	CHECK_INT(link->nfds, 0);
	CHECK(offered("bpfwalk_old"));
	CHECK_INT(number("asked"), 0);
	send_with("bpfwalk_old", 200000);
	CHECK(number("asked") > 0);		/* the kernel called cong_avoid() */
	bw_detach(obj, link);
	CHECK(!offered("bpfwalk_old"));
}

TEST(a_congestion_control_with_a_link)
{
	struct bw_link *link;

	need_kernel(6, 4);
	own_network();
	load("struct_ops");
	for (int i = 0; i < 2; i++) {		/* again: the map keeps its element */
		link = attach_map("walk_link");
		CHECK_INT(link->nfds, 1);
		CHECK(offered("bpfwalk_link"));
		send_with("bpfwalk_link", 200000);
		bw_detach(obj, link);
		CHECK(!offered("bpfwalk_link"));
	}
	CHECK(number("asked") > 0);
	attach_map("walk_old");
	attach_map("walk_link");
	CHECK(offered("bpfwalk_old") && offered("bpfwalk_link"));
	bw_close(obj);
	obj = NULL;
	CHECK(!offered("bpfwalk_old") && !offered("bpfwalk_link"));
}

/* Members are variables, and a map that is left out otherwise is made when it is asked for. */
TEST(a_congestion_control_by_another_name)
{
	own_network();
	open_object("struct_ops");
	CHECK_INT(bw_enable_map(obj, bw_find_map(obj, "walk_link"), false), 0);
	CHECK_INT(bw_enable_map(obj, bw_find_map(obj, "walk_old"), false), 0);
	CHECK(!bw_find_program(obj, "ssthresh")->enabled);
	CHECK_INT(bw_enable_map(obj, bw_find_map(obj, "walk_spare"), true), 0);
	CHECK(bw_find_program(obj, "spare_ssthresh")->enabled);
	set_text("walk_spare.name", "\"another\"");
	load_opened();
	attach_map("walk_spare");
	CHECK(offered("another") && !offered("bpfwalk_spare"));
}

TEST(a_member_the_kernel_does_not_have)
{
	open_object("struct_ops");
	set_text("walk_old.no_kernel_has_this", "1");
	CHECK_INT(bw_load(obj, &err), -EOPNOTSUPP);
	CHECK_STR(err.msg, "map walk_old: member no_kernel_has_this is not zero, and this kernel's struct has no such member");
}
