#!/bin/sh
# CO-RE on a real kernel: what is read through the kernel's types is what the kernel itself says, each time; what this
# kernel does not have is told; and who asks nothing does not open the types.
#
# Next: tests/kernel_strace.sh
. tests/walk.sh
O=build/tests/objects

if [ ! -e /sys/kernel/btf/vmlinux ]; then
	skip kernel "this kernel does not show its types"
	exit
fi

# ---- task->tgid is bpf_get_current_pid_tgid() >> 32, at each of 500 system calls

if [ ! -e /sys/kernel/tracing/available_events ]; then
	skip reads "tracefs cannot be mounted"
elif ! walk "$O/core_reads.bpf.o" --set "name=$me"; then
	fail reads "$(tail -n 1 "$TMP/err")"
else
	$T/provoke calls "$me" 500
	check reads/ends walk_end
	is reads/right "$(global right)" 500
	is reads/wrong "$(global wrong)" 0
	is reads/state "$(global states)" 500	# the old or the new one, never both
	is reads/running "$(global running)" 500	# who makes a system call runs
	is reads/dead "$(global dead)" 0
	at_least reads/size "$(global size)" 1000
fi

# ---- what the story says is what was loaded

"$W" explain --json "$O/core.bpf.o" >"$TMP/story"
value=$(sed -n 's/^{"event":"core",.*"what":"task_struct.tgid",.*"value":\([0-9]*\),.*/\1/p' "$TMP/story")
at_least story/offset "${value:-0}" 1
has story/sentence "$(cat "$TMP/story")" "compiled for task_struct.tgid at 0; this kernel has it at $value"
# off is the second half word of an instruction: little endian, four hex digits.
has story/instruction "$(cat "$TMP/story")" "$(printf '"after":"6101%02x%02x00000000"' $((value % 256)) $((value / 256)))"

# ---- modules are looked through while BTF is there that is nobody's module: before 5.11 the kernel knows no names of BTF

if walk "$P/minimal.bpf.o"; then
	check others "$W" load "$O/core_reads.bpf.o"
	check others/ends walk_end
else
	fail others "$(tail -n 1 "$TMP/err")"
fi

# ---- the same from a file

cp /sys/kernel/btf/vmlinux "$TMP/vmlinux"
is file/same "$("$W" explain --json --btf "$TMP/vmlinux" "$O/core.bpf.o" | grep '^{"event":"core"')" \
	"$(grep '^{"event":"core"' "$TMP/story")"

# ---- a member that no kernel has

status absent 1 "$W" load "$O/core_absent.bpf.o"
has absent/says "$(cat "$TMP/err")" \
	'bpfwalk: CO-RE: absent: this kernel has no task_struct.no_kernel_has_this (vmlinux: struct task_struct has no member no_kernel_has_this) (instruction '
has absent/line "$(cat "$TMP/err")" 'core_absent.bpf.c:1'
is absent/one-line "$(wc -l <"$TMP/err")" 1

# ---- a kernel that does not show its types: only who needs them is refused

if mount -t tmpfs none /sys/kernel/btf 2>/dev/null; then
	status no-types 1 "$W" load "$O/core.bpf.o"
	has no-types/says "$(cat "$TMP/err")" \
		'bpfwalk: kernel btf: this kernel does not show its types: /sys/kernel/btf/vmlinux is not there (CONFIG_DEBUG_INFO_BTF)'
	is no-types/one-line "$(wc -l <"$TMP/err")" 1
	status no-types/from-a-file 0 "$W" load --btf "$TMP/vmlinux" "$O/core_reads.bpf.o"
	status no-types/not-needed 0 "$W" load "$P/minimal.bpf.o"
	umount /sys/kernel/btf
else
	skip no-types "no file system can be mounted over /sys/kernel/btf"
fi
