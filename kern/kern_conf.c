/*
 * Character devices: their drivers, their names below /dev, and how often
 * each is open.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/queue.h>

MALLOC_DEFINE(M_DEVNAME, "devname", "names of devices");

static const struct cdevsw *cdevsw[NCDEVSW];

/* A device. */
struct devname {
	TAILQ_ENTRY(devname) dn_link;
	dev_t	dn_dev;			/* constant, as all up to the name */
	uid_t	dn_uid;
	gid_t	dn_gid;
	mode_t	dn_mode;
	const char *dn_name;
	u_int	dn_opens;		/* (G) since it was revoked last */
	u_int	dn_gen;			/* (G) revoked so often */
};
static TAILQ_HEAD(, devname) devnames = TAILQ_HEAD_INITIALIZER(devnames);

void
cdevsw_add(const struct cdevsw *sw)
{
	KASSERT(sw->d_maj >= 0 && sw->d_maj < NCDEVSW,
	    ("driver %s: major number %d", sw->d_name, sw->d_maj));
	KASSERT(cdevsw[sw->d_maj] == NULL,
	    ("driver %s: major number %d is "
	     "taken",
		sw->d_name, sw->d_maj));
	cdevsw[sw->d_maj] = sw;
}

const struct cdevsw *
devsw(dev_t dev)
{
	return ((u_int)major(dev) < NCDEVSW ? cdevsw[major(dev)] : NULL);
}

/*
 * Register a device, while the system boots and before the root is
 * mounted.  name must stay where it is.
 */
void
make_dev(dev_t dev, uid_t uid, gid_t gid, mode_t mode, const char *name)
{
	struct devname *dn;

	KASSERT(devsw(dev) != NULL, ("make_dev: %s has no driver", name));
	dn = malloc(sizeof(*dn), M_DEVNAME, M_WAITOK | M_ZERO);
	dn->dn_dev = dev;
	dn->dn_uid = uid;
	dn->dn_gid = gid;
	dn->dn_mode = mode;
	dn->dn_name = name;
	TAILQ_INSERT_TAIL(&devnames, dn, dn_link);
}

/*
 * Tell of each device that has been registered.
 */
void
devs_show(void (*fn)(dev_t, uid_t, gid_t, mode_t, const char *))
{
	struct devname *dn;

	TAILQ_FOREACH(dn, &devnames, dn_link)
		fn(dn->dn_dev, dn->dn_uid, dn->dn_gid, dn->dn_mode,
		    dn->dn_name);
}

/*
 * The name of a device, or "?".  The list does not change after boot.
 */
const char *
devtoname(dev_t dev)
{
	struct devname *dn;

	TAILQ_FOREACH(dn, &devnames, dn_link)
		if (dn->dn_dev == dev)
			return (dn->dn_name);
	return ("?");
}

static struct devname *
dev_find(dev_t dev)
{
	struct devname *dn;

	TAILQ_FOREACH(dn, &devnames, dn_link)
		if (dn->dn_dev == dev)
			break;
	return (dn);
}

u_int
dev_gen(dev_t dev)
{
	const struct devname *dn = dev_find(dev);

	GIANT_REQUIRED;
	return (dn != NULL ? dn->dn_gen : 0);
}

int
dev_open(dev_t dev, int fflag, struct thread *td)
{
	const struct cdevsw *sw = devsw(dev);
	struct devname *dn = dev_find(dev);
	int error = 0;
	u_int gen;

	GIANT_REQUIRED;
	if (sw == NULL || dn == NULL)
		return (ENXIO);
	gen = dn->dn_gen;
	dn->dn_opens++;
	if (sw->d_open != NULL)
		error = sw->d_open(dev, fflag, td);
	if (dn->dn_gen == gen) {
		if (error != 0)
			dn->dn_opens--;
		return (error);
	}
	/* Revoked before it was open: who has it open now came after that. */
	if (error == 0 && dn->dn_opens == 0 && sw->d_close != NULL)
		sw->d_close(dev, fflag, td);
	return (ENXIO);
}

/*
 * Whoever has the device open has it no longer.  Those opens are not closed
 * again by dev_close().
 */
void
dev_revoke(dev_t dev, struct thread *td)
{
	const struct cdevsw *sw = devsw(dev);
	struct devname *dn = dev_find(dev);

	GIANT_REQUIRED;
	if (dn == NULL)
		return;
	dn->dn_gen++;
	if (dn->dn_opens == 0)
		return;
	dn->dn_opens = 0;
	if (sw != NULL && sw->d_close != NULL)
		sw->d_close(dev, 0, td);
}

/*
 * The driver hears of the last close only.
 */
int
dev_close(dev_t dev, int fflag, struct thread *td)
{
	const struct cdevsw *sw = devsw(dev);
	struct devname *dn = dev_find(dev);

	GIANT_REQUIRED;
	KASSERT(sw != NULL && dn != NULL && dn->dn_opens > 0,
	    ("dev_close: device %#x is not open", dev));
	if (--dn->dn_opens > 0 || sw->d_close == NULL)
		return (0);
	return (sw->d_close(dev, fflag, td));
}
