#!/bin/sh
# The story and strace tell the same: every bpf(2), perf_event_open(2) and ioctl(2) that strace sees is in
# `bpfwalk explain --json`, in the same order, with the same arguments and the same result, and no other. And there is no
# probing: an object costs the calls it needs.
#
# Next: tests/kernel_inject.sh
#
# time limit: 120
. tests/walk.sh
need agrees strace
CALLS=bpf,perf_event_open,ioctl

# Only the calls: without the process id in front, signals, exits.
calls_seen() # FILE
{
	sed -E -e 's/^[0-9]+ +//' -e '/^(---|\+\+\+|strace:)/d' "$1"
}

# Lines of "call command result" from strace's output and from the story. A failed call is named by its errno.
from_strace() # FILE
{
	calls_seen "$1" | sed -E \
		-e 's/^bpf\(([A-Z_]+).* = (-1 )?([0-9]+|E[A-Z0-9]+).*/bpf \1 \3/' \
		-e 's/^ioctl\([0-9]+, ([A-Z_]+).* = (-1 )?([0-9]+|E[A-Z0-9]+).*/ioctl \1 \3/' \
		-e 's/^perf_event_open\(.* = (-1 )?([0-9]+|E[A-Z0-9]+).*/perf_event_open  \2/'
}

# The same of the story, which has an object a line.
calls_told() # FILE
{
	grep -E '^\{"event":"syscall","call":"(bpf|perf_event_open|ioctl)",' "$1"
}

from_story() # FILE
{
	calls_told "$1" | sed -E -e 's/"args":\{.*\},//' -e 's/"cmd":null/"cmd":""/' -e 's/"ret":-?[0-9]+,"errno":"([A-Z0-9]+)"/"ret":\1/' \
		-e 's/^\{"event":"syscall","call":"([a-z_]+)","cmd":"([A-Z_]*)","ret":([0-9A-Z]+)\}$/\1 \2 \3/'
}

# Lines of "number argument value" for everything that is not zero. strace names the members of a struct; what is behind
# it in the call is given the name of the manual page. Left out: buffers that strace shows as addresses or as
# instructions in its own words; config1 and config2, which mean something else for every type of event; and
# log_true_size and all of BPF_ITER_CREATE (link_fd), which Debian 12's strace does not know.
args_from_strace() # FILE
{
	calls_seen "$1" | sed -E \
		-e 's/ \/\*[^*]*\*\///g' -e 's/\<(insns|func_info|line_info)=\[[^]]*\](, )?//g' \
		-e 's/^perf_event_open\(\{(.*)\}, (-?[0-9]+), (-?[0-9]+), (-?[0-9]+), ([A-Z_|]+)\) .*/\1, pid=\2, cpu=\3, group_fd=\4, flags=\5/' \
		-e 's/^ioctl\(([0-9]+), [A-Z_]+, ([0-9]+)\) .*/fd=\1, arg=\2/' \
		-e 's/^bpf\([A-Z_]+, 0x[0-9a-f]+, ([0-9]+)\) .*/size=\1/' \
		-e 's/^bpf\([A-Z_]+, \{((raw_tracepoint|link_create)=\{)?([^}]*)\}?\}, ([0-9]+)\) .*/\3, size=\4/' \
		-e 's/KERNEL_VERSION\(([0-9]+), ([0-9]+), ([0-9]+)\)/\1.\2.\3/' \
		-e 's/expected_attach_type=BPF_CGROUP_INET_INGRESS/expected_attach_type=0/' |
	awk '
		function number(s,  n, i) {	# of "0x1f"
			for (i = 3; i <= length(s); i++)
				n = n * 16 + index("123456789abcdef", substr(s, i, 1))
			return n
		}
		{
			fields = split($0, field, ", ")
			for (i = 1; i <= fields; i++) {
				name = value = field[i]
				sub(/=.*/, "", name)
				sub(/^[^=]*=/, "", value)
				if (value ~ /^0x/)
					value = number(value)
				if (name == "kern_version" && split(value, part, "."))
					value = part[1] * 65536 + part[2] * 256 + part[3]
				gsub(/"|\\x/, "", value)
				if (name ~ /^(insns|func_info|line_info|key|value|next_key|log_buf|config[12]|link_fd)$/)
					continue
				if (value != "0" && value != "NULL" && value != "")
					print NR, name, value
			}
		}'
}

args_from_story() # FILE
{
	calls_told "$1" | sed -E -e 's/.*"args":\{"//' -e 's/\},"ret":.*//' | awk '
		{
			fields = split($0, field, ",\"")
			for (i = 1; i <= fields; i++) {
				name = value = field[i]
				sub(/".*/, "", name)
				sub(/^[^:]*:/, "", value)
				gsub(/"/, "", value)
				if (name ~ /^(insns|func_info|line_info|key|value|next_key|log_buf|request|link_fd)$/ || name ~ /log_true_size$/ ||
				    name ~ /^(config[12]|[ku]probe_(func|path)|probe_offset|kprobe_addr)$/)
					continue
				if (value != "0" && value != "")
					print NR, name, value
			}
		}'
}

# Without the calls that have a type of attachment of which this strace does not know the name: uprobe.multi is newer than
# Debian 12's.
known()
{
	awk 'FILENAME != "-" { unknown[$1]; next } !($1 in unknown)' "$TMP/unknown" -
}

# Walks OBJ under strace and compares. A walk that the kernel refuses must be told as truly as one that works.
agrees() # OBJ [OPTION...]
{
	name=${1##*/}
	strace -f -v -x -s 1000000 -o "$TMP/strace" -e trace=$CALLS "$W" explain --json "$@" >"$TMP/story" 2>"$TMP/err"
	from_strace "$TMP/strace" >"$TMP/seen"
	if [ ! -s "$TMP/seen" ]; then
		fail "agrees/$name" "strace saw no call: $(head -n 1 "$TMP/err")"
		return
	fi
	from_story "$TMP/story" >"$TMP/told"
	is "agrees/$name" "$(cat "$TMP/told")" "$(cat "$TMP/seen")"
	calls_seen "$TMP/strace" | sed -n '\,/\* BPF_??? \*/,=' >"$TMP/unknown"
	args_from_strace "$TMP/strace" | known | sort >"$TMP/seen"
	args_from_story "$TMP/story" | known | sort >"$TMP/told"
	is "arguments/$name" "$(diff "$TMP/seen" "$TMP/told" | cut -c 1-200)" ""
	cut -d ' ' -f 2 "$TMP/told" >>"$TMP/names"
}

: >"$TMP/names"
# In a virtual machine, which takes its time, one of each kind.
if [ -n "$quiet" ]; then
	set -- "$P/minimal.bpf.o" "$P/syscount.bpf.o" "$P/talk.bpf.o" "$P/uprobe.bpf.o" "$P/profile.bpf.o"
else
	set -- "$P"/*.bpf.o build/tests/objects/legacy_wide.bpf.o build/tests/objects/globals.bpf.o
fi
for obj in "$@" build/tests/objects/no_null_check.bpf.o; do
	agrees "$obj"
done

top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
cg=bpfwalk-strace-$$
if [ -z "$top" ] || ! mkdir "$top/$cg" 2>/dev/null; then
	skip cgroup "no cgroup can be made"
	cg=
else
	at_exit 'rmdir "$top/$cg"'
	agrees "$P/device.bpf.o" --cgroup "$cg"
	agrees build/tests/objects/cgroup_deny.bpf.o --prog no_connect --prog elsewhere --cgroup "$cg"
fi

# That nothing was found to differ is worth something only if it was looked at.
for name in map_type key_size value_size max_entries map_name map_flags btf_fd btf_key_type_id btf btf_size prog_type \
	insn_cnt license prog_name prog_btf_fd func_info_cnt line_info_rec_size log_level name prog_fd map_fd \
	type config sample_freq disabled wakeup_watermark pid group_fd flags arg size; do
	grep -q -x "$name" "$TMP/names" || echo "$name"
done >"$TMP/unseen"
is arguments/looked-at "$(cat "$TMP/unseen")" ""

# No probing, seen by strace alone: the calls by name, in order.
calls_of() # ARGUMENTS...
{
	strace -f -o "$TMP/strace" -e trace=$CALLS "$W" "$@" >"$TMP/out" 2>"$TMP/err"
	from_strace "$TMP/strace" | awk '{ print ($1 == "perf_event_open") ? $1 : $2 }'
}

if [ ! -e /sys/kernel/tracing/available_events ]; then
	skip quiet/tracepoint "tracefs cannot be mounted"
else
	is quiet/tracepoint "$(calls_of run "$P/minimal.bpf.o" --for 0.2)" "BPF_PROG_LOAD
perf_event_open
PERF_EVENT_IOC_SET_BPF
PERF_EVENT_IOC_ENABLE"
fi

# (Before 5.11 maps are charged to the limit of locked memory: the first one may cost a call that fails.)
# shellcheck disable=SC3045 # dash and busybox have it
ulimit -l unlimited 2>/dev/null

# syscount: its own calls first, each kind as often as there is something to make, then nothing but reading the maps.
calls_of run "$P/syscount.bpf.o" --for 0.2 >"$TMP/calls"
maps=$("$W" inspect --json "$P/syscount.bpf.o" | grep -c '^{"event":"map",')
is quiet/syscount/makes "$(sed '/^BPF_RAW_TRACEPOINT_OPEN$/q' "$TMP/calls" | sort | uniq -c | awk '{ print $1, $2 }')" \
	"1 BPF_BTF_LOAD
$maps BPF_MAP_CREATE
1 BPF_PROG_LOAD
1 BPF_RAW_TRACEPOINT_OPEN"
is quiet/syscount/first "$(head -n 1 "$TMP/calls")" BPF_BTF_LOAD
is quiet/syscount/then "$(sed '1,/^BPF_RAW_TRACEPOINT_OPEN$/d' "$TMP/calls" | sort -u |
	grep -vE '^BPF_MAP_(GET_NEXT_KEY|LOOKUP_ELEM|LOOKUP_BATCH)$')" ""

# What is pinned and taken back: a call for each thing.
if [ -n "$cg" ]; then
	is quiet/cgroup "$(calls_of run "$P/device.bpf.o" --cgroup "$cg" --for 0)" "BPF_BTF_LOAD
BPF_PROG_LOAD
BPF_LINK_CREATE"
	is quiet/attach "$(calls_of attach "$P/device.bpf.o" --cgroup "$cg" --pin "$cg")" "BPF_BTF_LOAD
BPF_PROG_LOAD
BPF_OBJ_PIN
BPF_LINK_CREATE
BPF_OBJ_PIN"
	is quiet/detach "$(calls_of detach "$cg")" "BPF_OBJ_GET
BPF_OBJ_GET_INFO_BY_FD
BPF_LINK_DETACH
BPF_OBJ_GET
BPF_OBJ_GET_INFO_BY_FD"
fi
if [ -e /sys/kernel/tracing/available_events ]; then
	calls_of attach "$P/minimal.bpf.o" --pin "strace$$" >"$TMP/calls"
	if "$W" detach --quiet "strace$$" 2>/dev/null; then
		is quiet/attach-event "$(cat "$TMP/calls")" "BPF_PROG_LOAD
BPF_OBJ_PIN
perf_event_open
BPF_LINK_CREATE
PERF_EVENT_IOC_ENABLE
BPF_OBJ_PIN"
	else
		has quiet/attach-event "$(cat "$TMP/err")" '(5.15 has)'
	fi
fi

# Who looks, changes nothing.
is quiet/list "$(calls_of list | grep -vE '_(GET_NEXT_ID|GET_FD_BY_ID|INFO_BY_FD)$|^BPF_(OBJ_GET|TASK_FD_QUERY)$')" ""
at_least quiet/list/looks "$(calls_of list | wc -l)" 3

# load attaches nothing and reads nothing.
is quiet/load "$(calls_of load "$P/minimal.bpf.o")" BPF_PROG_LOAD
# What needs no kernel does not ask one.
for verb in inspect disasm 'explain --dry-run' hooks; do
	object=$P/syscount.bpf.o
	[ "$verb" != hooks ] || object=
	# shellcheck disable=SC2086 # words
	is "quiet/${verb%% *}" "$(calls_of $verb $object)" ""
	[ -s "$TMP/out" ] || fail "quiet/${verb%% *} says something" "$(cat "$TMP/err")"
done

# The kernel's types are opened by who asks about them, once, and by nobody else; and asking is no bpf(2) call.
types_opened()
{
	strace -f -e trace=open,openat -o "$TMP/opens" "$@" >"$TMP/out" 2>"$TMP/err"
	grep -c /sys/kernel/btf "$TMP/opens"
}

is types/not-opened "$(types_opened "$W" load "$P/syscount.bpf.o")" 0
if [ -e /sys/kernel/btf/vmlinux ]; then
	is types/opened-once "$(types_opened "$W" load "$P/parent.bpf.o")" 1
	is types/calls "$(calls_of load "$P/parent.bpf.o")" "BPF_BTF_LOAD
BPF_MAP_CREATE
BPF_PROG_LOAD"
fi
