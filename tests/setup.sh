#!/bin/sh
# Install what is missing, by Debian package name; do nothing, silently, when all is there.
#
#	tests/setup.sh GROUP...
#
#	build	what make needs for the library, the command and the BPF programs
#	test	what the tests use beyond that
#	vm	what boots the virtual machines
#	lab	what is worth having inside one; may be missing
#	bench	what bpfwalk is compared with
#	clangs	the other compilers the programs must pass
#	machines	what builds for machines of other kinds, and what is one
#
# One apt-get install for all of it, as root; apt-get update only when the packages are not to be had without.
set -u

packages_of()
{
	case $1 in
	build)	echo make gcc libc6-dev clang llvm musl-tools ;;
	test)	echo g++ libclang-rt-dev strace bpftrace shellcheck jq groff-base libbpf-dev iproute2 crun runc busybox-static ;;
	vm)	echo qemu-system-x86 cpio xz-utils ;;
	lab)	echo strace bpftrace ;;
	bench)	echo gcc libc6-dev libbpf-dev libelf-dev zlib1g-dev bpftrace ;;
	machines) echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm ;;
	clangs)	echo clang-14 clang-15 clang-16 clang-19 clang-22 ;;
	*)	echo "tests/setup.sh: there is no group $1" >&2
		exit 2 ;;
	esac
}

installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for group; do
	packages=$(packages_of "$group") || exit 2
	for package in $packages; do
		installed "$package" || missing="$missing $package"
	done
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "tests/setup.sh: this is not a Debian system; what its packages$missing hold must be there" >&2
	exit 0
fi
if [ "$(id -u)" != 0 ]; then
	echo "tests/setup.sh: missing, and only root can install:$missing" >&2
	exit 1
fi

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

# shellcheck disable=SC2086 # a list of packages
install()
{
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >"$log" 2>&1 </dev/null
}

echo "installing$missing" >&2
install || { apt-get update >"$log" 2>&1 && install; } || {
	cat "$log" >&2
	echo "tests/setup.sh: could not install$missing" >&2
	exit 1
}

# Now that there is a clang, its version is known.
case "$missing " in
*" clang "*)
	rm -f "$log"
	exec sh "$0" "$@" ;;
esac
