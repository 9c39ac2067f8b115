#!/bin/sh
# A shell on a kernel of your own: everything may be tried, nothing can break, all of it is gone afterwards.
#
#	tests/vm/lab.sh [ROW]			a row of tests/vm/kernels; `make lab KERNEL=6.12` builds first
set -u

cd "$(dirname "$0")/../.." || exit 1
row=${1-6.12}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
tests/vm/stage.sh "$work" || exit 1

# All that is here of what the talk uses comes along, with its libraries. The shell is bash: that of busybox runs ls and its
# like without an execve, and then nobody sees one.
programs='--program bash'
cp -a /lib/terminfo "$work/.terminfo"
for name in strace bpftrace getent readelf; do
	! command -v $name >/dev/null || programs="$programs --program $name"
done
cat >"$work/.bash_profile" <<'END'
export PATH=/root/build:/root/build/tests:$PATH PS1='lab:\w\$ '
alias ll='ls -l'
cat <<MOTD

This is Linux $(uname -r) in a virtual machine, and you are root. Nothing you do here is kept.

  bpfwalk run build/progs/syscount.bpf.o --for 5       who makes how many system calls
  bpfwalk explain build/progs/hello.bpf.o              every step of a load, with its system call
  bpfwalk inspect build/progs/talk.bpf.o               what is in the object file
  strace -e bpf,perf_event_open,ioctl bpfwalk run build/progs/open_tracepoint.bpf.o
  bpfwalk run build/progs/hello.bpf.o &                put it in the background, make events, kill %1
  provoke calls somebody 1000                          exactly a thousand system calls
MOTD
if command -v bpftrace >/dev/null; then
	echo "  bpftrace -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'"
fi
echo "
The programs' sources are in progs/. Leave with exit or ^D; if the machine hangs, with ^] x.
"
END
# shellcheck disable=SC2086 # a list of options
tests/vm/run.sh "$row" --files "$work" $programs --smp 2 --shell bash
