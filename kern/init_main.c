/*
 * From the first C code to the scheduler: mi_startup() calls what SYSINIT
 * gathered, in order.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>

int	bootverbose;
int	cold = 1;
TUNABLE_INT("bootverbose", &bootverbose);

SET_DECLARE(sysinit, struct sysinit);

static int
sysinit_cmp(const void *a, const void *b)
{
	const struct sysinit *x = *(struct sysinit *const *)a;
	const struct sysinit *y = *(struct sysinit *const *)b;

	if (x->subsystem != y->subsystem)
		return (x->subsystem < y->subsystem ? -1 : 1);
	if (x->order != y->order)
		return (x->order < y->order ? -1 : 1);
	/* For a boot that is the same each time. */
	return (strcmp(x->name, y->name));
}

/*
 * From here on there is a clock, and threads may sleep.
 */
static void
warm(void *arg __unused)
{
	cold = 0;
}
SYSINIT(warm, SI_SUB_CLOCKS, SI_ORDER_ANY, warm, NULL);

/*
 * The last step: proc0 has nothing more to do.  What it was once there
 * for, swapping, Tine does not have.
 */
static void
scheduler(void *arg __unused)
{
	for (;;)
		tsleep(&proc0, PVM, "sched", 0);
}
SYSINIT(scheduler, SI_SUB_RUN_SCHEDULER, SI_ORDER_ANY, scheduler, NULL);

void
mi_startup(void)
{
	struct sysinit **sip;

	qsort(SET_BEGIN(sysinit), SET_COUNT(sysinit), sizeof(*sip),
	    sysinit_cmp);
	SET_FOREACH(sip, sysinit) {
		if (bootverbose)
			printf("sysinit %07x %s\n", (*sip)->subsystem,
			    (*sip)->name);
		(*(*sip)->func)((*sip)->udata);
	}
	panic("mi_startup: the scheduler returned");
}
