#!/bin/sh
# time limit: 300
# The readers of untrusted bytes against bytes that were made to break them, under the sanitizers.
#
#	make check		a few seconds for each target, from the seeds
#	make fuzz		FUZZ_SECONDS=600 for each target; what was learned stays in build/fuzz/corpus
#
# The seeds are real files: our programs, the objects of the tests, and a small library with versioned symbols. What
# breaks a target is kept in build/fuzz/crashes/TARGET, tried first the next time, and printed here in base64, because a
# log is all that is left of a machine in continuous integration. To run one again: build/fuzz/fuzz_TARGET FILE.
#
# Next: tests/fuzz_elf.c
. tests/lib.sh

seconds=${FUZZ_SECONDS:-5}
bin=build/fuzz

seeds() # TARGET: the directory with its seeds
{
	echo "$bin/seeds/$1"
}

# The library is linked as small as it gets: of a few pages of zeroes most changes would hit nothing.
if ! printf 'V1 { };\nV2 { } V1;\n' >"$TMP/versions" ||
	! ${CC:-cc} -O1 -shared -nostdlib -Wl,-z,noseparate-code -Wl,--build-id=none -I. \
		-Wl,--version-script="$TMP/versions" -o "$TMP/seed.so" tests/fuzz_library.c 2>"$TMP/log"; then
	cat "$TMP/log"
fi
rm -rf "$bin/seeds"
"$bin/fuzz_seeds" "$bin/seeds" build/progs/*.bpf.o build/tests/objects/*.bpf.o "$TMP/seed.so" 2>"$TMP/log"

# What is no object: a configuration, and packed files of each kind of block.
mkdir -p "$bin/seeds/inflate" "$bin/seeds/kconfig"
cat >"$bin/seeds/kconfig/1" <<END
# CONFIG_X is not set
CONFIG_A=y
CONFIG_B=m
CONFIG_C=-12
CONFIG_D=0xffff
CONFIG_E=-017
CONFIG_F=18446744073709551615
CONFIG_G="a"
CONFIG_H="text that is too long"
END
for level in 1 6 9; do
	gzip -n -$level <tests/fuzz.h >"$bin/seeds/inflate/$level"
done
printf 'x y' | gzip -n >"$bin/seeds/inflate/fixed"
head -c 300 /dev/urandom | gzip -n >"$bin/seeds/inflate/stored"

for target in elf btf object core asm symfile usdt inflate kconfig; do
	if [ -z "$(ls "$(seeds $target)" 2>/dev/null)" ]; then
		skip "$target" "no seeds (no clang?)"
		cat "$TMP/log"
		continue
	fi
	corpus=${FUZZ_CORPUS:-$TMP/corpus}/$target
	crashes=$bin/crashes/$target
	mkdir -p "$corpus" "$crashes"
	if "$bin/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
		-artifact_prefix="$crashes/" "$corpus" "$(seeds $target)" "$crashes" >"$TMP/log" 2>&1; then
		sed -n 's/^Done \([0-9]*\) runs.*/\1 runs/p' "$TMP/log"
		ok "$target"
		continue
	fi
	grep -v '^#[0-9]* \(NEW\|REDUCE\|pulse\)' "$TMP/log" | tail -n 60
	for crash in "$crashes"/*; do
		[ -f "$crash" ] && echo "$crash:" && base64 "$crash"
	done
	fail "$target" "$(sed -n 's/^SUMMARY: //p;s/.*\(promise broken: .*\)/\1/p' "$TMP/log" | head -n 1)"
done
