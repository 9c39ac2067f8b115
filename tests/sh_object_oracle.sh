#!/bin/sh
# What we make of each object against what libbpf makes of it: the same maps under the same names, the same programs, the
# same bytes of BTF.
#
#	tests/sh_object_oracle.sh [OBJECT]...	(the compiled programs and test objects)
#
# Where an object has externs, libbpf rewrites the BTF for them, and makes a map of .kconfig; neither is compared.
#
# Next: tests/object_dump.c
. tests/lib.sh

# What libbpf 1.x refuses: the legacy "maps" section, static parts, the wrong byte order; and records_plain, where it
# takes the type of a record for that of the value.
refused=' talk big_endian legacy_inner legacy_maps legacy_wide no_btf static_parts records_plain '

[ $# -gt 0 ] || set -- build/progs/*.bpf.o build/tests/objects/*.bpf.o
if ! "${CC:-cc}" -o "$TMP/theirs" tests/object_dump_libbpf.c -lbpf 2>"$TMP/cc.log"; then
	skip all "needs libbpf-dev"
	exit
fi

for object; do
	name=${object##*/}
	name=${name%.bpf.o}
	case $refused in *" $name "*) continue ;; esac
	if ! build/asan/tests/object_dump "$object" >"$TMP/ours" 2>"$TMP/log"; then
		fail "$name" "$(tail -n 1 "$TMP/log")"
		continue
	fi
	if ! "$TMP/theirs" "$object" >"$TMP/theirs.txt" 2>"$TMP/log"; then
		fail "$name" "libbpf: $(tail -n 1 "$TMP/log")"
		continue
	fi
	if grep -q '^refused extern' "$TMP/ours"; then
		sed -i '/^btf /d' "$TMP/ours"
		sed -i '/^btf /d; /^map [^ ]*\.kconfig /d' "$TMP/theirs.txt"
	fi
	sed -i '/^refused /d' "$TMP/ours"
	# BPF_MAP_TYPE_STRUCT_OPS: libbpf 1.1 has only those of .struct_ops, without their types.
	sed -i '/^map [^ ]* type 26 /d' "$TMP/ours" "$TMP/theirs.txt"
	check "$name" diff "$TMP/ours" "$TMP/theirs.txt"
done
