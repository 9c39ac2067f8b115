#!/bin/sh
# For each program of each object, what we would load against what libbpf would load: the same instructions, the same
# func_info and line_info. An instruction that waits for something we cannot do yet is left out of the comparison. The
# objects core_* are relocated for the kernel that does not exist, of core_target, the others for the one that runs here.
#
#	tests/sh_link_oracle.sh [OBJECT]...	(the compiled programs and test objects)
#
# Next: tests/link_dump.c
. tests/lib.sh

# What libbpf 1.x or we refuse as a whole: the legacy "maps" section, a static function outside .text, a symbol no kernel has, the wrong byte order.
refused=' talk big_endian ksym legacy_inner legacy_maps legacy_wide no_btf static_parts struct_ops '

[ $# -gt 0 ] || set -- build/progs/*.bpf.o build/tests/objects/*.bpf.o
if ! "${CC:-cc}" -o "$TMP/theirs" tests/link_dump_libbpf.c -lbpf 2>"$TMP/cc.log"; then
	skip all "needs libbpf-dev"
	exit
fi

for object; do
	name=${object##*/}
	name=${name%.bpf.o}
	btf=
	case $name in core_*) btf=${object%/*}/core_target.bpf.o ;; esac
	case $refused in *" $name "*) continue ;; esac
	if ! build/asan/tests/link_dump "$object" ${btf:+"$btf"} >"$TMP/ours.txt" 2>"$TMP/log"; then
		case $name in core_far|core_twice)	# libbpf has no answer, either
			is "$name" "$("$TMP/theirs" "$object" "$btf" 2>&1 >/dev/null | grep -c 'failed to perform CO-RE')" 1
			continue ;;
		esac
		fail "$name" "$(tail -n 1 "$TMP/log")"
		continue
	fi
	if ! "$TMP/theirs" "$object" ${btf:+"$btf"} >"$TMP/theirs.txt" 2>"$TMP/log"; then
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
