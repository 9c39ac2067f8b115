/*
 * Taking an instruction apart; see elf/insn_parts.h.
 *
 * How the five upper bits of the code divide depends on the class:
 *
 *	| mode 3 | size 2 | class 3 |	BPF_LD BPF_LDX BPF_ST BPF_STX
 *	| operation 4 | K/X 1 | class 3 |	the others
 *
 * Whether a field means something is in the disassembler's row: a field that is
 * printed, or that picks the row, counts; the others should be zero.
 *
 * In: an instruction  Out: its fields
 * Try: bpfwalk disasm --bytes --explain build/progs/device.bpf.o
 * Next: elf/number.h
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "elf/disasm.h"
#include "elf/insn_parts.h"
#include "uapi/names.h"

struct word {
	const char *name, *text;
};

static const struct word classes[8] = {
	{ "BPF_LD", "load: constants, packets" }, { "BPF_LDX", "load from memory" },
	{ "BPF_ST", "store a constant" }, { "BPF_STX", "store a register" },
	{ "BPF_ALU", "arithmetic, 32 bits" }, { "BPF_JMP", "jumps, calls, 64-bit tests" },
	{ "BPF_JMP32", "jumps, 32-bit tests" }, { "BPF_ALU64", "arithmetic, 64 bits" },
};
static const struct word sizes[4] = {
	{ "BPF_W", "32 bits" }, { "BPF_H", "16 bits" }, { "BPF_B", "8 bits" }, { "BPF_DW", "64 bits" },
};

struct taking {
	const struct bpf_insn *insn;
	const struct insn_form *form;
	struct insn_part *at;		/* the next */
};

static struct insn_part *add(struct taking *t, const char *field, uint8_t byte, uint8_t bytes, int64_t value)
{
	*t->at = (struct insn_part){ .field = field, .byte = byte, .bytes = bytes, .value = value, .text = "" };
	return t->at++;
}

static struct insn_part *add_bits(struct taking *t, const char *field, uint8_t byte, uint8_t low, uint8_t bits)
{
	const unsigned char *bytes = (const unsigned char *)t->insn;
	struct insn_part *p = add(t, field, byte, 1, bytes[byte] >> low & ((1 << bits) - 1));

	p->low = low;
	p->bits = bits;
	return p;
}

static void name(struct insn_part *p, const char *prefix, const char *word)
{
	snprintf(p->name, sizeof(p->name), "%s%s", prefix, word ? word : "");
}

/* True if the row's text has one of these letters. */
static bool prints(const struct taking *t, const char *letters)
{
	return strpbrk(t->form->text, letters) != NULL;
}

static void put_code(struct taking *t)
{
	const char *op = disasm_form(t->form->code)->name;
	uint8_t class = BPF_CLASS(t->form->code), size = BPF_SIZE(t->form->code) >> 3;
	struct insn_part *p;

	if (class < BPF_ALU) {
		name(add_bits(t, "mode", 0, 5, 3), "BPF_", op);
		p = add_bits(t, "size", 0, 3, 2);
		name(p, sizes[size].name, "");
		p->text = sizes[size].text;
	} else {
		name(add_bits(t, "operation", 0, 4, 4), "BPF_", op);
		p = add_bits(t, "source", 0, 3, 1);
		name(p, p->value ? "BPF_X" : "BPF_K", "");
		if (prints(t, "D") && prints(t, "SIX"))
			p->text = p->value ? "the other operand is src" : "the other operand is imm";
	}
	p = add_bits(t, "class", 0, 0, 3);
	name(p, classes[class].name, "");
	p->text = classes[class].text;
}

/* A field that picks the row, or does nothing. */
static void put_picking(const struct taking *t, struct insn_part *p, enum insn_by by)
{
	if (t->form->by != by || !disasm_has_variants(t->form->code)) {
		p->text = "not used";
		return;
	}
	p->text = "picks the form";
	if (t->form->value)
		name(p, t->form->name ? t->form->name : "", "");
}

static void put_registers(struct taking *t)
{
	struct insn_part *src = add_bits(t, "src", 1, 4, 4), *dst = add_bits(t, "dst", 1, 0, 4);

	if (prints(t, "S"))
		snprintf(src->name, sizeof(src->name), "r%d", t->insn->src_reg);
	else
		put_picking(t, src, BY_SRC);
	if (prints(t, "D"))
		snprintf(dst->name, sizeof(dst->name), "r%d", t->insn->dst_reg);
	else
		dst->text = "not used";
}

static void put_off(struct taking *t)
{
	struct insn_part *p = add(t, "off", 2, 2, t->insn->off);

	if (!prints(t, "O"))
		put_picking(t, p, BY_OFF);
	else if (strstr(t->form->text, "pcO"))
		p->text = "instructions to skip";
	else
		p->text = "added to the address";
}

static void put_imm(struct taking *t)
{
	struct insn_part *p = add(t, "imm", 4, 4, t->insn->imm);

	if (prints(t, "H"))
		name(p, name_of(NAMES_HELPER, (uint64_t)p->value), "");
	else if (prints(t, "J"))
		p->text = "instructions to skip";
	else if (prints(t, "L"))
		p->text = "the lower half";
	else if (!prints(t, "IXAB"))
		put_picking(t, p, BY_IMM);
}

static void put_second(struct taking *t)
{
	struct insn_part *p = add(t, "code", 8, 4, 0);

	p->text = "the rest of ld_imm64";
	p = add(t, "imm", 12, 4, t->insn[1].imm);
	p->text = prints(t, "L") ? "the upper half" : prints(t, "N") ? "" : "not used";
}

unsigned insn_parts(const struct bpf_insn *insns, uint32_t count, struct insn_part out[INSN_PARTS])
{
	struct taking t = { insns, count ? disasm_form_of(*insns) : NULL, out };
	bool wide = t.form && t.form->code == BPF_INSN_LD_IMM64;

	if (!t.form || (wide && (count < 2 || insns[1].code)))
		return 0;
	put_code(&t);
	put_registers(&t);
	put_off(&t);
	put_imm(&t);
	if (wide)
		put_second(&t);
	return (unsigned)(t.at - out);
}
