/*
 * One pass through /proc/kallsyms; see loader/symbols.h.
 *
 *	ffffffff81234560 T __x64_sys_execve
 *	ffffffffc0123456 t nft_do_chain	[nf_tables]
 *
 * The letter is that of nm(1): T, t and W, w are functions. The same name may
 * appear several times: static functions of different files.
 *
 * In: a name  Out: whether it exists, and which are near
 * Kernel: kernel/kallsyms.c s_show()
 * Try:  grep sys_execve /proc/kallsyms
 * Next: loader/attach_kprobe.c
 */
#include <stdio.h>
#include <string.h>

#include "loader/lines.h"
#include "loader/symbols.h"

static void see_symbol(void *ctx, char *line, size_t len)
{
	struct symbols *s = ctx;
	char *save, *type, *name, *module;

	(void)len;
	strtok_r(line, " ", &save);
	type = strtok_r(NULL, " ", &save);
	name = strtok_r(NULL, "\t", &save);
	module = strtok_r(NULL, "\t", &save);
	if (!name)
		return;
	if (strchr("TtWw", *type))
		nearest_see(&s->near, name);
	if (strcmp(name, s->name) != 0)
		return;
	*(strchr("TtWw", *type) ? &s->functions : &s->others) += 1;
	snprintf(s->module, sizeof(s->module), "%s", module ? module : "");
}

long symbols_read(struct walk *w, struct symbols *s)
{
	s->functions = s->others = 0;
	s->module[0] = 0;
	return lines_of(&w->sys, "/proc/kallsyms", see_symbol, s);
}
