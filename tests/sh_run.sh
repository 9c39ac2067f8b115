#!/bin/sh
# tests/run.sh on tests that fail, crash, hang, say nothing or skip: none of them may pass.
. tests/lib.sh

# example NAME: a test from standard input. runs NAME EXPECTED-LAST-LINE EXPECTED-STATUS [OPTION]...
example()
{
	cat >"$TMP/$1.sh"
}

runs()
{
	test_example=$1 want_last=$2 want_status=$3
	shift 3
	text=$(CI='' SKIPS="$TMP/skips" "$@" sh tests/run.sh -t 1 "$TMP/$test_example.sh")
	is "$test_example/status" $? "$want_status"
	is "$test_example/last line" "$(echo "$text" | tail -n 1)" "$want_last"
}

example good <<'END'
echo ok a; echo noise; echo SKIP b: why; echo ok c
END
runs good '2 passed, 0 failed, 1 skipped' 0 env
is 'good/shown' "$(echo "$text" | sed 's/, [0-9]* s$//')" "SKIP b: why
good: 2 passed, 0 failed, 1 skipped
2 passed, 0 failed, 1 skipped"

example bad <<'END'
echo ok a; echo details; echo FAIL b: why; exit 1
END
runs bad '1 passed, 1 failed, 0 skipped' 1 env
has 'bad/shown with its output' "$text" 'details'

example bad_status_0 <<'END'
echo FAIL b: why
END
runs bad_status_0 '0 passed, 1 failed, 0 skipped' 1 env

example crash <<'END'
echo ok a; kill -SEGV $$
END
runs crash '1 passed, 1 failed, 0 skipped' 1 env
has 'crash/why' "$text" 'FAIL crash: ended by signal 11'

example hang <<'END'
echo ok a; sleep 10
END
runs hang '1 passed, 1 failed, 0 skipped' 1 env
has 'hang/why' "$text" 'FAIL hang: still running after its limit of 1 seconds'

example own_limit <<'END'
# time limit: 5
sleep 1.5; echo ok a
END
runs own_limit '1 passed, 0 failed, 0 skipped' 0 env

example silent <<'END'
echo nothing to say
END
runs silent '0 passed, 1 failed, 0 skipped' 1 env

example status <<'END'
echo ok a; printf 'no newline'; exit 3
END
runs status '1 passed, 1 failed, 0 skipped' 1 env
has 'status/why' "$text" 'FAIL status: exit status 3 and no FAIL line'

example missing </dev/null
rm "$TMP/missing.sh"
runs missing '0 passed, 1 failed, 0 skipped' 1 env

# The list of accepted skips counts only with CI=true, and there name and reason must both match.
cat >"$TMP/skips" <<'END'
# a comment
skips/known*: no thing here   # because
END
example skips <<'END'
echo 'SKIP skips/known_one: no thing here'
END
runs skips '0 passed, 0 failed, 1 skipped' 0 env CI=true
example other_reason <<'END'
echo 'SKIP skips/known_one: another reason'
END
runs other_reason '0 passed, 0 failed, 1 skipped' 0 env
runs other_reason '0 passed, 1 failed, 0 skipped' 1 env CI=true
has 'other_reason/why' "$text" 'FAIL skips/known_one: another reason (this skip is not in '
is 'other_reason/told once' "$(echo "$text" | grep -c known_one)" 1

# tests/lib.sh: what its words print, and that its exit status follows.
example lib <<'END'
. tests/lib.sh
is same a a
is different a b
has part abc bc
has no_part abc x
check true true
check false sh -c 'echo noise; false'
status three 3 sh -c 'exit 3'
status four 4 sh -c 'exit 3'
at_exit "echo cleaned $TMP"
END
runs lib '4 passed, 4 failed, 0 skipped' 1 env
left=$(echo "$text" | sed -n 's/^cleaned //p')
check 'lib/removes its directory' test -n "$left" -a ! -e "$left"
example lib_need <<'END'
. tests/lib.sh
need all sh no_such_command
ok not_reached
END
runs lib_need '0 passed, 0 failed, 1 skipped' 0 env

# Behind --: beside the others, one after another, and counted with them; behind another --, beside these as well.
cat >"$TMP/meet.sh" <<'EOF'
# meet OTHER: be there, and wait until the other is there
meet()
{
	i=0
	echo >"$MEET/${0##*/}"
	until [ -e "$MEET/$1.sh" ] || [ $i -gt 50 ]; do sleep 0.1; i=$((i + 1)); done
	[ -e "$MEET/$1.sh" ] && [ ! -e "$MEET/second_done" ] && echo ok a
}
EOF
example first <<'EOF'
. "${0%/*}/meet.sh"; meet second
echo "nice $(nice)" >>"$MEET/nice"
EOF
example second <<'EOF'
. "${0%/*}/meet.sh"; meet first; meet fourth; sleep 1; echo >"$MEET/second_done"
echo "nice $(nice)" >>"$MEET/nice"
EOF
example third <<'EOF'
[ -e "$MEET/second_done" ] && echo FAIL b: why
EOF
example fourth <<'EOF'
. "${0%/*}/meet.sh"; meet second
EOF
mkdir "$TMP/meet"
text=$(MEET="$TMP/meet" sh tests/run.sh -t 10 "$TMP/first.sh" -- "$TMP/second.sh" "$TMP/third.sh" -- "$TMP/fourth.sh")
is 'beside/status' $? 1
is 'beside/counts' "$(echo "$text" | tail -n 1)" '4 passed, 1 failed, 0 skipped'
is 'beside/each told' "$(echo "$text" | grep -c ' passed, .* s$')" 4
own=$(nice)
is 'beside/priority' "$(sort "$TMP/meet/nice")" "$(printf 'nice %s\nnice %s' "$own" $((own + 5 > 19 ? 19 : own + 5)) | sort)"
