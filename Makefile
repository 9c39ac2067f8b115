# bpfwalk: one Makefile, no configure. Sources are listed in reading order.
#
#   make          build/bpfwalk, build/bpfwalk-static, build/libbpfwalk.a, build/progs/*.bpf.o
#   make run      set up what is missing, count system calls per command, print the table
#   make test     set up what is missing, run the tests
#
# Variables for packagers: CC CLANG AR LD OBJCOPY CFLAGS LDFLAGS DESTDIR PREFIX

CC      ?= cc
CLANG   ?= clang
OBJCOPY ?= objcopy
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
B       := build

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(WARN) -I. -fno-lto -fvisibility=hidden $(CFLAGS)

UAPI :=
ELF := elf/diag.c elf/view.c elf/arena.c
LOADER :=
CLI :=
PROGS :=

LIB_OBJ := $(patsubst %.c,$(B)/%.o,$(UAPI) $(ELF) $(LOADER))
CLI_OBJ := $(patsubst %.c,$(B)/%.o,$(CLI))

.PHONY: all clean
all: $(LIB_OBJ) $(CLI_OBJ) $(patsubst %.c,$(B)/%.o,$(PROGS))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(B)

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d)
