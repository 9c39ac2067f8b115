#!/bin/sh
# What `bpfwalk run` is told to do with an object: variables set, maps resized, programs chosen, maps shared under a name.
# Each is seen in what the kernel then holds. (What the programs compute is kernel_objects' business.)
#
# Next: tests/kernel_externs.sh
. tests/walk.sh
O=build/tests/objects

# begin OBJECT [OPTION...]
begin()
{
	begun=$1
	shift
	walk "$O/$begun.bpf.o" "$@" && return
	fail "$begun" "$(tail -n 1 "$TMP/err")"
	return 1
}

end()
{
	walk_end || fail "$begun" "exit status $walk_status: $(tail -n 1 "$TMP/err")"
}

# ---- variables, set by type, as the program saw them

row_set()
{
	begin globals --set ro_u32=0xffffffff --set ro_flag=false --set ro_mode=MODE_OFF --set ro_text=zebra --set ro_static=9 \
		--set data_s8=-7 --set data_u64=18446744073709551615 --set bss_s32=-3 --set ro_x=77 --set data_static=0x10 || return
	end
	is set "$(global seen)" "[4294967295,0,0,122,9,18446744073709551615,18446744073709551609,303240213,35,16,0,18446744073709551613,0,77,1094861636]"
}

# ---- several programs in one section: all, or those that are named

row_programs()
{
	begin one_section || return
	$T/provoke calls somebody 200
	end
	is programs/attached "$(grep -c '^attached ' "$TMP/err")" 3
	for n in first second third; do
		at_least programs/$n "$(global ${n}_ran)" 200
	done
	begin one_section --prog second || return
	$T/provoke calls somebody 200
	new_now | sed -n 's/^prog [0-9]* \([a-z]*\) .*/\1/p' >"$TMP/loaded"
	end
	if [ -n "$quiet" ]; then
		is programs/loaded "$(cat "$TMP/loaded")" second
	fi
	is programs/chosen "$(grep '^attached ' "$TMP/err")" "attached second to raw_tracepoint sys_enter"
	is programs/others "$(global first_ran) $(global third_ran)" "0 0"
}

row_subprogs()
{
	begin subprogs || return
	$T/provoke calls somebody 200
	end
	is subprogs/attached "$(grep -c '^attached ' "$TMP/err")" 3
	# Each of the 199 getppid (number 110 or 173) alone adds more than its number.
	at_least subprogs/total "$(global total)" $((199 * 110))
}

# ---- a map shared by name, as long as the shape is the same

pinned_count()
{
	sed -n 's/.*"map":"bpfwalk_pinned","key":0,"value":\([0-9]*\)}$/\1/p' "$TMP/out"
}

row_pinned()
{
	if ! grep -q ' /sys/fs/bpf bpf ' /proc/self/mounts; then
		skip pinned "cannot mount the BPF file system"
		return
	fi
	begin pinned || return
	$T/provoke calls somebody 500
	end
	first=$(pinned_count)
	check pinned/stays test -e /sys/fs/bpf/bpfwalk_pinned
	begin pinned || return
	$T/provoke calls somebody 500
	end
	at_least pinned/counts "$first" 500
	at_least pinned/shared "$(pinned_count)" $((first + 500))

	"$W" run "$O/pinned.bpf.o" --map-entries bpfwalk_pinned=2 --for 0.1 >"$TMP/out" 2>"$TMP/err"
	is pinned/other-shape "$? $(cat "$TMP/err")" "1 bpfwalk: map pin: /sys/fs/bpf/bpfwalk_pinned holds a map of another shape (BPF_MAP_TYPE_ARRAY, key 4 bytes, value 8 bytes, 1 entries, flags 0x0); the object wants BPF_MAP_TYPE_ARRAY, key 4 bytes, value 8 bytes, 2 entries, flags 0x0: max_entries differs"
	check pinned/load-uses-it "$W" load "$O/pinned.bpf.o"
	check pinned/load-leaves-it test -e /sys/fs/bpf/bpfwalk_pinned
	rm /sys/fs/bpf/bpfwalk_pinned
	check pinned/load-makes-it "$W" load "$O/pinned.bpf.o"
	check pinned/load-undoes-it test ! -e /sys/fs/bpf/bpfwalk_pinned
	begin pinned --map-entries bpfwalk_pinned=3 || return
	end
	status pinned/anew 1 "$W" run "$O/pinned.bpf.o" --for 0.1
	has pinned/anew "$(cat "$TMP/err")" 'value 8 bytes, 3 entries'
	rm /sys/fs/bpf/bpfwalk_pinned

	# Two at once, and each counts into the other's map.
	begin pinned || return
	"$W" run "$O/pinned.bpf.o" --json >"$TMP/other" 2>&1 &
	other=$!
	at_exit "kill -KILL $other 2>/dev/null"
	until grep -q '^running until' "$TMP/other" || ! kill -0 $other 2>/dev/null; do
		sleep 0.05
	done
	$T/provoke calls somebody 500
	kill -TERM $other
	wait $other
	end
	at_least pinned/together "$(pinned_count)" 1000
	rm /sys/fs/bpf/bpfwalk_pinned
}

# ---- without the kernel's own BTF: nothing here needs it

row_no_kernel_btf()
{
	[ -e /sys/kernel/btf ] || { skip no-kernel-btf "this kernel has none"; return; }
	mount -t tmpfs none /sys/kernel/btf 2>/dev/null || { skip no-kernel-btf "it cannot be hidden"; return; }
	walk "$P/syscount.bpf.o" || { fail no-kernel-btf "$(tail -n 1 "$TMP/err")"; umount /sys/kernel/btf; return; }
	$T/provoke calls "$me" 1000
	walk_end
	umount /sys/kernel/btf
	is no-kernel-btf "$walk_status $(lines '"key":{"comm":"'"$me"'"},.*"sum":1000}')" "0 1"
}

# ---- a map that is attached: the kernel calls its programs until we end

row_struct_ops()
{
	if ! "$W" load "$O/struct_ops.bpf.o" >"$TMP/err" 2>&1; then
		skip struct_ops "$(tail -n 1 "$TMP/err")"
		return
	fi
	begin struct_ops || return
	has struct_ops/attached "$(cat /proc/sys/net/ipv4/tcp_available_congestion_control)" walk_link
	end
	has struct_ops/explained "$("$W" explain "$O/struct_ops.bpf.o" 2>&1 | tail -n 2)" "0 programs and 2 maps were attached"
	is struct_ops/left "$(grep -c 'walk_' /proc/sys/net/ipv4/tcp_available_congestion_control)" 0
}

for row in set programs subprogs pinned struct_ops no_kernel_btf; do
	row_$row
done
is left "$(new_in_kernel)" ""
