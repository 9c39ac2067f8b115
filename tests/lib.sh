# shellcheck shell=sh
# What tests/check.h is for C, for a shell test: results as lines, which tests/run.sh reads.
#
#	#!/bin/sh
#	. tests/lib.sh
#	need_root counts
#	is counts "$(build/bpfwalk ... | wc -l)" 3
#	has message "$(build/bpfwalk load /dev/null 2>&1)" 'the file is empty'
#
# A test starts in the root of the tree (or of its copy in a virtual machine, where sh is busybox). Names get the file's
# name in front: `ok cli/counts`. $TMP is a directory of this test's own, removed at its end; at_exit adds commands to
# run before that. The exit status follows from the lines: 1 when something failed.
#
# Next: tests/run.sh

TEST_NAME=${0##*/}
TEST_NAME=${TEST_NAME%.sh}
TMP=$(mktemp -d "${TMPDIR:-/tmp}/$TEST_NAME.XXXXXX") || exit 1
test_failed=0
test_cleanup=

ok() # NAME
{
	echo "ok $TEST_NAME/$1"
}

fail() # NAME WHY
{
	echo "FAIL $TEST_NAME/$1: $2"
	test_failed=1
}

skip() # NAME WHY
{
	echo "SKIP $TEST_NAME/$1: $2"
}

# check NAME COMMAND...: the command ends with status 0. Its output is shown when it does not.
check()
{
	test_name=$1
	shift
	if "$@" >"$TMP/check.out" 2>&1; then
		ok "$test_name"
	else
		test_status=$?
		sed 's/^/    /' "$TMP/check.out"
		fail "$test_name" "$*: exit status $test_status"
	fi
}

# is NAME GOT WANT: the two strings are equal.
is()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		printf '    got:      %s\n    expected: %s\n' "$2" "$3"
		fail "$1" "the two texts above differ"
	fi
}

# has NAME TEXT PART: TEXT contains PART, letter by letter.
has()
{
	case $2 in
	*"$3"*) ok "$1" ;;
	*)	printf '    got: %s\n' "$2"
		fail "$1" "the text above does not contain: $3" ;;
	esac
}

# status NAME WANT COMMAND...: the command ends with status WANT; its output is left in $TMP/out and $TMP/err.
status()
{
	test_name=$1 test_want=$2
	shift 2
	"$@" >"$TMP/out" 2>"$TMP/err"
	test_status=$?
	if [ "$test_status" = "$test_want" ]; then
		ok "$test_name"
	else
		sed 's/^/    /' "$TMP/out" "$TMP/err"
		fail "$test_name" "$*: exit status $test_status, expected $test_want"
	fi
}

# need_root NAME, need NAME COMMAND...: leave the whole test with a SKIP line when something it needs is not there.
need_root()
{
	[ "$(id -u)" = 0 ] && return
	skip "$1" "needs root"
	exit
}

need()
{
	test_name=$1
	shift
	for test_need; do
		command -v "$test_need" >/dev/null && continue
		skip "$test_name" "needs the command $test_need"
		exit
	done
}

# at_exit COMMAND: run it, as shell text, when the test ends however it ends; the last one given runs first.
at_exit()
{
	test_cleanup="$1; $test_cleanup"
}

# sleeper: start a process that only sleeps, in $sleeper, and go on when it is there by its name. A kill before that would
# reach a shell that still holds our traps, and be lost.
sleeper()
{
	sleep 1000 &
	sleeper=$!
	at_exit "kill $sleeper 2>/dev/null"
	until [ "$(cat "/proc/$sleeper/comm")" = sleep ]; do :; done
}

# wake: end it
wake()
{
	kill "$sleeper"
	wait "$sleeper" 2>/dev/null
}

test_end()
{
	test_status=$?
	trap - EXIT
	eval "$test_cleanup"
	rm -rf "$TMP"
	[ "$test_status" != 0 ] || test_status=$test_failed
	exit "$test_status"
}

trap test_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
