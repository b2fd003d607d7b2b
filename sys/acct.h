/*
 * Accounting records, acct(5).
 */
#ifndef _SYS_ACCT_H_
#define	_SYS_ACCT_H_

#include <sys/types.h>

/* 13 bits of value, 3 bits of exponent to the base 8; AHZ a second. */
typedef	uint16_t	comp_t;

#define	AC_COMM_LEN	16

struct acct {
	char		ac_comm[AC_COMM_LEN];	/* command name */
	comp_t		ac_utime;		/* user time */
	comp_t		ac_stime;		/* system time */
	comp_t		ac_etime;		/* elapsed time */
	time_t		ac_btime;		/* start */
	uid_t		ac_uid;
	gid_t		ac_gid;
	uint16_t	ac_mem;			/* average memory, kilobytes */
	comp_t		ac_io;			/* blocks of I/O */
	dev_t		ac_tty;			/* controlling terminal */
	uint8_t		ac_flag;		/* the bits below */
};

#define	AFORK	0x01		/* forked, and has not called exec */
#define	ASU	0x02		/* used root's permissions */
#define	ACOMPAT	0x04		/* used compatibility mode */
#define	ACORE	0x08		/* dumped core */
#define	AXSIG	0x10		/* killed by a signal */

#define	AHZ	64		/* ticks a second of the times */

#ifdef _KERNEL
comp_t	acct_comp(u_int64_t);		/* kern_acct.c */
#else
__BEGIN_DECLS
int	acct(const char *);
__END_DECLS
#endif

#endif /* !_SYS_ACCT_H_ */
