#!/bin/sh
# The pages of docs/ that are made from tables of the code say what the tables say now.
. tests/lib.sh

for tool in build/docs/*.o; do
	tool=${tool%.o}
	page=docs/${tool##*/}.md
	"$tool" >"$TMP/page"
	check "${tool##*/}" diff "$page" "$TMP/page"	# make docs writes them again
done
