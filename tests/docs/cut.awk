# Cut the fenced blocks out of a page of docs/: files DIR/NAME.NNN.*, and one line about each block on stdout.
#
#	awk -v dir=DIR -v page=docs/walkthrough.md -f tests/docs/cut.awk docs/walkthrough.md
#
#	page:line NNN run WHERE VARIES		its prompts are typed, its outputs compared; .want and .script
#	page:line NNN from FILE			an excerpt of that file; .want
#	page:line NNN save FILE			saved as that file before anything is run; .want
#	page:line NNN read REASON		only to be read
#	page:line NNN wrong WHY			none of these
#
# A block that begins with a prompt, `$ ` or `# ` for root, is run: all its lines that begin with the same. A comment in
# the line above a block says the rest:
#
#	<!-- in: 6.12; varies: numbers blanks -->	in a virtual machine with that kernel; what is not compared
#	<!-- interrupt: 10 -->				^C comes so many seconds after the first output, not 3
#	<!-- from: progs/hello.bpf.c -->
#	<!-- save: build/docs/count.c -->
#	<!-- read: it restarts the machine -->
#
# NAME is the page's, with dots for slashes. The script is the block without outputs: prompts, what goes on after a
# backslash, and ^C.
#
# Next: tests/docs/compare.awk

function option(name,   rest)
{
	if (!match(comment, "(<!--|;) *" name ": *"))
		return ""
	rest = substr(comment, RSTART + RLENGTH)
	sub(/ *(;|-->).*/, "", rest)
	return rest
}

function begin()
{
	inside = 1
	number = sprintf("%03d", ++blocks)
	file = dir "/" name "." number
	at = page ":" NR
	lines = 0
	script = goes_on = 0
	printf "" >(file ".want")
}

function end(   where, kind)
{
	inside = 0
	close(file ".want")
	close(file ".script")
	where = option("in")
	kind = "wrong it says not how it is tested"
	if (option("read") != "")
		kind = "read " option("read")
	else if (option("from") != "")
		kind = "from " option("from")
	else if (option("save") != "")
		kind = "save " option("save")
	else if (script)
		kind = "run " (where == "" ? "host" : where) " " option("varies")
	print at, number, kind
	comment = ""
}

BEGIN {
	name = page
	gsub("/", ".", name)
}

!inside && /^```/ { begin(); next }
inside && /^```/ { end(); next }

inside {
	print >(file ".want")
	if (!lines++) {
		prompt = substr($0, 1, 2)
		script = prompt == "$ " || prompt == "# "
	}
	if (script && (index($0, prompt) == 1 || goes_on)) {
		goes_on = /\\$/
		print >(file ".script")
	} else if (script && /^\^C/) {
		print "^C", option("interrupt") >(file ".script")
	}
	next
}

/^<!--.*-->$/ { comment = $0; next }
/./ { comment = "" }

END {
	if (inside)
		print at, number, "wrong it has no end"
}
