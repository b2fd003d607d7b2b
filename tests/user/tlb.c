/*
 * What one thread of a process sees of memory that another one forks,
 * unmaps, or protects at the same time: with several processors each has
 * translations of its own (a TLB), and the kernel has to see to it that
 * none is used any more when a call returns.
 *
 * The threads are processes that share their memory (rfork(2)).  They find
 * each other by words in memory and wait by sched_yield(), so that the test
 * means the same on one processor, where it is only slower.
 *
 *	tlb [-q | -c]		-q: quick, a fortieth of it; -c: only the test
 *				of a page that is copied, but for long
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	PAGE	4096
#define	WORDS	(PAGE / sizeof(unsigned))
#define	STACK	16384			/* bytes, of a thread */
#define	MAXTHREADS 4
#define	RW	(PROT_READ | PROT_WRITE)
#define	ANON	(MAP_ANON | MAP_PRIVATE)
/* Where thread number i has memory of its own to be unmapped. */
#define	PLACE(i) ((volatile unsigned *)(0x30000000 + (i) * 0x1000000))
#define	SECONDS	2			/* the rounds of a test may last */
#define	LONG	15			/* times that */

typedef volatile unsigned word;

static char	stacks[MAXTHREADS][STACK] __attribute__((__aligned__(16)));
static sigjmp_buf envs[MAXTHREADS];
static word	wrong[MAXTHREADS + 1];	/* findings; the last one is main's */
static int	ncpus;
static bool	brief;			/* a fortieth of it */
static bool	copy_only;		/* only test_copy(), but for long */
static time_t	end;
static word	*wide;			/* memory that thread 1 looks at */

/* Who faults is told by where: each has a place of its own. */
static void
fault(int sig, siginfo_t *si, void *uc)
{
	unsigned i = ((unsigned)si->si_addr - (unsigned)PLACE(0)) / 0x1000000;

	(void)uc;
	if (si->si_addr == (void *)wide)
		i = 1;
	if (i >= MAXTHREADS)
		_exit(90 + sig);
	siglongjmp(envs[i], 1);
}

/* Write to p, or read from it; false if that has faulted. */
static bool
writes(int i, word *p, unsigned value)
{
	if (sigsetjmp(envs[i], 1) != 0)
		return (false);
	*p = value;
	return (true);
}

static bool
reads(int i, word *p, unsigned *value)
{
	if (sigsetjmp(envs[i], 1) != 0)
		return (false);
	*value = *p;
	return (true);
}

static pid_t
thread(int i, int (*fn)(void *))
{
	pid_t pid;

	pid = rfork_thread(RFPROC | RFMEM | RFTHREAD, stacks[i] + STACK, fn,
	    (void *)i);
	if (pid == -1)
		err(1, "rfork_thread");
	return (pid);
}

static word *
map_at(int i, int pages)
{
	word *p = PLACE(i);

	if (mmap((void *)p, pages * PAGE, RW, ANON | MAP_FIXED, -1, 0) !=
	    (void *)p)
		err(1, "mmap");
	return (p);
}

static void
unmap(word *p, int pages)
{
	if (munmap((void *)p, pages * PAGE) == -1)
		err(1, "munmap");
}

/* Let others run until *w is value. */
static void
await(word *w, unsigned value)
{
	while (*w != value)
		sched_yield();
}

/* Also true when the time is up. */
static bool
another(unsigned round, unsigned rounds)
{
	if (round == 0)
		end = time(NULL) + (copy_only ? LONG * SECONDS : SECONDS);
	if (brief)
		rounds = rounds / 40 + 2;
	if (copy_only)
		rounds *= LONG;
	return (round < rounds && time(NULL) <= end);
}

/* ------------------------------------------------------- fork, one moment */

#define	PAGES	64
#define	CROWD	6			/* children at a time */

static word	*counter;		/* one word in each of PAGES pages */
static word	*pass;			/* shared with the children */
static word	stop;

/*
 * Count in all pages, in their order, without a pause.  What a child writes
 * to its copies is not seen here.
 */
static int
counting(void *arg)
{
	unsigned i, k;

	for (k = 1; !stop; k++) {
		for (i = 0; i < PAGES; i++) {
			if (counter[i * WORDS] != k - 1)
				wrong[(int)arg]++;
			counter[i * WORDS] = k;
		}
		*pass = k;
	}
	return (wrong[(int)arg] != 0);
}

/*
 * In a child: memory is what it was at one moment, so the pages up to some
 * place have been counted once more than those behind it.  And it stays so:
 * the parent's thread counts on in other pages.
 */
static int
moment(bool linger)
{
	unsigned i, now[PAGES], then = *pass;

	for (i = 0; i < PAGES; i++)
		now[i] = counter[i * WORDS];
	for (i = 1; i < PAGES; i++)
		if (now[i] > now[i - 1])
			return (2); /* a gap */
	if (now[0] - now[PAGES - 1] > 1)
		return (3); /* more than one moment */
	while (linger && *pass - then < 3)
		sched_yield();
	for (i = 0; i < PAGES; i++)
		if (counter[i * WORDS] != now[i])
			return (4); /* it changes */
	for (i = 0; i < PAGES; i++)
		counter[i * WORDS] = ~0u;
	return (0);
}

static void
test_moment(bool locked)
{
	int forks = brief ? 25 : ncpus == 1 ? 100 : 1000;
	int i, seen[5] = { 0 }, status;
	int children = 0, strange = 0;
	pid_t pid, writer;

	stop = 0;
	counter = map_at(0, PAGES);
	/* Each other page is copied at once then, and the rest on write. */
	for (i = 0; locked && i < PAGES; i += 2)
		if (mlock((void *)&counter[i * WORDS], PAGE) == -1)
			err(1, "mlock");
	writer = thread(1, counting);
	for (i = 0; i < forks || children > 0; i++) {
		if (i < forks) {
			pid = fork();
			if (pid == -1)
				err(1, "fork");
			if (pid == 0)
				_exit(moment(i % 16 == 0));
			children++;
		}
		if (children == CROWD || i >= forks) {
			if (wait(&status) == writer || !WIFEXITED(status) ||
			    WEXITSTATUS(status) > 4)
				strange++;
			else
				seen[WEXITSTATUS(status)]++;
			children--;
		}
	}
	stop = 1;
	ok(ended_well(writer), "nobody writes to the pages of who counts");
	ok(seen[2] == 0, "fork: pages are copied in no other order (%d of %d)",
	    seen[2], forks);
	ok(seen[3] == 0, "fork: all pages are of one moment (%d of %d)",
	    seen[3], forks);
	ok(seen[4] == 0, "fork: the child's pages stay (%d of %d)", seen[4],
	    forks);
	ok(seen[0] == forks && strange == 0, "%d children%s", seen[0],
	    locked ? ", half of the pages locked" : "");
	unmap(counter, PAGES);
}

/* -------------------------------------------------------- a page is copied */

/* The kernel reads it so many times: few, and for as long as a fork takes. */
#define	TIMES(n) ((n) % 64 ? 4 : 200)
#define	MASK(n)	(((n) & 0xff) << 20)	/* of signals that nobody sends */

/*
 * What is written to a page, the kernel reads there, also while somebody else
 * has it copied: nobody may see the copy who still sees the page.
 */
static int
handing_over(void *arg)
{
	int i = (int)arg, k;
	word *p = PLACE(i);
	sigset_t *set = __DEVOLATILE(sigset_t *, p), old;
	unsigned n;

	for (n = 1; !stop; n++) {
		*p = MASK(n);
		sigprocmask(SIG_SETMASK, set, NULL);
		for (k = 1; k < TIMES(n); k++) {
			sigprocmask(SIG_SETMASK, set, &old);
			if (old.__bits[0] != MASK(n))
				wrong[i]++;
		}
	}
	return (0);
}

static void
test_copy(void)
{
	word *p = map_at(1, 1);
	unsigned round;
	pid_t pid, writer;
	bool well = true;

	stop = 0;
	wrong[1] = 0;
	writer = thread(1, handing_over);
	for (round = 1; another(round - 1, 3000); round++) {
		pid = must_fork();
		if (pid == 0)
			_exit(0);
		p[WORDS - 1] = round; /* copied, if we are the first */
		well &= ended_well(pid);
	}
	stop = 1;
	ok(ended_well(writer) && well, "a page is copied: %u rounds",
	    round - 1);
	ok(wrong[1] == 0, "the kernel reads what has been written (%u)",
	    wrong[1]);
	unmap(p, 1);
}

/* ------------------------------------------------------------------ munmap */

static word	round_go, round_seen, round_done, round_left;

/* Wait for a round; false if there are no more. */
static bool
round_begins(unsigned round)
{
	while (round_go != round && round_go != ~0u)
		sched_yield();
	return (round_go != ~0u);
}

/*
 * Use a page until it is gone.  When the other thread has said that it is,
 * no access may succeed; before that none may see anything but the mark.
 */
static int
using(void *arg)
{
	int i = (int)arg;
	unsigned done, mark, value;
	word *p = PLACE(i);

	for (mark = 1;; mark++) {
		if (!round_begins(mark))
			return (0);
		for (;;) {
			done = round_done;
			if (!reads(i, p, &value) || !writes(i, p + 1, mark))
				break;
			if (value != mark)
				wrong[i] |= 2;
			if (done == mark) {
				wrong[i] |= 1;
				break;
			}
			round_seen = mark;
		}
		round_left = mark;
	}
}

static void
test_munmap(void)
{
	static word *other;
	unsigned i, mark;
	bool dirty = false;
	word *p;
	pid_t pid;

	round_go = round_seen = round_done = round_left = 0;
	wrong[1] = 0;
	pid = thread(1, using);
	for (mark = 1; another(mark - 1, 2000); mark++) {
		p = map_at(1, 1);
		*p = mark;
		round_go = mark;
		await(&round_seen, mark);
		unmap(p, 1);
		round_done = mark;
		/* Most likely the same page of memory, for another purpose. */
		other = map_at(0, 1);
		for (i = 0; i < WORDS; i++)
			other[i] = 0xdead;
		await(&round_left, mark);
		for (i = 0; i < WORDS; i++)
			dirty |= other[i] != 0xdead;
		unmap(other, 1);
	}
	round_go = ~0u;
	ok(ended_well(pid), "munmap: %u rounds", mark - 1);
	ok((wrong[1] & 1) == 0, "munmap: no access after it has returned");
	ok((wrong[1] & 2) == 0, "munmap: nothing of another page is read");
	ok(!dirty, "munmap: nothing is written to another page");
}

/* ------------------------------------------------------ shared with a child */

#define	TABLES	400			/* of pages, to be taken away */
#define	APART	((4 << 20) / sizeof(unsigned))	/* words that one maps */

/* Look at the first page until it is gone. */
static int
looking(void *arg)
{
	int i = (int)arg;
	word round;

	for (round = 1; round_begins(round); round++) {
		if (sigsetjmp(envs[i], 1) == 0)
			for (;;) {
				if (*wide != round)
					wrong[i]++;
				round_seen = round;
			}
		round_left = round;
	}
	return (0);
}

/*
 * In a child: write to the first page while the parent takes it away.  Then
 * the thread that looks at it may need the processor.
 */
static void
write_own(word *step, unsigned round)
{
	unsigned n = round % 100 * 4000;

	*step = 1;
	while (*step < 2)
		;
	for (; n > 0; n--)
		__asm volatile("");
	wide[0] = ~round;
	while (*step != 3)
		usleep(1000);
	_exit(0);
}

/* The page, or its table, is the child's alone from some moment on. */
static void
unmap_shared(unsigned round)
{
	word *step = &pass[1];
	unsigned i;
	pid_t pid;

	*step = 0;
	wide[0] = round;
	pid = must_fork();
	if (pid == 0)
		write_own(step, round);
	if (round % 2 == 0)
		wide[APART - 1] = round;
	for (i = 1; i < TABLES; i++)
		wide[i * APART] = wide[i * APART + APART - 1] = round;
	await(step, 1);
	round_go = round;
	await(&round_seen, round);
	*step = 2;
	munmap((void *)wide, TABLES * APART * sizeof(*wide));
	*step = 3;
	ended_well(pid);
	await(&round_left, round);
}

static void
test_shared(void)
{
	unsigned round;
	void *p;
	pid_t pid;

	round_go = round_seen = round_left = 0;
	wrong[1] = 0;
	pid = thread(1, looking);
	for (round = 1; another(round - 1, 200); round++) {
		p = mmap(NULL, TABLES * APART * sizeof(*wide), RW, ANON, -1, 0);
		if (p == MAP_FAILED)
			err(1, "mmap");
		wide = p;
		unmap_shared(round);
	}
	round_go = ~0u;
	ok(ended_well(pid), "shared with a child: %u rounds", round - 1);
	ok(wrong[1] == 0, "shared with a child: what it writes is its own (%u)",
	    wrong[1]);
}

/* ---------------------------------------------------------------- mprotect */

/* Write until that is forbidden. */
static int
writing(void *arg)
{
	int i = (int)arg;
	unsigned done, n = 0, round;
	word *p = PLACE(i);

	for (round = 1;; round++) {
		if (!round_begins(round))
			return (0);
		for (;;) {
			done = round_done;
			if (!writes(i, p, ++n))
				break;
			if (done == round) {
				wrong[i] |= 1;
				break;
			}
			round_seen = round;
		}
		round_left = round;
	}
}

static void
test_mprotect(void)
{
	unsigned i, n, round;
	bool changed = false;
	word *p = map_at(1, 1);
	pid_t pid;

	round_go = round_seen = round_done = round_left = 0;
	wrong[1] = 0;
	pid = thread(1, writing);
	for (round = 1; another(round - 1, 2000); round++) {
		round_go = round;
		await(&round_seen, round);
		mprotect((void *)p, PAGE, round % 4 ? PROT_READ : PROT_NONE);
		round_done = round;
		if (round % 4) {
			n = *p;
			for (i = 0; i < 100; i++)
				changed |= *p != n;
		}
		await(&round_left, round);
		mprotect((void *)p, PAGE, RW);
	}
	round_go = ~0u;
	ok(ended_well(pid), "mprotect: %u rounds", round - 1);
	ok((wrong[1] & 1) == 0, "mprotect: no write after it has returned");
	ok(!changed, "mprotect: what is read-only does not change");
	unmap(p, 1);
}

/* ---------------------------------------------------------------- minherit */

#define	PUBLIC	256			/* pages that children are to share */

/* Count in the first page: nobody else writes there. */
static int
keeping(void *arg)
{
	int i = (int)arg;
	unsigned n, round;
	word *p = PLACE(i);

	for (round = 1;; round++) {
		if (!round_begins(round))
			return (0);
		for (n = 0; round_done != round; n++) {
			if (*p != n)
				wrong[i]++;
			*p = n + 1;
			round_seen = round;
		}
		round_left = round;
	}
}

static void
test_inherit(void)
{
	unsigned n, round;
	bool shared = true;
	word *p = NULL;
	pid_t pid;

	round_go = round_seen = round_done = round_left = 0;
	wrong[1] = 0;
	pid = thread(1, keeping);
	for (round = 1; another(round - 1, 200); round++) {
		p = map_at(1, PUBLIC);
		for (n = 1; n < PUBLIC; n++)
			p[n * WORDS] = round;
		round_go = round;
		await(&round_seen, round);
		shared &= minherit((void *)p, PUBLIC * PAGE, INHERIT_SHARE) ==
		    0;
		for (n = 1; n < PUBLIC; n++)
			shared &= p[n * WORDS] == round;
		round_done = round;
		await(&round_left, round);
		unmap(p, PUBLIC);
	}
	round_go = ~0u;
	ok(ended_well(pid) && shared, "minherit: %u rounds", round - 1);
	ok(wrong[1] == 0, "minherit: no write is lost (%u)", wrong[1]);
}

/* ------------------------------------------------------------------- storms */

#define	SPAN	16			/* pages of a thread */

static unsigned
random_of(unsigned *state, unsigned below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return (*state % below);
}

/* Page n of thread i has this in all words that are looked at. */
#define	LOOK(p, n, w)	((p)[(n) * WORDS + (w)])

static bool
span_is(word *p, const unsigned *mark)
{
	unsigned n;

	for (n = 0; n < SPAN; n++)
		if (LOOK(p, n, 0) != mark[n] || LOOK(p, n, 1023) != mark[n])
			return (false);
	return (true);
}

static void
page_fill(word *p, unsigned n, unsigned mark)
{
	LOOK(p, n, 0) = mark;
	LOOK(p, n, 1023) = mark;
}

/* A child that sees what its parent had, and changes all of it. */
static bool
storm_fork(word *p, const unsigned *mark)
{
	unsigned n;
	pid_t pid = fork();

	if (pid == 0) {
		if (!span_is(p, mark))
			_exit(1);
		for (n = 0; n < SPAN; n++)
			page_fill(p, n, ~mark[n]);
		_exit(0);
	}
	return (pid != -1 && ended_well(pid));
}

/* One step at page n; false if something is not as it should be. */
static bool
storm_step(int i, word *p, unsigned *mark, unsigned n, unsigned *state)
{
	void *page = (void *)(p + n * WORDS);
	unsigned value;
	bool fine = true;

	switch (random_of(state, 5)) {
	case 0:
		mprotect(page, PAGE, PROT_READ);
		fine = !writes(i, page, 1) && reads(i, page, &value) &&
		    value == mark[n];
		mprotect(page, PAGE, RW);
		return (fine && writes(i, page, mark[n]));
	case 1:
		mprotect(page, PAGE, PROT_NONE);
		fine = !reads(i, page, &value);
		mprotect(page, PAGE, RW);
		return (fine);
	case 2:
		munmap(page, PAGE);
		fine = !reads(i, page, &value);
		if (mmap(page, PAGE, RW, ANON | MAP_FIXED, -1, 0) != page)
			return (false);
		fine &= LOOK(p, n, 0) == 0 && LOOK(p, n, 1023) == 0;
		break;
	case 3:
		/* After the child's end we write in place. */
		if (random_of(state, 4) == 0)
			fine = storm_fork(p, mark);
		break;
	}
	mark[n] = *state;
	page_fill(p, n, mark[n]);
	return (fine);
}

static int
storm(void *arg)
{
	int i = (int)arg;
	unsigned mark[SPAN], n, state = 4711 + i, steps;
	word *p = map_at(i, SPAN);
	unsigned most = brief ? 50 : 2000;
	bool fine = true;

	for (n = 0; n < SPAN; n++)
		page_fill(p, n, mark[n] = n);
	for (steps = 0; fine && steps < most && time(NULL) <= end; steps++) {
		fine = storm_step(i, p, mark, random_of(&state, SPAN), &state);
		fine &= span_is(p, mark);
	}
	unmap(p, SPAN);
	return (!fine);
}

static void
test_storm(void)
{
	int i, n = ncpus > MAXTHREADS ? MAXTHREADS : ncpus < 2 ? 2 : ncpus;
	pid_t pids[MAXTHREADS];

	end = time(NULL) + SECONDS;
	for (i = 0; i < n; i++)
		pids[i] = thread(i, storm);
	for (i = 0; i < n; i++)
		ok(ended_well(pids[i]), "storm: thread %d", i);
}

/* ------------------------------------------------------------ exec and exit */

static int	alive[2];		/* pipe whose end tells that all went */

/*
 * Run, write and fork for ever, one child at a time: when it is killed, many
 * would still fill the process table.  Sees only what it has written.
 */
static int
running(void *arg)
{
	unsigned k;
	word *p = map_at((int)arg, 4);

	for (k = 1;; k++) {
		LOOK(p, k % 4, 0) = k;
		if (LOOK(p, k % 4, 0) != k)
			_exit(5);
		if (k % 1024 == 0) {
			if (fork() == 0)
				_exit(0);
			waitpid(-1, NULL, 0);
		}
		stop = k;
	}
}

/* The thread begins a program while its leader, and a third, run on. */
static int
executing(void *arg)
{
	static char *const argv[] = { (char *)"true", NULL };

	(void)arg;
	execv("/bin/true", argv);
	_exit(6);
}

/* A leader with threads, which ends in one of several ways. */
static void
leader(unsigned round)
{
	static char *const argv[] = { (char *)"sh", (char *)"-c",
		(char *)"exit 7", NULL };
	pid_t pid;

	close(alive[0]);
	stop = 0;
	thread(0, running);
	while (stop < 10)
		sched_yield();
	switch (round % 3) {
	case 0:
		_exit(7);
	case 1:
		execv("/bin/sh", argv);
		_exit(8);
	default:
		pid = thread(1, executing);
		_exit(ended_well(pid) ? 7 : 9);
	}
}

static void
test_ends(void)
{
	unsigned fine = 0, round;
	int left, status;
	pid_t pid;
	char c;

	for (round = 0; another(round, 60); round++) {
		if (pipe(alive) == -1)
			err(1, "pipe");
		pid = must_fork();
		if (pid == 0)
			leader(round);
		close(alive[1]);
		status = -1;
		waitpid(pid, &status, 0);
		left = read(alive[0], &c, 1);
		if (status == 7 << 8 && left == 0)
			fine++;
		else
			printf("# round %u: status %#x, read gives %d\n", round,
			    status, left);
		close(alive[0]);
	}
	ok(fine == round, "exit and exec end threads elsewhere (%u of %u)",
	    fine, round);
}

int
main(int argc, char **argv)
{
	size_t size = sizeof(ncpus);
	struct sigaction sa;

	brief = argc > 1 && strcmp(argv[1], "-q") == 0;
	copy_only = argc > 1 && strcmp(argv[1], "-c") == 0;
	if (sysctlbyname("hw.ncpu", &ncpus, &size, NULL, 0) == -1)
		err(1, "hw.ncpu");
	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = fault;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	pass = mmap(NULL, PAGE, RW, MAP_ANON | MAP_SHARED, -1, 0);
	if (pass == MAP_FAILED)
		err(1, "mmap");
	if (copy_only) {
		test_copy();
		return (tap_done());
	}
	test_moment(false);
	test_moment(true);
	test_copy();
	test_munmap();
	test_shared();
	test_mprotect();
	test_inherit();
	test_storm();
	test_ends();
	return (tap_done());
}
