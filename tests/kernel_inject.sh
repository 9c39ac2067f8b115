#!/bin/sh
# Every call of a real walk made to fail, one at a time, on the real kernel: strace injects the errno. Whichever call it
# is, the command ends with status 1 and one line that says why, and every descriptor it was given is closed before it
# exits. (fake_walk does the same with more errnos where no kernel is needed.)
. tests/lib.sh
need_root inject
need inject strace
W=${BPFWALK:-build/bpfwalk}
P=${PROGS:-build/progs}

# Descriptors that were handed out and not closed when the command left. Reads strace's output.
left_open() # FILE
{
	sed -E 's/^[0-9]+ +//' "$1" | awk '
		/= -1 / || /\?$/ { next }
		/^(bpf\(BPF_(MAP_CREATE|PROG_LOAD|BTF_LOAD|RAW_TRACEPOINT_OPEN|LINK_CREATE|OBJ_GET)|perf_event_open|open|openat|fcntl.*F_DUPFD)/ \
			{ open[$NF] = $0; next }
		/^close\(/ { fd = $0; sub(/^close\(/, "", fd); sub(/\).*/, "", fd); delete open[fd] }
		END { for (fd in open) print open[fd] }'
}

walk() # STRACE-OPTION...
{
	strace -f -o "$TMP/strace" -e trace=bpf,perf_event_open,ioctl,open,openat,close,fcntl "$@" \
		"$W" run "$obj" --for 0.05 >"$TMP/out" 2>"$TMP/err"
}

# One injected failure. Says nothing when all is well.
wrong() # SYSCALL N ERRNO
{
	walk -e "inject=$1:error=$3:when=$2"
	status=$?
	grep -q "(INJECTED)" "$TMP/strace" || return 0
	[ $status = 1 ] || echo "$1 number $2 fails with $3: exit status $status, expected 1; $(tail -n 1 "$TMP/err")"
	[ "$(grep -c '^bpfwalk: ' "$TMP/err")" = 1 ] || echo "$1 number $2 fails with $3: not one line: $(tr '\n' '|' <"$TMP/err")"
	left=$(left_open "$TMP/strace")
	[ -z "$left" ] || echo "$1 number $2 fails with $3: left open: $left"
}

for obj in "$P"/syscount.bpf.o "$P"/minimal.bpf.o "$P"/comm_perf.bpf.o "$P"/ring.bpf.o "$P"/profile.bpf.o; do
	name=${obj##*/}
	if ! walk; then
		skip "$name" "cannot be walked here: $(tail -n 1 "$TMP/err")"
		continue
	fi
	cp "$TMP/strace" "$TMP/whole"
	# What loads the object's own files, up to the first bpf(2), is libc's business on a dynamic command.
	: >"$TMP/wrong"
	for call in bpf perf_event_open ioctl; do
		# Reading maps at the end is a call like another; a failure there is told as well.
		count=$(grep -cE "^[0-9]+ +$call\(" "$TMP/whole")
		[ "$count" -le 24 ] || count=24
		n=1
		while [ $n -le "$count" ]; do
			wrong $call $n ENOMEM >>"$TMP/wrong"
			wrong $call $n EPERM >>"$TMP/wrong"
			n=$((n + 1))
		done
	done
	is "$name" "$(cat "$TMP/wrong")" ""
done
