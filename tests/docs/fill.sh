#!/bin/sh
# Put what the commands really say into pages, after a change of what they print; then read what git diff says.
#
#	tests/docs/fill.sh docs/walkthrough.md ...
#	HERE=1 tests/docs/fill.sh docs/walkthrough.md ...	only what is typed at this machine
#
# A block with a line … keeps what it has; how it differs is shown.
. tests/lib.sh
. tests/docs.sh

docs_cut "$@"
docs_files
docs_type
[ -n "${HERE-}" ] || docs_type_in 6.12
for page; do
	awk -v dir="$TMP/blocks" -v page="$page" -f tests/docs/fill.awk "$page" >"$TMP/page"
	cmp -s "$TMP/page" "$page" || cp "$TMP/page" "$page"
done
docs_cut "$@"
docs_judge
