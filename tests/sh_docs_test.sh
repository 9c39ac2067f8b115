#!/bin/sh
# The test of the pages' test: a page that is right passes, and every way of being wrong fails.
# shellcheck disable=SC1003,SC2030,SC2031 # a backslash at the end of a word; TMP is meant to be another inside
. tests/lib.sh

# judged BLOCK: the results for a page with this block, without names
judged()
{
	printf '%s\n' "$1" >"$TMP/page.md"
	(
		TMP=$TMP/inner
		rm -rf "$TMP"
		mkdir "$TMP"
		. tests/docs.sh
		docs_cut "$TMP/../page.md"
		docs_files
		docs_type
		docs_judge
	) | sed -n 's/^\(ok\|FAIL\|SKIP\) [^:]*:\([0-9]*\).*/\1 \2/p'
}

fence='```'

# page NAME RESULT LINE...: a page of these lines has this result
page()
{
	page_name=$1 page_result=$2
	shift 2
	is "$page_name" "$(judged "$(printf '%s\n' "$@")")" "$page_result"
}

page 'right' 'ok 1' "${fence}console" '$ echo one; echo two' one two "$fence"
page 'a wrong word' 'FAIL 1' "${fence}console" '$ echo one; echo two' one too "$fence"
page 'a line too few' 'FAIL 1' "${fence}console" '$ echo one; echo two' one "$fence"
page 'a line too many' 'FAIL 1' "${fence}console" '$ echo one' one two "$fence"
page 'what a command says when it fails' 'ok 1' "${fence}console" '$ cat nonesuch' \
	'cat: nonesuch: No such file or directory' "$fence"
page 'lines left out' 'ok 1' "${fence}console" '$ seq 9' 1 … 5 … 9 "$fence"
page 'lines left out at the end' 'ok 1' "${fence}console" '$ seq 9' 1 … "$fence"
page 'lines left out, in another order' 'FAIL 1' "${fence}console" '$ seq 9' 1 … 7 … 5 … "$fence"
page 'lines left out, the end not there' 'FAIL 1' "${fence}console" '$ seq 9' 1 … 8 "$fence"
page 'one line goes on' 'ok 1' "${fence}console" '$ echo one \' '  two' 'one two' "$fence"
page 'two commands' 'ok 1' "${fence}console" '$ echo one' one '$ echo two' two "$fence"
page 'another prompt is output' 'ok 1' "${fence}console" "\$ echo '# one'" '# one' "$fence"
page 'numbers vary' 'ok 2' '<!-- varies: numbers -->' "${fence}console" '$ echo a 12 0x1f' 'a 7 0x2' "$fence"
page 'numbers vary, words do not' 'FAIL 2' '<!-- varies: numbers -->' "${fence}console" '$ echo a 12' 'b 12' "$fence"
page 'numbers do not vary by themselves' 'FAIL 1' "${fence}console" '$ echo a 12' 'a 13' "$fence"
page 'blanks vary' 'ok 2' '<!-- varies: blanks -->' "${fence}console" '$ echo "a   1"' 'a 1' "$fence"
page 'order varies' 'ok 2' '<!-- varies: order -->' "${fence}console" '$ echo b; echo a' a b "$fence"
page 'order varies, lines do not' 'FAIL 2' '<!-- varies: order -->' "${fence}console" '$ echo b; echo a' a c "$fence"
page 'rows vary' 'ok 2' '<!-- varies: rows -->' "${fence}console" '$ printf "name value\na 1\nb c 2\n"' 'name value' 'x 9' "$fence"
page 'rows vary, their number may not be 0' 'FAIL 2' '<!-- varies: rows -->' "${fence}console" '$ echo name value' \
	'name value' 'x 9' "$fence"
page 'rows vary, the header does not' 'FAIL 2' '<!-- varies: rows -->' "${fence}console" \
	'$ printf "name count\na 1\n"' 'name value' 'x 9' "$fence"
page 'a page of two' 'ok 1
FAIL 5' "${fence}console" '$ echo one' one "$fence" "${fence}console" '$ echo one' two "$fence"

page 'interrupted' 'ok 2' '<!-- interrupt: 1 -->' "${fence}console" \
	'$ sh -c "trap \"echo cleaning up; exit\" INT; echo running; while :; do sleep 0.1; done"' \
	running '^Ccleaning up' "$fence"
page 'in the background' 'ok 1' "${fence}console" '$ (sleep 0.5; echo it) &' it "$fence"
page 'a terminal of 80 columns' 'ok 1' "${fence}console" '$ stty size; test -t 0 && echo yes' '24 80' yes "$fence"

page 'untested' 'FAIL 1' "$fence" 'one' "$fence"
page 'only to be read' '' '<!-- read: it is an example -->' "$fence" 'one' "$fence"
page 'no end' 'FAIL 1' "${fence}console" '$ echo one' one
page 'saved' 'ok 5' "<!-- save: $TMP/saved/file -->" "${fence}c" 'int a;' "$fence" \
	"${fence}console" "\$ cat $TMP/saved/file" 'int a;' "$fence"
page 'an excerpt' 'ok 2' '<!-- from: LICENSE -->' "$fence" "$(sed -n 3,4p LICENSE)" "$fence"
page 'no excerpt' 'FAIL 2' '<!-- from: LICENSE -->' "$fence" 'Do what you like.' "$fence"
page 'for a kernel, not for here' '' '<!-- in: 6.12 -->' "${fence}console" '# echo one' two "$fence"
