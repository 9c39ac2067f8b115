#!/bin/sh
# disasm --bytes and --explain: each instruction is where they say it is in the file, and the parts are the whole.
. tests/lib.sh
B=${B:-build}

# bytes_of FILE: the listing's bytes as `OFFSET BYTE` lines, OFFSET in decimal.
bytes_of()
{
	awk 'function hex(s,  i, n) { for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1; return n }
		/^ *[0-9]+: [0-9a-f]+  / { at = hex($2); from = 3; take = 8 }
		/^               [0-9a-f]/ { from = 1; take = 8 }
		take { for (i = from; i < from + take; i++) print at++, $i; take = 0 }' "$1"
}

for o in "$B"/progs/*.bpf.o "$B"/tests/objects/*.bpf.o; do
	name=${o##*/}
	"$B/bpfwalk" disasm --bytes "$o" >"$TMP/listing" 2>"$TMP/err" || continue	# some are there to be refused
	bytes_of "$TMP/listing" | sort >"$TMP/ours"
	od -Ad -v -tx1 -w1 "$o" | awk 'NF == 2 { print $1 + 0, $2 }' | sort >"$TMP/file"
	is "$name/bytes are the file's" "$(comm -23 "$TMP/ours" "$TMP/file" | head -3)" ''
	count=$("$B/bpfwalk" inspect "$o" | sed -n 's/^  [^ ].*: \([0-9]*\) instructions, section .*/\1/p' | awk '{ n += $1 } END { print n * 8 }')
	is "$name/all of them" "$(wc -l <"$TMP/ours")" "$count"
	"$B/bpfwalk" disasm --explain "$o" >"$TMP/explained"
	is "$name/--explain is --bytes" "$(grep -vE '^    ([0-9a-f][0-9a-f] | {13}[01.]{8} )' "$TMP/explained" | cksum)" "$(cksum <"$TMP/listing")"
	is "$name/fits" "$(grep -v '^;\|  # ' "$TMP/explained" | awk 'length > 80')" ''
	is "$name/labels" "$(sed -n 's/.*: to \(L[0-9]*\)$/\1:/p' "$TMP/explained" | sort -u)" "$(grep -x 'L[0-9]*:' "$TMP/explained" | sort -u)"
done

# The instruction of the lesson, whichever compiler made it.
"$B/bpfwalk" disasm --explain "$B/progs/device.bpf.o" | sed -n '/ == 0x9 goto/,/^    09/p' >"$TMP/jump"
has 'explain/jump' "$(cat "$TMP/jump")" '0001....    operation  BPF_JEQ'
has 'explain/label' "$(cat "$TMP/jump")" 'instructions to skip: to L'
has 'explain/little endian' "$(cat "$TMP/jump")" '    09 00 00 00  0x00000009  imm        9'
has 'sub-program' "$("$B/bpfwalk" disasm --bytes "$B/tests/objects/subprogs.bpf.o")" '# function '
is 'one function' "$("$B/bpfwalk" disasm --bytes "$B/progs/talk.bpf.o" hello | grep '^#')" \
	'# program hello, section kprobe/sys_execve'
# Nothing is relocated: a call of another function still has the imm the compiler wrote.
has 'call' "$("$B/bpfwalk" disasm --bytes "$B/tests/objects/subprogs.bpf.o")" '  # call of '

# Unknown encodings are bytes, never guessed: the first instruction becomes ff.
at=$("$B/bpfwalk" inspect --json "$B/progs/device.bpf.o" | sed -n 's/.*"name":"cgroup\/dev".*"offset":\([0-9]*\).*/\1/p')
cp "$B/progs/device.bpf.o" "$TMP/odd.bpf.o"
printf '\377' | dd of="$TMP/odd.bpf.o" bs=1 seek="$at" conv=notrunc 2>/dev/null
"$B/bpfwalk" disasm --explain "$TMP/odd.bpf.o" >"$TMP/out"
has 'unknown/text' "$(cat "$TMP/out")" '  unknown: ff 12 04 00 00 00 00 00'
is 'unknown/no fields' "$(grep -A1 'unknown: ff' "$TMP/out" | sed -n 2p | cut -c1-6)" '    1:'
if command -v jq >/dev/null; then
	is 'json/fields' "$("$B/bpfwalk" disasm --json --explain "$TMP/odd.bpf.o" | jq -c 'select(.index == 0).fields')" '[]'
	is 'json/offset' "$("$B/bpfwalk" disasm --json --bytes "$TMP/odd.bpf.o" | jq -s '.[0].offset')" "$at"
	is 'json/the fields are the bytes' "$("$B/bpfwalk" disasm --json --explain "$B/progs/syscount.bpf.o" | jq -c '
		def bytes($n; $size): [range($size) as $i | ($n / pow(2; 8 * $i) | floor) % 256 | (. + 256) % 256];
		[.bytes as $b | .fields as $f | [range(($b | length) / 2)] | map(. as $i |
			[$f[] | select(.byte <= $i and $i < .byte + .size) |
				if .bits then .value * pow(2; .bit) else bytes(.value; .size)[$i - .byte] end] | add) as $got |
			select($got != [$b | explode | range(0; length; 2) as $i | .[$i:$i + 2] |
				map(if . > 57 then . - 87 else . - 48 end) | .[0] * 16 + .[1]])]')" \
		"$("$B/bpfwalk" disasm --json "$B/progs/syscount.bpf.o" | jq -c '[]')"
fi
