#!/bin/sh
# make install puts what a program needs to a place of the packager's choice, blanks in its name or not; make uninstall
# takes it away again.
. tests/lib.sh
B=${B:-build}

to="$TMP/a place" files='./bin/bpfwalk ./include/bpfwalk.h ./lib/libbpfwalk.a ./share/man/man1/bpfwalk.1 '
installed()
{
	(cd "$to/usr" && find . -type f | sort | tr '\n' ' ')
}

status install 0 make install DESTDIR="$to" PREFIX=/usr
is install/files "$(installed)" "$files"
is install/modes "$(cd "$to/usr" && stat -c %a bin/bpfwalk lib/libbpfwalk.a | tr '\n' ' ')" "755 644 "
is install/command "$("$to/usr/bin/bpfwalk" --version)" "$("$B/bpfwalk" --version)"
cat >"$TMP/open.c" <<END
#include <bpfwalk.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int failed = argc != 2 || bw_open(argv[1], NULL, &obj, &err);

	if (!failed)
		printf("%u programs\\n", obj->nprograms);
	bw_close(obj);
	return failed;
}
END
status install/compile 0 "${CC:-cc}" -Wall -Werror -I"$to/usr/include" -o "$TMP/open" "$TMP/open.c" -L"$to/usr/lib" -lbpfwalk
is install/library "$("$TMP/open" "$B/progs/talk.bpf.o")" '2 programs'
status uninstall 0 make uninstall DESTDIR="$to" PREFIX=/usr
is uninstall/files "$(installed)" ''

# A source tree with a blank in its name; one program says as much as all.
mkdir "$TMP/a tree"
cp -r Makefile progs uapi "$TMP/a tree"
status 'a blank in the path' 0 make -C "$TMP/a tree" build/progs/device.bpf.o
is 'a blank in the path/no trace of it' "$(strings -a "$TMP/a tree/build/progs/device.bpf.o" | grep -F "$TMP")" ''
