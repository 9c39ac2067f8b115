# bpfwalk: one Makefile, no configure. Sources are listed in reading order.
#
#   make          build/bpfwalk, build/bpfwalk-static, build/libbpfwalk.a, build/progs/*.bpf.o
#   make install  the command, the library, its header and the man page, to DESTDIR PREFIX; uninstall takes them away
#   make run      set up what is missing, count system calls per command, print the table
#   make check    run the tests that need neither root nor a virtual machine
#   make docs     write the pages of docs/ that are made from tables of the code
#   make tour     the reading order of the code, a line a file
#   make test     set up what is missing, run the tests, also on the kernels of tests/vm
#   make test-all what takes longer or fetches more, too
#   make bench    what it costs beside libbpf and bpftrace; NEWER=sid: beside the libbpf of that suite, too
#   make lab      a shell in a virtual machine, with a kernel of your choice: KERNEL=5.10, 6.1, 6.12, 7.x
#
# Variables for packagers: CC CLANG AR LD OBJCOPY CFLAGS LDFLAGS DESTDIR PREFIX
# For another machine: make CROSS_COMPILE=aarch64-linux-gnu- builds all of it under build/aarch64-linux-gnu.

MAKEFLAGS += --no-print-directory

CLANG   ?= clang
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
ifdef CROSS_COMPILE
B       := build/$(CROSS_COMPILE:%-=%)
CC      := $(CROSS_COMPILE)gcc
AR      := $(CROSS_COMPILE)ar
LD      := $(CROSS_COMPILE)ld
OBJCOPY := $(CROSS_COMPILE)objcopy
MUSL_CC := $(CROSS_COMPILE:%-gnu-=%-musl-)gcc
MACHINE := $(firstword $(subst -, ,$(CROSS_COMPILE)))
MACHINE_INCLUDE := /usr/$(CROSS_COMPILE:%-=%)/include
else
B       := build
CC      ?= cc
OBJCOPY ?= objcopy
MUSL_CC := musl-gcc
MACHINE := $(shell uname -m)
MACHINE_INCLUDE := /usr/include/$(MACHINE)-linux-gnu
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla
# A section for each function: a program that links the library statically leaves out what it does not call.
OUR_CFLAGS := -std=c11 -D_GNU_SOURCE $(WARN) -I. -fno-lto -fvisibility=hidden -ffunction-sections -fdata-sections
ALL_CFLAGS = $(OUR_CFLAGS) $(CFLAGS)

UAPI := \
	uapi/names.c \
	uapi/bpf_members.c \
	uapi/call_members.c \
	uapi/fields.c \
	uapi/sys.c \

ELF := \
	elf/diag.c \
	elf/view.c \
	elf/arena.c \
	elf/nearest.c \
	elf/elf64.c \
	elf/btf.c \
	elf/btf_check.c \
	elf/btf_names.c \
	elf/btf_ext.c \
	elf/object.c \
	elf/datasec.c \
	elf/externs.c \
	elf/externs_map.c \
	elf/maps.c \
	elf/mapdef.c \
	elf/map_arena.c \
	elf/mapdef_legacy.c \
	elf/legacy_members.c \
	elf/data.c \
	elf/funcs.c \
	elf/android.c \
	elf/tails.c \
	elf/addresses.c \
	elf/map_slots.c \
	elf/struct_ops.c \
	elf/data_addresses.c \
	elf/relocs.c \
	elf/core_relos.c \
	elf/refused.c \
	elf/btf_kernel.c \
	elf/btf_extern.c \
	elf/btf_downgrade.c \
	elf/arg_ctx.c \
	elf/core.c \
	elf/core_path.c \
	elf/core_match.c \
	elf/core_types.c \
	elf/core_value.c \
	elf/core_patch.c \
	elf/core_say.c \
	elf/registers.c \
	elf/link.c \
	elf/link_callback.c \
	elf/link_info.c \
	elf/jump_tables.c \
	elf/patch.c \
	elf/disasm.c \
	elf/insn_parts.c \
	elf/number.c \
	elf/edit.c \
	elf/asm_insn.c \
	elf/asm_words.c \
	elf/asm_directives.c \
	elf/asm.c \
	elf/asm_link.c \
	elf/asm_btf.c \
	elf/asm_elf.c \
	elf/asm_source.c \
	elf/text.c \
	elf/float.c \
	elf/btf_text.c \
	elf/btf_value.c \
	elf/btf_parse_value.c \
	elf/glob.c \
	elf/symfile.c \
	elf/usdt.c \
	elf/usdt_args.c \
	elf/kconfig.c \
	elf/inflate.c \

# One a line, so that two people can add a file at once.
LOADER := \
	loader/api.c \
	loader/error.c \
	loader/observe.c \
	loader/file.c \
	loader/publish.c \
	loader/tails.c \
	loader/find.c \
	loader/load_check.c \
	loader/left_out.c \
	loader/globals.c \
	loader/kernel_btf.c \
	loader/targets.c \
	loader/target_prog.c \
	loader/externs.c \
	loader/kconfig.c \
	loader/kernel_version.c \
	loader/ksyms.c \
	loader/core.c \
	loader/btf_load.c \
	loader/older.c \
	loader/memlock.c \
	loader/cpus.c \
	loader/struct_ops.c \
	loader/map_shape.c \
	loader/maps.c \
	loader/map_older.c \
	loader/map_fill.c \
	loader/map_arena.c \
	loader/map_slots.c \
	loader/map_pin.c \
	loader/progs.c \
	loader/jump_tables.c \
	loader/verifier.c \
	loader/prog_older.c \
	loader/prog_context.c \
	loader/hooks.c \
	loader/android_names.c \
	loader/hook_words.c \
	loader/attach.c \
	loader/bpffs.c \
	loader/pin.c \
	loader/unpin.c \
	loader/item.c \
	loader/link_target.c \
	loader/sightings.c \
	loader/list.c \
	loader/open_map.c \
	loader/map_ops.c \
	loader/map_text.c \
	loader/attach_event.c \
	loader/attach_raw_tp.c \
	loader/attach_tracing.c \
	loader/attach_iter.c \
	loader/iterate.c \
	loader/lines.c \
	loader/tracefs.c \
	loader/attach_tracepoint.c \
	loader/probe.c \
	loader/symbols.c \
	loader/attach_kprobe.c \
	loader/functions.c \
	loader/attach_multi.c \
	loader/library_path.c \
	loader/attach_uprobe.c \
	loader/attach_uprobe_multi.c \
	loader/attach_usdt.c \
	loader/mapped.c \
	loader/online.c \
	loader/attach_perf_event.c \
	loader/mounts.c \
	loader/cgroup.c \
	loader/attach_cgroup.c \
	loader/iface.c \
	loader/attach_socket.c \
	loader/attach_iface.c \
	loader/netlink.c \
	loader/tc.c \
	loader/attach_tc.c \
	loader/tc_pin.c \
	loader/attach_netns.c \
	loader/attach_netfilter.c \
	loader/attach_struct_ops.c \
	loader/reader.c \
	loader/ring.c \
	loader/perf.c \
	loader/trace_pipe.c \
	loader/missed.c \
	loader/tell.c \
	loader/listing.c \
	loader/inspect.c \
	loader/edit.c \
	loader/save.c \

CLI := \
	loader/cli/main.c \
	loader/cli/out.c \
	loader/cli/args.c \
	loader/cli/setup.c \
	loader/cli/put.c \
	loader/cli/place.c \
	loader/cli/cgroup.c \
	loader/cli/advice.c \
	loader/cli/buf.c \
	loader/cli/value.c \
	loader/cli/verb_hooks.c \
	loader/cli/json.c \
	loader/cli/verb_inspect.c \
	loader/cli/hex.c \
	loader/cli/describe.c \
	loader/cli/verb_load.c \
	loader/cli/verb_run.c \
	loader/cli/verb_attach.c \
	loader/cli/verb_detach.c \
	loader/cli/verb_list.c \
	loader/cli/verb_dump_map.c \
	loader/cli/verb_trace.c \
	loader/cli/records.c \
	loader/cli/screen.c \
	loader/cli/jsontext.c \
	loader/cli/rows.c \
	loader/cli/map_read.c \
	loader/cli/count.c \
	loader/cli/live.c \
	loader/cli/stop.c \
	loader/cli/attaching.c \
	loader/cli/asked.c \
	loader/cli/verb_disasm.c \
	loader/cli/parts.c \
	loader/cli/verb_patch.c \
	loader/cli/verb_asm.c \
	loader/cli/verb_explain.c \
	loader/cli/story_text.c \
	loader/cli/story_json.c \
	loader/cli/strace.c \
	loader/cli/lessons.c \
	loader/cli/pretend.c \

PROGS := progs/minimal.bpf.c progs/hello.bpf.c progs/hello_perf.bpf.c progs/comm_perf.bpf.c \
	progs/talk.bpf.c progs/syscount.bpf.c progs/open_tracepoint.bpf.c progs/uprobe.bpf.c progs/throw.bpf.c \
	progs/profile.bpf.c progs/ring.bpf.c progs/parent.bpf.c \
	progs/open_time.bpf.c progs/renames.bpf.c progs/vfs.bpf.c progs/no_open.bpf.c progs/tasks.bpf.c progs/device.bpf.c \
	progs/device_log.bpf.c progs/device_rate.bpf.c \
	progs/sockfilter.bpf.c progs/xdp_drop.bpf.c

LIB_OBJ := $(patsubst %.c,$(B)/%.o,$(UAPI) $(ELF) $(LOADER))
CLI_OBJ := $(patsubst %.c,$(B)/%.o,$(CLI))
# With musl, some of libc is ours too.
STATIC_LIB = $(patsubst %.c,$(B)/static/%.o,$(UAPI) $(ELF) $(LOADER) \
	$(if $(findstring musl,$(STATIC_CC)),loader/cli/static_printf.c loader/cli/static_malloc.c loader/cli/static_libc.c))
STATIC_OBJ = $(STATIC_LIB) $(patsubst %.c,$(B)/static/%.o,$(CLI))
PROG_OBJ := $(patsubst %.c,$(B)/%.o,$(PROGS))
OBJECT_OBJ = $(OBJECTS:%=$(B)/tests/objects/%.bpf.o)

# Programs for the kernel: v3 of the instruction set has been understood since 5.1.
# Which registers hold arguments is the one thing that depends on the machine.
BPF_TARGET := bpf
BPF_ARCH := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(patsubst riscv64,riscv,$(MACHINE))))
BPF_CFLAGS = -target $(BPF_TARGET) -mcpu=v3 -std=gnu11 -O2 -g -Wall -Wextra -Wshadow \
	-Wstrict-prototypes -I. -D__TARGET_ARCH_$(BPF_ARCH) '-ffile-prefix-map=$(CURDIR)=.'

# Tests: add one word here. unit_X.c and fake_X.c are a program each, linked against what they use of the objects above;
# sh_X.sh is a script. kernel_X.c or kernel_X.sh needs root and runs on this kernel and on each of tests/vm; vm_X.sh
# boots machines itself.
UNIT := \
	check \
	base \
	names \
	headers \
	fields \
	sys \
	nearest \
	ring \
	perf \
	elf64 \
	btf \
	btf_names \
	btf_ext \
	core \
	core_types \
	text \
	float \
	printf \
	libc \
	btf_text \
	btf_parse \
	glob \
	symfile \
	usdt \
	object \
	object_code \
	object_maps \
	object_legacy \
	object_refused \
	externs \
	kconfig \
	inflate \
	disasm \
	asm \
	arg_ctx \
	link \
	link_callback \
	cli \

FAKE := \
	older \
	attach \
	attach_says \
	usdt \
	reader \
	cgroup \
	packets \
	tc \
	list \
	maps \
	pin \
	open_map \
	functions \
	walk \
	verifier \
	save \
	struct_ops \
	externs \

KTEST := \
	provoke \
	disasm \
	uapi \
	object \
	attach \
	sections \
	btf \
	functions \
	usdt \
	iter \
	reader \
	progs \
	cgroup \
	container \
	packets \
	life \
	core \
	strace \
	inject \
	objects \
	maps \
	struct_ops \
	run \
	externs \
	refused \

SCRIPT := \
	cli_usage \
	cli_docs \
	cli_json \
	cli_bad \
	cli_golden \
	cli_run \
	cli_user \
	cli_bytes \
	cli_patch \
	asm_round \
	cli_asm \
	core \
	run \
	shell \
	layers \
	size \
	install \
	progs \
	disasm_oracle \
	oracle \
	docs \
	docs_test \
	fuzz \

VMTEST := \
	run \
	docs \

BENCH := $(addprefix $(B)/tests/bench/,compare record load_libbpf hook read)
BENCH_MORE := $(B)/tests/bench/load_libbpf_shared $(addprefix $(B)/static/tests/bench/,load_bpfwalk load_replay) \
	$(addprefix $(B)/tests/bench/,empty.bpf.o burst.bpf.o many.bpf.o carve)

# What the tests load and try to load; the source says what is special about it.
OBJECTS := map_flags legacy_tails android android_plain many many_plain extern_config extern_ksyms extern_address extern_kfunc extern_module extern_missing extern_mismatch \
	extern_unasked extern_types one_section globals bss_x subprogs link_order callback pinned map_in_map map_slots records \
	records_plain long_record map_values map_arena jump_table data_addresses legacy_maps legacy_wide legacy_inner legacy_odd legacy_tc no_btf printk arguments no_target \
	no_function unknown_section out_of_bounds no_null_check long_log huge_map core kconfig \
	ksym struct_ops module_ops big_endian unnamed hidden static_parts hits new_btf arg_ctx exceptions stream \
	cgroup_all cgroup_deny sections replaced freplace tc tcx netkit netfilter iters functions \
	core_target core_kinds core_loads core_narrow core_twice core_far core_match \
	core_reads core_absent usdt usdt_plain

INSTALLED := bin/bpfwalk lib/libbpfwalk.a include/bpfwalk.h share/man/man1/bpfwalk.1

.PHONY: all install uninstall progs objects docs tour run lab setup guest tests check matrix fuzz test test-all bench clean distclean
all: $(B)/bpfwalk $(B)/bpfwalk-static $(B)/libbpfwalk.a $(PROG_OBJ)
progs: $(PROG_OBJ)
objects: $(OBJECT_OBJ)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The library is one relocatable object whose hidden symbols are made local: what is not in
# loader/bpfwalk.h does not link, and cannot clash with a name of the application.
# The strings of each file stay a section of their own, or a program would get those of all.
$(B)/libbpfwalk.o: $(LIB_OBJ)
	$(LD) -r --unique='.rodata.str*' -o $@ $^
	$(OBJCOPY) --localize-hidden $@

$(B)/libbpfwalk.a: $(B)/libbpfwalk.o
	rm -f $@ && $(AR) rcs $@ $^

$(B)/bpfwalk: $(CLI_OBJ) $(B)/libbpfwalk.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

# For machines with no libc of their own, and for virtual machines: static, small, with musl where it is installed.
STATIC_CC     ?= $(shell command -v $(MUSL_CC) || echo $(CC))
# Nothing in it unwinds, it needs no address but one, and it is not to be padded to whole pages.
STATIC_CFLAGS ?= -Os -fno-pie -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-jump-tables
STATIC_LDFLAGS ?= -static -no-pie -s -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,norelro \
	-Wl,-z,common-page-size=64
$(B)/static/%.o: %.c
	@mkdir -p $(@D)
	$(STATIC_CC) $(OUR_CFLAGS) $(STATIC_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/bpfwalk-static: $(STATIC_OBJ)
	$(STATIC_CC) $(STATIC_CFLAGS) $(STATIC_LDFLAGS) -o $@ $^

$(B)/%.bpf.o: %.bpf.c
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/progs/minimal.bpf.o $(B)/tests/objects/no_btf.bpf.o $(B)/tests/objects/android_plain.bpf.o: BPF_CFLAGS += -g0
$(B)/tests/objects/big_endian.bpf.o: BPF_TARGET := bpfeb

# The same program with libbpf's header in the place of ours, and a library for it.
$(B)/tests/objects/usdt_libbpf.bpf.o: tests/objects/usdt.bpf.c
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -DLIBBPF -include tests/usdt_libbpf.h -I$(MACHINE_INCLUDE) -Wno-unused-parameter -MMD -MP -c -o $@ $<

$(B)/tests/markers.so: tests/markers.c tests/marks.h tests/marker.h
	@mkdir -p $(@D)
	$(CC) -I. -shared -nostdlib -Wl,--build-id=none -Wl,-e,passed -o $@ $<

# A kernel module, but for what tests/kernel_struct_ops.c puts into it.
$(B)/tests/module/ops.ko: tests/module/ops.c tests/module/ops.h
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) -Wno-pedantic -I. -O2 -ffreestanding -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone -mgeneral-regs-only \
		-fcf-protection=branch -fno-stack-protector -fno-asynchronous-unwind-tables -fno-jump-tables -fno-common -c -o $@ $<

# docs/X.c and docs/X.sh write docs/X.md.
DOC_TOOL := $(B)/docs/instructions
DOC_SH := hooks kernel-map tour
docs: $(DOC_TOOL) $(B)/bpfwalk
	for tool in $(DOC_TOOL); do $$tool >docs/$${tool##*/}.md || exit; done
	for page in $(DOC_SH); do docs/$$page.sh >docs/$$page.md || exit; done

tour:
	@tests/tour.sh

$(DOC_TOOL): %: %.o $(B)/elf/disasm.o $(B)/uapi/names.o
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

# The C tests and everything they link are built once more with the sanitizers, where the compiler has them.
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SAN = $(eval SAN := $(shell mkdir -p $(B) && echo 'int main(void) { return 0; }' >$(B)/san.c && \
	{ $(CC) $(SANFLAGS) -o $(B)/san $(B)/san.c && $(B)/san; } 2>/dev/null && echo $(SANFLAGS)))$(SAN)
# Compiled in half the time: they run for seconds, and of the debug information only lines are ever printed.
QUICK := -O1 -g1
A := $(B)/asan
KTEST_C := $(wildcard $(KTEST:%=tests/kernel_%.c))
KTEST_SH := $(filter-out $(KTEST_C:.c=.sh),$(KTEST:%=tests/kernel_%.sh))
TEST_BIN := $(UNIT:%=$(A)/tests/unit_%) $(FAKE:%=$(A)/tests/fake_%) $(KTEST_C:%.c=$(A)/%)
TEST_TOOL := $(A)/tests/json_replay $(A)/tests/disasm_oracle $(A)/tests/carve
TEST_OBJ := $(patsubst %.c,$(A)/%.o,$(UAPI) $(ELF) $(LOADER) $(filter-out loader/cli/main.c,$(CLI)))

# Fuzz targets, for clang's libFuzzer where it is installed, else for tests/fuzz_main.c and the sanitizers of $(CC).
FUZZ := elf btf object core asm symfile usdt inflate kconfig
F := $(B)/fuzz
FUZZ_BIN := $(FUZZ:%=$(F)/fuzz_%)
FUZZ_OBJ := $(patsubst %.c,$(F)/%.o,uapi/names.c $(ELF) tests/fuzz_main.c)
LIBFUZZER = $(eval LIBFUZZER := $(shell echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' >$(B)/fuzzer.c && \
	$(CLANG) -fsanitize=fuzzer,address,undefined -o $(B)/fuzzer $(B)/fuzzer.c 2>/dev/null && echo yes))$(LIBFUZZER)
FUZZ_CC = $(if $(LIBFUZZER),$(CLANG) -fsanitize=fuzzer-no-link $(SANFLAGS),$(CC) $(SAN)) $(ALL_CFLAGS)

CHECKS := $(TEST_BIN) $(SCRIPT:%=tests/sh_%.sh) $(KTEST_SH)
GUEST_LIB := $(B)/tests/markers.so $(if $(filter x86,$(BPF_ARCH)),$(B)/tests/module/ops.ko) $(if $(wildcard /usr/include/bpf/usdt.bpf.h),$(B)/tests/objects/usdt_libbpf.bpf.o)
GUEST_BIN := $(KTEST_C:%.c=$(B)/%) $(B)/tests/provoke $(B)/tests/packets $(B)/tests/filters $(B)/tests/terminal $(B)/tests/in_kernel
# What runs on this machine is tested on this machine, with the sanitizers.
GUEST_BIN += $(if $(CROSS_COMPILE),$(UNIT:%=$(B)/tests/unit_%) $(FAKE:%=$(B)/tests/fake_%))
export KTESTS := $(KTEST_C:%.c=build/%) $(KTEST_SH)

# With no sanitizer: it reads megabytes of JSON for each object. The other side of it is linked by tests/oracle/compare.sh.
ORACLE := $(B)/tests/oracle/ours
$(ORACLE): $(B)/tests/oracle/ours.o $(B)/tests/oracle/canon.o $(B)/tests/json_call.o $(B)/loader/cli/jsontext.o \
		$(B)/loader/cli/buf.o $(B)/tests/libtest.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^

# What tests/vm puts into a virtual machine.
guest: all objects $(GUEST_BIN) $(GUEST_LIB)

tests: guest $(TEST_BIN) $(TEST_TOOL) $(ORACLE) $(DOC_TOOL) $(FUZZ_BIN) $(F)/fuzz_seeds \
	$(B)/static/tests/bench/load_bpfwalk

check: tests
	tests/run.sh $(CHECKS)

# The kernel tests alone, on every kernel of tests/vm for the kind of machine this is built for.
matrix: $(if $(CROSS_COMPILE),guest,tests)
	BPFWALK_BUILD=$(B) tests/run.sh tests/vm/matrix.sh

# Packages first: make looks for nothing that may not be there yet before the second make.
setup:
	tests/setup.sh build test vm

# As many compilers at once as there are processors, unless make was told a number.
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

test: setup
	$(MAKE) $(PARALLEL) tests
	tests/run.sh $(CHECKS) -- tests/vm/matrix.sh -- $(VMTEST:%=tests/vm_%.sh)

# The same after installing the compilers that some tests otherwise skip, then what fetches more or takes minutes.
test-all: setup
	tests/setup.sh clangs machines
	$(MAKE) $(PARALLEL) tests
	tests/run.sh $(CHECKS) tests/all_*.sh -- tests/vm/matrix.sh -- $(VMTEST:%=tests/vm_%.sh)

# The main job, in a virtual machine where it cannot be done here.
run:
	tests/setup.sh build
	$(MAKE) all
	tests/vm/first_run.sh

KERNEL ?= 6.12
lab:
	tests/setup.sh build vm
	tests/setup.sh lab || true
	$(MAKE) all $(B)/tests/provoke
	tests/vm/lab.sh $(KERNEL)

# What loads, hooks and reads cost beside libbpf and bpftrace; NEWER=sid: beside the libbpf of that suite, too.
bench:
	tests/setup.sh build test bench
	$(MAKE) all $(BENCH) $(BENCH_MORE)
	tests/bench/run.sh $(NEWER)

$(BENCH): %: %.o $(B)/libbpfwalk.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(BENCH_LIBS)

$(B)/tests/bench/read: $(B)/tests/bench/read_libbpf.o
$(B)/tests/bench/read: BENCH_LIBS := -lbpf -lpthread
$(B)/tests/bench/load_libbpf: BENCH_LIBS := -static -s -lbpf -lelf -lz
$(B)/tests/bench/carve: $(B)/tests/carve.o
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^
$(B)/tests/bench/load_libbpf_shared: $(B)/tests/bench/load_libbpf.o
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lbpf

$(B)/static/tests/bench/load_%: $(B)/static/tests/bench/load_%.o $(STATIC_LIB)
	$(STATIC_CC) $(STATIC_CFLAGS) $(STATIC_LDFLAGS) -o $@ $^

$(A)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SAN) $(QUICK) -MMD -MP -c -o $@ $<

$(A)/libtest.a: $(TEST_OBJ)
	@mkdir -p $(@D)
	rm -f $@ && $(AR) rcs $@ $^

$(A)/tests/json_replay: $(A)/tests/json_call.o
$(TEST_BIN) $(TEST_TOOL): %: %.o $(A)/libtest.a
	$(CC) $(ALL_CFLAGS) $(SAN) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^)

fuzz: progs objects $(FUZZ_BIN) $(F)/fuzz_seeds
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) FUZZ_CORPUS=$(F)/corpus sh tests/sh_fuzz.sh

$(F)/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) -MMD -MP -c -o $@ $<

$(FUZZ_BIN): $(F)/%: $(F)/tests/%.o $(FUZZ_OBJ)
	$(FUZZ_CC) $(LDFLAGS) -o $@ $(if $(LIBFUZZER),-fsanitize=fuzzer $(filter-out %/fuzz_main.o,$^),$^)

$(F)/fuzz_seeds: $(F)/tests/fuzz_seeds.o $(FUZZ_OBJ)
	$(FUZZ_CC) $(LDFLAGS) -o $@ $(filter-out %/fuzz_main.o,$^)

# What runs in a virtual machine finds no libraries there.
$(B)/tests/libtest.a: $(LIB_OBJ) $(filter-out %/main.o,$(CLI_OBJ))
	@mkdir -p $(@D)
	rm -f $@ && $(AR) rcs $@ $^

$(GUEST_BIN): %: %.o $(B)/tests/libtest.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -static -Wl,-S -o $@ $^

.SECONDARY: $(ORACLE:%=%.o) $(TEST_BIN:%=%.o) $(TEST_TOOL:%=%.o) $(GUEST_BIN:%=%.o) $(FUZZ:%=$(F)/tests/fuzz_%.o) \
	$(F)/tests/fuzz_seeds.o

install: $(B)/bpfwalk $(B)/libbpfwalk.a
	set -- $(B)/bpfwalk $(B)/libbpfwalk.a loader/bpfwalk.h docs/bpfwalk.1; for to in $(INSTALLED); do \
		[ $$to = bin/bpfwalk ] && mode=755 || mode=644; \
		install -D -m $$mode "$$1" "$(DESTDIR)$(PREFIX)/$$to" && shift || exit; done

uninstall:
	for to in $(INSTALLED); do rm -f "$(DESTDIR)$(PREFIX)/$$to" || exit; done

# Keeps the kernels of tests/vm, a hundred megabytes of download.
clean:
	mkdir -p $(B) && find $(B) -mindepth 1 -maxdepth 1 ! -name vm -exec rm -rf {} +

distclean:
	rm -rf $(B)

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(PROG_OBJ:.o=.d) $(OBJECT_OBJ:.o=.d) $(TEST_OBJ:.o=.d) $(TEST_BIN:%=%.d) \
	$(TEST_TOOL:%=%.d) $(DOC_TOOL:%=%.d) $(STATIC_OBJ:.o=.d) $(BENCH:%=%.d) $(B)/tests/bench/read_libbpf.d $(B)/static/tests/bench/load_bpfwalk.d \
	$(B)/static/tests/bench/load_replay.d $(B)/tests/carve.d $(FUZZ_OBJ:.o=.d) $(FUZZ:%=$(F)/tests/fuzz_%.d) \
	$(GUEST_BIN:%=%.d) $(ORACLE).d $(B)/tests/oracle/canon.d $(B)/tests/json_call.d $(A)/tests/json_call.d
