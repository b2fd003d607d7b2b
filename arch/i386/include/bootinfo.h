/*
 * What the boot loader told us, copied and checked.  Filled by
 * boot/bootinfo.c before anything else runs, constant after that; nobody
 * else looks at the loader's own structures.
 */
#ifndef _MACHINE_BOOTINFO_H_
#define	_MACHINE_BOOTINFO_H_

#include <sys/types.h>

#define	BI_CMDLINE_MAX	4096
#define	BI_MMAP_MAX	64
#define	BI_MODULES_MAX	8
#define	BI_STRING_MAX	128
#define	BI_ERROR_MAX	80

/* A range of physical memory. */
struct bi_mmap {
	u_int64_t base;
	u_int64_t len;
	u_int	type;
#define	BI_MEM_RAM	1		/* usable; anything else is not */
#define	BI_MEM_RESERVED	2
};

/* A file that the loader put into memory, [start, end) physical. */
struct bi_module {
	vm_paddr_t start;
	vm_paddr_t end;
	char	string[BI_STRING_MAX];	/* its name, maybe empty */
};

struct bootinfo {
	char	cmdline[BI_CMDLINE_MAX]; /* without the kernel's own name */
	int	nmmap;
	struct	bi_mmap mmap[BI_MMAP_MAX];
	int	nmodules;
	struct	bi_module modules[BI_MODULES_MAX];
	int	nrefused;		/* modules that cannot be right */
	vm_paddr_t kernel_start;	/* of the kernel image, physical */
	vm_paddr_t kernel_end;		/* first byte after it */
	int	bad;			/* things that made no sense */
	char	error[BI_ERROR_MAX];	/* why there is no going on */
};

#ifdef _KERNEL
extern struct bootinfo bootinfo;

/*
 * mbi: physical address of Multiboot's structure; magic: eax at entry.
 * parse fills bootinfo, whose kernel_start and kernel_end are set; false
 * with a text in error if nobody could go on with that.  init panics then.
 */
bool	bootinfo_parse(vm_paddr_t mbi, u_int magic);
void	bootinfo_init(vm_paddr_t mbi, u_int magic);
void	bootinfo_print(void);
#endif

#endif /* !_MACHINE_BOOTINFO_H_ */
