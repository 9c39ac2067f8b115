#!/bin/sh
# Boot a real kernel under qemu, run one command in it as root, print what it printed, exit with its status.
#
#	tests/vm/run.sh ROW [OPTION]... -- COMMAND [ARGUMENT]...
#	tests/vm/run.sh 6.12 -- uname -r
#	tests/vm/run.sh 5.10 --without tracefs --files build -- './bpfwalk-static hooks | head -n 3'
#
#	ROW			a kernel of tests/vm/kernels
#	COMMAND			shell text when it is one word; starts in /root
#	--files DIR		copy what DIR holds to /root
#	--program NAME		copy a program of this machine, with its shared libraries; may be repeated. For a machine of
#				another kind: one of its own that tests/vm/fetch.sh has fetched
#	--module NAME		load a kernel module and what it needs; may be repeated
#	--out DIR		copy what the command leaves in the guest's /out to DIR
#	--without TYPE		leave tracefs, debugfs, bpf, cgroup2 ... unmounted; may be repeated
#	--append ARGUMENTS	for the kernel's command line
#	--mem MEGABYTES  --smp CPUS  --timeout SECONDS (60)
#	--shell NAME		instead of COMMAND: this shell on this terminal, which ^] x leaves from outside
#
# Exit status beyond the command's own: 124 out of time, 125 the kernel died, 126 it could not be started. What the
# console holds is shown then. The guest has busybox, all usual file systems mounted, and lo up; nothing it does is kept.
# No root and no KVM needed: where /dev/kvm exists it may still not work, so CPUs are always emulated. All by one thread:
# with one for each, qemu before 8.1 may translate code that another CPU is patching, and the guest dies of a breakpoint.
#
# Next: tests/vm/init is the other end.
set -u

usage()
{
	sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

die()
{
	echo "tests/vm/run.sh: $*" >&2
	exit 126
}

[ $# -gt 0 ] || usage
row=$1
shift
files='' programs='' modules='' out='' without='' append='' mem='' smp=1 limit=60 shell=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	[ $# -gt 1 ] || usage
	case $1 in
	--files)	files=$2 ;;
	--program)	programs="$programs $2" ;;
	--module)	modules="$modules $2" ;;
	--out)		out=$2 ;;
	--without)	without="$without $2" ;;
	--append)	append=$2 ;;
	--mem)		mem=$2 ;;
	--smp)		smp=$2 ;;
	--timeout)	limit=$2 ;;
	--shell)	shell=$2 ;;
	*)		usage ;;
	esac
	shift 2
done
[ "${1-}" != -- ] || shift
[ $# -gt 0 ] || [ -n "$shell" ] || usage

here=$(dirname "$0")
kernel=$("$here/fetch.sh" "$row") || exit 126
case $kernel in /*) ;; *) kernel=$here/../../$kernel ;; esac
# shellcheck disable=SC2046 # its words are the columns
set -- $(awk -v row="$row" '$1 == row { print $5, $6, $7, $8, $9 }' "$here/kernels") "$@"
qemu=$1 machine=$2 cpu=$3 console=$4 build=$5
shift 5
command -v "$qemu" >/dev/null || die "there is no $qemu here; tests/setup.sh vm or machines installs it"

work=$(mktemp -d) || exit 126
root=$work/root
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# quote WORD...: so that sh reads back exactly these words
quote()
{
	for word; do
		printf "'%s' " "$(printf '%s.' "$word" | sed "s/'/'\\\\''/g; \$s/\.\$//")"
	done
}

# add_program NAME: with every library ldd names, at the same paths
add_program()
{
	if [ "$build" != build ]; then
		[ -e "$kernel/programs/bin/$1" ] || die "kernel $row has no program $1"
		cp -a "$kernel/programs/." "$root/"
		return
	fi
	path=$(command -v "$1") || die "there is no program $1 here"
	for file in "$path" $(ldd "$path" 2>/dev/null | grep -o '/[^ ]*'); do
		mkdir -p "$root${file%/*}"
		cp -L "$file" "$root$file"
	done
}

# add_modules NAME...: unpack them and what they depend on, and set $order, in which they load. Whoever is needed goes in
# front of whoever needs it, once more each time; init takes the first place it meets.
add_modules()
{
	order=
	while [ $# -gt 0 ]; do
		name=$(echo "$1" | tr - _)
		shift
		either="$(echo "$name" | sed 's/_/[-_]/g').ko"
		! grep -q "/$either\$" "$kernel/modules/modules.builtin" || continue
		file=$(find "$kernel/modules" -name "$either*" | head -n 1)
		case $file in
		'')	die "kernel $row has no module $name" ;;
		*.xz)	xz -dc "$file" ;;
		*)	cat "$file" ;;
		esac >"$root/etc/modules/$name.ko"
		order="$name $order"
		# shellcheck disable=SC2046 # a list of names
		set -- "$@" $(tr '\0' '\n' <"$root/etc/modules/$name.ko" | sed -n 's/^depends=//p' | tr , ' ')
	done
}

mkdir -p "$root/bin" "$root/boot" "$root/etc/modules" "$root/root" "$root/out" "$root/dev"
cp "$kernel/busybox" "$root/bin/"
cp "$here/init" "$root/init"
cp "$kernel/config" "$root/boot/config-$(cat "$kernel/release")"
chmod 755 "$root/init"
echo 'root:x:0:0::/root:/bin/sh
nobody:x:65534:65534::/:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:
nogroup:x:65534:' >"$root/etc/group"
echo '127.0.0.1 localhost' >"$root/etc/hosts"
[ -z "$files" ] || cp -a "$files/." "$root/root/" || die "cannot copy $files"
for name in $programs; do
	add_program "$name"
done
# shellcheck disable=SC2086 # a list of names
add_modules $modules
if [ $# = 1 ]; then
	printf '%s\n' "$1"
else
	quote "$@"
fi >"$root/etc/command"
token=$(od -An -N 8 -t x1 /dev/urandom | tr -d ' \n')
size=$(stty size 2>/dev/null)
case $size in ''|0*) size='24 80' ;; esac
echo "token=$token without='$without' modules='$order' out=${out:+1}
shell=$shell TERM=${TERM-linux} rows=${size% *} columns=${size#* }" >"$root/etc/vm"
(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initrd" || die "cannot pack the initramfs"
[ -n "$mem" ] || mem=$((192 + $(du -m "$work/initrd" | cut -f 1) * 2))

# boot SECONDS QEMU-OPTION... A busy machine may give us nothing for a while: no_timer_check spares the kernel's test of
# whether time passes. ramfs, unlike tmpfs, takes more than half of the memory.
boot()
{
	seconds=$1
	shift
	timeout --foreground -k 5 "$seconds" "$qemu" -machine "$machine" -accel tcg,thread=single -cpu "$cpu" \
		-smp "$smp" -m "$mem" -nodefaults -no-user-config -no-reboot -display none \
		-kernel "$kernel/vmlinuz" -initrd "$work/initrd" \
		-append "console=$console quiet loglevel=3 panic=-1 no_timer_check rootfstype=ramfs $append" "$@"
}

if [ -n "$shell" ]; then
	saved=$(stty -g) || die "--shell needs a terminal"
	boot 0 -chardev stdio,id=console,mux=on,signal=off -serial chardev:console -mon chardev=console -echr 0x1d
	status=$?
	stty "$saved"
	exit "$status"
fi

boot "$limit" -serial "file:$work/console" </dev/null >"$work/qemu" 2>&1
status=$?

# A line is printed with the end of the one before it: so no newline is added where the command printed none.
awk -v token="$token" '
	$0 == token " begin" { on = 1; newline = ""; next }
	index($0, token " end ") == 1 { exit }
	on { printf "%s%s", newline, $0; newline = "\n" }
' "$work/console" 2>/dev/null
ended=$(sed -n "s/^$token end \([0-9]*\)\$/\1/p" "$work/console" 2>/dev/null)
if [ -n "$ended" ]; then
	if [ -n "$out" ]; then
		mkdir -p "$out"
		sed -n "/^$token files\$/,/^$token done\$/p" "$work/console" | sed '1d;$d' | base64 -d |
			tar -xzf - -C "$out" || die "what was in /out did not arrive"
	fi
	exit "$ended"
fi
echo
case $status in
0)	why='the kernel died' status=125 ;;
124|137) why="still running after $limit seconds" status=124 ;;
*)	why="qemu ended with status $status" status=126 ;;
esac
{
	echo "kernel $row: $why; its console:"
	sed 's/^/    /' "$work/qemu" "$work/console"
} >&2
exit "$status"
