/*
 * Loads an object with the library and writes down its bpf(2) calls, with all the bytes they point at.
 *
 *	record OBJECT >RECORD
 *
 * In: what the library tells its observer  Out: tests/bench/record.h
 * Next: tests/bench/load_replay.c
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/bpfwalk.h"
#include "tests/bench/record.h"
#include "uapi/bpf_cmd.h"
#include "uapi/bpf_insn.h"

static union {
	struct record record;
	unsigned char bytes[RECORD_MAX];
} file;
static struct record *const r = &file.record;
static uint32_t used = sizeof(struct record);

__attribute__((noreturn))
static void give_up(const char *where, const char *why)
{
	fprintf(stderr, "record: %s: %s\n", where, why);
	exit(1);
}

static uint32_t position(const void *p)
{
	return (uint32_t)((const unsigned char *)p - file.bytes);
}

/* This word holds a descriptor: of the latest call that returned it. 0 is none. */
static void add_hole(struct record_call *c, const void *word)
{
	uint32_t fd;

	memcpy(&fd, word, sizeof(fd));
	for (uint32_t i = r->ncalls; fd && i--; ) {
		if (r->calls[i].fd != (int)fd)
			continue;
		if (c->nholes == RECORD_HOLES)
			give_up("holes", "there are too many");
		c->holes[c->nholes].at = position(word);
		c->holes[c->nholes++].call = i;
		return;
	}
	if (fd)
		give_up("holes", "a descriptor that no recorded call returned");
}

/* Where the commands of a load name descriptors. */
static void add_attr_holes(struct record_call *c)
{
	switch (c->cmd) {
	case BPF_MAP_CREATE:
		add_hole(c, c->attr + offsetof(struct bpf_map_create_attr, btf_fd));
		break;
	case BPF_PROG_LOAD:
		add_hole(c, c->attr + offsetof(struct bpf_prog_load_attr, prog_btf_fd));
		break;
	case BPF_MAP_UPDATE_ELEM: case BPF_MAP_FREEZE:
		add_hole(c, c->attr + offsetof(struct bpf_map_elem_attr, map_fd));
		break;
	case BPF_BTF_LOAD:
		break;
	default:
		give_up("commands", "one that a simple load does not have");
	}
}

static void add_insn_holes(struct record_call *c, const struct bpf_insn *insns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (insns[i].code != BPF_INSN_LD_IMM64)
			continue;
		if (insns[i].src_reg == BPF_PSEUDO_MAP_FD || insns[i].src_reg == BPF_PSEUDO_MAP_VALUE)
			add_hole(c, &insns[i].imm);
		i++;
	}
}

/* A copy of the bytes, to which the pointer in attr that leads to them will lead. */
static const void *keep(struct record_call *c, const void *bytes, size_t size)
{
	void *copy = file.bytes + used;
	uint64_t word;

	if (size > RECORD_MAX - used - 8)
		give_up("bytes", "there are too many");
	memcpy(copy, bytes, size);
	for (size_t at = 0; at + sizeof(word) <= (size_t)c->size; at += sizeof(word)) {
		memcpy(&word, c->attr + at, sizeof(word));
		if (word != (uintptr_t)bytes)
			continue;
		if (r->npointers == RECORD_POINTERS)
			give_up("pointers", "there are too many");
		r->pointers[r->npointers].at = position(c->attr + at);
		r->pointers[r->npointers++].to = used;
	}
	used += (uint32_t)(size + 7) & ~7u;
	return copy;
}

static void observe(void *ctx, const struct bw_event *e)
{
	const struct bw_call *told = e->call;
	struct record_call *c = &r->calls[r->ncalls];

	(void)ctx;
	if (e->kind != BW_CALL || strcmp(told->name, "bpf") != 0)
		return;
	if (r->ncalls == RECORD_CALLS || told->arg[2] > RECORD_ATTR || told->ret < 0)
		give_up(told->cmd, "it failed, or does not fit");
	c->cmd = (int32_t)told->arg[0];
	c->size = (int32_t)told->arg[2];
	c->fd = told->returns_fd ? (int)told->ret : -1;
	memcpy(c->attr, (const void *)told->arg[1], (size_t)c->size);
	add_attr_holes(c);
	for (unsigned i = 0; i < told->nfields; i++) {
		const struct bw_field *f = &told->fields[i];

		if (!f->in_struct || f->out)
			continue;
		if (f->kind == BW_STRING)
			keep(c, f->text, strlen(f->text) + 1);
		else if (f->kind == BW_BYTES)
			keep(c, f->data, f->size);
		else if (f->kind == BW_INSNS)
			add_insn_holes(c, keep(c, f->data, f->size), f->size / sizeof(struct bpf_insn));
	}
	r->ncalls++;
}

int main(int argc, char **argv)
{
	struct bw_options options = { 0 };
	struct bw_error err = { 0 };
	struct bw_object *obj;

	bw_observe(&options, observe, NULL);
	if (argc < 2)
		give_up("usage", "record OBJECT >RECORD");
	if (bw_open(argv[1], &options, &obj, &err) || bw_load(obj, &err))
		give_up(err.where, err.msg);
	bw_close(obj);
	return fwrite(file.bytes, used, 1, stdout) == 1 && fflush(stdout) == 0 ? 0 : 1;
}
