#!/bin/sh
# disasm --bytes and --explain, inspect --hex: each instruction is where they say it is in the file, and the parts are the whole.
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
	# Only an atomic operation is longer than a line when everything else of the line is as short as it can be.
	is "$name/fits" "$(grep -v '^;\|  # \|atomic64\{0,1\}_fetch_' "$TMP/explained" | awk 'length > 80')" ''
	"$B/bpfwalk" inspect --hex "$o" >"$TMP/hex"
	sed -n 's/^\([0-9a-f]\{6\}\)  \(\([0-9a-f][0-9a-f] \{0,1\}\)*\).*/\1 \2/p' "$TMP/hex" | sort -u |
		while read -r at row; do printf '%d %s\n' "0x$at" "$row"; done |
		awk '{ at = $1; for (i = 2; i <= NF; i++) print at++, $i }' | sort -u >"$TMP/ours"
	is "$name/--hex is the file" "$(comm -23 "$TMP/ours" "$TMP/file" | head -3)" ''
	# What is missing are the few bytes that fill up to a multiple of eight.
	is "$name/--hex has all of it" "$(comm -13 "$TMP/ours" "$TMP/file" | grep -v ' 00$' | head -3)" ''
	is "$name/labels" "$(sed -n 's/.*: to \(L[0-9]*\)$/\1:/p' "$TMP/explained" | sort -u)" "$(grep -x 'L[0-9]*:' "$TMP/explained" | sort -u)"
done

# The same numbers by the same names.
d=$B/progs/device.bpf.o
if command -v readelf >/dev/null; then
	is 'hex/header' "$("$B/bpfwalk" inspect --hex "$d" | sed -n 's/.*e_shnum \([0-9]*\), e_shstrndx \([0-9]*\).*/\1 \2/p')" \
		"$(readelf -h "$d" | sed -n 's/.*Number of section headers: *//p; s/.*string table index: *//p' | xargs)"
	is 'hex/symbols' "$("$B/bpfwalk" inspect --hex "$d" .symtab | sed -n 's/.*  # //p')" \
		"$(readelf -sW "$d" | awk '$1 ~ /^[1-9][0-9]*:$/ { print $8 }')"
	s=$B/progs/syscount.bpf.o
	is 'hex/relocations' "$("$B/bpfwalk" inspect --hex "$s" .relraw_tracepoint/sys_enter |
		sed -n 's/.*r_offset 0x\([0-9a-f]*\)  # \(.*\)/\1 \2/p')" \
		"$(readelf -rW "$s" | sed -n '/relraw_tracepoint/,/^$/s/^0*\([0-9a-f]*\)  .* \([a-z_]*\)$/\1 \2/p')"
else
	skip 'hex' 'no readelf'
fi
is 'hex/instructions' "$("$B/bpfwalk" inspect --hex "$d" cgroup/dev | sed -n 2p)" \
	'000040  61 12 04 00 00 00 00 00  code 0x61, dst 2, src 1, off 4, imm 0'
is 'hex/negative' "$("$B/bpfwalk" inspect --hex "$B/progs/syscount.bpf.o" raw_tracepoint/sys_enter | grep -c 'off -[0-9]*, imm\|imm -[0-9]*$')" \
	"$("$B/bpfwalk" disasm "$B/progs/syscount.bpf.o" | grep -c ': .. .. .. ff\|: .. .. .. .. .. .. .. ff')"
is 'hex/by number' "$("$B/bpfwalk" inspect --hex "$d" 3 | cksum)" "$("$B/bpfwalk" inspect --hex "$d" cgroup/dev | cksum)"
has 'hex/letters' "$("$B/bpfwalk" inspect --hex "$B/progs/talk.bpf.o" license)" '47 50 4c 00                                      GPL.'
is 'hex/nothing to show' "$("$B/bpfwalk" inspect --hex "$B/progs/syscount.bpf.o" .bss)" \
	"section $("$B/bpfwalk" inspect "$B/progs/syscount.bpf.o" | sed -n 's/^ *\([0-9]*\) NOBITS.*/\1/p'): .bss (no bytes in the file)"

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
	is 'json/hex' "$("$B/bpfwalk" inspect --hex --json "$d" cgroup/dev | jq -c '[.offset, .bytes, .code, .imm]' | sed -n 1p)" \
		'[64,"6112040000000000",97,0]'
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
