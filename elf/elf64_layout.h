/*
 * ELF64 as it lies in the file: the structs, with the kernel's names.
 *
 * Nothing in a file has to be aligned, so these are only ever filled by
 * view_get(), never pointed at. Their fields are little-endian like the file;
 * bpfwalk runs on little-endian machines only (a BPF object has the byte order
 * of the kernel it is for), so that a copy is a read.
 *
 * Kernel: include/uapi/linux/elf.h struct elf64_hdr, elf64_shdr, elf64_sym, ...
 * Next: elf/elf64.c
 */
#ifndef ELF_ELF64_LAYOUT_H
#define ELF_ELF64_LAYOUT_H

#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a copy from the file must be a read");

#define EI_CLASS	4		/* in e_ident: 32 or 64 bits */
#define EI_DATA		5		/* byte order */
#define EI_VERSION	6
#define ELFCLASS64	2
#define ELFDATA2LSB	1
#define EV_CURRENT	1

struct elf64_hdr {
	unsigned char e_ident[16];
	uint16_t e_type, e_machine;
	uint32_t e_version;
	uint64_t e_entry, e_phoff, e_shoff;
	uint32_t e_flags;
	uint16_t e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx;
};

struct elf64_phdr {
	uint32_t p_type, p_flags;
	uint64_t p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
};

struct elf64_shdr {
	uint32_t sh_name, sh_type;
	uint64_t sh_flags, sh_addr, sh_offset, sh_size;
	uint32_t sh_link, sh_info;
	uint64_t sh_addralign, sh_entsize;
};

struct elf64_sym {
	uint32_t st_name;
	unsigned char st_info, st_other;
	uint16_t st_shndx;
	uint64_t st_value, st_size;
};

struct elf64_rel {
	uint64_t r_offset, r_info;
};

struct elf64_rela {
	uint64_t r_offset, r_info;
	int64_t r_addend;
};

_Static_assert(sizeof(struct elf64_hdr) == 64, "as in the file");
_Static_assert(sizeof(struct elf64_phdr) == 56, "as in the file");
_Static_assert(sizeof(struct elf64_shdr) == 64, "as in the file");
_Static_assert(sizeof(struct elf64_sym) == 24, "as in the file");
_Static_assert(sizeof(struct elf64_rel) == 16, "as in the file");
_Static_assert(sizeof(struct elf64_rela) == 24, "as in the file");

#endif
