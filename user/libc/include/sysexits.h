/*
 * Exit codes with an agreed meaning, sysexits(3).
 */
#ifndef _SYSEXITS_H_
#define	_SYSEXITS_H_

#define	EX_OK		0
#define	EX__BASE	64
#define	EX_USAGE	64	/* wrong arguments */
#define	EX_DATAERR	65	/* wrong input */
#define	EX_NOINPUT	66	/* cannot open the input */
#define	EX_NOUSER	67	/* no such user */
#define	EX_NOHOST	68	/* no such host */
#define	EX_UNAVAILABLE	69	/* a service is missing */
#define	EX_SOFTWARE	70	/* a bug */
#define	EX_OSERR	71	/* the system failed: fork, memory */
#define	EX_OSFILE	72	/* a system file is missing or wrong */
#define	EX_CANTCREAT	73	/* cannot create the output */
#define	EX_IOERR	74	/* I/O error */
#define	EX_TEMPFAIL	75	/* try again later */
#define	EX_PROTOCOL	76	/* protocol error of a peer */
#define	EX_NOPERM	77	/* permission denied */
#define	EX_CONFIG	78	/* configuration error */
#define	EX__MAX		78

#endif /* !_SYSEXITS_H_ */
