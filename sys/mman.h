/*
 * Memory mappings.
 */
#ifndef _SYS_MMAN_H_
#define	_SYS_MMAN_H_

#include <sys/types.h>

#define	PROT_NONE	0x00
#define	PROT_READ	0x01
#define	PROT_WRITE	0x02
#define	PROT_EXEC	0x04

#define	MAP_SHARED	0x0001		/* changes are seen by all */
#define	MAP_PRIVATE	0x0002		/* changes are private */
#define	MAP_COPY	MAP_PRIVATE
#define	MAP_FIXED	0x0010		/* exactly at the address */
#define	MAP_HASSEMAPHORE 0x0200
#define	MAP_STACK	0x0400		/* grows down on faults */
#define	MAP_NOSYNC	0x0800
#define	MAP_FILE	0x0000		/* a file (the default) */
#define	MAP_ANON	0x1000		/* zero-filled memory; fd is -1 */
#define	MAP_ANONYMOUS	MAP_ANON
#define	MAP_EXCL	0x4000		/* with MAP_FIXED: do not replace */
#define	MAP_NOCORE	0x20000

#define	MAP_FAILED	((void *)-1)

#define	MS_SYNC		0x0000		/* msync(2) */
#define	MS_ASYNC	0x0001
#define	MS_INVALIDATE	0x0002

/* minherit(2): what fork does with a range */
#define	INHERIT_SHARE	0		/* shared with the child */
#define	INHERIT_COPY	1		/* copied (on write) */
#define	INHERIT_NONE	2		/* absent in the child */
#define	INHERIT_ZERO	3		/* zero-filled in the child */

#ifndef _KERNEL
__BEGIN_DECLS
void	*mmap(void *, size_t, int, int, int, off_t);
int	munmap(void *, size_t);
int	mprotect(void *, size_t, int);
int	msync(void *, size_t, int);
int	minherit(void *, size_t, int);
int	mlock(const void *, size_t);
int	munlock(const void *, size_t);
__END_DECLS
#endif

#endif /* !_SYS_MMAN_H_ */
