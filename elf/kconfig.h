/*
 * The kernel's configuration, line by line, into the map .kconfig.
 *
 *	CONFIG_HZ=250			integers, chars
 *	CONFIG_BPF_JIT=y		bools, tristates, chars: y, m, n
 *	CONFIG_LSM="landlock,bpf"	char arrays; what does not fit is cut
 *	# CONFIG_X is not set		a comment: a weak extern stays zero
 *
 * Kernel: scripts/kconfig/confdata.c conf_write() writes it; libbpf.c
 *	bpf_object__process_kconfig_line() reads it by the same rules
 * Next: elf/kconfig.c
 */
#ifndef ELF_KCONFIG_H
#define ELF_KCONFIG_H

#include "elf/object.h"

/*
 * Sets the .kconfig externs that the text has and that are not known yet. name:
 * of the file, for messages and as external.from; it must live as long as o.
 * 0; -EINVAL, with the line number: a line that is none, or a value that the
 * extern's type cannot hold.
 */
int kconfig_read(struct object *o, struct view text, const char *name, struct diag *d);

/* Sets one, as a line NAME=value would; what the loader knows by itself. 0, -EINVAL, -ERANGE. */
int kconfig_number(struct object *o, struct external *e, uint64_t value, const char *from, struct diag *d);

/* The value of a .kconfig extern as people write it: 250, y, "landlock,bpf". Returns out. */
const char *kconfig_text(const struct object *o, const struct external *e, char *out, size_t size);

#endif
