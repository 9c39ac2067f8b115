#!/bin/sh
# What programs see of the kernel: values of its configuration, its variables, its functions; as the kernel runs them.
# The configuration is the one the kernel was built with: in a virtual machine of tests/vm it is in /boot.
#
# Next: tests/kernel_refused.sh
. tests/walk.sh
O=build/tests/objects

config=/boot/config-$(uname -r)
if [ -e "$config" ]; then
	cat "$config" >"$TMP/config"
elif [ -e /proc/config.gz ]; then
	gzip -dc /proc/config.gz >"$TMP/config"
	config=/proc/config.gz
else
	config=
fi

# The kernel's symbols that the rows ask for, in one pass over all: an emulated processor takes two seconds for it.
symbols=$TMP/symbols
grep -E ' (__[a-z0-9]+_sys_bpf|bpf_get_attach_cookie_trace|_stext|bpf_prog_put|runqueues|bpf_rcu_read_lock|bpf_xdp_ct_lookup)\>' \
	/proc/kallsyms >"$symbols"

# value NAME: as the configuration has it; nothing where it is not set
value()
{
	sed -n "s/^CONFIG_$1=//p" "$TMP/config"
}

# number NAME: in decimal, 0 where it is not set
number()
{
	echo $(($(value "$1") + 0))
}

# tristate NAME: the value of enum libbpf_tristate
tristate()
{
	case $(value "$1") in y) echo 1 ;; m) echo 2 ;; *) echo 0 ;; esac
}

# text STRING BYTES: as JSON prints an array of char that holds it, cut if it is too long
text()
{
	echo "\"$(printf '%s' "$1" | cut -c "1-$(($2 - 1))")\""
}

# run_it OBJECT [OPTION...]: runs it until a process has made some calls.
run_it()
{
	ran=$1
	shift
	if ! walk "$O/extern_$ran" "$@"; then
		fail "$ran" "$(tail -n 1 "$TMP/err")"
		return 1
	fi
	$T/provoke calls somebody 50
	walk_end || fail "$ran" "exit status $walk_status: $(tail -n 1 "$TMP/err")"
}

# says NAME WORD...: what the object wants is not there; one line, exit status 1, with these words in it
says()
{
	row=$1 want=$2
	shift 2
	"$@" >"$TMP/out" 2>"$TMP/err"
	is "$row/status" $? 1
	has "$row" "$(cat "$TMP/err")" "$want"
}

# ---- the configuration

# Versions are compared as the kernel's own headers would: in Debian the release says less than the version.
version_of()
{
	v=$(uname -v | sed -n 's/.*Debian \([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p')
	[ -n "$v" ] || v=$(uname -r | sed 's/^\([0-9]*\.[0-9]*\)[^0-9.].*/\1.0/; s/^\([0-9]*\.[0-9]*\.[0-9]*\).*/\1/')
	echo "$v" | awk -F . '{ print $1 * 65536 + $2 * 256 + ($3 > 255 ? 255 : $3) }'
}

row_config()
{
	if [ -z "$config" ]; then
		skip config "this kernel's configuration is neither in /boot nor in /proc/config.gz"
		says config/missing 'kconfig: the kernel'\''s configuration is neither in /boot/config-' "$W" load "$O/extern_config.bpf.o"
		return
	fi
	run_it config.bpf.o || return
	at_least config/ran "$(global ran)" 50
	is config/version "$(global version)" "$(version_of)"
	is config/wrapper "$(global wrapper)" "$(grep -c -E ' T __(x64|arm64|riscv)_sys_bpf$' "$symbols")"
	is config/cookie "$(global cookie)" "$(grep -c ' bpf_get_attach_cookie_trace$' "$symbols")"
	is config/something_new "$(global something_new)" 0
	is config/bool "$(global bpf)" 1
	is config/tristate "$(global bpf_syscall) $(global veth)" "1 $(tristate VETH)"
	is config/char "$(global jit)" 121
	is config/numbers "$(global log_buf_shift) $(global levels) $(global hz) $(global small) $(global cpus) $(global start)" \
		"$(number LOG_BUF_SHIFT) $(number PGTABLE_LEVELS) $(number HZ) $(number BASE_SMALL) $(number NR_CPUS) $(number PHYSICAL_START)"
	is config/text "$(global hostname)" "$(text "$(value DEFAULT_HOSTNAME | tr -d '"')" 16)"
	is config/long-text "$(global lsm)" "$(text "$(value LSM | tr -d '"')" 5)"
	is config/missing "$(global missing)" 0
	# A value is a constant for the verifier: with this one set, the branch with the bad call is no dead code any more.
	says config/set 'invalid func unknown#4711' "$W" load "$O/extern_config.bpf.o" --set CONFIG_NO_SUCH_THING=true
}

# Another kernel's: plain, and packed.
row_file()
{
	cat >"$TMP/other" <<-END
		# a comment, and what is not set
		# CONFIG_VETH is not set
		CONFIG_BPF=y
		CONFIG_BPF_SYSCALL=m
		CONFIG_BPF_JIT=n
		CONFIG_LOG_BUF_SHIFT=0xff
		CONFIG_PGTABLE_LEVELS=-3
		CONFIG_HZ=0100
		CONFIG_BASE_SMALL=65535
		CONFIG_NR_CPUS=-2147483648
		CONFIG_PHYSICAL_START=0xffffffff81000000
		CONFIG_DEFAULT_HOSTNAME=""
		CONFIG_LSM="ab"
	END
	gzip -c "$TMP/other" >"$TMP/other.gz"
	for file in other other.gz; do
		run_it config.bpf.o --kconfig "$TMP/$file" --set CONFIG_NR_CPUS=12 || return
		is "file/$file" "$(global bpf) $(global bpf_syscall) $(global veth) $(global jit) $(global log_buf_shift) $(
			global levels) $(global hz) $(global small) $(global cpus) $(global start) $(global hostname) $(global lsm)" \
			'1 2 0 110 255 18446744073709551613 64 65535 12 18446744071578845184 "" "ab"'
	done
	grep -v HOSTNAME "$TMP/other" >"$TMP/less"
	says file/missing "externs: CONFIG_DEFAULT_HOSTNAME (.kconfig): $TMP/less does not set it, and it is not weak" \
		"$W" load "$O/extern_config.bpf.o" --kconfig "$TMP/less"
	says file/type 'CONFIG_HZ=0100: a number is for an integer or char (type bool, 1 bytes)' \
		"$W" load "$O/extern_types.bpf.o" --kconfig "$TMP/other"
	head -c 100 "$TMP/other.gz" >"$TMP/cut"
	says file/cut "$TMP/cut: the packed file ends too early, after 100 bytes" "$W" load "$O/extern_config.bpf.o" --kconfig "$TMP/cut"
	says file/none "kconfig: opening $TMP/none: ENOENT" "$W" load "$O/extern_config.bpf.o" --kconfig "$TMP/none"
	: >"$TMP/empty"
	says file/empty "$TMP/empty: the file is empty" "$W" load "$O/extern_config.bpf.o" --kconfig "$TMP/empty"
	says file/directory "$TMP: reading it: EISDIR" "$W" load "$O/extern_config.bpf.o" --kconfig "$TMP"
	head -c 20000000 /dev/zero | gzip -c >"$TMP/huge"
	says file/huge "$TMP/huge: more than 16777216 bytes when unpacked" "$W" load "$O/extern_config.bpf.o" --kconfig "$TMP/huge"
}

# ---- addresses

row_address()
{
	run_it address.bpf.o || return
	at_least address/ran "$(global ran)" 50
	for name in text:_stext put:bpf_prog_put; do
		is "address/${name#*:}" "$(printf '%x' "$(global "${name%:*}")" 2>/dev/null)" \
			"$(sed -n "s/^\([0-9a-f]*\) . ${name#*:}\$/\1/p" "$symbols")"
	done
	is address/missing "$(global missing)" 0
	is address/in-a-function "$(global same)" 1
	restrict=$(cat /proc/sys/kernel/kptr_restrict)
	{ echo 2 >/proc/sys/kernel/kptr_restrict; } 2>/dev/null || return
	says address/hidden 'externs: _stext (.ksyms): /proc/kallsyms hides all addresses from this process' \
		"$W" load "$O/extern_address.bpf.o"
	echo "$restrict" >/proc/sys/kernel/kptr_restrict
}

# ---- variables and functions with types

row_ksyms()
{
	if ! grep -q ' runqueues$' "$symbols"; then
		skip ksyms "this kernel does not keep the names of its variables (CONFIG_KALLSYMS_ALL)"
		return
	fi
	case $(uname -r) in
	5.10.*)				# Debian's has no variables in its BTF
		says ksyms/no-variables 'runqueues (.ksyms): no variable of that name in the types of the kernel or of a module' \
			"$W" load "$O/extern_ksyms.bpf.o"
		return ;;
	esac
	run_it ksyms.bpf.o || return
	at_least ksyms/ran "$(global ran)" 50
	is ksyms/missing "$(global has_missing)" 0
}

row_kfunc()
{
	run_it kfunc.bpf.o || return
	has=$(grep -q ' T bpf_rcu_read_lock$' "$symbols" && echo 1 || echo 0)
	is kfunc/has "$(global has) $(global has_again)" "$has $has"
	is kfunc/others "$(global has_other) $(global has_missing)" '0 0'
	if [ "$has" = 1 ]; then
		at_least kfunc/ran "$(global ran)" 50
		says kfunc/mismatch 'declared in another way than vmlinux has it: it takes 0 arguments there, and 1 in the object' \
			"$W" load "$O/extern_mismatch.bpf.o"
	else
		is kfunc/ran "$(global ran)" 0
	fi
	says kfunc/missing 'externs: bpf_no_such_kfunc (.ksyms): no function of that name in the types of the kernel or of a module' \
		"$W" load "$O/extern_missing.bpf.o"
	says kfunc/unasked 'unasked: calls bpf_no_such_kfunc, which is weak and which this kernel does not have' \
		"$W" load "$O/extern_unasked.bpf.o"
}

row_module()
{
	if ! [ -d /sys/module/nf_conntrack ] || ! grep -q ' bpf_xdp_ct_lookup' "$symbols"; then
		skip module "no module nf_conntrack with functions for programs"
		return
	fi
	check module "$W" load "$O/extern_module.bpf.o"
	if [ -e /sys/kernel/btf/nf_conntrack ]; then
		has module/where "$("$W" load "$O/extern_module.bpf.o")" ' of nf_conntrack'
	fi
}

for row in config file address ksyms kfunc module; do
	row_$row
done
