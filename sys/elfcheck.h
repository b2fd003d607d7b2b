/*
 * What an ELF file says about the program in it, after every word of its
 * headers has been checked.  kern/elf_check.c, which looks at nothing but
 * its arguments and so runs on the host as well.
 */
#ifndef _SYS_ELFCHECK_H_
#define	_SYS_ELFCHECK_H_

#include <sys/types.h>

#define	ELF_MAXSEGS	16		/* PT_LOADs of a program */
#define	ELF_PAGE	4096		/* what memory is mapped by */

/* Where programs may lie. */
struct elf_limits {
	uint32_t el_min;		/* lowest address */
	uint32_t el_max;		/* first one too high */
};

/* One piece of memory: filesz bytes of the file, then zeros. */
struct elf_segment {
	uint32_t es_offset;		/* in the file */
	uint32_t es_vaddr;		/* in memory */
	uint32_t es_filesz;
	uint32_t es_memsz;		/* never 0 */
	uint32_t es_flags;		/* PF_* */
};

struct elf_image {
	uint32_t ei_entry;		/* first instruction */
	uint32_t ei_phdr;		/* program headers in memory, or 0 */
	uint32_t ei_phnum;
	int	ei_nsegs;		/* in ascending order, no page in two */
	struct	elf_segment ei_segs[ELF_MAXSEGS];
};

/* The first bytes of a file of that many bytes: 0 or ENOEXEC. */
int	elf_check(const void *header, size_t headlen, uint64_t filesize,
	    const struct elf_limits *, struct elf_image *);

#endif /* !_SYS_ELFCHECK_H_ */
