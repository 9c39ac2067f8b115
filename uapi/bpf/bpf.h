/*
 * uapi/bpf/bpf.h - everything a BPF program needs, in one #include.
 *
 *	types.h     __u64, SEC(), LICENSE()
 *	args.h      macros that count their arguments
 *	helpers.h   functions of the kernel            <- helpers.def, the list
 *	map.h       memory shared with user space
 *	regs.h      the CPU's registers, for probes
 *	tracing.h   what a program is called with
 *
 * Next: uapi/bpf/types.h
 */
#ifndef UAPI_BPF_BPF_H
#define UAPI_BPF_BPF_H

#include "uapi/bpf/helpers.h"
#include "uapi/bpf/map.h"
#include "uapi/bpf/tracing.h"
#include "uapi/bpf/types.h"

#endif
