#!/bin/sh
# --help, the man page and docs/json.md know every verb, option and event there is; help fits 80 columns.
. tests/lib.sh
B=${B:-build}

words() # of many lines, on one
{
	sort -u | tr '\n' ' '
}

# found NAME LIST WORD: WORD is in the list.
found()
{
	has "$1" " $2 " " $3 "
}

# The rows of the tables in the code.
options=$(sed -n '/^static const struct option options/,/^};/s/^\t{ "\(-[^"]*\)".*/\1/p' loader/cli/args.c | words)
verbs=$(sed -n '/^const struct verb verbs/,/^};/s/^\t{ "\([a-z-]*\)".*/\1/p' loader/cli/main.c | words)
is 'verbs are found' "$verbs" 'asm attach detach disasm dump-map explain hooks inspect list load patch run trace '
found 'options are found' "$options" --interval

sed 's/\\-/-/g' docs/bpfwalk.1 >"$TMP/man"
man=$(cat "$TMP/man")
for verb in $verbs; do
	status "$verb --help" 0 "$B/bpfwalk" "$verb" --help
	cat "$TMP/out" >>"$TMP/help"
	is "$verb --help/stderr" "$(cat "$TMP/err")" ''
	has "--help has $verb" "$("$B/bpfwalk" --help)" "  bpfwalk $verb "
	has "man page has $verb" "$man" "
.B $verb
"
done
for option in $options; do
	has "help has $option" "$(cat "$TMP/help")" "
  $option "
	check "man page has $option" grep -qE -- "^\.B[IR]? $option( |\$)" "$TMP/man"
done
"$B/bpfwalk" --help >>"$TMP/help"
"$B/bpfwalk" hooks >>"$TMP/help"
is 'all of it fits 80 columns' "$(awk 'length > 80' "$TMP/help")" ''

for option in $(sed -n 's/^\.B[IR]\{0,1\} \(--*[a-z][a-z-]*\).*/\1/p' "$TMP/man" | words); do
	found "man page's $option exists" "$options --version" "$option"
done
has 'version' "$man" "\"$("$B/bpfwalk" --version)\""

events=$(sed -n 's/.*json_open("\([a-z_]*\)").*/\1/p' loader/cli/*.c | words)
# shellcheck disable=SC2016 # no command, a mark of the page's
documented=$(sed -n 's/^| `\([a-z_]*\)` |.*/\1/p' docs/json.md | words)
is 'docs/json.md has the events there are' "$documented" "$events"
members=$(grep -hoE 'json_[a-z]+\("[a-z_]+"' loader/cli/*.c | sed -n '/json_open/!s/.*"\(.*\)"/\1/p' | words)
found 'members are found' "$members" map_flags
steps=$(sed -n '/^static const struct lesson_step steps/,/^};/s/^\t{ "\([a-z_]*\)".*/\1/p' loader/cli/lessons.c | words)
for name in $members $steps; do
	has "docs/json.md has $name" "$(cat docs/json.md)" "\`$name\`"
done
for step in $(sed -n 's/.*observe_step(w, "\([a-z_]*\)".*/\1/p' loader/*.c | words); do
	found "step $step has a lesson" "$steps" "$step"
done

if command -v groff >/dev/null; then
	is 'man page is clean' "$(groff -man -Tascii -ww docs/bpfwalk.1 2>&1 >/dev/null)" ''
	is 'man page fits 80 columns' "$(groff -man -Tascii -P-c -P-b -P-u -rLL=80n docs/bpfwalk.1 | awk 'length > 80')" ''
else
	skip 'man page is clean' 'no groff'
fi
