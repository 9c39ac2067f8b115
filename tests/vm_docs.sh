#!/bin/sh
# What README.md and docs/ tell to type in a virtual machine prints there what they show.
# time limit: 600
. tests/lib.sh
. tests/docs.sh

need typed qemu-system-x86_64 cpio
tests/vm/fetch.sh 6.12 >/dev/null 2>"$TMP/why" || {
	skip typed "$(tail -n 1 "$TMP/why")"
	exit
}
need typed strace bpftrace crun

# shellcheck disable=SC2046 # a list of names
docs_cut $(docs_pages)
docs_files >/dev/null
docs_type build/examples	# makes what is typed there
rm -f "$TMP"/blocks/*.got
docs_type_in 6.12
docs_judge
