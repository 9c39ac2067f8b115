/*
 * The lessons; see lessons.h. For a person who knows C and not BPF, to be read
 * aloud: short sentences, the kernel's own words, one idea a row.
 *
 * In: names from events  Out: sentences
 * Try:  bpfwalk explain --dry-run build/progs/talk.bpf.o
 * Next: loader/cli/story_text.c
 */
#include <stddef.h>
#include <string.h>

#include "loader/cli/lessons.h"

static const struct lesson_step steps[] = {
	{ "open", "read the object file",
	  "clang made this file out of C. It is an ELF file: a header, and sections. Some sections hold instructions "
	  "for a machine that exists only inside the kernel; their names say what should run them. Others describe maps, "
	  "types, variables and the license. bpfwalk reads it and checks it. Nothing has happened in the kernel yet.",
	  NULL },
	{ "kernel_btf", "read the kernel's types from",
	  "The kernel describes its own types and functions as the object describes its own: 130,000 of them, in a file that "
	  "is made when it is asked for. Each has a number, which is how a program names a function of the kernel; and what it "
	  "reads of the kernel's structures is looked up by name.",
	  "kernel/bpf/sysfs_btf.c" },
	{ "module_btf", "look through the types of the modules",
	  "What is not in the kernel itself may be in a module. A module's types are a BTF object of their own, found by asking "
	  "for one object after the other.",
	  "kernel/bpf/btf.c btf_module_notify()" },
	{ "target", "look up the program to change:",
	  "A program of the kind freplace takes the place of a function of another program that is loaded already. The "
	  "function's number counts in that program's types, and its descriptor goes along.",
	  "kernel/bpf/verifier.c bpf_check_attach_target()" },
	{ "externs", "look up what the kernel has for",
	  "The program uses things that it only declares: values of the kernel's configuration, variables and functions of "
	  "the kernel. None of them is in the file. Now they are looked up, each where the running kernel tells it. What is "
	  "not there stops the walk, unless the program has declared it weak.",
	  NULL },
	{ "btf_load", "hand over the types of",
	  "BTF describes the C types of the program in a few bytes each. The kernel checks them and returns a "
	  "descriptor. Maps and programs that follow refer to it, so that tools can show a value as a struct with "
	  "members, and the verifier can quote our source lines.",
	  "kernel/bpf/btf.c btf_new_fd()" },
	{ "map_create", "create the map",
	  "A map is memory that programs in the kernel and processes outside share: a table, an array, a ring. The kernel "
	  "makes it and returns a file descriptor. As with a file, the descriptor is how everybody refers to it, and when "
	  "its last user lets go, the map is freed.",
	  "kernel/bpf/syscall.c map_create()" },
	{ "core", "adjust to this kernel",
	  "The compiler saw some declaration of the kernel's structures, perhaps of another version, perhaps with only the members "
	  "it needed. So it wrote down which instructions depend on it: compile once, run everywhere (CO-RE). Each is compared "
	  "now with what this kernel has, and the number inside is replaced.",
	  NULL },
	{ "map_fill", "write the first values into",
	  "The global variables of a BPF program live in a map with one element: key 0, and as its value the bytes of a "
	  "whole section. The compiler put the initial values into the file; now they go into the map.",
	  "kernel/bpf/syscall.c map_update_elem()" },
	{ "jump_tables", "make the jump tables of",
	  "A switch that became a table of instructions: the kernel has it as a map of its own kind, whose entries it "
	  "corrects when it changes the program. It is frozen, so that the verifier can follow every way through it.",
	  "kernel/bpf/bpf_insn_array.c insn_array_update_elem()" },
	{ "arena_map", "map the arena",
	  "An arena is memory that a program and we share, with pointers in it that both can follow. So it must be at the "
	  "same address for everybody: where its definition says, or where the first to map it got it.",
	  "kernel/bpf/arena.c arena_map_mmap()" },
	{ "arena_place", "find the place for the variables of",
	  "Variables in an arena lie at its end, or, on kernels whose instructions cannot reach that far, at its beginning. "
	  "Which kernel this is, only a program can tell: this one is refused by both, but not for the same reason.",
	  NULL },
	{ "map_slots", "put in what the source names into",
	  "The source says what some elements hold: another map, or a program to jump to. The compiler could only leave a "
	  "note of it. The kernel takes descriptors, so it is done when both sides exist; what it stores is the map or "
	  "program itself.",
	  "kernel/bpf/arraymap.c bpf_fd_array_map_update_elem()" },
	{ "map_freeze", "freeze",
	  "These variables are constants. A frozen map can no longer be written from user space, so the verifier may "
	  "trust the values while it reads the program, and drop branches that they make impossible. This must happen "
	  "before the program is loaded.",
	  "kernel/bpf/syscall.c map_freeze()" },
	{ "map_pin", "pin the map",
	  "A pinned map has a name in the BPF file system. It stays alive when bpfwalk ends, and whoever asks for the "
	  "name next gets the same map.",
	  "kernel/bpf/inode.c bpf_obj_pin_user()" },
	{ "map_unpin", "remove the pin of the map",
	  "The name goes, and with it the hold on the map. The map itself stays as long as anybody still has a descriptor of it.",
	  NULL },
	{ "link", "put together the functions of",
	  "The kernel takes one array of instructions for each program. Functions in other sections that it calls are "
	  "copied behind it. A call says how many instructions to jump, and that is known only now.",
	  NULL },
	{ "patch", "fill in the numbers in",
	  "The compiler could not know which descriptor a map would get. It left a zero in the instruction, and a "
	  "relocation beside it: at this place belongs the map of that name. Now the map has a descriptor, and it is "
	  "written into the instruction.",
	  NULL },
	{ "prog_load", "load the program",
	  "The kernel's verifier now follows every path through the instructions: does each one end, is each pointer "
	  "checked before it is used, is each memory access inside its bounds? A program that passes cannot crash the "
	  "kernel. It is translated to machine code and gets a descriptor. But loaded is not running: nothing calls it "
	  "yet.",
	  "kernel/bpf/syscall.c bpf_prog_load(), kernel/bpf/verifier.c bpf_check()" },
	{ "map_put", "put an entry into the map",
	  "The program finds it there from its first run on. --put asked for it; anybody who has the map may change it later.",
	  "kernel/bpf/syscall.c map_update_elem()" },
	{ "reader_open", "get ready to read",
	  "What programs send must find a reader, so the reader comes before the programs are attached. The records "
	  "arrive in memory that the kernel and we share: reading them costs no system call.",
	  NULL },
	{ "cgroup_make", "make the cgroup",
	  "A control group is a directory of the cgroup2 file system. Whoever is written to its file cgroup.procs is in it, "
	  "with all children it starts from then on.",
	  "kernel/cgroup/cgroup.c cgroup_mkdir()" },
	{ "iterate", "read what is said by",
	  "An iterator's link only names a list of the kernel: all processes, all maps, all sockets. Each descriptor made from "
	  "it is one walk through that list, and reading it runs the program for each element.",
	  "kernel/bpf/bpf_iter.c bpf_seq_read()" },
	{ "prog_run", "run the program",
	  "Nothing in the kernel calls this program. It runs once, now, in the context of whoever asks, and its result comes "
	  "back.",
	  "net/bpf/test_run.c bpf_prog_test_run_syscall()" },
	{ "attach", "attach the program",
	  "This joins the program to an event. From the last of these calls on, the kernel runs it each time the event "
	  "happens.",
	  NULL },
	{ "attach_map", "attach the map",
	  "The map holds a structure of functions, and the functions are programs. The kernel takes it like one that a module "
	  "brings, and from then on calls the programs where it would call the module's functions.",
	  NULL },
	{ "reader_close", "stop reading",
	  "Nothing can come any more. The memory of the rings goes back, and their descriptors.",
	  NULL },
	{ "detach", "detach the program",
	  "Closing the descriptor of the event takes the program off it again. The kernel waits until no CPU is running "
	  "it any more.",
	  NULL },
	{ "pin", "make room for names in",
	  "What is in the kernel lives as long as somebody holds it. A file in the BPF file system holds it as well, and "
	  "needs no process.",
	  "kernel/bpf/inode.c bpf_mkdir(), bpf_obj_pin_user()" },
	{ "pin_link", "give a name to the link of",
	  "The link is what keeps the program attached. Now it stays when we end.",
	  "kernel/bpf/inode.c bpf_obj_pin_user()" },
	{ "pin_cgroup", "write down that we made",
	  "Whoever takes the program off it shall know that the cgroup may go as well. A symbolic link beside the pins says so; "
	  "the kernel does not look at it.",
	  "kernel/bpf/inode.c bpf_symlink()" },
	{ "unpin", "take away the names in",
	  "With its last name, and nobody who has it open, a link ends, and its program with it.",
	  "kernel/bpf/inode.c bpf_free_inode()" },
	{ "list", "look at all there is",
	  "Everything in the kernel has an id. Ids are asked for one after the other, and exchanged for descriptors.",
	  "kernel/bpf/syscall.c bpf_obj_get_next_id()" },
	{ "map_open", "open the map",
	  "It is in the kernel already, and has a name in the BPF file system, an id, or at least a name of its own.",
	  "kernel/bpf/syscall.c bpf_map_get_fd_by_id()" },
	{ "cgroup_remove", "remove the cgroup",
	  "It was made for this walk. A cgroup with processes in it stays.",
	  "kernel/cgroup/cgroup.c cgroup_rmdir()" },
	{ "close", "let go of",
	  "Every object we made exists only as long as somebody refers to it. We close our descriptors; nobody else "
	  "has any; the kernel frees the rest.",
	  NULL },
};

static const struct lesson_call calls[] = {
	{ "BPF_BTF_LOAD", "Gives the kernel our types.", "the descriptor of the types" },
	{ "BPF_MAP_CREATE", "Makes a map.", "the descriptor of the map" },
	{ "BPF_MAP_UPDATE_ELEM", "Stores a value under a key.", NULL },
	{ "BPF_MAP_FREEZE", "No more writing from user space.", NULL },
	{ "BPF_MAP_LOOKUP_ELEM", "Reads the value under a key.", NULL },
	{ "BPF_MAP_GET_NEXT_KEY", "Asks which key comes next.", NULL },
	{ "BPF_OBJ_PIN", "Gives it a name in the BPF file system.", NULL },
	{ "BPF_OBJ_GET", "Opens what has this name in the BPF file system.", "its descriptor" },
	{ "BPF_OBJ_GET_INFO_BY_FD", "Asks the kernel what is behind a descriptor.", NULL },
	{ "BPF_PROG_LOAD", "Hands over the instructions and what belongs to them.", "the descriptor of the program" },
	{ "BPF_RAW_TRACEPOINT_OPEN", "Hooks the program into a tracepoint, directly.",
	  "a descriptor: as long as it is open, the program is attached" },
	{ "BPF_LINK_CREATE", "Attaches the program.", "a descriptor: as long as it is open, the program is attached" },
	{ "BPF_PROG_ATTACH", "Attaches the program, without a descriptor that stands for it.", NULL },
	{ "BPF_PROG_DETACH", "Takes it off again: closing a descriptor would not.", NULL },
	{ "socket", "Makes a socket.", "the descriptor of the socket" },
	{ "SO_ATTACH_BPF", "Puts the program in front of the socket.", NULL },
	{ "bind", "From now on the socket gets packets, and the program runs for each.", NULL },
	{ "SIOCGIFINDEX", "Asks for the number of the interface.", NULL },
	{ "uname", "Asks which kernel this is.", NULL },
	{ "mkdirat", "Makes a directory, and with it the cgroup.", NULL },
	{ "symlinkat", "Writes down what no pin can hold: which cgroup was made, or where a filter is.", NULL },
	{ "NETLINK_EXT_ACK", "Asks for the kernel's reasons in words, when it refuses something.", NULL },
	{ "RTM_NEWQDISC", "Gives the interface a place for filters, unless it has one.", NULL },
	{ "RTM_GETQDISC", "Asks which place there is.", NULL },
	{ "RTM_DELQDISC", "Takes the place away again: it is empty, and was made here.", NULL },
	{ "RTM_GETTFILTER", "Asks which filters there are.", NULL },
	{ "RTM_NEWTFILTER", "Puts the program there, behind all others.", NULL },
	{ "RTM_DELTFILTER", "Takes this one out: closing a descriptor would not.", NULL },
	{ "recvfrom", "The answer, which is there already.", NULL },
	{ "perf_event_open", "Makes an event that the kernel counts.", "the descriptor of the event" },
	{ "PERF_EVENT_IOC_SET_BPF", "Tells the event which program to run.", NULL },
	{ "PERF_EVENT_IOC_ENABLE", "Switches the event on.", NULL },
	{ "PERF_EVENT_IOC_DISABLE", "Switches the event off.", NULL },
	{ "mmap", "Makes the kernel's memory ours to read.", NULL },
	{ "prlimit", "Raises how much memory may be locked; kernels before 5.11 charge maps to it.", NULL },
	{ "unlinkat", "Takes the name away.", NULL },
	{ "fcntl", "Moves a descriptor above 2: 0 would mean none.", "the new number" },
};

/* why a field is there: command or call, field, reason */
static const struct {
	const char *call, *field, *reason;
} fields[] = {
	{ "bpf", "size", "so many bytes of the structure are used; the kernel takes the rest as zero" },

	{ "BPF_BTF_LOAD", "btf", "the types and their names, in one block" },
	{ "BPF_BTF_LOAD", "btf_size", "bytes in that block" },
	{ "BPF_BTF_LOAD", "btf_log_buf", "where the kernel may write what is wrong" },
	{ "BPF_BTF_LOAD", "btf_log_size", "bytes of room for that" },
	{ "BPF_BTF_LOAD", "btf_log_level", "asks for the reasons in words" },

	{ "BPF_MAP_CREATE", "map_type", "the kind of map:" },
	{ "BPF_MAP_CREATE", "key_size", "bytes in a key" },
	{ "BPF_MAP_CREATE", "value_size", "bytes in a value" },
	{ "BPF_MAP_TYPE_RINGBUF", "max_entries", "bytes in the ring: whole pages, and a power of two" },
	{ "BPF_MAP_TYPE_PERF_EVENT_ARRAY", "max_entries", "a ring for each CPU that this machine could have" },
	{ "BPF_MAP_TYPE_ARRAY", "max_entries", "elements" },
	{ "BPF_MAP_CREATE", "max_entries", "room for so many entries" },
	{ "BPF_MAP_CREATE", "map_flags", "what is special about it:" },
	{ "BPF_MAP_CREATE", "inner_map_fd", "a map like those that will be its values" },
	{ "BPF_MAP_CREATE", "numa_node", "where its memory should be" },
	{ "BPF_MAP_CREATE", "map_name", "for people: bpftool map shows it" },
	{ "BPF_MAP_CREATE", "btf_fd", "the types that the next numbers count in" },
	{ "BPF_MAP_CREATE", "btf_key_type_id", "the type of a key" },
	{ "BPF_MAP_CREATE", "btf_value_type_id", "the type of a value" },
	{ "BPF_MAP_CREATE", "map_extra", "its meaning depends on the kind of map" },

	{ "BPF_MAP_UPDATE_ELEM", "map_fd", "the map" },
	{ "BPF_MAP_UPDATE_ELEM", "key", "under this key" },
	{ "BPF_MAP_UPDATE_ELEM", "value", "this value" },
	{ "BPF_MAP_UPDATE_ELEM", "flags", "which keys will do:" },
	{ "BPF_MAP_FREEZE", "map_fd", "the map" },

	{ "BPF_OBJ_PIN", "pathname", "the name it gets" },
	{ "BPF_OBJ_PIN", "bpf_fd", "what gets the name" },
	{ "BPF_OBJ_GET", "pathname", "the name" },
	{ "BPF_OBJ_GET_INFO_BY_FD", "bpf_fd", "of which object" },
	{ "BPF_OBJ_GET_INFO_BY_FD", "info", "where the answer goes" },
	{ "BPF_OBJ_GET_INFO_BY_FD", "info_len", "bytes of room for it" },

	{ "BPF_PROG_LOAD", "prog_type", "decides what the program is given, and which helpers it may call:" },
	{ "BPF_PROG_LOAD", "insn_cnt", "instructions, of 8 bytes each" },
	{ "BPF_PROG_LOAD", "insns", "the instructions, with all numbers filled in" },
	{ "BPF_PROG_LOAD", "license", "some helpers are only for programs under the GPL" },
	{ "BPF_PROG_LOAD", "log_level", "how much the verifier tells" },
	{ "BPF_PROG_LOAD", "log_size", "bytes of room for what it tells" },
	{ "BPF_PROG_LOAD", "log_buf", "where it writes" },
	{ "BPF_PROG_LOAD", "kern_version", "kernels before 5.0 want to see their own version here for a kprobe" },
	{ "BPF_PROG_LOAD", "prog_flags", "what is special about it:" },
	{ "BPF_PROG_LOAD", "prog_name", "for people: bpftool prog shows it" },
	{ "BPF_PROG_LOAD", "expected_attach_type", "where it will be attached, for types that have a choice; the others "
	  "say 0, whatever its name" },
	{ "BPF_PROG_LOAD", "prog_btf_fd", "the types that the next members refer to" },
	{ "BPF_PROG_LOAD", "func_info", "where each function begins, and its type" },
	{ "BPF_PROG_LOAD", "func_info_cnt", "how many functions" },
	{ "BPF_PROG_LOAD", "func_info_rec_size", "bytes for each, so that the record may grow" },
	{ "BPF_PROG_LOAD", "line_info", "which instruction came from which line of C" },
	{ "BPF_PROG_LOAD", "line_info_cnt", "how many lines" },
	{ "BPF_PROG_LOAD", "line_info_rec_size", "bytes for each" },
	{ "BPF_PROG_LOAD", "attach_btf_id", "the kernel function it is for, as a number in the kernel's own types" },
	{ "BPF_PROG_LOAD", "fd_array", "more descriptors that instructions name by their place" },

	{ "BPF_RAW_TRACEPOINT_OPEN", "name", "which tracepoint" },
	{ "BPF_RAW_TRACEPOINT_OPEN", "prog_fd", "which program" },
	{ "BPF_LINK_CREATE", "prog_fd", "which program" },
	{ "BPF_LINK_CREATE", "target_fd", "where to" },
	{ "BPF_LINK_CREATE", "target_ifindex", "to which interface, by its number" },
	{ "BPF_LINK_CREATE", "attach_type", "in which role:" },
	{ "BPF_PROG_ATTACH", "target_fd", "where to" },
	{ "BPF_PROG_ATTACH", "attach_bpf_fd", "which program" },
	{ "BPF_PROG_ATTACH", "attach_type", "in which role" },
	{ "BPF_PROG_ATTACH", "attach_flags", "how it gets on with others:" },
	{ "BPF_PROG_DETACH", "target_fd", "where from" },
	{ "BPF_PROG_DETACH", "attach_bpf_fd", "which program" },
	{ "BPF_PROG_DETACH", "attach_type", "in which role" },

	{ "socket", "domain", "what for:" },
	{ "socket", "type", "how:" },
	{ "SIOCGIFINDEX", "fd", "any socket: it belongs to a network namespace, and so do names" },
	{ "SIOCGIFINDEX", "ifr_name", "of the interface with this name" },
	{ "SO_ATTACH_BPF", "sockfd", "the socket" },
	{ "SO_ATTACH_BPF", "level", "an option of all sockets" },
	{ "SO_ATTACH_BPF", "prog_fd", "the program" },
	{ "SO_ATTACH_BPF", "optlen", "bytes in a descriptor" },
	{ "bind", "sockfd", "the socket" },
	{ "bind", "sll_family", "the kind of address, as the kind of socket" },
	{ "bind", "sll_protocol", "ETH_P_ALL, in network byte order: packets of every protocol, in and out" },
	{ "bind", "sll_ifindex", "of this interface" },
	{ "bind", "addrlen", "bytes in this address" },

	{ "sendto", "nlmsg_type", "what is wanted" },
	{ "sendto", "nlmsg_seq", "the answer will have this number, too" },
	{ "sendto", "tcm_ifindex", "at this interface" },
	{ "sendto", "tcm_parent", "where: 0xfffffff2 is what comes in, 0xfffffff3 what goes out" },
	{ "RTM_NEWTFILTER", "tcm_handle", "its number among those of its priority" },
	{ "RTM_NEWTFILTER", "tcm_info", "its priority, and below it the protocol: every one" },
	{ "RTM_NEWTFILTER", "TCA_BPF_FD", "the program" },
	{ "RTM_NEWTFILTER", "TCA_BPF_FLAGS", "what the program returns is done with the packet" },
	{ "RTM_NEWTFILTER", "TCA_BPF_NAME", "for people, who see it in tc filter show" },
	{ "recvfrom", "error", "0 is yes; else a negative errno" },

	{ "perf_event_open", "type", "the kind of event:" },
	{ "perf_event_open", "size", "how much of this structure we know: so old programs and new kernels understand "
	  "each other" },
	{ "PERF_TYPE_TRACEPOINT", "config", "which tracepoint: the number from the file above" },
	{ "PERF_TYPE_SOFTWARE", "config", "which one:" },
	{ "PERF_TYPE_HARDWARE", "config", "which one" },
	{ "perf_event_open", "config", "0: where the function begins, 1: where it returns" },
	{ "perf_event_open", "sample_period", "every so many events, or nanoseconds of a clock" },
	{ "perf_event_open", "sample_freq", "so many times a second" },
	{ "perf_event_open", "sample_type", "what a record holds:" },
	{ "perf_event_open", "disabled", "not yet: the program has to be in its place first" },
	{ "perf_event_open", "freq", "sample_freq counts, not sample_period" },
	{ "perf_event_open", "watermark", "wake us by bytes, not by records" },
	{ "perf_event_open", "wakeup_events", "wake us after so many records" },
	{ "perf_event_open", "wakeup_watermark", "wake us when so many bytes have come" },
	{ "perf_event_open", "kprobe_func", "the kernel function to stop at" },
	{ "perf_event_open", "kprobe_addr", "the address to stop at" },
	{ "perf_event_open", "uprobe_path", "the file that holds the function" },
	{ "perf_event_open", "probe_offset", "so many bytes in" },
	{ "perf_event_open", "pid", "of this process; -1: of all" },
	{ "perf_event_open", "cpu", "on this CPU; -1: on all. A program at a probe or tracepoint runs on all, whichever is "
	  "named here" },
	{ "perf_event_open", "group_fd", "-1: it stands alone" },
	{ "perf_event_open", "flags", "programs that we start do not inherit it" },

	{ "PERF_EVENT_IOC_SET_BPF", "fd", "the event" },
	{ "PERF_EVENT_IOC_SET_BPF", "arg", "the program" },
	{ "PERF_EVENT_IOC_ENABLE", "fd", "the event" },

	{ "mmap", "length", "bytes" },
	{ "mmap", "prot", "what we may do there" },
	{ "mmap", "flags", "we see what the kernel writes, and it what we write" },
	{ "mmap", "fd", "whose memory" },
	{ "mmap", "offset", "from which place on" },
};

/* what a value is */
static const struct {
	const char *value, *text;
} values[] = {
	{ "BPF_MAP_TYPE_HASH", "a hash table; any bytes can be a key" },
	{ "BPF_MAP_TYPE_ARRAY", "an array; keys are 0, 1, 2, ..." },
	{ "BPF_MAP_TYPE_PROG_ARRAY", "programs, for one to jump to another" },
	{ "BPF_MAP_TYPE_PERF_EVENT_ARRAY", "a ring for each CPU, through which records go to user space" },
	{ "BPF_MAP_TYPE_PERCPU_HASH", "a hash table with a value for each CPU, so that no two write to the same" },
	{ "BPF_MAP_TYPE_PERCPU_ARRAY", "an array with a value for each CPU" },
	{ "BPF_MAP_TYPE_STACK_TRACE", "call stacks" },
	{ "BPF_MAP_TYPE_LRU_HASH", "a hash table that forgets what was not used for long" },
	{ "BPF_MAP_TYPE_LRU_PERCPU_HASH", "the same, with a value for each CPU" },
	{ "BPF_MAP_TYPE_LPM_TRIE", "prefixes; the longest that matches is found" },
	{ "BPF_MAP_TYPE_RINGBUF", "one ring for all CPUs, through which records go to user space" },
	{ "BPF_MAP_TYPE_QUEUE", "first in, first out" },
	{ "BPF_MAP_TYPE_STACK", "last in, first out" },

	{ "BPF_PROG_TYPE_KPROBE", "runs at a function, in the kernel or in a program; gets the registers" },
	{ "BPF_PROG_TYPE_TRACEPOINT", "runs at a tracepoint; gets its fields" },
	{ "BPF_PROG_TYPE_RAW_TRACEPOINT", "runs at a tracepoint; gets its raw arguments" },
	{ "BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE", "the same, and may write into them" },
	{ "BPF_PROG_TYPE_PERF_EVENT", "runs when a counter is full; gets the registers" },
	{ "BPF_PROG_TYPE_XDP", "runs for a packet, before the kernel does anything with it" },
	{ "BPF_PROG_TYPE_SCHED_CLS", "runs for a packet in traffic control" },
	{ "BPF_PROG_TYPE_SOCKET_FILTER", "runs for a packet of a socket" },

	{ "BPF_PROG_TYPE_CGROUP_DEVICE", "decides who may open or make which device" },
	{ "BPF_PROG_TYPE_CGROUP_SKB", "decides which packets come in or go out" },
	{ "BPF_PROG_TYPE_CGROUP_SOCK", "decides who may make a socket" },
	{ "BPF_PROG_TYPE_CGROUP_SOCK_ADDR", "decides where to connect, bind and send, and may change it" },
	{ "BPF_PROG_TYPE_CGROUP_SYSCTL", "decides who may read and write sysctls" },
	{ "BPF_PROG_TYPE_CGROUP_SOCKOPT", "sees and changes socket options" },
	{ "BPF_PROG_TYPE_SOCK_OPS", "follows TCP connections and sets their parameters" },

	{ "AF_PACKET", "packets as they are on the wire; none until it is told which" },
	{ "AF_UNIX", "talk on this machine; here to ask the kernel something" },
	{ "SOCK_RAW|SOCK_CLOEXEC", "with all headers; programs that we start do not inherit it" },
	{ "SOCK_DGRAM|SOCK_CLOEXEC", "message by message; programs that we start do not inherit it" },
	{ "BPF_XDP", "before the kernel does anything with a packet that has come in" },
	{ "BPF_TCX_INGRESS", "packets that have come in" },
	{ "BPF_TCX_EGRESS", "packets that go out" },
	{ "BPF_NETKIT_PRIMARY", "packets that leave the primary end of the pair" },
	{ "BPF_NETKIT_PEER", "packets that leave the other end of the pair" },
	{ "BPF_F_ALLOW_MULTI", "beside what is attached already, here and in the groups above and below" },
	{ "BPF_ANY", "any, whether it is there already or not" },
	{ "BPF_NOEXIST", "only a new one" },
	{ "BPF_EXIST", "only one that is there" },
	{ "BPF_F_MMAPABLE", "user space may map its memory" },
	{ "BPF_F_RDONLY_PROG", "programs may not write to it" },
	{ "BPF_F_NO_PREALLOC", "memory is taken when an entry comes, not now" },
	{ "BPF_F_MMAPABLE|BPF_F_RDONLY_PROG", "user space may map it, programs may not write to it" },
	{ "BPF_F_RDONLY_PROG|BPF_F_MMAPABLE", "user space may map it, programs may not write to it" },
	{ "BPF_F_SLEEPABLE", "it may sleep, so it may read user memory that is not there yet" },

	{ "PERF_TYPE_SOFTWARE", "counted by the kernel itself" },
	{ "PERF_TYPE_HARDWARE", "counted by the processor" },
	{ "PERF_TYPE_TRACEPOINT", "a tracepoint" },
	{ "PERF_SAMPLE_RAW", "the bytes that the program sent" },
	{ "PERF_COUNT_SW_BPF_OUTPUT", "what BPF programs send" },
	{ "PERF_COUNT_SW_CPU_CLOCK", "the time that passes on a CPU" },
	{ "PERF_COUNT_SW_TASK_CLOCK", "the time that a process runs" },
	{ "PERF_COUNT_SW_PAGE_FAULTS", "page faults" },
	{ "PERF_COUNT_SW_CONTEXT_SWITCHES", "switches from one task to another" },
	{ NULL, "the number from the file above" },
};

/* why a file is read: the end of its name */
static const struct {
	const char *ends, *text;
} files[] = {
	{ "/cpu/possible", "How many CPUs could this machine have? Per-CPU maps have a value for each." },
	{ "/cpu/online", "Which CPUs are there now? Each gets a ring or an event of its own." },
	{ "/id", "Tracepoints have numbers, which differ from kernel to kernel. tracefs knows them." },
	{ "/type", "Kinds of events that came later have no fixed number. sysfs knows it." },
	{ "/format/retprobe", "Which bit of config asks for the return of the function?" },
	{ "/trace_pipe", "What bpf_printk() prints, for all programs of this machine, comes out here." },
	{ "/kallsyms", "The names of all functions and variables of this kernel, and where they are." },
	{ "/version_signature", "Ubuntu says here which kernel it really is; others have no such file." },
	{ "/config.gz", "What the kernel was built with: its configuration, which it keeps inside, packed." },
	{ "/self/mounts", "What is mounted where? tracefs and cgroup2 are not in the same place on every machine." },
	{ "/mountinfo", "Which file system is the directory on?" },
	{ "/available_events", "The names of all tracepoints." },
};

/* what happened to an instruction */
static const struct {
	const char *kind, *text;
} patches[] = {
	{ "map", "The descriptor of the map goes where the compiler left 0. The source register becomes 1, "
		 "BPF_PSEUDO_MAP_FD: so the kernel knows what the number is, and puts the map's address there." },
	{ "global", "The variable is in a map's value: the descriptor of the map, source register 2, "
		    "BPF_PSEUDO_MAP_VALUE, and in the second half how many bytes in." },
	{ "call", "The distance to the function, counted in instructions from the one after the call; source register "
		  "1, BPF_PSEUDO_CALL, because it is no helper of the kernel." },
	{ "ksym", "Something of the kernel: its number in the kernel's own types, source register 3, BPF_PSEUDO_BTF_ID, and for "
		  "a module the descriptor of its types in the second half; or the plain address; or 0, when it is not there." },
	{ "kfunc", "A function of the kernel: its number in the kernel's own types, source register 2, "
		   "BPF_PSEUDO_KFUNC_CALL; for a module, the offset says where in fd_array the descriptor of its types is." },
	{ "function", "The address of one of our functions, as a distance; source register 4, BPF_PSEUDO_FUNC." },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

const struct lesson_step *lesson_step(const char *step)
{
	for (size_t i = 0; i < COUNT(steps); i++)
		if (same(steps[i].step, step))
			return &steps[i];
	return NULL;
}

const struct lesson_call *lesson_call(const char *call, const char *cmd)
{
	for (size_t i = 0; i < COUNT(calls); i++)
		if (same(calls[i].call, cmd) || same(calls[i].call, call))
			return &calls[i];
	return NULL;
}

const char *lesson_field(const char *call, const char *cmd, const char *kind, const char *field)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (same(fields[i].field, field) &&
		    (same(fields[i].call, kind) || same(fields[i].call, cmd) || same(fields[i].call, call)))
			return fields[i].reason;
	return NULL;
}

const char *lesson_value(const char *value)
{
	for (size_t i = 0; i < COUNT(values); i++)
		if (same(values[i].value, value))
			return values[i].text;
	return NULL;
}

const char *lesson_file(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < COUNT(files); i++)
		if (strlen(files[i].ends) <= len && same(path + len - strlen(files[i].ends), files[i].ends))
			return files[i].text;
	return NULL;
}

const char *lesson_patch(const char *kind)
{
	for (size_t i = 0; i < COUNT(patches); i++)
		if (same(patches[i].kind, kind))
			return patches[i].text;
	return NULL;
}

static const struct { const char *kind, *text; } cores[] = {
	{ "BPF_CORE_FIELD_BYTE_OFFSET", "Where a member is. It is looked for by its name, in all types with the name of its struct; "
	  "where members move, appear or vanish around it does not matter." },
	{ "BPF_CORE_FIELD_BYTE_SIZE", "How many bytes a member has; of a bit-field, how many a load must read." },
	{ "BPF_CORE_FIELD_EXISTS", "Whether the member exists: 1 or 0. A branch that this decides is cut off by the verifier, with whatever "
	  "is wrong in it." },
	{ "BPF_CORE_FIELD_SIGNED", "Whether the member has a sign: 1 or 0." },
	{ "BPF_CORE_FIELD_LSHIFT_U64", "To take a bit-field out of a 64-bit register, shift left until its first bit is the highest; by so many." },
	{ "BPF_CORE_FIELD_RSHIFT_U64", "And then right, until its last bit is the lowest; by so many." },
	{ "BPF_CORE_TYPE_ID_LOCAL", "The number of a type in the object itself. The kernel has those types, too: they are loaded next." },
	{ "BPF_CORE_TYPE_ID_TARGET", "The number of a type in the kernel; 0 if it has none." },
	{ "BPF_CORE_TYPE_EXISTS", "Whether there is such a type: 1 or 0." },
	{ "BPF_CORE_TYPE_SIZE", "How many bytes the type has; 0 if there is none." },
	{ "BPF_CORE_ENUMVAL_EXISTS", "Whether the enum has a value of that name: 1 or 0." },
	{ "BPF_CORE_ENUMVAL_VALUE", "The number behind a name of an enum, which may change from kernel to kernel." },
	{ "BPF_CORE_TYPE_MATCHES", "Whether there is such a type, with all members as they are declared in the object: 1 or 0." },
};

const char *lesson_core(const char *kind)
{
	for (size_t i = 0; kind && i < sizeof(cores) / sizeof(cores[0]); i++)
		if (strcmp(cores[i].kind, kind) == 0)
			return cores[i].text;
	return NULL;
}
