#!/bin/sh
# The shell scripts say nothing a linter would warn about.
. tests/lib.sh

need shellcheck shellcheck
for script in docs/*.sh tests/*.sh tests/docs/*.sh tests/vm/*.sh tests/vm/init; do
	check "$script" shellcheck -x -S warning "$script"
done

# Continuous integration runs what the README tells people to run.
[ ! -e README.md ] || has '.ci/run' "$(cat README.md)" "$(tail -n 1 .ci/run)"
