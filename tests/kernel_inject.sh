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
CALLS=bpf,perf_event_open,ioctl,open,openat,read,mmap,fstat,poll,fcntl,close

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
	strace -f -o "$TMP/strace" -e trace=$CALLS "$@" "$W" run "$obj" --for 0.02 >"$TMP/out" 2>"$TMP/err"
}

# What it said; a library may be found in another of its directories.
words()
{
	sed 's,/usr/lib/,/lib/,' "$TMP/err"
}

# wrong CALL WHEN ERRNO: what is wrong after that failure; nothing when all is well.
wrong()
{
	inject -e "inject=$1:error=$3:when=$2"
	status=$?
	grep '(INJECTED)' "$TMP/strace" >"$TMP/injected" || return
	# A page that nobody may touch, musl's: it only makes mistakes visible.
	! grep -q PROT_NONE "$TMP/injected" || return
	left=$(left_open "$TMP/strace")
	[ -z "$left" ] || echo "$1 number $2 fails with $3: left open: $left"
	[ $status = 0 ] && made_again "$TMP/strace" && [ "$(words)" = "$words_of_whole" ] && return
	[ $status = 1 ] || echo "$1 number $2 fails with $3: exit status $status, expected 1; $(tail -n 1 "$TMP/err")"
	[ "$(grep -c '^bpfwalk: ' "$TMP/err")" = 1 ] || echo "$1 number $2 fails with $3: not one line: $(tr '\n' '|' <"$TMP/err")"
}

# Fails every call of a walk of $obj; reading a map takes so many that the first are enough.
every_call()
{
	for call in bpf perf_event_open ioctl open openat read mmap fstat poll fcntl; do
		count=$(grep -cE "^[0-9]+ +$call\(" "$TMP/whole")
		[ "$count" -le 24 ] || count=24
		n=1
		while [ $n -le "$count" ]; do
			wrong $call $n ENOMEM
			if [ -z "$quiet" ]; then
				wrong $call $n EPERM
				wrong $call $n+ ENOMEM
			fi
			n=$((n + 1))
		done
	done
}

# In a virtual machine, which takes its time, only what this one may not be able to do.
objects='syscount minimal comm_perf ring profile open_tracepoint uprobe'
[ -z "$quiet" ] || objects=comm_perf
for name in $objects; do
	obj=$P/$name.bpf.o
	if [ "$name" = comm_perf ] && [ ! -e /sys/bus/event_source/devices/kprobe ]; then
		skip "$name" "this kernel has no kprobes"
		continue
	fi
	if ! inject; then
		fail "$name" "$(tail -n 1 "$TMP/err")"
		continue
	fi
	cp "$TMP/strace" "$TMP/whole"
	words_of_whole=$(words)
	is "$name" "$(every_call)" ""
done
