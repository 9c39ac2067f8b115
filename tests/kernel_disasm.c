/*
 * Our disassembly beside the kernel's: what we say an instruction is must be what the verifier's log says it is.
 *
 * With log_level 2 the verifier prints every instruction right before it checks it. So each form of our table is put,
 * with some operands, into a small program, and the program is offered to the kernel. Whether it is accepted does not
 * matter; what the log calls instruction 1 does:
 *
 *	0  if r1 == 0x0 goto pc+1	so that neither 1 nor 2 is unreachable wherever 1 jumps
 *	1  the instruction
 *	2  r0 = 0  ... r0 = 0  exit
 *
 * Next: tests/disasm_oracle.c
 */
#include "tests/check.h"

#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "elf/disasm.h"

static char verifier_log[1 << 16];

/* BPF_PROG_LOAD of a socket filter. The descriptor, or a negative errno. */
static int load(const struct bpf_insn *insns, uint32_t count)
{
	struct {
		uint32_t prog_type, insn_cnt;
		uint64_t insns, license;
		uint32_t log_level, log_size;
		uint64_t log_buf;
		uint32_t kern_version, prog_flags;
	} attr = { 1, count, (uintptr_t)insns, (uintptr_t)"GPL", 2, sizeof(verifier_log), (uintptr_t)verifier_log, 0, 0 };
	long fd;

	verifier_log[0] = 0;
	fd = syscall(SYS_bpf, 5, &attr, sizeof(attr));
	return fd < 0 ? -errno : (int)fd;
}

/* What the log calls instruction 1, without what it says of registers, or NULL. */
static const char *line_one(void)
{
	static char text[256];
	char *s = strstr(verifier_log, "\n1: ("), *end;

	if (!s)
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(s + 1, "\n"), s + 1);
	end = strchr(text, ';');	/* the state of the registers after it */
	if (end)
		*end = 0;
	for (end = text + strlen(text); end > text && end[-1] == ' '; end--)
		end[-1] = 0;
	return text;
}

/*
 * The kernel's text of instruction 1 (without number and code), or NULL: it refused the program before it came to that,
 * or knows the code but not this form of it, and so printed the form it knows.
 */
static const char *kernel_text(const struct bpf_insn *insns, uint32_t count)
{
	const char *line;
	int fd = load(insns, count);

	if (fd >= 0)
		close(fd);
	if (fd == -EPERM || fd == -ENOSYS)
		SKIP("loading a program: %s", strerror(-fd));
	line = line_one();
	if (!line || strstr(verifier_log, "uses reserved fields") || strstr(line, " jmp "))
		return NULL;
	return strchr(line, ')') + 2;
}

static const char *kernel_text_of(struct bpf_insn in)
{
	const struct bpf_insn zero = { BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 };
	struct bpf_insn prog[] = {
		{ BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1, 0 }, in, zero, zero, zero,
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};

	if (in.code == BPF_INSN_LD_IMM64) {
		prog[0].off = 2;
		prog[2] = (struct bpf_insn){ 0, 0, 0, 0, 7 };
	}
	return kernel_text(prog, 6);
}

/* Numbers for one form, all of them allowed by it. */
static struct bpf_insn filled(const struct insn_form *f, unsigned round)
{
	static const uint8_t regs[] = { 1, 0, 9, 10, 5 };
	static const int32_t imms[] = { 3, 0, -1, INT32_MAX, -70000 };
	static const int16_t offs[] = { -8, 0, 7, INT16_MAX, INT16_MIN };
	uint8_t class = BPF_CLASS(f->code);
	bool jump = class == BPF_JMP || class == BPF_JMP32, alu = class == BPF_ALU || class == BPF_ALU64;
	struct bpf_insn in = { f->code, 0, 0, 0, 0 };

	if (strstr(f->text, "rD") || strstr(f->text, "wD"))
		in.dst_reg = regs[round] & 15u;
	if (strstr(f->text, "rS") || strstr(f->text, "wS"))
		in.src_reg = regs[(round + 2) % 5] & 15u;
	if (strchr(f->text, 'O'))
		in.off = jump ? (int16_t)(round % 3 - 1) : offs[round];
	if (strpbrk(f->text, "IXLAB"))
		in.imm = imms[round];
	if (strchr(f->text, 'J'))
		in.imm = (int32_t)round % 3 - 1;
	if (f->by == BY_OFF && alu)
		in.off = (int16_t)f->value;
	if (f->by == BY_IMM)
		in.imm = f->value;
	if (f->by == BY_SRC)
		in.src_reg = (uint8_t)f->value & 15u;
	return in;
}

/* Pseudo sources are replaced, and calls of other functions resolved, before anything is printed. */
static bool is_resolved_first(const struct insn_form *f)
{
	return f->by == BY_SRC && f->value;
}

/*
 * How many forms a kernel prints at least. Since load_acquire came with 6.15, all but callx and those that it refuses
 * earlier: gotox without a jump table, and on 7.3 addr_space_cast without an arena.
 */
static unsigned forms_expected(void)
{
	unsigned major = 0, minor = 0;
	struct utsname u;

	CHECK_INT(uname(&u), 0);
	CHECK_INT(sscanf(u.release, "%u.%u", &major, &minor), 2);
	return major * 1000 + minor >= 6015 ? 171 : 120;
}

TEST(every_form_reads_as_in_the_verifiers_log)
{
	const struct insn_form *f;
	unsigned agreed = 0;

	for (unsigned n = 0; (f = disasm_form(n)); n++) {
		unsigned seen = 0;

		for (unsigned round = 0; f->text && !is_resolved_first(f) && round < 5; round++) {
			struct bpf_insn in[2] = { filled(f, round), { 0, 0, 0, 0, 7 } };
			const char *theirs = kernel_text_of(in[0]);
			char ours[128];

			NOTE("%s, round %u", f->text, round);
			disasm(in, 0, 2, ours, sizeof(ours));
			if (theirs)
				CHECK_STR(ours, theirs);
			seen += theirs != NULL;
		}
		if (f->text && !seen)
			printf("not printed by this kernel: %02x %s\n", f->code, f->text);
		agreed += seen > 0;
	}
	NOTE("%u forms agreed", agreed);
	CHECK(agreed >= forms_expected());
}

TEST(a_call_of_a_function_reads_as_in_the_verifiers_log)
{
	const struct bpf_insn prog[] = {
		{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
		{ BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 1 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	char ours[128];

	disasm(prog, 1, 4, ours, sizeof(ours));
	CHECK_STR(ours, kernel_text(prog, 5));
}
