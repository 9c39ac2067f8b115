/*
 * NAME+OFFSET, and the PMU of a probe; see loader/probe.h.
 *
 * The numbers differ from kernel to kernel and from boot to boot, so they are
 * read. A kernel without the directory has no such PMU, and then the probes of
 * this kind do not exist for perf_event_open(2) (CONFIG_KPROBE_EVENTS and
 * CONFIG_UPROBE_EVENTS make them; the PMUs are there since 4.17).
 *
 * In: text and two small files  Out: struct probe_target, struct perf_event_attr
 * Kernel: kernel/events/core.c perf_kprobe, perf_uprobe, perf_tp_register()
 * Try:  cat /sys/bus/event_source/devices/uprobe/format/retprobe
 * Next: loader/symbols.h
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/probe.h"

static int parse_offset(const char *text, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*out = strtoull(text, &end, 0);
	return *end || errno ? -EINVAL : 0;
}

int probe_parse(const struct link *l, const char *text, struct probe_target *out, struct diag *d)
{
	const char *plus = strrchr(text, '+'), *number = plus ? plus + 1 : text;
	size_t len = plus ? (size_t)(plus - text) : strlen(text);
	bool bare = !plus && isdigit((unsigned char)*text);

	out->offset = 0;
	out->at_return = strncmp(l->hook->pub.section + 1, "ret", 3) == 0;	/* kretprobe, uretprobe, ... */
	if ((plus || bare) && parse_offset(number, &out->offset) < 0)
		return fail(d, -EINVAL, l->where, "%s: expected a number after the + (0x10, 16)", text);
	if (len == 0 || len >= sizeof(out->name))
		return fail(d, -EINVAL, l->where, "%s: the name of a function has 1 to %zu bytes", text,
			    sizeof(out->name) - 1);
	snprintf(out->name, sizeof(out->name), "%.*s", bare ? 0 : (int)len, text);
	return 0;
}

/* The first line of a file of the PMU. */
static int read_file(struct walk *w, const struct link *l, const char *pmu, const char *file, char *buf, size_t size,
		     struct diag *d)
{
	char path[128];
	long n;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/%s", pmu, file);
	n = read_small_file(&w->sys, path, buf, size);
	if (n == -ENOENT)
		return fail(d, (int)n, l->where, "this kernel has no %s PMU (%s: ENOENT)", pmu, path);
	if (n < 0)
		return fail_kernel(d, n, l->where, "reading %s", path);
	buf[strcspn(buf, "\n")] = 0;
	return 0;
}

/* The first bit of config that a file of the directory format names: "config:0", "config:32-63". */
static int read_format(struct walk *w, const struct link *l, const char *pmu, const char *name, unsigned long *bit,
		       struct diag *d)
{
	char file[64], text[32];
	int r;

	snprintf(file, sizeof(file), "format/%s", name);
	r = read_file(w, l, pmu, file, text, sizeof(text), d);
	if (r < 0)
		return r;
	*bit = strncmp(text, "config:", 7) == 0 && isdigit((unsigned char)text[7]) ? strtoul(text + 7, NULL, 10) : 64;
	if (*bit > 63)
		return fail(d, -EINVAL, l->where, "the %s format of the %s PMU is \"%s\", expected config:BIT", name, pmu, text);
	return 0;
}

int probe_attr(struct walk *w, const struct link *l, const char *pmu, bool at_return, struct perf_event_attr *attr,
	       struct diag *d)
{
	unsigned long bit;
	char text[32];
	int r;

	memset(attr, 0, sizeof(*attr));
	r = read_file(w, l, pmu, "type", text, sizeof(text), d);
	if (r < 0)
		return r;
	attr->type = (uint32_t)strtoul(text, NULL, 10);
	*(pmu[0] == 'k' ? &w->sys.kprobe_pmu : &w->sys.uprobe_pmu) = attr->type;	/* for who watches */
	if (!at_return)
		return 0;
	r = read_format(w, l, pmu, "retprobe", &bit, d);
	if (r == 0)
		attr->config = 1ull << bit;
	return r;
}

int probe_semaphore(struct walk *w, const struct link *l, unsigned *shift, struct diag *d)
{
	unsigned long bit;
	int r = read_format(w, l, "uprobe", "ref_ctr_offset", &bit, d);

	if (r == 0)
		*shift = (unsigned)bit;
	return r;
}
