#!/bin/sh
# time limit: 240
# disasm --asm, then asm: the object that comes out is, for a loader, the one that went in.
#
#	sh tests/sh_asm_round.sh [OBJECT...]
#
# The text of what came out is the same text, with lines and CO-RE relocations; sections byte for byte, relocations, maps,
# variables, programs, what is refused; and every bpf() call of a dry run
# but those that look for modules' BTF: what is in the kernel changes under way.
#
# Next: tests/sh_cli_asm.sh
. tests/lib.sh
B=${B:-build}
need objects jq

[ $# -gt 0 ] || set -- "$B"/progs/*.bpf.o "$B"/tests/objects/*.bpf.o

# What a loader sees, without what says where in the file it is. Which section's relocations come first means nothing.
facts() # OBJECT
{
	{
		"$B/bpfwalk" inspect --json "$1"
		"$B/bpfwalk" inspect --hex --json "$1"
	} | jq -rn '[inputs]
		| (map(select(.event == "bytes")) | group_by(.section) | map({ (.[0].section): map(.bytes) }) | add) as $bytes
		| (.[] | select(.event | IN("program", "map", "global", "refused")) | tojson),
		  (map(select(.event == "reloc") | tojson) | sort[]),
		  (map(select(.event == "section" and (.type == "PROGBITS" or .type == "NOBITS") and .size > 0 and
			(.name | test("^\\.(debug_|BTF.ext|eh_frame|llvm)|^\\.comment") | not))) | sort_by(.name)[]
			| "section \(.name) \(.size)", $bytes[.name][]?)'
}

calls() # OBJECT
{
	"$B/bpfwalk" explain --dry-run --json "$1" 2>/dev/null |
		jq -c 'select((.call == "bpf" and (.cmd | test("^BPF_(BTF_GET|OBJ_GET_INFO)") | not)) or .event == "patch")'
}

tried=0
mkdir "$TMP/back"
for o; do
	name=${o##*/}
	"$B/bpfwalk" inspect "$o" >/dev/null 2>&1 || continue	# there to be refused: big-endian
	tried=$((tried + 1))
	back=$TMP/back/$name		# of the same name: it is in the names of maps
	if ! "$B/bpfwalk" disasm --asm "$o" >"$TMP/text" 2>"$TMP/err" ||
		! "$B/bpfwalk" asm "$TMP/text" -o "$back" >"$TMP/out" 2>>"$TMP/err"; then
		fail "$name" "$(cat "$TMP/err")"
		continue
	fi
	"$B/bpfwalk" disasm --asm "$back" >"$TMP/again"
	if ! cmp -s "$TMP/text" "$TMP/again"; then
		diff "$TMP/text" "$TMP/again" | head -n 6 | sed 's/^/    /'
		fail "$name" 'its text is another one'
		continue
	fi
	facts "$o" >"$TMP/want"
	facts "$back" >"$TMP/got"
	calls "$o" >>"$TMP/want"
	calls "$back" >>"$TMP/got"
	if cmp -s "$TMP/want" "$TMP/got"; then
		ok "$name"
	else
		diff "$TMP/want" "$TMP/got" | cut -c 1-150 | head -n 6 | sed 's/^/    /'
		fail "$name" 'what came back is something else'
	fi
	rm -f "$back"
done
check 'many of them' test "$tried" -gt 0
