# shellcheck shell=sh
# For tests that walk into a real kernel: start `bpfwalk run`, know when all is attached, make something happen, stop it.
#
#	#!/bin/sh
#	. tests/walk.sh				instead of tests/lib.sh, which it reads
#	walk build/progs/ring.bpf.o || ...	its JSON goes to $TMP/out, its words to $TMP/err
#	build/tests/provoke execs "$me" 7
#	walk_end
#	is records "$(lines '"event":"record"')" 7
#
# The test runs in a mount namespace of its own, with tracefs and a BPF file system that nobody else sees: the machine may
# have neither, and must not have them afterwards.
#
# Between the moment all is attached and walk_end nothing here executes a program unless the test does: what it provokes
# can be counted exactly, also by programs that see everybody. $quiet says whether that is true of the whole machine:
# in a virtual machine of tests/vm there is nobody else.
#
# Next: tests/kernel_progs.sh

# shellcheck disable=SC2093 # the rest runs when this has happened
if [ "$(id -u)" = 0 ] && [ -z "${OWN_MOUNTS-}" ] && unshare -m true 2>/dev/null; then
	OWN_MOUNTS=1 exec unshare -m sh "$0" "$@"
fi
. tests/lib.sh

W=${BPFWALK:-build/bpfwalk}
# shellcheck disable=SC2034 # tests use it
P=${PROGS:-build/progs}
T=build/tests
# shellcheck disable=SC2034 # tests use it
me=walk$$	# a command's name that nobody else has, not even the same test beside this one
# shellcheck disable=SC2034 # tests use it
quiet=$([ ! -e /etc/vm ] || echo yes)
walk_pid=

need_root kernel
if [ -n "${OWN_MOUNTS-}" ]; then
	[ -e /sys/kernel/tracing/available_events ] || mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
	mount -t bpf bpf /sys/fs/bpf
fi
if ! $T/in_kernel >"$TMP/before" 2>"$TMP/err"; then
	skip kernel "bpf(2) is not permitted: $(cat "$TMP/err")"
	exit
fi
mkfifo "$TMP/words"
at_exit 'walk_kill'

walk_kill()
{
	[ -z "$walk_pid" ] || kill -KILL "$walk_pid" 2>/dev/null
}

# walk OBJECT [OPTION...]: 0 when everything is attached; 1 when bpfwalk has ended before that, with $walk_status.
walk()
{
	: >"$TMP/err"
	"$W" run --json "$@" >"$TMP/out" 2>"$TMP/words" &
	walk_pid=$!
	exec 3<"$TMP/words"
	while IFS= read -r walk_line <&3; do
		printf '%s\n' "$walk_line" >>"$TMP/err"
		[ "$walk_line" != "running until ^C" ] || return 0
	done
	walk_wait
	return 1
}

walk_wait()
{
	wait "$walk_pid"
	walk_status=$?
	walk_pid=
	cat <&3 >>"$TMP/err"
	exec 3<&-
}

# walk_end: stop it as ^C does, and wait until it has read what was left. Its exit status.
walk_end()
{
	kill -TERM "$walk_pid"
	walk_wait
	return "$walk_status"
}

# lines PATTERN: how many lines of its JSON match
lines()
{
	grep -c -e "$1" "$TMP/out" || true
}

# at_least NAME GOT WANT: two numbers
at_least()
{
	if [ "${2:-0}" -ge "$3" ]; then
		ok "$1"
	else
		fail "$1" "is ${2:-nothing}, expected $3 at least"
	fi
}

# lost_records: how many records it says were lost
lost_records()
{
	sed -n 's/^{"event":"lost",.*"count":\([0-9]*\)}$/\1/p' "$TMP/out" | awk '{ n += $1 } END { print n + 0 }'
}

# global NAME: the value a global variable had at the end
global()
{
	sed -n 's/^{"event":"map_entry","map":"[^"]*","key":"'"$1"'","value":\(.*\)}$/\1/p' "$TMP/out"
}

# new_now: programs, maps, links and BTFs that were not there when the test began
new_now()
{
	$T/in_kernel | awk 'old { was[$1, $2]; next } !(($1, $2) in was)' old=1 "$TMP/before" old= -
}

# new_in_kernel: what of that does not go away. The kernel frees some things a moment after the last one has let go, and
# others on this machine come and go: what is new now must vanish in time.
new_in_kernel()
{
	new_now >"$TMP/new"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -s "$TMP/new" ] || return
		sleep 0.5
		$T/in_kernel | awk 'new { is[$1, $2]; next } ($1, $2) in is' new=1 "$TMP/new" new= - >"$TMP/still"
		cp "$TMP/still" "$TMP/new"
	done
	cat "$TMP/new"
}
