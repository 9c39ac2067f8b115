#!/bin/sh
# The main job: count the system calls of every command for five seconds, and print the table. Where the kernel at hand
# does not let us, on a kernel of our own in a virtual machine.
set -u

cd "$(dirname "$0")/../.." || exit 1
row=6.12
object=build/progs/syscount.bpf.o

if build/bpfwalk load $object >/dev/null 2>&1; then
	exec build/bpfwalk run $object --for 5
fi
why=$(build/bpfwalk load $object 2>&1 | tail -n 1)
echo "not possible here (${why%%;*}); the same inside a virtual machine with Linux $row:" >&2
tests/setup.sh vm || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
tests/vm/stage.sh "$work" || exit 1
# A machine that has just started is idle: somebody must make system calls.
tests/vm/run.sh $row --files "$work" -- "
	while ls -l /proc && ps && find /sys && sha1sum /bin/busybox; do sleep 0.1; done >/dev/null 2>&1 &
	busy=\$!
	build/bpfwalk run $object --for 5
	status=\$?
	kill \$busy
	exit \$status"
