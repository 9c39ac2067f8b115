#!/bin/sh
# What anybody can do without privilege, and what loading then says.
. tests/lib.sh
B=${B:-build}

if [ "$(id -u)" != 0 ]; then
	as_user() { "$@"; }
elif command -v setpriv >/dev/null; then
	as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"; }
else
	skip user 'needs setpriv to become nobody'
	exit
fi
as_user "$B/bpfwalk" --version >/dev/null 2>&1 || { skip user 'nobody cannot run the command from here'; exit; }

s=$B/progs/syscount.bpf.o
status 'inspect' 0 as_user "$B/bpfwalk" inspect "$s"
status 'disasm' 0 as_user "$B/bpfwalk" disasm "$s"
status 'hooks' 0 as_user "$B/bpfwalk" hooks
for o in "$B"/progs/*.bpf.o; do
	status "dry run ${o##*/}" 0 as_user "$B/bpfwalk" explain --dry-run "$o"
	has "dry run ${o##*/}/to its end" "$(cat "$TMP/out")" 'every descriptor is closed.'
done
# A file that is not on this machine: no offset to tell the kernel. What is wrong anywhere is still an error.
o=$B/tests/objects/usdt.bpf.o
status 'dry run/no file' 0 as_user "$B/bpfwalk" explain --dry-run --json "$o" --prog no_file
has 'dry run/no file/said' "$(cat "$TMP/out")" \
	'"left no_file: looking for the marker bpfwalk:shared: reading build/tests/nothing.so: ENOENT"'
status 'dry run/no provider' 1 as_user "$B/bpfwalk" explain --dry-run "$o" --prog no_provider
if [ "$(cat /proc/sys/kernel/unprivileged_bpf_disabled 2>/dev/null || echo 0)" = 0 ]; then
	skip 'load' 'this kernel lets anybody use bpf(2)'
	exit
fi
for verb in load run explain; do
	status "$verb" 1 as_user "$B/bpfwalk" "$verb" "$s"
	line=$(tail -n 1 "$TMP/err")
	is "$verb/one line" "$(wc -l <"$TMP/err")" 1
	has "$verb/what was tried" "$line" 'BPF_BTF_LOAD'
	has "$verb/what the kernel said" "$line" ': EPERM; usually: '
	has "$verb/why" "$line" 'not root: loading needs CAP_BPF, tracing CAP_PERFMON as well'
done
has 'explain/shows the refusal' "$(cat "$TMP/out")" '= -1 EPERM'
