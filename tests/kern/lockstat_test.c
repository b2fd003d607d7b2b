/*
 * Lock statistics: what is counted, and for how long.
 */
#include "smp_util.h"
#include "sysctl_util.h"
#include <sys/malloc.h>
#include <sys/sx.h>

#define	MS	1000000LL	/* nanoseconds */

static struct mtx	m, spin;
static struct sx	sx;
static int		was_on;

static void
set(struct ktest *t, const char *name, int value)
{
	KTEST_EQ(t, k_sysctlbyname(name, NULL, NULL, &value, sizeof(value)), 0);
}

static void
begin(struct ktest *t)
{
	mtx_init(&m, "test", NULL, MTX_DEF | MTX_RECURSE);
	mtx_init(&spin, "test spin", NULL, MTX_SPIN);
	sx_init(&sx, "test sx");
	was_on = lockstat_on;
	set(t, "debug.lockstat", 0);
	set(t, "debug.lockstat_reset", 1);
	set(t, "debug.lockstat", 1);
}

static void
end(struct ktest *t)
{
	set(t, "debug.lockstat", 0);
	set(t, "debug.lockstat_reset", 1);
	set(t, "debug.lockstat", was_on);
	mtx_destroy(&m);
	mtx_destroy(&spin);
	sx_destroy(&sx);
}

/* What is known of a line of this file; all zero if nothing is. */
static struct lockstat
find(struct ktest *t, u_int line)
{
	struct lockstat found = { .ls_count = 0 }, *all;
	size_t i, len = 2000 * sizeof(*all);

	all = malloc(len, M_TEMP, M_WAITOK);
	KTEST_EQ(t, k_sysctlbyname("debug.lockstat_data", all, &len, NULL, 0),
	    0);
	for (i = 0; i < len / sizeof(*all); i++)
		if (all[i].ls_line == line &&
		    strcmp(all[i].ls_file, __FILE__) == 0) {
			KTEST_EQ(t, found.ls_count, 0); /* once only */
			found = all[i];
		}
	free(all, M_TEMP);
	return (found);
}

static void
lockstat_counts(struct ktest *t)
{
	struct lockstat ls;
	u_int i, line;

	begin(t);
	for (i = 0; i < 5; i++) {
		line = __LINE__ + 1;
		mtx_lock(&m);
		mtx_lock(&m); /* again, which does not count */
		mtx_unlock(&m);
		mtx_unlock(&m);
	}
	set(t, "debug.lockstat", 0);
	mtx_lock(&m);
	mtx_unlock(&m);
	ls = find(t, line);
	KTEST_EQ(t, ls.ls_count, 5);
	KTEST_EQ(t, ls.ls_contended, 0);
	KTEST_EQ(t, ls.ls_wait, 0);
	KTEST_EQ(t, ls.ls_class, LC_MTX);
	KTEST_EQ(t, strcmp(ls.ls_name, "test"), 0);
	KTEST_ASSERT(t, ls.ls_hold > 0 && ls.ls_hold >= ls.ls_maxhold);
	KTEST_EQ(t, find(t, line + 1).ls_count, 0);
	KTEST_EQ(t, find(t, line + 6).ls_count, 0);
	end(t);
}
KTEST(lockstat, lockstat_counts);

/* A lock of each kind, held for some milliseconds; the line of each. */
static void
hold_each(u_int *lines)
{
	lines[0] = __LINE__ + 1;
	mtx_lock(&m);
	DELAY(3000);
	mtx_unlock(&m);
	lines[1] = __LINE__ + 1;
	mtx_lock_spin(&spin);
	DELAY(3000);
	mtx_unlock_spin(&spin);
	lines[2] = __LINE__ + 1;
	sx_xlock(&sx);
	DELAY(3000);
	sx_xunlock(&sx);
	lines[3] = __LINE__ + 1;
	sx_slock(&sx);
	DELAY(3000);
	sx_sunlock(&sx);
}

static void
lockstat_holds(struct ktest *t)
{
	static const u_char class[4] = { LC_MTX, LC_SPIN, LC_SX, LC_SX };
	struct lockstat ls;
	u_int i, lines[4];

	begin(t);
	hold_each(lines);
	set(t, "debug.lockstat", 0);
	for (i = 0; i < 4; i++) {
		ls = find(t, lines[i]);
		KTEST_EQ(t, ls.ls_count, 1);
		KTEST_EQ(t, ls.ls_class, class[i]);
		KTEST_EQ(t, ls.ls_shared, i == 3);
		KTEST_ASSERT(t, ls.ls_hold >= 3 * MS);
		KTEST_ASSERT(t, ls.ls_hold < 10000 * MS);
		KTEST_EQ(t, ls.ls_hold, ls.ls_maxhold);
	}
	end(t);
}
KTEST(lockstat, lockstat_holds);

/*
 * Two readers at a time: each has its own time.
 */
static volatile bool	reader_in, may_go;

static void
long_reader(void *arg)
{
	u_int *line = arg;

	*line = __LINE__ + 1;
	sx_slock(&sx);
	reader_in = true;
	(void)WAIT_UNTIL(may_go);
	sx_sunlock(&sx);
}

static void
lockstat_readers(struct ktest *t)
{
	struct lockstat longer, shorter;
	struct helper h;
	u_int line, theirs;

	begin(t);
	reader_in = may_go = false;
	helper_start(t, &h, long_reader, &theirs);
	KTEST_ASSERT(t, WAIT_UNTIL(reader_in));
	line = __LINE__ + 1;
	sx_slock(&sx);
	sx_sunlock(&sx);
	KTEST_ASSERT(t, find(t, line).ls_hold > 0);
	KTEST_EQ(t, find(t, theirs).ls_hold, 0);
	tsleep(&h, PWAIT, "test", 3);
	may_go = true;
	helper_wait(t, &h);
	set(t, "debug.lockstat", 0);
	shorter = find(t, line);
	longer = find(t, theirs);
	KTEST_EQ(t, longer.ls_count, 1);
	KTEST_EQ(t, shorter.ls_count, 1);
	KTEST_ASSERT(t, longer.ls_hold >= 20 * MS);
	KTEST_ASSERT(t, shorter.ls_hold < longer.ls_hold);
	end(t);
}
KTEST(lockstat, lockstat_readers);

#define	WAIT_TURNS	10
static u_int	wait_lines[3];

static volatile bool	asking;		/* thread 1 is about to ask */

/* Until the other one has come, and longer. */
static void
keep(void)
{
	asking = false;
	meet();
	while (!asking)
		cpu_spinwait();
	DELAY(2000);
}

/* Thread 0 has each lock, */
static void
wait_owner(void)
{
	mtx_lock(&m);
	keep();
	mtx_unlock(&m);
	meet();
	mtx_lock_spin(&spin);
	keep();
	mtx_unlock_spin(&spin);
	meet();
	sx_xlock(&sx);
	keep();
	sx_xunlock(&sx);
	meet();
}

/* and thread 1 wants it. */
static void
wait_other(void)
{
	meet();
	asking = true;
	wait_lines[0] = __LINE__ + 1;
	mtx_lock(&m);
	mtx_unlock(&m);
	meet();
	meet();
	asking = true;
	wait_lines[1] = __LINE__ + 1;
	mtx_lock_spin(&spin);
	mtx_unlock_spin(&spin);
	meet();
	meet();
	asking = true;
	wait_lines[2] = __LINE__ + 1;
	sx_slock(&sx);
	sx_sunlock(&sx);
	meet();
}

static void
wait_each(u_int self)
{
	int turn;

	for (turn = 0; turn < WAIT_TURNS; turn++)
		if (self == 0)
			wait_owner();
		else
			wait_other();
}

/*
 * On a busy host thread 1 may still come too late now and then.
 */
static void
lockstat_waits(struct ktest *t)
{
	struct lockstat ls;
	u_int i;

	NEED_CPUS(t, 2);
	begin(t);
	together(t, 2, wait_each);
	set(t, "debug.lockstat", 0);
	for (i = 0; i < nitems(wait_lines); i++) {
		ls = find(t, wait_lines[i]);
		KTEST_EQ(t, ls.ls_count, WAIT_TURNS);
		KTEST_ASSERT(t, ls.ls_contended > 0);
		KTEST_ASSERT(t, ls.ls_contended <= WAIT_TURNS);
		KTEST_ASSERT(t, ls.ls_maxwait > MS / 2);
		KTEST_ASSERT(t, ls.ls_maxwait < 10000 * MS);
		KTEST_ASSERT(t, ls.ls_wait >= ls.ls_maxwait);
	}
	end(t);
}
KTEST(lockstat, lockstat_waits);

/*
 * What finds no room is counted, and does no harm.
 */
static void
lockstat_full(struct ktest *t)
{
	u_int i, lost = 0;
	size_t len = sizeof(lost);

	begin(t);
	for (i = 0; i < 3000; i++) {
		lockstat_taken(&m.mtx_object, false, 0, "nowhere", i);
		lockstat_given(&m.mtx_object, false);
	}
	set(t, "debug.lockstat", 0);
	KTEST_EQ(t, k_sysctlbyname("debug.lockstat_lost", &lost, &len, NULL, 0),
	    0);
	KTEST_ASSERT(t, lost >= 3000 - 1024);
	end(t);
}
KTEST(lockstat, lockstat_full);
