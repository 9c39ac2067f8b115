#!/bin/sh
# CO-RE as the command tells of it: each kind of relocation against the kernel of tests/objects/core_target.bpf.c, which
# does not exist. What is right there follows from reading that file.
#
# Next: tests/kernel_core.sh
. tests/lib.sh
B=${B:-build}
O=$B/tests/objects

# records OBJECT: "what|outcome|value|text" for each relocation.
records()
{
	"$B/bpfwalk" explain --dry-run --json --btf "$O/core_target.bpf.o" "$O/$1.bpf.o" 2>"$TMP/err" | sed -nE \
		's/^\{"event":"core",.*"what":"([^"]*)","outcome":"([^"]*)","text":"([^"]*)","compiled":(-?[0-9]+),("value":(-?[0-9]+),)?.*/\1|\2|\6|\3/p'
}

# told OBJECT WHAT OUTCOME VALUE [TEXT]: the record of that relocation.
told()
{
	line=$(awk -F'|' -v what="$2" '$1 == what { print; exit }' "$TMP/$1")
	if [ $# = 5 ]; then
		is "$1/$2" "$line" "$2|$3|$4|$5"
	else
		is "$1/$2" "${line%|*}" "$2|$3|$4"
	fi
}

records core_kinds >"$TMP/core_kinds"
is 'kinds/no failure' "$(cat "$TMP/err")" ''
told core_kinds sample.plain changed 40 'compiled for sample.plain at 0; this kernel has it at 40'
told core_kinds sample.hidden changed 48			# two nameless structures deeper
told core_kinds 'sample.overlaid[2]' changed 56
told core_kinds sample.inner.deep changed 88
told core_kinds 'sample.list[1].deep' changed 144
told core_kinds 'sample.matrix[1][2]' changed 232
told core_kinds 'sample[1].plain' changed 384
told core_kinds 'sample.flexible[3]' changed 352
told core_kinds 'size of sample.plain' kept 4 'sample.plain has 4 bytes, as compiled'
told core_kinds 'size of sample.name' changed 32 'compiled for sample.name with 16 bytes; this kernel has it with 32 bytes'
told core_kinds 'size of sample.list[1]' changed 28
told core_kinds 'left shift of sample.late' changed 47		# bits 5 to 16 of a word: 64 - 17
told core_kinds 'right shift of sample.late' kept 52
told core_kinds 'sign of sample.late' kept 0
told core_kinds 'sign of sample.sign' kept 1
told core_kinds 'left shift of sample.sign' changed 44
told core_kinds 'left shift of sample.far' changed 4		# bits 20 to 59 of eight bytes: 64 - 60
told core_kinds 'sign of sample.is_unsigned' changed 0
told core_kinds 'sign of sample.is_signed' changed 1
told core_kinds 'existence of sample.plain' kept 1 'this kernel has sample.plain'
told core_kinds 'existence of sample.kind_changed' changed 0	# an int is no structure
told core_kinds 'existence of sample___old.gone' changed 0 'this kernel has no sample___old.gone'
told core_kinds 'existence of absent.a' changed 0
told core_kinds 'existence of sample___old' kept 1		# a flavour of sample
told core_kinds 'existence of absent' changed 0 'this kernel has no absent'
told core_kinds 'existence of either' kept 1
told core_kinds 'existence of enum colour.GREEN' kept 1
told core_kinds 'existence of enum colour___other.GREEN___other' kept 1
told core_kinds 'existence of enum colour___other.PURPLE' changed 0
told core_kinds 'existence of enum nowhere.NOTHING' changed 0
told core_kinds 'size of sample' changed 344
told core_kinds 'size of absent' changed 0 'this kernel has no absent'
told core_kinds 'number of absent' changed 0
told core_kinds 'value of enum colour.GREEN' changed 7 'compiled for enum colour.GREEN as 1; this kernel has it as 7'
told core_kinds 'value of enum colour.BLUE' changed -4
told core_kinds sample___old.gone poisoned '' 'this kernel has no sample___old.gone'
told core_kinds 'value of enum colour___other.PURPLE' poisoned ''

records core_loads >"$TMP/core_loads"
told core_loads moved.a changed 32
told core_loads moved.b changed 36
told core_loads resized.grows changed 4 'compiled for resized.grows at 0; this kernel has it at 4, with 4 bytes instead of 1'
told core_loads resized.shrinks changed 8 'resized.shrinks is at 8, as compiled, but with 1 byte instead of 8'
told core_loads resized.signed_grows poisoned '' \
	'resized.signed_grows has 4 bytes, and 8 in this kernel, which a load cannot make up for'
told core_loads 'resized.array[2]' changed 32
told core_loads resized.becomes_pointer poisoned ''
told core_loads resized.becomes_bits poisoned '' \
	'resized.becomes_bits has 4 bytes, and is a bit-field in this kernel, which a load cannot make up for'

# A load of one byte has become one of four.
has 'loads/instruction' "$("$B/bpfwalk" explain --dry-run --btf "$O/core_target.bpf.o" "$O/core_loads.bpf.o")" \
	'  r1 = *(u32 *)(r1 +4)'

records core_narrow >"$TMP/core_narrow"
told core_narrow narrowed.b changed 4
told core_narrow narrowed.a changed 8			# of the one that has a b, too
told core_narrow twice.same kept 0			# both say so

if "$B/bpfwalk" inspect "$O/core_match.bpf.o" | grep -q 'match of'; then
	records core_match >"$TMP/core_match"
	told core_match 'match of as_declared' kept 1 'this kernel has as_declared as it is declared'
	told core_match 'match of as_declared___long' changed 0
	told core_match 'match of not_as_declared' changed 0
	told core_match 'match of callbacks' kept 1
	told core_match 'match of callbacks___short' changed 0
	told core_match 'match of either' kept 1
	told core_match 'match of enum colour' kept 1
	told core_match 'match of enum unlike' changed 0
	told core_match 'match of function_type' kept 1
else
	skip core_match 'compiled by a clang before 15'
fi

# refused NAME OBJECT TEXT: the one line it says.
refused()
{
	status "$1" 1 "$B/bpfwalk" load --btf "$O/core_target.bpf.o" "$O/$2.bpf.o"
	is "$1/says" "$(cat "$TMP/err")" "bpfwalk: CO-RE: $3"
}

refused ambiguous core_twice 'ambiguous, relocation 0, instruction 0 (core_twice.bpf.c:16), twice.here: there is more than one, and they differ: 4 in twice (type 38 of vmlinux), 16 in twice___second (type 40 of vmlinux)'
refused 'too far' core_far 'far, relocation 0, instruction 0 (core_far.bpf.c:16), far_away.behind: 40000 is too large for the 16 bits a load or store has for it'

# A program that is not loaded need not fit.
status 'left out' 0 "$B/bpfwalk" explain --dry-run --btf "$O/core_target.bpf.o" --prog narrow "$O/core_narrow.bpf.o"
is 'left out/one program' "$("$B/bpfwalk" explain --dry-run --json --prog agree --btf "$O/core_target.bpf.o" "$O/core_narrow.bpf.o" |
	grep -c '"event":"core"')" 1

# Listings show what each instruction waits for, without any kernel.
has disasm "$("$B/bpfwalk" disasm "$O/core_loads.bpf.o")" 'r1 = *(u8 *)(r1 +0)  # CO-RE resized.grows'
has inspect "$("$B/bpfwalk" inspect "$O/core_kinds.bpf.o")" ': CO-RE size of sample.name'

# Files that are no types, or none we can read.
status 'not BTF' 1 "$B/bpfwalk" load --btf LICENSE "$O/core_far.bpf.o"
is 'not BTF/says' "$(cat "$TMP/err")" 'bpfwalk: kernel btf: LICENSE: btf header: magic 0x5342, expected 0xeb9f'
status 'not there' 1 "$B/bpfwalk" load --btf "$TMP/none" "$O/core_far.bpf.o"
has 'not there/says' "$(cat "$TMP/err")" "$TMP/none: ENOENT"
status 'ELF without BTF' 1 "$B/bpfwalk" load --btf "$O/no_btf.bpf.o" "$O/core_far.bpf.o"
has 'ELF without BTF/says' "$(cat "$TMP/err")" "no_btf.bpf.o: elf sections: none is called .BTF"
status 'not asked' 0 "$B/bpfwalk" explain --dry-run --btf "$TMP/none" "$B/progs/minimal.bpf.o"
