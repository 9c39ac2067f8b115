# Does a transcript say what the page says? Prints nothing, or how they differ; the exit status is that of diff.
#
#	awk -v varies='numbers blanks' -f tests/docs/compare.awk WANT GOT
#
# A line `…` in WANT stands for any lines, also none. What `varies` names is made equal in both before they are compared:
#
#	numbers		every number is N, and 0x... is 0xN
#	hex		only numbers of the form 0x...
#	blanks		one blank or many: columns whose width depends on a number
#	cpu		the number after "cpu":
#	trace		what comes before the text in a line of the trace pipe: process, CPU, flags and time
#	order		the lines come in any order
#	rows		lines that end in a number after a blank, one or many
#
# Next: tests/docs.sh

function has(word)
{
	return index(" " varies " ", " " word " ") > 0
}

function mask(line)
{
	sub(/[ \t]+$/, "", line)
	if (has("rows") && line ~ /^[^ ].* [0-9]+$/)
		return "ROWS"
	if (has("trace"))
		sub(/^ *[^ ]+-[0-9]+ +\[[0-9]+\] +[^ ]+ +[0-9.]+: /, "TRACE: ", line)
	if (has("cpu"))
		sub(/"cpu":[0-9]+/, "\"cpu\":N", line)
	if (has("hex") || has("numbers"))
		gsub(/0x[0-9a-f]+/, "0xN", line)
	if (has("numbers"))
		gsub(/[0-9]+/, "N", line)
	if (has("blanks"))
		gsub(/[ \t]+/, " ", line)
	return line
}

function sort(lines, n,   i, j, line)
{
	for (i = 2; i <= n; i++) {
		line = lines[i]
		for (j = i - 1; j > 0 && lines[j] > line; j--)
			lines[j + 1] = lines[j]
		lines[j + 1] = line
	}
}

# A row of a table like the one before it says no more.
function repeats(line, before)
{
	return line == "ROWS" && before == "ROWS"
}

# Does want[from..to] stand at got[at]?
function stands(from, to, at,   i)
{
	for (i = from; i <= to; i++)
		if (want[i] != got[at + i - from])
			return 0
	return at + to - from <= ngot
}

# Where want[from..to] stands at or after got[at], 0 nowhere. Without a gap before it: right there; without one behind
# it: at the end.
function place(from, to, at, gap_before, gap_behind,   last)
{
	last = gap_before ? ngot + 1 : at
	if (gap_before && !gap_behind && at < ngot - (to - from))
		at = ngot - (to - from)
	for (; at <= last; at++)
		if (stands(from, to, at) && (gap_behind || at + to - from == ngot))
			return at
	return 0
}

function differ(from, to, at,   i)
{
	print "    the page says:"
	for (i = from; i <= to; i++)
		print "\t" want[i]
	print "    the terminal says" (at > 1 ? ", after what was found before this:" : ":")
	for (i = at; i <= ngot; i++)
		print "\t" got[i]
	exit 1
}

FNR == 1 { file++ }
file == 1 {
	line = $0 == "…" ? $0 : mask($0)
	if (!repeats(line, want[nwant]))
		want[++nwant] = line
	next
}
{
	line = mask($0)
	if (!repeats(line, got[ngot]))
		got[++ngot] = line
}

END {
	while (nwant && want[nwant] == "")
		nwant--
	while (ngot && got[ngot] == "")
		ngot--
	if (has("order")) {
		sort(want, nwant)
		sort(got, ngot)
	}
	at = 1
	for (from = 1; from <= nwant + 1; from = to + 2) {
		for (to = from - 1; to < nwant && want[to + 1] != "…"; to++)
			;
		here = place(from, to, at, from > 1, to < nwant)
		if (!here)
			differ(from, to, at)
		at = here + to - from + 1
	}
}
