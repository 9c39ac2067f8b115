#!/bin/sh
# asm: what it says, what it writes, what it refuses; and that a program made by it is one.
. tests/lib.sh
B=${B:-build}
mkdir "$TMP/dir"
out=$TMP/dir/out.bpf.o

# The device program, by hand, as the lesson has it.
cat >"$TMP/device.s" <<'END'
; who may open /dev/urandom
.section cgroup/dev
.func device
    r2 = *(u32 *)(r1 +4)        ; major
    if w2 != 1 goto yes
    r1 = *(u32 *)(r1 +8)        # minor
    if w1 != 9 goto yes
    w0 = 0
    exit
yes:
    w0 = 1
    exit

.section license
.string "GPL"
END
status 'device' 0 "$B/bpfwalk" asm "$TMP/device.s" -o "$out"
is 'device/says' "$(cat "$TMP/out" "$TMP/err")" 'program device: 8 instructions, section cgroup/dev'
is 'device/disasm' "$("$B/bpfwalk" disasm "$out")" '# program device, section cgroup/dev
device:
    0: 61 12 04 00 00 00 00 00  r2 = *(u32 *)(r1 +4)
    1: 56 02 04 00 01 00 00 00  if w2 != 0x1 goto pc+4
    2: 61 11 08 00 00 00 00 00  r1 = *(u32 *)(r1 +8)
    3: 56 01 02 00 09 00 00 00  if w1 != 0x9 goto pc+2
    4: b4 00 00 00 00 00 00 00  w0 = 0
    5: 95 00 00 00 00 00 00 00  exit
    6: b4 00 00 00 01 00 00 00  w0 = 1
    7: 95 00 00 00 00 00 00 00  exit'
has 'device/inspect' "$("$B/bpfwalk" inspect "$out")" 'license   GPL'
has 'device/explain' "$("$B/bpfwalk" explain --dry-run "$out")" 'prog_type=BPF_PROG_TYPE_CGROUP_DEVICE, insn_cnt=8,'
is 'device/json' "$("$B/bpfwalk" asm --json "$TMP/device.s" -o "$out" | cut -c 1-41)" \
	'{"event":"program","name":"device","secti'
is 'nothing beside it' "$(ls -A "$TMP/dir")" out.bpf.o
if command -v readelf >/dev/null; then
	is 'readelf has nothing against it' "$(readelf -aW "$out" 2>&1 >/dev/null)" ''
fi
if command -v llvm-objdump >/dev/null; then
	is 'llvm-objdump reads it' "$(llvm-objdump -d "$out" | grep -c '^ *[0-7]:.*<device+\|^ *[0-7]:')" 8
fi

# A map, a function, a variable: and the kernel takes it, where we may ask.
cat >"$TMP/count.s" <<'END'
.map counts array 4 8 1
.section raw_tp/sys_enter
.func count
    *(u32 *)(r10 -4) = 0
    r1 = &counts
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto none
    r1 = &step
    r1 = *(u64 *)(r1 +0)
    lock *(u64 *)(r0 +0) += r1
none:
    call zero
    exit
.section .text
.func zero static
    r0 = 0
    exit
.section .data
.var step 8
.bytes 02 00 00 00 00 00 00 00
.section license
.string GPL
END
status 'map' 0 "$B/bpfwalk" asm "$TMP/count.s" -o "$out"
has 'map/inspect' "$("$B/bpfwalk" inspect "$out")" '  counts: BPF_MAP_TYPE_ARRAY, 1 entry
      key    4 bytes
      value  8 bytes'
if [ "$(id -u)" = 0 ] && "$B/bpfwalk" load "$B/progs/minimal.bpf.o" >/dev/null 2>&1; then
	status 'map/load' 0 "$B/bpfwalk" load "$out"
	"$B/bpfwalk" run --for 0.5 "$out" >"$TMP/run" 2>"$TMP/err"
	sum=$(sed -n 's/^ *0  *\([0-9]*\)$/\1/p' "$TMP/run" | head -n 1)
	check 'map/it runs' test "${sum:-0}" -gt 2
	check 'map/in steps of two' test $((${sum:-1} % 2)) = 0
	if command -v bpftool >/dev/null; then
		check 'map/libbpf takes it' bpftool prog load "$out" /sys/fs/bpf/sh_cli_asm
		rm -f /sys/fs/bpf/sh_cli_asm
	fi
else
	skip 'map/load' 'needs root and BPF'
fi

# An instruction put in: the lines of C stay with theirs, and the kernel still takes it.
s=$B/progs/syscount.bpf.o
"$B/bpfwalk" disasm --asm "$s" | awk '{ print } /^    call bpf_get_current_comm/ { print "    r7 = 7" }' >"$TMP/longer.s"
status 'longer' 0 "$B/bpfwalk" asm "$TMP/longer.s" -o "$out"
is 'longer/one more' "$("$B/bpfwalk" disasm "$out" | sed 's/^ *[0-9]*: //; s/ goto pc.*//; s/^\(.. .. \).. ../\1/' | sort >"$TMP/a"
	"$B/bpfwalk" disasm "$s" | sed 's/^ *[0-9]*: //; s/ goto pc.*//; s/^\(.. .. \).. ../\1/' | sort | comm -23 "$TMP/a" -)" \
	'b7 07  07 00 00 00  r7 = 7'
is 'longer/lines' "$("$B/bpfwalk" disasm "$out" | grep '^;')" "$("$B/bpfwalk" disasm "$s" | grep '^;')"
if [ "$(id -u)" = 0 ] && "$B/bpfwalk" load "$s" >/dev/null 2>&1; then
	status 'longer/load' 0 "$B/bpfwalk" load "$out"
else
	skip 'longer/load' 'needs root and BPF'
fi

# Names that would act on a terminal are written so that they do not, and come back.
LC_ALL=C sed 's/sys_enter/\x1b[31m\x07\x9b";/g' "$s" >"$TMP/odd.bpf.o"
"$B/bpfwalk" disasm --asm "$TMP/odd.bpf.o" >"$TMP/odd.s"
is 'odd names/no control bytes' "$(LC_ALL=C tr -d '\n\040-\176' <"$TMP/odd.s" | od -An -tx1)" ''
status 'odd names/asm' 0 "$B/bpfwalk" asm "$TMP/odd.s" -o "$out"
is 'odd names/come back' "$("$B/bpfwalk" disasm --asm "$out" | cksum)" "$(cksum <"$TMP/odd.s")"

# refused STATUS LINE WORD...: exactly that is said, and nothing is written.
rm -f "$TMP/dir"/*
refused()
{
	want="$1 $2"
	shift 2
	"$B/bpfwalk" "$@" >"$TMP/out" 2>"$TMP/err"
	test_status=$?
	is "refused: $*" "$test_status $(cat "$TMP/out" "$TMP/err")" "$want"
	[ -z "$(ls -A "$TMP/dir")" ] || fail "refused: $*" "left behind: $(ls -A "$TMP/dir")"
}
refused 2 'bpfwalk asm: FILE is missing; see bpfwalk asm --help' asm
refused 2 'bpfwalk asm: -o OUT is missing; see bpfwalk asm --help' asm "$TMP/device.s"
refused 2 "bpfwalk asm: 'x' is one operand too many; expected FILE" asm "$TMP/device.s" x -o "$out"
refused 2 "bpfwalk asm: -o $TMP/device.s: that is the text itself" asm "$TMP/device.s" -o "$TMP/device.s"
refused 2 'bpfwalk asm: --match is an option of patch' asm --match imm=1 "$TMP/device.s" -o "$out"
refused 1 "bpfwalk: $TMP/none.s: opening it: ENOENT" asm "$TMP/none.s" -o "$out"
refused 1 "bpfwalk: $TMP/dir: reading it: EISDIR" asm "$TMP/dir" -o "$out"
: >"$TMP/empty.s"
refused 1 "bpfwalk: $TMP/empty.s: the file is empty, or not a regular file" asm "$TMP/empty.s" -o "$out"
sed 's/w0 = 1/w0 = one/' "$TMP/device.s" >"$TMP/wrong.s"
refused 1 "bpfwalk: wrong.s:11: 'w0 = one' is no instruction and no directive; expected what disasm prints, like r0 = 0" \
	asm "$TMP/wrong.s" -o "$out"
sed 's/yes:/no:/' "$TMP/device.s" >"$TMP/wrong.s"
refused 1 'bpfwalk: wrong.s:5: no label yes in this function' asm "$TMP/wrong.s" -o "$out"
refused 1 "bpfwalk: device.bpf.o:1: a NUL, expected text" asm "$B/progs/device.bpf.o" -o "$out"
refused 2 'bpfwalk disasm: --asm is the whole object as text, without PROG, --json, --bytes and --explain' \
	disasm --asm "$s" syscount
refused 2 'bpfwalk disasm: --asm is the whole object as text, without PROG, --json, --bytes and --explain' \
	disasm --asm --json "$s"
refused 1 "bpfwalk: $B/tests/objects/big_endian.bpf.o: elf header: byte order 2 (big-endian), expected 1 (little-endian)" \
	disasm --asm "$B/tests/objects/big_endian.bpf.o"
