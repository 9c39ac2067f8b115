# A page with what the terminal really said: prints PAGE, each block that was run replaced by its transcript,
# DIR/NAME.NNN.got. Blocks with a line `…` stay as they are; so does what has no transcript.
#
#	awk -v dir=DIR -v page=docs/walkthrough.md -f tests/docs/fill.awk docs/walkthrough.md
#
# Next: tests/docs.sh

BEGIN {
	name = page
	gsub("/", ".", name)
}

/^```/ && !inside {
	inside = 1
	file = sprintf("%s/%s.%03d.got", dir, name, ++blocks)
	first = $0
	text = ""
	gap = 0
	next
}

/^```/ {
	inside = 0
	print first
	got = ""
	while ((getline line <file) > 0) {
		sub(/[ \t]+$/, "", line)
		got = got line "\n"
	}
	sub(/\n+$/, "\n", got)
	printf "%s", got == "" || gap ? text : got
	print
	next
}

inside {
	text = text $0 "\n"
	gap = gap || $0 == "…"
	next
}

{ print }
