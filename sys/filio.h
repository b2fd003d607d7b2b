/*
 * ioctl(2) commands that every kind of descriptor understands.
 */
#ifndef _SYS_FILIO_H_
#define	_SYS_FILIO_H_

#include <sys/ioccom.h>

#define	FIOCLEX		_IO('f', 1)		/* set close on exec */
#define	FIONCLEX	_IO('f', 2)		/* clear it */
#define	FIONREAD	_IOR('f', 127, int)	/* bytes to be read */
#define	FIONBIO		_IOW('f', 126, int)	/* set or clear O_NONBLOCK */
#define	FIOASYNC	_IOW('f', 125, int)	/* set or clear O_ASYNC */
#define	FIOSETOWN	_IOW('f', 124, int)	/* who gets SIGIO */
#define	FIOGETOWN	_IOR('f', 123, int)
#define	FIONSPACE	_IOR('f', 118, int)	/* bytes that may be written */
#define	FIODTYPE	_IOR('f', 122, int)	/* type of the device */

#endif /* !_SYS_FILIO_H_ */
