#!/bin/sh
# The reading order of the code. Every source file names the file to read next in its first comment; this follows the
# names from loader/bpfwalk.h and prints the first sentence of each: `make tour`. With --check it only says what is
# wrong: a name that is no file, a file that nobody names, a program to try that there is not.
#
# Next: README.md
cd "$(dirname "$0")/.." || exit 1
files=$(ls loader/*.[ch] loader/cli/*.[ch] elf/*.[ch] uapi/*.[ch] uapi/names.def loader/hooks.def uapi/bpf/*.h)

next_of() # FILE
{
	sed -n '1,60s/^.*Next:[[:space:]]*\([^ ,;]*\).*/\1/p' "$1" | head -n 1
}

title_of() # FILE: the first sentence of the first comment
{
	awk 'NR > 1 { sub(/^ \* ?/, ""); line = line (line ? " " : "") $0 }
		NR > 1 && (/[.:]$/ || /\. / || NR > 4 || $0 == "") { exit }
		END { sub(/\. .*/, ".", line); print line }' "$1"
}

seen=' '
at=loader/bpfwalk.h
while [ -f "$at" ] && [ "$at" != README.md ] && case $seen in *" $at "*) false ;; esac do
	seen="$seen$at "
	[ "$1" = --check ] || printf '%-28s %s\n' "$at" "$(title_of "$at")"
	before=$at
	at=$(next_of "$at")
done
[ "$1" = --check ] || exit 0

case $at in
README.md)	;;
'')		echo "$before names no next file" ;;
*)		if [ -f "$at" ]; then echo "$before names $at, which was read before"; else echo "$before names $at, which is no file"; fi ;;
esac
for f in $files; do
	case $seen in *" $f "*) ;; *) echo "$f is not on the tour" ;; esac
done
for f in $files; do
	sed -n 1,60p "$f" | grep -o 'build/[a-z_/0-9]*\.bpf\.o' | while read -r object; do
		source=${object#build/}
		[ -f "${source%.o}.c" ] || echo "$f says to try $object, which has no source"
	done
done
