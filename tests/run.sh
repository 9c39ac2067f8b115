#!/bin/sh
# Run tests and count what they say.
#
#	tests/run.sh [-v] [-t SECONDS] TEST... [-- TEST...]...
#
# The tests behind a -- boot machines of their own and leave this one alone, so they run beside the others, at a lower
# priority: one after another too, up to the next --, and the others do not notice.
#
# A TEST is a program or a shell script (NAME.sh) that prints lines `ok NAME`, `FAIL NAME: why`, `SKIP NAME: why`. What
# else it prints is shown only when something in it failed, or always with -v. It is a failure as well when a test
# prints none of these lines, ends by a signal, ends with a status other than 0 that no FAIL line explains, or runs
# longer than its limit: SECONDS (150), or what a line `# time limit: SECONDS` near the top of the script says.
#
# With CI=true a SKIP counts as a failure unless tests/skips.ci accepts it ($SKIPS names another list). The last line is
# always `N passed, N failed, N skipped`; the exit status is 1 when anything failed.
#
# Runs under dash and under busybox, which is all there is inside the virtual machines of tests/vm.
set -u

limit=150 verbose=
grace='-k 5'
# shellcheck disable=SC2086 # two words or none
timeout $grace 1 true 2>/dev/null || grace=	# busybox 1.30, of Debian 11, knows no -k
skips=${SKIPS-tests/skips.ci}
all=$(mktemp -d) || exit 1
beside=
trap 'rm -rf "$all"' EXIT
trap 'kill $beside 2>/dev/null; exit 130' INT TERM HUP

# accepted "NAME: why": is one line of the list, `PATTERN # reason`, a pattern for this?
accepted()
{
	[ -f "$skips" ] || return 1
	while IFS= read -r line; do
		pattern=$(printf '%s\n' "${line%%#*}" | sed 's/[[:space:]]*$//')
		[ -n "$pattern" ] || continue
		# shellcheck disable=SC2254 # it is meant as a pattern
		case $1 in $pattern) return 0 ;; esac
	done <"$skips"
	return 1
}

# judge_skips: a SKIP line of $dir/out that is not accepted becomes a FAIL line; sets the count of the others.
judge_skips()
{
	skip=0
	mv "$dir/out" "$dir/said"
	while IFS= read -r text || [ -n "$text" ]; do
		case $text in
		'SKIP '*)
			if [ "${CI-}" = true ] && ! accepted "${text#SKIP }"; then
				text="FAIL ${text#SKIP } (this skip is not in ${skips:-any list})"
			else
				skip=$((skip + 1))
			fi ;;
		esac
		printf '%s\n' "$text"
	done <"$dir/said" >"$dir/out"
}

# verdict STATUS TOOK LIMIT: what is wrong beyond the FAIL lines the test printed itself; prints nothing when all is well.
verdict()
{
	if [ "$2" -ge "$3" ] && [ "$1" -ge 124 ]; then
		echo "still running after its limit of $3 seconds"
	elif [ "$1" -gt 128 ]; then
		echo "ended by signal $(($1 - 128))"
	elif [ "$1" != 0 ] && ! grep -q '^FAIL ' "$dir/out"; then
		echo "exit status $1 and no FAIL line"
	elif ! grep -q -e '^ok ' -e '^FAIL ' -e '^SKIP ' "$dir/out"; then
		echo "ended without one line of result"
	fi
}

run_test() # NAME LIMIT COMMAND...
{
	name=$1 seconds=$2
	shift 2
	start=$(date +%s)
	# shellcheck disable=SC2086 # two words or none
	timeout $grace "$seconds" "$@" >"$dir/out" 2>&1 </dev/null
	status=$?
	took=$(($(date +%s) - start))

	why=$(verdict "$status" "$took" "$seconds")
	[ -z "$why" ] || printf '\nFAIL %s: %s\n' "$name" "$why" >>"$dir/out"
	judge_skips
	ok=$(grep -c '^ok ' "$dir/out")
	bad=$(grep -c '^FAIL ' "$dir/out")
	tell_one
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
}

# tell_one: what is to be seen of the test that has just run; never in the middle of what the other lane tells.
tell_one()
{
	while ! mkdir "$all/telling" 2>/dev/null; do
		sleep 0.1
	done
	if [ "$bad" != 0 ] || [ -n "$verbose" ]; then
		cat "$dir/out"
	else
		grep '^SKIP ' "$dir/out"
	fi
	echo "$name: $ok passed, $bad failed, $skip skipped, $took s"
	rmdir "$all/telling"
}

# run_lane NAME TEST...: runs them one after another, up to a --, and leaves the counts in a file.
run_lane()
{
	dir=$all/$1 passed=0 failed=0 skipped=0
	shift
	mkdir "$dir"
	for test; do
		[ "$test" != -- ] || break
		name=${test##*/}
		name=${name%.sh}
		case $test in
		*.sh)	own=$(sed -n '1,20s/^# time limit: \([0-9]*\)$/\1/p' "$test")
			run_test "$name" "${own:-$limit}" sh "$test" ;;
		*/*)	run_test "$name" "$limit" "$test" ;;
		*)	run_test "$name" "$limit" "./$test" ;;
		esac
	done
	echo "$passed $failed $skipped" >"$dir/counts"
}

while getopts vt: opt; do
	case $opt in
	v) verbose=1 ;;
	t) limit=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))

# What is behind each --, beside the rest.
place=0
for test; do
	place=$((place + 1))
	[ "$test" = -- ] || continue
	(
		shift $place
		renice -n 5 "$(exec sh -c 'echo $PPID')" >/dev/null 2>&1
		run_lane "$place" "$@"
	) &
	beside="$beside $!"
done
run_lane here "$@"
# shellcheck disable=SC2086 # numbers
[ -z "$beside" ] || wait $beside
beside=
cat "$all"/*/counts | {
	passed=0 failed=0 skipped=0
	while read -r ok bad skip; do
		passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	done
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
}
