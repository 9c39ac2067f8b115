#!/bin/sh
# time limit: 600
# Our disassembler against llvm-objdump, our loader against libbpf, our assembler against the files, on real objects:
# Debian's libbpf-tools carries about fifty inside its commands. Neither that package nor a new LLVM is installed for
# this: both are fetched and unpacked.
#
# Next: tests/carve.c
. tests/lib.sh

need packages apt-get dpkg

# unpack PACKAGE...: into $TMP/root
unpack()
{
	(cd "$TMP" && apt-get download -q "$@" && for deb in *.deb; do
		dpkg -x "$deb" root && rm "$deb" || exit
	done) >"$TMP/apt.log" 2>&1
}

if ! unpack libbpf-tools; then
	skip packages "the package libbpf-tools cannot be had"
	exit
fi
mkdir "$TMP/objects"
for program in "$TMP"/root/usr/sbin/*; do
	[ -L "$program" ] || build/asan/tests/carve "$program" "$TMP/objects"
done >"$TMP/carved"
count=$(wc -l <"$TMP/carved")
check at_least_50_objects test "$count" -ge 50

# The oracle of tests/sh_disasm_oracle.sh, with every form, by an LLVM of its own.
if unpack llvm-22 libllvm22; then
	PATH=$TMP/bin:$PATH
	mkdir "$TMP/bin"
	cat >"$TMP/bin/llvm-objdump-22" <<END
#!/bin/sh
LD_LIBRARY_PATH=$(echo "$TMP"/root/usr/lib/*-linux-gnu):$TMP/root/usr/lib/llvm-22/lib \
	exec "$TMP/root/usr/lib/llvm-22/bin/llvm-objdump" "\$@"
END
	chmod +x "$TMP/bin/llvm-objdump-22"
	objdump=llvm-objdump-22
	sh tests/sh_disasm_oracle.sh
else
	skip every_form "the package llvm-22 cannot be had"
	objdump=llvm-objdump
	need disassembly llvm-objdump
fi

while read -r object; do
	"$objdump" -d "$object"
done <"$TMP/carved" >"$TMP/dump"
check disassembly build/asan/tests/disasm_oracle <"$TMP/dump"

# Each tool is relocated for the kernel this runs on: what libbpf finds there, we find.
SUITE=sid sh tests/sh_oracle.sh "$TMP/objects"

sh tests/sh_asm_round.sh "$TMP"/objects/*.bpf.o
