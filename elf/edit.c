/*
 * Changing one field of an instruction; see elf/edit.h.
 *
 * A number may be written as the disassembler prints it, signed or not: imm=-1
 * and imm=0xffffffff are the same 32 bits. What does not fit is refused.
 *
 * In: text, an instruction  Out: the instruction, changed
 * Try: bpfwalk patch build/progs/device.bpf.o --match imm=9 device imm=5 -o /tmp/device.bpf.o
 * Next: elf/asm.h
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "elf/edit.h"

static const char where[] = "edit";

static const struct field_row {
	const char *name;
	uint64_t below, above;		/* how far values go under 0, and over */
} rows[] = {
	[EDIT_CODE] = { "code", 0, UINT8_MAX },
	[EDIT_DST] = { "dst", 0, BPF_REG_10 },
	[EDIT_SRC] = { "src", 0, BPF_REG_10 },
	[EDIT_OFF] = { "off", 32768, INT16_MAX },
	[EDIT_IMM] = { "imm", 1ULL << 31, UINT32_MAX },
};
static const struct field_row wide_imm = { "imm", 1ULL << 63, UINT64_MAX };

static bool is_wide(const struct bpf_insn *insn)
{
	return insn->code == BPF_INSN_LD_IMM64;
}

static const struct field_row *row_of(const struct edit *e, const struct bpf_insn *insn)
{
	return e->field == EDIT_IMM && is_wide(insn) ? &wide_imm : &rows[e->field];
}

static bool fits(const struct edit *e, const struct bpf_insn *insn)
{
	const struct field_row *row = row_of(e, insn);

	return number_fits(e->value, row->below, row->above);
}

int edit_parse(const char *text, struct edit *out, struct diag *d)
{
	size_t len = strcspn(text, "=");
	const char *end;

	for (unsigned i = 0; text[len] && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strlen(rows[i].name) != len || memcmp(rows[i].name, text, len) != 0)
			continue;
		out->field = (enum edit_field)i;
		end = number_read(text + len + 1, &out->value);
		if (!end || *end || text[len + 1] == '+')
			return fail(d, -EINVAL, where, "'%s': '%s' is not a number (42, -1, 0x10)", text, text + len + 1);
		return 0;
	}
	return fail(d, -EINVAL, where, "'%s' is not FIELD=VALUE with code, dst, src, off or imm as the field", text);
}

bool edit_matches(const struct edit *e, const struct bpf_insn *insns)
{
	uint64_t bits = number_bits(e->value);

	if (!fits(e, insns))
		return false;
	switch (e->field) {
	case EDIT_CODE: return insns->code == bits;
	case EDIT_DST: return insns->dst_reg == bits;
	case EDIT_SRC: return insns->src_reg == bits;
	case EDIT_OFF: return insns->off == (int16_t)bits;
	case EDIT_IMM: break;
	}
	return insns->imm == (int32_t)bits && (!is_wide(insns) || insns[1].imm == (int32_t)(bits >> 32));
}

int edit_apply(const struct edit *e, struct bpf_insn *insns, struct diag *d)
{
	const struct field_row *row = row_of(e, insns);
	uint64_t bits = number_bits(e->value);

	if (!fits(e, insns))
		return fail(d, -EINVAL, where, "%s=%s%" PRIu64 " is out of range, expected %s%" PRIu64 " to %" PRIu64, row->name,
			    e->value.negative ? "-" : "", e->value.size, row->below ? "-" : "", row->below, row->above);
	switch (e->field) {
	case EDIT_CODE: insns->code = (uint8_t)bits; break;
	case EDIT_DST: insns->dst_reg = (uint8_t)(bits & 15); break;
	case EDIT_SRC: insns->src_reg = (uint8_t)(bits & 15); break;
	case EDIT_OFF: insns->off = (int16_t)bits; break;
	case EDIT_IMM:
		insns->imm = (int32_t)bits;
		if (is_wide(insns))
			insns[1].imm = (int32_t)(bits >> 32);
		break;
	}
	return 0;
}
