#!/bin/sh
# Fetch the libbpf of a newer Debian suite, with the libc it needs.
#
#	tests/bench/newer_libbpf.sh SUITE	prints the directory that holds libbpf.so.1, libc.so.6 and ld.so, and for
#						static programs libbpf.a and include/bpf/
#
# Kept under build/libbpf-SUITE. As in tests/vm/fetch.sh apt is given directories of its own, and the mirror is the one
# the system itself uses. Needs no root.
set -u

cd "$(dirname "$0")/../.." || exit 1
suite=${1?usage: tests/bench/newer_libbpf.sh SUITE}
dir=$PWD/build/libbpf-$suite

die()
{
	echo "libbpf of $suite: $*" >&2
	exit 1
}

if [ -e "$dir/libbpf.a" ]; then
	echo "$dir"
	exit
fi
mkdir -p build
work=$(mktemp -d "$PWD/build/libbpf.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# shellcheck disable=SC2016 # apt expands these
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(LABEL)' 'Created-By: Packages' |
	awk '$2 == "main" && $3 == "Debian" { print $1; exit }')
[ -n "$mirror" ] || die "apt knows no Debian mirror yet; apt-get update makes it known"
key=$(dpkg -L debian-archive-keyring | grep -E '/debian-archive-keyring\.(pgp|gpg)$' | head -n 1)
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/state" "$work/debs" "$work/root"
: >"$work/status"
echo "deb [signed-by=$key] $mirror $suite main" >"$work/sources.list"

apt()
{
	apt-get -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$work/state" -o Dir::State::lists="$work/lists" \
		-o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" -o APT::Sandbox::User="$(id -un)" \
		-o Acquire::Languages=none -o Acquire::Check-Valid-Until=false "$@"
}

apt update >"$work/log" 2>&1 || die "apt-get update failed: $(grep -m 1 '^[EW]:' "$work/log")"
(cd "$work/debs" && apt download libbpf1 libbpf-dev libelf1t64 zlib1g libzstd1 libc6) >"$work/log" 2>&1 ||
	die "download failed: $(grep -m 1 '^E:' "$work/log")"
for deb in "$work"/debs/*.deb; do
	dpkg-deb -x "$deb" "$work/root" || die "cannot unpack ${deb##*/}"
done
rm -rf "$dir" && mkdir "$dir" || exit 1
find "$work/root" -name 'lib*.so.*' -exec cp -P {} "$dir" \;
find "$work/root" -name libbpf.a -exec cp {} "$dir" \;
mkdir "$dir/include"
cp -r "$work/root/usr/include/bpf" "$dir/include" || die "no bpf/libbpf.h in its packages"
cp -L "$(find "$work/root" -name 'ld-linux*.so.*' | head -n 1)" "$dir/ld.so"
[ -e "$dir/libbpf.so.1" ] || die "no libbpf.so.1 in its packages"
echo "$dir"
