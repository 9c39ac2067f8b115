#!/bin/sh
# patch: one instruction is other, every other byte is the same; what is refused leaves no trace.
. tests/lib.sh
B=${B:-build}
d=$B/progs/device.bpf.o s=$B/progs/syscount.bpf.o
mkdir "$TMP/dir"
out=$TMP/dir/out.bpf.o

# The lesson: 9 becomes 5, in one byte.
status 'device' 0 "$B/bpfwalk" patch "$d" --match imm=9 device imm=5 -o "$out"
is 'device/bytes that differ' "$(cmp -l "$d" "$out" | awk '{ print $2, $3 }')" '11 5'
before=$("$B/bpfwalk" disasm "$d" | grep ' == 0x9 ') after=$("$B/bpfwalk" disasm "$out" | grep ' == 0x5 ')
is 'device/before' "$(sed -n 's/^  - //p' "$TMP/out")" "${before#*: }"
is 'device/after' "$(sed -n 's/^  + //p' "$TMP/out")" "${after#*: }"
is 'device/only that line' "$("$B/bpfwalk" disasm "$out" | grep -vF "$after")" "$("$B/bpfwalk" disasm "$d" | grep -vF "$before")"
insn=$(echo "${before%%:*}" | tr -d ' ')
place=$(sed -n 's/.* at 0x\([0-9a-f]*\) in the file$/\1/p' "$TMP/out")
is 'device/place' "$("$B/bpfwalk" disasm --bytes "$d" | grep " == 0x9 " | awk '{ print $1, $2 }')" "$insn: 0000$place"
cp "$out" "$TMP/want"
status 'by number' 0 "$B/bpfwalk" patch "$d" "device:$insn" imm=0x5 -o "$out"
check 'by number/the same' cmp "$out" "$TMP/want"
status 'back' 0 "$B/bpfwalk" patch "$out" --match imm=5 --match "code=0x$(echo "${after#*: }" | cut -c 1-2)" device imm=9 -o "$out"
check 'back/as it was' cmp "$d" "$out"
is 'nothing beside it' "$(ls -A "$TMP/dir")" out.bpf.o

# Every field of an instruction at once; --json.
"$B/bpfwalk" patch --json "$d" device:3 dst=3 off=-8 src=10 imm=-1 code=0x79 -o "$out" >"$TMP/json"
is 'fields' "$("$B/bpfwalk" disasm "$out" | sed -n 's/^ *3: //p')" '79 a3 f8 ff ff ff ff ff  r3 = *(u64 *)(r10 -8)'
has 'fields/json' "$(cat "$TMP/json")" '{"event":"edit","program":"device","insn":3,"offset":'
has 'fields/json before' "$(cat "$TMP/json")" '"before_text":"r1 = *(u32 *)(r1 +8)"'
has 'fields/json after' "$(cat "$TMP/json")" '"after":"79a3f8ffffffffff","after_text":"r3 = *(u64 *)(r10 -8)","reloc":null}'

# A 64-bit constant, in both of its halves. There is none without a relocation in our programs: make one of two moves.
printf '\030\001\0\0\011\0\0\0\0\0\0\0\0\0\0\0' >"$TMP/two"
at=$("$B/bpfwalk" inspect --json "$d" | sed -n 's/.*"name":"cgroup\/dev".*"offset":\([0-9]*\).*/\1/p')
cp "$d" "$TMP/wide.bpf.o"
dd if="$TMP/two" of="$TMP/wide.bpf.o" bs=1 seek="$at" conv=notrunc 2>/dev/null
"$B/bpfwalk" patch "$TMP/wide.bpf.o" device:0 imm=0x123456789abcdef0 -o "$out" >"$TMP/out"
is 'wide' "$(grep '^  + ' "$TMP/out")" '  + 18 01 00 00 f0 de bc 9a  r1 = 0x123456789abcdef0'
is 'wide/second half' "$(tail -n 1 "$TMP/out")" '    00 00 00 00 78 56 34 12'
"$B/bpfwalk" patch "$out" --match imm=0x123456789abcdef0 device imm=-2 -o "$out" >"$TMP/out"
is 'wide/negative' "$(grep '^  + ' "$TMP/out")" '  + 18 01 00 00 fe ff ff ff  r1 = 0xfffffffffffffffe'

# A relocation computes the number anew: that is said, once, on stderr.
insn=$("$B/bpfwalk" disasm --bytes "$s" | sed -n 's/^ *\([0-9]*\):.* # uncounted in map .bss + 0$/\1/p' | head -n 1)
status 'relocation' 0 "$B/bpfwalk" patch "$s" "syscount:$insn" imm=4 -o "$out"
is 'relocation/is told' "$(cat "$TMP/err")" \
	"bpfwalk patch: syscount:$insn: when it is loaded, a relocation will write over this: uncounted in map .bss + 4"
status 'relocation/of another field' 0 "$B/bpfwalk" patch "$s" "syscount:$insn" dst=3 -o "$out"
is 'relocation/not told' "$(cat "$TMP/err")" ''
"$B/bpfwalk" patch "$B/tests/objects/core.bpf.o" "$("$B/bpfwalk" disasm --bytes "$B/tests/objects/core.bpf.o" |
	sed -n 's/^# program \([^,]*\),.*/\1/p' | head -n 1)" --match code=0 imm=1 -o "$out" 2>/dev/null	# none: no crash
status 'CO-RE' 0 "$B/bpfwalk" patch "$B/tests/objects/core_loads.bpf.o" --match code=0x71 grows off=4 -o "$out"
has 'CO-RE/is told' "$(cat "$TMP/err")" \
	': when it is loaded, a relocation will write over this: what the running kernel says (CO-RE resized.grows)'
status 'CO-RE/of another field' 0 "$B/bpfwalk" patch "$B/tests/objects/core_loads.bpf.o" --match code=0x71 grows dst=3 -o "$out"
is 'CO-RE/not told' "$(cat "$TMP/err")" ''
status 'unknown' 0 "$B/bpfwalk" patch "$d" device:1 code=0xff -o "$out"
is 'unknown/is told' "$(cat "$TMP/err")" 'bpfwalk patch: device:1: these bytes are no known instruction'

# Who may read and run it.
cp "$d" "$TMP/mine.bpf.o"
chmod 640 "$TMP/mine.bpf.o"
rm -f "$out"
(umask 022; "$B/bpfwalk" patch "$TMP/mine.bpf.o" device:4 imm=5 -o "$out" >/dev/null)
is 'permissions/of a new file' "$(stat -c %a "$out")" 640
chmod 604 "$out"
(umask 077; "$B/bpfwalk" patch "$TMP/mine.bpf.o" device:4 imm=5 -o "$out" >/dev/null)
is 'permissions/of the one replaced' "$(stat -c %a "$out")" 604
"$B/bpfwalk" patch "$TMP/mine.bpf.o" device:4 imm=5 -o "$TMP/mine.bpf.o" >/dev/null
is 'in place' "$(cmp -l "$d" "$TMP/mine.bpf.o" | wc -l)" 1

# refused STATUS LINE WORD...: exactly that is said; OBJ and OUT are as they were, and nothing is beside them.
rm -f "$TMP/dir"/*
refused()
{
	want="$1 $2"
	shift 2
	"$B/bpfwalk" patch "$@" >"$TMP/out" 2>"$TMP/err"
	test_status=$?
	is "refused: $*" "$test_status $(cat "$TMP/out" "$TMP/err")" "$want"
	[ -z "$(ls -A "$TMP/dir")" ] || { fail "refused: $*" "left behind: $(ls -A "$TMP/dir")"; rm -f "$TMP/dir"/* "$TMP/dir"/.b*; }
}
u='bpfwalk patch:'
refused 2 "$u OBJ PROG:INSN FIELD=VALUE... is missing; see bpfwalk patch --help"
refused 2 "$u OBJ PROG:INSN FIELD=VALUE... is missing; see bpfwalk patch --help" "$d" device:4 -o "$out"
refused 2 "$u -o OUT is missing; see bpfwalk patch --help" "$d" device:4 imm=5
refused 2 "$u -o needs a value: -o OUT" "$d" device:4 imm=5 -o
for where in device device: device:x device:-1 device:4x :; do
	refused 2 "$u '$where' is not PROG:INSN, like device:4; or say --match" "$d" "$where" imm=5 -o "$out"
done
refused 2 "$u no program '' in $d; see bpfwalk inspect" "$d" :4 imm=5 -o "$out"
refused 2 "$u no program 'devic' in $d; see bpfwalk inspect" "$d" devic:4 imm=5 -o "$out"
refused 2 "$u no program 'device:4' in $d; see bpfwalk inspect" "$d" --match imm=9 device:4 imm=5 -o "$out"
refused 2 "$u device has no instruction 7; it has 0 to 6" "$d" device:7 imm=5 -o "$out"
refused 2 "$u device has no instruction 4294967295; it has 0 to 6" "$d" device:4294967295 imm=5 -o "$out"
refused 2 "$u instruction 1 of device is the second half of the ld_imm64 at 0" "$TMP/wide.bpf.o" device:1 imm=5 -o "$out"
for change in imm 5 =5 Imm=5 im=5 immm=5 'imm =5' ''; do
	refused 2 "$u '$change' is not FIELD=VALUE with code, dst, src, off or imm as the field" "$d" device:4 "$change" -o "$out"
done
for value in '' x 5x -  --5 +5 ' 5' 0x 0xg 1e3 18446744073709551616 99999999999999999999; do
	refused 2 "$u 'imm=$value': '$value' is not a number (42, -1, 0x10)" "$d" device:4 "imm=$value" -o "$out"
done
for change in imm=4294967296 imm=-2147483649; do
	refused 2 "$u $change is out of range, expected -2147483648 to 4294967295" "$d" device:4 $change -o "$out"
done
for change in off=32768 off=-32769 off=65535; do
	refused 2 "$u $change is out of range, expected -32768 to 32767" "$d" device:4 $change -o "$out"
done
for change in dst=11 dst=-1 src=16; do
	refused 2 "$u $change is out of range, expected 0 to 10" "$d" device:4 $change -o "$out"
done
refused 2 "$u code=256 is out of range, expected 0 to 255" "$d" device:4 code=256 -o "$out"
refused 2 "$u imm=-9223372036854775809 is out of range, expected -9223372036854775808 to 18446744073709551615" \
	"$TMP/wide.bpf.o" device:0 imm=-9223372036854775809 -o "$out"
refused 2 "$u code=24: ld_imm64 (code 24) takes two places, all others one" "$d" device:4 code=0x18 -o "$out"
refused 2 "$u code=22: ld_imm64 (code 24) takes two places, all others one" "$TMP/wide.bpf.o" device:0 code=0x16 -o "$out"
refused 2 "$u off=32768 is out of range, expected -32768 to 32767" "$d" device:4 imm=5 off=32768 -o "$out"
refused 2 "$u --match: no instruction of device has imm=11" "$d" --match imm=11 device imm=5 -o "$out"
refused 2 "$u --match: no instruction of device has imm=9 and the rest" "$d" --match imm=9 --match off=77 device imm=5 -o "$out"
refused 2 "$u --match: no instruction of device has imm=99999999999" "$d" --match imm=99999999999 device imm=5 -o "$out"
refused 2 "$u --match: 2 instructions of device: 0, 3; name one, as device:0" "$d" --match code=0x61 device imm=5 -o "$out"
refused 2 "$u --match: 'imm' is not FIELD=VALUE" "$d" --match imm device imm=5 -o "$out"
refused 2 "$u --match: 'x=1' is not FIELD=VALUE with code, dst, src, off or imm as the field" \
	"$d" --match x=1 device imm=5 -o "$out"
refused 2 "$u --match: 'imm=x': 'x' is not a number (42, -1, 0x10)" "$d" --match imm=x device imm=5 -o "$out"
m=$("$B/bpfwalk" disasm --bytes "$s" | sed -n 's/^ *\([0-9]*\):.* # map counts$/\1/p' | head -n 1)
refused 2 "$u syscount, instruction $m, symbol counts: byte 1 of section .maps is not where a map starts" \
	"$s" "syscount:$m" imm=1 -o "$out"
refused 1 "bpfwalk: $TMP/none: opening it: ENOENT" "$TMP/none" device:4 imm=5 -o "$out"

# Where it cannot be written.
refused 1 "bpfwalk: $TMP/none/out: creating a file beside it: ENOENT" "$d" device:4 imm=5 -o "$TMP/none/out"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$TMP" "$TMP/dir"
	cp "$d" "$TMP/device.bpf.o"
	setpriv --reuid 65534 --clear-groups "$B/bpfwalk" patch "$TMP/device.bpf.o" device:4 imm=5 -o "$out" 2>"$TMP/err"
	is 'not writable' "$? $(cat "$TMP/err")" "1 bpfwalk: $out: creating a file beside it: EACCES"
else
	skip 'not writable' 'needs root to become nobody'
fi
refused 1 "bpfwalk: $TMP/dir: is a directory, expected a regular file, or none" "$d" device:4 imm=5 -o "$TMP/dir"
refused 1 "bpfwalk: /dev/null: is a device or the like, expected a regular file, or none" "$d" device:4 imm=5 -o /dev/null
is 'the device is one still' "$(stat -c %F /dev/null)" 'character special file'
ln -s "$d" "$TMP/link"
refused 1 "bpfwalk: $TMP/link: is a symbolic link, expected a regular file, or none" "$d" device:4 imm=5 -o "$TMP/link"
refused 1 "bpfwalk: $TMP/mine.bpf.o/x: looking whether it is there: ENOTDIR" "$d" device:4 imm=5 -o "$TMP/mine.bpf.o/x"
