/*
 * Parameters of the system, and the macros that everybody uses.
 */
#ifndef _SYS_PARAM_H_
#define	_SYS_PARAM_H_

#include <sys/_null.h>
#include <sys/types.h>
#include <sys/syslimits.h>
#include <sys/limits.h>
#include <machine/param.h>
#include <machine/param.h>
#ifdef _KERNEL
#include <sys/errno.h>
#else
#include <sys/signal.h>
#endif

#define	BSD	199506		/* 4.4BSD Lite2, as the BSDs say */

#define	MAXCOMLEN	19		/* command name kept, without NUL */
#define	MAXINTERP	128		/* "#!" line of a script */
#define	MAXLOGNAME	17		/* login name, with NUL */
#define	MAXUPRC		CHILD_MAX
#define	NCARGS		ARG_MAX
#define	NGROUPS		NGROUPS_MAX
#define	NOFILE		OPEN_MAX
#define	NOGROUP		65535
#define	MAXHOSTNAMELEN	256
#define	MAXPATHLEN	PATH_MAX
#define	MAXSYMLINKS	32		/* symbolic links in one path */
#define	NODEV		((dev_t)-1)
#define	CMASK		022		/* default umask */
#define	NBBY		8		/* bits in a byte */
#define	NBPW		sizeof(int)	/* bytes in a word */
#define	DEV_BSHIFT	9
#define	DEV_BSIZE	(1 << DEV_BSHIFT)
#define	MAXBSIZE	65536		/* largest block of a file system */

/* Load averages are fixed point numbers with this many bits of fraction. */
#define	FSHIFT		11
#define	FSCALE		(1 << FSHIFT)

/* bit maps */
#define	setbit(a, i)							\
	(((unsigned char *)(a))[(i) / NBBY] |= 1 << ((i) % NBBY))
#define	clrbit(a, i)							\
	(((unsigned char *)(a))[(i) / NBBY] &= ~(1 << ((i) % NBBY)))
#define	isset(a, i)							\
	(((const unsigned char *)(a))[(i) / NBBY] & (1 << ((i) % NBBY)))
#define	isclr(a, i)	(isset(a, i) == 0)

#define	nitems(x)	(sizeof((x)) / sizeof((x)[0]))
#define	howmany(x, y)	(((x) + ((y) - 1)) / (y))
#define	rounddown(x, y)	(((x) / (y)) * (y))
#define	rounddown2(x, y) ((x) & ~((y) - 1))	/* y a power of two */
#define	roundup(x, y)	((((x) + ((y) - 1)) / (y)) * (y))
#define	roundup2(x, y)	(((x) + ((y) - 1)) & ~((y) - 1))
#define	powerof2(x)	((((x) - 1) & (x)) == 0)
#define	MIN(a, b)	(((a) < (b)) ? (a) : (b))
#define	MAX(a, b)	(((a) > (b)) ? (a) : (b))

#endif /* !_SYS_PARAM_H_ */
