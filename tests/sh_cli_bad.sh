#!/bin/sh
# time limit: 180
# Any file as OBJ: exit status 1 and one line `bpfwalk: where: message`, never a crash; and nothing of it reaches the
# terminal unescaped.
. tests/lib.sh
B=${B:-build}

# bad NAME FILE [PART]: every verb refuses FILE with one line, which contains PART.
bad()
{
	for verb in inspect load disasm 'explain --dry-run' run; do
		# shellcheck disable=SC2086 # explain has an option
		"$B/bpfwalk" $verb "$2" >"$TMP/out" 2>"$TMP/err"
		test_status=$?
		line=$(grep '^bpfwalk: [^:]*: .' "$TMP/err")
		if [ "$test_status" != 1 ] || [ "$(wc -l <"$TMP/err")" != 1 ] || [ -z "$line" ]; then
			sed 's/^/    /' "$TMP/err"
			fail "$1/$verb" "exit status $test_status, expected 1 and one line"
			return
		fi
	done
	has "$1" "$line" "${3-}"
}

: >"$TMP/empty"
bad empty "$TMP/empty" 'the file is empty'
bad directory "$TMP" 'EISDIR'
bad missing "$TMP/missing" 'missing: opening it: ENOENT'
long=$TMP/$(printf '%0100d' 0)
bad 'missing, long name' "$long" "bpfwalk: $long: opening it: ENOENT"
bad 'device' /dev/null 'not a regular file'
echo 'int main(void)' >"$TMP/text"
bad text "$TMP/text" "bpfwalk: $TMP/text: elf header: the file starts with 69 6e 74 20, an ELF file with 7f 45 4c 46; usually: that is no object file; clang "
printf '\177ELF' >"$TMP/magic"
bad magic "$TMP/magic"
bad 'object for this machine' "$B/loader/cli/main.o" 'expected 247 (EM_BPF)'
bad 'executable' "$B/bpfwalk"
bad 'big-endian BPF' "$B/tests/objects/big_endian.bpf.o" 'big-endian'
head -c 1000000 /dev/urandom >"$TMP/random"
bad random "$TMP/random"
(printf '\177ELF\002\001\001'; head -c 5000 /dev/urandom) >"$TMP/elf_random"
bad 'random behind an ELF magic' "$TMP/elf_random"

# A prefix of an object: cut at every byte of a small one, at many of a large one.
# status 0 would mean that nothing was missing, above 1 that something went wrong.
cut_at_bytes() # FILE STEP
{
	size=$(wc -c <"$1") wrong=
	for n in $(seq 1 "$2" $((size - 1))); do
		head -c "$n" "$1" >"$TMP/cut"
		"$B/bpfwalk" inspect "$TMP/cut" >"$TMP/out" 2>"$TMP/err"
		test_status=$?
		if [ "$test_status" -gt 1 ] || { [ "$test_status" = 1 ] && [ "$(grep -c '^bpfwalk: [^:]*: .' "$TMP/err")" != 1 ]; }; then
			wrong="$wrong $n:$test_status"
		fi
	done
	is "cut: ${1##*/}" "$wrong" ''
}
cut_at_bytes "$B/progs/minimal.bpf.o" 1
cut_at_bytes "$B/progs/syscount.bpf.o" 23

# One byte changed, in many places: whatever the verbs say, they end by themselves.
wrong=
size=$(wc -c <"$B/progs/talk.bpf.o")
for n in $(seq 0 29 $((size - 1))); do
	cp "$B/progs/talk.bpf.o" "$TMP/mutant"
	printf '\377' | dd of="$TMP/mutant" bs=1 seek="$n" conv=notrunc 2>/dev/null
	for verb in inspect disasm 'explain --dry-run'; do
		# shellcheck disable=SC2086 # explain has an option
		"$B/bpfwalk" $verb "$TMP/mutant" >"$TMP/out" 2>"$TMP/err" || [ $? = 1 ] || wrong="$wrong $n:$verb"
	done
done
is 'one byte changed' "$wrong" ''

# Names that would act on a terminal: colours, a title, a bell, the one-byte CSI of ISO 8859, its UTF-8 form.
LC_ALL=C sed 's/sys_enter/\x1b[31m\x07\x9b\xc2\x9b/g; s/syscount/\x1b]0;xy\x0d\x08/g' "$B/progs/syscount.bpf.o" >"$TMP/odd.bpf.o"
for verb in inspect disasm 'explain --dry-run' load run 'inspect --json' 'disasm --json' 'explain --dry-run --json'; do
	# shellcheck disable=SC2086 # some have an option
	"$B/bpfwalk" $verb "$TMP/odd.bpf.o" >"$TMP/out" 2>"$TMP/err"
	is "odd names: $verb/no control bytes" "$(cat "$TMP/out" "$TMP/err" | LC_ALL=C tr -d '\n\040-\176' | od -An -tx1)" ''
done
"$B/bpfwalk" inspect "$TMP/odd.bpf.o" >"$TMP/out" 2>&1
has 'odd names/are shown' "$(cat "$TMP/out")" '\033[31m'
