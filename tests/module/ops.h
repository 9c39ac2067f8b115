/*
 * The structure of functions that the tests' kernel module offers to BPF programs, and what the module has to be told.
 *
 * The kernel's own structures are not the same from one kernel to the next, and there are no headers of it here: the
 * test finds in the kernel's BTF where their members are, and writes it into the module before it is loaded.
 *
 * Next: tests/module/ops.c
 */
#ifndef TESTS_MODULE_OPS_H
#define TESTS_MODULE_OPS_H

/* Offsets in bytes, and an address. */
enum ops_layout {
	OPS_VERIFIER, OPS_INIT, OPS_INIT_MEMBER, OPS_REG, OPS_UNREG, OPS_CFI, OPS_OWNER, OPS_NAME,	/* struct bpf_struct_ops */
	VERIFIER_PROTO, VERIFIER_ACCESS,							/* struct bpf_verifier_ops */
	REGISTER,										/* __register_bpf_struct_ops() */
	OPS_LAYOUT_WORDS
};

/* What the kernel calls struct modversion_info. */
struct ops_version {
	unsigned long crc;
	char name[64 - sizeof(unsigned long)];
};

struct bpfwalk_ops {
	int (*hit)(int n);
	int times;			/* how often it is called each time */
	char name[16];
};

#endif
