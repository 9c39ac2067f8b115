#!/bin/sh
# Every call of a real walk made to fail, one at a time, on the real kernel: strace injects the errno. Whichever call it
# is, the command ends with status 1 and one line that says why, and every descriptor it was given is closed before it
# exits. (fake_walk does the same with more errnos where no kernel is needed.)
#
# It is the static command that walks: what it calls is its own, no dynamic linker's. Its memory comes from mmap(2), so
# that failing means being out of memory, too.
#
# Next: tests/fake_walk.c
#
# time limit: 300
. tests/walk.sh
need inject strace
[ ! -x build/bpfwalk-static ] || W=build/bpfwalk-static
CALLS=bpf,perf_event_open,ioctl,open,openat,read,mmap,fstat,poll,fcntl,close,mkdirat,unlinkat,getdents64
life=inject$$
top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)

# Descriptors that were handed out and not closed when the command left, as strace's lines.
left_open() # FILE
{
	awk '	{ sub(/^[0-9]+ +/, "") }
		/ = -1 / || /\?$/ { next }
		/^(bpf\(BPF_(MAP_CREATE|PROG_LOAD|BTF_LOAD|RAW_TRACEPOINT_OPEN|LINK_CREATE|OBJ_GET),|perf_event_open|open|openat|fcntl.*F_DUPFD)/ {
			open[$NF] = $0
		}
		/^close\(/ {
			fd = $0
			gsub(/^close\(|\).*/, "", fd)
			delete open[fd]
		}
		END { for (fd in open) print open[fd] }' "$1"
}

# Was the call that failed made once more, and with success? So a program is loaded again to hear the verifier, a map is
# made again after the limit of locked memory was raised, and libc looks for memory elsewhere. Then nothing has happened.
made_again() # FILE
{
	awk '	{ sub(/^[0-9]+ +/, "") }
		failed && index($0, failed) == 1 && !/ = -1 / { again = 1 }
		/\(INJECTED\)/ { failed = $0; sub(/,.*/, "", failed) }
		END { exit !again }' "$1"
}

inject() # STRACE-OPTION...
{
	# shellcheck disable=SC2086 # words
	strace -f -o "$TMP/strace" -e trace=$CALLS "$@" "$W" $walk >"$TMP/out" 2>"$TMP/err"
}

# What it said; a library may be found in another of its directories.
words()
{
	sed 's,/usr/lib/,/lib/,' "$TMP/err"
}

# left_behind: a cgroup that was made, pins, after a walk that ended with $status. A removal that was made to fail has
# not happened, and what attach was to leave is there when it worked. All of it is taken away here.
left_behind()
{
	case $walk in
	attach*)
		if [ "$status" = 0 ]; then
			"$W" detach --quiet "$life" || echo "attached, and not pinned"
		elif [ -e "/sys/fs/bpf/$life" ]; then
			echo "left pinned: $(find "/sys/fs/bpf/$life")"
			"$W" detach --quiet "$life"
		fi
		[ "$status" != 0 ] || [ ! -d "$top/$life" ] || rmdir "$top/$life" ;;
	esac
	[ -n "$top" ] && [ -d "$top/$life" ] || return
	rmdir "$top/$life"
	grep -q unlinkat "$TMP/injected" || echo "left the cgroup"
}

# goes_on: it can do without what failed: whether a directory is in a BPF file system, the kernel says as well, and whether
# it has cookies, the list of its symbols does as its types do
goes_on()
{
	[ "$status" = 0 ] && case $walk in
	attach*)		grep -qE 'open.*(fdinfo/|mountinfo)|read\(' "$TMP/injected" ;;
	*/throw.bpf.o*)		grep -q 'fstat(' "$TMP/injected" ;;
	*)			false ;;
	esac
}

# wrong CALL WHEN ERRNO: what is wrong after that failure; nothing when all is well.
wrong()
{
	inject -e "inject=$1:error=$3:when=$2"
	status=$?
	grep '(INJECTED)' "$TMP/strace" >"$TMP/injected"
	left=$(left_behind)
	[ -z "$left" ] || echo "$1 number $2 fails with $3: $left"
	[ -s "$TMP/injected" ] || return
	# A page that nobody may touch, musl's: it only makes mistakes visible.
	! grep -q PROT_NONE "$TMP/injected" || return
	left=$(left_open "$TMP/strace")
	[ -z "$left" ] || echo "$1 number $2 fails with $3: left open: $left"
	! goes_on || return
	[ $status = 0 ] && made_again "$TMP/strace" && [ "$(words)" = "$words_of_whole" ] && return
	[ $status = 1 ] || echo "$1 number $2 fails with $3: exit status $status, expected 1; $(tail -n 1 "$TMP/err")"
	[ "$(grep -c '^bpfwalk: ' "$TMP/err")" = 1 ] || echo "$1 number $2 fails with $3: not one line: $(tr '\n' '|' <"$TMP/err")"
}

# Fails every call of $walk; reading a map takes so many that the first are enough.
every_call()
{
	for call in bpf perf_event_open ioctl open openat read mmap fstat poll fcntl mkdirat unlinkat getdents64; do
		count=$(grep -cE "^[0-9]+ +$call\(" "$TMP/whole")
		[ "$count" -le 24 ] || count=24
		n=1
		while [ $n -le "$count" ]; do
			wrong $call $n ENOMEM
			if [ -z "$quiet" ]; then
				wrong $call $n EPERM
				[ -n "$undone" ] || wrong $call $n+ ENOMEM
			fi
			n=$((n + 1))
		done
	done
}

# whole NAME WALK...: first without a failure, then with each. undone: what it makes must be undone by calls that work.
whole()
{
	name=$1 undone=$2
	shift 2
	walk=$*
	if ! inject; then
		fail "$name" "$(tail -n 1 "$TMP/err")"
		return
	fi
	cp "$TMP/strace" "$TMP/whole"
	words_of_whole=$(words)
	status=0
	: >"$TMP/injected"
	is "$name/whole" "$(left_behind)" ""
	is "$name" "$(every_call)" ""
}

# In a virtual machine, which takes its time, only what this one may not be able to do.
objects='syscount minimal comm_perf ring profile open_tracepoint uprobe'
[ -z "$quiet" ] || objects=comm_perf
for name in $objects; do
	if [ "$name" = comm_perf ] && [ ! -e /sys/bus/event_source/devices/kprobe ]; then
		skip "$name" "this kernel has no kprobes"
		continue
	fi
	whole "$name" '' run "$P/$name.bpf.o" --for 0.02
done

# With a marker, and the maps that tell where its arguments are.
if [ -z "$quiet" ] && ldconfig -p | grep -q 'libstdc++\.so\.6'; then
	whole throw '' run "$P/throw.bpf.o" --for 0.02
fi

[ -n "$quiet" ] || whole iter '' run build/tests/objects/iters.bpf.o --prog elements --iter-map table

# What makes something that outlives a process: a cgroup, pins.
if [ -z "$top" ] || ! mkdir "$top/$life" 2>/dev/null; then
	skip cgroup "no cgroup can be made"
	exit
fi
rmdir "$top/$life"
[ -n "$quiet" ] || whole run-cgroup undone run "$P/device.bpf.o" --for 0.02 --cgroup "$life" --cgroup-create
whole attach-cgroup undone attach "$P/device.bpf.o" --cgroup "$life" --cgroup-create --pin "$life"
[ -n "$quiet" ] || whole attach undone attach "$P/syscount.bpf.o" --pin "$life"

# ---- ^C and SIGKILL in the middle of attach; detach that fails on the way

# A signal at each call that can leave something. walk, life: as above.
at_each_call() # SIGNAL
{
	for call in mkdirat bpf openat; do
		count=$(grep -cE "^[0-9]+ +$call\(" "$TMP/whole")
		n=1
		while [ $n -le "$count" ]; do
			inject -e "inject=$call:signal=$1:when=$n" 2>/dev/null
			status=$?
			after_$1 "$call number $n"
			n=$((n + 1))
		done
	done
}

# It undoes everything and says so; or it had done everything, and the signal comes too late to be seen; or the object is not
# even open, and it is gone like any process.
after_INT() # CALL
{
	if [ $status = 130 ] && ! grep -q 'bpf(' "$TMP/strace"; then
		:
	elif [ $status = 0 ]; then
		"$W" detach --quiet "$life" || echo "$1: attached, and not pinned"
	elif [ $status != 1 ] || [ "$(tail -n 1 "$TMP/err")" != 'stopped: everything is undone' ]; then
		echo "$1: exit status $status; $(tail -n 1 "$TMP/err")"
	fi
	nothing_left "$1"
}

# What is left then is what detach takes away; a cgroup that was made stays, as nothing says yet who made it.
after_KILL() # CALL
{
	[ $status = 137 ] || echo "$1: exit status $status"
	if [ -e "/sys/fs/bpf/$life" ]; then
		"$W" detach --quiet "$life" 2>&1 || echo "$1: detach ends with $?"
	fi
	[ -z "$top" ] || [ ! -d "$top/$life" ] || rmdir "$top/$life"
	nothing_left "$1"
}

nothing_left() # AFTER WHAT
{
	[ ! -e "/sys/fs/bpf/$life" ] || echo "$1: left pinned: $(find "/sys/fs/bpf/$life")"
	[ ! -d "$top/$life" ] || echo "$1: left the cgroup"
	rm -rf "/sys/fs/bpf/$life"
	[ ! -d "$top/$life" ] || rmdir "$top/$life"
}

# detach with a call that fails: one line; and once more takes away the rest.
every_call_of_detach()
{
	attach=$walk
	for call in bpf openat unlinkat getdents64 mmap read; do
		n=1
		while :; do
			# shellcheck disable=SC2086 # words
			"$W" $attach --quiet 2>&1 || echo "not attached"
			walk="detach $life"
			inject -e "inject=$call:error=ENOMEM:when=$n" 2>/dev/null
			status=$?
			grep '(INJECTED)' "$TMP/strace" >"$TMP/injected"
			if [ $status = 1 ]; then
				[ "$(grep -c '^bpfwalk: ' "$TMP/err")" = 1 ] || echo "$call number $n: not one line: $(tr '\n' '|' <"$TMP/err")"
			elif [ $status != 0 ]; then
				echo "$call number $n: exit status $status"
			fi
			[ ! -e "/sys/fs/bpf/$life" ] || "$W" detach --quiet "$life" 2>&1 || echo "$call number $n: the second detach ends with $?"
			nothing_left "detach, $call number $n"
			[ -s "$TMP/injected" ] || break
			n=$((n + 1))
		done
	done
	walk=$attach
}

# These go through the same calls on every kernel, and a virtual machine takes its time.
[ -z "$quiet" ] || exit 0
walk="attach $P/device.bpf.o --cgroup $life --cgroup-create --pin $life"
inject || fail signals "$(tail -n 1 "$TMP/err")"
cp "$TMP/strace" "$TMP/whole"
"$W" detach --quiet "$life"
is interrupted "$(at_each_call INT)" ""
is killed "$(at_each_call KILL)" ""
is detach "$(every_call_of_detach)" ""

# explain goes on, and undoes what it made.
walk="explain $P/device.bpf.o --cgroup $life --cgroup-create"
inject -e inject=mkdirat:signal=INT
is explain/interrupted "$? $(nothing_left explain)" "0 "
has explain/interrupted/was "$(cat "$TMP/strace")" '--- SIGINT'
is left/in-kernel "$(new_in_kernel)" ""
