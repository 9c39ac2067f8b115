#!/bin/sh
# time limit: 5000
# Machines of other kinds: everything built for them by their compiler, and the kernel tests and all C tests run there, on
# their kernels of tests/vm/kernels.
#
#	make CROSS_COMPILE=aarch64-linux-gnu- matrix		the same for one kind
#
# Next: tests/vm/kernels
. tests/lib.sh
need machines make cpio

unset MAKEFLAGS MAKELEVEL MFLAGS
awk '!/^#/ && $9 != "build" { print $9 }' tests/vm/kernels | sort -u >"$TMP/builds"
while read -r build; do
	compiler=${build#build/}-gcc
	if ! command -v "$compiler" >/dev/null; then
		skip "$build" "needs the command $compiler"
		continue
	fi
	check "$build" make -j "$(nproc)" CROSS_COMPILE="${build#build/}-" guest
	BPFWALK_BUILD=$build tests/vm/matrix.sh </dev/null
done <"$TMP/builds"
