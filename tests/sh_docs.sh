#!/bin/sh
# The pages of docs/ say what is true now: those that are made from tables are what the tables say, and what the others
# tell to type at this machine prints what they show. tests/vm_docs.sh does the rest of them.
# time limit: 120
. tests/lib.sh
. tests/docs.sh

for tool in build/docs/*.o; do
	tool=${tool%.o}
	page=docs/${tool##*/}.md
	"$tool" >"$TMP/page"
	check "${tool##*/}" diff "$page" "$TMP/page"	# make docs writes them again
done

# shellcheck disable=SC2046 # a list of names
docs_cut $(docs_pages)
docs_files
docs_type
docs_judge
docs_count
