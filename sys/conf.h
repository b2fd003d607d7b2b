/*
 * Character devices: the table that leads from a device number to a
 * driver, and the names they have below /dev.
 *
 * Owned by kern/kern_conf.c.  Drivers register during boot; the table is
 * constant after that.
 */
#ifndef _SYS_CONF_H_
#define	_SYS_CONF_H_

#ifdef _KERNEL

#include <sys/types.h>

struct thread;
struct uio;

/* major numbers */
#define	CDEV_CONSOLE	0
#define	CDEV_CTTY	1		/* /dev/tty */
#define	CDEV_MEM	2		/* /dev/null 2, zero 12, random... */
#define	CDEV_KTR	3
#define	CDEV_PTS	5		/* pseudo terminals: the terminal */
#define	CDEV_PTC	6		/* and who plays its user */
#define	NCDEVSW		8
#define	CDEV_MEM_ZERO	12		/* minor number of /dev/zero */

/* A driver; all are called with Giant held.  NULL: ENODEV, or no-op. */
struct cdevsw {
	int	(*d_open)(dev_t, int fflag, struct thread *);
	int	(*d_close)(dev_t, int fflag, struct thread *); /* last one */
	int	(*d_read)(dev_t, struct uio *, int ioflag);
	int	(*d_write)(dev_t, struct uio *, int ioflag);
	int	(*d_ioctl)(dev_t, u_long cmd, void *data, int fflag,
		    struct thread *);
	int	(*d_poll)(dev_t, int events, struct thread *);
	const char *d_name;
	int	d_maj;
	int	d_flags;		/* D_* */
};
#define	D_TTY	0x0001			/* a terminal */

void	cdevsw_add(const struct cdevsw *);
const struct	cdevsw *devsw(dev_t);	/* or NULL */
/* From a device file; Giant held.  ENXIO if there is no such device. */
int	dev_open(dev_t, int fflag, struct thread *);
int	dev_close(dev_t, int fflag, struct thread *);
void	dev_revoke(dev_t, struct thread *);	/* all opens are over */
u_int	dev_gen(dev_t);				/* revoked so often */
/* Name a device below /dev; from a SYSINIT before the root is mounted. */
void	make_dev(dev_t, uid_t, gid_t, mode_t, const char *name);
const char *devtoname(dev_t);		/* its name below /dev, or "?" */
void	devs_show(void (*)(dev_t, uid_t, gid_t, mode_t, const char *));

#endif /* _KERNEL */
#endif /* !_SYS_CONF_H_ */
