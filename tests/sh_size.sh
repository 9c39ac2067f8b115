#!/bin/sh
# How much a program carries that uses the library, and how large the static programs are. What explains must stay out of
# a program that only loads, and what attaches too. Needs a finished build.
. tests/lib.sh
B=${B:-build}

cat >"$TMP/load.c" <<'END'
#include "loader/bpfwalk.h"

int main(int argc, char **argv)
{
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int failed = argc != 2 || bw_open(argv[1], NULL, &obj, &err) || bw_load(obj, &err);

	bw_close(obj);
	return failed;
}
END
if ! ${CC:-cc} -Os -I. -Wl,--gc-sections -o "$TMP/load" "$TMP/load.c" "$B/libbpfwalk.a" 2>"$TMP/err"; then
	fail "a program that only loads" "$(head -1 "$TMP/err")"
fi
nm "$B/libbpfwalk.o" | awk '{ print $NF }' | sort -u >"$TMP/library"
nm "$TMP/load" | awk '{ print $NF }' | sort -u >"$TMP/linked"
has "it loads" "$(cat "$TMP/linked")" progs_load

# without WHAT SYMBOL...: in the library, and not in the program.
without() {
	what=$1 wrong=
	shift
	for symbol in "$@"; do
		grep -qx "$symbol" "$TMP/library" || wrong="$wrong $symbol (which the library does not have)"
		grep -qx "$symbol" "$TMP/linked" && wrong="$wrong $symbol"
	done
	if [ -z "$wrong" ]; then ok "without $what"; else fail "without $what" "$wrong"; fi
}

without "the words for calls" call_fields call_name call_layout name_of name_flags
without "the disassembler" disasm disasm_form insn_parts bw_disasm reloc_say
without "the assembler and editing" assemble asm_source asm_elf edit_apply bw_edit bw_save
without "values as text and back" btf_value_text btf_value_parse float_of_text
without "the ways to attach" bw_attach attach_kprobe attach_uprobe attach_cgroup attach_iface symfile_find glob_match
without "readers" bw_reader_open bw_reader_poll trace_pipe_open
without "lists and pins of others" bw_list bw_unpin bw_open_map link_target
without "what inspect shows" bw_inspect bw_hook_words

# The strings of a file's tables come into a program together or not at all.
strings -a "$B/libbpfwalk.o" >"$TMP/all_words"
strings -a "$TMP/load" >"$TMP/words"
for words in "a kernel function is entered" "atomic64_fetch_" "picks the form" "bpf_map_lookup_elem" "PERF_EVENT_IOC_ENABLE"; do
	if ! grep -q "$words" "$TMP/all_words"; then
		fail "without '$words'" "the library does not say it either"
	elif grep -q "$words" "$TMP/words"; then
		fail "without '$words'" "it is there"
	else
		ok "without '$words'"
	fi
done

# Not goals, but a fence: whoever comes near finds out why, or moves it. docs/bench.md has the sizes of today.
at_most() {
	if [ ! -f "$1" ]; then
		fail "$1" "it is not built"
	elif [ "$(($(wc -c <"$1")))" -le "$2" ]; then
		ok "$1 has at most $2 bytes"
	else
		fail "$1 has at most $2 bytes" "it has $(($(wc -c <"$1")))"
	fi
}
if ! command -v musl-gcc >/dev/null; then
	skip "sizes" "no musl-gcc"
elif [ "$(uname -m)" != x86_64 ]; then
	skip "sizes" "they are known for x86_64"
else
	at_most "$B/bpfwalk-static" 440000
	at_most "$B/static/tests/bench/load_bpfwalk" 185000
fi
