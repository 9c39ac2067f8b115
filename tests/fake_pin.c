/*
 * The life of what is pinned, over a pretend kernel that remembers it: attach leaves exactly the names it should, detach
 * takes back exactly those, and whichever call fails on the way, either all of it is there or nothing.
 *
 * Only the public header is used.
 *
 * In:  programs of progs/, compiled
 * Try: build/asan/tests/fake_pin
 * Next: tests/fake_open_map.c
 */
#include "tests/pinned.h"

static const struct fake_file no_bpffs[] = { { "/proc/self/mounts", "proc /proc proc rw 0 0\n", 0 }, { NULL, NULL, 0 } };

/* A map that was pinned by its name stays when the others go; without it, too, nothing is there. */
static void check_detached(void)
{
	if (strcmp(bpffs_tree(), "bpfwalk_pinned ") == 0)
		CHECK_INT(bpffs_remove("/bpf/bpfwalk_pinned", false), 0);
	CHECK_STR(bpffs_tree(), "");
	CHECK_INT(bpffs_count(A_PROG) + bpffs_count(A_MAP) + bpffs_count(A_LINK), 0);
}

static void check_nothing(void)
{
	CHECK_STR(bpffs_tree(), "");
	CHECK_INT(bpffs_count(A_PROG) + bpffs_count(A_MAP) + bpffs_count(A_LINK), 0);
}

/* ---- well --------------------------------------------------------------------- */

static const struct { const char *path, *tree; unsigned links; } objects[] = {
	{ "build/progs/device.bpf.o", "d/ d/progs/ d/maps/ d/links/ d/progs/device d/cgroup d/links/device ", 1 },
	{ "build/progs/minimal.bpf.o", "d/ d/progs/ d/maps/ d/links/ d/progs/minimal d/links/minimal ", 1 },
	{ "build/progs/syscount.bpf.o", "d/ d/progs/ d/maps/ d/links/ d/maps/counts d/maps/_bss d/progs/syscount"
					" d/links/syscount ", 1 },
	{ "build/tests/objects/pinned.bpf.o", "bpfwalk_pinned d/ d/progs/ d/maps/ d/links/ d/maps/bpfwalk_pinned d/progs/pinned"
					      " d/links/pinned ", 1 },
	{ "build/progs/profile.bpf.o", "d/ d/progs/ d/maps/ d/links/ d/maps/samples d/maps/_bss d/progs/profile"
				       " d/links/profile-0 d/links/profile-1 ", 2 },
};
enum { OBJECTS = sizeof(objects) / sizeof(objects[0]) };

TEST(there_and_back)
{
	for (unsigned i = 0; i < OBJECTS; i++) {
		NOTE("%s", objects[i].path);
		start(files);
		CHECK_INT(attach(objects[i].path, "d"), 0);
		check_told(0);
		CHECK_STR(bpffs_tree(), objects[i].tree);
		CHECK_INT(bpffs_count(A_LINK), objects[i].links);
		CHECK_INT(detach("/bpf/d//"), 0);
		check_told(0);
		CHECK_STR(bpffs_tree(), i == 3 ? "bpfwalk_pinned " : "");
		check_detached();
	}
	CHECK_STR(gone, "/bpf/d/links/profile-1 /bpf/d/links/profile-0 /bpf/d/progs/profile /bpf/d/maps/_bss /bpf/d/maps/samples ");
}

/* Without bw_keep_pins() nothing outlives the object. */
TEST(not_kept)
{
	start(files);
	CHECK_INT(open_object("build/progs/syscount.bpf.o"), 0);
	CHECK_INT(bw_load(obj, &err), 0);
	CHECK_INT(bw_pin(obj, "d", &err), 0);
	CHECK_STR(obj->pin_dir, "/bpf/d");
	CHECK_STR(bpffs_tree(), "d/ d/progs/ d/maps/ d/links/ d/maps/counts d/maps/_bss d/progs/syscount ");
	bw_close(obj);
	check_told(0);
	check_nothing();
}

/* What is written down about the cgroup is what comes back, or it is said that there is no room for it. */
TEST(a_cgroup_that_was_made)
{
	const struct bw_options options = with_bpffs();
	char path[64];

	start(files);
	CHECK_INT(attach("build/progs/device.bpf.o", "d"), 0);
	CHECK_INT(bw_open_empty(&options, &obj, &err), 0);
	CHECK_INT(bw_pinned_cgroup(obj, "d", path, sizeof(path), &err), 1);
	CHECK_STR(path, bpffs_node("/bpf/d/cgroup")->leads_to);
	CHECK_HAS(path, "/guarded");
	CHECK_INT(bw_pinned_cgroup(obj, "/bpf/d", path, strlen(bpffs_node("/bpf/d/cgroup")->leads_to), &err), -ENAMETOOLONG);
	CHECK_STR(err.msg, "reading the symbolic link /bpf/d/cgroup: ENAMETOOLONG");
	CHECK_INT(bw_pinned_cgroup(obj, "e", path, sizeof(path), &err), 0);
	CHECK_INT(bw_pin_cgroup(obj, "guarded", &err), -EINVAL);
	CHECK_STR(err.msg, "no directory was made: bw_pin() does");
	bw_close(obj);
	CHECK_INT(detach("d"), 0);
	CHECK_STR(cgroup, "/cg/guarded");
	CHECK_INT(cgroup_end, 0);	/* somebody has removed it before */
	check_nothing();
	start(files);
	*bpffs_node("") = (struct node){ .path = "/cg", .is_dir = true };
	CHECK_INT(bpffs_make("/cg/guarded", true, 0), 0);
	CHECK_INT(attach("build/progs/device.bpf.o", "d"), 0);
	CHECK_INT(detach("d"), 0);
	CHECK_INT(cgroup_end, BW_CGROUP_REMOVED);
	CHECK(!bpffs_node("/cg/guarded"));
}

/* Of a name that is cut the rest could be another cgroup, one above. */
TEST(a_cgroup_with_a_name_too_long)
{
	const struct bw_options options = with_bpffs();
	char *leads_to;

	start(files);
	CHECK_INT(attach("build/progs/device.bpf.o", "d"), 0);
	leads_to = bpffs_node("/bpf/d/cgroup")->leads_to;
	memset(leads_to, 'x', sizeof(bpffs.nodes[0].leads_to) - 1);
	CHECK_INT(bw_open_empty(&options, &obj, &err), 0);
	CHECK_INT(bw_unpin(obj, "d", NULL, NULL, &err), -ENAMETOOLONG);
	CHECK_STR(err.msg, "reading the symbolic link /bpf/d/cgroup: ENAMETOOLONG");
	bw_close(obj);
	CHECK(bpffs_node("/bpf/d/cgroup"));
}

/* ---- badly ---------------------------------------------------------------------- */

static void refused(const char *dir, int code, const char *msg)
{
	char before[2048];

	NOTE("%s", dir);
	snprintf(before, sizeof(before), "%s", bpffs_tree());
	CHECK_INT(attach("build/progs/device.bpf.o", dir), code);
	check_told(code);
	CHECK_STR(err.where, "pin");
	CHECK_STR(err.msg, msg);
	CHECK_STR(bpffs_tree(), before);
	CHECK_INT(bpffs_count(A_LINK), 0);
}

TEST(where_nothing_can_be_pinned)
{
	static char path[600];

	start(no_bpffs);
	refused("d", -ENOENT, "no BPF file system is mounted: /proc/self/mounts has none, and d is relative to it");
	start(files);
	refused("", -EINVAL, "the path is empty");
	refused("a.b", -EINVAL, "/bpf/a.b: a name in a BPF file system has no dot");
	refused("x/..", -EINVAL, "/bpf/x/..: a name in a BPF file system has no dot");
	refused(".", -EINVAL, ".: a name in a BPF file system has no dot");
	refused("/elsewhere/d", -EINVAL, "/elsewhere/d is not in a BPF file system, but on ext4; one is mounted at /bpf");
	refused("x/d", -ENOENT, "there is no directory /bpf/x (ENOENT)");
	CHECK_INT(bpffs_make("/bpf/file", false, 0), 0);
	refused("file", -EEXIST, "/bpf/file is there already (EEXIST), and what is attached gets a directory of its own");
	refused("file/d", -ENOTDIR, "/bpf/file is no directory (ENOTDIR)");
	memset(path, 'x', sizeof(path) - 1);
	CHECK_INT(attach("build/progs/device.bpf.o", path), -ENAMETOOLONG);
	check_told(-ENAMETOOLONG);
}

/* Kernels that lack a link, each in its own words, and with nothing left. */
TEST(what_cannot_be_pinned)
{
	static const struct { const char *path; long link_create, pin_link; const char *msg; } cases[] = {
		{ "build/progs/device.bpf.o", -EINVAL, 0, "by a BPF link (5.7 can), and nothing else can be pinned" },
		{ "build/progs/minimal.bpf.o", -EINVAL, 0, "this kernel has no BPF link for this kind of event (5.15 has), and"
							   " nothing else can be pinned" },
		{ "build/progs/syscount.bpf.o", 0, -EINVAL, "syscount cannot be pinned: what attaches it is no BPF link, and"
							    " ends with us (BPF_OBJ_PIN: EINVAL)" },
		{ "build/progs/device.bpf.o", -EPERM, 0, "EPERM" },
		{ "build/progs/minimal.bpf.o", -E2BIG, 0, "as many programs as an event can have" },
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %u", i);
		start(files);
		bpffs.link_create = cases[i].link_create;
		bpffs.pin_link = cases[i].pin_link;
		CHECK(attach(cases[i].path, "d") < 0);
		CHECK_HAS(err.msg, cases[i].msg);
		check_told(err.code);
		check_nothing();
	}
}

TEST(a_link_needs_a_directory)
{
	struct bw_link *link;

	start(files);
	CHECK_INT(open_object("build/progs/syscount.bpf.o"), 0);
	CHECK_INT(bw_load(obj, &err), 0);
	CHECK_INT(bw_attach(obj, &obj->programs[0], NULL, &link, &err), 0);
	CHECK_INT(bw_pin_link(obj, link, &err), -EINVAL);
	CHECK_HAS(err.msg, "bw_pin() does");
	bw_close(obj);
	check_nothing();
}

/* obj->pin_dir is one that was made, and stays so when another cannot be. */
TEST(a_directory_that_was_not_made)
{
	start(files);
	CHECK_INT(bpffs_make("/bpf/taken", true, 0), 0);
	CHECK_INT(open_object("build/progs/syscount.bpf.o"), 0);
	CHECK_INT(bw_load(obj, &err), 0);
	CHECK_INT(bw_pin(obj, "taken", &err), -EEXIST);
	CHECK(!obj->pin_dir);
	CHECK_INT(bw_pin(obj, "d", &err), 0);
	CHECK_INT(bw_pin(obj, "taken", &err), -EEXIST);
	CHECK_STR(obj->pin_dir, "/bpf/d");
	bw_close(obj);
	CHECK_STR(bpffs_tree(), "taken/ ");
}

/* Somebody else's directory, and things in ours that we did not put there. */
TEST(what_is_not_detached)
{
	static const struct { const char *path; bool is_dir; const char *msg; } others[] = {
		{ "/bpf/d/other", false, "/bpf/d is not what attach makes, since it holds other: it is left as it is" },
		{ "/bpf/d/other", true, "since it holds other: it is left" },
		{ "/bpf/d/links/dir", true, "since it holds links/dir/: it is left as it is" },
		{ "/bpf/d/cgroup", true, "since it holds cgroup: it is left as it is" },
		{ "/bpf/d/cgroup", false, "since it holds cgroup: it is left as it is" },
	};
	/* Symbolic links among the pins are filters, kernel_packets.sh. The last is one, of a kernel that has no netlink. */
	static const struct { const char *path, *leads_to; int code; const char *msg; } links[] = {
		{ "/bpf/d/links/x", "/etc", -EINVAL, "since /bpf/d/links/x leads to /etc: it is left as it is" },
		{ "/bpf/d/links/x", "tc:lo:ingress:1:2", -EINVAL, "leads to tc:lo:ingress:1:2: it is left as it is" },
		{ "/bpf/d/links/x", "tc:lo:ingress:0:49152:3::5", -EINVAL, "it is left as it is" },
		{ "/bpf/d/progs/x", "tc:lo:ingress:1:49152:3::5", -EINVAL, "since /bpf/d/progs/x leads to tc:lo:" },
		{ "/bpf/d/links/x", "tc:lo:ingress:1:49152:3::5", -ENOSYS, "making a netlink socket: ENOSYS" },
	};
	char before[2048];

	for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		start(files);
		CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
		CHECK_INT(bpffs_make(others[i].path, others[i].is_dir, 0), 0);
		snprintf(before, sizeof(before), "%s", bpffs_tree());
		CHECK_INT(detach("d"), -EINVAL);
		CHECK_HAS(err.msg, others[i].msg);
		CHECK_STR(bpffs_tree(), before);
		check_told(-EINVAL);
	}
	for (unsigned i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		start(files);
		CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
		CHECK_INT(bpffs_symlink(links[i].leads_to, links[i].path), 0);
		snprintf(before, sizeof(before), "%s", bpffs_tree());
		CHECK_INT(detach("d"), links[i].code);
		CHECK_HAS(err.msg, links[i].msg);
		CHECK_STR(bpffs_tree(), before);
		check_told(links[i].code);
	}
	start(files);
	CHECK_INT(detach("nothing"), -ENOENT);
	CHECK_STR(err.msg, "there is no directory /bpf/nothing (ENOENT)");
	CHECK_INT(detach("/elsewhere"), -EINVAL);
	CHECK_HAS(err.msg, "/elsewhere is not in a BPF file system, but on ext4");
	start(no_bpffs);
	CHECK_INT(detach("d"), -ENOENT);
	CHECK_HAS(err.msg, "no BPF file system is mounted");
}

/* The pins go, and somebody still has the link: it is waited for, and then that is said. */
TEST(a_link_that_lives_on)
{
	const struct bw_options options = with_bpffs();
	struct bw_object *other;

	start(files);
	CHECK_INT(attach("build/progs/minimal.bpf.o", "d"), 0);
	CHECK_INT(bw_open_empty(&options, &other, &err), 0);
	for (unsigned i = 1; i < bpffs.nthings; i++)
		if (bpffs.things[i].what == A_LINK)
			bpffs.things[i].held++;
	bpffs.link_detach = -EOPNOTSUPP;
	CHECK_INT(detach("d"), -EBUSY);
	CHECK_HAS(err.msg, "/bpf/d/links/minimal is removed, and yet link ");
	CHECK_STR(bpffs_tree(), "");
	bw_close(other);
	/* One that knows BPF_LINK_DETACH needs no waiting. */
	start(files);
	CHECK_INT(attach("build/progs/minimal.bpf.o", "d"), 0);
	CHECK_INT(detach("d"), 0);
}

/* ---- whichever call fails --------------------------------------------------------- */


static bool fail_attach(unsigned object, unsigned n, long with)
{
	bool reached;
	int r;

	NOTE("%s: call %u fails with %s", objects[object].path, n, errno_name(with));
	start(files);
	fake.fail_at = n;
	fake.fail_with = with;
	r = attach(objects[object].path, "d");
	reached = fake.calls >= n;
	check_told(r);
	if (r < 0)
		check_nothing();
	else
		CHECK_STR(bpffs_tree(), objects[object].tree);
	return reached;
}

TEST(attach_all_or_nothing)
{
	unsigned walks = 0;

	for (unsigned i = 0; i < OBJECTS; i++)
		for (unsigned e = 0; e < CODES; e++) {
			unsigned n = 1;

			while (fail_attach(i, n, codes[e]))
				n++;
			walks += n;
		}
	CHECK(walks > 300);
}

/* What is left after a failure is taken away by the same command. */
static bool fail_detach(unsigned object, unsigned n, long with)
{
	bool reached;
	int r;

	NOTE("%s: detach, call %u fails with %s", objects[object].path, n, errno_name(with));
	start(files);
	CHECK_INT(attach(objects[object].path, "d"), 0);
	bpffs.link_detach = n % 2 ? -EOPNOTSUPP : 0;
	fake.calls = 0;
	fake.fail_at = n;
	fake.fail_with = with;
	r = detach("d");
	reached = fake.calls >= n;
	check_told(r);
	fake.fail_at = 0;
	if (r < 0 && bpffs_node("/bpf/d"))
		CHECK_INT(detach("d"), 0);
	check_detached();
	return reached;
}

TEST(detach_can_be_repeated)
{
	for (unsigned i = 0; i < OBJECTS; i++)
		for (unsigned e = 0; e < CODES; e++)
			for (unsigned n = 1; fail_detach(i, n, codes[e]); n++)
				;
}

/* ---- looking ------------------------------------------------------------------------ */

static unsigned seen[8];
static char pinned[1024];

static void see(void *ctx, const struct bw_item *item)
{
	(void)ctx;
	seen[item->kind]++;
	for (unsigned i = 0; i < item->npins; i++)
		snprintf(pinned + strlen(pinned), sizeof(pinned) - strlen(pinned), "%u:%s=%s ", item->kind, item->name, item->pins[i]);
	CHECK(item->nholders == 0 && item->id && item->type_name);
}

static int list(unsigned kinds)
{
	const struct bw_options options = with_bpffs();
	int r;

	memset(seen, 0, sizeof(seen));
	pinned[0] = 0;
	memset(&err, 0, sizeof(err));
	r = bw_open_empty(&options, &obj, &err);
	if (r == 0)
		r = bw_list(obj, kinds, see, NULL, &err);
	bw_close(obj);
	return r;
}

TEST(listing)
{
	start(files);
	CHECK_INT(list(BW_PROGRAMS | BW_MAPS | BW_LINKS), 0);
	CHECK_INT(seen[BW_PROGRAMS] + seen[BW_MAPS] + seen[BW_LINKS], 0);
	CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
	CHECK_INT(list(BW_PROGRAMS | BW_MAPS | BW_LINKS), 0);
	CHECK_STR(pinned, "1:syscount=/bpf/d/progs/syscount 2:counts=/bpf/d/maps/counts 2:syscount.bss=/bpf/d/maps/_bss"
		  " 4:=/bpf/d/links/syscount ");
	CHECK_INT(list(BW_MAPS), 0);
	CHECK_INT(seen[BW_PROGRAMS] + seen[BW_LINKS], 0);
	CHECK_INT(seen[BW_MAPS], 2);
	check_told(0);
}

TEST(listing_with_failures)
{
	for (unsigned e = 0; e < CODES; e++) {
		bool reached = true;

		for (unsigned n = 1; reached; n++) {
			int r;

			start(files);
			CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
			NOTE("call %u fails with %s", n, errno_name(codes[e]));
			fake.calls = 0;
			fake.fail_at = n;
			fake.fail_with = codes[e];
			r = list(BW_PROGRAMS | BW_MAPS | BW_LINKS);
			reached = fake.calls >= n;
			check_told(r);
			CHECK_STR(bpffs_tree(), objects[2].tree);
		}
	}
}
