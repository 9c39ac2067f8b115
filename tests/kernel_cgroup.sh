#!/bin/sh
# Programs for a cgroup on a real kernel: processes in a cgroup are really refused what the program refuses, others are not,
# and when it is over nobody is. Every section name of a cgroup is attached, and the kernel says to what.
#
# Next: tests/kernel_container.sh
#
# time limit: 240
. tests/walk.sh

O=build/tests/objects
top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
cg=bpfwalk-test-$$
if [ -z "$top" ]; then
	skip cgroup "cgroup2 is not mounted"
	exit
fi
if ! mkdir "$top/$cg" 2>"$TMP/err"; then
	skip cgroup "no cgroup can be made: $(cat "$TMP/err")"
	exit
fi
mkdir "$top/$cg/below"
at_exit remove_cgroups

remove_cgroups()
{
	for d in "$top/$cg-made" "$top/$cg/below" "$top/$cg"; do
		[ ! -d "$d" ] || rmdir "$d"
	done
}

# inside CGROUP COMMAND...: run by a process that is in it; for CGROUP - by one that is not
inside()
{
	where=$1
	shift
	if [ "$where" = - ]; then
		"$@"
	else
		# shellcheck disable=SC2016 # the new shell's
		sh -c 'echo $$ >"$0" && exec "$@"' "$top/$where/cgroup.procs" "$@"
	fi
}

# opened CGROUP N PATH: how many of N tries to open it work for a process in it
opened()
{
	inside "$1" $T/provoke tries somebody "$2" "$3" | cut -d ' ' -f 1
}

# begin NAME OBJECT [OPTION...]: walk OBJECT, or say why not
begin()
{
	begun=$1
	shift
	walk "$@" && return
	fail "$begun" "$(tail -n 1 "$TMP/err")"
	return 1
}

# end: stop it; it must end well
end()
{
	walk_end || fail "$begun" "exit status $walk_status: $(tail -n 1 "$TMP/err")"
}

# links: what is attached to our cgroup by links, one attach type a line
links()
{
	$T/in_kernel | awk -v id="$(stat -c %i "$top/$cg")" '$1 == "link" && $4 == id { print $3 }' | sort
}

# ---- device: nobody in the cgroup opens /dev/urandom, root or not; everybody else does

# of_urandom: how many of 5 tries work: inside, below, outside; and of /dev/zero inside
of_urandom()
{
	echo "$(opened "$cg" 5 /dev/urandom) $(opened "$cg/below" 5 /dev/urandom) $(opened - 5 /dev/urandom)" \
		"$(opened "$cg" 5 /dev/zero)"
}

row_device()
{
	is device/before "$(of_urandom)" "5 5 5 5"
	for path in "$cg" "$top/$cg"; do
		begin device "$P/device.bpf.o" --cgroup "$path" || return
		is "device/denied ${path%%b*}" "$(of_urandom)" "0 0 5 5"
		is "device/link ${path%%b*}" "$(links)" BPF_CGROUP_DEVICE
		end
		is "device/after ${path%%b*}" "$(of_urandom)" "5 5 5 5"
	done
	has device/told "$(cat "$TMP/err")" "attached device to cgroup/dev $top/$cg"
	is device/json "$(grep attached "$TMP/out")" \
		'{"event":"attached","program":"device","section":"cgroup/dev","target":"'"$top/$cg"'"}'
}

# Two at once: both are asked. And a loader that is killed takes its program with it.
row_device_twice()
{
	begin device/twice "$P/device.bpf.o" --cgroup "$cg" || return
	"$W" run --quiet "$P/device_rate.bpf.o" --set limit=0 --cgroup "$cg" >"$TMP/rate" 2>&1 &
	second=$!
	at_exit "kill -KILL $second 2>/dev/null"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(links | wc -l)" != 2 ] || break
		sleep 0.5
	done
	is device/twice "$(of_urandom)" "0 0 5 0"
	kill -TERM $second
	wait $second
	is device/one-left "$(of_urandom)" "0 0 5 5"
	kill -KILL "$walk_pid"
	walk_wait 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -n "$(links)" ] || break
		sleep 0.2
	done
	is device/killed "$(of_urandom)" "5 5 5 5"
}

# A kernel without links: strace answers BPF_LINK_CREATE, the third bpf(2) of this walk, as one before 5.7 would.
row_without_links()
{
	if ! command -v strace >/dev/null; then
		skip without-links "needs the command strace"
		return
	fi
	real=$W
	{
		echo "#!/bin/sh"
		echo "exec strace -D -o $TMP/strace -e trace=bpf -e inject=bpf:error=EINVAL:when=3 $real \"\$@\""
	} >"$TMP/old"
	chmod 755 "$TMP/old"
	W=$TMP/old
	begin without-links "$P/device.bpf.o" --cgroup "$cg"
	W=$real
	[ -n "$walk_pid" ] || return
	is without-links/denied "$(of_urandom)" "0 0 5 5"
	is without-links/none "$(links)" ""
	end
	is without-links/after "$(of_urandom)" "5 5 5 5"
	is without-links/calls "$(grep -o 'BPF_LINK_CREATE\|BPF_PROG_[AD][A-Z]*\|BPF_F_ALLOW_MULTI' "$TMP/strace" | tr '\n' ' ')" \
		"BPF_LINK_CREATE BPF_PROG_ATTACH BPF_F_ALLOW_MULTI BPF_PROG_DETACH "
}

# One byte of the file changed, and the same program guards /dev/zero instead.
row_patched()
{
	status patched/patch 0 "$W" patch "$P/device.bpf.o" --match imm=9 device imm=5 -o "$TMP/zero.bpf.o"
	begin patched "$TMP/zero.bpf.o" --cgroup "$cg" || return
	is patched "$(of_urandom), $(opened "$cg/below" 5 /dev/zero) $(opened - 5 /dev/zero)" "5 5 5 0, 0 5"
	end
	is patched/after "$(of_urandom)" "5 5 5 5"
}

# ---- device_rate: ten in a window of a second, and again in the next

# a_second CGROUP: 1000 tries within a second, with nobody trying in the second before: so they are all in one window. Prints
# how many worked. On a busy machine they may take longer; then it is tried again.
a_second()
{
	for _ in 1 2 3 4 5 6 7 8; do
		sleep 1.1
		inside "$1" $T/provoke tries somebody 1000 /dev/zero >"$TMP/tries"
		read -r worked took <"$TMP/tries"
		[ "$took" -ge 1000 ] || break
	done
	echo "$worked"
}

row_device_rate()
{
	begin device_rate "$P/device_rate.bpf.o" --cgroup "$cg" || return
	is device_rate/seconds "$(a_second "$cg") $(a_second "$cg") $(a_second "$cg/below")" "10 10 10"
	is device_rate/others "$(opened - 1000 /dev/zero) $(opened "$cg" 1000 /dev/null)" "1000 1000"
	end
	is device_rate/after "$(opened "$cg" 1000 /dev/zero)" 1000

	# A window of a minute: many processes, on all CPUs, in the cgroup and the one below it.
	begin device_rate/many "$P/device_rate.bpf.o" --set limit=100 --set window=60000000000 --cgroup "$cg" || return
	pids=
	for n in 1 2 3 4 5 6; do
		opened "$cg" 1000 /dev/zero >"$TMP/many$n" &
		pids="$pids $!"
		opened "$cg/below" 1000 /dev/zero >"$TMP/below$n" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # a list of numbers
	wait $pids
	end
	is device_rate/many "$(cat "$TMP"/many? "$TMP"/below? | awk '{ n += $1 } END { print NR, n }')" "12 100"
	is device_rate/counted "$(global allowed) $(global denied)" "100 11900"
}

# ---- device_log: a record for each access

row_device_log()
{
	names=true comm=somebody
	if ! "$W" load "$P/device_log.bpf.o" >"$TMP/load" 2>&1 && grep -q 'unknown func bpf_get_current_comm' "$TMP/load"; then
		skip device_log/names "this kernel's device programs may not ask for names"
		names=false comm=
	fi
	begin device_log "$P/device_log.bpf.o" --set names=$names --cgroup "$cg" || return
	inside "$cg" $T/provoke opens somebody 70 /dev/urandom
	inside "$cg/below" $T/provoke opens somebody 30 /dev/zero
	$T/provoke opens somebody 7 /dev/zero
	# shellcheck disable=SC2016 # the new shell's
	inside "$cg" sh -c 'exec 5<>/dev/full 6>>/dev/full'
	end
	is device_log/read "$(lines '"major":1,"minor":9,"access":2,"kind":"c","comm":"'$comm'"}') \
$(lines '"major":1,"minor":5,"access":2,"kind":"c","comm":"'$comm'"}')" "70 30"
	is device_log/both "$(lines '"major":1,"minor":7,"access":6,"kind":"c"') $(lines '"major":1,"minor":7,"access":4,"kind":"c"')" "1 1"
	is device_log/missed "$(global missed) $(lost_records)" "0 0"
}

# ---- others that say no: connect, a packet, a sysctl

row_connect4()
{
	begin connect4 $O/cgroup_deny.bpf.o --prog no_connect --cgroup "$cg" || return
	is connect4 "$(inside "$cg" $T/provoke connects somebody 9) $(inside - $T/provoke connects somebody 9)" "EPERM ECONNREFUSED"
	is connect4/port "$(inside "$cg" $T/provoke connects somebody 7)" ECONNREFUSED
	end
	is connect4/after "$(inside "$cg" $T/provoke connects somebody 9)" ECONNREFUSED
}

row_egress()
{
	begin egress $O/cgroup_deny.bpf.o --prog no_egress --cgroup "$cg" || return
	is egress "$(inside "$cg" $T/provoke sends somebody 5) $(inside - $T/provoke sends somebody 5)" "0 5"
	end
	is egress/after "$(inside "$cg" $T/provoke sends somebody 5)" 5
}

# Sending is not refused here: the packets vanish on their way in. TCP is let in, so a refusal is heard.
row_ingress()
{
	is ingress/before "$(inside "$cg" $T/provoke receives somebody 5)" "5 5"
	begin ingress $O/cgroup_deny.bpf.o --prog no_ingress --cgroup "$cg" || return
	is ingress "$(inside "$cg" $T/provoke receives somebody 5), $(inside "$cg/below" $T/provoke receives somebody 5), \
$(inside - $T/provoke receives somebody 5)" "5 0, 5 0, 5 5"
	is ingress/tcp "$(inside "$cg" $T/provoke connects somebody 7)" ECONNREFUSED
	end
	is ingress/after "$(inside "$cg" $T/provoke receives somebody 5)" "5 5"
}

row_sysctl()
{
	ttl=/proc/sys/net/ipv4/ip_default_ttl
	value=$(cat $ttl)
	if ! echo "$value" 2>/dev/null >$ttl; then
		skip sysctl "$ttl cannot be written"
		return
	fi
	begin sysctl $O/cgroup_deny.bpf.o --prog no_write --cgroup "$cg" || return
	write="v=\$(cat $ttl) && if echo \$v >$ttl; then echo written \$v; else echo kept \$v; fi"
	is sysctl "$(inside "$cg" sh -c "$write" 2>/dev/null), $(sh -c "$write")" "kept $value, written $value"
	end
	is sysctl/after "$(inside "$cg" sh -c "$write")" "written $value"
}

# ---- every section name that needs a cgroup, but lsm_cgroup, which is verified against a function of the kernel

# wanted GREP-ARGUMENT...: the attach types of the hook table's rows whose section it finds
wanted()
{
	"$W" hooks --json | grep '"needs":"cgroup"' | grep -v lsm_cgroup | sed -n 's/.*"section":"\([^"]*\)".*"expected_attach_type":"*\([A-Z0-9_a-z]*\).*/\1 \2/p' |
		sed 's/ null$/ BPF_CGROUP_INET_INGRESS/' | grep "$@" | cut -d ' ' -f 2 | sort
}

row_all()
{
	"$W" hooks --json | sed -n 's/.*"section":"\([^"]*\)".*"needs":"cgroup".*/\1/p' | grep -v lsm_cgroup | sort >"$TMP/sections"
	is all/complete "$("$W" inspect --json $O/cgroup_all.bpf.o |
		sed -n 's/^{"event":"program",.*"section":"?*\([^"]*\)".*/\1/p' | sort)" "$(cat "$TMP/sections")"
	begin all $O/cgroup_all.bpf.o --cgroup "$cg" || return
	is all "$(links)" "$(wanted -v _unix)"
	end
	is all/after "$(links)" ""
	for name in connect sendmsg recvmsg getpeername getsockname; do
		if walk $O/cgroup_all.bpf.o --prog ${name}_unix --cgroup "$cg"; then
			is "all/${name}_unix" "$(links)" "$(wanted "${name}_unix")"
			walk_end
		elif grep -q 'program load.*EINVAL' "$TMP/err"; then
			skip "all/${name}_unix" "this kernel has no programs for unix sockets"
		else
			fail "all/${name}_unix" "$(tail -n 1 "$TMP/err")"
		fi
	done
}

# ---- --cgroup-create

row_create()
{
	begin create "$P/device.bpf.o" --cgroup "$cg-made" --cgroup-create || return
	is create/denied "$(opened "$cg-made" 5 /dev/urandom)" 0
	end
	check create/removed test ! -e "$top/$cg-made"
	begin create/used "$P/device.bpf.o" --cgroup "$cg-made" --cgroup-create || return
	sleeper
	echo $sleeper >"$top/$cg-made/cgroup.procs"
	end
	has create/used "$(cat "$TMP/err")" "left the cgroup $cg-made: it is in use"
	check create/left test -d "$top/$cg-made"
	wake
	begin create/there "$P/device.bpf.o" --cgroup "$cg-made" --cgroup-create || return
	end
	check create/stays test -d "$top/$cg-made"
	rmdir "$top/$cg-made"
	status create/failed 1 "$W" run "$P/device.bpf.o" --cgroup "$cg-none/$cg-made" --cgroup-create
	is create/why "$(grep -c "^bpfwalk: cgroup: making $top/$cg-none/$cg-made: ENOENT; usually: " "$TMP/err")" 1
	mkdir "$TMP/dir"
	status create/elsewhere 1 "$W" run "$P/device.bpf.o" --cgroup "$TMP/dir/new" --cgroup-create
	check create/undone test ! -e "$TMP/dir/new"
}

# ---- what is wrong is said, in one line

# wrong NAME STATUS MESSAGE OPTION...: run ends with it, and the last line is the message
wrong()
{
	wrong_name=$1 wrong_status=$2 wrong_message=$3
	shift 3
	status "wrong/$wrong_name" "$wrong_status" "$W" run --for 0 "$@"
	has "wrong/$wrong_name/why" "$(tail -n 1 "$TMP/err")" "$wrong_message"
}

row_wrong()
{
	d=$P/device.bpf.o
	status wrong/left 1 "$W" run "$d"
	has wrong/left/why "$(cat "$TMP/err")" \
		'left device: section cgroup/dev is attached to a cgroup, and none is named: --cgroup is missing'
	wrong nowhere 1 "attach device: no cgroup $top/$cg/none (ENOENT)" "$d" --cgroup "$cg/none"
	wrong file 1 "$top/$cg/cgroup.procs is no cgroup, since it is no directory (ENOTDIR)" "$d" --cgroup "$cg/cgroup.procs"
	wrong directory 1 "/proc is no cgroup, but a directory on proc (BPF_LINK_CREATE): EBADF" "$d" --cgroup /proc
	wrong program 2 "--cgroup: no program of $O/hits.bpf.o can be attached to a cgroup" $O/hits.bpf.o --cgroup "$cg"
	wrong other 2 'can be attached to a cgroup' $O/cgroup_deny.bpf.o --prog elsewhere --cgroup "$cg"
	wrong alone 2 '--cgroup-create needs --cgroup' "$d" --cgroup-create
	wrong pid 1 'process 1 alone cannot be chosen' "$d" --cgroup "$cg" --pid 1
	mkdir -p "$TMP/v1"
	if [ -n "${OWN_MOUNTS-}" ] && mount -t cgroup -o none,name=bpfwalk-test cgroup "$TMP/v1" 2>/dev/null; then
		wrong version-1 1 "$TMP/v1 is a cgroup of version 1" "$d" --cgroup "$TMP/v1"
		umount "$TMP/v1"
	elif [ -d /sys/fs/cgroup/devices ]; then
		wrong version-1 1 "/sys/fs/cgroup/devices is a cgroup of version 1" "$d" --cgroup /sys/fs/cgroup/devices
	else
		skip wrong/version-1 "no cgroups of version 1 here"
	fi
	# Programs for elsewhere are attached as ever.
	status wrong/none 0 "$W" run --for 0 $O/cgroup_deny.bpf.o --prog elsewhere --prog no_connect --cgroup "$cg"
	is wrong/none/attached "$(grep -c '^attached' "$TMP/err")" 2
	if [ -n "${OWN_MOUNTS-}" ] && umount -l "$top" 2>/dev/null; then
		wrong unmounted 1 "cgroup2 is not mounted: /proc/self/mounts has none, and $cg is relative to it" "$d" --cgroup "$cg"
		mount -t cgroup2 cgroup2 "$top"
	else
		skip wrong/unmounted "cgroup2 cannot be unmounted"
	fi
}

# The story has the same calls, and leaves nothing either.
row_explain()
{
	status explain 0 "$W" explain --json "$P/device.bpf.o" --cgroup "$cg-made" --cgroup-create
	is explain/steps "$(sed -n 's/^{"event":"step","step":"\([a-z_]*\)".*/\1/p' "$TMP/out" | tail -n 5 | tr '\n' ' ')" \
		"cgroup_make attach detach cgroup_remove close "
	is explain/link "$(lines '"cmd":"BPF_LINK_CREATE","args":{"prog_fd":[0-9]*,"target_fd":[0-9]*,"attach_type":"BPF_CGROUP_DEVICE"')" 1
	check explain/removed test ! -e "$top/$cg-made"
}

for row in device device_twice patched without_links device_rate device_log connect4 egress ingress sysctl all create wrong explain; do
	row_$row
done
is left/in-kernel "$(new_in_kernel)" ""
