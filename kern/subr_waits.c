/*
 * Who waits for whom: a thread that wants a lock waits for the one who has
 * it, and if that one waits in turn, and so on, back to the first, none of
 * them will ever go on.
 *
 * For reports.  Nothing is locked here: the caller holds sched_lock, under
 * which those who wait and those who are waited for stay what they are, or
 * the machine stands still.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sx.h>

#define	WAITS_MOST	16		/* links of a chain; lines printed */

/* A lock that somebody waits for. */
struct wait {
	const struct lock_object *w_lock;
	struct	thread *w_owner;	/* NULL: not known, or nobody */
	const char *w_file;		/* where it was taken, or NULL */
	int	w_line;
	bool	w_held;			/* somebody has it, known or not */
};

#ifdef WITNESS
/*
 * Where td has taken the lock.  td may be running, and taking and releasing
 * others; if it waits, and that is what matters, it does neither.
 */
static bool
held_by(struct thread *td, const struct lock_object *lo, struct wait *w)
{
	struct lock_instance li;
	u_int i;

	for (i = 0; i < td->td_locks && i < MAXHELD; i++) {
		li = data_race(td->td_held[i]);
		if (li.li_lock != lo)
			continue;
		w->w_owner = td;
		w->w_file = li.li_file;
		w->w_line = li.li_line;
		return (true);
	}
	return (false);
}

/*
 * One of the readers of an sx lock: the lock itself only counts them.  The
 * list may change meanwhile, as for watchdog_sweep().  Thousands may wait for
 * the one lock, so who has been found is remembered.
 */
static void
find_reader(const struct lock_object *lo, struct waits_seen *seen,
    struct wait *w)
{
	struct proc *p = data_race(LIST_FIRST(&allproc));
	u_int n;

	if (seen->ws_lock != NULL && seen->ws_lock == lo) {
		if (seen->ws_reader != NULL)
			(void)held_by(seen->ws_reader, lo, w);
		return;
	}
	for (n = 0; p != NULL && n <= (u_int)maxproc; n++) {
		if (held_by(&p->p_thread, lo, w))
			break;
		p = data_race(LIST_NEXT(p, p_list));
	}
	seen->ws_lock = lo;
	seen->ws_reader = w->w_owner;
}
#else
static bool
held_by(struct thread *td __unused, const struct lock_object *lo __unused,
    struct wait *w __unused)
{
	return (false);
}

static void
find_reader(const struct lock_object *lo __unused,
    struct waits_seen *seen __unused, struct wait *w __unused)
{
}
#endif

/*
 * The sx lock that a sleeping thread wants: it sleeps on one of two words of
 * the lock, with the lock's name for the reason.  NULL if it is no lock.
 */
static const struct sx *
sx_wanted(const struct thread *td)
{
	static const size_t words[] = { offsetof(struct sx, sx_rwaiters),
		offsetof(struct sx, sx_wwaiters) };
	vm_offset_t chan = (vm_offset_t)td->td_wchan;
	struct sx sx;
	u_int i;

	if ((td->td_flags & TDF_ONSLEEPQ) == 0 || td->td_wmesg == NULL)
		return (NULL);
	for (i = 0; i < nitems(words); i++)
		if (kdb_read(NULL, chan - words[i], &sx, sizeof(sx)) == 0 &&
		    sx.sx_object.lo_class == LC_SX &&
		    sx.sx_object.lo_name == td->td_wmesg)
			return ((const struct sx *)(chan - words[i]));
	return (NULL);
}

/* What a thread waits for; false if it waits for no lock. */
static bool
waits_for(const struct thread *td, struct waits_seen *seen, struct wait *w)
{
	const struct sx *sx;
	uintptr_t v;

	bzero(w, sizeof(*w));
	if (td->td_blocked != NULL) {
		w->w_lock = &td->td_blocked->mtx_object;
		w->w_owner = mtx_owner(td->td_blocked);
		w->w_held = w->w_owner != NULL;
		/* The owner may be about to write them. */
		w->w_file = data_race(td->td_blocked->mtx_file);
		w->w_line = data_race(td->td_blocked->mtx_line);
		return (true);
	}
	sx = sx_wanted(td);
	if (sx == NULL)
		return (false);
	v = sx->sx_lock;
	w->w_lock = &sx->sx_object;
	w->w_held = (v & ~(uintptr_t)SX_WAITERS) != 0;
	if ((v & SX_WRITER) == 0) {
		find_reader(w->w_lock, seen, w);
		return (true);
	}
	w->w_owner = (struct thread *)(v &
	    ~(uintptr_t)(SX_WRITER | SX_WAITERS));
	(void)held_by(w->w_owner, w->w_lock, w);
	return (true);
}

bool
waits_for_owner(const struct thread *td, struct waits_seen *seen)
{
	struct wait w;

	return (waits_for(td, seen, &w) && w.w_held);
}

/*
 * A link of a chain in words; how long it is.
 */
static int
describe(char *buf, size_t size, const struct thread *td, const struct wait *w)
{
	const struct proc *owner;
	int n;

	n = snprintf(buf, size, "pid %d (%s) waits for %s", td->td_proc->p_pid,
	    td->td_proc->p_comm, w->w_lock->lo_name);
	if (w->w_owner == NULL || n >= (int)size)
		return (n);
	owner = w->w_owner->td_proc;
	n += snprintf(buf + n, size - n, ", held by pid %d (%s)", owner->p_pid,
	    owner->p_comm);
	if (w->w_file != NULL && n < (int)size)
		n += snprintf(buf + n, size - n, ", taken at %s:%d", w->w_file,
		    w->w_line);
	return (n);
}

bool
waits_deadlock(const struct thread *first, struct waits_seen *seen, char *buf,
    size_t size)
{
	const struct thread *td = first;
	struct wait w;
	u_int i;
	int n = 0;

	for (i = 0; i < WAITS_MOST; i++) {
		if (!waits_for(td, seen, &w) || w.w_owner == NULL)
			return (false);
		td = w.w_owner;
		if (td == first)
			break;
	}
	if (td != first)
		return (false);
	do {
		if (!waits_for(td, seen, &w))
			break;
		n += snprintf(buf + n, size - n, n == 0 ? "" : "; ");
		n += describe(buf + n, size - n, td, &w);
		td = w.w_owner;
	} while (td != first && n < (int)size);
	return (true);
}

void
waits_print(void)
{
	struct waits_seen seen = { NULL, NULL };
	u_int lines = 0, n = 0;
	char text[200];
	struct wait w;
	struct proc *p;

	LIST_FOREACH(p, &allproc, p_list) {
		if (++n > (u_int)maxproc || lines == WAITS_MOST)
			break;
		if (!waits_for(&p->p_thread, &seen, &w))
			continue;
		describe(text, sizeof(text), &p->p_thread, &w);
		printf("%s\n", text);
		backtrace_thread(&p->p_thread);
		lines++;
	}
}
