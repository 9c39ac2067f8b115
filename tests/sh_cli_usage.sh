#!/bin/sh
# Wrong usage: one exact line on stderr, nothing on stdout, exit status 2. And what a name that is missing is told.
. tests/lib.sh
B=${B:-build}

# refused LINE WORD...: what the command says to these words.
refused()
{
	want=$1
	shift
	"$B/bpfwalk" "$@" >"$TMP/out" 2>"$TMP/err"
	test_status=$?
	is "$*" "$test_status $(cat "$TMP/out" "$TMP/err")" "2 $want"
}

verbs='there is run load attach detach list dump-map trace inspect disasm patch asm explain hooks; see bpfwalk --help'
refused "bpfwalk: a verb is missing; $verbs"
refused "bpfwalk: 'rum' is not a verb; the nearest: run; see bpfwalk --help" rum
refused "bpfwalk: 'dumpmap' is not a verb; the nearest: dump-map; see bpfwalk --help" dumpmap
refused "bpfwalk: 'xyzzy' is not a verb; $verbs" xyzzy
refused "bpfwalk: 'rum' is not a verb; the nearest: run; see bpfwalk --help" help rum
refused "bpfwalk: '--json' is not a verb; $verbs" --json
refused "bpfwalk run: OBJ is missing; see bpfwalk run --help" run
refused "bpfwalk disasm: OBJ [PROG] is missing; see bpfwalk disasm --help" disasm --json
refused "bpfwalk run: 'b' is one operand too many; expected OBJ" run a b
refused "bpfwalk disasm: 'c' is one operand too many; expected OBJ [PROG]" disasm a b c
refused "bpfwalk hooks: 'x' is one operand too many; expected none" hooks x
refused "bpfwalk run: unknown option --xyzzy; see bpfwalk run --help" run --xyzzy a
refused "bpfwalk run: unknown option --xyzzy; see bpfwalk run --help" run --xyzzy=1 a
refused "bpfwalk run: unknown option -x; see bpfwalk run --help" run -x a
refused "bpfwalk run: unknown option --fo; the nearest: --for; see bpfwalk run --help" run --fo 1 a
refused "bpfwalk attach: unknown option --interfaces; the nearest: --iface; see bpfwalk attach --help" attach --interfaces=lo a
refused "bpfwalk inspect: --for is an option of run" inspect --for 1 a
refused "bpfwalk run: --dry-run is an option of explain" run --dry-run a
refused "bpfwalk hooks: -v is an option of run" hooks -v
refused "bpfwalk run: --json takes no value" run --json=1 a
refused "bpfwalk run: --for needs a value: --for SECONDS" run a --for
refused "bpfwalk run: --set needs a value: --set VAR=VALUE" run a --set

for value in x '' . -1 +1 1e3 5. 0x5 5s 99999999999; do
	refused "bpfwalk run: --for: '$value' is not a number of seconds, like 5 or 0.5" run --for="$value" a
done
refused "bpfwalk run: --interval: '0' is too short: 0.001 seconds at least" run --interval 0 a
refused "bpfwalk run: --interval: '0.0009' is too short: 0.001 seconds at least" run --interval 0.0009 a
for value in 0 x -5 '' 2147483648 1.5; do
	refused "bpfwalk run: --pid: '$value' is not a process id, a number from 1" run --pid="$value" a
done
for value in 0 x -5 9223372036854775808; do
	refused "bpfwalk run: --period: '$value' is not a number from 1" run --period="$value" a
done
refused "bpfwalk run: --set: 'x' is not VAR=VALUE" run --set x a
refused "bpfwalk load: --set: '=x' is not VAR=VALUE" load --set =x a
refused "bpfwalk explain: --map-entries: 'counts' is not MAP=N" explain --map-entries counts a

# Three ways to ask for help, and what they say.
"$B/bpfwalk" run --help >"$TMP/help"
for words in 'run -h' 'help run' 'run x --help'; do
	# shellcheck disable=SC2086 # words
	"$B/bpfwalk" $words >"$TMP/out" 2>&1
	is "$words" "$? $(diff "$TMP/out" "$TMP/help")" '0 '
done
for word in -h help --help; do
	is "$word" "$("$B/bpfwalk" "$word" | head -n 1)" 'bpfwalk takes a BPF object file into the kernel, every step in sight.'
done
is 'help ends without blanks' "$("$B/bpfwalk" help trace | grep -n ' $')" ''

# What only the object can tell.
s=$B/progs/syscount.bpf.o c=$B/progs/comm_perf.bpf.o t=$B/progs/talk.bpf.o
refused "bpfwalk run: --prog: no program 'x'; there is syscount" run --prog x "$s"
refused "bpfwalk run: --prog: no program 'x'; there is hello, sys_enter" run --prog hello --prog x "$t"
refused "bpfwalk load: --set: no global variable in 'x=1'; there is uncounted" load --set x=1 "$s"
refused "bpfwalk load: --set: no global variable in 'uncounte=1'; there is uncounted" load --set uncounte=1 "$s"
refused "bpfwalk load: --set uncounted=x: 'x' is not a number (42, -1, 0x10, 'a')" load --set uncounted=x "$s"
refused "bpfwalk run: --map-entries: no map in 'x=1'; there is counts" run --map-entries x=1 "$s"
refused "bpfwalk run: --map-entries .bss=5: .bss holds global variables: it has one entry" \
	run --map-entries .bss=5 "$s"
refused "bpfwalk run: --map-value-size: no map in 'x=1'; there is counts" run --map-value-size x=1 "$s"
refused "bpfwalk run: --map-value-size .bss=5: .bss holds global variables: its value is as long as they are" \
	run --map-value-size .bss=5 "$s"
refused "bpfwalk run: --map-value-size: '0' is not a number of bytes, from 1 to 4294967295" run --map-value-size counts=0 "$s"
refused "bpfwalk run: --no-map: no map 'x'; there is counts, .bss" run --no-map x "$s"
refused "bpfwalk load: --map: no map 'table.inner'; there is inner, table, jumps" \
	load --map table.inner "$B/tests/objects/map_slots.bpf.o"
# The nearest of those that are too many to be shown.
awk 'BEGIN {
	for (i = 0; i < 60; i++)
		printf ".section socket\n.func program_%c%d\nr0 = 0\nexit\n", 97 + i % 26, i
}' >"$TMP/many.s"
"$B/bpfwalk" asm "$TMP/many.s" -o "$TMP/many.bpf.o" >"$TMP/out" || fail many "not assembled"
"$B/bpfwalk" load --prog program_h599 "$TMP/many.bpf.o" >"$TMP/out" 2>"$TMP/err"
is 'many/status' $? 2
is 'many/cut' "$(sed 's/.*, \.\.\.//' "$TMP/err")" '; the nearest: program_h59'
for value in 0 x '' -1 4294967296; do
	refused "bpfwalk run: --map-entries: '$value' is not a number of entries, from 1 to 4294967295" \
		run --map-entries "counts=$value" "$s"
done
x=$B/progs/xdp_drop.bpf.o
for word in x blocked blocke:1.2.3.4 :1.2.3.4; do
	refused "bpfwalk run: --put: '$word' does not begin with one of this object's maps, as MAP:KEY=VALUE" \
		run --put "$word" "$x"
done
refused "bpfwalk run: --put blocked:1.2.3: '1.2.3' is not 4 values with '.' between them" run --put blocked:1.2.3 "$x"
refused "bpfwalk load: --put blocked:1.2.3.4=-1: -1 does not fit into unsigned 64 bits" load --put blocked:1.2.3.4=-1 "$x"
refused "bpfwalk run: --put .bss:0: .bss holds global variables, which have names of their own" \
	run --put .bss:0 "$x"
refused "bpfwalk run: --put execs:0=1: a BPF_MAP_TYPE_RINGBUF has no keys and values" \
	run --put execs:0=1 "$B/progs/ring.bpf.o"
refused "bpfwalk run: --iface: no program of $s can be attached to a network interface" run --iface lo "$s"
refused "bpfwalk run: --netfilter: no program of $s can be attached to a netfilter point" run --netfilter ipv4:input "$s"
refused "bpfwalk run: --cgroup: no program of $x can be attached to a cgroup" run --cgroup x --iface lo "$x"
refused "bpfwalk run: --iface needs a value: --iface NAME" run "$x" --iface
refused "bpfwalk run: --type: no type 'x' in $c" run --type x "$c"
refused "bpfwalk run: --count-by: no field 'x' in struct comm_event { __u64 uid; char comm[16]; }" \
	run --count-by x "$c"
refused "bpfwalk run: --count-by: records of this object have no type; --count counts whole records" \
	run --count-by comm "$t"
refused "bpfwalk disasm: no program 'x' in $t; see bpfwalk inspect" disasm "$t" x

refused "bpfwalk inspect: no section 'x' in $t; see bpfwalk inspect" inspect --hex "$t" x
refused "bpfwalk inspect: no section '4711' in $t; see bpfwalk inspect" inspect --hex "$t" 4711
refused "bpfwalk inspect: 'license': a section is for --hex" inspect "$t" license

# A name is cut, and a terminal is not reached by what is in a word.
long=$(printf '%03000d' 7 | tr 0 x)
status 'long word' 2 "$B/bpfwalk" "$long"
is 'long word/one line' "$(wc -l <"$TMP/err")" 1
status 'long value' 2 "$B/bpfwalk" run --for "$long" a
status 'escape' 2 "$B/bpfwalk" run "--$(printf '\033[31m')" a
is 'escape/is escaped' "$(tr -d '\033' <"$TMP/err" | wc -c)" "$(wc -c <"$TMP/err")"

# Options go anywhere, -- ends them.
status 'options after operands' 0 "$B/bpfwalk" inspect "$s" --json
is 'options after operands/json' "$(head -c 1 "$TMP/out")" '{'
status 'end of options' 1 "$B/bpfwalk" inspect -- --json
is 'end of options/a file of that name' "$(cat "$TMP/err")" 'bpfwalk: --json: opening it: ENOENT'
