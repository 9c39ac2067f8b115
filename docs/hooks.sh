#!/bin/sh
# docs/hooks.md: the hook table, as bpfwalk hooks prints it.
cd "$(dirname "$0")/.." || exit 1
cat <<'END'
# Section names

<!-- written by docs/hooks.sh (make docs) from bpfwalk hooks, which prints the table in loader/hooks.def -->

The name of a function's section says what kind of program it is and what runs it. The names are those of libbpf. What
is written in capitals is filled in; what is between brackets may be left out. The longest name that fits wins.

*attach*: `bpfwalk run` attaches it by its section alone. *cgroup*: to the cgroup that `--cgroup` names. *interface*: to
the network interface that `--iface` names. *point*: to the point in netfilter that `--netfilter` names. *read*: attached, and what it prints is read once. *run*: there is nothing to
attach, `run` runs it once. *load*: bpfwalk loads it; `run` names it and leaves it. *-*: it is refused, by name, until
bpfwalk knows how to load it.

Android has names of its own (`schedcls/NAME`, `skfilter/NAME`, ...), each of which means one of these rows:
[loader/android_names.c](../loader/android_names.c). `1/0`, of iproute2, is element 0 of the map with id 1.

| section | program type | expected attach type | bpfwalk | what runs it |
|---|---|---|---|---|
END
build/bpfwalk hooks | awk '
	function code(s) { return s == "" ? "" : "`" s "`" }
	NR <= 2 { next }
	NR % 2 { section = $1; type = $2; sub(/,$/, "", type); attach = $3; next }
	{
		does = $1
		text = $0
		sub(/^ +[^ ]+ +/, "", text)
		print "| `" section "` | " code(type) " | " code(attach) " | " does " | " text " |"
	}'
