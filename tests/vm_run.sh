#!/bin/sh
# tests/vm/run.sh: what the guest prints and how it ends arrives as it is; a dead or hanging kernel is told apart.
# time limit: 240
# shellcheck disable=SC2016 # what stands in single quotes is for the shell in the guest
. tests/lib.sh

row=6.1
need boots qemu-system-x86_64 cpio
tests/vm/fetch.sh $row >/dev/null 2>"$TMP/why" || {
	skip boots "$(tail -n 1 "$TMP/why")"
	exit
}

# The text after a dot: $(...) would drop the newlines at the end, of which there should be none.
got=$(tests/vm/run.sh $row -- 'printf "a  b\n\nc"; exit 7'; echo ".$?")
is 'output and status' "$got" 'a  b

c.7'
got=$(tests/vm/run.sh $row -- printf '%s\n' "it's" 'two  words' '$HOME')
is 'words arrive as they are' "$got" "it's
two  words
\$HOME"

mkdir "$TMP/files"
echo from the host >"$TMP/files/a"
got=$(tests/vm/run.sh $row --files "$TMP/files" --out "$TMP/got" --program strace --module sch_ingress \
	--module cls-bpf --without tracefs --append 'some=argument' --smp 2 --mem 300 -- '
	cat a
	dd if=/dev/urandom of=/out/random bs=1M count=1 2>/dev/null
	sha1sum </out/random
	strace -V | grep -c "^strace -- version"
	grep -c -E "^(sch_ingress|cls_bpf) " /proc/modules
	grep -c " /sys/kernel/tracing " /proc/mounts
	grep -c -E " (/proc|/sys|/sys/fs/bpf|/sys/fs/cgroup|/sys/kernel/debug) " /proc/mounts
	grep -o some=argument /proc/cmdline
	grep -c ^processor /proc/cpuinfo
	ping -c 1 -q 127.0.0.1 | grep -c " 0% packet loss"
')
is options "$got" "from the host
$(sha1sum <"$TMP/got/random")
1
2
0
5
some=argument
2
1"

status 'a dead kernel is 125' 125 tests/vm/run.sh $row -- 'echo before; sleep 1; echo c >/proc/sysrq-trigger; sleep 30'
has 'a dead kernel/said before' "$(cat "$TMP/out")" before
has 'a dead kernel/told' "$(cat "$TMP/err")" "kernel $row: the kernel died; its console:"
has 'a dead kernel/its console' "$(cat "$TMP/err")" 'Kernel panic - not syncing: sysrq triggered crash'
status 'a hanging command is 124' 124 tests/vm/run.sh $row --timeout 20 -- 'echo before; sleep 1000'
has 'a hanging command/said before' "$(cat "$TMP/out")" before
has 'a hanging command/told' "$(cat "$TMP/err")" 'still running after 20 seconds'
status 'no such kernel is 126' 126 tests/vm/run.sh 2.4 -- true
is 'no such kernel/told' "$(cat "$TMP/err")" 'kernel 2.4: no such row in tests/vm/kernels'
status 'no such module is 126' 126 tests/vm/run.sh $row --module nonesuch -- true
# A row that cannot be fetched says why in its last line: this apt-get knows no mirror, or reaches none.
mkdir "$TMP/bin"
printf '#!/bin/sh\n' >"$TMP/bin/apt-get"
chmod 755 "$TMP/bin/apt-get"
fetch()
{
	PATH=$TMP/bin:$PATH BPFWALK_VM_CACHE=$TMP/cache tests/vm/fetch.sh $row
}
status 'no mirror is 1' 1 fetch
has 'no mirror/told' "$(tail -n 1 "$TMP/err")" "kernel $row: apt knows no Debian mirror yet"
cat >"$TMP/bin/apt-get" <<'END'
#!/bin/sh
[ "$1" != indextargets ] || { echo 'http://localhost/ main Debian'; exit; }
echo 'E: nobody there'
exit 100
END
status 'mirror unreachable is 1' 1 fetch
has 'mirror unreachable/told' "$(tail -n 1 "$TMP/err")" "kernel $row: apt-get update for bookworm failed: E: nobody there"
check 'mirror unreachable/leaves nothing' sh -c "! ls -d $TMP/cache/$row?*/ 2>/dev/null"

# The lab: a terminal whose ^C interrupts what runs in the guest, and nothing else.
need lab script mkfifo
mkfifo "$TMP/keys"
script -qfec "tests/vm/lab.sh $row" "$TMP/screen" <"$TMP/keys" >/dev/null 2>&1 &
lab=$!
exec 3>"$TMP/keys"

# shown TEXT: wait until it is on the screen, for at most a minute
shown()
{
	for _ in $(seq 120); do
		! grep -q -F "$1" "$TMP/screen" 2>/dev/null || return 0
		sleep 0.5
	done
	tail -n 20 "$TMP/screen"
	return 1
}

check 'lab/says what to try' shown 'bpfwalk run build/progs/syscount.bpf.o'
check 'lab/prompt' shown 'lab:~# '
echo 'echo runs-$((1 + 1)); sleep 1000; echo not reached by ^C | tr a-z A-Z' >&3
check 'lab/runs what is typed' shown runs-2
sleep 1
printf '\003' >&3
echo 'echo after-$((1 + 2))' >&3
check 'lab/^C ends the command and not the machine' shown after-3
check 'lab/^C ends the whole line' sh -c "! grep -q 'NOT REACHED' '$TMP/screen'"
echo 'cd /sys/kernel/tracing; echo >trace; echo 1 >events/sched/sched_process_exec/enable; ls /; cat trace' >&3
check 'lab/ls is a program of its own' shown 'filename=/bin/ls'
echo exit >&3
check 'lab/exit ends it' wait $lab
exec 3>&-
