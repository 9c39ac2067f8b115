/*
 * Split BTF, and many names looked up in one pass: compared with looking at every type.
 *
 * Next: tests/unit_btf_ext.c
 */
#include "elf/btf_names.h"
#include "tests/btf_image.h"
#include "tests/check.h"

static struct arena arena;

static const char *const names[] = {
	"a", "sk", "sk___old", "sk___x___new", "sock", "abcdefgh", "abcdefgh___v2", "abcdefg___v2", "abcdefg", "abcdef___v",
	"abcde", "abcdefghi", "____x", "x____y", "___", "a___", "seven_7", "eight__8", "a_long_name_of_a_type_in_the_kernel",
};

enum { NNAMES = sizeof(names) / sizeof(names[0]) };

/* Does the plain part of the two agree? The slow way. */
static bool same_plain(const char *a, const char *b)
{
	size_t n = btf_plain_length(a);

	return n == btf_plain_length(b) && strncmp(a, b, n) == 0;
}

static void check_ids(const struct btf_names *n, const struct btf *b, const char *want)
{
	const struct btf_name *found = btf_names_get(n, want);
	uint32_t at = 0;

	CHECK(found);
	for (uint32_t id = b->first ? b->first : 1; found && id < b->count; id++) {
		if (!same_plain(btf_name(b, id), want))
			continue;
		CHECK(at < found->nids);
		if (at < found->nids)
			CHECK_INT(found->ids[at], id);
		at++;
	}
	CHECK_INT(found ? found->nids : 0, at);
}

TEST(plain_length)
{
	CHECK_INT(btf_plain_length(""), 0);
	CHECK_INT(btf_plain_length("sk"), 2);
	CHECK_INT(btf_plain_length("sk___old"), 2);
	CHECK_INT(btf_plain_length("sk___x___new"), 6);
	CHECK_INT(btf_plain_length("sk____old"), 9);
	CHECK_INT(btf_plain_length("sk__old"), 7);
	CHECK_INT(btf_plain_length("___sk"), 5);
	CHECK_INT(btf_plain_length("sk___"), 5);
}

TEST(each_name_in_one_pass)
{
	struct btf_image m = { 0 };
	struct btf_names all = { 0 };
	struct diag d = { 0 };
	struct btf b;

	for (unsigned i = 0; i < NNAMES; i++) {
		btf_image_type(&m, names[i], BTF_KIND_STRUCT, 0, 4);
		btf_image_type(&m, "", BTF_KIND_STRUCT, 0, 4);
	}
	CHECK_INT(btf_index(btf_image_view(&m), &arena, &b, &d), 0);
	for (unsigned i = 0; i < NNAMES; i++) {
		struct btf_names one = { 0 };

		CHECK_INT(btf_names_want(&all, BTF_KIND_STRUCT, names[i], &arena), 0);
		CHECK_INT(btf_names_want(&one, BTF_KIND_STRUCT, names[i], &arena), 0);
		CHECK_INT(btf_names_want(&one, BTF_KIND_STRUCT, names[i], &arena), 0);
		CHECK_INT(one.count, 1);
		CHECK_INT(btf_names_scan(&one, &b, &arena), 0);
		check_ids(&one, &b, names[i]);
		CHECK(!btf_names_get(&one, "nobody"));
	}
	CHECK_INT(btf_names_scan(&all, &b, &arena), 0);
	for (unsigned i = 0; i < NNAMES; i++)
		check_ids(&all, &b, names[i]);
	arena_free(&arena);
}

TEST(the_set_grows)
{
	struct btf_image m = { 0 };
	struct btf_names n = { 0 };
	struct diag d = { 0 };
	char name[32];
	struct btf b;

	for (unsigned i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "type_number_%u", i);
		CHECK_INT(btf_names_want(&n, BTF_KIND_STRUCT, name, &arena), 0);
		if (i % 5 == 0)
			btf_image_type(&m, name, BTF_KIND_STRUCT, 0, 4);
	}
	CHECK_INT(n.count, 300);
	CHECK_INT(btf_index(btf_image_view(&m), &arena, &b, &d), 0);
	CHECK_INT(btf_names_scan(&n, &b, &arena), 0);
	for (unsigned i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "type_number_%u", i);
		CHECK_INT(btf_names_get(&n, name)->nids, i % 5 == 0);
	}
	arena_free(&arena);
}

/* There is one image block; two BTFs at a time take a copy. */
static struct view kept(struct btf_image *m)
{
	struct view v = btf_image_view(m);

	return (struct view){ arena_copy(&arena, v.base, v.size), v.size };
}

TEST(split)
{
	struct btf_image m = { 0 }, s = { 0 };
	struct btf_names n = { 0 };
	struct diag d = { 0 };
	struct btf base, split;
	uint32_t int_id = btf_image_int(&m, "int", 4, BTF_INT_SIGNED), ptr;

	btf_image_type(&m, "sk", BTF_KIND_STRUCT, 0, 4);
	CHECK_INT(btf_parse(kept(&m), &arena, &base, &d), 0);

	/* Numbers and names of the module go on where the base ends; its typedef is called like the base's int. */
	btf_image_type(&s, "sk", BTF_KIND_STRUCT, 0, 8);
	s.words[0] += (uint32_t)base.strings.size;
	btf_image_type(&s, "", BTF_KIND_TYPEDEF, 0, int_id);
	s.words[3] = 1;
	btf_image_type(&s, "", BTF_KIND_PTR, 0, base.count);
	CHECK_INT(btf_index_visit(kept(&s), &base, NULL, &arena, &split, &d), 0);
	ptr = split.count - 1;
	CHECK_INT(split.first, 3);
	CHECK_INT(split.count, 6);
	CHECK_STR(btf_name(&split, int_id), "int");
	CHECK_STR(btf_name(&split, 2), "sk");
	CHECK_STR(btf_name(&split, 3), "sk");
	CHECK_STR(btf_name(&split, 4), "int");
	CHECK_INT(btf_size(&split, 4), 4);
	CHECK_INT(btf_size(&split, btf_type(&split, ptr)->type), 8);
	CHECK_INT(btf_find(&split, BTF_KIND_STRUCT, "sk"), 3);
	CHECK_INT(btf_find(&split, BTF_KIND_INT, "int"), 0);
	CHECK(!btf_type(&split, 6));
	CHECK(!btf_type(&base, 3));
	CHECK_STR(btf_str(&split, base.first_string + (uint32_t)base.strings.size + 100000), "");

	CHECK_INT(btf_names_want(&n, BTF_KIND_STRUCT, "sk", &arena), 0);
	CHECK_INT(btf_names_want(&n, BTF_KIND_INT, "int", &arena), 0);
	CHECK(!btf_names_covers(&n, BTF_KIND_TYPEDEF));
	CHECK_INT(btf_names_want(&n, BTF_KIND_TYPEDEF, "int", &arena), 0);
	CHECK(btf_names_covers(&n, BTF_KIND_TYPEDEF));
	CHECK_INT(btf_names_scan(&n, &base, &arena), 0);
	CHECK_INT(btf_names_scan(&n, &split, &arena), 0);
	CHECK_INT(btf_names_get(&n, "sk")->nids, 2);
	CHECK_INT(btf_names_get(&n, "sk")->ids[1], 3);
	CHECK_INT(btf_names_get(&n, "int")->nids, 2);
	CHECK_INT(btf_names_get(&n, "int")->ids[1], 4);
	arena_free(&arena);
}
