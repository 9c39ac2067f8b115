#!/bin/sh
# docs/tour.md: the reading order of the code, from the names behind Next: (tests/tour.sh), with a heading where another
# part begins.
cd "$(dirname "$0")/.." || exit 1
cat <<'END'
# A tour of the code

<!-- written by docs/tour.sh (make docs) from the first comments of the files -->

Every source file begins with a comment: the idea, a drawing where there is a layout, what goes in and what comes out,
the place in the kernel, a command to try, and the name of the file to read next. Followed from the public header on,
these names make one walk through all of the code. `make tour` prints it.

Two hours? Read [loader/bpfwalk.h](../loader/bpfwalk.h) and [loader/api.c](../loader/api.c), then what interests you.
END
tests/tour.sh | awk '
	function part(file)
	{
		if (file ~ /^progs\//) return "The programs: one lesson each"
		if (file ~ /^uapi\/bpf\//) return "What programs include"
		if (file ~ /^loader\/cli\//) return "The command: a user of the library like any other"
		if (file ~ /^uapi\//) return "The door, and the words of the kernel"
		if (file ~ /^elf\//) return "From bytes to facts"
		return "The library: from facts to kernel objects"
	}
	{
		file = $1
		if (part(file) != before) {
			before = part(file)
			print "\n## " before "\n\n| file | what it is about |\n|---|---|"
		}
		text = $0
		sub(/^[^ ]+ +/, "", text)
		if (index(text, file " - ") == 1)
			text = substr(text, length(file) + 4)
		sub(/[ \t]+$/, "", text)
		gsub(/[|]/, "\\|", text)
		gsub(/</, "\\&lt;", text)
		print "| [" file "](../" file ") | " text " |"
	}'
