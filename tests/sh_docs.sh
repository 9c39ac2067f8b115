#!/bin/sh
# The pages of docs/ say what is true now: those that are made from tables are what the tables say, and what the others
# tell to type at this machine prints what they show. tests/vm_docs.sh does the rest of them.
# time limit: 300
. tests/lib.sh
. tests/docs.sh

for tool in build/docs/*.o; do
	tool=${tool%.o}
	page=docs/${tool##*/}.md
	"$tool" >"$TMP/page"
	check "${tool##*/}" diff "$page" "$TMP/page"	# make docs writes them again
done
for tool in docs/*.sh; do
	"$tool" >"$TMP/page"
	check "$tool" diff "${tool%.sh}.md" "$TMP/page"
done
is 'all source files are on the tour' "$(tests/tour.sh --check)" ''

for page in README.md docs/*.md; do
	[ -e "$page" ] || continue
	for link in $(grep -o '](\(\.\./\)*[A-Za-z0-9_./-]*)' "$page" | tr -d '()]'); do
		[ -e "$(dirname "$page")/$link" ] || fail "$page" "there is no $link"
	done
done

# shellcheck disable=SC2046 # a list of names
docs_cut $(docs_pages)
docs_files
docs_type
docs_judge
docs_count
