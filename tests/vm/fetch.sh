#!/bin/sh
# Fetch one row of tests/vm/kernels: a Debian kernel, its modules, and a static busybox of the same architecture.
#
#	tests/vm/fetch.sh ROW		prints the directory that holds vmlinuz, config, modules/, busybox and release
#
# Kept under build/vm, or $BPFWALK_VM_CACHE; remove the row's directory to fetch a newer build. Needs no root: apt is
# given directories of its own, so another suite or architecture leaves the system's package lists alone. The mirror is
# the one the system itself uses. What fails is told in one line on stderr, exit status 1. For a machine of another kind
# there is programs/, too: some that the tests use, and the C library, for this machine's own would not run there.
set -u

cd "$(dirname "$0")/../.." || exit 1
row=${1?usage: tests/vm/fetch.sh ROW}
cache=${BPFWALK_VM_CACHE-build/vm}
dir=$cache/$row

die()
{
	echo "kernel $row: $*" >&2
	exit 1
}

line=$(awk -v row="$row" '$1 == row' tests/vm/kernels)
[ -n "$line" ] || die "no such row in tests/vm/kernels"
# shellcheck disable=SC2086 # its words are the columns
set -- $line
arch=$2 suite=$3 meta=$4 build=$9

if [ ! -e "$dir/vmlinuz" ]; then
	mkdir -p "$cache" || die "cannot write to $cache"
	exec 9>"$cache/$row.lock"
	flock 9		# perhaps somebody else is fetching it right now
fi
if [ -e "$dir/vmlinuz" ] && [ -e "$dir/config" ]; then
	echo "$dir"
	exit
fi

work=$(mktemp -d "$cache/$row.XXXXXX") && work=$(realpath "$work") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

command -v apt-get >/dev/null || die "there is no apt-get here to fetch it with"
# shellcheck disable=SC2016 # apt expands these
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(LABEL)' 'Created-By: Packages' |
	awk '$2 == "main" && $3 == "Debian" { print $1; exit }')
[ -n "$mirror" ] || die "apt knows no Debian mirror yet; apt-get update makes it known"
key=$(dpkg -L debian-archive-keyring | grep -E '/debian-archive-keyring\.(pgp|gpg)$' | head -n 1)

# apt NAME...: apt-get or apt-cache, on the row's suite and architecture only.
apt()
{
	tool=$1
	shift
	"$tool" -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::State="$work/state" \
		-o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" \
		-o Dir::Cache="$work/cache" -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none \
		-o Acquire::Check-Valid-Until=false "$@"
}

# depends PACKAGE PATTERN: the packages it depends on, first alternatives included, whose names match.
depends()
{
	apt apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' | tr ',|' '[\n*]' |
		sed -n "s/^ *\($2[^ ]*\).*/\1/p"
}

echo "fetching the kernel of Debian $suite for $arch" >&2
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/state" "$work/debs" "$work/root"
: >"$work/status"
echo "deb [signed-by=$key] $mirror $suite main" >"$work/sources.list"
if ! apt apt-get update >"$work/log" 2>&1 || grep -q '^[EW]: Failed' "$work/log"; then
	die "apt-get update for $suite failed: $(grep -m 1 '^[EW]:' "$work/log")"
fi

image=$(depends "$meta" linux-image- | head -n 1)
[ -n "$image" ] || die "$suite has no package $meta for $arch"
# From 7.x on the image package is empty and vmlinuz and the modules have packages of their own.
parts="$image $(depends "$image" 'linux-\(binary\|modules\|base\)-[0-9]')"
[ "$build" = build ] || parts="$parts strace libc-bin libc6"
# busybox comes from the suite itself: backports do not carry it.
echo "deb [signed-by=$key] $mirror ${suite%-backports} main" >>"$work/sources.list"
[ "$suite" = "${suite%-backports}" ] || apt apt-get update >"$work/log" 2>&1
# shellcheck disable=SC2086 # a list of packages
(cd "$work/debs" && apt apt-get download $parts busybox-static) >"$work/log" 2>&1 ||
	die "download failed: $(grep -m 1 '^E:' "$work/log")"
for deb in "$work"/debs/*.deb; do
	dpkg-deb -x "$deb" "$work/root" || die "cannot unpack ${deb##*/}"
done

# Where things are depends on the release: /boot or beside the modules, /lib or /usr/lib, /bin or /usr/bin.
kernel=$(find "$work/root" -name 'vmlinuz*' -type f)
modules=$(find "$work/root" -path '*/lib/modules/*' -prune -type d)
busybox=$(find "$work/root" -path '*/bin/busybox' -type f)
config=$(find "$work/root" \( -name 'config-*' -path '*/boot/*' \) -o \( -name config -path '*/lib/modules/*' \) | head -n 1)
if [ ! -f "$config" ] || [ ! -f "$kernel" ] || [ ! -d "$modules" ] || [ ! -x "$busybox" ]; then
	die "no kernel, configuration, modules or busybox in its packages"
fi
rm -rf "$dir" && mkdir "$dir" || exit 1
# At the places that programs and the dynamic linker know, whatever the package calls them.
find "$work/root" -path '*/bin/strace' -o -path '*/bin/getent' -o -name 'ld-linux-*.so.*' -o -name libc.so.6 | while read -r file; do
	to=${file#"$work/root"}
	to=$dir/programs/${to#/usr}
	mkdir -p "${to%/*}" && cp -L "$file" "$to"
done
echo "${modules##*/}" >"$dir/release"
mv "$kernel" "$dir/kernel"
mv "$busybox" "$dir/busybox"
mv "$config" "$dir/config"
mv "$modules" "$dir/modules"
mv "$dir/kernel" "$dir/vmlinuz"	# last: its presence says that the row is complete
echo "$dir"
