#!/bin/sh
# The BPF programs and the headers they are written with.
#
# Compiled by every clang of Debian 12, for every machine whose registers uapi/bpf/regs.h knows, without a warning;
# `make test-all` installs the compilers that are missing. Numbers are compared with the kernel's own header.
# time limit: 300
#
# Next: tests/objects/one_section.bpf.c
. tests/lib.sh

unset MAKEFLAGS MAKELEVEL MFLAGS

# shellcheck disable=SC2317 # it is called by check
compile() # CLANG ARCH
{
	make -k B="$TMP/$1-$2" CLANG="$1 -Werror" BPF_ARCH="$2" progs objects
}

for clang in clang-14 clang-15 clang-16 clang-19 clang-22; do
	if command -v $clang >/dev/null; then
		check $clang compile $clang x86
	else
		skip $clang "not installed"
	fi
done
for arch in arm64 riscv; do
	check $arch compile clang $arch
done

for header in uapi/bpf/*.h; do
	check "alone/${header##*/}" clang -target bpf -std=gnu11 -Wall -Wextra -Werror -I. -D__TARGET_ARCH_x86 \
		-fsyntax-only -include "$header" -x c /dev/null
done

is includes "$(grep -h '^#include' progs/*.bpf.c tests/objects/*.bpf.c uapi/bpf/* |
	grep -v -e '"uapi/bpf/[a-z]*\.[a-z]*"' -e '"tests/objects/[a-z]*\.bpf\.c"')" ''	# one that is another, built otherwise
is lines "$(awk 'FNR == 71 { print FILENAME }' progs/*.bpf.c)" ''
for line in Run See Next; do
	is "says/$line" "$(grep -L "^ \* $line: " progs/*.bpf.c)" ''
done

# Line info names files; where the tree was when it was built is nobody's business.
is paths "$(grep -l "$PWD" build/progs/*.bpf.o)" ''

# values HEADER: print "NAME VALUE" for each of $TMP/names, as the C compiler sees them after including HEADER.
values()
{
	cat >"$TMP/values.c" <<-END
	#include <stdio.h>
	#include $1
	#define V(name) printf("%s %llu\n", #name, (unsigned long long)name);
	#ifdef UAPI_BPF_MAP_H
	#define H(number, name, result, args) BPF_FUNC_##name = number,
	enum {
	#include "uapi/bpf/helpers.def"
	};
	#endif
	int main(void)
	{
	#include "$TMP/names"
	}
	END
	cc -I. -o "$TMP/values" "$TMP/values.c" && "$TMP/values"
}

# Those names of ours that this machine's linux/bpf.h has too.
kernel=$(cc -E -dD -include linux/bpf.h -x c /dev/null 2>/dev/null | tr -c '[:alnum:]_' '\n' | grep -x '_*BPF_[A-Za-z0-9_]*' | sort -u)
ours=$({
	sed -n 's/^H([0-9]*,[[:space:]]*\([a-z0-9_]*\),.*/BPF_FUNC_\1/p' uapi/bpf/helpers.def
	sed -n 's/^[[:space:]]*\(#define \)*\(BPF_[A-Z0-9_]*\)[ ,].*/\2/p' uapi/bpf/map.h
} | sort -u)
printf '%s\n' "$kernel" >"$TMP/kernel"
printf '%s\n' "$ours" | grep -Fx -f "$TMP/kernel" | sed 's/.*/V(&)/' >"$TMP/names"
if [ -z "$kernel" ]; then
	skip numbers "no linux/bpf.h on this machine"
else
	values '"uapi/bpf/map.h"' >"$TMP/ours"
	values '<linux/bpf.h>' >"$TMP/theirs"
	check numbers/many test "$(wc -l <"$TMP/ours")" -gt 240
	check numbers/equal diff "$TMP/ours" "$TMP/theirs"
fi
is numbers/all "$(sed -n 's/^H(\([0-9]*\),.*/\1/p' uapi/bpf/helpers.def)" "$(seq 1 211)"

test_end
