/*
 * Shared/exclusive locks.  The state changes under sched_lock, which makes
 * them slow and simple; the uncontested cases are short.  Who has to wait
 * sleeps on the lock, without Giant.  A writer that waits keeps new
 * readers out.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/sx.h>

void
sx_sysinit(void *arg)
{
	struct sx_args *sa = arg;

	sx_init(sa->sa_sx, sa->sa_desc);
}

void
sx_init(struct sx *sx, const char *name)
{
	bzero(sx, sizeof(*sx));
	sx->sx_object.lo_name = name;
	sx->sx_object.lo_class = LC_SX;
	witness_init(&sx->sx_object);
}

void
sx_destroy(struct sx *sx)
{
	KASSERT(sx->sx_cnt == 0 && sx->sx_waiters == 0,
	    ("sx_destroy: %s is held", sx->sx_object.lo_name));
	sx->sx_object.lo_name = NULL;
}

/*
 * Sleep until somebody has let go.  sched_lock is held, and taken again.
 */
static void
sx_wait(struct sx *sx, bool writer)
{
	mtx_assert(&sched_lock, MA_OWNED);
	sx->sx_waiters++;
	sx->sx_wwaiters += writer;
	sleepq_wait_locked(sx, PLOCK, sx->sx_object.lo_name);
	sx->sx_waiters--;
	sx->sx_wwaiters -= writer;
}

void
_sx_slock(struct sx *sx, const char *file, int line)
{
	witness_checkorder(&sx->sx_object, file, line);
	SCHED_JITTER();
	mtx_lock_spin(&sched_lock);
	KASSERT(sx->sx_xholder != curthread,
	    ("sx_slock of %s, held "
	     "exclusively, at %s:%d",
		sx->sx_object.lo_name, file, line));
	while (sx->sx_cnt < 0 || sx->sx_wwaiters > 0)
		sx_wait(sx, false);
	sx->sx_cnt++;
	mtx_unlock_spin(&sched_lock);
	witness_lock(&sx->sx_object, file, line);
}

void
_sx_xlock(struct sx *sx, const char *file, int line)
{
	witness_checkorder(&sx->sx_object, file, line);
	SCHED_JITTER();
	mtx_lock_spin(&sched_lock);
	KASSERT(sx->sx_xholder != curthread,
	    ("sx_xlock of %s, held "
	     "exclusively, at %s:%d",
		sx->sx_object.lo_name, file, line));
	while (sx->sx_cnt != 0)
		sx_wait(sx, true);
	sx->sx_cnt = -1;
	sx->sx_xholder = curthread;
	mtx_unlock_spin(&sched_lock);
	witness_lock(&sx->sx_object, file, line);
}

int
_sx_try_slock(struct sx *sx, const char *file __unused, int line __unused)
{
	int got;

	mtx_lock_spin(&sched_lock);
	got = sx->sx_cnt >= 0;
	sx->sx_cnt += got;
	mtx_unlock_spin(&sched_lock);
	if (got)
		witness_lock(&sx->sx_object, file, line);
	return (got);
}

int
_sx_try_xlock(struct sx *sx, const char *file __unused, int line __unused)
{
	int got;

	mtx_lock_spin(&sched_lock);
	got = sx->sx_cnt == 0;
	if (got) {
		sx->sx_cnt = -1;
		sx->sx_xholder = curthread;
	}
	mtx_unlock_spin(&sched_lock);
	if (got)
		witness_lock(&sx->sx_object, file, line);
	return (got);
}

void
_sx_sunlock(struct sx *sx, const char *file __unused, int line __unused)
{
	witness_unlock(&sx->sx_object);
	mtx_lock_spin(&sched_lock);
	KASSERT(sx->sx_cnt > 0,
	    ("sx_sunlock of %s, not held, at %s:%d", sx->sx_object.lo_name,
		file, line));
	if (--sx->sx_cnt == 0 && sx->sx_waiters > 0)
		wakeup_locked(sx);
	mtx_unlock_spin(&sched_lock);
	SCHED_JITTER();
}

void
_sx_xunlock(struct sx *sx, const char *file __unused, int line __unused)
{
	witness_unlock(&sx->sx_object);
	mtx_lock_spin(&sched_lock);
	KASSERT(sx->sx_xholder == curthread,
	    ("sx_xunlock of %s, not held, "
	     "at %s:%d",
		sx->sx_object.lo_name, file, line));
	sx->sx_cnt = 0;
	sx->sx_xholder = NULL;
	if (sx->sx_waiters > 0)
		wakeup_locked(sx);
	mtx_unlock_spin(&sched_lock);
	SCHED_JITTER();
}

void
sx_downgrade(struct sx *sx)
{
	mtx_lock_spin(&sched_lock);
	KASSERT(sx->sx_xholder == curthread,
	    ("sx_downgrade of %s, not held", sx->sx_object.lo_name));
	sx->sx_cnt = 1;
	sx->sx_xholder = NULL;
	if (sx->sx_waiters > 0)
		wakeup_locked(sx);
	mtx_unlock_spin(&sched_lock);
}

/*
 * Readers are only counted, so SX_SLOCKED can tell that somebody reads,
 * not who.
 */
void
_sx_assert(const struct sx *sx, int what, const char *file, int line)
{
	bool x = sx->sx_xholder == curthread, s = sx->sx_cnt > 0;

	if (panicstr != NULL)
		return;
	if (((what & SX_LOCKED) && !x && !s) || ((what & SX_XLOCKED) && !x) ||
	    ((what & SX_SLOCKED) && !s))
		panic("lock %s not held%s at %s:%d", sx->sx_object.lo_name,
		    what & SX_XLOCKED ? " exclusively" : "", file, line);
	if ((what & SX_UNLOCKED) && x)
		panic("lock %s held exclusively at %s:%d",
		    sx->sx_object.lo_name, file, line);
}
