#!/bin/sh
# time limit: 900
# Every object there is, loaded on every kernel of tests/vm for this machine by libbpf and by bpfwalk: what libbpf loads,
# bpfwalk loads; where libbpf fails, bpfwalk fails with the same errno, or loads it.
#
#	sh tests/all_load.sh [DIRECTORY]...	objects of others as well
#
# The objects: progs/, tests/objects/, and the tools of Debian's libbpf-tools. Differences that are meant are in
# docs/limits.md, and in tests/oracle/loads.accepted with a reason each.
#
# Next: tests/oracle/load_each.h
. tests/lib.sh
need loads qemu-system-x86_64 cpio apt-get dpkg

mkdir -p "$TMP/files/objects" "$TMP/root"
(cd "$TMP" && apt-get download -q libbpf-tools && dpkg -x libbpf-tools*.deb root) >"$TMP/log" 2>&1 ||
	skip tools "the package libbpf-tools cannot be had"
for program in "$TMP"/root/usr/sbin/*; do
	[ -L "$program" ] || [ ! -e "$program" ] || build/asan/tests/carve "$program" "$TMP/files/objects" >/dev/null
done
for directory in build/progs build/tests/objects "$@"; do
	cp "$directory"/*.o "$TMP/files/objects/"
done
count=$(find "$TMP/files/objects" -type f | wc -l)
check 'many of them' test "$count" -ge 60

# accepted OBJECT LIBBPF BPFWALK
accepted()
{
	while read -r object_is theirs_is ours_is _; do
		# shellcheck disable=SC2254 # they are meant as patterns
		case $1:$2:$3 in $object_is:$theirs_is:$ours_is) return 0 ;; esac
	done <tests/oracle/loads.accepted
	return 1
}

# Static: nothing of this machine's libraries is in the guest.
link() # NAME LIBRARY...
{
	name=$1
	shift
	"${CC:-cc}" -static -D_GNU_SOURCE -O2 -I. -o "$TMP/files/$name" "tests/oracle/$name.c" "$@" build/libbpfwalk.a
}
check link/load_theirs link load_theirs -l:libbpf.a -lelf -lz
check link/load_ours link load_ours

for row in $(awk '$9 == "build" { print $1 }' tests/vm/kernels); do
	if ! tests/vm/fetch.sh "$row" >/dev/null 2>"$TMP/why"; then
		skip "$row" "$(tail -n 1 "$TMP/why")"
		continue
	fi
	# A warning of the kernel would stand in the middle of a line.
	if ! tests/vm/run.sh "$row" --timeout 400 --smp 2 --mem 900 --files "$TMP/files" -- \
		'dmesg -n 1; for who in theirs ours; do ./load_$who objects/* 2>/why | sed "s/^/$who /"; done; sed "s/^/why /" /why' \
		>"$TMP/said" 2>&1; then
		fail "$row" "$(tail -n 3 "$TMP/said")"
		continue
	fi
	for who in theirs ours; do
		sed -n "s/^$who //p" "$TMP/said" >"$TMP/$who"
	done
	join "$TMP/theirs" "$TMP/ours" >"$TMP/both"
	is "$row/all" "$(wc -l <"$TMP/both")" "$count"
	while read -r object theirs ours; do
		if [ "$ours" = 0 ] || [ "$ours" = "$theirs" ]; then
			ok "$row/$object"
		elif [ "$theirs" != 0 ] && accepted "$object" "$theirs" "$ours"; then
			ok "$row/$object: both fail"
		else
			sed -n "s,^why objects/$object: ,    ,p" "$TMP/said"
			fail "$row/$object" "libbpf: $theirs, bpfwalk: $ours"
		fi
	done <"$TMP/both"
done
