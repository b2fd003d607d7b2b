/*
 * Machine parameters: the sizes of pages, of kernel stacks and of words.
 */
#ifndef _MACHINE_PARAM_H_
#define	_MACHINE_PARAM_H_

#define	MACHINE		"i386"
#define	MACHINE_ARCH	"i386"

#define	MAXCPU		8		/* processors we can describe */
#define	CACHE_LINE_SHIFT 6
#define	CACHE_LINE_SIZE	(1 << CACHE_LINE_SHIFT)

/* Round up to what any object of the machine needs. */
#define	ALIGNBYTES	(sizeof(int) - 1)
#define	ALIGN(p)	(((unsigned)(p) + ALIGNBYTES) & ~ALIGNBYTES)

#define	PAGE_SHIFT	12
#define	PAGE_SIZE	(1 << PAGE_SHIFT)
#define	PAGE_MASK	(PAGE_SIZE - 1)

#define	PDRSHIFT	22		/* what one directory entry maps */
#define	NBPDR		(1 << PDRSHIFT)
#define	PDRMASK		(NBPDR - 1)
#define	NPDEPG		(PAGE_SIZE / 4)	/* entries of a page directory */
#define	NPTEPG		(PAGE_SIZE / 4)	/* entries of a page table */

#define	KSTACK_PAGES	2		/* a kernel stack, without its guard */
#define	KSTACK_GUARD_PAGES 1		/* unmapped, below it */
#define	KSTACK_SIZE	(KSTACK_PAGES * PAGE_SIZE)
#define	KSTACK_RUN	((KSTACK_GUARD_PAGES + KSTACK_PAGES) * PAGE_SIZE)

#define	trunc_page(x)	((x) & ~PAGE_MASK)
#define	round_page(x)	(((x) + PAGE_MASK) & ~PAGE_MASK)
#define	trunc_4mpage(x)	((x) & ~PDRMASK)
#define	round_4mpage(x)	(((x) + PDRMASK) & ~PDRMASK)

/* Bytes to pages, pages to bytes; the address is unsigned. */
#define	atop(x)		((x) >> PAGE_SHIFT)
#define	ptoa(x)		((x) << PAGE_SHIFT)
#define	btoc(x)		(((vm_offset_t)(x) + PAGE_MASK) >> PAGE_SHIFT)
#define	ctob(x)		((x) << PAGE_SHIFT)

#endif /* !_MACHINE_PARAM_H_ */
