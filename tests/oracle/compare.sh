#!/bin/sh
# What bpfwalk hands to the kernel for each object against what libbpf hands to it.
#
#	tests/oracle/compare.sh [-s SUITE] [-b BTF] FILE|DIRECTORY...
#
#	equal NAME: 3 programs		the same maps, contents, programs, instructions, ids, BTF
#	different NAME			then the first line that differs, libbpf's and ours
#	refused NAME: WHY		libbpf loads it and bpfwalk does not
#	more NAME: WHY			bpfwalk loads it and libbpf does not
#	neither NAME: WHY
#
# With -s against the libbpf of that Debian suite, else against the one that is installed. With -b for another kernel,
# whose types are in that file. A program that libbpf cannot
# load is left out on both sides. Needs no root and changes nothing: see theirs.c.
#
# Next: tests/oracle/decisions.sed
set -u

build=build/tests/oracle
tmp=$(mktemp -d "${TMPDIR:-/tmp}/oracle.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP

suite=
[ "${1-}" = -s ] && { suite=$2; shift 2; }
btf=
[ "${1-}" = -b ] && { btf=$2; shift 2; }
theirs=$build/theirs${suite:+-$suite}
decisions="-f tests/oracle/decisions.sed"

# link INCLUDE LIBRARY SOURCE: theirs, when it is not there or older than what it is made of.
link()
{
	[ -n "$(find "$theirs" -newer "$build/canon.o" -newer build/tests/libtest.a -newer tests/oracle/theirs.c 2>/dev/null)" ] && return
	# shellcheck disable=SC2086 # no directory, no source: no words
	"${CC:-cc}" -D_GNU_SOURCE -O2 ${1:+-isystem "$1"} -o "$theirs" tests/oracle/theirs.c $3 "$build/canon.o" build/tests/libtest.a \
		-Wl,--wrap=syscall,--wrap=fopen,--wrap=fopen64 $2 -lelf -lz
}

if [ -n "$suite" ]; then
	dir=$(tests/bench/newer_libbpf.sh "$suite") || exit 2
	link "$dir/include" "$dir/libbpf.a" tests/oracle/newer_libc.c || exit 2
else
	link "" -l:libbpf.a "" || exit 2
	decisions="$decisions -f tests/oracle/older.sed"
fi

# The lines that differ first, beside each other.
first_difference()
{
	diff "$tmp/theirs" "$tmp/ours" | awk '
		/^</ && !a { a = substr($0, 3) }
		/^>/ && !b { b = substr($0, 3) }
		/^[0-9]/ && ++hunks > 1 { exit }
		END { printf "    libbpf:  %s\n    bpfwalk: %s\n", a ? a : "(nothing)", b ? b : "(nothing)" }'
}

# run_ours OBJECT [--prog NAME]...
run_ours()
{
	timeout 60 build/bpfwalk explain --dry-run --json ${btf:+--btf "$btf"} "$@" >"$tmp/story" 2>"$tmp/err" </dev/null
	status=$?
	"$build/ours" <"$tmp/story" >"$tmp/out.ours" 2>"$tmp/ours.err" || status=255
	# shellcheck disable=SC2086 # options
	sed $decisions "$tmp/out.ours" >"$tmp/ours"
	[ "$status" -lt 124 ] || echo "bpfwalk died with status $status $(cat "$tmp/ours.err")" >"$tmp/err"
	loaded=$(grep -c ': type BPF_PROG_TYPE' "$tmp/ours")
}

# What libbpf says why it failed.
why()
{
	grep -h '^libbpf: \|^without ' "$tmp/out" | head -n 1 | grep . || echo "libbpf died: $(tail -n 1 "$tmp/theirs.err")"
}

compare()
{
	name=${1##*/}
	name=${name%.bpf.o}
	timeout 60 "$theirs" "$1" ${btf:+"$btf"} >"$tmp/out" 2>"$tmp/theirs.err"
	theirs_status=$?
	# shellcheck disable=SC2086 # options
	grep -v '^without ' "$tmp/out" | sed $decisions >"$tmp/theirs"
	sed -n 's/^program \(.*\): name .*/--prog \1/p' "$tmp/theirs" >"$tmp/progs"
	wanted=$(wc -l <"$tmp/progs")
	# shellcheck disable=SC2046 # words
	run_ours "$1" $(cat "$tmp/progs")
	if [ "$theirs_status" != 0 ] || { [ "$wanted" = 0 ] && grep -q '^without ' "$tmp/out"; }; then
		if [ "$status" = 0 ]; then
			echo "more $name: $(why)"
		else
			echo "neither $name: $(why); $(tail -n 1 "$tmp/err")"
		fi
	elif [ "$loaded" -lt "$wanted" ] || [ "$status" -ge 124 ] || [ "$wanted$status" = 01 ]; then
		echo "refused $name: $(tail -n 1 "$tmp/err")"
	elif cmp -s "$tmp/theirs" "$tmp/ours"; then
		echo "equal $name: $wanted programs"
	else
		echo "different $name"
		first_difference
	fi
}

for arg; do
	shift
	if [ -d "$arg" ]; then
		set -- "$@" "$arg"/*.bpf.o
	else
		set -- "$@" "$arg"
	fi
done
for object; do
	compare "$object"
done
