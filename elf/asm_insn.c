/*
 * The disassembler's table, read the other way.
 *
 *	row	"if wD == X goto pcO"
 *	text	"if w1 == 0x9 goto pc+1"
 *	            1     9        +1       a capital letter takes what it prints, all else must be there as it stands
 *
 * Every row is tried until one takes the whole text. First as the disassembler
 * writes it: `r1 = 9` is a move and `r1 = 0x9` loads 64 bits, so what was
 * disassembled comes back as it was. Then as people write it: any number in
 * either notation, blanks or none. Where a row has a distance a label may stand,
 * and `&name` where it has a 64-bit constant.
 *
 * Fields that a row does not print are zero.
 *
 * In: a line of text  Out: an instruction, and what it still waits for
 * Kernel: kernel/bpf/disasm.c print_bpf_insn(), of which this is the inverse
 * Try: bpfwalk disasm --asm build/progs/device.bpf.o
 * Next: elf/asm_words.c
 */
#include <string.h>

#include "elf/asm_insn.h"
#include "elf/disasm.h"
#include "elf/number.h"
#include "uapi/names.h"

struct reading {
	const char *at;			/* in the text */
	bool strict;			/* as the disassembler writes it */
	bool dst_seen, src_seen;
	const char *helper;		/* the name in front of # */
	size_t helper_len;
	struct asm_insn *out;
};

static bool is_name_char(char c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';

	return letter || (!first && c >= '0' && c <= '9');
}

size_t asm_name_length(const char *s)
{
	size_t n = 0;

	while (is_name_char(s[n], n == 0))
		n++;
	return n;
}

static void skip_blanks(struct reading *r)
{
	r->at += strspn(r->at, " \t");
}

static bool take_number(struct reading *r, bool sign, bool hex, uint64_t below, uint64_t above, uint64_t *bits)
{
	struct number n;
	const char *end;

	/* "+ 8" is +8 for people. */
	if (!r->strict && (*r->at == '+' || *r->at == '-') && r->at[1] == ' ') {
		bool negative = *r->at == '-';

		r->at++;
		skip_blanks(r);
		end = number_read(r->at, &n);
		n.negative = negative;
	} else {
		end = number_read(r->at, &n);
	}
	if (!end || !number_fits(n, below, above))
		return false;
	if (r->strict && (n.is_hex != hex || (sign ? !n.is_signed : n.is_signed && !n.negative)))
		return false;
	r->at = end;
	*bits = number_bits(n);
	return true;
}

/* A register's number; where a row has it twice it must be the same. */
static bool take_register(struct reading *r, bool dst)
{
	struct bpf_insn *in = &r->out->insns[0];
	bool *seen = dst ? &r->dst_seen : &r->src_seen, again = *seen;
	uint64_t n;

	if (*r->at < '0' || *r->at > '9' || r->at[1] == 'x' || !take_number(r, false, false, 0, 15, &n))
		return false;
	*seen = true;
	if (again)
		return n == (dst ? in->dst_reg : in->src_reg);
	if (dst)
		in->dst_reg = n & 15;
	else
		in->src_reg = n & 15;
	return true;
}

static bool take_imm(struct reading *r, bool sign, bool hex, uint64_t below, uint64_t above)
{
	uint64_t bits;

	if (!take_number(r, sign, hex, below, above, &bits))
		return false;
	r->out->insns[0].imm = (int32_t)bits;
	return true;
}

static bool take_half(struct reading *r, unsigned shift)
{
	uint64_t bits;

	if (!take_number(r, false, false, 0, UINT16_MAX, &bits))
		return false;
	r->out->insns[0].imm |= (int32_t)((uint32_t)bits << shift);
	return true;
}

static bool take_off(struct reading *r)
{
	uint64_t bits;

	if (!take_number(r, true, false, 32768, INT16_MAX, &bits))
		return false;
	r->out->insns[0].off = (int16_t)bits;
	return true;
}

static bool take_name(struct reading *r, enum asm_waits waits)
{
	size_t len = asm_name_length(r->at);

	r->out->waits = waits;
	r->out->name = r->at;
	r->out->name_len = len;
	r->at += len;
	return len > 0;
}

/* "&counts", "&.rodata+4" */
static bool take_address(struct reading *r)
{
	r->at++;
	if (!take_name(r, WAITS_ADDRESS))
		return false;
	return (*r->at != '+' && *r->at != '-') || take_imm(r, true, false, 1ULL << 31, INT32_MAX);
}

/* Decimal, it takes only what a move of 32 bits cannot. */
static bool take_wide(struct reading *r)
{
	struct number n;
	uint64_t bits;

	if (*r->at == '&')
		return take_address(r);
	if (number_read(r->at, &n) && !n.is_hex && number_fits(n, 1ULL << 31, INT32_MAX))
		return false;
	if (!take_number(r, false, true, r->strict ? 0 : 1ULL << 63, UINT64_MAX, &bits))
		return false;
	r->out->insns[0].imm = (int32_t)bits;
	r->out->insns[1].imm = (int32_t)(bits >> 32);
	return true;
}

static bool take_second_imm(struct reading *r)
{
	uint64_t bits;

	if (!take_number(r, false, false, 1ULL << 31, UINT32_MAX, &bits))
		return false;
	r->out->insns[1].imm = (int32_t)bits;
	return true;
}

static bool take_field(struct reading *r, char field)
{
	switch (field) {
	case 'D': return take_register(r, true);
	case 'S': return take_register(r, false);
	case 'O': return take_off(r);
	case 'I': return take_imm(r, false, false, 1ULL << 31, INT32_MAX);
	case 'J': return take_imm(r, true, false, 1ULL << 31, INT32_MAX);
	case 'X': return take_imm(r, false, true, r->strict ? 0 : 1ULL << 31, UINT32_MAX);
	case 'A': return take_half(r, 16);
	case 'B': return take_half(r, 0);
	case 'L': return take_wide(r);
	case 'N': return take_second_imm(r);
	case 'H':
		r->helper = r->at;
		r->helper_len = asm_name_length(r->at);
		r->at += r->helper_len;
		return r->helper_len > 0;
	}
	return *r->at++ == field;
}

/* "pcO" and "pcJ" may be a name. */
static bool is_distance(const struct reading *r, const char *row)
{
	return row[0] == 'p' && row[1] == 'c' && (row[2] == 'O' || row[2] == 'J') &&
	       !(r->at[0] == 'p' && r->at[1] == 'c' && (r->at[2] == '+' || r->at[2] == '-'));
}

static enum asm_waits waits_of(uint8_t code, char field)
{
	return code == BPF_INSN_CALL ? WAITS_CALL : field == 'O' ? WAITS_OFF : WAITS_IMM;
}

static bool take_row(struct reading *r, const struct insn_form *f)
{
	for (const char *row = f->text; *row; row++) {
		if (*row == ' ') {
			if (r->strict && *r->at != ' ')
				return false;
			skip_blanks(r);
		} else if (is_distance(r, row)) {
			if (!take_name(r, waits_of(f->code, row[2])))
				return false;
			row += 2;
		} else if (!take_field(r, *row)) {
			return false;
		}
	}
	skip_blanks(r);
	return !*r->at;
}

static void put_picked(struct bpf_insn *in, const struct insn_form *f)
{
	in->code = f->code;
	if (f->by == BY_OFF)
		in->off = (int16_t)f->value;
	else if (f->by == BY_IMM)
		in->imm = f->value;
	else if (f->by == BY_SRC)
		in->src_reg = (uint8_t)f->value & 15u;
}

/* call NAME#NUMBER: the helper of that number has that name, or none. */
static bool helper_is(const struct reading *r)
{
	const char *name = name_of(NAMES_HELPER, (uint64_t)r->out->insns[0].imm);

	if (!name)
		name = "unknown";
	return !r->helper || (strlen(name) == r->helper_len && memcmp(name, r->helper, r->helper_len) == 0);
}

static bool try_all(const char *text, bool strict, struct asm_insn *out)
{
	const struct insn_form *f;

	for (unsigned n = 0; (f = disasm_form(n)); n++) {
		struct reading r = { .at = text, .strict = strict, .out = out };

		*out = (struct asm_insn){ .slots = f->code == BPF_INSN_LD_IMM64 ? 2 : 1 };
		if (!f->text || !take_row(&r, f) || !helper_is(&r))
			continue;
		put_picked(&out->insns[0], f);
		return true;
	}
	return false;
}

bool asm_insn_parse(const char *text, struct asm_insn *out)
{
	text += strspn(text, " \t");
	return try_all(text, true, out) || try_all(text, false, out);
}
