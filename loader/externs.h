/*
 * Looking up externs, source by source. Each of these sets what it finds in
 * w->o.externals, and leaves the rest to loader/externs.c.
 *
 * Next: loader/externs.c
 */
#ifndef LOADER_EXTERNS_H
#define LOADER_EXTERNS_H

#include "loader/walk.h"

/* The externs of .kconfig. 0 or a failure; what the configuration does not have is no failure. loader/kconfig.c */
int kconfig_resolve(struct walk *w, struct diag *d);

/* Those of .ksyms. A strong one that is in no BTF is a failure. loader/ksyms.c */
int ksyms_resolve(struct walk *w, struct diag *d);

/* Which kernel this is, asked once; strings of zero length if it does not say. NULL: out of memory. loader/kernel_version.c */
const struct new_utsname *utsname(struct walk *w);

/* LINUX_VERSION_CODE of the running kernel, or 0: nothing says it. *from: who did. loader/kernel_version.c */
uint32_t kernel_version(struct walk *w, const char **from);

#endif
