/*
 * A verifier that says what we want it to: which of its words become the message, and how large a buffer it is given.
 *
 * Next: tests/kernel_refused.sh, with real ones
 */
#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "tests/fake_public.h"

static const struct fake_file files[] = {
	{ "/sys/devices/system/cpu/possible", "0\n", 0 }, { NULL, NULL, 0 }
};

static const char *words;		/* the log, or its last part */
static size_t padding;			/* bytes of log in front of the words */
static long refusal;			/* 0: it is accepted */
static uint32_t largest;		/* buffer that this kernel takes; 0: any */
static bool once;			/* only the first time */
static unsigned loads;
static uint32_t buffers[32];		/* log_size of each BPF_PROG_LOAD */
static struct bw_object *obj;
static struct bw_error err;

static long verify(const struct bpf_prog_load_attr *attr)
{
	char *log = (char *)(uintptr_t)attr->log_buf;
	size_t need = padding + strlen(words) + 1;

	CHECK(loads < 32);
	buffers[loads++] = attr->log_size;
	CHECK_INT(attr->log_level != 0, attr->log_size != 0);
	if (largest && attr->log_size > largest)
		return -EINVAL;
	if (!refusal || (once && loads > 1))
		return fake_fd(NULL, 0);
	if (!attr->log_size)
		return refusal;
	for (size_t i = 0; i < padding && i + 1 < attr->log_size; i++)
		log[i] = i % 64 == 63 ? '\n' : '.';
	if (need > attr->log_size)
		return -ENOSPC;
	memcpy(log + padding, words, strlen(words) + 1);
	return refusal;
}

static long answer(const struct call *c)
{
	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	switch (c->arg[0]) {
	case BPF_MAP_CREATE:
	case BPF_BTF_LOAD:
		return fake_fd(NULL, 0);
	case BPF_PROG_LOAD:
		return verify((const void *)c->arg[1]);
	}
	return 0;
}

/* Loads an object whose instruction 7 is line 19; leaves err and bw_log(). */
static int load(const char *log, size_t more, long with)
{
	static unsigned char bytes[1 << 16];
	struct bw_options options = { .bytes = bytes };
	FILE *f = fopen("build/tests/objects/no_null_check.bpf.o", "rb");

	bw_other_kernel(&options, kernel, NULL);
	CHECK(f);
	options.size = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	bw_close(obj);
	words = log;
	padding = more;
	refusal = with;
	loads = 0;
	memset(&err, 0, sizeof(err));
	fake_start(files);
	fake.answer = answer;
	CHECK_INT(bw_open("no_null_check.bpf.o", &options, &obj, &err), 0);
	return bw_load(obj, &err);
}

static const char insn[] = "6: (85) call bpf_map_lookup_elem#1\n7: (79) r1 = *(u64 *)(r0 +0)\n";
static const char summary[] = "processed 7 insns (limit 1000000) max_states_per_insn 0\n";

TEST(the_line_before_the_summary)
{
	char log[512];

	snprintf(log, sizeof(log), "%sR0 invalid mem access 'map_value_or_null'\n%s", insn, summary);
	CHECK_INT(load(log, 0, -EACCES), -EACCES);
	CHECK_STR(err.where, "program load");
	CHECK_STR(err.msg, "no_null_check: the verifier refused it: EACCES: R0 invalid mem access 'map_value_or_null'"
			   " (instruction 7, no_null_check.bpf.c:19: *value += 1;)");
	CHECK_STR(bw_log(obj), log);
	CHECK_INT(fake.open, 0);
}

TEST(more_than_one_summary)
{
	char log[512];

	snprintf(log, sizeof(log), "%sback-edge from insn 3 to 1\nverification time 12 usec\nstack depth 8\n\n%s", insn, summary);
	CHECK_INT(load(log, 0, -EINVAL), -EINVAL);
	CHECK_HAS(err.msg, "EINVAL: back-edge from insn 3 to 1 (instruction 7");
}

/* What is wrong stands behind the instruction, and behind it two lines of what the registers hold. */
TEST(an_infinite_loop)
{
	static const char state[] = "cur state: R1=scalar() R10=fp0\nold state: R1=scalar() R10=fp0\n";
	char log[512];

	snprintf(log, sizeof(log), "%s8: (66) if w1 s> 0xffffffff goto pc-5 infinite loop detected at insn 4\n%s%s", insn, state,
		 summary);
	CHECK_INT(load(log, 0, -EINVAL), -EINVAL);
	CHECK_HAS(err.msg, "the verifier refused it: EINVAL: infinite loop detected at insn 4 (instruction 8");
	snprintf(log, sizeof(log), "%sinfinite loop detected at insn 4\n%s%s", insn, state, summary);
	CHECK_INT(load(log, 0, -EINVAL), -EINVAL);
	CHECK_HAS(err.msg, "the verifier refused it: EINVAL: infinite loop detected at insn 4 (instruction 7");
}

static const char report[] =
	"\nVerification failed: Register Type Safety: Invalid dereference\n\nReason:\n  R0 may be NULL here.\n\nAt:\n"
	"  Instruction context:\n  >>>  7 | (79) r1 = *(u64 *)(r0 +0)\n\nSuggestion:\n  Add a NULL check.\n\n";

TEST(the_line_before_the_report)
{
	char log[1024];

	snprintf(log, sizeof(log), "%sR0 invalid mem access 'map_value_or_null'\n%s%s", insn, report, summary);
	CHECK_INT(load(log, 0, -EACCES), -EACCES);
	CHECK_HAS(err.msg, "EACCES: R0 invalid mem access 'map_value_or_null' (instruction 7, ");
}

TEST(the_report_alone)
{
	char log[1024];

	snprintf(log, sizeof(log), "%s%s%s", insn, report, summary);
	CHECK_INT(load(log, 0, -EACCES), -EACCES);
	CHECK_HAS(err.msg, "EACCES: Verification failed: Register Type Safety: Invalid dereference (instruction 7, ");
	CHECK_INT(load(report + 1, 0, -EACCES), -EACCES);
	CHECK_HAS(err.msg, "EACCES: Verification failed: Register Type Safety: Invalid dereference");
}

TEST(an_empty_log)
{
	CHECK_INT(load("", 0, -EPERM), -EPERM);
	CHECK_STR(err.msg, "no_null_check: BPF_PROG_LOAD, and the verifier's log is empty: EPERM");
	CHECK_INT(load("\n\n", 0, -EPERM), -EPERM);
	CHECK_HAS(err.msg, "log is empty: EPERM");
}

TEST(the_buffer_grows_only_when_needed)
{
	CHECK_INT(load("why\n", 1000, -EACCES), -EACCES);
	CHECK_INT(loads, 2);
	CHECK_INT(buffers[0], 0);
	CHECK_INT(load("why\n", 1000000, -EACCES), -EACCES);
	CHECK_HAS(err.msg, "EACCES: why");
	CHECK_INT(strlen(bw_log(obj)), 1000000 + 4);
	for (unsigned i = 2; i < loads; i++)
		CHECK_INT(buffers[i], 2 * buffers[i - 1]);
	CHECK(buffers[loads - 1] > 1000000 && buffers[loads - 1] <= 2 * 1000005);
}

/* Before 5.2 a buffer of 16 MiB was too large: what fits is read whole, of what does not the beginning is shown. */
TEST(the_largest_buffer_of_old_kernels)
{
	char log[512];

	snprintf(log, sizeof(log), "%sR0 invalid mem access 'inv'\n%s", insn, summary);
	largest = UINT32_MAX >> 8;
	CHECK_INT(load(log, 9 << 20, -EACCES), -EACCES);
	CHECK_INT(buffers[loads - 1], (16 << 20) - 1);
	CHECK_HAS(err.msg, "EACCES: R0 invalid mem access 'inv'");
	CHECK_INT(load(log, 20 << 20, -EACCES), -ENOSPC);
	CHECK_INT(buffers[loads - 2], (16 << 20) - 1);
	CHECK(strlen(bw_log(obj)) == (16 << 20) - 2);
	CHECK_HAS(err.msg, "no_null_check: the verifier refused it: ENOSPC");
	largest = 0;
}

TEST(a_program_that_is_accepted_asks_for_no_log)
{
	CHECK_INT(load("", 0, 0), 0);
	CHECK_INT(loads, 1);
	CHECK_INT(buffers[0], 0);
	CHECK_STR(bw_log(obj), "");
}

/* Refused without a log and accepted with one, as after EAGAIN or ENOMEM: then it is loaded. */
TEST(bad_luck)
{
	once = true;
	CHECK_INT(load("", 0, -ENOMEM), 0);
	once = false;
	CHECK_INT(loads, 2);
	CHECK_STR(bw_log(obj), "");
}

TEST(nothing_stays_open)
{
	bw_close(obj);
	obj = NULL;
	CHECK_INT(fake.open, 0);
	CHECK_INT(fake.wrong, 0);
}
