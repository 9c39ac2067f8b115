/*
 * The linker on objects made by hand: order, distances, notes, limits.
 *
 * Next: tests/unit_link_callback.c
 */
#include "tests/link_image.h"

TEST(a_program_alone)
{
	make(2, 3);
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0");
	CHECK_MEM(linked.insns, insns[0], 3 * sizeof(struct bpf_insn));
	CHECK_INT(linked.npatches, 0);
	CHECK_INT(linked.nrelocs, 0);
	CHECK(!linked.func_info && !linked.line_info);
	CHECK_INT(linked.func_info_cnt + linked.line_info_cnt, 0);
	CHECK_INT(linked.func_info_rec_size + linked.line_info_rec_size, 0);
}

TEST(functions_stand_in_the_order_of_first_calls_depth_first)
{
	make(5, 4);
	calls(0, 0, 3);
	calls(0, 1, 1);
	calls(0, 2, 3);
	calls(3, 0, 2);
	calls(3, 1, 1);
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0 3 2 1");		/* 4 is called by nobody */
	CHECK_INT(target(0), 3);
	CHECK_INT(target(1), 1);
	CHECK_INT(target(2), 3);
	CHECK_INT(target(4), 2);
	CHECK_INT(target(5), 1);
	CHECK_INT(linked.insns[2].imm, 1);	/* 2 + 1 + 1 is 4, where function 3 begins */
	CHECK_INT(linked.insns[7].imm, 303);
	CHECK_INT(linked.npatches, 5);
}

TEST(a_circle_ends)
{
	make(3, 2);
	calls(0, 0, 1);
	calls(1, 0, 2);
	calls(2, 0, 1);
	calls(2, 1, 2);
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0 1 2");
	CHECK_INT(target(4), 1);
	CHECK_INT(target(5), 2);
	CHECK_INT(linked.insns[4].imm, -3);
}

TEST(a_program_that_calls_itself_points_at_its_start)
{
	make(1, 3);
	calls(0, 2, 0);
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0");
	CHECK_INT(linked.insns[2].imm, -3);
}

TEST(every_program_starts_afresh)
{
	struct bpf_insn before[2][64];

	make(4, 2);
	calls(0, 0, 2);
	calls(0, 1, 3);
	calls(1, 0, 3);
	calls(1, 1, 2);
	memcpy(before, insns, sizeof(before));
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0 2 3");
	CHECK_INT(link_func(1), 0);
	CHECK_STR(order(), "1 3 2");
	CHECK_MEM(insns, before, sizeof(before));
}

TEST(the_address_of_a_function)
{
	make(2, 6);
	add_reloc(0, 1, RELOC_FUNC)->func = 1;
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0 1");
	CHECK_INT(target(1), 1);
	CHECK_INT(linked.insns[1].src_reg, BPF_PSEUDO_FUNC);
	CHECK_INT(linked.insns[1].dst_reg, 1);
	CHECK_INT(linked.insns[2].code, 0);
	CHECK_INT(linked.insns[2].imm, 0);
}

TEST(patches_tell_before_and_after)
{
	struct bpf_insn ld[2] = { ld_insn, { 0, 0, 0, 0, 9 } };

	make(2, 6);
	calls(0, 0, 1);
	add_reloc(1, 2, RELOC_FUNC)->func = 1;
	CHECK_INT(link_func(0), 0);
	CHECK_INT(linked.npatches, 2);
	CHECK_INT(linked.patches[0].kind, RELOC_CALL);
	CHECK_INT(linked.patches[0].insn, 0);
	CHECK_INT(linked.patches[0].slots, 1);
	CHECK_INT(linked.patches[0].func, 1);
	CHECK_STR(linked.patches[0].symbol, "symbol");
	CHECK_MEM(linked.patches[0].before, &call_insn, sizeof(call_insn));
	CHECK_MEM(linked.patches[0].after, linked.insns, sizeof(call_insn));
	CHECK_INT(linked.patches[1].kind, RELOC_FUNC);
	CHECK_INT(linked.patches[1].insn, 8);
	CHECK_INT(linked.patches[1].slots, 2);
	CHECK_MEM(linked.patches[1].before, ld, sizeof(ld));
	CHECK_MEM(linked.patches[1].after, linked.insns + 8, sizeof(ld));
}

TEST(maps_wait_for_descriptors)
{
	static const int fds[] = { 7, 70000 };
	struct patch patches[2];
	struct reloc *r;

	make(2, 6);
	calls(0, 0, 1);
	add_reloc(0, 1, RELOC_MAP)->map = 1;
	add_reloc(0, 3, RELOC_REFUSED);
	r = add_reloc(1, 2, RELOC_GLOBAL);
	r->map = 0;
	r->offset = 12;
	CHECK_INT(link_func(0), 0);
	CHECK_INT(linked.nrelocs, 2);
	CHECK_INT(linked.relocs[0].insn, 1);
	CHECK_INT(linked.relocs[1].insn, 8);
	CHECK_MEM(linked.insns + 1, &ld_insn, sizeof(ld_insn));

	patch_program(&object, &linked, fds, patches);
	CHECK_INT(linked.insns[1].src_reg, BPF_PSEUDO_MAP_FD);
	CHECK_INT(linked.insns[1].imm, 70000);
	CHECK_INT(linked.insns[2].imm, 0);
	CHECK_MEM(linked.insns + 3, &ld_insn, sizeof(ld_insn));
	CHECK_INT(linked.insns[8].src_reg, BPF_PSEUDO_MAP_VALUE);
	CHECK_INT(linked.insns[8].dst_reg, 1);
	CHECK_INT(linked.insns[8].imm, 7);
	CHECK_INT(linked.insns[9].imm, 12);
	CHECK_INT(patches[1].kind, RELOC_GLOBAL);
	CHECK_INT(patches[1].insn, 8);
	CHECK_INT(patches[1].slots, 2);
	CHECK_INT(patches[1].map, 0);
	CHECK_INT(patches[1].offset, 12);
	CHECK_MEM(patches[1].before, &ld_insn, sizeof(ld_insn));
	CHECK_INT(patches[1].before[1].imm, 9);
	CHECK_MEM(patches[1].after, linked.insns + 8, sizeof(patches[1].after));

	patch_program(&object, &linked, fds, NULL);
	CHECK_INT(linked.insns[1].imm, 70000);
}

TEST(a_map_that_was_not_made)
{
	static const int fds[] = { -1, -1, 5 };
	static const struct bpf_insn poison = { .code = BPF_INSN_CALL, .imm = 2001000001 };
	struct map three[3] = { { .is_template = false }, { .is_template = true }, { .is_template = false } };
	struct patch patch;

	make(1, 4);
	object.maps = three;
	object.nmaps = 3;
	add_reloc(0, 1, RELOC_MAP)->map = 2;
	CHECK_INT(link_func(0), 0);
	patch_program(&object, &linked, (const int[]){ 3, 4, -1 }, &patch);
	CHECK_MEM(linked.insns + 1, &poison, sizeof(poison));	/* the second: patterns have no number */
	CHECK_MEM(linked.insns + 2, &poison, sizeof(poison));
	CHECK_MEM(patch.after, linked.insns + 1, sizeof(patch.after));
	patch_program(&object, &linked, fds, NULL);
	CHECK_INT(linked.insns[1].imm, 5);
}

/* A table counts from the start of its section, and is wanted counted in the program: function 1 begins at 40 there. */
TEST(a_jump_table_of_a_sub_program)
{
	static const unsigned char bytes[] = { 0x50, 1, 0, 0, 0, 0, 0, 0,  0x40, 1, 0, 0, 0, 0, 0, 0 };
	struct elf_section sections[2] = { { .name = "" }, { .name = ".jumptables", .bytes = { bytes, sizeof(bytes) } } };
	struct reloc *r;

	make(2, 6);
	calls(0, 0, 1);
	object.elf.sections = sections;
	object.elf.nsections = 2;
	object.only[ROLE_JUMPS] = 1;
	funcs[1].first = 40;
	r = add_reloc(1, 2, RELOC_JUMPS);
	r->size = 16;
	r->symbol = "table";
	CHECK_INT(link_func(0), 0);
	CHECK_INT(linked.ntables, 1);
	CHECK_INT(linked.tables[0].count, 2);
	CHECK_INT(linked.tables[0].targets[0], 0x150 / 8 - 40 + 6);
	CHECK_INT(linked.tables[0].targets[1], 0x140 / 8 - 40 + 6);
	CHECK_INT(linked.tables[0].fd, -1);
	linked.tables[0].fd = 9;
	patch_program(&object, &linked, NULL, NULL);
	CHECK_INT(linked.insns[8].src_reg, BPF_PSEUDO_MAP_VALUE);
	CHECK_INT(linked.insns[8].imm, 9);

	funcs[1].first = 60;
	CHECK_INT(link_func(0), -EINVAL);
	CHECK_HAS(diag.msg, "jump table table: entry 0 is byte 336 of section");
}

TEST(the_kernel_takes_a_million_instructions)
{
	struct bpf_insn *many = calloc(1000000, sizeof(*many));

	CHECK(many);
	make(2, 1);
	funcs[0].insns = many;
	funcs[0].count = 999999;
	many[0] = call_insn;
	relocs[0][0] = (struct reloc){ .kind = RELOC_CALL, .func = 1 };
	funcs[0].nrelocs = 1;
	CHECK_INT(link_func(0), 0);
	CHECK_INT(linked.count, 1000000);
	CHECK_INT(linked.insns[0].imm, 999998);
	funcs[1].count = 2;
	CHECK_INT(link_func(0), -EINVAL);
	CHECK_STR(diag.msg, "program f0: 999999 instructions, and 2 more of function f1; the kernel takes 1000000");
	arena_free(&arena);
	free(many);
}

TEST(a_long_chain_of_calls)
{
	enum { LENGTH = 100000 };
	struct func *chain = calloc(LENGTH, sizeof(*chain));
	struct reloc *next = calloc(LENGTH, sizeof(*next));

	CHECK(chain && next);
	make(1, 1);
	object.funcs = chain;
	make_room(LENGTH);
	for (uint32_t i = 0; i < LENGTH; i++) {
		next[i] = (struct reloc){ .kind = RELOC_CALL, .func = (i + 1) % LENGTH };
		chain[i] = (struct func){ .name = "f", .section = ".text", .count = 1, .insns = &call_insn,
					  .relocs = &next[i], .nrelocs = 1 };
	}
	CHECK_INT(link_func(0), 0);
	CHECK_INT(linked.nplaced, LENGTH);
	CHECK_INT(linked.insns[LENGTH - 2].imm, 0);
	CHECK_INT(linked.insns[LENGTH - 1].imm, -LENGTH);
	arena_free(&arena);
	free(chain);
	free(next);
}

TEST(memory_for_many_programs_is_no_square)
{
	enum { MANY = 10000 };
	struct func *programs = calloc(MANY, sizeof(*programs));

	CHECK(programs);
	make(1, 1);
	object.funcs = programs;
	make_room(MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		programs[i] = (struct func){ .name = "p", .section = "raw_tp/x", .count = 1, .insns = insns[0],
					     .relocs = relocs[0], .is_program = true };
		CHECK_INT(link_func(i), 0);
		CHECK_INT(linked.placed[0].func, i);
	}
	CHECK(arena.used < MANY * 100);
	arena_free(&arena);
	free(programs);
}

TEST(room_is_clean_after_a_failure)
{
	make(2, 4);
	calls(0, 1, 1);
	arena.limit = 16;
	CHECK_INT(link_func(0), -ENOMEM);
	arena.limit = 0;
	diag = (struct diag){ 0 };
	CHECK_INT(link_func(1), 0);
	CHECK_STR(order(), "1");
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0 1");
}

/* --- func_info and line_info --- */

/* Records of three words: one more than the kernel's, as a newer clang might write. */
static uint32_t text_records[RECORDS][3], prog_records[RECORDS][3];
static struct ext_group groups[2];

/* func_info at the start of every function; f0 in its own section, the others in .text. */
static void note_functions(void)
{
	uint32_t text = 0;

	for (uint32_t i = 1; i < object.nfuncs; i++, text++) {
		text_records[text][0] = funcs[i].first * 8;
		text_records[text][1] = 1000 + i;
		text_records[text][2] = 2000 + i;
	}
	prog_records[0][0] = 0;
	prog_records[0][1] = 1000;
	prog_records[0][2] = 2000;
	groups[0] = (struct ext_group){ "raw_tp/x", { (void *)prog_records, 12 }, 1 };
	groups[1] = (struct ext_group){ ".text", { (void *)text_records, text * 12 }, text };
	object.ext.func_info = (struct ext_table){ 12, groups, 2 };
}

static uint32_t word(const void *records, uint32_t record, uint32_t n)
{
	return ((const uint32_t *)records)[record * 3 + n];
}

TEST(func_info_follows_the_order_of_placing)
{
	make(4, 5);
	calls(0, 0, 3);
	calls(3, 0, 1);
	note_functions();
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0 3 1");
	CHECK_INT(linked.func_info_cnt, 3);
	CHECK_INT(linked.func_info_rec_size, 12);
	for (uint32_t i = 0; i < 3; i++) {
		NOTE("record %u", i);
		CHECK_INT(word(linked.func_info, i, 0), linked.placed[i].start);
		CHECK_INT(word(linked.func_info, i, 1), 1000 + linked.placed[i].func);
		CHECK_INT(word(linked.func_info, i, 2), 2000 + linked.placed[i].func);
	}
	CHECK(!linked.line_info);
}

TEST(a_program_without_func_info_gets_none)
{
	make(3, 5);
	calls(0, 0, 1);
	note_functions();
	object.ext.func_info.ngroups = 1;
	groups[0] = groups[1];
	CHECK_INT(link_func(0), 0);
	CHECK(!linked.func_info);
	CHECK_INT(linked.func_info_cnt, 0);
	CHECK_INT(linked.func_info_rec_size, 0);
}

TEST(a_called_function_without_func_info_is_an_error)
{
	make(4, 5);
	calls(0, 0, 2);
	note_functions();
	memcpy(text_records[1], text_records[2], sizeof(text_records[1]));
	groups[1].count = 2;
	groups[1].records.size = 24;
	CHECK_INT(link_func(0), -EINVAL);
	CHECK_STR(diag.msg, "function f2 in .text has no func_info, but program f0, which calls it, has");
}

/* Lines: several a function, each with its function and number as the column. */
static void note_lines(uint32_t each)
{
	static uint32_t lines[2][RECORDS][4];
	static struct ext_group line_groups[2];
	uint32_t n[2] = { 0, 0 };

	for (uint32_t i = 0; i < object.nfuncs; i++)
		for (uint32_t j = 0; j < each; j++) {
			uint32_t *line = lines[i > 0][n[i > 0]++];

			line[0] = (funcs[i].first + 2 * j) * 8;
			line[1] = 1;		/* "a.c" */
			line[2] = 5;		/* "x = 1;" */
			line[3] = (i * 10 + j) << 10 | j;
		}
	line_groups[0] = (struct ext_group){ ".text", { (void *)lines[1], n[1] * 16 }, n[1] };
	line_groups[1] = (struct ext_group){ "raw_tp/x", { (void *)lines[0], n[0] * 16 }, n[0] };
	object.ext.line_info = (struct ext_table){ 16, line_groups, 2 };
	object.btf.strings = (struct view){ (const unsigned char *)"\0a.c\0x = 1;", 12 };
}

TEST(line_info_is_cut_at_the_functions_ends)
{
	const struct bpf_line_info *lines;

	make(4, 5);
	calls(0, 0, 2);
	note_lines(3);
	CHECK_INT(link_func(0), 0);
	CHECK_STR(order(), "0 2");
	CHECK_INT(linked.line_info_cnt, 6);
	CHECK_INT(linked.line_info_rec_size, 16);
	lines = linked.line_info;
	for (uint32_t i = 0; i < 6; i++) {
		NOTE("record %u", i);
		CHECK_INT(lines[i].insn_off, i / 3 * 5 + i % 3 * 2);
		CHECK_INT(BPF_LINE_INFO_LINE_NUM(lines[i].line_col), i / 3 * 20 + i % 3);
	}
	CHECK(!linked.func_info);
}

TEST(the_line_of_an_instruction)
{
	struct source_line line;

	make(3, 5);
	calls(0, 0, 2);
	CHECK_INT(link_func(0), 0);
	CHECK(!source_line_at(&object, &linked, 0, &line));
	note_lines(3);
	CHECK_INT(link_func(0), 0);
	for (uint32_t insn = 0; insn < 10; insn++) {
		NOTE("instruction %u", insn);
		CHECK(source_line_at(&object, &linked, insn, &line));
		CHECK_INT(line.line, insn / 5 * 20 + insn % 5 / 2);
		CHECK_INT(line.column, insn % 5 / 2);
		CHECK_INT(line.record, insn / 5 * 3 + insn % 5 / 2);
		CHECK_STR(line.file, "a.c");
		CHECK_STR(line.text, "x = 1;");
	}
	((struct bpf_line_info *)linked.line_info)[0].insn_off = 1;
	CHECK(!source_line_at(&object, &linked, 0, &line));
}

TEST(records_out_of_order_do_no_harm)
{
	for (uint32_t seed = 0; seed < 500; seed++) {
		uint32_t x = seed * 2654435761u;

		make(6, 5);
		calls(0, 0, 2);
		calls(0, 1, 5);
		note_functions();
		for (uint32_t i = 0; i < 5; i++) {
			x = x * 1103515245u + 12345;
			text_records[i][0] = x >> 16 & 0xff;
		}
		NOTE("seed %u", seed);
		CHECK(link_func(0) == 0 || diag.code == -EINVAL);
	}
}

TEST(memory_that_runs_out_anywhere)
{
	size_t limit = 16;
	int r;

	do {
		make(4, 5);
		calls(0, 0, 2);
		calls(2, 1, 3);
		add_reloc(3, 2, RELOC_MAP)->map = 0;
		note_functions();
		note_lines(2);
		arena.limit = limit;
		r = link_func(0);
		CHECK(r == 0 || r == -ENOMEM);
		CHECK_INT(diag.code, r);
		limit += 16;
	} while (r);
	CHECK_INT(linked.count, 15);
	CHECK(limit > 400);
	arena_free(&arena);
}
