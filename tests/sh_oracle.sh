#!/bin/sh
# What bpfwalk hands to the kernel for each object against what libbpf hands to it: tests/oracle/compare.sh says how.
#
#	[SUITE=sid] [VARIANT=clang-19] tests/sh_oracle.sh [OBJECT|DIRECTORY]...	(the compiled programs and test objects)
#
# Next: tests/oracle/compare.sh
. tests/lib.sh

[ $# -gt 0 ] || set -- build/progs build/tests/objects
echo 'int main(void) { return 0; }' >"$TMP/try.c"
if ! "${CC:-cc}" -o "$TMP/try" "$TMP/try.c" -l:libbpf.a -lelf -lz 2>"$TMP/log"; then
	skip all "needs libbpf-dev"
	exit
fi
tests/oracle/compare.sh ${SUITE:+-s "$SUITE"} "$@" >"$TMP/result" 2>"$TMP/log" || fail compare "$(tail -n 1 "$TMP/log")"
# CO-RE for a kernel that does not exist: the objects that say so are compared once more, for that one.
target=build/tests/objects/core_target.bpf.o
case " $* " in *" build/tests/objects "*)
	# shellcheck disable=SC2013 # their names have no blanks
	for source in $(grep -l 'For the kernel of core_target' tests/objects/*.bpf.c); do
		tests/oracle/compare.sh ${SUITE:+-s "$SUITE"} -b "$target" "build/${source%.c}.o" 2>>"$TMP/log" |
			sed 's,^\([a-z]*\) ,\1 for_another_kernel/,'
	done >>"$TMP/result" ;;
esac

# What Debian 12's libbpf 1.1 knows nothing of: make test-all compares it with a newer one.
newer=
[ -n "${SUITE-}" ] || newer=' exceptions module_ops '

count=0
while read -r result name why; do
	name=${VARIANT:+$VARIANT/}${name%:}
	case $result in
	equal)
		ok "$name"
		count=$((count + 1)) ;;
	different)
		read -r _ libbpf
		read -r _ bpfwalk
		case $newer in *" $name "*) continue ;; esac
		fail "$name" "libbpf: $libbpf, bpfwalk: $bpfwalk" ;;
	refused)
		case $newer in *" $name "*) continue ;; esac
		fail "$name" "libbpf loads it. $why" ;;
	more | neither) ;;
	*)	fail "$name" "$result $why" ;;
	esac
done <"$TMP/result"
[ "$count" -gt 0 ] || fail all "no object is equal: $(tail -n 1 "$TMP/log")"
