#!/bin/sh
# The whole life on a real kernel: attach pins a program and ends, and the program does its work with nobody there; list
# shows it with its id, its place and its pins, dump-map what it counted; detach takes all of it back. What cannot be
# pinned is said, and whatever is refused leaves the kernel and the BPF file system as they were.
#
# Next: tests/kernel_inject.sh
#
# time limit: 200
. tests/walk.sh

O=build/tests/objects
F=/sys/fs/bpf
life=life$$
if [ -z "${OWN_MOUNTS-}" ]; then
	skip life "no mounts of its own"
	exit
fi
umask 022
at_exit 'rm -rf "$F/$life"'

# tree: every name below the BPF file system, and what is new in the kernel
tree()
{
	(cd $F && find . ! -name '*.debug' | sort | tr '\n' ' ')
}

empty=$(tree)

# told PATTERN: one JSON line of list that has it, or as many as there are
told()
{
	"$W" list --json >"$TMP/listed" 2>/dev/null
	grep "$1" "$TMP/listed"
}

# id_of KIND NAME
id_of()
{
	told "\"event\":\"kernel_$1\".*\"name\":\"$2\"" | sed 's/.*"id":\([0-9]*\).*/\1/'
}

# gone NAME: detached, and all is as before
gone()
{
	is "$1/tree" "$(tree)" "$empty"
	is "$1/kernel" "$(new_in_kernel)" ""
}

# ---- a device, guarded by nobody

top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
cg=bpfwalk-life-$$

# inside COMMAND...: run by a process in the cgroup
inside()
{
	# shellcheck disable=SC2016 # the new shell's
	sh -c 'echo $$ >"$0" && exec "$@"' "$top/$cg/cgroup.procs" "$@"
}

# opens PATH: how many of 5 tries work inside, how many outside
opens()
{
	echo "$(inside $T/provoke tries somebody 5 "$1" | cut -d ' ' -f 1) $($T/provoke tries somebody 5 "$1" | cut -d ' ' -f 1)"
}

row_device()
{
	status device/attach 0 "$W" attach "$P/device.bpf.o" --cgroup "$cg" --cgroup-create --pin "$life"
	has device/told "$(cat "$TMP/err")" "attached device to cgroup/dev $top/$cg
made the cgroup $cg: detach removes it, unless it is in use
pinned in $F/$life: bpfwalk detach $F/$life undoes it"
	is device/silent "$(cat "$TMP/out")" ""
	is device/tree "$(tree)" "$empty./$life ./$life/cgroup ./$life/links ./$life/links/device ./$life/maps ./$life/progs ./$life/progs/device "
	is device/modes "$(stat -c %a $F/"$life" $F/"$life"/links/device | tr '\n' ' ')" "700 600 "
	is device/nobody "$(told '"name":"device"' | grep -o '"holders":\[\]')" '"holders":[]'
	is device/denied "$(opens /dev/urandom) $(opens /dev/zero)" "0 5 5 5"
	is device/list "$(told '"kernel_program".*"name":"device"' | grep -o '"attached.*')" \
		'"attached":["CGROUP_DEVICE '"$top/$cg"'"],"pins":["'"$F/$life"'/progs/device"],"holders":[]}'
	is device/list-link "$(told '"kernel_link".*"attached":."CGROUP_DEVICE '"$top/$cg" | grep -o '"pins.*')" \
		'"pins":["'"$F/$life"'/links/device"],"holders":[]}'
	status device/again 1 "$W" attach "$P/device.bpf.o" --cgroup "$cg" --pin $F/"$life"/
	has device/again/why "$(cat "$TMP/err")" "bpfwalk: pin: $F/$life is there already (EEXIST)"
	is device/still "$(opens /dev/urandom)" "0 5"
	sleeper
	echo "$sleeper" >"$top/$cg/cgroup.procs"
	status device/detach 0 "$W" detach "$life"
	is device/detached "$(cat "$TMP/err")" "detached device from CGROUP_DEVICE $top/$cg
unpinned program device
left the cgroup $top/$cg: it is in use"
	is device/after "$(opens /dev/urandom)" "5 5"	# at once
	wake
	gone device
}

# The cgroup that attach made goes with detach; one that was there stays.
row_cgroup()
{
	status cgroup/not-made 0 "$W" attach "$P/device.bpf.o" --cgroup "$cg" --cgroup-create --pin "$life"
	status cgroup/not-made/detach 0 "$W" detach "$life"
	is cgroup/not-made/detached "$(cat "$TMP/err")" "detached device from CGROUP_DEVICE $top/$cg
unpinned program device"
	check cgroup/stays rmdir "$top/$cg"
	status cgroup/made 0 "$W" attach --quiet "$P/device.bpf.o" --cgroup "$cg" --cgroup-create --pin "$life"
	is cgroup/name "$(readlink "$F/$life/cgroup")" "$top/$cg"
	status cgroup/detach 0 "$W" detach --json "$life"
	is cgroup/json "$(tail -n 1 "$TMP/out")" '{"event":"cgroup","path":"'"$top/$cg"'","removed":true}'
	check cgroup/removed test ! -e "$top/$cg"
	status cgroup/twice 0 "$W" attach --quiet "$P/device.bpf.o" --cgroup "$cg" --cgroup-create --pin "$life"
	rmdir "$top/$cg"
	status cgroup/gone-before 0 "$W" detach "$life"
	has cgroup/gone-before/told "$(tail -n 1 "$TMP/err")" "unpinned program device"
	gone cgroup
}

# With its cgroup the program is gone; the pins are not, and detach does what is left.
row_cgroup_removed()
{
	mkdir "$top/$cg"
	status removed/attach 0 "$W" attach --json "$P/device.bpf.o" --cgroup "$cg" --pin "$life"
	is removed/json "$(cat "$TMP/out")" '{"event":"attached","program":"device","section":"cgroup/dev","target":"'"$top/$cg"'"}
{"event":"pinned","dir":"'"$F/$life"'"}'
	rmdir "$top/$cg"
	for _ in 1 2 3 4 5 6 7 8 9 10; do		# the kernel lets go of its programs a moment later
		case $(told "$life/links/device") in *"was removed"*) break ;; esac
		sleep 0.2
	done
	has removed/list "$(told "$life/links/device")" '"attached":["CGROUP_DEVICE a cgroup that was removed"]'
	status removed/detach 0 "$W" detach --json $F/"$life"
	is removed/detach-json "$(sed 's/"id":[0-9]*/"id":N/' "$TMP/out")" \
		'{"event":"unpinned","kind":"link","id":N,"path":"'"$F/$life"'/links/device"}
{"event":"unpinned","kind":"program","id":N,"path":"'"$F/$life"'/progs/device"}'
	gone removed
}

# What it counts is read by whoever comes by: by path, by id, by name.
row_counted()
{
	mkdir "$top/$cg"
	status counted/attach 0 "$W" attach "$P/device_rate.bpf.o" --set limit=10 --set window=600000000000 --cgroup "$cg" \
		--pin "$life"
	is counted/limited "$(inside $T/provoke tries somebody 100 /dev/zero | cut -d ' ' -f 1)" 10
	variables='{"event":"map_entry","map":"device_r.bss","key":"allowed","value":10}
{"event":"map_entry","map":"device_r.bss","key":"denied","value":90}'
	id=$(id_of map device_r.bss)
	for map in "$F/$life/maps/_bss" "$life/maps/_bss" "$id" device_r.bss; do
		status "counted/dump ${map##*/}" 0 "$W" dump-map --json "$map"
		is "counted/dump ${map##*/}/entries" "$(sort "$TMP/out")" "$variables"
	done
	is counted/table "$("$W" dump-map "$life/maps/_bss")" "device_r.bss: 2 variables
variable  value
denied       90
allowed      10"
	is counted/rodata "$("$W" dump-map --json "$life/maps/_rodata" | grep -o '"key":"limit".*')" '"key":"limit","value":10}'
	status counted/storage 1 "$W" dump-map "$life/maps/windows"
	has counted/storage/why "$(cat "$TMP/err")" "windows is a BPF_MAP_TYPE_CGROUP_STORAGE, which has no entries that can be listed"
	status counted/detach 0 "$W" detach "$life"
	rmdir "$top/$cg"
	gone counted
}

# ---- everything that attaches by its section

# can_link: this kernel has BPF links for perf events
can_link()
{
	"$W" attach "$P/minimal.bpf.o" --pin "$life" >/dev/null 2>"$TMP/err" && "$W" detach --quiet "$life"
}

row_hooks()
{
	if can_link; then
		perf=yes
	else
		perf=
		has hooks/older "$(cat "$TMP/err")" 'this kernel has no BPF link for this kind of event (5.15 has), and nothing else can be pinned'
		gone hooks/older
	fi
	for name in minimal hello comm_perf talk syscount open_tracepoint uprobe profile ring; do
		# Not on this kernel anyway?
		"$W" run --quiet --for 0 "$P/$name.bpf.o" >/dev/null 2>&1 || continue
		if [ -z "$perf" ] && "$W" inspect --json "$P/$name.bpf.o" | grep '"entry":true' | grep -q -v '"hook":"raw_t'; then
			"$W" attach "$P/$name.bpf.o" --pin "$life" >/dev/null 2>&1 && fail "hooks/$name" "it was attached without a link"
			continue
		fi
		status "hooks/$name" 0 "$W" attach "$P/$name.bpf.o" --pin "$life"
		"$W" list --json links | grep -c "\"$F/$life/links/" >"$TMP/links"
		is "hooks/$name/links" "$(cat "$TMP/links")" "$(find $F/"$life"/links -type f | wc -l)"
		"$W" detach --quiet "$life" || fail "hooks/$name/detach" "exit status $?"
	done
	gone hooks
}

# What else this kernel can attach, it can pin, and says where it is.
row_kinds()
{
	sys=$(sed -n 's/.* T \(__[xar].*_sys_\)getpgid$/\1/p' /proc/kallsyms)	# not __ia32_
	while read -r name at; do
		set -- --prog "$name"
		[ "$name" != lsm_cgroup ] || set -- "$@" --cgroup "$cg"
		"$W" run --quiet --for 0 $O/functions.bpf.o "$@" >/dev/null 2>&1 || continue
		status "kinds/$name" 0 "$W" attach $O/functions.bpf.o "$@" --pin "$life"
		case $name,$(uname -r) in
		fentry,5.10.* | fexit,5.10.* | lsm,5.10.*) at=${at% *}\" ;;	# it does not tell which function
		esac
		has "kinds/$name/at" "$(told '"kernel_link".*'"$life/links/$name" | grep -o '"attached":.*\],"pins')" "\"$at"
		"$W" detach --quiet "$life" || fail "kinds/$name/detach" "exit status $?"
	done <<-END
		fentry TRACE_FENTRY ${sys}getpgid"
		fexit TRACE_FEXIT ${sys}getpgid"
		lsm LSM_MAC bpf_lsm_task_getpgid"
		tp_btf raw_tracepoint sys_enter"
		iter iter task"
		kprobe_multi kprobe.multi,
		uprobe_multi uprobe.multi,
		sk_lookup SK_LOOKUP netns
	END
	gone kinds
}

# The program runs, and nobody is there: the kernel counts it.
row_runs()
{
	stats=/proc/sys/kernel/bpf_stats_enabled
	was=$(cat $stats)
	if ! echo 1 2>/dev/null >$stats; then
		skip runs "$stats cannot be written"
		return
	fi
	at_exit 'echo $was >$stats'
	status runs/attach 0 "$W" attach --quiet "$P/syscount.bpf.o" --pin "$life"
	is runs/quiet "$(cat "$TMP/err")" ""
	$T/provoke calls "$me" 1000
	runs=$(told '"kernel_program".*"pins":."'"$F/$life" | sed 's/.*"run_cnt":\([0-9]*\),"run_time_ns":\([0-9]*\).*/\1 \2/')
	at_least runs/count "${runs% *}" 900
	at_least runs/time "${runs#* }" 1000
	at_least runs/entry "$("$W" dump-map --json "$life/maps/counts" | sed -n 's/.*"comm":"'"$me"'".*"sum":\([0-9]*\)}/\1/p')" 900
	"$W" list >"$TMP/table"
	"$W" list progs >"$TMP/progs" 2>&1
	"$W" detach --quiet "$life"
	echo "$was" >$stats
	is runs/columns "$(awk 'length($0) > 80 && !/^        /' "$TMP/table")" ""
	is runs/aligned "$(awk '/^ +ID/ { uid = index($0, "UID") + 2 } / syscount .*RAW_T/ { print uid, substr($0, uid, 1) }' "$TMP/table" |
		sort -u)" "55 0"
	is runs/one-kind "$(grep -c '^ *ID ' "$TMP/progs")" 1
	gone runs
}

# A process that has it open is named, also for programs that no link holds.
row_holders()
{
	[ -e /sys/kernel/tracing/available_events ] || return
	walk "$P/minimal.bpf.o" || return
	is holders/event "$(told '"name":"minimal"' | grep -o '"attached.*')" \
		'"attached":["tracepoint sched_process_exit"],"pins":[],"holders":[{"pid":'"$walk_pid"',"comm":"bpfwalk"}]}'
	walk_end
}

# Lines of anybody's: of a pinned program where there are kprobes, and what is written to trace_marker.
row_trace()
{
	if [ ! -e /sys/kernel/tracing/trace_marker ]; then
		skip trace "tracefs cannot be mounted"
		return
	fi
	hello=
	"$W" attach --quiet "$P/hello.bpf.o" --pin "$life" 2>/dev/null && hello=yes
	"$W" trace --json >"$TMP/out" 2>"$TMP/err" &
	pid=$!
	at_exit "kill -KILL $pid 2>/dev/null"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		echo "marked by $me" >/sys/kernel/tracing/trace_marker
		/bin/true
		grep -q "marked by $me" "$TMP/out" && break
		sleep 0.3
	done
	kill -TERM $pid
	wait $pid
	is trace/status $? 0
	is trace/silent "$(cat "$TMP/err")" ""
	at_least trace/marked "$(lines '^{"event":"trace","text":".*marked by '"$me"'"}$')" 1
	[ -z "$hello" ] || at_least trace/hello "$(lines 'bpf_trace_printk: Hello World!"}$')" 1
	[ -z "$hello" ] || "$W" detach --quiet "$life"
	status trace/for 0 "$W" trace --for 0.1
	gone trace
}

# ---- what is refused

# refused NAME STATUS MESSAGE VERB...: one line, and nothing has changed
refused()
{
	refused_name=$1 refused_status=$2 refused_message=$3
	shift 3
	refused_tree=$(tree)
	status "refused/$refused_name" "$refused_status" "$W" "$@"
	has "refused/$refused_name/why" "$(tail -n 1 "$TMP/err")" "$refused_message"
	is "refused/$refused_name/line" "$(grep -c '^bpfwalk' "$TMP/err")" 1
	is "refused/$refused_name/tree" "$(tree)" "$refused_tree"
}

row_refused()
{
	s=$P/syscount.bpf.o
	mkdir "$top/$cg" $F/"$life" $F/"$life"/other
	refused no-pin 2 '--pin DIR is missing' attach "$s"
	refused dot 1 "pin: $F/a.b: a name in a BPF file system has no dot" attach "$s" --pin a.b
	refused outside 1 "pin: $TMP/x is not in a BPF file system, but on " attach "$s" --pin "$TMP/x"
	has refused/outside/where "$(cat "$TMP/err")" "one is mounted at $F"
	refused root 1 "pin: $F is the BPF file system itself, expected a directory to make in it" attach "$s" --pin $F
	check refused/outside/nothing test ! -e "$TMP/x"
	refused nowhere 1 "pin: there is no directory $F/no (ENOENT)" attach "$s" --pin no/where
	refused existing 1 "pin: $F/$life is there already (EEXIST)" attach "$s" --pin "$life"
	refused nothing-runs 1 'nothing runs' attach $O/no_target.bpf.o --prog no_function --pin "$life/x"
	refused no-cgroup 1 "no cgroup $top/$cg/none (ENOENT)" attach "$P/device.bpf.o" --cgroup "$cg/none" --pin "$life/x"
	refused no-cgroup-named 1 'nothing runs' attach "$P/device.bpf.o" --pin "$life/x"
	refused half 1 'bpfwalk: attach' attach $O/cgroup_deny.bpf.o --prog no_connect --prog elsewhere --pid 1 --cgroup "$cg" --pin "$life/x"
	refused not-ours 1 "detach: $F/$life is not what attach makes, since it holds other: it is left as it is" detach "$life"
	refused detach-nothing 1 "detach: there is no directory $F/no (ENOENT)" detach no
	refused detach-outside 1 "detach: $TMP is not in a BPF file system, but on " detach "$TMP"
	refused detach-root 1 'detach: ' detach $F
	refused kind 2 "'things' is no kind; expected progs, maps or links" list things
	refused no-id 1 'map open: there is no map with id 4294967295 (BPF_MAP_GET_FD_BY_ID: ENOENT)' dump-map 4294967295
	refused no-name 1 'map open: no map is called nobody_has_this' dump-map nobody_has_this
	refused no-path 1 "map open: there is no $F/no/map (ENOENT)" dump-map no/map
	refused directory 1 "map open: BPF_OBJ_GET of $F/$life: EACCES" dump-map $F/"$life"
	refused file 1 "map open: BPF_OBJ_GET of /dev/null: " dump-map /dev/null
	rmdir $F/"$life"/other $F/"$life" "$top/$cg"

	"$W" attach --quiet "$s" --pin "$life" && "$W" attach --quiet "$s" --pin "$life-2"
	refused file-in-it 1 "pin: $F/$life/progs/syscount is no directory (ENOTDIR)" attach "$s" --pin "$life/progs/syscount/x"
	refused pinned 1 "pin: $F/$life/progs/syscount is there already" attach "$s" --pin "$life/progs/syscount"
	refused program 1 "map open: $F/$life/progs/syscount is a program, expected a map" dump-map "$life/progs/syscount"
	refused ambiguous 1 'maps are called counts: their ids are ' dump-map counts
	"$W" detach --quiet "$life" && "$W" detach --quiet "$life-2"

	mkdir "$F/$life"
	status detach-empty 0 "$W" detach "$life"
	is detach-empty/said "$(cat "$TMP/err")" "removed $life: nothing was pinned in it"

	# More of one name (the kernel keeps 15 bytes) than there is room for: no id is cut.
	{
		printf '.section raw_tp/sched_switch\n.func f\nr0 = 0\nexit\n'
		for i in $(seq 60); do echo ".map all_of_one_name_$i array 4 4 1"; done
	} >"$TMP/many.s"
	"$W" asm "$TMP/many.s" -o "$TMP/many.bpf.o" >"$TMP/out"
	"$W" attach --quiet "$TMP/many.bpf.o" --pin "$life"
	refused many 1 'map open: 60 maps are called all_of_one_name: their ids are ' dump-map all_of_one_name_1
	shown=$(sed 's/.*ids are //; s/, \.\.\.;.*//; s/,//g' "$TMP/err")
	listed=$("$W" list maps | awk '$2 == "all_of_one_name" { print $1 }')
	check refused/many/some test "$(echo "$shown" | wc -w)" -gt 10
	for id in $shown; do echo "$listed" | grep -qx "$id" || echo "$id"; done >"$TMP/strange"
	is refused/many/ids "$(cat "$TMP/strange")" ''
	"$W" detach --quiet "$life"
	gone refused
}

# No BPF file system anywhere.
row_unmounted()
{
	# shellcheck disable=SC2016 # the new shell's
	unshare -m sh -c 'while umount /sys/fs/bpf 2>/dev/null; do :; done
		for v in "attach $1 --pin x" "attach $1 --pin /sys/fs/bpf/x" "detach x"; do $0 $v; echo $?; done' \
		"$W" "$P/syscount.bpf.o" >"$TMP/out" 2>"$TMP/err"
	is unmounted/status "$(tr '\n' ' ' <"$TMP/out")" "1 1 1 "
	is unmounted/lines "$(wc -l <"$TMP/err")" 3
	has unmounted/why "$(cat "$TMP/err")" \
		"bpfwalk: pin: no BPF file system is mounted: /proc/self/mounts has none, and x is relative to it; usually: mount -t bpf"
	has unmounted/there "$(cat "$TMP/err")" "pin: /sys/fs/bpf/x is not in a BPF file system, but on sysfs; none is mounted; usually: mount"
	is unmounted/kernel "$(new_in_kernel)" ""
}

# Somebody who is not root learns what it takes.
row_nobody()
{
	as_nobody="su nobody -s /bin/sh -c"
	if ! $as_nobody "$W --version" >/dev/null 2>&1; then
		skip nobody "nobody cannot run the command from here"
		return
	fi
	$as_nobody "$W list" >"$TMP/out" 2>"$TMP/err"
	is nobody/list "$? $(cat "$TMP/out" "$TMP/err")" "1 bpfwalk: list: BPF_PROG_GET_NEXT_ID: EPERM; usually: to see what others loaded takes root (CAP_SYS_ADMIN)"
	$as_nobody "$W dump-map counts" >"$TMP/out" 2>"$TMP/err"
	is nobody/dump "$? $(wc -l <"$TMP/err")" "1 1"
	has nobody/dump/why "$(cat "$TMP/err")" "EPERM; usually: maps are found by name or id only by root (CAP_SYS_ADMIN)"
	"$W" attach --quiet "$P/syscount.bpf.o" --pin "$life"
	$as_nobody "$W detach $F/$life" >"$TMP/out" 2>"$TMP/err"
	is nobody/detach "$? $(wc -l <"$TMP/err")" "1 1"
	has nobody/detach/why "$(cat "$TMP/err")" "opening the directory $F/$life: EACCES; usually: not root"
	"$W" detach --quiet "$life"
	gone nobody
}

rows='hooks kinds runs holders trace refused unmounted nobody'
if [ -z "$top" ] || ! mkdir "$top/$cg" 2>"$TMP/err"; then
	skip cgroup "no cgroup can be made: ${top:-cgroup2 is not mounted} $(cat "$TMP/err")"
	rows='hooks kinds runs holders trace unmounted nobody'
else
	rmdir "$top/$cg"
	at_exit '[ ! -d "$top/$cg" ] || rmdir "$top/$cg"'
	rows="device cgroup cgroup_removed counted $rows"
fi
for row in $rows; do
	row_$row
done
