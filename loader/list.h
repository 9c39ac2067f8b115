/*
 * What nothing in the kernel says of a program, map or link: where its pins
 * are, and which processes have it open. Both are found by looking everywhere.
 *
 * Next: loader/sightings.c
 */
#ifndef LOADER_LIST_H
#define LOADER_LIST_H

#include "loader/item.h"

struct sighting {
	struct sighting *next;
	enum bw_kind kind;
	uint32_t id;
	const char *text;		/* a path; a process' name; where an event is */
	int pid;
};

struct sightings {			/* zeroed but for arena: none */
	struct walk *w;
	struct arena *arena;
	struct sighting *pins, *holders;
	struct sighting *events;	/* perf events that run a program without a link */
	bool no_memory;
};

/* Every file of every BPF file system that is mounted here. */
void see_pins(struct sightings *s);
/* Every descriptor of every process that /proc shows. */
void see_processes(struct sightings *s);

#endif
