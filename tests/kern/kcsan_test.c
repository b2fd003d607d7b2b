/*
 * Planted data races: the detector must find each within the patience of a
 * test, at its ordinary rate, and name both sides and what they raced for.
 * And it must keep silent about what is none.
 */
#include "kern_util.h"
#include <sys/kcsan.h>
#include <sys/malloc.h>
#include <sys/queue.h>
#include <sys/smp.h>
#include <machine/atomic.h>
#include <machine/db.h>

#define	QUIET_TICKS	30		/* how long what is no race is run */
#define	QUIET_SKIP	50		/* and how often it is watched */

static volatile int	stop;

/* One side of a race: its loop calls this again and again. */
static bool
go_on(void)
{
	static volatile u_int rounds;

	if (rounds++ % 64 == 0)
		yield();
	__compiler_membar();
	return (!stop);
}

/*
 * Whether a race has been met that is seen, or not, as in *kr.  On several
 * processors only its trace is seen at times: the other looked into the table
 * just before, and wrote just after, the watch began.
 */
static bool
met(struct kcsan_report *kr)
{
	struct kcsan_report now;
	u_int n = kcsan_expected(&now);

	return (n != 0 && now.kr_unseen == kr->kr_unseen);
}

/*
 * Run two threads against each other over size bytes at p, until a race is
 * met that is seen or not as in *kr (or, for NULL, for a while, since none
 * may be).  How many were met.
 */
static u_int
race(struct ktest *t, void (*a)(void *), void (*b)(void *), void *p,
    size_t size, struct kcsan_report *kr)
{
	struct helper h[2] = { { .pid = 0 } };
	int skip = kcsan_skip, start;
	u_int n;

	stop = 0;
	kcsan_expect(p, size);
	if (kr == NULL)
		kcsan_skip = QUIET_SKIP;
	if (helper_start(t, &h[0], a, p))
		helper_start(t, &h[1], b, p);
	if (kr != NULL)
		(void)WAIT_UNTIL(met(kr));
	else
		for (start = ticks; ticks - start < QUIET_TICKS;)
			settle();
	stop = 1;
	helper_wait(t, &h[0]);
	helper_wait(t, &h[1]);
	kcsan_skip = skip;
	n = kcsan_expected(kr);
	kcsan_expect(NULL, 0);
	if (n != 0 && kr != NULL) {
		KTEST_ASSERT(t,
		    kr->kr_watcher.ks_pid == h[0].pid ||
			kr->kr_watcher.ks_pid == h[1].pid);
		if (!kr->kr_unseen)
			KTEST_EQ(t, kr->kr_other.ks_pid,
			    h[0].pid + h[1].pid - kr->kr_watcher.ks_pid);
	}
	return (n);
}

static bool
side_is(const struct kcsan_side *ks, const char *function)
{
	vm_offset_t offset;
	const char *name = db_symbol(ks->ks_pc - 1, &offset);

	return (name != NULL && strcmp(name, function) == 0 &&
	    ks->ks_stack.depth > 1 && ks->ks_stack.pcs[0] == ks->ks_pc);
}

/*
 * A race that must be found, between the functions a and b, for what has
 * that name.
 */
static void
must_find(struct ktest *t, void (*a)(void *), const char *a_name,
    void (*b)(void *), const char *b_name, void *p, size_t size,
    const char *object)
{
	struct kcsan_report kr = { .kr_unseen = false };

	KTEST_ASSERT(t, race(t, a, b, p, size, &kr) != 0);
	KTEST_ASSERT(t, !kr.kr_unseen);
	KTEST_ASSERT(t,
	    (kr.kr_watcher.ks_flags | kr.kr_other.ks_flags) & KCSAN_WRITE);
	KTEST_ASSERT(t,
	    (side_is(&kr.kr_watcher, a_name) &&
		side_is(&kr.kr_other, b_name)) ||
		(side_is(&kr.kr_watcher, b_name) &&
		    side_is(&kr.kr_other, a_name)));
	if (strncmp(kr.kr_object, object, strlen(object)) != 0) {
		printf("    # found in \"%s\"\n", kr.kr_object);
		KTEST_ASSERT(t, !"the right name");
	}
}
#define	MUST_FIND(t, a, b, p, size, object)				\
	must_find((t), (a), #a, (b), #b, (p), (size), (object))

/*
 * What must not be found, though it is watched (seen: as plain accesses).
 */
static void
must_not_find(struct ktest *t, void (*a)(void *), void (*b)(void *), void *p,
    size_t size, bool seen)
{
	u_int before = kcsan_watched;

	KTEST_EQ(t, race(t, a, b, p, size, NULL), 0);
	KTEST_EQ(t, kcsan_watched != before, seen);
}

/* A counter that nobody guards. */
static u_int	planted_counter;

static void
count_up(void *p)
{
	u_int *counter = p;

	while (go_on())
		(*counter)++;
}

static void
count_down(void *p)
{
	u_int *counter = p;

	while (go_on())
		(*counter)--;
}

static void
kcsan_counter(struct ktest *t)
{
	MUST_FIND(t, count_up, count_down, &planted_counter,
	    sizeof(planted_counter), "planted_counter");
}
KTEST(kcsan, kcsan_counter);

/* A flag by which one tells the other something. */
static int	planted_flag;

static void
raise_flag(void *p)
{
	while (go_on())
		*(int *)p = 1;
}

static void
look_at_flag(void *p)
{
	static volatile int seen;

	while (go_on())
		seen += *(int *)p;
}

static void
kcsan_flag(struct ktest *t)
{
	MUST_FIND(t, raise_flag, look_at_flag, &planted_flag,
	    sizeof(planted_flag), "planted_flag");
}
KTEST(kcsan, kcsan_flag);

/* A list that is changed under its lock, and looked at without. */
static struct mtx	planted_mtx;
static LIST_HEAD(, planted_element) planted_list;
static struct planted_element {
	LIST_ENTRY(planted_element) link;
} element;

static void
change_list(void *p __unused)
{
	while (go_on()) {
		mtx_lock(&planted_mtx);
		LIST_INSERT_HEAD(&planted_list, &element, link);
		LIST_REMOVE(&element, link);
		mtx_unlock(&planted_mtx);
	}
}

static void
look_at_list(void *p __unused)
{
	static volatile int empty;

	while (go_on())
		empty += LIST_EMPTY(&planted_list);
}

static void
kcsan_list(struct ktest *t)
{
	mtx_init(&planted_mtx, "test", NULL, MTX_DEF);
	MUST_FIND(t, change_list, look_at_list, &planted_list,
	    sizeof(planted_list), "planted_list");
	mtx_destroy(&planted_mtx);
}
KTEST(kcsan, kcsan_list);

/* A structure that is copied whole while a field of it is written. */
static struct planted_whole {
	int	field[40];
} planted_whole;

static void
copy_whole(void *p)
{
	struct planted_whole copy;

	while (go_on()) {
		copy = *(struct planted_whole *)p;
		planted_flag = copy.field[7];
	}
}

static void
write_field(void *p)
{
	struct planted_whole *whole = p;

	while (go_on())
		whole->field[7]++;
}

static void
kcsan_copy(struct ktest *t)
{
	MUST_FIND(t, copy_whole, write_field, &planted_whole,
	    sizeof(planted_whole), "planted_whole+0x1c");
}
KTEST(kcsan, kcsan_copy);

/* Marked on one side only. */
static u_int	planted_marked;

static void
read_marked(void *p)
{
	static volatile u_int seen;

	while (go_on())
		seen += READ_ONCE(*(u_int *)p);
}

static void
kcsan_half_marked(struct ktest *t)
{
	MUST_FIND(t, count_up, read_marked, &planted_marked,
	    sizeof(planted_marked), "planted_marked");
}
KTEST(kcsan, kcsan_half_marked);

/* An atomic operation against a plain look. */
static u_int	planted_atomic;

static void
add_atomically(void *p)
{
	while (go_on())
		atomic_add_int(p, 1);
}

static void
kcsan_atomic_and_plain(struct ktest *t)
{
	MUST_FIND(t, add_atomically, look_at_flag, &planted_atomic,
	    sizeof(planted_atomic), "planted_atomic");
}
KTEST(kcsan, kcsan_atomic_and_plain);

/* A field of a process, which has a name; and of what malloc() gave. */
static void
do_nothing(void *p __unused)
{
}

static void
kcsan_field_of_proc(struct ktest *t)
{
	struct helper h;

	if (!helper_make(t, &h, do_nothing, NULL))
		return;
	MUST_FIND(t, count_up, count_down, &h.p->p_acflag,
	    sizeof(h.p->p_acflag), "p_acflag of pid ");
	helper_go(&h, 0);
	helper_wait(t, &h);
}
KTEST(kcsan, kcsan_field_of_proc);

static void
kcsan_piece(struct ktest *t)
{
	u_int *piece = malloc(64, M_TEMP, M_WAITOK | M_ZERO);

	MUST_FIND(t, count_up, count_down, &piece[3], sizeof(piece[3]),
	    "+0xc of temp 0x");
	free(piece, M_TEMP);
}
KTEST(kcsan, kcsan_piece);

/* A writer that the compiler knows nothing of: only its trace is seen. */
static int	planted_unseen;

static __no_kcsan __noinline void
store_unseen(int *p, int value)
{
	*p = value;
}

static void
change_unseen(void *p)
{
	static int n;

	while (go_on())
		store_unseen(p, n++);
}

static void
kcsan_unseen(struct ktest *t)
{
	struct kcsan_report kr = { .kr_unseen = true };

	KTEST_ASSERT(t,
	    race(t, change_unseen, look_at_flag, &planted_unseen,
		sizeof(planted_unseen), &kr) != 0);
	KTEST_ASSERT(t, kr.kr_unseen);
	KTEST_ASSERT(t, side_is(&kr.kr_watcher, "look_at_flag"));
	KTEST_EQ(t, strcmp(kr.kr_object, "planted_unseen"), 0);
}
KTEST(kcsan, kcsan_unseen);

/*
 * Who let others run while it watches comes back after a tick, whatever its
 * priority: the next look at td_priority is soon after the watch began.
 */
static bool
called_back(struct helper *h)
{
	struct thread *td = &h->p->p_thread;
	bool back;

	mtx_lock_spin(&sched_lock);
	kcsan_tick();
	back = (td->td_flags & TDF_ONRUNQ) && td->td_priority == PUSER;
	mtx_unlock_spin(&sched_lock);
	return (back);
}

static void
kcsan_comes_back(struct ktest *t)
{
	int skip = kcsan_skip;
	bool back = false;
	struct helper h;

	if (mp_ncpus > 1)
		KTEST_SKIP(t, "only who is alone lets others run");
	stop = 0;
	kcsan_skip = QUIET_SKIP;
	if (helper_start(t, &h, raise_flag, &planted_flag)) {
		KTEST_ASSERT(t, WAIT_UNTIL(back || (back = called_back(&h))));
		stop = 1;
		helper_wait(t, &h);
	}
	kcsan_skip = skip;
}
KTEST(kcsan, kcsan_comes_back);

/*
 * What is no race.
 */

/* Neighbours in one word. */
static u_char	neighbours[4];

static void
count_left(void *p)
{
	while (go_on())
		((u_char *)p)[1]++;
}

static void
count_right(void *p)
{
	while (go_on())
		((u_char *)p)[2]++;
}

static void
kcsan_neighbours(struct ktest *t)
{
	must_not_find(t, count_left, count_right, neighbours,
	    sizeof(neighbours), true);
}
KTEST(kcsan, kcsan_neighbours);

/* Both marked. */
static u_int	both_marked;

static void
write_marked(void *p)
{
	u_int n = 0;

	while (go_on())
		WRITE_ONCE(*(u_int *)p, n++);
}

static void
kcsan_both_marked(struct ktest *t)
{
	must_not_find(t, write_marked, read_marked, &both_marked,
	    sizeof(both_marked), false);
	must_not_find(t, add_atomically, read_marked, &both_marked,
	    sizeof(both_marked), false);
}
KTEST(kcsan, kcsan_both_marked);

/* Only readers. */
static void
kcsan_readers(struct ktest *t)
{
	must_not_find(t, look_at_flag, look_at_flag, &planted_flag,
	    sizeof(planted_flag), true);
}
KTEST(kcsan, kcsan_readers);

/* Under a lock of either kind. */
static u_int	guarded;

static void
count_locked(void *p)
{
	while (go_on()) {
		mtx_lock(&planted_mtx);
		(*(u_int *)p)++;
		mtx_unlock(&planted_mtx);
	}
}

static void
kcsan_mutex(struct ktest *t)
{
	mtx_init(&planted_mtx, "test", NULL, MTX_DEF);
	must_not_find(t, count_locked, count_locked, &guarded, sizeof(guarded),
	    true);
	mtx_destroy(&planted_mtx);
}
KTEST(kcsan, kcsan_mutex);

static void
count_spinlocked(void *p)
{
	while (go_on()) {
		mtx_lock_spin(&planted_mtx);
		(*(u_int *)p)++;
		mtx_unlock_spin(&planted_mtx);
	}
}

/* With one processor and interrupts off nobody else could come. */
static void
kcsan_spin_mutex(struct ktest *t)
{
	mtx_init(&planted_mtx, "test spin", NULL, MTX_SPIN);
	must_not_find(t, count_spinlocked, count_spinlocked, &guarded,
	    sizeof(guarded), mp_ncpus > 1);
	mtx_destroy(&planted_mtx);
}
KTEST(kcsan, kcsan_spin_mutex);

/* Said to be harmless. */
static u_int	said_harmless;

static void
look_harmlessly(void *p)
{
	static volatile u_int seen;

	while (go_on())
		seen += data_race(*(u_int *)p);
}

static void
kcsan_data_race(struct ktest *t)
{
	must_not_find(t, count_up, look_harmlessly, &said_harmless,
	    sizeof(said_harmless), true);
}
KTEST(kcsan, kcsan_data_race);
