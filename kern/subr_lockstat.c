/*
 * Lock statistics: how often each lock was taken at each place, how long it
 * was waited for there, and how long held.  Off by default, when all of it
 * is one branch that is not taken.  lockstat(1) prints what is gathered.
 *
 * Two tables of fixed size, found by hashing.  "sites" has a line for each
 * name of a lock and place in the source.  "holds" has what is held now and
 * since when; an exclusive lock is found by its address, whoever gives it
 * back (sched_lock is handed over), a reader by the thread's besides.  What
 * finds no room is counted in debug.lockstat_lost, and otherwise forgotten.
 *
 * Each line, and each bucket of holds, has a lock of its own: a bare word,
 * since a mutex would count itself.  It is held for some ten instructions,
 * with interrupts off.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/clock.h>
#include <machine/cpufunc.h>

#define	NSITES		1024		/* a power of two */
#define	PROBES		16		/* lines to look at for a site */
#define	NBUCKETS	128		/* a power of two */
#define	BUCKET		6		/* held locks in one */
#define	BARE_ROUNDS	1000000		/* then somebody stands still */

/* Times are ticks of the time stamp counter. */
struct site {
	volatile u_int s_bare;		/* the line's lock, for all below */
	const char *s_name;		/* NULL: a free line */
	const char *s_file;
	u_int	s_line;
	u_char	s_class;
	u_char	s_shared;
	u_int	s_count;
	u_int	s_contended;
	u_int64_t s_wait, s_maxwait;
	u_int64_t s_hold, s_maxhold;
};

struct hold {
	const struct lock_object *h_lock;
	const struct thread *h_reader;	/* NULL: exclusive */
	struct	site *h_site;
	u_int	h_era;			/* of another one: free */
	u_int64_t h_since;
};

struct bucket {
	volatile u_int b_bare;		/* for b_holds */
	struct	hold b_holds[BUCKET];
};

static struct site	sites[NSITES];
static struct bucket	holds[NBUCKETS];
static volatile u_int	lost;		/* atomic */

/*
 * Goes up when counting begins, or begins anew: who has had a lock since
 * before that is not in "holds", or is there by mistake.  Atomic; from 1.
 */
static volatile u_int	era = 1;

volatile int	lockstat_on;
volatile uintptr_t mtx_word_free = MTX_UNOWNED;
volatile uintptr_t sx_word_free = 0;
volatile uintptr_t sx_word_writer = SX_WRITER;
#define	NO_WORD		((uintptr_t)-1)	/* no lock's, ever */

SYSCTL_UINT(_debug, OID_AUTO, lockstat_lost, CTLFLAG_RD, (u_int *)&lost, 0,
    "times that the lock statistics had no room");

u_int64_t
lockstat_clock(void)
{
	return (rdtsc() | 1);
}

/*
 * Take a bare lock, with interrupts off; false if it cannot be had: its
 * owner has been stopped, or we came upon it by an NMI.
 */
static bool
bare_lock(volatile u_int *word)
{
	u_int rounds;

	for (rounds = 0; rounds < BARE_ROUNDS && panicstr == NULL; rounds++) {
		if (atomic_cmpset_acq_int(word, 0, 1))
			return (true);
		cpu_spinwait();
	}
	atomic_add_int(&lost, 1);
	return (false);
}

static void
bare_unlock(volatile u_int *word)
{
	atomic_store_rel_int(word, 0);
}

static u_int
hash(const void *p, u_int more)
{
	u_int h = ((u_int)(uintptr_t)p + more * 31) * 2654435769U;

	return (h >> 16);
}

/*
 * Whether a line is that of a site.  The strings are constants of the
 * kernel: the same one has the same address.  A free line becomes it.
 */
static bool
site_is(struct site *s, const struct lock_object *lo, bool shared,
    const char *file, u_int line)
{
	if (s->s_name == NULL) {
		s->s_name = lo->lo_name;
		s->s_file = file;
		s->s_line = line;
		s->s_class = lo->lo_class;
		s->s_shared = shared;
		return (true);
	}
	return (s->s_name == lo->lo_name && s->s_file == file &&
	    s->s_line == line && s->s_shared == shared);
}

/*
 * Count an acquisition; the line it was counted in, or NULL.
 */
static struct site *
site_taken(const struct lock_object *lo, bool shared, u_int64_t wait,
    bool contended, const char *file, u_int line)
{
	u_int h = hash(file, line) + hash(lo->lo_name, shared), i;
	struct site *s;
	bool found;

	for (i = 0; i < PROBES; i++) {
		s = &sites[(h + i) & (NSITES - 1)];
		if (!bare_lock(&s->s_bare))
			return (NULL);
		found = site_is(s, lo, shared, file, line);
		if (found) {
			s->s_count++;
			s->s_contended += contended;
			s->s_wait += wait;
			s->s_maxwait = s->s_maxwait > wait ? s->s_maxwait :
							     wait;
		}
		bare_unlock(&s->s_bare);
		if (found)
			return (s);
	}
	atomic_add_int(&lost, 1);
	return (NULL);
}

static struct bucket *
bucket_of(const struct lock_object *lo, const struct thread *reader)
{
	return (&holds[hash(lo, (u_int)(uintptr_t)reader) & (NBUCKETS - 1)]);
}

/*
 * The current thread has a lock: note since when, and count it.
 */
void
lockstat_taken(const struct lock_object *lo, bool shared, u_int64_t since,
    const char *file, int line)
{
	const struct thread *reader = shared ? curthread : NULL;
	struct bucket *b = bucket_of(lo, reader);
	u_int64_t now = lockstat_clock();
	u_int i, state = intr_disable();
	struct site *s;

	s = site_taken(lo, shared, since != 0 && now > since ? now - since : 0,
	    since != 0, file, line);
	if (s == NULL || !bare_lock(&b->b_bare)) {
		intr_restore(state);
		return;
	}
	for (i = 0; i < BUCKET; i++)
		if (b->b_holds[i].h_era != era) {
			b->b_holds[i] = (struct hold){ lo, reader, s, era,
				now };
			break;
		}
	bare_unlock(&b->b_bare);
	if (i == BUCKET)
		atomic_add_int(&lost, 1);
	intr_restore(state);
}

static void
site_given(struct site *s, u_int64_t time)
{
	if (!bare_lock(&s->s_bare))
		return;
	s->s_hold += time;
	s->s_maxhold = s->s_maxhold > time ? s->s_maxhold : time;
	bare_unlock(&s->s_bare);
}

/*
 * The current thread is about to give a lock back.
 */
void
lockstat_given(const struct lock_object *lo, bool shared)
{
	const struct thread *reader = shared ? curthread : NULL;
	struct bucket *b = bucket_of(lo, reader);
	u_int i, state = intr_disable();
	u_int64_t now = lockstat_clock();
	struct hold *h, found = { .h_era = 0 };

	if (bare_lock(&b->b_bare)) {
		for (i = 0; i < BUCKET; i++) {
			h = &b->b_holds[i];
			if (h->h_era != era || h->h_lock != lo ||
			    h->h_reader != reader)
				continue;
			found = *h;
			h->h_era = 0;
			break;
		}
		bare_unlock(&b->b_bare);
	}
	if (found.h_era != 0)
		site_given(found.h_site,
		    now > found.h_since ? now - found.h_since : 0);
	intr_restore(state);
}

static void
lockstat_set(bool on)
{
	if (on && !lockstat_on)
		atomic_add_int(&era, 1);
	lockstat_on = on;
	mtx_word_free = on ? NO_WORD : MTX_UNOWNED;
	sx_word_free = on ? NO_WORD : 0;
	sx_word_writer = on ? NO_WORD : SX_WRITER;
}

static int
sysctl_debug_lockstat(SYSCTL_HANDLER_ARGS)
{
	int error, value = lockstat_on;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error == 0 && req->newptr != NULL)
		lockstat_set(value != 0);
	return (error);
}

static int	lockstat_at_boot;
TUNABLE_INT("debug.lockstat", &lockstat_at_boot);

static void
lockstat_init(void *arg __unused)
{
	lockstat_set(lockstat_at_boot != 0);
}
SYSINIT(lockstat, SI_SUB_LOCK, SI_ORDER_ANY, lockstat_init, NULL);
SYSCTL_PROC(_debug, OID_AUTO, lockstat, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_lockstat, "I", "gather lock statistics");

static int
sysctl_debug_lockstat_reset(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;
	struct site *s;
	u_int state;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error != 0 || req->newptr == NULL || value == 0)
		return (error);
	atomic_add_int(&era, 1);
	for (s = sites; s < sites + NSITES; s++) {
		state = intr_disable();
		if (bare_lock(&s->s_bare)) {
			bzero(&s->s_name,
			    sizeof(*s) - __offsetof(struct site, s_name));
			bare_unlock(&s->s_bare);
		}
		intr_restore(state);
	}
	lost = 0;
	return (0);
}
SYSCTL_PROC(_debug, OID_AUTO, lockstat_reset, CTLTYPE_INT | CTLFLAG_RW, NULL,
    0, sysctl_debug_lockstat_reset, "I", "write 1 to forget the statistics");

static u_int64_t
nanoseconds(u_int64_t time)
{
	return (time / tsc_freq * 1000000000 +
	    time % tsc_freq * 1000000000 / tsc_freq);
}

/*
 * Each line is one moment's; all of them together are not.
 */
static int
sysctl_debug_lockstat_data(SYSCTL_HANDLER_ARGS)
{
	struct lockstat ls;
	struct site *s, site;
	int error = 0;
	u_int state;
	bool got;

	for (s = sites; s < sites + NSITES && error == 0; s++) {
		state = intr_disable();
		got = bare_lock(&s->s_bare);
		if (got) {
			site = *s;
			bare_unlock(&s->s_bare);
		}
		intr_restore(state);
		if (!got || site.s_name == NULL)
			continue;
		bzero(&ls, sizeof(ls));
		strlcpy(ls.ls_name, site.s_name, sizeof(ls.ls_name));
		strlcpy(ls.ls_file, site.s_file, sizeof(ls.ls_file));
		ls.ls_line = site.s_line;
		ls.ls_class = site.s_class;
		ls.ls_shared = site.s_shared;
		ls.ls_count = site.s_count;
		ls.ls_contended = site.s_contended;
		ls.ls_wait = nanoseconds(site.s_wait);
		ls.ls_maxwait = nanoseconds(site.s_maxwait);
		ls.ls_hold = nanoseconds(site.s_hold);
		ls.ls_maxhold = nanoseconds(site.s_maxhold);
		error = SYSCTL_OUT(req, &ls, sizeof(ls));
	}
	return (error);
}
SYSCTL_PROC(_debug, OID_AUTO, lockstat_data, CTLTYPE_OPAQUE | CTLFLAG_RD, NULL,
    0, sysctl_debug_lockstat_data, "S,lockstat", "lock statistics");
