/*
 * Hooks in words: the table read once more, for the sentences alone.
 *
 * A file of its own, because the strings of a file's tables come into a program
 * all together or not at all, and who only loads needs none of these.
 *
 * In: a row  Out: the kernel's names for its types, and what runs the program
 * Try: bpfwalk hooks
 * Next: loader/attach.c
 */
#include "loader/walk.h"
#include "uapi/names.h"

struct bw_hook_words bw_hook_words(const struct bw_hook *hook)
{
	static const char *const texts[] = {
#define HOOK(text, ...) text
#include "loader/hooks.def"
	};
	const char *attach_type = hook->has_attach_type ? name_of(NAMES_BPF_ATTACH_TYPE, hook->attach_type) : "";

	return (struct bw_hook_words){ name_of(NAMES_BPF_PROG_TYPE, hook->prog_type), attach_type,
				       texts[hook_number(hook)] };
}
