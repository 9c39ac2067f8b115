/*
 * Exception callbacks: functions that nothing calls but a tag names, linked behind all others.
 *
 * Next: tests/kernel_disasm.c
 */
#include "tests/link_image.h"

static struct btf_image types;

static uint32_t type_func(const char *name, uint32_t linkage)
{
	uint32_t proto = btf_image_type(&types, "", BTF_KIND_FUNC_PROTO, 0, 0);

	return btf_image_type(&types, name, BTF_KIND_FUNC, linkage, proto);
}

static void tag(const char *text, uint32_t on, uint32_t component)
{
	btf_image_type(&types, text, BTF_KIND_DECL_TAG, 0, on);
	btf_image_words(&types, 1, component);
}

/* f0 is a program, f1 to f3 are global sub-programs; f0 calls f1, f2 calls f3. */
static void make_tagged(void)
{
	static const struct btf_image none;

	make(4, 3);
	types = none;
	for (uint32_t i = 1; i < 4; i++)
		funcs[i].is_global = true;
	calls(0, 0, 1);
	calls(2, 0, 3);
}

static int link_tagged(void)
{
	CHECK_INT(btf_parse(btf_image_view(&types), &arena, &object.btf, &diag), 0);
	make_room(4);
	return link_func(0);
}

TEST(an_exception_callback_stands_last_with_what_it_calls)
{
	make_tagged();
	tag("exception_callback:f2", type_func("f0", BTF_FUNC_GLOBAL), UINT32_MAX);
	CHECK_INT(link_tagged(), 0);
	CHECK_STR(order(), "0 1 2 3");
	CHECK_INT(target(0), 1);
	CHECK_INT(target(6), 3);
}

TEST(a_callback_that_is_called_as_well_stands_once)
{
	make_tagged();
	tag("exception_callback:f1", type_func("f0", BTF_FUNC_GLOBAL), UINT32_MAX);
	CHECK_INT(link_tagged(), 0);
	CHECK_STR(order(), "0 1");
}

TEST(tags_that_are_no_callback_of_this_program)
{
	make_tagged();
	tag("exception_callback:f2", type_func("another", BTF_FUNC_GLOBAL), UINT32_MAX);
	tag("exception_callback:f2", type_func("f0", BTF_FUNC_GLOBAL), 0);	/* on an argument */
	tag("exception_callbock:f2", type_func("f0", BTF_FUNC_GLOBAL), UINT32_MAX);
	tag("arg:ctx", type_func("f0", BTF_FUNC_GLOBAL), UINT32_MAX);
	CHECK_INT(link_tagged(), 0);
	CHECK_STR(order(), "0 1");
}

/* The verifier says that there are two; which of them is appended does not matter, so none is. */
TEST(two_exception_callbacks)
{
	uint32_t f0;

	make_tagged();
	f0 = type_func("f0", BTF_FUNC_GLOBAL);
	tag("exception_callback:f2", f0, UINT32_MAX);
	tag("exception_callback:f3", f0, UINT32_MAX);
	CHECK_INT(link_tagged(), 0);
	CHECK_STR(order(), "0 1");
}

TEST(wrong_exception_callbacks)
{
	make_tagged();
	tag("exception_callback:nobody", type_func("f0", BTF_FUNC_GLOBAL), UINT32_MAX);
	CHECK_INT(link_tagged(), -ENOENT);
	CHECK_STR(diag.msg, "program f0: its exception callback nobody is no function of this object");

	make_tagged();
	funcs[2].is_global = false;
	tag("exception_callback:f2", type_func("f0", BTF_FUNC_GLOBAL), UINT32_MAX);
	CHECK_INT(link_tagged(), -EINVAL);
	CHECK_STR(diag.msg, "program f0: its exception callback f2 is static or hidden, expected a global function");

	make_tagged();
	tag("exception_callback:f2", type_func("f0", BTF_FUNC_STATIC), UINT32_MAX);
	CHECK_INT(link_tagged(), -EINVAL);
	CHECK_STR(diag.msg, "an exception callback (f2) is declared for something that is no program");

	/* And the room is clean for the next program. */
	make_tagged();
	CHECK_INT(link_tagged(), 0);
	CHECK_STR(order(), "0 1");
}
