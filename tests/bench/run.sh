#!/bin/sh
# Everything that docs/bench.md reports, in one run: `make bench`, as root, on a machine with little else to do.
#
#	tests/bench/run.sh [SUITE]	SUITE: also compare with the libbpf of this newer Debian suite
#
# Figures are given as multiples of one another wherever they can be: the multiples carry over to other machines.
#
# Next: tests/bench/load.h
set -u

cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
bench=$B/tests/bench
suite=${1-}
rounds=${ROUNDS:-200}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

if [ "$(id -u)" != 0 ]; then
	echo "make bench: loads BPF programs, which only root may" >&2
	exit 1
fi

echo "kernel $(uname -r), $(nproc) CPUs, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
echo "load average $(cut -d ' ' -f 1-3 /proc/loadavg)"

newer=
if [ -n "$suite" ]; then
	newer=$(tests/bench/newer_libbpf.sh "$suite") || exit 1
fi

# load OBJECT: the same load by everybody.
load()
{
	object=$1
	"$bench/record" "$object" >"$tmp/record" || exit 1
	set -- : "replay of the bpf calls" "$B/static/tests/bench/load_replay" "$tmp/record" \
		: "libbpfwalk" "$B/static/tests/bench/load_bpfwalk" "$object" \
		: "bpfwalk-static load" "$B/bpfwalk-static" load "$object" \
		: "libbpf" "$bench/load_libbpf" "$object"
	[ -z "$newer" ] || set -- "$@" : "libbpf of $suite, shared" \
		"$newer/ld.so" --library-path "$newer" "$bench/load_libbpf_shared" "$object"
	"$bench/compare" "$rounds" "$@"
}

calls()
{
	strace -f -e trace=bpf -o "$tmp/strace" "$@" >/dev/null 2>&1
	grep -c 'bpf(' "$tmp/strace"
}

# row OBJECT NAME
row()
{
	echo
	echo "load $2 and close it: CPU microseconds, size and peak memory in kB"
	load "$1"
	echo "  bpf calls: libbpfwalk $(calls "$B/static/tests/bench/load_bpfwalk" "$1")," \
		"libbpf $(calls "$bench/load_libbpf" "$1")"
}

for name in syscount ring open_tracepoint minimal; do
	row "$B/progs/$name.bpf.o" "progs/$name.bpf.o"
done

# Tools that others wrote, adapted to this kernel by CO-RE: one of middling size, one that keeps the verifier busy.
(cd "$tmp" && apt-get download -q libbpf-tools && dpkg -x libbpf-tools_*.deb tools) >"$tmp/log" 2>&1
for name in opensnoop ksnoop; do
	if [ -x "$tmp/tools/usr/sbin/$name" ]; then
		row "$("$bench/carve" "$tmp/tools/usr/sbin/$name" "$tmp")" "Debian's $name (CO-RE)"
	else
		printf '\n%s\n' "no $name here: $(tail -n 1 "$tmp/log")"
	fi
done
rounds=$((rounds / 10 + 1)) row "$bench/many.bpf.o" "169 programs"

echo
echo "a program on every system call"
set -- : "talk.bpf.o, a record each, read" sh -c "exec $B/bpfwalk run $B/progs/talk.bpf.o --prog sys_enter >/dev/null"
if command -v bpftrace >/dev/null; then
	set -- "$@" : "bpftrace's one-liner" bpftrace -B line -e \
		'BEGIN { printf("ready\n"); } tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'
else
	echo "  (no bpftrace here to compare with)"
fi
"$bench/hook" "$bench/empty.bpf.o" "$B/progs/syscount.bpf.o" "$@"

echo
echo "reading records of 64 bytes"
"$bench/read" "$bench/burst.bpf.o"
