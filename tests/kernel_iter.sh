#!/bin/sh
# Iterators over a part of a list on a real kernel: the elements of one map, the threads of one process, the cgroups below
# one.
#
# Next: tests/kernel_objects.c
. tests/walk.sh

O=build/tests/objects/iters.bpf.o

# iterates NAME WANT OPTION...: the iterator's lines are WANT, in any order
iterates()
{
	name=$1 want=$2
	shift 2
	"$W" run --json "$O" "$@" >"$TMP/out" 2>"$TMP/err" || fail "$name" "$(tail -n 1 "$TMP/err")"
	is "$name" "$(sed -n 's/^{"event":"output",.*"text":"\(.*\)\\n"}$/\1/p' "$TMP/out" | sed 's/\\n/\n/g' | sort)" "$want"
}

# refused NAME MESSAGE OPTION...
refused()
{
	name=$1 message=$2
	shift 2
	status "$name" 1 "$W" run --quiet "$O" "$@"
	has "$name/why" "$(cat "$TMP/err")" "$message"
}

# kernel_is MAJOR MINOR: or newer
kernel_is()
{
	uname -r | awk -F '[.-]' -v major="$1" -v minor="$2" '{ exit !($1 > major || ($1 == major && $2 + 0 >= minor)) }'
}

# ---- of a map: this object's, or one that somebody else has, by its pin, its id and its name

two="--put table:1=10 --put table:2=20"
table=$(printf '1 10\n2 20')
# shellcheck disable=SC2086 # words
iterates map "$table" --prog elements --iter-map table $two
iterates map/empty "" --prog elements --iter-map table
pin=iter$$
# shellcheck disable=SC2086
status map/pin 0 "$W" attach --quiet "$O" --prog elements --iter-map table --pin $pin --no-map narrow $two
iterates map/by-path "$table" --prog elements --no-map table --iter-map $pin/maps/table
id=$("$W" list maps --json | sed -n 's/.*"id":\([0-9]*\),.*"name":"table".*/\1/p')
iterates map/by-id "$table" --prog elements --no-map table --iter-map "$id"
iterates map/by-name "$table" --prog elements --no-map table --iter-map table
status map/detach 0 "$W" detach --quiet $pin
refused map/none 'map open: there is no ' --prog elements --iter-map $pin/maps/table
refused map/narrow "BPF_LINK_CREATE of bpf_map_elem of narrow: the program reads past the end of the map's keys or values: EACCES" \
	--prog elements --iter-map narrow
status map/missing 1 "$W" run "$O" --prog elements
has map/missing/why "$(cat "$TMP/err")" 'is attached to a map, and none is named: --iter-map is missing'
status map/not-here 2 "$W" run "$O" --prog threads --iter-map table
has map/not-here/why "$(cat "$TMP/err")" '--iter-map: no program of build/tests/objects/iters.bpf.o can be attached to a map'

# ---- of a process, and of a cgroup

sleeper
if kernel_is 6 1; then
	iterates process "$sleeper" --prog threads --pid "$sleeper"
else
	refused process 'of process '"$sleeper"': this kernel walks through the whole list only (6.1 can choose' \
		--prog threads --pid "$sleeper"
fi
wake
refused process/elements 'process 1 alone cannot be watched' --prog elements --iter-map table --pid 1

top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
if [ -z "$top" ] || ! mkdir "$top/iter$$" 2>/dev/null; then
	skip cgroup "no cgroup can be made"
	exit
fi
at_exit "rmdir '$top/iter$$/a' '$top/iter$$/b' '$top/iter$$' 2>/dev/null"
if ! kernel_is 6 1; then
	status cgroup/older 1 "$W" run "$O" --prog groups --cgroup "iter$$"
	has cgroup/older/why "$(cat "$TMP/err")" 'this kernel has no function bpf_iter_cgroup in its types'
	exit
fi
iterates cgroup cgroup --prog groups --cgroup "iter$$"
mkdir "$top/iter$$/a" "$top/iter$$/b"
iterates cgroup/below "$(printf 'cgroup\ncgroup\ncgroup')" --prog groups --cgroup "iter$$"
iterates cgroup/one cgroup --prog groups --cgroup "iter$$/a"
refused cgroup/file 'BPF_LINK_CREATE of cgroup of /proc' --prog groups --cgroup /proc
is left/in-kernel "$(new_in_kernel)" ""
