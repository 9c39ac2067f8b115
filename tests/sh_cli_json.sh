#!/bin/sh
# --json: every line of every verb is one JSON object with an event, and the story's calls are complete.
. tests/lib.sh
B=${B:-build}
need json jq

# lines NAME COMMAND...: each line is an object with a string in "event".
lines()
{
	test_name=$1
	shift
	"$@" >"$TMP/json" 2>"$TMP/err"
	count=$(wc -l <"$TMP/json")
	good=$(jq -c 'select(type == "object" and (.event | type) == "string")' "$TMP/json" 2>"$TMP/jq" | wc -l)
	if [ "$count" -gt 0 ] && [ "$count" = "$good" ]; then
		ok "$test_name"
	else
		fail "$test_name" "$good of $count lines are objects with an event: $(cat "$TMP/jq" "$TMP/err")"
	fi
}

lines hooks "$B/bpfwalk" hooks --json
is 'hooks/as many as the table' "$count" "$("$B/bpfwalk" hooks | sed 1,2d | grep -c '^[^ ]')"
for o in "$B"/progs/*.bpf.o "$B"/tests/objects/globals.bpf.o "$B"/tests/objects/subprogs.bpf.o; do
	name=${o##*/}
	lines "inspect $name" "$B/bpfwalk" inspect --json "$o"
	lines "disasm $name" "$B/bpfwalk" disasm --json "$o"
	lines "explain $name" "$B/bpfwalk" explain --dry-run --json "$o"
done

# What inspect says is what readelf says.
s=$B/progs/syscount.bpf.o
"$B/bpfwalk" inspect --json "$s" >"$TMP/inspect"
is 'inspect/programs' "$(jq -c 'select(.event == "program") | [.name, .hook, .target, .entry]' "$TMP/inspect")" \
	'["syscount","raw_tracepoint","sys_enter",true]'
is 'inspect/map' "$(jq -c 'select(.event == "map" and .name == "counts") |
	[.type, .key_size, .value_size, .max_entries, .key_type, .value_type]' "$TMP/inspect")" \
	'["BPF_MAP_TYPE_PERCPU_HASH",16,8,10240,"struct command","__u64"]'
is 'inspect/global' "$(jq -c 'select(.event == "global") | [.name, .map, .offset, .size, .value]' "$TMP/inspect")" \
	'["uncounted",".bss",0,8,0]'
if command -v readelf >/dev/null; then
	is 'inspect/sections are readelf'\''s' \
		"$(jq -r 'select(.event == "section" and .index > 0) | "\(.index) \(.name) \(.size)"' "$TMP/inspect")" \
		"$(readelf -SW "$s" | sed -n 's/^ *\[ *\([0-9]*\)\] *\([^ ]*\) *[^ ]* *[0-9a-f]* *[0-9a-f]* *\([0-9a-f]*\).*/\1 \2 \3/p' |
			while read -r index section size; do [ "$index" = 0 ] || echo "$index $section $((0x$size))"; done)"
	is 'inspect/symbols are readelf'\''s' \
		"$(jq -r 'select(.event == "symbol" and (.type == "FUNC" or .type == "OBJECT")) |
			"\(.name) \(.size) \(.type) \(.bind) \(.section)"' "$TMP/inspect")" \
		"$(readelf -sW "$s" | awk '$4 == "FUNC" || $4 == "OBJECT" { print $8, $3, $4, $5, $7 }')"
else
	skip 'inspect/sections are readelf'\''s' 'no readelf'
fi

# Instructions: the bytes of the section, in order.
"$B/bpfwalk" disasm --json "$s" >"$TMP/disasm"
is 'disasm/bytes' "$(jq -r .bytes "$TMP/disasm" | tr -d '\n')" \
	"$(dd if="$s" bs=1 skip="$(jq 'select(.event == "section" and .name == "raw_tracepoint/sys_enter").offset' "$TMP/inspect")" \
		count="$(jq 'select(.event == "section" and .name == "raw_tracepoint/sys_enter").size' "$TMP/inspect")" \
		2>/dev/null | od -An -v -tx1 | tr -d ' \n')"

# The story: a descriptor that is used was returned before, one that was returned is closed, sizes are those of the bytes.
for p in minimal hello talk syscount ring profile; do
	"$B/bpfwalk" explain --dry-run --json "$B/progs/$p.bpf.o" | jq -s '[.[] | select(.event == "syscall")]' >"$TMP/calls"
	is "explain $p/the file has its size" "$(jq -c '[.[] | select(.call == "fstat").args.st_size][0]' "$TMP/calls")" \
		"$(wc -c <"$B/progs/$p.bpf.o")"
	is "explain $p/descriptors are closed" "$(jq -c 'reduce .[] as $c ({};
		if $c.call == "close" then del(.["\($c.args.fd)"])
		elif $c.ret >= 3 and ($c.call == "openat" or $c.call == "perf_event_open" or
			(($c.cmd // "") | test("BPF_(BTF|PROG)_LOAD|MAP_CREATE|RAW_TRACEPOINT_OPEN"))) then .["\($c.ret)"] = 1
		else . end)' "$TMP/calls")" '{}'
	is "explain $p/descriptors are known" "$(jq -c 'reduce .[] as $c ({open: {}, wrong: []};
		([$c.args | (.fd, .map_fd, .prog_fd, .prog_btf_fd, .btf_fd) | select(. != null)]) as $used |
		reduce $used[] as $fd (.; if .open["\($fd)"] then . else .wrong += [[$c.call, $fd]] end) |
		if $c.call == "close" then del(.open["\($c.args.fd)"])
		elif $c.ret >= 3 then .open["\($c.ret)"] = true else . end) | .wrong' "$TMP/calls")" '[]'
	is "explain $p/insns are whole" "$(jq -c '[.[] | select(.cmd == "BPF_PROG_LOAD") | .args |
		select((.insns | length) != 16 * .insn_cnt or
			(.func_info // "" | length) != 2 * (.func_info_cnt // 0) * (.func_info_rec_size // 0) or
			(.line_info // "" | length) != 2 * (.line_info_cnt // 0) * (.line_info_rec_size // 0))]' "$TMP/calls")" '[]'
done
is 'explain/btf is whole' "$("$B/bpfwalk" explain --dry-run --json "$s" |
	jq -c 'select(.cmd == "BPF_BTF_LOAD") | [(.args.btf | length) == 2 * .args.btf_size, (.args.btf | .[0:4])]')" '[true,"9feb"]'

# A patch is in the instructions that are loaded after it.
is 'explain/patches arrive' "$("$B/bpfwalk" explain --dry-run --json "$s" | jq -cs '
	(.[] | select(.cmd == "BPF_PROG_LOAD").args.insns) as $insns |
	[.[] | select(.event == "patch") | $insns[.insn * 16:.insn * 16 + (.after | length)] == .after] | unique')" '[true]'

# Text that is no JSON, and no UTF-8, in names of the file.
LC_ALL=C sed 's/sys_enter/sy\x1b"\\\xff\x01er/g' "$s" >"$TMP/odd.bpf.o"
lines 'odd names' "$B/bpfwalk" inspect --json "$TMP/odd.bpf.o"
has 'odd names/are escaped' "$(cat "$TMP/json")" '/sy\u001b\"\\\ufffd\u0001er"'
lines 'odd names in the story' "$B/bpfwalk" explain --dry-run --json "$TMP/odd.bpf.o"

# Enough to repeat the load from it: another program that knows only the JSON makes the same calls, and it counts.
replay=$B/asan/tests/json_replay
if [ "$(id -u)" = 0 ] && [ -x "$replay" ] && "$B/bpfwalk" load "$s" >/dev/null 2>&1; then
	export ASAN_OPTIONS=detect_leaks=0
	for p in minimal ring open_tracepoint profile syscount; do
		"$B/bpfwalk" explain --json "$B/progs/$p.bpf.o" >"$TMP/story"
		calls=$(jq -s '[.[] | select(.event == "step" or .event == "syscall") |
			if .event == "step" then .step else .call end] | .[0:index("detach")] |
			map(select(. == "bpf" or . == "perf_event_open" or . == "ioctl")) | length' "$TMP/story")
		status "replay $p" 0 "$replay" <"$TMP/story"
		has "replay $p/all calls" "$(cat "$TMP/out")" "$calls calls, "
	done
	check 'replay syscount/counts' test "$(sed 's/.* calls, \([0-9]*\) keys/\1/' "$TMP/out")" -gt 0
else
	skip 'replay' 'needs root, BPF and the test programs'
fi
