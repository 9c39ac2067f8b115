#!/bin/sh
# Programs for an interface on a real kernel: an exact number of packets goes from one end of a veth pair to the other, in a
# network namespace that this test makes and nobody else is in, and what the programs count and drop is exactly that.
#
# Nothing sends a packet there on its own: the interfaces have no addresses, and IPv6 is off.
#
# Next: tests/kernel_strace.sh
#
# time limit: 200
# shellcheck disable=SC2093 # the rest runs when this has happened
if [ "$(id -u)" = 0 ] && [ -z "${OWN_NET-}" ] && unshare -n true 2>/dev/null; then
	OWN_NET=1 exec unshare -n sh "$0" "$@"
fi
. tests/walk.sh

O=build/tests/objects
if [ -z "${OWN_NET-}" ]; then
	skip packets "no network namespace can be made"
	exit
fi
need packets ip
for file in /proc/sys/net/ipv6/conf/*/disable_ipv6; do
	[ ! -e "$file" ] || echo 1 >"$file"
done
ip link set lo up
# "near" is where programs are attached, "far" its other end, which the kernel calls veth0.
if ! ip link add near type veth 2>"$TMP/err" || ! ip link set veth0 name far 2>"$TMP/err"; then
	skip packets "no veth pair can be made: $(cat "$TMP/err")"
	exit
fi
ip link set near up
ip link set far up

# kernel_is MAJOR MINOR: or newer
kernel_is()
{
	uname -r | awk -F '[.-]' -v major="$1" -v minor="$2" '{ exit !($1 > major || ($1 == major && $2 + 0 >= minor)) }'
}

# send IFACE PROTOCOL SOURCE N
send()
{
	$T/packets send "$@" || fail send "$*"
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

# end: when all that was sent has arrived, stop it; it must end well
end()
{
	sleep 0.3
	walk_end || fail "$begun" "exit status $walk_status: $(tail -n 1 "$TMP/err")"
}

# entries MAP [FILE]: its entries as "key value", sorted
entries()
{
	sed -n 's/^{"event":"map_entry","map":"'"$1"'","key":"*\([^}]*[^}"]\)"*,"value":\(.*\)}$/\1 \2/p' "${2-$TMP/out}" | sort
}

# ---- socket: what comes in and goes out, by protocol

row_sockfilter()
{
	begin sockfilter "$P/sockfilter.bpf.o" --iface near || return
	send far 17 10.9.0.2 1000
	send far 6 10.9.0.2 22
	send far 1 10.9.0.2 33
	send far arp 10.9.0.2 44
	send far ipv6 10.9.0.2 55
	send far 132 10.9.0.2 6
	send far 200 10.9.0.2 7
	send near 17 10.9.0.1 8
	send near 6 10.9.0.1 9
	send lo 17 10.9.0.1 10
	end
	is sockfilter "$(entries packets)" "$(sort <<-'END'
	200 {"in":7,"out":0}
	arp {"in":44,"out":0}
	icmp {"in":33,"out":0}
	icmpv6 {"in":55,"out":0}
	sctp {"in":6,"out":0}
	tcp {"in":22,"out":9}
	udp {"in":1000,"out":8}
	END
	)"
	is sockfilter/uncounted "$(global uncounted)" 0
	has sockfilter/told "$(cat "$TMP/err")" "attached sockfilter to socket near"

	# On the loopback interface everything goes out and comes in.
	begin sockfilter/lo "$P/sockfilter.bpf.o" --iface lo || return
	send lo 17 10.9.0.1 5
	end
	is sockfilter/lo "$(entries packets)" 'udp {"in":5,"out":5}'

	# An interface that is down has no packets, and when it comes up they are seen.
	ip link set near down
	begin sockfilter/down "$P/sockfilter.bpf.o" --iface near || return
	ip link set near up
	send far 17 10.9.0.2 5
	end
	is sockfilter/down "$(entries packets)" 'udp {"in":5,"out":0}'

	# No room in the map: counted all the same.
	begin sockfilter/full "$P/sockfilter.bpf.o" --iface near --map-entries packets=1 || return
	send far 17 10.9.0.2 5
	send far 6 10.9.0.2 6
	end
	is sockfilter/full "$(entries packets) $(global uncounted)" 'udp {"in":5,"out":0} 6'
}

# ---- xdp: dropped by source address. A socket filter beside it sees what is left.

# witness: count what gets past XDP, into $TMP/seen
witness()
{
	: >"$TMP/seen.err"
	"$W" run --json "$P/sockfilter.bpf.o" --iface near >"$TMP/seen" 2>"$TMP/seen.err" &
	witness_pid=$!
	at_exit "kill -KILL $witness_pid 2>/dev/null"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		! grep -q '^running' "$TMP/seen.err" || return 0
		sleep 0.5
	done
	fail witness "$(cat "$TMP/seen.err")"
}

row_xdp_drop()
{
	witness
	begin xdp_drop "$P/xdp_drop.bpf.o" --iface near --put blocked:10.9.0.2 --put blocked:10.9.0.3=100 \
		--put 'blocked:[10,9,0,9]' || return
	send far 17 10.9.0.2 700
	send far 6 10.9.0.3 2
	send far 17 10.9.0.4 50
	send far arp 10.9.0.2 3
	send near 17 10.9.0.2 4
	end
	send far 17 10.9.0.2 11
	sleep 0.3
	kill -TERM $witness_pid
	wait $witness_pid
	is xdp_drop/dropped "$(entries blocked)" "$(printf '%s\n' '[10,9,0,2] 700' '[10,9,0,3] 102' '[10,9,0,9] 0')"
	is xdp_drop/passed "$(global passed)" 53
	is xdp_drop/seen "$(entries packets "$TMP/seen")" "$(printf '%s\n' 'arp {"in":3,"out":0}' 'udp {"in":61,"out":4}')"

	# What is dropped at lo never comes back: every one could be sent, none was refused by the port.
	begin xdp_drop/lo "$P/xdp_drop.bpf.o" --iface lo --put blocked:127.0.0.1 || return
	is xdp_drop/lo/sent "$($T/provoke sends somebody 5)" 5
	end
	is xdp_drop/lo "$(entries blocked) $(global passed)" "[127,0,0,1] 5 0"
}

# An interface has one XDP program. The one that is there stays, and goes on.
row_busy()
{
	begin busy "$P/xdp_drop.bpf.o" --iface near --put blocked:10.9.0.2 || return
	"$W" run --for 0 "$P/xdp_drop.bpf.o" --iface near >"$TMP/second" 2>&1
	is busy/status $? 1
	has busy/why "$(cat "$TMP/second")" \
		"bpfwalk: attach xdp_drop: BPF_LINK_CREATE at near: another XDP program is attached there: EBUSY; usually: "
	is busy/one-line "$(wc -l <"$TMP/second")" 1
	send far 17 10.9.0.2 5
	end
	is busy/goes-on "$(entries blocked)" "[10,9,0,2] 5"
	# A loader that is killed takes its program with it.
	begin busy/killed "$P/xdp_drop.bpf.o" --iface near || return
	kill -KILL "$walk_pid"
	walk_wait 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		"$W" run --for 0 --quiet "$P/xdp_drop.bpf.o" --iface near >/dev/null 2>"$TMP/err" && break
		sleep 0.3
	done
	is busy/free-again "$(cat "$TMP/err")" ""
}

# One that ip(8) has attached, by netlink: native as ours would be, or generic.
row_netlink()
{
	if ! ip link set dev near xdpdrv obj "$P/xdp_drop.bpf.o" sec xdp >"$TMP/ip" 2>&1; then
		skip netlink "this ip cannot attach: $(tail -n 1 "$TMP/ip")"
		return
	fi
	wrong netlink/native 1 'another XDP program is attached there: EBUSY; usually: ' "$P/xdp_drop.bpf.o" --iface near
	ip link set dev near xdpdrv off
	ip link set dev near xdpgeneric obj "$P/xdp_drop.bpf.o" sec xdp
	wrong netlink/generic 1 'native and generic ones exclude each other: EEXIST; usually: ' "$P/xdp_drop.bpf.o" --iface near
	ip link set dev near xdpgeneric off
	check netlink/free "$W" run --quiet --for 0 "$P/xdp_drop.bpf.o" --iface near
}

# ---- tcx and netkit, where the kernel has them

# too_old NAME MESSAGE OBJECT [OPTION...]: one line says so, and nothing is left
too_old()
{
	old_name=$1 old_message=$2
	shift 2
	status "$old_name" 1 "$W" run --quiet --for 0 "$@"
	is "$old_name/one-line" "$(wc -l <"$TMP/err")" 1
	has "$old_name/why" "$(cat "$TMP/err")" "$old_message"
}

row_tcx()
{
	witness
	begin tcx $O/tcx.bpf.o --iface near || return
	if kernel_is 6 6; then
		is tcx/links "$($T/filters list near)" ""
	else
		is tcx/filters "$($T/filters list near)" "$four_filters"
	fi
	send far 17 10.9.0.2 500
	send near 17 10.9.0.2 60
	end
	is tcx "$(global in) $(global in_too) $(global out) $(global dropped)" "500 500 60 60"
	is tcx/targets "$(grep -c '"event":"attached".*"target":"near"' "$TMP/out")" 4
	is tcx/left "$($T/filters list near)" ""
	send near 17 10.9.0.2 7
	sleep 0.3
	kill -TERM $witness_pid
	wait $witness_pid
	# What tcx dropped on its way out was never seen by the socket filter, which comes later.
	is tcx/dropped "$(entries packets "$TMP/seen")" 'udp {"in":500,"out":7}'
}

# The sections that do not say which way: the first sees a packet before the second, which drops it.
row_tc()
{
	for way in near near:ingress; do
		begin tc/$way $O/tc.bpf.o --iface $way || return
		send far 17 10.9.0.2 30
		send near 17 10.9.0.2 4
		end
		is tc/$way "$(global first) $(global second)" "30 30"
		is tc/$way/targets "$(grep -c '"event":"attached".*"target":"near:ingress"' "$TMP/out")" 2
	done
	begin tc/egress $O/tc.bpf.o --iface near:egress || return
	send far 17 10.9.0.2 5
	send near 17 10.9.0.2 60
	end
	is tc/egress "$(global first) $(global second)" "60 60"
	is tc/left "$($T/filters list near)" ""
	wrong tc/way 1 'attach tc_one: near:out: behind the colon expected ingress or egress' $O/tc.bpf.o --iface near:out
	wrong tc/section 1 'attach tcx_in: no interface near:egress: a name has no colon' $O/tcx.bpf.o --iface near:egress
	# The kernel would look in front of the colon, and find it.
	wrong tc/colon 1 'attach xdp_drop: no interface near:1: a name has no colon' "$P/xdp_drop.bpf.o" --iface near:1
}

# ---- filters of traffic control, where there is no tcx. Where there is, strace makes the kernel say that there is not.

four_filters='qdisc clsact
filter ingress 49152 bpf 1 tcx_in
filter ingress 49153 bpf 1 tc_in
filter egress 49152 bpf 1 tcx_out
filter egress 49153 bpf 1 tc_out'

# without_tcx PROGRAMS COMMAND...: makes of $W a command that runs COMMAND on a kernel without tcx. Between two of its
# calls of BPF_LINK_CREATE it asks for the id of a program. $inject is left to the caller.
without_tcx()
{
	real=${real-$W} inject=
	W=$real
	! kernel_is 6 6 || programs=$1
	shift
	! kernel_is 6 6 || {
		link=$(strace -f -e trace=bpf "$W" "$@" 2>&1 | grep '^bpf(' | grep -n BPF_LINK_CREATE | head -n 1 | cut -d : -f 1)
		refuse="-e inject=bpf:error=EINVAL:when=$link..$((link + 2 * (programs - 1)))+2"
	}
	cat >"$TMP/without_tcx" <<-END
	#!/bin/sh
	exec ${refuse:+strace -D -f -o "$TMP/strace" -e trace=bpf,socket,setsockopt,sendto,recvfrom $refuse \$inject} "$real" "\$@"
	END
	chmod +x "$TMP/without_tcx"
	W=$TMP/without_tcx
}

row_filters()
{
	# A virtual machine takes its time: those of 5.10 and 6.1 have filters and nothing else, and this one would pretend.
	[ -z "$quiet" ] || ! kernel_is 6 6 || return
	if kernel_is 6 6 && ! command -v strace >/dev/null; then
		skip filters "this kernel has tcx, and there is no strace"
		return
	fi
	export inject
	without_tcx 4 run --quiet --for 0 $O/tcx.bpf.o --iface near
	row_filters_alone
	row_filters_beside
	without_tcx 2 run --quiet --for 0 $O/tc.bpf.o --iface near
	row_filters_ingress
	row_filters_killed
	row_filters_fail
	row_filters_pinned
	W=$real
}

row_filters_alone()
{
	begin filters $O/tcx.bpf.o --iface near || return
	is filters/list "$($T/filters list near)" "$four_filters"
	send far 17 10.9.0.2 500
	send near 17 10.9.0.2 60
	end
	is filters "$(global in) $(global in_too) $(global out) $(global dropped)" "500 500 60 60"
	is filters/left "$($T/filters list near)" ""

	status filters/explain 0 "$W" explain $O/tcx.bpf.o --iface near
	has filters/explain/why "$(cat "$TMP/out")" "This kernel has no BPF links for tcx: it is older than 6.6."
	has filters/explain/fields "$(cat "$TMP/out")" "TCA_BPF_FLAGS=TCA_BPF_FLAG_ACT_DIRECT"
}

# Others were there before. Ours goes behind them, and takes nothing of theirs away.
row_filters_beside()
{
	$T/filters qdisc near clsact
	$T/filters add near ingress 7
	$T/filters add near egress 49160
	beside=$($T/filters list near)
	begin filters/beside $O/tcx.bpf.o --iface near || return
	is filters/beside/list "$($T/filters list near)" "qdisc clsact
filter ingress 7 bpf 1 
filter ingress 49152 bpf 1 tcx_in
filter ingress 49153 bpf 1 tc_in
filter egress 49160 bpf 1 
filter egress 49161 bpf 1 tcx_out
filter egress 49162 bpf 1 tc_out"
	send far 17 10.9.0.2 5
	send near 17 10.9.0.2 6
	end
	is filters/beside "$(global in) $(global in_too) $(global out) $(global dropped)" "5 5 6 6"
	is filters/beside/left "$($T/filters list near)" "$beside"

	# One came meanwhile: the qdisc is theirs as well now.
	$T/filters clear near
	begin filters/meanwhile $O/tcx.bpf.o --iface near || return
	$T/filters add near egress 1
	end
	is filters/meanwhile "$($T/filters list near)" "qdisc clsact
filter egress 1 bpf 1 "
	# And what is removed by somebody else is no concern of ours.
	begin filters/gone $O/tcx.bpf.o --iface near || return
	$T/filters clear near
	$T/filters qdisc near clsact
	$T/filters add near ingress 49152
	beside=$($T/filters list near)
	end
	is filters/gone "$($T/filters list near)" "$beside"

	$T/filters add near ingress 65535
	beside=$($T/filters list near)
	wrong filters/last 1 'a filter at near has the priority 65535, the last there is, and no other can go behind it' \
		$O/tcx.bpf.o --iface near
	is filters/last/left "$($T/filters list near)" "$beside"
	$T/filters clear near
}

# A qdisc for what comes in, and for nothing else, is there.
row_filters_ingress()
{
	$T/filters qdisc near ingress
	begin filters/ingress $O/tc.bpf.o --iface near || return
	send far 17 10.9.0.2 8
	end
	is filters/ingress "$(global first) $(global second)" "8 8"
	wrong filters/no-way-out 1 'near has a qdisc called ingress (RTM_NEWQDISC: EEXIST), which has no place for programs that' \
		$O/tc.bpf.o --iface near:egress
	is filters/ingress/left "$($T/filters list near)" "qdisc ingress"
	$T/filters clear near
}

# After SIGKILL they stay, and work. Another one goes behind them.
row_filters_killed()
{
	begin filters/killed $O/tc.bpf.o --iface near || return
	stays=$($T/filters list near)
	kill -KILL "$walk_pid"
	walk_wait 2>/dev/null
	has filters/killed "$stays" "filter ingress 49153 bpf 1 tc_two"
	begin filters/second $O/tc.bpf.o --iface near || return
	is filters/second/list "$($T/filters list near)" "$stays
filter ingress 49154 bpf 1 tc_one
filter ingress 49155 bpf 1 tc_two"
	end
	is filters/killed/stays "$($T/filters list near)" "$stays"
	$T/filters clear near
}

# Each call made to fail: status 1, one line, and nothing is left; but a qdisc, when its making was not answered.
row_filters_fail()
{
	if ! command -v strace >/dev/null; then
		skip filters/fails "needs the command strace"
		return
	fi
	# On a kernel without tcx strace has not begun yet.
	tracer=
	kernel_is 6 6 || tracer="strace -D -f -o $TMP/strace -e trace=bpf,socket,setsockopt,sendto,recvfrom"
	for call in socket:2 setsockopt:1 sendto:1 sendto:2 sendto:3 sendto:4 sendto:5 sendto:6 sendto:7 \
		recvfrom:1 recvfrom:2 recvfrom:3 recvfrom:4 recvfrom:5 recvfrom:6 recvfrom:7; do
		inject="-e inject=${call%:*}:error=EIO:when=${call#*:}"
		# shellcheck disable=SC2086 # words
		${tracer:+$tracer $inject} "$W" run --quiet --for 0 $O/tc.bpf.o --iface near >"$TMP/out" 2>"$TMP/err"
		echo "$call $? $(grep -c "INJECTED" "$TMP/strace") $(grep -c '^bpfwalk: attach tc_.*: EIO$' "$TMP/err") $(wc -l <"$TMP/err")" \
			"$($T/filters list near)"
		$T/filters clear near 2>/dev/null
	done >"$TMP/fails"
	inject=
	refused=$(kernel_is 6 6 && echo '[23]' || echo 1)
	is filters/fails "$(grep -v " 1 $refused 1 1 \$" "$TMP/fails")" "$(grep "^recvfrom:1 1 $refused 1 1 qdisc clsact\$" "$TMP/fails")"
	is filters/failed "$(wc -l <"$TMP/fails")" 16
}

# Pinned, they stay on purpose, and detach takes away what attach has left.
row_filters_pinned()
{
	pin=filters$$
	without_tcx 2 run --quiet --for 0 $O/tc.bpf.o --iface near
	if kernel_is 6 6; then
		"$real" attach --quiet $O/tc.bpf.o --iface near --pin $pin && "$real" detach --quiet $pin
		without_tcx 2 attach --quiet $O/tc.bpf.o --iface near --pin $pin
		"$real" detach --quiet $pin
	fi
	status filters/pin 0 "$W" attach --quiet $O/tc.bpf.o --iface near:egress --pin $pin
	is filters/pin/list "$($T/filters list near)" "qdisc clsact
filter egress 49152 bpf 1 tc_one
filter egress 49153 bpf 1 tc_two"
	send near 17 10.9.0.2 12
	sleep 0.3
	status filters/pin/dump 0 "$W" dump-map --json $pin/maps/_bss
	is filters/pin/counts "$(global first) $(global second)" "12 12"
	status filters/pin/elsewhere 1 unshare -n "$real" detach $pin
	has filters/pin/elsewhere/why "$(cat "$TMP/err")" 'is a filter at near in the network namespace net:['
	is filters/pin/elsewhere/one-line "$(wc -l <"$TMP/err")" 1
	status filters/detach 0 "$real" detach $pin
	has filters/detach/told "$(cat "$TMP/err")" 'detached tc_one from tc/egress near'
	is filters/detach/left "$($T/filters list near)" ""
	check filters/detach/unpinned test ! -e /sys/fs/bpf/$pin

	# Somebody else has put another in its place: that one is not ours.
	status filters/pin/again 0 "$W" attach --quiet $O/tc.bpf.o --iface near --pin $pin
	$T/filters clear near
	$T/filters qdisc near clsact
	$T/filters add near ingress 49152
	status filters/detach/others 0 "$real" detach --quiet $pin
	is filters/detach/others/left "$($T/filters list near)" "qdisc clsact
filter ingress 49152 bpf 1 "
	$T/filters clear near
}

row_netkit()
{
	if ! ip link add pair type netkit 2>"$TMP/err"; then
		skip netkit "this kernel has no netkit devices"
		return
	fi
	other=$(ip link | sed -n 's/^[0-9]*: \(nk[0-9]*\)@.*/\1/p')
	ip link set pair up
	ip link set "$other" up
	begin netkit $O/netkit.bpf.o --iface pair || return
	send pair 17 10.9.0.2 40
	send "$other" 17 10.9.0.2 50
	end
	is netkit "$(global primary_out) $(global peer_out)" "40 50"
	too_old netkit/peer "BPF_LINK_CREATE at $other: it is the peer of a netkit device" $O/netkit.bpf.o --iface "$other"
	too_old netkit/veth "BPF_LINK_CREATE at near: it is no netkit device, which netkit/primary is for: ENXIO" \
		$O/netkit.bpf.o --iface near
	ip link del pair
}

# ---- netfilter: datagrams to ourselves, at each point they pass; where they are dropped on their way in, nobody gets them

row_netfilter()
{
	n=$O/netfilter.bpf.o
	if ! kernel_is 6 4; then
		status netfilter/older 1 "$W" run --quiet --for 0 "$n" --netfilter ipv4:input
		has netfilter/older/why "$(cat "$TMP/err")" 'program load: meet: '
		return
	fi
	for point in output postrouting prerouting input:-300; do
		begin netfilter $n --netfilter ipv4:$point || return
		is "netfilter/$point/passes" "$($T/provoke receives "$me" 20)" "20 20"
		end
		is "netfilter/$point" "$(global packets)" 20
		has "netfilter/$point/told" "$(cat "$TMP/err")" "attached meet to netfilter ipv4:$point"
	done
	begin netfilter/forward $n --netfilter ipv4:forward || return
	$T/provoke receives "$me" 20 >/dev/null
	end
	is netfilter/forward "$(global packets)" 0
	begin netfilter/ipv6 $n --netfilter ipv6:input || return
	$T/provoke receives "$me" 20 >/dev/null
	end
	is netfilter/ipv6 "$(global packets)" 0

	begin netfilter/drop $n --netfilter ipv4:input --set drop=true || return
	is netfilter/drop "$($T/provoke receives "$me" 20)" "20 0"
	has netfilter/busy "$("$W" run --quiet --for 0 $n --netfilter ipv4:input 2>&1)" 'BPF_LINK_CREATE at ipv4:input: another program is attached there with this priority: EBUSY'
	check netfilter/beside "$W" run --quiet --for 0 $n --netfilter ipv4:input:1
	end
	is netfilter/dropped "$(global packets)" 20
	is netfilter/afterwards "$($T/provoke receives "$me" 20)" "20 20"
	status netfilter/lowest 1 "$W" run --quiet --for 0 $n --netfilter ipv4:input:-2147483648
	has netfilter/lowest/why "$(cat "$TMP/err")" 'the lowest and the highest priority are the kernel'
	status netfilter/left 1 "$W" run --for 0 $n
	has netfilter/left/why "$(cat "$TMP/err")" \
		'left meet: section netfilter is attached to a point, and none is named: --netfilter is missing'
	status netfilter/pinned 0 "$W" attach --quiet $n --netfilter ipv4:output --pin nf$$ --set drop=true
	is netfilter/pinned/drops "$($T/provoke sends "$me" 5)" 0
	has netfilter/pinned/listed "$("$W" list links)" 'NETFILTER family 2 hook 3 priority 0'
	status netfilter/detach 0 "$W" detach --quiet nf$$
	is netfilter/pinned/gone "$($T/provoke sends "$me" 5)" 5
}

# ---- what is wrong is said, in one line

# wrong NAME STATUS MESSAGE OPTION...: run ends with it, and the last line is the message
wrong()
{
	wrong_name=$1 wrong_status=$2 wrong_message=$3
	shift 3
	status "wrong/$wrong_name" "$wrong_status" "$W" run --quiet --for 0 "$@"
	is "wrong/$wrong_name/one-line" "$(wc -l <"$TMP/err")" 1
	has "wrong/$wrong_name/why" "$(cat "$TMP/err")" "$wrong_message"
}

row_wrong()
{
	x=$P/xdp_drop.bpf.o s=$P/sockfilter.bpf.o
	status wrong/left 1 "$W" run "$x"
	has wrong/left/why "$(cat "$TMP/err")" \
		'left xdp_drop: section xdp is attached to an interface, and none is named: --iface is missing'
	has wrong/left/nothing "$(tail -n 1 "$TMP/err")" "bpfwalk: attach: no program of $x says where it goes: nothing runs"
	for object in "$x" "$s"; do
		name=${object##*/}
		wrong "$name/nowhere" 1 ': no interface nowhere (ENODEV); usually: a misspelt name' "$object" --iface nowhere
		wrong "$name/empty" 1 ': the name of the interface is empty' "$object" --iface ''
		wrong "$name/long" 1 ': no interface sixteen-letters.: a name has at most 15 bytes' "$object" \
			--iface sixteen-letters.
		wrong "$name/pid" 1 ': process 1 alone cannot be watched' "$object" --iface near --pid 1
	done
	wrong program 2 "--iface: no program of $P/device.bpf.o can be attached to a network interface" "$P/device.bpf.o" \
		--iface near
	wrong cgroup 2 "--cgroup: no program of $x can be attached to a cgroup" "$x" --cgroup near
	wrong key 2 "--put blocked:10.9.0: '10.9.0' is not 4 values with '.' between them" "$x" --iface near --put blocked:10.9.0
	wrong value 2 "--put blocked:10.9.0.1=-1: -1 does not fit into unsigned 64 bits" "$x" --iface near --put blocked:10.9.0.1=-1
	wrong map 2 "--put: 'allowed:10.9.0.1' does not begin with one of this object's maps" "$x" --iface near \
		--put allowed:10.9.0.1
	wrong no-key 2 "--put: 'blocked' does not begin with one of this object's maps" "$x" --iface near --put blocked
	wrong variable 2 '--put .bss:0: .bss holds global variables' "$x" --iface near --put .bss:0
	wrong full 1 'map entry: BPF_MAP_UPDATE_ELEM of 10.9.0.2 in blocked: E2BIG' "$x" --iface near --map-entries blocked=1 \
		--put blocked:10.9.0.1 --put blocked:10.9.0.2
	# Without CAP_NET_RAW there are no packet sockets; without CAP_NET_ADMIN and CAP_SYS_ADMIN no XDP programs.
	status wrong/net-raw 1 $T/packets without 13 "$W" run --quiet --for 0 "$s" --iface near
	has wrong/net-raw/why "$(cat "$TMP/err")" 'attach sockfilter: making a packet socket: EPERM; usually: a container without'
	is wrong/net-raw/one-line "$(wc -l <"$TMP/err")" 1
	status wrong/net-admin 1 $T/packets without 12 $T/packets without 21 "$W" run --quiet --for 0 "$x" --iface near
	has wrong/net-admin/why "$(cat "$TMP/err")" 'EPERM'
	is wrong/net-admin/one-line "$(wc -l <"$TMP/err")" 1
}

# The story has the same calls, and leaves nothing either.
row_explain()
{
	status explain 0 "$W" explain --json "$P/xdp_drop.bpf.o" --iface near --put blocked:10.9.0.2
	is explain/steps "$(sed -n 's/^{"event":"step","step":"\([a-z_]*\)".*/\1/p' "$TMP/out" | tail -n 4 | tr '\n' ' ')" \
		"map_put attach detach close "
	is explain/link "$(lines '"cmd":"BPF_LINK_CREATE","args":{"prog_fd":[0-9]*,"target_ifindex":[0-9]*,"attach_type":"BPF_XDP"')" 1
	is explain/ifindex "$(sed -n 's/.*"ifr_name":"near","ifr_ifindex":\([0-9]*\).*/\1/p' "$TMP/out")" \
		"$(ip link | sed -n 's/^\([0-9]*\): near[@:].*/\1/p')"
	status explain/socket 0 "$W" explain --json "$P/sockfilter.bpf.o" --iface near
	is explain/calls "$(sed -n 's/^{"event":"syscall","call":"\(socket\|setsockopt\|bind\)","cmd":\([^,]*\),.*/\1 \2/p' "$TMP/out" |
		tr '\n' ' ')" 'socket null setsockopt "SO_ATTACH_BPF" bind null '
}

# What strace sees of it, and what the story tells, line by line: call, command, result.
calls_seen()
{
	sed -n -E -e 's/^[0-9]+ +//' -e 's/^(socket|bind)\(.* = ([0-9]+)$/\1 null \2/p' \
		-e 's/^setsockopt\([0-9]+, SOL_SOCKET, ([A-Z_]+),.* = ([0-9]+)$/setsockopt "\1" \2/p' \
		-e 's/^(ioctl|bpf)\(([0-9]+, )?([A-Z_]+),.* = ([0-9]+)$/\1 "\3" \4/p' "$TMP/strace"
}

calls_told()
{
	sed -n 's/^{"event":"syscall","call":"\(socket\|bind\|setsockopt\|ioctl\|bpf\)","cmd":\([^,]*\),.*"ret":\([0-9]*\)}$/\1 \2 \3/p' "$TMP/out"
}

# Each of the calls that attach made to fail: exit status 1 and one line, whichever it is.
row_strace()
{
	if ! command -v strace >/dev/null; then
		skip strace "needs the command strace"
		return
	fi
	trace=socket,bind,setsockopt,ioctl,bpf
	for object in "$P/xdp_drop.bpf.o" "$P/sockfilter.bpf.o"; do
		name=${object##*/}
		strace -f -o "$TMP/strace" -e trace=$trace "$W" explain --json "$object" --iface near >"$TMP/out" 2>"$TMP/err"
		is "strace/$name" "$(calls_told)" "$(calls_seen)"
		has "strace/$name/ioctl" "$(calls_seen)" 'ioctl "SIOCGIFINDEX" 0'
		# BPF_LINK_CREATE is the last of its calls of bpf(2), where there is one.
		bpf=$(grep -c ' bpf(' "$TMP/strace")
		grep -q BPF_LINK_CREATE "$TMP/strace" || bpf=
		for call in socket:1 ioctl:1 setsockopt:1 bind:1 ${bpf:+bpf:$bpf}; do
			grep -q " ${call%:*}(" "$TMP/strace" || continue
			strace -f -o "$TMP/injected" -e trace=$trace -e "inject=${call%:*}:error=EIO:when=${call#*:}" \
				"$W" run --quiet --for 0 "$object" --iface near >"$TMP/out" 2>"$TMP/err"
			echo "$call $? $(grep -c INJECTED "$TMP/injected") $(grep -c '^bpfwalk: attach .*: .*EIO$' "$TMP/err") $(wc -l <"$TMP/err")"
		done >"$TMP/fails"
		is "strace/$name/fails" "$(grep -v ' 1 1 1 1$' "$TMP/fails")" ""
		at_least "strace/$name/failed" "$(wc -l <"$TMP/fails")" 3
	done
}

# A map with a value for each CPU gets the value for all of them; a key that is a structure is given as its bytes.
row_put()
{
	begin put "$P/syscount.bpf.o" --put counts:x:7a7a7a00000000000000000000000000=7 || return
	end
	cpus=$(sed -n 's/^{"event":"map_entry","map":"counts","key":{"comm":"zzz"},"value":\[\([0-9,]*\)\],"sum":[0-9]*}$/\1/p' "$TMP/out")
	is put/per-cpu "$(echo "$cpus" | tr , '\n' | sort -u)" 7
}

# Left attached by a pin, and detached. A socket cannot be pinned, and says so before anything is left.
row_attach()
{
	pin=packets$$
	status attach 0 "$W" attach --quiet "$P/xdp_drop.bpf.o" --iface near --pin $pin --put blocked:10.9.0.2
	send far 17 10.9.0.2 6
	sleep 0.3
	status attach/dump 0 "$W" dump-map --json $pin/maps/blocked
	is attach/dropped "$(entries blocked)" "[10,9,0,2] 6"
	status attach/detach 0 "$W" detach --quiet $pin
	check attach/free "$W" run --quiet --for 0 "$P/xdp_drop.bpf.o" --iface near
	status attach/socket 1 "$W" attach --quiet "$P/sockfilter.bpf.o" --iface near --pin $pin
	has attach/socket/why "$(cat "$TMP/err")" 'attach sockfilter: the program hangs on a socket, which cannot be pinned'
	check attach/nothing-left test ! -e /sys/fs/bpf/$pin
}

for row in sockfilter xdp_drop busy netlink tcx tc filters netkit netfilter wrong explain strace put attach; do
	row_$row
done
is left/in-kernel "$(new_in_kernel)" ""
