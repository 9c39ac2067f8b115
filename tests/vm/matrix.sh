#!/bin/sh
# Run the kernel tests on the kernels of tests/vm/kernels, one boot a row, as many at once as there are processors.
#
#	tests/vm/matrix.sh [ROW]...	[KTESTS='tests/kernel_a.sh ...'] [BPFWALK_VM_JOBS=2] [BPFWALK_BUILD=build]
#
# Without a ROW: on all that run what is in $BPFWALK_BUILD. What was built for a machine of another kind has not been
# tested where it was built, so all C tests run there, on the first row for it; and it has more time.
#
# It is a test like the others: its lines are the tests' own with the row in front, `ok 6.1/kernel_x/name`. A row that
# cannot be fetched is a SKIP, a kernel that dies or hangs a FAIL. What the kernel complained about meanwhile is one too.
#
# time limit: 5000
set -u

cd "$(dirname "$0")/../.." || exit 1

# column NUMBER ROW: of tests/vm/kernels
column()
{
	awk -v row="$2" -v number="$1" '$1 == row { print $number }' tests/vm/kernels
}

# rows BUILD: those that run what is in this directory
rows()
{
	awk -v build="$1" '$9 == build { print $1 }' tests/vm/kernels
}

# one ROW WORK: its result lines. The command is run by the guest.
one()
{
	if ! tests/vm/fetch.sh "$1" >/dev/null 2>"$2/$1.log"; then
		echo "SKIP $1/boots: $(tail -n 1 "$2/$1.log")"
		return
	fi
	release=$(cat "${BPFWALK_VM_CACHE-build/vm}/$1/release")
	options='--timeout 600 --program crun --program runc' run=-v build=$(column 9 "$1")
	if [ "$build" != build ]; then
		options='--timeout 2400' run='-v -t 600'
		[ "$1" != "$(rows "$build" | head -n 1)" ] || run="$run build/tests/unit_* build/tests/fake_*"
	fi
	# shellcheck disable=SC2086 # a list of options
	tests/vm/run.sh "$1" --smp 2 --files "$2/$(column 2 "$1")" $options --program strace --program getent --module veth --module sch_ingress --module cls_bpf --module nf_conntrack -- "
		. tests/lib.sh
		is boots \$(uname -r) $release
		sh tests/run.sh $run ${KTESTS-tests/kernel_*.sh}
		dmesg | grep -A 20 -E 'WARNING:|BUG:|Oops' >\$TMP/dmesg
		is 'kernel log' \"\$(cat \$TMP/dmesg)\" ''
		exit 0" >"$2/$1.out" 2>"$2/$1.log" ||
		echo "FAIL boots: $(head -n 1 "$2/$1.log")" >>"$2/$1.out"
	sed -E "s,^(ok|FAIL|SKIP) (command/)?,\\1 $1/,; /^[0-9]+ passed, /d" "$2/$1.out"
	cat "$2/$1.log"
}

if [ "${1-}" = --one ]; then
	one "$2" "$3" >"$3/$2.lines" 2>&1
	exit
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
# shellcheck disable=SC2046 # a list of rows
[ $# -gt 0 ] || set -- $(rows "${BPFWALK_BUILD-build}")
for row; do
	arch=$(column 2 "$row")
	[ -e "$work/$arch" ] || tests/vm/stage.sh "$work/$arch" "$(column 9 "$row")" || exit 1
done
printf '%s\n' "$@" | xargs -P "${BPFWALK_VM_JOBS-$(nproc)}" -I ROW "$0" --one ROW "$work"
for row; do
	cat "$work/$row.lines"
done
