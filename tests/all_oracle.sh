#!/bin/sh
# time limit: 600
# The comparison with libbpf (tests/sh_oracle.sh) for every compiler there is, against the newest libbpf.
#
# Next: tests/all_libbpf_tools.sh
. tests/lib.sh

if ! tests/bench/newer_libbpf.sh sid >"$TMP/log" 2>&1; then
	skip all "$(tail -n 1 "$TMP/log")"
	exit
fi
for version in 14 15 16 17 18 19 20 21 22 23 24; do
	command -v "clang-$version" >/dev/null || continue
	dir=build/oracle/clang-$version
	if make -k B="$dir" CLANG="clang-$version" progs objects >"$TMP/log" 2>&1; then
		ok "clang-$version"
	else
		fail "clang-$version" "$(grep -m 1 'error:' "$TMP/log")"
	fi
	SUITE=sid VARIANT=clang-$version sh tests/sh_oracle.sh "$dir/progs" "$dir/tests/objects"
done
