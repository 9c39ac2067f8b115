/*
 * Markers over a pretend kernel: the places of this very program, by one link or by an event for each.
 *
 * Next: tests/fake_cgroup.c
 */
#include "elf/usdt.h"
#include "tests/attached.h"
#include "tests/marker.h"

#ifdef FIRST_ARGS
/* Never run. */
__asm__(".text\n" MARKER("fake", "plain", "0", "") MARKER("fake", "two", "fake_semaphore", "") MARKER("fake", "two", "0", "")
	MARKER_BASE
	".pushsection .probes, \"aw\", %progbits\nfake_semaphore: .2byte 0\n.popsection\n");

static struct {
	uint32_t cnt, pid;
	bool has_semaphores, has_cookies;
	uint64_t offsets[2];
} asked;

/* A kernel with links for many places. */
static long link_many(const struct call *c)
{
	const struct bpf_link_create_attr *attr = (const void *)c->arg[1];

	if (c->nr != CALL_BPF || c->arg[0] != BPF_LINK_CREATE)
		return FAKE_OURS;
	CHECK_INT(attr->attach_type, BPF_TRACE_UPROBE_MULTI);
	asked.cnt = attr->uprobe_multi.cnt;
	asked.pid = attr->uprobe_multi.pid;
	asked.has_semaphores = attr->uprobe_multi.ref_ctr_offsets;
	asked.has_cookies = attr->uprobe_multi.cookies;
	memcpy(asked.offsets, (const void *)(uintptr_t)attr->uprobe_multi.offsets, asked.cnt * sizeof(uint64_t));
	return fake_fd(NULL, 0);
}

static void prepare_many(void)
{
	fake.answer = link_many;
}

TEST(usdt)
{
	need_elf();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 77, 0, prepare_many), 0);
	CHECK_STR(link->target, "/bin/elf:fake:two (2 places)");
	CHECK_INT(asked.cnt, 2);
	CHECK_INT(asked.pid, 77);
	CHECK(asked.has_semaphores && !asked.has_cookies && asked.offsets[0] < asked.offsets[1]);
	CHECK_INT(link->nfds, 1);
	detach();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:plain", 0, 0, prepare_many), 0);
	CHECK_INT(asked.cnt, 1);
	CHECK(!asked.has_semaphores);
	detach();
}

/* A kernel before 6.6: an event for each place. */
static long link_none(const struct call *c)
{
	return c->nr == CALL_BPF && c->arg[0] == BPF_LINK_CREATE ? -EINVAL : FAKE_OURS;
}

static void prepare_none(void)
{
	fake.answer = link_none;
}

TEST(usdt_by_events)
{
	char want[256];

	need_elf();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 0, 0, prepare_many), 0);
	detach();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 0, 0, prepare_none), 0);
	CHECK_HAS(note, "this kernel has no link for many places in user programs");
	snprintf(want, sizeof(want), "/bin/elf+0x%llx disabled pid=-1 cpu=0", (unsigned long long)asked.offsets[0]);
	CHECK_HAS(fake.log, want);
	snprintf(want, sizeof(want), "perf_event_open type=9 config=0 /bin/elf+0x%llx disabled pid=-1 cpu=0",
		 (unsigned long long)asked.offsets[1]);		/* the one without a semaphore */
	CHECK_HAS(fake.log, want);
	CHECK_HAS(fake.log, "format/ref_ctr_offset");
	CHECK_INT(link->nfds, 2);
	detach();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:plain", 77, 0, prepare_none), 0);
	CHECK_HAS(fake.log, "perf_event_open type=9 config=0 /bin/elf+0x");
	CHECK_HAS(fake.log, " pid=77 cpu=-1");
	CHECK(!strstr(fake.log, "ref_ctr_offset"));
	detach();
}

/* The map of an object that is made wrong: of each key the kernel reads as many bytes as the map says. */
static struct bw_map specs = { .name = "__bpf_usdt_specs", .key_size = 64, .value_size = USDT_SPEC, .max_entries = 4, .fd = 7 };

static void prepare_specs(void)
{
	w.pub.maps = &specs;
	w.pub.nmaps = 1;
	prepare_many();
}

static uint64_t cookies[4];
static unsigned ncookies;

/* A kernel from 5.15 to 6.5: links for perf events, and none for many places. */
static long link_events(const struct call *c)
{
	const struct bpf_link_create_attr *attr = (const void *)c->arg[1];

	if (c->nr != CALL_BPF || c->arg[0] != BPF_LINK_CREATE)
		return FAKE_OURS;
	if (attr->attach_type != BPF_PERF_EVENT)
		return -EINVAL;
	cookies[ncookies++] = attr->perf_event.bpf_cookie;
	return fake_fd(NULL, 0);
}

static void prepare_events(void)
{
	prepare_specs();
	fake.answer = link_events;
	ncookies = 0;
}

/* Then each event gets a link, which has the number of the place as its cookie. */
TEST(usdt_by_events_with_cookies)
{
	const struct bw_map wrong = specs;

	need_elf();
	specs.key_size = 4;
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 77, 0, prepare_events), 0);
	specs = wrong;
	CHECK_INT(ncookies, 2);
	CHECK_INT(cookies[0], 0);
	CHECK_INT(cookies[1], 0);		/* both have no arguments: one description does for them */
	CHECK(!strstr(fake.log, "PERF_EVENT_IOC_SET_BPF"));
	CHECK_INT(link->nfds, 2);
	detach();
	arena_free(&w.arena);
}

TEST(usdt_with_a_map_that_is_none)
{
	need_elf();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 77, 0, prepare_specs), -EINVAL);
	CHECK_HAS(err.msg, "the map __bpf_usdt_specs has keys of 64 bytes, expected 4");
	CHECK(!strstr(fake.log, "BPF_MAP_UPDATE_ELEM"));
	CHECK_INT(fake.open + fake.mapped, 0);
}

TEST(usdt_refused)
{
	need_elf();
	CHECK_INT(attach("usdt//bin/elf:fake"), -EINVAL);
	CHECK_HAS(err.msg, "/bin/elf:fake: expected PATH:PROVIDER:NAME");
	CHECK_INT(attach("usdt//bin/elf:fake:"), -EINVAL);
	CHECK_INT(attach("usdt//bin/elf::two"), -EINVAL);
	CHECK_INT(attach("usdt//bin/elf:fake:two:three"), -EINVAL);
	CHECK_INT(attach("usdt//bin/nothing:fake:two"), -ENOENT);
	CHECK_HAS(err.msg, "looking for the marker fake:two: reading /bin/nothing: ENOENT");
	CHECK_INT(attach("usdt//bin/elf:fake:tow"), -ENOENT);
	CHECK_HAS(err.msg, "/bin/elf: fake:tow is none of its 3 markers; the nearest: fake:two");
	CHECK_INT(fake.open + fake.mapped, 0);
}

TEST(nothing_stays_open)
{
	static const long codes[] = { -ENOMEM, -EPERM, -ENOENT, -EINTR };

	need_elf();
	for (unsigned k = 0; k < 4; k++) {
		fail_answer = link_many;
		fail_each_call("usdt//bin/elf:fake:two", codes[k]);
		fail_answer = link_none;
		fail_each_call("usdt//bin/elf:fake:two", codes[k]);
	}
}
#else
TEST(usdt)
{
	SKIP("markers are not written for this machine");
}
#endif
