/*
 * The pid allocator: which process id the next child gets.
 *
 * An id is busy while a process (live or zombie), a process group or a
 * session bears it; each of the three says so with pid_busy() and
 * pid_free(), and an id may be busy for several reasons at once.
 *
 * Ids are handed out in order.  Ids strictly between lastpid and
 * pidchecked are known to be free, so most forks take the next one and
 * look at nothing else.  When that window is used up it is opened again:
 * the next free id is found, and the first busy one above it closes the
 * new window.  Only that search reads the bitmaps; it looks no further than
 * PID_WINDOW ids, so that no fork pays for a look at all of them.
 *
 * Nothing in here knows a process, so that the file also builds on the
 * host, where a test drives it with a million random forks.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/ktr.h>
#include <sys/pid.h>
#include <sys/systm.h>

#define	PID_HIGH_MIN	10	/* RFHIGHPID leaves the first ones to init */
#define	PID_WINDOW	256		/* ids that one search looks ahead */
#define	PID_WORDS	howmany(PID_MAX + 1, 32)

/* (d) The last id given, RFHIGHPID aside. */
int	lastpid __in_line_of(allproc);
int	randompid;		/* (d) modulus of a random step, or 0 */
int	pid_max = PID_MAX;	/* constant after boot */

/* (d) Ids in (lastpid, pidchecked) are free. */
static int	pidchecked;

/*
 * One bitmap a reason.  Bits change by atomic operations, since groups and
 * sessions come and go without allproc_lock.  The allocator may read a
 * stale word all the same: an id becomes busy as a group or session only
 * while the process of that id still keeps it busy, and one that has just
 * become free is merely passed over once.
 */
static uint32_t	pid_bits[PIDK_KINDS][PID_WORDS];

/*
 * Say that an id is borne by a process, group or session (kind PIDK_*).
 */
void
pid_busy(pid_t pid, int kind)
{
	KASSERT(pid >= 0 && pid <= PID_MAX, ("pid_busy: id %d", pid));
	__atomic_fetch_or(&pid_bits[kind][pid / 32], 1U << (pid % 32),
	    __ATOMIC_RELEASE);
}

/*
 * Say that it no longer is.
 */
void
pid_free(pid_t pid, int kind)
{
	uint32_t old __unused;

	KASSERT(pid >= 0 && pid <= PID_MAX, ("pid_free: id %d", pid));
	old = __atomic_fetch_and(&pid_bits[kind][pid / 32], ~(1U << (pid % 32)),
	    __ATOMIC_RELEASE);
	KASSERT(old & (1U << (pid % 32)),
	    ("pid_free: id %d kind %d is free", pid, kind));
}

static uint32_t
pid_word(int word)
{
	uint32_t bits = 0;
	int kind;

	for (kind = 0; kind < PIDK_KINDS; kind++)
		bits |= __atomic_load_n(&pid_bits[kind][word],
		    __ATOMIC_RELAXED);
	return (bits);
}

/*
 * The first id in [from, to) that is busy (or free, as asked); "to" if
 * there is none.
 */
static int
pid_search(int from, int to, bool busy)
{
	uint32_t bits;
	int word;

	if (from >= to)
		return (to);
	for (word = from / 32; word * 32 < to; word++) {
		bits = busy ? pid_word(word) : ~pid_word(word);
		if (word == from / 32)
			bits &= ~0U << (from % 32);
		if (bits != 0)
			return (min(word * 32 + __builtin_ctz(bits), to));
	}
	return (to);
}

/*
 * Open a new window at the first free id from "start" on, once around.
 * Returns that id, or -1 when every id is in use.
 */
static int
pid_refill(int start)
{
	int pid;

	pid = pid_search(start, pid_max, false);
	if (pid == pid_max) {
		/* PID_MAX itself is never given; neither is it searched. */
		pid = pid_search(PID_WRAP_MIN, start, false);
		if (pid >= start)
			return (-1);
	}
	pidchecked = pid_search(pid + 1, min(pid + PID_WINDOW, pid_max), true);
	KTR_EVENT(KTR_PID_REFILL, pid, pidchecked);
	return (pid);
}

/*
 * Choose an id for a new process and mark it busy (PIDK_PROC).  With
 * "high" (RFHIGHPID: kernel threads at boot) the id is at least 10 and
 * lastpid stays, so that init can still become process 1.
 *
 * Returns 0, or EAGAIN if no id is left.  Called with allproc_lock held
 * exclusively.
 */
int
pid_alloc(bool high, pid_t *pidp)
{
	int modulus, pid;

	modulus = randompid;
	pid = lastpid + 1;
	if (high)
		pid = max(pid, PID_HIGH_MIN);
	else if (modulus != 0)
		pid += arc4random() % modulus;
	if (pid >= pid_max) {
		pid %= pid_max;
		if (pid < PID_WRAP_MIN)
			pid = min(pid + PID_WRAP_MIN, pid_max - 1);
		pidchecked = 0;
	}
	if (pid >= pidchecked && (pid = pid_refill(pid)) == -1)
		return (EAGAIN);
	pid_busy(pid, PIDK_PROC);
	if (high)
		pidchecked = 0; /* the window may have it inside */
	else
		lastpid = pid;
	*pidp = pid;
	return (0);
}

/*
 * What a value written to kern.randompid means: 0 and 1 switch it off, a
 * modulus is at least 100, and anything out of range is the largest.
 */
int
pid_clamp_random(int value)
{
	if (value < 0 || value > pid_max - PID_WRAP_MIN)
		return (pid_max - PID_WRAP_MIN);
	if (value < 2)
		return (0);
	return (max(value, 100));
}
