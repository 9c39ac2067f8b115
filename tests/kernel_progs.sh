#!/bin/sh
# Every program of progs/ on a real kernel: its event is made to happen an exact number of times, and what bpfwalk says of
# it is held against that number. And when it is over, nothing is left in the kernel.
#
# Next: tests/kernel_objects.sh
#
# time limit: 240
. tests/walk.sh

has_kprobes()
{
	[ -e /sys/bus/event_source/devices/kprobe ] && return
	skip "$1" "this kernel has no kprobes"
	return 1
}

has_tracefs()
{
	[ -e /sys/kernel/tracing/available_events ] && return
	skip "$1" "tracefs cannot be mounted"
	return 1
}

# begin NAME [OPTION...]: walk progs/NAME, or say why not
begin()
{
	begun=$1
	shift
	walk "$P/$begun.bpf.o" "$@" && return
	fail "$begun" "$(tail -n 1 "$TMP/err")"
	return 1
}

# end: stop it; it must end well, and must not have lost a record
end()
{
	walk_end || fail "$begun" "exit status $walk_status: $(tail -n 1 "$TMP/err")"
	lost=$(lost_records)
}

# exactly NAME WANT FUNCTION: FUNCTION walks once and sets $got. On a busy machine bpfwalk may be kept from reading for so
# long that records are lost: there it is tried again.
exactly()
{
	for _ in 1 2 3 4 5; do
		got='' lost=0
		"$3" || return
		if [ -n "$quiet" ] || [ "$lost" = 0 ]; then break; fi
	done
	is "$1" "$got seen, $lost lost" "$2 seen, 0 lost"
}

# exactly_alone NAME WANT FUNCTION: the same for a program that sees what everybody does and does not say who did it. Where
# others are busy as well, there may be more.
exactly_alone()
{
	got='' lost=0
	"$3" || return
	[ -n "$quiet" ] || [ "$got" -lt "$2" ] || got=$2
	is "$1" "$got seen, $lost lost" "$2 seen, 0 lost"
}

# ---- syscount: system calls per command, added up over the CPUs
#
# Linux 7.3 runs a raw tracepoint's program with preemption on, and while a task waits in the middle of it the program is
# not run for anybody else on that CPU. bpfwalk says how often; then the counts may be short by that much and no more.

sum_of() # COMMAND
{
	sed -n 's/^{"event":"map_entry","map":"counts","key":{"comm":"'"$1"'"},"value":\[[0-9,]*\],"sum":\([0-9]*\)}$/\1/p' "$TMP/out" |
		grep . || echo 0
}

per_cpu_of() # COMMAND: "0 1000" for the first two CPUs
{
	sed -n 's/^{"event":"map_entry","map":"counts","key":{"comm":"'"$1"'"},"value":\[\([0-9]*\),\([0-9]*\).*/\1 \2/p' "$TMP/out"
}

row_syscount()
{
	begin syscount || return
	$T/provoke calls "$me" 1000
	pids=
	for n in 1 2 3 4 5 6 7 8; do
		$T/provoke calls "$me-$n" $((n * 1000 + n)) &
		pids="$pids $!"
		$T/provoke calls "$me-all" 4321 &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # a list of numbers
	wait $pids
	new_now >"$TMP/attached"
	misses=$($T/in_kernel | awk '$1 == "prog" && $3 == "syscount" { n = $5 } END { print n + 0 }')
	two=
	if command -v taskset >/dev/null && taskset 2 true 2>/dev/null; then
		two=1
		taskset 1 $T/provoke calls "$me-first" 500
		taskset 2 $T/provoke calls "$me-2nd" 600
	fi
	end
	is syscount/in-kernel "$(awk '{ print $1, $3 }' "$TMP/attached" | grep -xE '(prog|map) (syscount|counts|syscount.bss)|link |btf ' | sort -u)" \
		"$(printf 'btf \nlink \nmap counts\nmap syscount.bss\nprog syscount')"
	is syscount/exact "$(sum_of "$me")" 1000
	for n in 1 2 3 4 5 6 7 8; do
		echo "$n" "$(sum_of "$me-$n")" $((n * 1000 + n))
	done >"$TMP/sums"
	echo all "$(sum_of "$me-all")" $((8 * 4321)) >>"$TMP/sums"
	missed=$(sed -n 's/^{"event":"missed","program":"syscount","count":\([0-9]*\)}$/\1/p' "$TMP/out")
	if [ -z "$missed" ]; then
		is syscount/many "$(cut -d ' ' -f 1,2 "$TMP/sums")" "$(cut -d ' ' -f 1,3 "$TMP/sums")"
		is syscount/misses "$misses" 0
	else
		is "syscount/many but for what it says it missed" "$(awk -v missed="$missed" '
			$2 > $3 { print $1, "has", $2, "of", $3 }
			{ short += $3 - $2 }
			END { if (short > missed) print "short by", short, "though only", missed, "were missed" }' "$TMP/sums")" ""
		at_least syscount/misses "$missed" "$misses"
	fi
	is syscount/uncounted "$(global uncounted)" 0
	if [ -n "$two" ]; then
		is syscount/per-cpu "$(per_cpu_of "$me-first"), $(per_cpu_of "$me-2nd")" "500 0, 0 600"
	else
		skip syscount/per-cpu "there is one CPU only"
	fi
}

# ---- hello, hello_perf, comm_perf: execve, by kprobe. The shell's own execve of provoke is one more.

once_hello()
{
	begin hello || return
	$T/provoke execs "$me" 7
	end
	got=$(lines '^{"event":"trace","text":".*bpf_trace_printk: Hello World!"}$')
}

once_hello_perf()
{
	begin hello_perf || return
	$T/provoke execs "$me" 7
	end
	got=$(lines '^{"event":"record","map":"numbers","cpu":[0-9]*,"data":"2a00000000000000","value":42}$')
}

row_hello()
{
	has_kprobes hello || return
	exactly_alone hello 8 once_hello
	has hello/found "$(grep attached "$TMP/err")" _sys_execve
}

row_hello_perf()
{
	has_kprobes hello_perf || return
	exactly_alone hello_perf 8 once_hello_perf
}

row_comm_perf()
{
	has_kprobes comm_perf || return
	cp $T/provoke "$TMP/" && chmod 755 "$TMP"	# nobody may not enter our directory
	begin comm_perf || return
	$T/provoke execs "$me" 23
	su nobody -s /bin/sh -c "$TMP/provoke execs '$me 2' 5"
	end
	is comm_perf "$(lines '"map":"events",.*"value":{"uid":0,"comm":"'"$me"'"}')" 23
	is comm_perf/user "$(lines '"map":"events",.*"value":{"uid":'"$(id -u nobody)"',"comm":"'"$me 2"'"}')" 5
	is comm_perf/lost "$lost" 0
	begin comm_perf --count-by comm || return
	$T/provoke execs "$me" 23
	end
	is comm_perf/count-by "$(lines '^{"event":"count","map":"events","field":"comm","value":"'"$me"'","count":23}$')" 1
}

# ---- talk: a record for each system call, of no known type, so the name is in its bytes; and hello

hex() # TEXT
{
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

once_talk()
{
	begin talk "$@" || return
	$T/provoke calls "$me" 1000
	end
	got=$(lines '^{"event":"record","map":"events","cpu":[0-9]*,"data":"'"$(hex "$me")00"'[0-9a-f]*","value":null}$')
}

once_talk_sys_enter()
{
	once_talk --prog sys_enter
}

once_talk_hello()
{
	begin talk --prog hello || return
	$T/provoke execs "$me" 7
	end
	got=$(lines '^{"event":"trace","text":".*bpf_trace_printk: Hello World!"}$')
}

once_talk_count()
{
	begin talk --prog sys_enter --count || return
	$T/provoke calls "$me" 1000
	end
	got=$(sed -n 's/^{"event":"count","map":"events","field":null,"value":"'"$me"'","count":\([0-9]*\)}$/\1/p' "$TMP/out")
}

row_talk()
{
	exactly talk/sys_enter 1000 once_talk_sys_enter
	exactly talk/count 1000 once_talk_count
	has_kprobes talk || return
	exactly_alone talk/hello 8 once_talk_hello
	exactly talk/both 1000 once_talk
}

# ---- open_tracepoint: process, command and file of every openat

once_open_tracepoint()
{
	begin open_tracepoint || return
	$T/provoke opens "$me" 50 "$TMP/a file" &
	pid=$!
	wait $pid
	end
	got=$(lines '"map":"opens",.*"value":{"pid":'"$pid"',"comm":"'"$me"'","filename":"'"$TMP/a file"'"}')
}

row_open_tracepoint()
{
	has_tracefs open_tracepoint || return
	: >"$TMP/a file"
	exactly open_tracepoint 50 once_open_tracepoint
}

# ---- uprobe: getaddrinfo in the C library, at its entry and at its return

row_uprobe()
{
	if ! command -v getent >/dev/null || ! grep -q '/libc\.so' /proc/self/maps; then
		getent ahosts 127.0.0.1 >/dev/null 2>&1 || {
			skip uprobe "needs getent and a shared C library"
			return
		}
	fi
	begin uprobe || return
	getent ahosts 127.0.0.1 >/dev/null &
	pid=$!
	wait $pid
	getent ahosts 127.0.0.2 127.0.0.3 127.0.0.2 >/dev/null
	getent ahosts '' >/dev/null
	end
	is uprobe/process "$(lines '"map":"lookups",.*"value":{"pid":'$pid',"result":0,"microseconds":[0-9]*,"comm":"getent","host":"127.0.0.1"}')" 1
	is uprobe/each "$(lines '"result":0,"microseconds":[0-9]*,"comm":"getent","host":"127.0.0.2"')" 2
	is uprobe/fails "$(lines '"result":-[0-9]*,"microseconds":[0-9]*,"comm":"getent","host":""')" 1
	is uprobe/lost "$lost" 0
	has uprobe/found "$(grep 'attached lookup_ends' "$TMP/err")" "libc.so.6:getaddrinfo"
}

# ---- throw: provoke is the library, and the program that throws

row_throw()
{
	case $(uname -m) in
	x86_64 | aarch64 | riscv64) ;;
	*)	skip throw "provoke has no marker for this machine"
		return ;;
	esac
	mkdir "$TMP/lib"
	cp $T/provoke "$TMP/lib/libstdc++.so.6"
	export LD_LIBRARY_PATH="$TMP/lib"
	begin throw
	begun_well=$?
	unset LD_LIBRARY_PATH
	[ $begun_well = 0 ] || return
	"$TMP/lib/libstdc++.so.6" throws "$me" 100
	end
	is throw "$(lines '"map":"exceptions",.*"comm":"'"$me"'","type":"provoked"}')" 100
	is throw/lost "$lost" 0
	has throw/found "$(cat "$TMP/err")" "attached throw to usdt $TMP/lib/libstdc++.so.6:libstdcxx:throw (1 place)"
	is throw/maps "$(lines '__bpf_usdt')" 0
}

# ---- profile: two seconds of CPU time at 99 Hz. What a processor that is emulated takes for two seconds may hold fewer
# ticks, so the bounds are wide; twice as many would be wrong anywhere.

row_profile()
{
	begin profile || return
	$T/provoke burn "$me" 2000 &
	pid=$!
	$T/provoke burn "$me 2" 500
	wait $pid
	end
	long=$(sed -n 's/.*"map":"samples","key":{"pid":'"$pid"',"comm":"'"$me"'"},"value":\([0-9]*\)}$/\1/p' "$TMP/out")
	short=$(sed -n 's/.*"map":"samples","key":{"pid":[0-9]*,"comm":"'"$me 2"'"},"value":\([0-9]*\)}$/\1/p' "$TMP/out")
	at_least profile/samples "$long" 20
	at_least profile/not-more 300 "${long:-0}"
	at_least profile/more-time-more-samples "$long" $((${short:-0} + 1))
	is profile/lost "$(global lost)" 0
}

# ---- ring: time, process, user, command and file of every program that is started

once_ring()
{
	begin ring || return
	$T/provoke execs "$me" 40
	end
	grep '"map":"execs",.*"uid":0,"comm":"provoke","filename":"'"$(readlink -f $T/provoke)"'"}}$' "$TMP/out" |
		sed 's/.*"value":{"time":\([0-9]*\),"pid":\([0-9]*\),.*/\1 \2/' >"$TMP/execs"
	got=$(wc -l <"$TMP/execs")
}

row_ring()
{
	has_tracefs ring || return
	exactly ring 40 once_ring
	is ring/processes "$(cut -d ' ' -f 2 "$TMP/execs" | sort -u | wc -l)" 40
	is ring/order "$(cut -d ' ' -f 1 "$TMP/execs" | sort -n | uniq | tr '\n' ' ')" "$(cut -d ' ' -f 1 "$TMP/execs" | tr '\n' ' ')"
	is ring/missed "$(global missed)" 0
}

# ---- parent: who started whom. provoke has the command's name when it starts its children.

once_parent()
{
	begin parent || return
	$T/provoke execs "$me" 25
	end
	got=$(sed -n 's/^{"event":"map_entry","map":"starts","key":{"parent":"'"$me"'","child":"provoke"},"value":\([0-9]*\)}$/\1/p' "$TMP/out")
}

row_parent()
{
	exactly parent 25 once_parent
}

# ---- minimal: it has nothing to show, but the kernel counts how often it runs. provoke's own exit is one more.

once_minimal()
{
	begin minimal || return
	$T/provoke execs "$me" 9
	got=$($T/in_kernel | awk '$1 == "prog" && $3 == "minimal" { print $4 }' | tail -n 1)
	end
}

row_minimal()
{
	has_tracefs minimal || return
	stats=/proc/sys/kernel/bpf_stats_enabled
	before=$(cat $stats)
	at_exit "echo $before >$stats"
	echo 1 >$stats
	exactly_alone minimal 10 once_minimal
	echo "$before" >$stats
	is minimal/calls "$("$W" explain --json "$P/minimal.bpf.o" | grep '"event":"syscall"' |
		sed -n 's/.*"call":"\(bpf\|perf_event_open\|ioctl\)","cmd":\("\([A-Z_0-9]*\)"\|null\).*/\1 \3/p')" "bpf BPF_PROG_LOAD
perf_event_open 
ioctl PERF_EVENT_IOC_SET_BPF
ioctl PERF_EVENT_IOC_ENABLE"
}

# ---- programs at functions with types: the kernel may be too old for them, or locked down

# typed NAME: begin it, or say why not in a SKIP
typed()
{
	begun=$1
	shift
	walk "$P/$begun.bpf.o" "$@" && return
	case $(tail -n 1 "$TMP/err") in
	*EPERM*|*EOPNOTSUPP*|*ENOTSUPP*|*"older than"*|*"invalid func unknown"*) skip "$begun" "$(tail -n 1 "$TMP/err")" ;;
	*) fail "$begun" "$(tail -n 1 "$TMP/err")" ;;
	esac
	return 1
}

# opens_of COMMAND: {"opened":..., of the table
opens_of()
{
	sed -n 's/^{"event":"map_entry","map":"commands","key":{"name":"'"$1"'"},"value":{"opened":\([0-9]*\),"failed":\([0-9]*\),"nanoseconds":\([0-9]*\)}}$/\1 \2 \3/p' "$TMP/out"
}

row_open_time()
{
	typed open_time || return
	: >"$TMP/file"
	$T/provoke opens "$me" 51 "$TMP/file"
	$T/provoke opens "$me-none" 30 "$TMP/nofile"
	end
	is open_time/exact "$(opens_of "$me" | cut -d ' ' -f 1,2)" "51 0"
	is open_time/failed "$(opens_of "$me-none" | cut -d ' ' -f 1,2)" "0 30"
	at_least open_time/takes-time "$(opens_of "$me" | cut -d ' ' -f 3)" 51
}

once_renames()
{
	typed renames || return
	for n in 1 2 3 4 5 6 7; do
		$T/provoke calls "$me" 3
	done
	end
	got=$(lines '"map":"renames",.*"value":{"pid":[0-9]*,"from":"provoke","to":"'"$me"'"}')
}

row_renames()
{
	exactly renames 7 once_renames
}

row_vfs()
{
	has_tracefs vfs || return
	typed vfs --set "who=\"$me\"" || return
	: >"$TMP/file"
	$T/provoke opens "$me" 40 "$TMP/file"
	end
	# vfs_open, once for each; and what open calls of the others, as often
	at_least vfs/all "$(global all)" 40
	is vfs/open "$(sed -n 's/^{"event":"map_entry","map":"functions","key":\([0-9]*\),"value":40}$/\1/p' "$TMP/out" |
		while read -r address; do grep "^$(printf %x "$address") . vfs_open" /proc/kallsyms; done | wc -l)" 1
}

row_no_open()
{
	mkdir "$TMP/securityfs"
	mount -t securityfs none "$TMP/securityfs" 2>/dev/null
	if ! grep -q bpf "$TMP/securityfs/lsm" 2>/dev/null; then
		skip no_open "BPF is not among this kernel's security modules"
		umount "$TMP/securityfs" 2>/dev/null
		return
	fi
	umount "$TMP/securityfs"
	typed no_open --set "who=\"$me\"" || return
	: >"$TMP/file"
	is no_open/denied "$($T/provoke tries "$me" 25 "$TMP/file" | cut -d ' ' -f 1)" 0
	is no_open/others "$($T/provoke tries "$me-x" 25 "$TMP/file" | cut -d ' ' -f 1)" 25
	end
	is no_open/counted "$(global denied)" 25
	is no_open/afterwards "$($T/provoke tries "$me" 25 "$TMP/file" | cut -d ' ' -f 1)" 25
}

row_tasks()
{
	sleeper
	"$W" run "$P/tasks.bpf.o" >"$TMP/out" 2>"$TMP/err"
	status=$?
	wake
	is tasks/status "$status" 0
	is tasks/finds "$(awk -v pid=$sleeper '$1 == pid { print $1 == $2, $3 }' "$TMP/out")" "1 sleep"
	is tasks/all "$(sed -n 's/^ *\([0-9]*\) threads$/\1/p' "$TMP/out")" "$(grep -cE '^ *[0-9]+ +[0-9]+ ' "$TMP/out")"
	is tasks/ends "$(grep -c 'running until' "$TMP/err")" 0
}

# ---- afterwards

# The tables of tracefs that a walk could have written to. (The first program that is loaded with bpf_printk makes the kernel
# itself turn on the event behind it, for good.)
tables()
{
	for table in kprobe_events uprobe_events set_event; do
		grep -v '^bpf_trace:bpf_trace_printk$' /sys/kernel/tracing/$table 2>/dev/null
	done
}

# Killed in the middle, it cannot clean up: the kernel must.
row_killed()
{
	for name in syscount profile ring; do
		begin $name || return
		kill -KILL "$walk_pid"
		walk_wait 2>/dev/null
	done
	is killed "$(new_in_kernel)" ""
}

tables >"$TMP/tables"
for program in syscount hello hello_perf comm_perf talk open_tracepoint uprobe throw profile ring parent minimal open_time renames vfs no_open tasks killed; do
	row_$program
done
is left/in-kernel "$(new_in_kernel)" ""
is left/tracefs "$(tables)" "$(cat "$TMP/tables")"

# No program of progs/ may be without a row. (Those for a cgroup or an interface have a test of their own.)
for object in progs/*.bpf.c; do
	name=${object##*/}
	cat tests/kernel_progs.sh tests/kernel_cgroup.sh tests/kernel_packets.sh | grep -q "^row_${name%.bpf.c}()" ||
		fail complete "progs/$name is shown by no row"
done
