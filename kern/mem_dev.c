/*
 * Devices that are made of nothing: /dev/null, /dev/zero, /dev/random and
 * /dev/urandom; and /dev/ktr, the trace ring.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/uio.h>

/* minor numbers of CDEV_MEM */
#define	MEM_NULL	2
#define	MEM_RANDOM	3
#define	MEM_URANDOM	4
#define	MEM_ZERO	CDEV_MEM_ZERO

#define	MEM_CHUNK	256		/* bytes made or dropped at a time */

static int
mem_random(struct uio *uio)
{
	char buf[MEM_CHUNK];
	size_t n;
	int error = 0;

	while (error == 0 && uio->uio_resid > 0) {
		n = MIN(sizeof(buf), (size_t)uio->uio_resid);
		arc4rand(buf, n);
		error = uiomove(buf, n, uio);
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
		return (uiomove_zero(uio->uio_resid, uio));
	case MEM_RANDOM:
	case MEM_URANDOM:
		return (mem_random(uio));
	default:
		return (ENXIO);
	}
}

/*
 * All of it is taken and dropped.
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

/*
 * /dev/ktr: the events in the ring, oldest first, as struct ktr_event.  A
 * read at offset 0 takes a snapshot; the reader must take all of it at
 * once, because the ring goes on turning.
 */
static int
ktr_read(dev_t dev, struct uio *uio, int ioflag)
{
	struct ktr_event *ev;
	u_int n, max;
	int error;

	if (uio->uio_offset != 0)
		return (0);
	max = MIN(KTR_ENTRIES * mp_ncpus, (u_int)uio->uio_resid / sizeof(*ev));
	if (max == 0)
		return (EINVAL);
	ev = malloc(max * sizeof(*ev), M_TEMP, M_NOWAIT | M_ZERO);
	if (ev == NULL)
		return (ENOMEM);
	n = ktr_copy(ev, max);
	error = uiomove(ev, n * sizeof(*ev), uio);
	free(ev, M_TEMP);
	return (error);
}

static const struct cdevsw ktr_cdevsw = {
	.d_read = ktr_read,
	.d_name = "ktr",
	.d_maj = CDEV_KTR,
};

static void
mem_init(void *arg)
{
	cdevsw_add(&mem_cdevsw);
	cdevsw_add(&ktr_cdevsw);
	make_dev(makedev(CDEV_MEM, MEM_NULL), 0, 0, 0666, "null");
	make_dev(makedev(CDEV_MEM, MEM_ZERO), 0, 0, 0666, "zero");
	make_dev(makedev(CDEV_MEM, MEM_RANDOM), 0, 0, 0644, "random");
	make_dev(makedev(CDEV_MEM, MEM_URANDOM), 0, 0, 0644, "urandom");
	make_dev(makedev(CDEV_KTR, 0), 0, 0, 0444, "ktr");
}
SYSINIT(memdev, SI_SUB_DRIVERS, SI_ORDER_MIDDLE, mem_init, NULL);
