/*
 * The boot loader's structures, as the Multiboot specification (version
 * 0.6.96) lays them out.  Only bootinfo.c looks at them.
 */
#ifndef _BOOT_MULTIBOOT_H_
#define	_BOOT_MULTIBOOT_H_

#include <sys/types.h>

#define	MULTIBOOT_BOOTLOADER_MAGIC	0x2BADB002	/* in eax */

/* mbi_flags: which fields mean anything */
#define	MBI_MEMORY	0x00000001	/* mem_lower, mem_upper */
#define	MBI_CMDLINE	0x00000004
#define	MBI_MODS	0x00000008
#define	MBI_MMAP	0x00000040

/* All addresses are physical. */
struct multiboot_info {
	u_int	mbi_flags;
	u_int	mbi_mem_lower;		/* KB from 0 */
	u_int	mbi_mem_upper;		/* KB from 1 MB */
	u_int	mbi_boot_device;
	u_int	mbi_cmdline;
	u_int	mbi_mods_count;
	u_int	mbi_mods_addr;
	u_int	mbi_syms[4];
	u_int	mbi_mmap_length;	/* bytes */
	u_int	mbi_mmap_addr;
};

struct multiboot_module {
	u_int	mod_start;
	u_int	mod_end;
	u_int	mod_string;		/* may be 0 */
	u_int	mod_reserved;
};

/* mm_size does not count itself, and may be larger than 20. */
struct multiboot_mmap {
	u_int	mm_size;
	u_int64_t mm_base;
	u_int64_t mm_length;
	u_int	mm_type;		/* 1: RAM */
} __packed;

/*
 * How physical memory is looked at: where [pa, pa + len) is readable, or
 * NULL if not all of it is.  boot/physmap.c; the test on the host has its
 * own.
 */
const void *boot_phys(vm_paddr_t pa, vm_size_t len);

#endif /* !_BOOT_MULTIBOOT_H_ */
