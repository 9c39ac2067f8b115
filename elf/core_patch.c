/*
 * The value goes into the instruction, wherever that kind of instruction has it.
 *
 *	r1 += 16			imm			the address of a member
 *	r1 = 4				imm			a size, a number, yes or no
 *	r1 = *(u32 *)(r2 + 16)		off, 16 bits		a load of a member; stores alike
 *	r1 = 0x... ll			both imm		64 bits
 *
 * What is there now must be what the compiler is known to have put there. If it
 * is not, object and types do not belong together, and nothing about them can
 * be trusted.
 *
 * A load may change its size with the member: a u32 that has become a u64 is
 * read as 8 bytes.
 *
 * In: struct core_value, an instruction  Out: the instruction
 * Kernel: tools/lib/bpf/relo_core.c bpf_core_patch_insn() does the same
 * Next: elf/core_say.c
 */
#include <errno.h>

#include "elf/core_parts.h"

static void poison(struct bpf_insn *insn)
{
	unsigned slots = insn->code == BPF_INSN_LD_IMM64 ? 2 : 1;

	for (unsigned i = 0; i < slots; i++)
		insn[i] = (struct bpf_insn){ .code = BPF_INSN_CALL, .imm = CORE_POISON };
}

/* What the instruction holds must be what was compiled, where that is known; else it says what was. */
static int compare(struct core_value *v, uint64_t found, struct text *why)
{
	if (!v->check)
		v->compiled = found;
	if (found == v->compiled)
		return 0;
	text_add(why, "the instruction has %lld, and the object's own types say %lld", (long long)found,
		 (long long)v->compiled);
	return -EINVAL;
}

static int alu_patch(struct bpf_insn *insn, struct core_value *v, struct text *why)
{
	if (BPF_SRC(insn->code) != BPF_K) {
		text_add(why, "the instruction (code 0x%02x) takes a register, not a number", insn->code);
		return -EINVAL;
	}
	if (compare(v, (uint64_t)(int64_t)insn->imm, why) < 0)
		return -EINVAL;
	insn->imm = (int32_t)(uint32_t)v->value;
	return 0;
}

static int ld_imm64_patch(struct bpf_insn *insn, uint32_t count, struct core_value *v, struct text *why)
{
	uint64_t imm;

	if (insn->code != BPF_INSN_LD_IMM64 || count < 2 || insn->src_reg || insn->off || insn[1].code || insn[1].dst_reg ||
	    insn[1].src_reg || insn[1].off) {
		text_add(why, "the instruction (code 0x%02x) is no plain ld_imm64", insn->code);
		return -EINVAL;
	}
	imm = (uint64_t)(uint32_t)insn[1].imm << 32 | (uint32_t)insn->imm;
	if (compare(v, imm, why) < 0)
		return -EINVAL;
	insn[0].imm = (int32_t)(uint32_t)v->value;
	insn[1].imm = (int32_t)(uint32_t)(v->value >> 32);
	return 0;
}

/* Bytes that a load or store moves, and the size bits for so many; both -1 for what there is not. */
static int bytes_of(uint8_t code)
{
	static const int bytes[4] = { 4, 2, 1, 8 };

	return bytes[BPF_SIZE(code) >> 3];
}

static int size_bits(uint32_t bytes)
{
	switch (bytes) {
	case 1: return BPF_B;
	case 2: return BPF_H;
	case 4: return BPF_W;
	case 8: return BPF_DW;
	default: return -1;
	}
}

static int memory_patch(struct bpf_insn *insn, struct core_value *v, struct text *why)
{
	int bits = size_bits(v->new_size);

	if (compare(v, (uint64_t)(int64_t)insn->off, why) < 0)
		return -EINVAL;
	if (v->value > INT16_MAX) {
		text_add(why, "%llu is too large for the 16 bits a load or store has for it", (unsigned long long)v->value);
		return -ERANGE;
	}
	if (v->other_size) {
		v->poison = true;
		poison(insn);
		return 0;
	}
	if (v->old_size != v->new_size) {
		if ((uint32_t)bytes_of(insn->code) != v->old_size || bits < 0) {
			text_add(why, "the instruction moves %d bytes of a member that had %u, and has %u in the kernel",
				 bytes_of(insn->code), v->old_size, v->new_size);
			return -EINVAL;
		}
		insn->code = (uint8_t)(BPF_MODE(insn->code) | (uint8_t)bits | BPF_CLASS(insn->code));
	}
	insn->off = (int16_t)v->value;
	return 0;
}

int core_patch(struct bpf_insn *insn, uint32_t count, struct core_value *v, struct text *why)
{
	if (v->poison) {
		poison(insn);
		return 0;
	}
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU: case BPF_ALU64:
		return alu_patch(insn, v, why);
	case BPF_LDX: case BPF_ST: case BPF_STX:
		return memory_patch(insn, v, why);
	case BPF_LD:
		return ld_imm64_patch(insn, count, v, why);
	default:
		text_add(why, "the instruction (code 0x%02x) is a jump, which has no place for it", insn->code);
		return -EINVAL;
	}
}
