#!/bin/sh
# docs/kernel-map.md: which of our files has to do with which file of the kernel, from the lines Kernel: of the sources.
#
#	Kernel: kernel/bpf/btf.c btf_new_fd(), btf_parse()	a file, and functions or structures in it
#
# Such a line may go on in the next ones. What in it is not a file or a name in one is left out here.
cd "$(dirname "$0")/.." || exit 1
cat <<'END'
# Our files and the kernel's

<!-- written by docs/kernel-map.sh (make docs) from the lines Kernel: of the sources -->

Where in the kernel does the other end of this call live? To the left are files of the kernel's source tree, with the
functions and structures to look for; to the right the files here that say so. Line numbers are left out, they change.

END
for file in $(tests/tour.sh | cut -d ' ' -f 1); do
	sed -n '1,60{
		/Kernel:/,/\(Try\|Next\|In\|Out\):\|\*\//{
			/^ \* \(Try\|Next\|In\|Out\):/d
			s/.*Kernel://
			s/Next:.*//
			s/^ \*//
			p
		}
	}' "$file" | tr ';,\n\t' '    ' | sed "s|^|$file |"
	echo
done | awk '
	function is_file(word) { return word ~ /^[A-Za-z0-9_.\/-]+\.(c|h|rst)$/ }
	function is_name(word) { return word ~ /\(\)$/ || before ~ /^(struct|enum|union)$/ }
	{
		at = ""
		before = ""
		for (i = 2; i <= NF; i++) {
			if ($i == "*/")
				break
			if (is_file($i)) {
				at = $i == "libbpf.c" ? "tools/lib/bpf/libbpf.c" : $i
				print at "\t\t" $1
			} else if (at != "" && is_name($i)) {
				print at "\t" ($i ~ /\)$/ ? $i : before " " $i) "\t" $1
			}
			before = $i
		}
	}' | LC_ALL=C sort -u | awk -F '\t' '
	function flush()
	{
		if (file != "")
			print "| " (file == shown ? "" : file) " | " (name == "" ? "" : "`" name "`") " | " ours " |"
		shown = file
	}
	{ line[NR] = $0; if ($2 != "") said[$1, $3] = 1 }
	END {
		print "| file of the kernel | there | here |\n|---|---|---|"
		for (i = 1; i <= NR; i++) {
			split(line[i], f, "\t")
			if (f[2] == "" && said[f[1], f[3]])
				continue
			if (f[1] != file || f[2] != name) {
				flush()
				file = f[1]
				name = f[2]
				ours = ""
			}
			ours = ours (ours == "" ? "" : ", ") "[" f[3] "](../" f[3] ")"
		}
		flush()
	}'
