#!/bin/sh
# Bad days on a real kernel: what cannot be loaded or attached says in one line what was tried, what the kernel said and
# what usually causes it; the exit status is 1; and everything that was made before it is gone.
#
# Next: tests/kernel_inject.sh
. tests/walk.sh
O=build/tests/objects

# refused NAME PART... -- COMMAND...: it ends with status 1, having said one line with all the parts in it.
refused()
{
	row=$1
	shift
	: >"$TMP/parts"
	while [ "$1" != -- ]; do
		printf '%s\n' "$1" >>"$TMP/parts"
		shift
	done
	shift
	"$@" >"$TMP/out" 2>"$TMP/err"
	status=$?
	grep '^bpfwalk: ' "$TMP/err" >"$TMP/said"
	{
		[ $status = 1 ] || echo "exit status $status, expected 1"
		[ "$(wc -l <"$TMP/said")" = 1 ] || echo "not one line"
		while IFS= read -r part; do
			grep -q -F -e "$part" "$TMP/said" || echo "not said: $part"
		done <"$TMP/parts"
	} >"$TMP/wrong"
	[ ! -s "$TMP/wrong" ] || cat "$TMP/said"
	is "$row" "$(cat "$TMP/wrong")" ""
}

# ---- the verifier says no: its last meaningful line, and the line of the source

refused null 'program load: no_null_check: the verifier refused it: EACCES' "R0 invalid mem access 'map_value_or_null'" \
	'no_null_check.bpf.c:19: *value += 1;' 'usually: the program does something it may not' -- \
	"$W" run "$O/no_null_check.bpf.o"
is null/no-log "$(wc -l <"$TMP/err")" 1
refused bounds EACCES 'outside of the allowed memory range' 'out_of_bounds.bpf.c:21: return (int)value[1];' -- \
	"$W" load "$O/out_of_bounds.bpf.o"

# The whole log is shown when asked for, however long it is: from the first instruction to the summary.
refused long-log EACCES 'outside of the allowed memory range' 'long_log.bpf.c:18: return (int)numbers[sum & 31];' -- \
	"$W" load -v "$O/long_log.bpf.o"
at_least long-log/bytes "$(wc -c <"$TMP/err")" 200000
is long-log/begins "$(grep -m 1 -o '^[0-9]*: (' "$TMP/err")" '0: ('
is long-log/all-of-it "$(grep -c '^[0-9]*: (' "$TMP/err")" "$(sed -n 's/^processed \([0-9]*\) insns (limit .*/\1/p' "$TMP/err")"

# A function that this kernel does not have.
case $(uname -r) in
5.10*)	refused new-helper 'program load: printk: the verifier refused it: EINVAL' 'invalid func unknown#177' \
		'printk.bpf.c:20: bpf_printk("twelve' -- "$W" load "$O/printk.bpf.o" ;;
*)	check new-helper "$W" load "$O/printk.bpf.o" ;;
esac

# ---- a map that nobody has the memory for: made smaller it works

refused huge 'map create: BPF_MAP_CREATE of huge (BPF_MAP_TYPE_ARRAY, key 4 bytes, value 1048576 bytes, 2147483647 entries' \
	'usually: more ' -- "$W" load "$O/huge_map.bpf.o"
has huge/errno "$(cat "$TMP/err")" "$(case $(uname -r) in 5.*) echo E2BIG ;; *) echo ENOMEM ;; esac)"
check huge/smaller "$W" load --map-entries huge=1 "$O/huge_map.bpf.o"

# ---- places that are not there

if [ -e /sys/bus/event_source/devices/kprobe ]; then
	refused function 'attach no_function: no kernel function do_unlinkatt' 'ENOENT' 'the nearest: ' 'unlinkat' \
		'usually: a misspelt name, or the compiler has inlined the function' -- "$W" run "$O/no_function.bpf.o"
else
	refused no-kprobes 'attach no_function: this kernel has no kprobe PMU' 'ENOENT' 'usually: a kernel built without kprobes' -- \
		"$W" run "$O/no_function.bpf.o"
fi

# A program that cannot be attached undoes those that were attached before it.
if [ ! -e /sys/bus/event_source/devices/kprobe ]; then
	refused both 'attach hello' -- "$W" run "$P/talk.bpf.o"
fi

# unmounted DIRECTORY COMMAND...: with nothing mounted there. One more mount namespace: it ends with the command.
unmounted()
{
	# shellcheck disable=SC2016 # it expands there
	unshare -m sh -c 'dir=$1; shift; while umount "$dir" 2>/dev/null; do :; done; exec "$@"' sh "$@"
}

all_tracefs_unmounted()
{
	unshare -m sh -c 'while umount /sys/kernel/tracing || umount /sys/kernel/debug/tracing || umount /sys/kernel/debug; do :; done 2>/dev/null
		exec "$@"' sh "$@"
}

if [ -n "${OWN_MOUNTS-}" ]; then
	refused no-tracefs 'attach minimal: tracefs is not mounted' '/sys/kernel/tracing' \
		'usually: mount -t tracefs tracefs /sys/kernel/tracing' -- all_tracefs_unmounted "$W" run "$P/minimal.bpf.o"
	refused no-bpffs 'map pin: BPF_OBJ_PIN of bpfwalk_pinned at /sys/fs/bpf/bpfwalk_pinned: ' 'usually: ' 'BPF file system' -- \
		unmounted /sys/fs/bpf "$W" run "$O/pinned.bpf.o"
	check no-tracefs/raw-tracepoint all_tracefs_unmounted "$W" run "$P/syscount.bpf.o" --for 0.01
else
	skip unmounted "no mount namespace can be made"
fi

# ---- no privilege

cp "$W" "$P/syscount.bpf.o" "$P/minimal.bpf.o" "$TMP/" && chmod 755 "$TMP"
if [ "$(cat /proc/sys/kernel/unprivileged_bpf_disabled)" != 0 ] && su nobody -s /bin/sh -c "$TMP/${W##*/} hooks" >"$TMP/hooks" 2>&1; then
	refused nobody ': EPERM' 'usually: not root: loading needs CAP_BPF' -- \
		su nobody -s /bin/sh -c "exec $TMP/${W##*/} run $TMP/syscount.bpf.o"
	refused nobody-minimal 'program load: minimal: BPF_PROG_LOAD' 'EPERM' 'usually: not root' -- \
		su nobody -s /bin/sh -c "exec $TMP/${W##*/} run $TMP/minimal.bpf.o"
else
	skip nobody "nobody cannot run the command, or may use bpf(2)"
fi

# ---- EPERM from a kernel that says nothing more, to root

if command -v strace >/dev/null; then
	refused silent-eperm 'program load: minimal: BPF_PROG_LOAD, and the verifier' 's log is empty: EPERM' 'usually: ' -- \
		strace -f -o /dev/null -e inject=bpf:error=EPERM "$W" run "$P/minimal.bpf.o"
	refused 524 'program load: minimal: ' 'ENOTSUPP' -- \
		strace -f -o /dev/null -e inject=bpf:error=ENOTSUPP "$W" run "$P/minimal.bpf.o"
else
	skip silent-eperm "needs the command strace"
fi

is left "$(new_in_kernel)" ""
