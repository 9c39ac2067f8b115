#!/bin/sh
# What disasm and explain print for the smallest program, word for word; and the shape of it for the others.
# The minimal program is the same two instructions from every compiler. To write the pages again: WRITE=1 sh tests/...
. tests/lib.sh
B=${B:-build}

# What differs from machine to machine: the size of the file, the tracepoint's number, and whether its file can be read.
mask()
{
	sed -e 's/st_size=[0-9]*/st_size=SIZE/; s/read(3, .*/read(3, FILE) = SIZE/' \
		-e 's/config = [0-9]* */config = N /; s/config=[0-9]*/config=N/' \
		-e 's/read(4, "[0-9]*\\n", 31) = [0-9]/read(4, "N\\n", 31) = L/' \
		-e "s|$B/|build/|g" |
	awk 'BEGIN { RS = "" } /^   \(\// { made_up = 1; next }
		{ printf "%s%s\n", (NR > 1 && !made_up ? "\n" : ""), $0; made_up = 0 }'
}

golden() # NAME COMMAND...
{
	page=tests/golden/$1
	test_name=$1
	shift
	"$@" 2>&1 | mask >"$TMP/page"
	[ -z "${WRITE-}" ] || cp "$TMP/page" "$page"
	check "$test_name" diff "$page" "$TMP/page"
}

m=$B/progs/minimal.bpf.o
golden minimal.explain "$B/bpfwalk" explain --dry-run "$m"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	"$B/bpfwalk" explain --dry-run "$m" | mask >"$TMP/root"
	setpriv --reuid 65534 --clear-groups "$B/bpfwalk" explain --dry-run "$m" 2>&1 | mask >"$TMP/nobody"
	check 'explain for nobody' diff "$TMP/root" "$TMP/nobody"
else
	skip 'explain for nobody' 'needs root to become nobody'
fi
golden minimal.disasm "$B/bpfwalk" disasm "$m"

# Every program: the story goes from 1 to its end, says nothing twice in a step, fits 80 columns.
for o in "$B"/progs/*.bpf.o; do
	name=${o##*/}
	"$B/bpfwalk" explain --dry-run "$o" >"$TMP/story" 2>&1
	is "$name/status" $? 0
	steps=$(sed -n 's/^\([0-9]*\)\. .*/\1/p' "$TMP/story" | tr '\n' ' ')
	is "$name/steps" "$steps" "$(seq 1 "$(echo "$steps" | wc -w)" | tr '\n' ' ')"
	is "$name/first" "$(sed -n 's/^1\. //p' "$TMP/story")" "read the object file $name"
	has "$name/last" "$(cat "$TMP/story")" 'The walk is over and undone: '
	is "$name/columns" "$(awk 'length > 80' "$TMP/story")" ''
	is "$name/nothing wrong" "$(grep -n '^ *= -1\|refused\|out of memory' "$TMP/story")" ''
	is "$name/no field without a reason" "$(sed -n 's/^     [a-z_0-9.]* = [^ ]*$/&/p' "$TMP/story" |
		while read -r field; do grep -A1 -F "     $field" "$TMP/story" | sed -n 2p | grep -q '^ \{36\}' || echo "$field"; done)" ''
	for verb in inspect disasm; do
		"$B/bpfwalk" "$verb" "$o" >"$TMP/page" 2>&1
		is "$name/$verb fits" "$(grep -v '^;\|  # ' "$TMP/page" | awk 'length > 80')" ''
	done
done

"$B/bpfwalk" inspect "$B/progs/syscount.bpf.o" >"$TMP/page"
text=$(cat "$TMP/page")
has 'inspect/header' "$text" 'header    ELF64, little endian, type REL, machine EM_BPF (247)'
has 'inspect/license' "$text" 'license   GPL'
has 'inspect/program' "$text" ' instructions, section raw_tracepoint/sys_enter
      BPF_PROG_TYPE_RAW_TRACEPOINT: '
has 'inspect/map' "$text" '  counts: BPF_MAP_TYPE_PERCPU_HASH, 10240 entries
      key    16 bytes: struct command { char comm[16]; }
      value  8 bytes: __u64
'
has 'inspect/global' "$text" '  uncounted: __u64, 8 bytes at .bss+0
      = 0'
has 'inspect/relocation' "$text" ': R_BPF_64_64 counts
      map counts'
has 'inspect/one byte' "$("$B/bpfwalk" inspect "$B/tests/objects/globals.bpf.o")" '  ro_flag: const volatile _Bool, 1 byte at .rodata+4
'
has 'inspect/refused' "$("$B/bpfwalk" inspect "$B/tests/objects/legacy_odd.bpf.o")" 'refused by load: 1
  map odd: '

"$B/bpfwalk" disasm "$B/progs/syscount.bpf.o" >"$TMP/page"
has 'disasm/label' "$(cat "$TMP/page")" '
syscount:
'
has 'disasm/source' "$(cat "$TMP/page")" '; bpf_get_current_comm(key.comm, sizeof(key.comm));  @ syscount.bpf.c:'
has 'disasm/helper' "$(cat "$TMP/page")" ': 85 00 00 00 10 00 00 00  call bpf_get_current_comm#16'
has 'disasm/relocation' "$(cat "$TMP/page")" '  # map counts
       00 00 00 00 00 00 00 00'
is 'disasm/one program of two' "$("$B/bpfwalk" disasm "$B/progs/talk.bpf.o" sys_enter | grep '^# ')" \
	'# program sys_enter, section raw_tracepoint/sys_enter'
is 'disasm/both' "$("$B/bpfwalk" disasm "$B/progs/talk.bpf.o" | grep -c '^# ')" 2

# Many reads in a row are counted: a tracepoint that is not there makes the loader look through all names.
if [ -r /sys/kernel/tracing/available_events ] && [ "$(wc -c </sys/kernel/tracing/available_events)" -gt 12288 ] &&
   "$B/bpfwalk" load "$m" >/dev/null 2>&1; then
	LC_ALL=C sed 's/sched_process_exit/sched_process_eggs/g' "$m" >"$TMP/eggs.bpf.o"
	"$B/bpfwalk" explain "$TMP/eggs.bpf.o" >"$TMP/story" 2>"$TMP/err"
	has 'many reads/counted' "$(cat "$TMP/story")" ' more like this, '
	check 'many reads/not shown' test "$(grep -c '^   read(' "$TMP/story")" -lt 12
	has 'many reads/nearest name' "$(cat "$TMP/err")" 'sched_process_exit'
else
	skip 'many reads' 'needs root, BPF and tracefs'
fi
