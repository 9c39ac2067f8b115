#!/bin/sh
# Our disassembler against llvm-objdump: registers, offset, immediate and operation of every instruction we compile.
# The newest llvm-objdump there is decides; from LLVM 22 on it looks at every field that we look at, so it is also shown
# every row of our table, and every code that is not in it.
#
# Next: tests/all_libbpf_tools.sh, the same for objects that others compiled
. tests/lib.sh

oracle=build/asan/tests/disasm_oracle
objdump=
for version in 24 23 22 21 20 19 18 17 16; do
	command -v "llvm-objdump-$version" >/dev/null || continue
	objdump=llvm-objdump-$version
	break
done
: "${objdump:=llvm-objdump}"
need objects "$objdump"

for object in build/progs/*.bpf.o build/tests/objects/*.bpf.o; do
	[ ! -f "$object" ] || "$objdump" -d "$object"
done >"$TMP/dump"
check objects "$oracle" <"$TMP/dump"

major=$("$objdump" --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
if [ "$major" -lt 22 ]; then
	skip every_form "needs llvm-objdump 22 or newer"
	exit
fi
need every_form clang
"$oracle" -a >"$TMP/all.s"
clang -target bpf -c -o "$TMP/all.o" "$TMP/all.s"
"$objdump" -d "$TMP/all.o" >"$TMP/dump"
check every_form "$oracle" <"$TMP/dump"
has every_form_is_known "$("$oracle" <"$TMP/dump" | tail -n 1)" ', 0 unknown to llvm-objdump'
