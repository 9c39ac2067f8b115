/*
 * The fields of an instruction; see parts.h.
 *
 *	16           0001....    operation  BPF_JEQ
 *	             ....0...    source     BPF_K      the other operand is imm
 *	             .....110    class      BPF_JMP32  jumps, 32-bit tests
 *	01           0000....    src        0          not used
 *	             ....0001    dst        r1
 *	01 00        0x0001      off        1          instructions to skip: to L6
 *	09 00 00 00  0x00000009  imm        9
 *	|            |           |          what the value is, or is called
 *	|            |           field
 *	|            the bits, or the number in our order of writing
 *	the bytes as they lie in the file: the lowest first
 *
 * In: a line of the disassembler  Out: a line a field
 * Try:  bpfwalk disasm --explain build/progs/device.bpf.o
 * Next: loader/cli/verb_disasm.c
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/parts.h"

const char *parts_bytes(const void *data, unsigned n, char *out)
{
	const unsigned char *byte = data;

	for (unsigned i = 0; i < n; i++)
		sprintf(out + 3 * i, i + 1 < n ? "%02x " : "%02x", byte[i]);
	return out;
}

/* "....0001": the bits it has in its byte, or "0x0001", its bytes as one number. */
static const char *number_text(const struct bw_insn_part *p, char out[16])
{
	if (!p->bits) {
		snprintf(out, 16, "0x%0*" PRIx64, 2 * p->bytes, (uint64_t)p->value & (UINT64_MAX >> (64 - 8 * p->bytes)));
		return out;
	}
	for (int bit = 7; bit >= 0; bit--) {
		int own = bit - p->low;

		*out++ = own < 0 || own >= p->bits ? '.' : p->value >> own & 1 ? '1' : '0';
	}
	*out = 0;
	return out - 8;
}

static bool is_jump(const struct bw_disasm_line *l, const struct bw_insn_part *p)
{
	return l->target >= 0 && strcmp(p->text, "instructions to skip") == 0;
}

static void part_text(const struct bw_disasm_line *l, const struct bw_insn_part *p, bool same_byte)
{
	char bytes[12], number[16], value[24], text[80];
	int len;

	parts_bytes((const unsigned char *)l->bytes + p->byte, same_byte ? 0 : p->bytes, bytes);
	snprintf(value, sizeof(value), "%" PRId64, p->value);
	len = snprintf(text, sizeof(text), "    %-11s  %-10s  %-9s  %-9s  %s", same_byte ? "" : bytes,
		       number_text(p, number), p->field, p->name[0] ? p->name : value, p->text);
	while (text[len - 1] == ' ')
		text[--len] = 0;
	if (is_jump(l, p))
		put("%s: to L%" PRId64, text, l->target);
	else
		put("%s", text);
}

void parts_text(const struct bw_disasm_line *l)
{
	struct bw_insn_part parts[BW_INSN_PARTS];
	unsigned n = bw_insn_parts(l->bytes, l->slots, parts);

	for (unsigned i = 0; i < n; i++)
		part_text(l, &parts[i], i && parts[i].byte == parts[i - 1].byte);
}

void parts_json(const struct bw_disasm_line *l)
{
	struct bw_insn_part parts[BW_INSN_PARTS];
	unsigned n = bw_insn_parts(l->bytes, l->slots, parts);

	json_begin("fields", '[');
	for (unsigned i = 0; i < n; i++) {
		json_begin(NULL, '{');
		json_text("field", parts[i].field);
		json_number("byte", parts[i].byte);
		json_number("size", parts[i].bytes);
		if (parts[i].bits) {
			json_number("bit", parts[i].low);
			json_number("bits", parts[i].bits);
		}
		json_signed("value", parts[i].value);
		if (parts[i].name[0])
			json_text("name", parts[i].name);
		json_end('}');
	}
	json_end(']');
}
