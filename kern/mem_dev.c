/*
 * Devices that are made of nothing: /dev/null, /dev/zero, /dev/random and
 * /dev/urandom.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/uio.h>
#include <sys/vnode.h>

/* minor numbers of CDEV_MEM */
#define	MEM_NULL	2
#define	MEM_RANDOM	3
#define	MEM_URANDOM	4
#define	MEM_ZERO	CDEV_MEM_ZERO

#define	MEM_CHUNK	256		/* random bytes made at a time */

static int
mem_random(struct uio *uio, int ioflag)
{
	ssize_t next = UIO_BREATHE(uio);
	char buf[MEM_CHUNK];
	size_t n;
	int error = 0;

	while (error == 0 && uio->uio_resid > 0) {
		n = MIN(sizeof(buf), (size_t)uio->uio_resid);
		arc4rand(buf, n);
		error = uiomove(buf, n, uio);
		if (error == 0)
			error = uio_breathe(uio, &next, ioflag & IO_INTR);
	}
	return (error);
}

static int
mem_zero(struct uio *uio, int ioflag)
{
	ssize_t next = UIO_BREATHE(uio);
	int error = 0;

	while (error == 0 && uio->uio_resid > 0) {
		error = uiomove_zero(UIO_BREATH, uio);
		if (error == 0)
			error = uio_breathe(uio, &next, ioflag & IO_INTR);
	}
	return (error);
}

static int
mem_read(dev_t dev, struct uio *uio, int ioflag)
{
	switch (minor(dev)) {
	case MEM_NULL:
		return (0); /* the end of the file */
	case MEM_ZERO:
		return (mem_zero(uio, ioflag));
	case MEM_RANDOM:
	case MEM_URANDOM:
		return (mem_random(uio, ioflag));
	default:
		return (ENXIO);
	}
}

/*
 * All of it is taken and dropped, without looking at it: that is soon done.
 */
static int
mem_write(dev_t dev, struct uio *uio, int ioflag)
{
	return (uiomove_skip(uio->uio_resid, uio));
}

static const struct cdevsw mem_cdevsw = {
	.d_read = mem_read,
	.d_write = mem_write,
	.d_name = "mem",
	.d_maj = CDEV_MEM,
};

static void
mem_init(void *arg)
{
	cdevsw_add(&mem_cdevsw);
	make_dev(makedev(CDEV_MEM, MEM_NULL), 0, 0, 0666, "null");
	make_dev(makedev(CDEV_MEM, MEM_ZERO), 0, 0, 0666, "zero");
	make_dev(makedev(CDEV_MEM, MEM_RANDOM), 0, 0, 0644, "random");
	make_dev(makedev(CDEV_MEM, MEM_URANDOM), 0, 0, 0644, "urandom");
}
SYSINIT(memdev, SI_SUB_DRIVERS, SI_ORDER_MIDDLE, mem_init, NULL);
