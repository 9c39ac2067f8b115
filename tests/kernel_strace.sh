#!/bin/sh
# The story and strace tell the same: every bpf(2), perf_event_open(2) and ioctl(2) that strace sees is in
# `bpfwalk explain --json`, in the same order and with the same result, and no other. And there is no probing: an
# object costs the calls it needs.
. tests/lib.sh
need_root agrees
need agrees strace jq
W=${BPFWALK:-build/bpfwalk}
P=${PROGS:-build/progs}
CALLS=bpf,perf_event_open,ioctl

# Lines of "call command result" from strace's output and from the story. A failed call is named by its errno.
from_strace() # FILE
{
	sed -E -e 's/^[0-9]+ +//' -e '/^(---|\+\+\+|strace:)/d' \
		-e 's/^bpf\(([A-Z_]+).* = (-1 )?([0-9]+|E[A-Z0-9]+).*/bpf \1 \3/' \
		-e 's/^ioctl\([0-9]+, ([A-Z_]+).* = (-1 )?([0-9]+|E[A-Z0-9]+).*/ioctl \1 \3/' \
		-e 's/^perf_event_open\(.* = (-1 )?([0-9]+|E[A-Z0-9]+).*/perf_event_open  \2/' "$1"
}

from_story() # FILE
{
	jq -r 'select(.event == "syscall" and (.call == "bpf" or .call == "perf_event_open" or .call == "ioctl"))
		| "\(.call) \(.cmd // "") \(.errno // .ret)"' "$1"
}

# Walks OBJ under strace and compares. A walk that the kernel refuses must be told as truly as one that works.
agrees() # OBJ
{
	name=${1##*/}
	strace -f -o "$TMP/strace" -e trace=$CALLS "$W" explain --json "$1" >"$TMP/story" 2>"$TMP/err"
	from_strace "$TMP/strace" >"$TMP/seen"
	from_story "$TMP/story" >"$TMP/told"
	if [ ! -s "$TMP/seen" ]; then
		fail "agrees/$name" "strace saw no call: $(head -n 1 "$TMP/err")"
	else
		is "agrees/$name" "$(cat "$TMP/told")" "$(cat "$TMP/seen")"
	fi
}

for obj in "$P"/*.bpf.o; do
	agrees "$obj"
done

# No probing, seen by strace alone: the calls by name, in order.
calls_of() # ARGUMENTS...
{
	strace -f -o "$TMP/strace" -e trace=$CALLS "$W" "$@" >"$TMP/out" 2>"$TMP/err"
	from_strace "$TMP/strace" | awk '{ print ($1 == "perf_event_open") ? $1 : $2 }'
}

# tracefs is looked for where the kernel mounts it; without it the tracepoint has no number.
if [ ! -r /sys/kernel/tracing/events ] && [ ! -r /sys/kernel/debug/tracing/events ]; then
	skip quiet/tracepoint "tracefs is not mounted"
else
	is quiet/tracepoint "$(calls_of run "$P/minimal.bpf.o" --for 0.2)" "BPF_PROG_LOAD
perf_event_open
PERF_EVENT_IOC_SET_BPF
PERF_EVENT_IOC_ENABLE"
fi

# syscount: its own calls first, then nothing but reading the map.
calls_of run "$P/syscount.bpf.o" --for 0.2 >"$TMP/calls"
maps=$("$W" inspect --json "$P/syscount.bpf.o" | jq -r 'select(.event == "map") | .name' | wc -l)
is quiet/syscount/btf "$(head -n 1 "$TMP/calls")" BPF_BTF_LOAD
is quiet/syscount/maps "$(grep -c '^BPF_MAP_CREATE$' "$TMP/calls")" "$maps"
is quiet/syscount/once "$(grep -cE '^BPF_(PROG_LOAD|RAW_TRACEPOINT_OPEN|BTF_LOAD)$' "$TMP/calls")" 3
is quiet/syscount/then "$(sed '1,/^BPF_RAW_TRACEPOINT_OPEN$/d' "$TMP/calls" | sort -u | grep -vE '^BPF_MAP_(GET_NEXT_KEY|LOOKUP_ELEM|LOOKUP_BATCH)$')" ""
is quiet/syscount/nothing-else "$(sed '/^BPF_RAW_TRACEPOINT_OPEN$/q' "$TMP/calls" |
	grep -vE '^BPF_(BTF_LOAD|MAP_CREATE|MAP_UPDATE_ELEM|MAP_FREEZE|PROG_LOAD|RAW_TRACEPOINT_OPEN)$')" ""
