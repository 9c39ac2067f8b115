#!/bin/sh
# A container made by an OCI runtime, crun or runc: its root reads /dev/urandom, until a program guards its cgroup, and
# again when the program is gone. Outside nothing changes. And one that is started inside a guarded cgroup.
#
# A runtime has a device program of its own for each container; the kernel asks both.
#
# Next: tests/kernel_packets.sh
#
# time limit: 200
. tests/walk.sh
busybox=$(ls /bin/busybox /usr/bin/busybox 2>/dev/null | head -n 1)
if [ -z "$busybox" ]; then
	skip container "needs busybox"
	exit
fi

top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
if [ -z "$top" ]; then
	skip container "cgroup2 is not mounted"
	exit
fi
case $(awk '$2 == "/" { type = $3 } END { print type }' /proc/self/mounts) in
rootfs | ramfs)	no_pivot=--no-pivot ;;	# an initramfs: there is nothing below to turn to
*)		no_pivot= ;;
esac
group=bpfwalk-test-$$
mkdir -p "$TMP/box/rootfs/bin" "$TMP/box/rootfs/proc" "$TMP/box/rootfs/dev" "$TMP/box/rootfs/sys"
cp "$busybox" "$TMP/box/rootfs/bin/"
for tool in sh sleep head wc id; do
	ln -s busybox "$TMP/box/rootfs/bin/$tool"
done

# box COMMAND [WORD]: run it in the container; its first line, whatever it is printed to
box()
{
	"$runtime" exec "$name" "$@" 2>&1 | head -n 1
}

# reads: how many bytes can be read of urandom and zero inside, and of urandom outside
reads()
{
	echo "$(box sh -c 'head -c 4 /dev/urandom 2>/dev/null | wc -c') $(box sh -c 'head -c 4 /dev/zero | wc -c')" \
		"$(head -c 4 /dev/urandom | wc -c)"
}

# config ARGUMENTS-AS-JSON CGROUP: what the runtime says of itself, with our command in our cgroup
config()
{
	rm -f "$TMP/box/config.json"
	(cd "$TMP/box" && "$runtime" spec) || return
	sed -i -e 's/"terminal": true/"terminal": false/' -e "s|\"sh\"|$1|" \
		-e "s|\"linux\": {|\"linux\": { \"cgroupsPath\": \"$2\",|" "$TMP/box/config.json"
}

# said_no FILE: the runtime itself cannot do it here, and that is not our business
said_no()
{
	skip "$runtime" "it does not run here: $(tail -n 1 "$1" | cut -c 1-200)"
}

# A container that runs, and is guarded meanwhile.
row_running()
{
	config '"sleep", "1000"' "/$group"
	# shellcheck disable=SC2086 # an option or none
	if ! "$runtime" run -d $no_pivot --bundle "$TMP/box" --pid-file "$TMP/pid" "$name" >"$TMP/run" 2>&1 </dev/null; then
		said_no "$TMP/run"
		return 1
	fi
	place=$top$(sed -n 's/^0:://p' "/proc/$(cat "$TMP/pid")/cgroup")
	is "$runtime/root" "$(box id -u)" 0
	is "$runtime/before" "$(reads)" "4 4 4"
	if walk "$P/device.bpf.o" --cgroup "$place"; then
		is "$runtime/guarded" "$(reads)" "0 4 4"
		is "$runtime/says" "$(box head -c 4 /dev/urandom)" "head: /dev/urandom: Operation not permitted"
		walk_end || fail "$runtime/end" "$(tail -n 1 "$TMP/err")"
	else
		fail "$runtime/guarded" "$(tail -n 1 "$TMP/err")"
	fi
	is "$runtime/after" "$(reads)" "4 4 4"
	"$runtime" delete -f "$name" >"$TMP/delete" 2>&1 || fail "$runtime/delete" "$(tail -n 1 "$TMP/delete")"
}

# A container that is started in a cgroup below one that is guarded already. runc makes the device nodes of a container
# before it enters the cgroup; crun makes them inside, is denied one, and does not start the container.
row_started()
{
	case $runtime in
	crun)	want='mknod `/dev/urandom`: Operation not permitted,' ;;
	*)	want='head: /dev/urandom: Operation not permitted,zero: 0,' ;;
	esac
	# shellcheck disable=SC2016 # the new shell's
	config '"sh", "-c", "head -c 4 /dev/urandom; head -c 4 /dev/zero >/dev/null; echo zero: $?"' "/$group/box"
	if ! walk "$P/device.bpf.o" --cgroup "$group" --cgroup-create; then
		fail "$runtime/started" "$(tail -n 1 "$TMP/err")"
		return
	fi
	# shellcheck disable=SC2086 # an option or none
	"$runtime" run $no_pivot --bundle "$TMP/box" "$name" >"$TMP/run" 2>&1 </dev/null
	is "$runtime/started" "$(sort "$TMP/run" | tr '\n' ,)" "$want"
	"$runtime" delete -f "$name" >/dev/null 2>&1
	walk_end || fail "$runtime/started-end" "$(tail -n 1 "$TMP/err")"
	check "$runtime/removed" test ! -e "$top/$group"
}

found=
for runtime in crun runc; do
	command -v $runtime >/dev/null || continue
	found=1
	name=$group-$runtime
	at_exit "$runtime delete -f $name 2>/dev/null"
	! row_running || row_started
done
[ -n "$found" ] || skip container "neither crun nor runc is installed"
is left/in-kernel "$(new_in_kernel)" ""
