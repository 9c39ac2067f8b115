#!/bin/sh
# time limit: 300
# CO-RE relocations that were made up, by the newest libbpf and by us: the same instructions, or the same errno.
#
# Next: tests/oracle/relocs.c
. tests/lib.sh
out=build/tests/oracle

if ! dir=$(tests/bench/newer_libbpf.sh sid 2>"$TMP/log"); then
	skip all "$(tail -n 1 "$TMP/log")"
	exit
fi
# Both sides have a function glob_match(); neither is called.
if ! { make build/tests/libtest.a && "${CC:-cc}" -std=c11 -D_GNU_SOURCE -I. -O2 -c -o $out/relocs.o tests/oracle/relocs.c &&
	"${CC:-cc}" -O2 -isystem "$dir/include" -Wl,-z,muldefs -o $out/relocs $out/relocs.o tests/oracle/relocs_theirs.c \
		tests/oracle/newer_libc.c build/tests/libtest.a "$dir/libbpf.a" -lelf -lz; } >"$TMP/log" 2>&1; then
	fail compile "$(grep -m 1 'error:\|undefined' "$TMP/log")"
	exit
fi
$out/relocs 1 400000 >"$TMP/result" 2>&1
is 'different' "$(grep libbpf "$TMP/result" | head -n 3)" ''
for kind in 0 1 2 3 4 5 6 7 8 9 10 11 12; do
	count=$(sed -n "s/^kind $kind: //p" "$TMP/result")
	if [ "${count:-0}" -ge 5000 ]; then
		ok "kind $kind"
	else
		fail "kind $kind" "only ${count:-0} were compared"
	fi
done
