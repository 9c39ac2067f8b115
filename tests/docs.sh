# shellcheck shell=sh
# The pages of docs/ and README.md as tests: what they say to type is typed, and the terminal must say what they say.
#
#	docs_pages		the pages people write
#	docs_cut PAGE...	cut the pages into blocks (tests/docs/cut.awk); fails for a block that nothing tests
#	docs_files		write the files that blocks are to be saved as; excerpts must be in the files they are from
#	docs_type [TEXT]	type the commands of the blocks for this machine; only of those with this text in them
#	docs_type_in KERNEL	type those for that kernel, all in one virtual machine
#	docs_judge		compare all that was typed with what the pages say
#
# Sourced after tests/lib.sh. A block for root is skipped for others.
#
# Next: tests/docs/cut.awk
docs_list=$TMP/blocks/list

# A reader has no make around his make: it would tell of directories entered and left.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

# docs_each KIND FUNCTION [ARGUMENT]: call FUNCTION with place, file and the rest of each block of that kind.
docs_each()
{
	while read -r at number kind what; do
		page=$(echo "${at%:*}" | tr / .)
		[ "$kind" != "$1" ] || "$2" "$at" "$TMP/blocks/$page.$number" "$what" "${3-}"
	done <"$docs_list"
}

# The pages people write. Those that a program writes are held to what it writes.
docs_pages()
{
	for page in README.md docs/*.md; do
		[ ! -e "$page" ] || grep -q '^<!-- written by ' "$page" || echo "$page"
	done
}

docs_wrong()
{
	fail "$1" "$3"
}

docs_cut()
{
	mkdir -p "$TMP/blocks"
	for page; do
		awk -v dir="$TMP/blocks" -v page="$page" -f tests/docs/cut.awk "$page"
	done >"$docs_list"
	docs_each wrong docs_wrong
}

docs_save()
{
	mkdir -p "${3%/*}"
	cp "$2.want" "$3"
}

docs_excerpt()
{
	{ echo …; cat "$2.want"; echo …; } >"$2.excerpt"
	check "$1" awk -f tests/docs/compare.awk "$2.excerpt" "$3"
}

docs_files()
{
	docs_each save docs_save
	docs_each from docs_excerpt
}

# docs_is_for WHERE WHAT: is a block of which WHAT is known meant to be typed there?
docs_is_for()
{
	case $2 in "$1" | "$1 "*) return 0 ;; esac
	return 1
}

docs_type_here()
{
	docs_is_for host "$3" || return 0
	grep -q -F -e "$4" "$2.script" || return 0
	if [ "$(id -u)" != 0 ] && grep -q '^# ' "$2.script"; then
		echo "needs root" >"$2.skip"
		return
	fi
	PATH=$PWD/build:$PWD/build/tests:$PATH build/tests/terminal <"$2.script" >"$2.got" 2>&1
}

# Some blocks leave files for others, in build/: one page after another.
docs_type()
{
	{
		flock 9
		docs_each run docs_type_here "${1-}"
	} 9>build/docs.lock
}

docs_stage()
{
	! docs_is_for "$4" "$3" || cp "$2.script" "$TMP/guest/scripts/"
}

docs_collect()
{
	! docs_is_for "$4" "$3" || mv "$TMP/out/${2##*/}.got" "$2.got" || echo "was not run" >"$2.why"
}

docs_type_in()
{
	mkdir -p "$TMP/guest/scripts" "$TMP/out"
	docs_each run docs_stage "$1"
	tests/vm/stage.sh "$TMP/guest"
	[ ! -d build/examples ] || cp -r build/examples "$TMP/guest/build/"
	for program in strace bpftrace readelf crun; do
		! command -v $program >/dev/null || set -- "$@" --program $program
	done
	kernel=$1
	shift
	# shellcheck disable=SC2016 # for the shell there
	check "boot $kernel" tests/vm/run.sh "$kernel" "$@" --files "$TMP/guest" --smp 2 --timeout 500 --out "$TMP/out" \
		-- 'export PATH=/root/build:/root/build/tests:$PATH
			for script in scripts/*; do
				name=${script##*/}
				terminal <"$script" >"/out/${name%.script}.got" 2>&1
			done'
	docs_each run docs_collect "$kernel"
}

docs_judge_one()
{
	if [ -e "$2.got" ]; then
		if awk -v varies="${3#* }" -f tests/docs/compare.awk "$2.want" "$2.got"; then
			ok "$1"
		else
			fail "$1" "the terminal says something else"
		fi
	elif [ -e "$2.skip" ]; then
		skip "$1" "$(cat "$2.skip")"
	elif [ -e "$2.why" ]; then
		fail "$1" "$(cat "$2.why")"
	fi
}

docs_judge()
{
	docs_each run docs_judge_one
}

docs_count_one()
{
	echo "$1: only to be read: $3"
	docs_read=$((docs_read + 1))
}

# How many blocks nothing holds to what they say, and why.
docs_count()
{
	docs_read=0
	docs_each read docs_count_one
	ok "$docs_read blocks are only to be read"
}
