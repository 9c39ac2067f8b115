/*
 * Types and values as people write them.
 *
 *	a type     struct comm_event { u64 magic; char comm[16]; }
 *	a value    {magic=42, comm="bash"}          as text
 *	           {"magic":42,"comm":"bash"}       as JSON
 *
 * A char array prints as a string up to its NUL, an enum by its name, a bit-field
 * by its value, a pointer as hex, nested types in place; the members of a nested
 * struct without a name as if they were of the outer one, as C has it.
 *
 * JSON is for programs: integers of any size are JSON numbers (u64 needs 64
 * bits, so a reader that takes numbers for doubles rounds those above 2^53),
 * a char is its number, an enum its name or else its number, pointers, and
 * integers of more than 64 bits, are strings "0x...", NaN and infinities null.
 *
 * Names and strings are the file's: all go through text_add_escaped().
 *
 * BTF may be made so that its text is endless (a struct of two structs of two
 * structs ...). Each call has a budget that follows from the size of the BTF or
 * of the data; where it ends, the text says "...".
 *
 * Kernel: kernel/bpf/btf.c btf_type_show() is the kernel's own version of this.
 * Next: elf/btf_text.c
 */
#ifndef ELF_BTF_TEXT_H
#define ELF_BTF_TEXT_H

#include "elf/btf.h"
#include "elf/text.h"

enum value_style { VALUE_TEXT, VALUE_JSON };

/*
 * The type id as C, one line: "struct comm_event", "u32 [16]", "int (*)(void *)",
 * for a function "int f(void *ctx)". With `members` what stands behind the name,
 * too: "struct pair { int a; int b; }", "enum color { RED = 0 }", "typedef int s32".
 */
void btf_type_text(const struct btf *b, uint32_t id, bool members, struct text *out);

/*
 * The value in data. Fewer bytes than the type has: what is there, then "..."
 * (JSON: null for what is missing). id 0, or a type without values: the bytes in
 * hex and, unless JSON, as text: `68 65 79 00 |hey.|`, `"68657900"`.
 */
void btf_value_text(const struct btf *b, uint32_t id, struct view data, enum value_style style, struct text *out);

/*
 * The reverse, for --set: "42", "-1", "0x10", "1.5", "true", "'a'", an enum's
 * name, a string (in quotes or not) for a char array; for every type, bytes in
 * hex "x:00ff". Writes all btf_size() bytes of data, or on failure none. size
 * must be that size. -EINVAL with what was expected, -ERANGE when it does not fit.
 * id 0 (no BTF): a number for a size of 1, 2, 4 or 8, else a string, or x: bytes.
 */
int btf_value_parse(const struct btf *b, uint32_t id, const char *text, unsigned char *data, size_t size,
		    struct diag *d);

#endif
