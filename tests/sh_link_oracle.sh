#!/bin/sh
# For each program of each object, what we would load against what libbpf would load: the same instructions, the same
# func_info and line_info. An instruction that waits for something we cannot do yet is left out of the comparison.
#
#	tests/sh_link_oracle.sh [OBJECT]...	(the compiled programs and test objects)
#
# Next: tests/link_dump.c
. tests/lib.sh

# What libbpf 1.x or we refuse as a whole: the legacy "maps" section, a static function outside .text, a symbol no kernel has, the wrong byte order.
refused=' talk big_endian ksym legacy_inner legacy_maps legacy_wide no_btf static_parts '

[ $# -gt 0 ] || set -- build/progs/*.bpf.o build/tests/objects/*.bpf.o
if ! "${CC:-cc}" -o "$TMP/theirs" tests/link_dump_libbpf.c -lbpf 2>"$TMP/cc.log"; then
	skip all "needs libbpf-dev"
	exit
fi

for object; do
	name=${object##*/}
	name=${name%.bpf.o}
	case $refused in *" $name "*) continue ;; esac
	if ! build/asan/tests/link_dump "$object" >"$TMP/ours.txt" 2>"$TMP/log"; then
		fail "$name" "$(tail -n 1 "$TMP/log")"
		continue
	fi
	if ! "$TMP/theirs" "$object" >"$TMP/theirs.txt" 2>"$TMP/log"; then
		if grep -q 'failed to perform CO-RE' "$TMP/log"; then
			skip "$name" "libbpf finds this kernel too different"
		else
			fail "$name" "libbpf: $(tail -n 1 "$TMP/log")"
		fi
		continue
	fi
	# What is * on our side becomes * on theirs.
	awk 'FNR == NR { if ($NF == "*") open[FNR]; next } FNR in open { $0 = $1 " " $2 " *" } 1' \
		"$TMP/ours.txt" "$TMP/theirs.txt" >"$TMP/masked.txt"
	check "$name" diff "$TMP/ours.txt" "$TMP/masked.txt"
done
