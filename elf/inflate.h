/*
 * Unpacking gzip: the kernel keeps its own configuration packed
 * (/proc/config.gz), and so does who archives one.
 *
 *	member:   header 10 bytes, name ... | deflate blocks ... | CRC-32, size
 *	file:     member member ...
 *
 * Nothing is believed: each byte comes through a bounded reader, each code is
 * checked to be one, each distance to lie inside what was unpacked already, and
 * the checksum at the end.
 *
 * Kernel: lib/zlib_inflate/inflate.c; RFC 1951 and RFC 1952 define the formats
 * Next: elf/inflate.c
 */
#ifndef ELF_INFLATE_H
#define ELF_INFLATE_H

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/view.h"

/* The longest that gunzip() unpacks: fifty times a kernel's configuration. */
#define GUNZIP_MAX	(16u << 20)

/* True if the bytes begin as a gzip file does. */
bool is_gzip(struct view bytes);

/*
 * Unpacks all members of a gzip file into the arena. name: of the file, for
 * messages. 0, -ENOMEM, -EFBIG (more than GUNZIP_MAX), or -EINVAL: truncated,
 * not deflate, or a checksum that does not match. As gzip(1), zeros behind the
 * last member are nothing.
 */
int gunzip(struct view bytes, const char *name, struct arena *a, struct view *out, struct diag *d);

#endif
