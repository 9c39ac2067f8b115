#!/bin/sh
# time limit: 120
# bpfwalk run on this machine's own kernel: counting, ends of all kinds, and where output goes.
. tests/lib.sh
B=${B:-build}
need_root run
s=$B/progs/syscount.bpf.o
"$B/bpfwalk" load "$s" >"$TMP/out" 2>"$TMP/err" || { skip run "no BPF here: $(cat "$TMP/err")"; exit; }

is 'load' "$(cat "$TMP/out")" "map counts: BPF_MAP_TYPE_PERCPU_HASH, key_size 16, value_size 8, max_entries 10240
map .bss: BPF_MAP_TYPE_ARRAY, key_size 4, value_size 8, max_entries 1
program syscount: BPF_PROG_TYPE_RAW_TRACEPOINT, $("$B/bpfwalk" inspect --json "$s" | sed -n 's/.*"insn_cnt":\([0-9]*\).*/\1/p') instructions"

# until WORD: wait until the run in the background has said it.
until_said()
{
	for _ in $(seq 100); do
		grep -q "$1" "$TMP/err" && return
		sleep 0.1
	done
	echo "not said within 10 seconds: $1" >>"$TMP/err"
}

# start OPTION...: a run in the background whose programs are attached; its process is $!.
start()
{
	: >"$TMP/err"
	"$B/bpfwalk" run "$@" >"$TMP/out" 2>"$TMP/err" &
	run=$!
	until_said '^running until'
}

# finish NAME STATUS: the run in the background ends with it.
finish()
{
	wait "$run"
	is "$1/status" $? "$2"
}

# ^C, after a process of a known name made a known number of system calls.
cp /bin/dd "$TMP/thousand"
start "$s"
"$TMP/thousand" if=/dev/zero of=/dev/null bs=1 count=500 2>/dev/null	# a read and a write each
kill -INT "$run"
finish '^C' 0
is '^C/stderr' "$(cat "$TMP/err")" 'attached syscount to raw_tracepoint sys_enter
running until ^C
cleaning up'
is '^C/table' "$(sed -n '2p' "$TMP/out" | tr -s ' ')" 'comm value'
n=$(awk '$1 == "thousand" { print $2 }' "$TMP/out")
check '^C/counted' test "${n:-0}" -ge 1000 -a "${n:-0}" -lt 1200
is '^C/sorted' "$(sed -n '3,/^$/s/.* //p' "$TMP/out" | grep . | sort -rnc 2>&1)" ''
has '^C/globals' "$(cat "$TMP/out")" '
.bss: 1 variable
variable   value
uncounted      0'

start "$s"
kill -TERM "$run"
finish SIGTERM 0
has 'SIGTERM/table' "$(head -n 1 "$TMP/out")" 'counts: '

# ^C while the reader of the output is slow: bpfwalk stands in a write(2) to a full pipe, and no line is lost.
mkfifo "$TMP/slow"
: >"$TMP/err"
"$B/bpfwalk" run --json --interval 0.001 "$s" >"$TMP/slow" 2>"$TMP/err" &
run=$!
exec 9<"$TMP/slow"
until_said '^running until'
sleep 1
kill -INT "$run"
sleep 0.2
cat <&9 >"$TMP/out"
exec 9<&-
finish slow-reader 0
is slow-reader/stderr "$(cat "$TMP/err")" 'attached syscount to raw_tracepoint sys_enter
running until ^C
cleaning up'
is slow-reader/cut-lines "$(grep -vc '^{"event":.*}$' "$TMP/out")" 0

# Signals ask between any two steps, also before there is something to detach.
for n in 1 2 3 4 5 6 7 8; do
	# Not the shell's kill: what it has just forked still has its traps, and would lose the signal on a busy machine.
	timeout --preserve-status --kill-after 20 "0.00$n" "$B/bpfwalk" run "$s" >/dev/null 2>"$TMP/err"
	test_status=$?
	[ "$test_status" = 0 ] || [ "$test_status" = 143 ] || break
done
check 'a signal at any time' test "$test_status" = 0 -o "$test_status" = 143

# A FIFO that nobody writes to: waiting for it is what it says, and a signal ends that.
mkfifo "$TMP/nobody"
"$B/bpfwalk" run "$TMP/nobody" 2>"$TMP/err" &
run=$!
sleep 0.2
kill -TERM "$run"
sleep 0.2
kill -KILL "$run" 2>/dev/null
finish 'a signal while a FIFO is opened' 143

started=$(date +%s%N)
status 'for' 0 "$B/bpfwalk" run --for 0.5 --quiet "$s"
took=$((($(date +%s%N) - started) / 1000000))
check 'for/takes its time' test "$took" -ge 500 -a "$took" -lt 4000
is 'quiet' "$(cat "$TMP/err")" ''
status 'for nothing' 0 "$B/bpfwalk" run --for 0 "$s"

# Choices.
status 'map entries' 0 "$B/bpfwalk" run --for 0.2 --map-entries counts=2 "$s"
check 'map entries/room for two' test "$(sed -n '1s/counts: \([0-9]*\) .*/\1/p' "$TMP/out")" -le 2
printf '.section raw_tp/sched_switch\n.func f\nr0 = 0\nexit\n.map stacks stack_trace 4 0 0\n' >"$TMP/stacks.s"
"$B/bpfwalk" asm "$TMP/stacks.s" -o "$TMP/stacks.bpf.o" >"$TMP/out"
status 'no value size' 1 "$B/bpfwalk" load "$TMP/stacks.bpf.o"
has 'no value size/why' "$(cat "$TMP/err")" "; usually: the map's definition does not say value_size; --map-value-size does: "
status 'value size' 0 "$B/bpfwalk" load --map-value-size stacks=1016 --map-entries stacks=64 "$TMP/stacks.bpf.o"
has 'value size/given' "$(cat "$TMP/out")" 'map stacks: BPF_MAP_TYPE_STACK_TRACE, key_size 4, value_size 1016, max_entries 64'
# The kernel would refuse types of another size: they are dropped, and the value is bytes.
status 'value size/typed' 0 "$B/bpfwalk" load --prog syscount --map-value-size counts=24 "$s"
has 'value size/typed/told' "$(cat "$TMP/out")" 'key_size 16, value_size 24,'
status 'set' 0 "$B/bpfwalk" run --for 0 --set uncounted=7 --prog syscount --json "$s"
case $(cat "$TMP/out") in
*'"map":".bss","key":"uncounted","value":7}'*) ok 'set/is in the map' ;;
*) fail 'set/is in the map' "$(cat "$TMP/out")" ;;
esac
has 'json/attached' "$(cat "$TMP/out")" \
	'{"event":"attached","program":"syscount","section":"raw_tracepoint/sys_enter","target":"sys_enter"}'

# Records: the talk's 100 bytes without a type, printed and counted.
start --prog sys_enter "$B/progs/talk.bpf.o"
"$TMP/thousand" if=/dev/zero of=/dev/null bs=1 count=500 2>/dev/null
kill -INT "$run"
finish 'records' 0
check 'records/as hex and text' grep -q '^events: 74 68 6f 75 73 61 6e 64 |thousand| and 92 zeros$' "$TMP/out"
check 'records/one for each call' test "$(grep -c '|thousand|' "$TMP/out")" -ge 1000
start --prog sys_enter --count "$B/progs/talk.bpf.o"
"$TMP/thousand" if=/dev/zero of=/dev/null bs=1 count=500 2>/dev/null
kill -INT "$run"
finish 'count' 0
n=$(awk '$1 == "thousand" { print $2 }' "$TMP/out")
check 'count/counted' test "${n:-0}" -ge 1000 -a "${n:-0}" -lt 1200
is 'count/no record is printed' "$(grep -c '|' "$TMP/out")" 0
start --prog sys_enter --count --json "$B/progs/talk.bpf.o"
"$TMP/thousand" if=/dev/zero of=/dev/null bs=1 count=500 2>/dev/null
kill -INT "$run"
finish 'count as json' 0
check 'count as json/counted' grep -qE '^\{"event":"count","map":"events","field":null,"value":"thousand","count":1[01][0-9][0-9]\}$' "$TMP/out"

# A long record without a type: its beginning, and all of it as JSON.
status 'long record' 0 "$B/bpfwalk" run --for 0.1 "$B/tests/objects/long_record.bpf.o"
is 'long record/cut' "$(grep '^ring: ' "$TMP/out" | sort -u)" "ring:$(printf ' 61%.0s' $(seq 256)) |$(printf 'a%.0s' $(seq 256))| and 44 more bytes"
status 'long record as json' 0 "$B/bpfwalk" run --for 0.1 --json "$B/tests/objects/long_record.bpf.o"
is 'long record as json/whole' "$(sed -n 's/.*"data":"\([0-9a-f]*\)".*/\1/p' "$TMP/out" | sort -u)" "$(printf '61%.0s' $(seq 300))"

# A counter other than the clock.
status 'event' 0 "$B/bpfwalk" run --for 0.3 --event page-faults --period 1 "$B/progs/profile.bpf.o"
has 'event/attached' "$(cat "$TMP/err")" 'attached profile to perf_event page-faults'
status 'event/unknown' 1 "$B/bpfwalk" run --for 0.3 --event page-fault "$B/progs/profile.bpf.o"
has 'event/unknown/the nearest' "$(cat "$TMP/err")" 'no event page-fault; '

# What would be counted twice; two of one kind are what the author wants.
printf '.section %s\n.func %s\nr0 = 0\nexit\n' tp_btf/sched_switch typed raw_tp/sched_switch raw raw_tp/sched_wakeup other \
	raw_tp/sched_wakeup again >"$TMP/twice.s"
printf '.section license\n.var LICENSE 4\n.string GPL\n' >>"$TMP/twice.s"
"$B/bpfwalk" asm "$TMP/twice.s" -o "$TMP/twice.bpf.o" >"$TMP/out" || fail twice "not assembled"
if "$B/bpfwalk" load --prog typed "$TMP/twice.bpf.o" >"$TMP/out" 2>"$TMP/err"; then
	status 'twice' 0 "$B/bpfwalk" run --for 0 "$TMP/twice.bpf.o"
	is 'twice/said' "$(grep twice "$TMP/err")" \
		'typed and raw run at the same tracepoint, sched_switch: what both count is counted twice; --prog takes one'
	status 'once' 0 "$B/bpfwalk" run --for 0 --prog typed --prog other "$TMP/twice.bpf.o"
	is 'once/not said' "$(grep twice "$TMP/err")" ''
else
	skip twice "no tp_btf here: $(cat "$TMP/err")"
fi

# Programs that are left, and nothing that is left to run.
status 'left' 0 "$B/bpfwalk" run --for 0 "$B/tests/objects/no_target.bpf.o"
has 'left/no function' "$(cat "$TMP/err")" 'left no_function: section kprobe does not say where'
has 'left/the others run' "$(cat "$TMP/err")" 'attached attached to raw_tracepoint'
status 'left alone' 1 "$B/bpfwalk" run --for 0 --prog no_function "$B/tests/objects/no_target.bpf.o"
has 'left alone/fails' "$(tail -n 1 "$TMP/err")" 'says where it goes: nothing runs'
status 'sub-programs' 0 "$B/bpfwalk" run --for 0 "$B/tests/objects/subprogs.bpf.o"
has 'sub-programs/named' "$(cat "$TMP/err")" 'left clamp: section .text is for functions that programs call'

# --interval without a terminal: table after table; on one: one screen over the other.
status 'interval' 0 "$B/bpfwalk" run --for 0.7 --interval 0.2 "$s"
check 'interval/tables' test "$(grep -c '^counts: ' "$TMP/out")" -ge 3
is 'interval/no terminal, no escapes' "$(tr -d '\n\040-\176' <"$TMP/out" | wc -c)" 0
status 'interval as json' 0 "$B/bpfwalk" run --for 0.5 --interval 0.2 --json "$s"
check 'interval as json/marks' test "$(grep -c '^{"event":"interval","elapsed_ms":' "$TMP/out")" -ge 2
if command -v script >/dev/null; then
	script -qec "stty rows 8 cols 24; $B/bpfwalk run --for 0.7 --interval 0.2 $s" "$TMP/screen" >/dev/null 2>&1 </dev/null
	tr -d '\r' <"$TMP/screen" >"$TMP/out"
	frames=$(grep -c "$(printf '\033\\[H\033\\[J')counts: " "$TMP/out")
	check 'live/frames' test "$frames" -ge 3
	is 'live/fits the terminal' "$(sed '/cleaning up/,$d; s/\x1b\[[HJ]//g; /^attached\|^Script/d' "$TMP/out" | awk 'length > 24')" ''
else
	skip 'live' 'no script'
fi

# Where output goes, or does not.
"$B/bpfwalk" run --for 0.2 "$s" >/dev/full 2>"$TMP/err"
is 'full disk/status' $? 1
is 'full disk/said' "$(tail -n 1 "$TMP/err")" 'bpfwalk: stdout: writing: ENOSPC'
"$B/bpfwalk" run --for 0.2 "$s" >&- 2>"$TMP/err"
is 'stdout closed/status' $? 1
is 'stdout closed/said' "$(tail -n 1 "$TMP/err")" 'bpfwalk: stdout: writing: EBADF'
"$B/bpfwalk" run --for 0.2 "$s" <&- >"$TMP/out" 2>"$TMP/err"
is 'stdin closed/status' $? 0
has 'stdin closed/counts' "$(cat "$TMP/out")" 'counts: '
"$B/bpfwalk" run --for 0.2 "$s" <&- >"$TMP/out" 2>&-
is 'stdin and stderr closed/status' $? 0
has 'stdin and stderr closed/counts' "$(cat "$TMP/out")" 'counts: '
# A reader that leaves ends the run long before its time, quietly.
started=$(date +%s)
{ "$B/bpfwalk" run --for 30 --prog sys_enter "$B/progs/talk.bpf.o" 2>"$TMP/err"; echo $? >"$TMP/status"; } | head -n 1 >/dev/null
is 'reader leaves/status' "$(cat "$TMP/status")" 0
is 'reader leaves/stderr' "$(tail -n 1 "$TMP/err")" 'cleaning up'
check 'reader leaves/at once' test $(($(date +%s) - started)) -lt 15

# What the verifier says.
status 'refused' 1 "$B/bpfwalk" run "$B/tests/objects/out_of_bounds.bpf.o"
is 'refused/one line' "$(wc -l <"$TMP/err")" 1
has 'refused/advice' "$(cat "$TMP/err")" '; usually: the program does something it may not; -v shows'
status 'refused -v' 1 "$B/bpfwalk" load -v "$B/tests/objects/out_of_bounds.bpf.o"
check 'refused -v/the log' test "$(wc -l <"$TMP/err")" -gt 5
has 'refused -v/the line comes last' "$(tail -n 1 "$TMP/err")" 'bpfwalk: '
