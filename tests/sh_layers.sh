#!/bin/sh
# The layers of the code, held by a test: who may include what, who may call the kernel,
# and what the library lets out. Needs a finished build.
. tests/lib.sh
B=${B:-build}

# includes DIR-FILES ALLOWED: quoted includes of those files that are not allowed.
includes() {
	files=$1 allowed=$2
	# shellcheck disable=SC2086
	grep -nE '^#include "' $files /dev/null | grep -vE "#include \"($allowed)"
}

none() {
	name=$1 found=$2
	if [ -z "$found" ]; then ok "$name"; else fail "$name" "$(echo "$found" | head -3 | tr '\n' ' ')"; fi
}

none "uapi/ includes only uapi/" "$(includes "uapi/*.c uapi/*.h" 'uapi/')"
none "elf/ includes only elf/ and uapi/" "$(includes "elf/*.c elf/*.h" 'elf/|uapi/')"
none "loader/ does not include the command" "$(includes "loader/*.c loader/*.h" 'loader/[a-z]|elf/|uapi/'  ; grep -n '^#include "loader/cli/' loader/*.c loader/*.h)"
none "the command includes the public header and itself" "$(includes "loader/cli/*.c loader/cli/*.h" 'loader/bpfwalk.h"|loader/cli/')"
none "programs include only uapi/bpf/" "$(includes "progs/*.c" 'uapi/bpf/')"
none "no header of the kernel or of a BPF library" \
	"$(grep -nE '#include *<(linux|bpf|asm|libelf|gelf|elf)[/.]' uapi/*.[ch] uapi/bpf/*.h elf/*.[ch] loader/*.[ch] loader/cli/*.[ch] progs/*.c)"

# Who may knock at the kernel: one object. Names of libc with or without the 64 of large files.
door='syscall|open|openat|creat|fopen|freopen|opendir|read|pread|readv|write|pwrite|close|mmap|munmap|ioctl|fcntl|poll|ppoll|epoll_.*|select|socket|bind|connect|send.*|recv.*|[gs]etsockopt|getrlimit|setrlimit|prlimit|stat|fstat|lstat|fstatat|fsync|fdatasync|f?chmod|fchmodat|mount|umount|unlink(at)?|mkdir(at)?|rename(at|at2)?|link(at)?|readlink(at)?|getdents|kill|fork|execve|execvp|popen|system'
# "build/loader/maps.o: memset" for everything an object refers to and does not have.
find "$B/uapi" "$B/elf" "$B/loader" -name '*.o' -exec nm -A -u {} + | sed 's/: *U /: /' >"$TMP/refers"
# live.c asks the terminal for its size, and only there: that is talk with a terminal, not with the kernel.
none "only uapi/sys.o calls the kernel" \
	"$(grep -E ": ($door)(64)?\$" "$TMP/refers" | grep -vE '/(uapi/sys|cli/live)\.o:')"
check "uapi/sys.o does" grep -q '/uapi/sys.o: syscall$' "$TMP/refers"
none "elf/ is pure: no streams, no environment, no exit" \
	"$(grep -E '/elf/[^:]*: (printf|fprintf|puts|fputs|fwrite|stdout|stderr|getenv|exit|abort|time|clock_gettime)$' "$TMP/refers")"
none "the library neither prints nor exits" \
	"$(grep -E '/(loader|uapi)/[^/:]*: (printf|fprintf|puts|fputs|fwrite|stdout|stderr|exit|abort|signal|sigaction|pthread_create)$' "$TMP/refers")"

# What the archive lets out is the public header, no more and no less.
nm -g --defined-only "$B/libbpfwalk.a" | awk 'NF == 3 { print $3 }' | sort >"$TMP/out"
sed -n 's/.*[ *]\(bw_[a-z_]*\)(.*/\1/p' loader/bpfwalk.h | grep -v '^ ' | sort -u >"$TMP/all"
grep -E '^BW_API' loader/bpfwalk.h | sed -n 's/^BW_API[^(]*[ *]\(bw_[a-z_]*\)(.*/\1/p' | sort -u >"$TMP/header"
none "the archive exports what the header declares" "$(diff "$TMP/out" "$TMP/header")"

printf '#include "loader/bpfwalk.h"\nint arena_alloc(void);\nint main(void) { return arena_alloc(); }\n' >"$TMP/inside.c"
if ${CC:-cc} -I. -o "$TMP/inside" "$TMP/inside.c" "$B/libbpfwalk.a" 2>"$TMP/err"; then
	fail "an internal function does not link" "it linked"
else
	grep -q "undefined reference to .arena_alloc" "$TMP/err" && ok "an internal function does not link" ||
		fail "an internal function does not link" "$(head -1 "$TMP/err")"
fi

echo '#include "loader/bpfwalk.h"' >"$TMP/h.c"
for c in "${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror -x c" "g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -x c++"; do
	if ! command -v "${c%% *}" >/dev/null; then
		skip "the header compiles alone: ${c%% -W*}" "no ${c%% *}"
	elif $c -I. -c -o "$TMP/h.o" "$TMP/h.c" 2>"$TMP/err"; then
		ok "the header compiles alone: ${c%% -W*}"
	else
		fail "the header compiles alone: ${c%% -W*}" "$(head -1 "$TMP/err")"
	fi
done

# The top level is fixed.
none "nothing else at the top" "$(git ls-files 2>/dev/null | cut -d/ -f1 | sort -u |
	grep -vxE 'Makefile|loader|elf|progs|uapi|tests|docs|README\.md|LICENSE|\.ci|\.gitignore|\.[a-z-]+')"
