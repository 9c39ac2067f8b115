/*
 * Types and values as people write them.
 *
 *	a type     struct comm_event { u64 magic; char comm[16]; }
 *	a value    {magic=42, comm="bash"}          as text
 *	           {"magic":42,"comm":"bash"}       as JSON
 *
 * A char array that holds a string prints as one (up to its NUL; every byte
 * that a terminal could act on is escaped), an enum by its name, a bit-field by
 * its value, a pointer as hex, nested types in place.
 *
 * All writers append to a struct text and cut at its end: they never overflow,
 * and the text is always terminated.
 *
 * Kernel: kernel/bpf/btf.c btf_type_show() is the kernel's own version of this.
 * Next: loader/bpfwalk.h
 */
#ifndef ELF_BTF_TEXT_H
#define ELF_BTF_TEXT_H

#include "elf/btf.h"

struct text {
	char *at;			/* always NUL-terminated, from text_init() on */
	size_t size;			/* of the buffer */
	size_t length;			/* what the whole text needs, without NUL: cut if >= size */
};

void text_init(struct text *t, char *buf, size_t size);
__attribute__((format(printf, 2, 3)))
void text_add(struct text *t, const char *fmt, ...);
/* Bytes as a JSON string body or a C string body, without quotes. Stops at len. JSON: invalid UTF-8 becomes \ufffd. */
void text_add_escaped(struct text *t, const char *s, size_t len, bool json);

enum value_style { VALUE_TEXT, VALUE_JSON };

/* The declaration of type id as C, one line: "struct comm_event", "u32 [16]", with members when `members`. */
void btf_type_text(const struct btf *b, uint32_t id, bool members, struct text *out);

/* The value in data. Fewer bytes than the type has: what is there, then "...". id 0: hex and printable text. */
void btf_value_text(const struct btf *b, uint32_t id, struct view data, enum value_style style, struct text *out);

/*
 * The reverse, for --set: "42", "-1", "0x10", "true", "'a'", an enum's name, a
 * "string" for a char array; for others, hex bytes "x:00ff". Writes btf_size()
 * bytes to data. -EINVAL with what was expected, -ERANGE when it does not fit.
 * id 0 (no BTF): a number for a size of 1, 2, 4 or 8, else a string or x: bytes.
 */
int btf_value_parse(const struct btf *b, uint32_t id, const char *text, unsigned char *data, size_t size,
		    struct diag *d);

#endif
