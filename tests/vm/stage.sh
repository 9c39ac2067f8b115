#!/bin/sh
# Lay out in DIR what a virtual machine gets as its /root: the tree as far as it is needed, same paths, static binaries.
#
#	tests/vm/stage.sh DIR [BUILD]		BUILD: where what runs there was built, as tests/vm/kernels says
set -eu

cd "$(dirname "$0")/../.."
build=${2-build}
mkdir -p "$1/build"
cp -a tests progs "$1/"
for part in progs tests; do
	[ ! -d "$build/$part" ] || cp -a "$build/$part" "$1/build/"
done
find "$1/build" -name '*.[oda]' ! -name '*.bpf.o' -delete
[ ! -e "$build/bpfwalk-static" ] || cp "$build/bpfwalk-static" "$1/build/bpfwalk"
