/*
 * Copy-on-write as two processes see it: where their pages are before and
 * after one of them writes, by a store or by a system call on its behalf,
 * and how many faults that takes.  Once with page tables shared by fork and
 * once without.
 *
 * The counts of faults are the machine's: they are taken while nobody else
 * runs.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/vmmeter.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	PAGE	4096
#define	PAGES	128		/* enough for their page table to be shared */
#define	RW	(PROT_READ | PROT_WRITE)
#define	PRIVATE	(MAP_ANON | MAP_PRIVATE | MAP_FIXED)
#define	BASE	((char *)0x50000000)
#define	SCRATCH	((char *)0x50800000)	/* under another page table */
#define	OLD	0x01010101		/* what the page holds before */
#define	NEW	0x4b4b4b4b		/* and after */
#define	DEPTH	50

typedef volatile int word;

/* How a page is written to. */
enum how { STORE, FILE_READ, PIPE_READ, WAIT4, SIGNAL_FRAME, HOWS };
static const char *const names[HOWS] = { "a store", "read of a file",
	"read of a pipe", "wait4", "a signal's frame" };

/* What parent and child tell each other: shared by design. */
static struct shared {
	unsigned where[DEPTH + 2];	/* physical addresses */
	int	value;
	int	failed;
} *shared;

static int	file;			/* begins with NEW */
static int	ends[2];		/* a pipe to oneself */
static pid_t	kids[2];		/* zombies */
static int	pagemap[4];		/* vm.pagemap.PID.ADDRESS */
static int	share;			/* vm.pmap_share */
static const char *way;			/* how that is called */

/* ------------------------------------------------------------- the helpers */

/* The physical address of one's own page. */
static unsigned
where(const volatile void *p)
{
	unsigned pa = 0;
	size_t size = sizeof(pa);

	pagemap[2] = getpid();
	pagemap[3] = (int)p;
	if (sysctl(pagemap, 4, &pa, &size, NULL, 0) == -1)
		err(1, "vm.pagemap");
	return (pa);
}

static void
meter(struct vmmeter *m)
{
	static int mib[] = { CTL_VM, VM_METER };
	size_t size = sizeof(*m);

	if (sysctl(mib, 2, m, &size, NULL, 0) == -1)
		err(1, "vm.meter");
}

/* Wait until every other process sleeps, or has ended. */
static void
quiet(void)
{
	int done = 0;
	size_t size = sizeof(done);

	if (sysctlbyname("kern.quiet", &done, &size, NULL, 0) == -1 || !done)
		errx(1, "others do not rest");
}

/* In a child too: note what is not so, by line. */
#define	MUST(cond) do {							\
	if (!(cond) && shared->failed == 0)				\
		shared->failed = __LINE__;				\
} while (0)

/* Whether nothing is noted; and forget it. */
static bool
all_well(void)
{
	int line = shared->failed;

	if (line != 0)
		printf("# line %d\n", line);
	shared->failed = 0;
	return (line == 0);
}

/* A pipe for a turn that is handed over once. */
static void
let(int *turn)
{
	close(turn[0]);
	close(turn[1]);
}

static void
await(int *turn)
{
	char c;

	close(turn[1]);
	(void)read(turn[0], &c, 1);
	close(turn[0]);
}

static void
fill(char *p, int n)
{
	if (mmap(p, n * PAGE, RW, PRIVATE, -1, 0) == MAP_FAILED)
		err(1, "mmap");
	memset(p, 1, n * PAGE);
}

/* ------------------------------------------------------ one write, counted */

static void
on_signal(int sig)
{
	(void)sig;
}

/* What a write needs that would disturb the counts. */
static void
prepare(enum how how)
{
	int i;

	for (i = 0; how == WAIT4 && i < 2; i++) {
		kids[i] = must_fork();
		if (kids[i] == 0)
			_exit(1);
	}
	quiet();
}

/* Write to the page of p; whether that was done. */
static bool
act(enum how how, char *p)
{
	static int value = NEW;
	struct sigaction sa;
	stack_t ss;

	switch (how) {
	case STORE:
		*(word *)p = NEW;
		return (true);
	case FILE_READ:
		return (pread(file, p, sizeof(int), 0) == sizeof(int));
	case PIPE_READ:
		return (write(ends[1], &value, sizeof(int)) == sizeof(int) &&
		    read(ends[0], p, sizeof(int)) == sizeof(int));
	case WAIT4:
		return (wait4(kids[p != SCRATCH], (int *)p, 0, NULL) != -1 &&
		    *(int *)p == W_EXITCODE(1, 0));
	default:
		memset(&sa, 0, sizeof(sa));
		sa.sa_handler = on_signal;
		sa.sa_flags = SA_ONSTACK;
		memset(&ss, 0, sizeof(ss));
		ss.ss_sp = p;
		ss.ss_size = PAGE;
		return (sigaltstack(&ss, NULL) == 0 &&
		    sigaction(SIGUSR1, &sa, NULL) == 0 &&
		    kill(getpid(), SIGUSR1) == 0);
	}
}

/* Whether the page is as act() leaves it, or else as it was. */
static bool
written(enum how how, const char *p)
{
	int i;

	for (i = 0; i < PAGE / 4; i++)
		if (((const word *)p)[i] != OLD)
			return (how == SIGNAL_FRAME || i == 0);
	return (false);
}

/*
 * Write to p, and see that it takes one fault, which copies the page, or
 * finds it nobody else's.  All that is touched on the way has been before.
 */
static void
write_counted(enum how how, char *p, bool copies)
{
	static struct vmmeter before, after;
	unsigned pa = where(p);

	MUST(act(how, SCRATCH));
	meter(&before);
	meter(&after);
	meter(&before);
	MUST(act(how, p));
	meter(&after);
	MUST(written(how, p));
	MUST((where(p) == pa) == !copies);
	MUST(after.v_vm_faults - before.v_vm_faults == 1);
	MUST(after.v_cow_faults - before.v_cow_faults == copies);
	MUST(after.v_cow_reused - before.v_cow_reused == !copies);
	MUST(after.v_zfod - before.v_zfod == 0);
}

/*
 * Parent and child have two pages in common.  The first of them writes to p
 * as "how" says, and the second then has that one alone; for q it is the
 * other way round.
 */
static void
first_then_second(enum how how, bool first, int *turn, int *back)
{
	char *p = BASE + 5 * PAGE, *q = BASE + 9 * PAGE;

	MUST(where(p) == shared->where[0] && where(q) == shared->where[1]);
	if (first) {
		prepare(how);
		write_counted(how, p, true);
		let(turn);
		await(back);
		MUST(written(how, p) && where(p) != shared->where[0]);
		MUST(!written(STORE, q) && where(q) == shared->where[1]);
		quiet();
		write_counted(STORE, q, false);
	} else {
		await(turn);
		MUST(!written(how, p) && where(p) == shared->where[0]);
		quiet();
		write_counted(STORE, p, false);
		write_counted(STORE, q, true);
		let(back);
	}
}

static void
test_write(enum how how, bool child_first)
{
	int turn[2], back[2];
	pid_t pid;

	fill(BASE, PAGES);
	fill(SCRATCH, 1);
	shared->where[0] = where(BASE + 5 * PAGE);
	shared->where[1] = where(BASE + 9 * PAGE);
	pipe(turn);
	pipe(back);
	pid = must_fork();
	if (pid == 0) {
		first_then_second(how, child_first, turn, back);
		_exit(0);
	}
	first_then_second(how, !child_first, turn, back);
	MUST(ended_well(pid));
	ok(all_well(), "%s by the %s copies one page, by one fault%s",
	    names[how], child_first ? "child" : "parent", way);
}

/* ------------------------------------------------------- at once, by stores */

/* A word of each page: without looking at anything before. */
static void
write_all(int which, int value)
{
	int i;

	for (i = 0; i < PAGES; i++)
		((word *)(BASE + i * PAGE))[which] = value;
}

static bool
all_hold(int which, int value)
{
	int i;

	for (i = 0; i < PAGES; i++)
		if (((word *)(BASE + i * PAGE))[which] != value)
			return (false);
	return (true);
}

/*
 * Nothing comes between the fork and the writes: what the processor knows
 * of the pages, which it has just written to, must be forgotten.  The parent
 * writes word 0 and the child word 1.
 */
static void
test_at_once(bool by_parent, bool by_child, const char *who)
{
	int round, turn[2];
	pid_t pid;

	for (round = 0; round < 20; round++) {
		pipe(turn);
		fill(BASE, PAGES);
		pid = fork();
		if (pid == 0) {
			if (by_child)
				write_all(1, NEW);
			else
				await(turn);
			MUST(all_hold(0, OLD));
			MUST(all_hold(1, by_child ? NEW : OLD));
			_exit(0);
		}
		if (by_parent)
			write_all(0, NEW);
		let(turn);
		MUST(pid != -1 && ended_well(pid));
		MUST(all_hold(0, by_parent ? NEW : OLD));
		MUST(all_hold(1, OLD));
	}
	ok(all_well(), "%s at once after the fork%s", who, way);
}

/* ------------------------------------------------------------- generations */

/* Of page i, as the process of that level sees it. */
static void
check_level(int level)
{
	int i;

	for (i = 0; i < DEPTH; i++) {
		char *p = BASE + i * PAGE;

		MUST(*(word *)p == (i < level ? NEW + i : OLD));
		/* Written by an ancestor, or still the first one's. */
		MUST(where(p) == shared->where[i] || i >= level);
	}
}

/* Each writes to one page, has a child, and sees nothing of what that does. */
static void
generation(int level)
{
	char *p = BASE + level * PAGE;
	pid_t pid;

	check_level(level);
	if (level == DEPTH)
		return;
	MUST(where(p) == shared->where[level]);
	*(word *)p = NEW + level;
	MUST(level == 0 || where(p) != shared->where[level]);
	shared->where[level] = where(p);
	pid = fork();
	if (pid == 0) {
		generation(level + 1);
		_exit(0);
	}
	MUST(pid != -1 && ended_well(pid));
	check_level(level + 1);
}

static void
test_generations(void)
{
	pid_t pid;
	int i;

	fill(BASE, PAGES);
	for (i = 0; i < DEPTH; i++)
		shared->where[i] = where(BASE + i * PAGE);
	pid = must_fork();
	if (pid == 0) {
		generation(0);
		_exit(0);
	}
	MUST(ended_well(pid));
	MUST(all_hold(0, OLD));
	ok(all_well(), "%d generations write one page each%s", DEPTH, way);
}

/* ---------------------------------------------------------- fork in a vfork */

/* In the parent's memory; its own child has a copy. */
static void
fork_in_vfork(char *p, unsigned pa)
{
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		MUST(*(word *)p == OLD && where(p) == pa);
		*(word *)p = NEW + 1;
		MUST(where(p) != pa);
		_exit(0);
	}
	MUST(pid != -1 && ended_well(pid));
	MUST(*(word *)p == OLD && where(p) == pa);
	*(word *)p = NEW;
	MUST(where(p) == pa);
}

static void
test_vfork(void)
{
	char *p = BASE + 7 * PAGE;
	unsigned pa;
	pid_t pid;

	fill(BASE, PAGES);
	pa = where(p);
	pid = vfork();
	if (pid == 0) {
		fork_in_vfork(p, pa);
		_exit(0);
	}
	MUST(pid != -1 && ended_well(pid));
	MUST(*(word *)p == NEW && where(p) == pa);
	ok(all_well(), "fork by the child of a vfork%s", way);
}

/* ------------------------------------------------- to un-share has failed */

/* The k-th allocation from now on fails; false: this kernel cannot do that. */
static bool
fail_alloc(unsigned k)
{
	return (sysctlbyname("debug.fail.alloc", NULL, NULL, &k, sizeof(k)) ==
	    0);
}

/* A child that sees OLD everywhere, and NEW once it has written that. */
static void
fork_and_write(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		MUST(all_hold(0, OLD));
		write_all(0, NEW);
		MUST(all_hold(0, NEW));
		_exit(0);
	}
	MUST(pid != -1 && ended_well(pid));
	MUST(all_hold(0, OLD));
}

static int
unmap_one(void)
{
	return (munmap(BASE + PAGE, PAGE));
}

static int
protect_one(void)
{
	return (mprotect(BASE + PAGE, PAGE, PROT_READ));
}

static int
inherit_one(void)
{
	return (minherit(BASE + PAGE, PAGE, INHERIT_NONE));
}

/*
 * A call on a part of what a child has in common with us needs two map
 * entries and, to change its pages, a page table of our own.  Without one of
 * these it answers ENOMEM: nothing has changed, and a fork goes as ever.
 * It fails so many times (mprotect keeps the table that it got).
 */
static void
test_no_memory(int (*call)(void), unsigned failures, const char *name)
{
	int error = ENOMEM, turn[2];
	unsigned k;
	pid_t pid;

	fill(BASE, PAGES);
	pipe(turn);
	pid = must_fork();
	if (pid == 0) {
		await(turn);
		MUST(all_hold(0, OLD));
		_exit(0);
	}
	for (k = 1; error == ENOMEM && k < 10; k++) {
		fork_and_write();
		fail_alloc(k);
		error = call() == 0 ? 0 : errno;
		fail_alloc(0);
	}
	MUST(error == 0);
	MUST(k - 2 == failures);
	fill(BASE + PAGE, 1);
	fork_and_write();
	let(turn);
	MUST(ended_well(pid));
	ok(all_well(), "a fork after %s has failed%s", name, way);
}

/*
 * How the child ends that writes when the k-th allocation fails.
 */
static int
write_without(enum how how, unsigned k)
{
	pid_t pid = must_fork();
	int status = -1;

	if (pid == 0) {
		prepare(how);
		MUST(act(how, SCRATCH));
		fail_alloc(k);
		_exit(act(how, BASE) && written(how, BASE) ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	fork_and_write();
	return (status);
}

/*
 * A write that finds no memory, by the process or by a system call on its
 * behalf, kills the writer, and only that one.
 */
static void
test_no_memory_to_write(enum how how)
{
	unsigned first = 1, k;
	int status = -1;

	fill(BASE, PAGES);
	fill(SCRATCH, 1);
	/* A signal without its sender's name is better than none. */
	if (how == SIGNAL_FRAME)
		MUST(write_without(how, first++) == 0);
	for (k = first; status != 0 && k < 10; k++) {
		status = write_without(how, k);
		MUST(status == 0 || status == SIGKILL);
	}
	/* A page table, if it is shared, and a page. */
	MUST(k - first - 1 == (share ? 2 : 1));
	ok(all_well(), "%s without memory kills the writer alone%s", names[how],
	    way);
}

static void
test_without_memory(void)
{
	int how;

	if (!fail_alloc(0)) {
		ok(true, "without memory # SKIP needs fault injection");
		return;
	}
	test_no_memory(unmap_one, share ? 3 : 2, "munmap");
	test_no_memory(protect_one, 2, "mprotect");
	test_no_memory(inherit_one, 2, "minherit");
	for (how = 0; how < HOWS; how++)
		test_no_memory_to_write(how);
}

static int
set_share(int value)
{
	size_t size = sizeof(value);
	int old;

	if (sysctlbyname("vm.pmap_share", &old, &size, &value, sizeof(value)) ==
	    -1)
		err(1, "vm.pmap_share");
	return (old);
}

int
main(void)
{
	size_t len = 2;
	int before, how, value = NEW;

	shared = mmap(NULL, sizeof(*shared), RW, MAP_ANON | MAP_SHARED, -1, 0);
	file = open("/tmp/cow", O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (shared == MAP_FAILED || pipe(ends) == -1 ||
	    write(file, &value, sizeof(value)) != sizeof(value) ||
	    sysctlnametomib("vm.pagemap", pagemap, &len) == -1)
		err(1, "set-up");
	unlink("/tmp/cow");
	before = set_share(1);
	for (share = 1; share >= 0; share--) {
		set_share(share);
		way = share ? "" : ", no tables shared";
		for (how = 0; how < HOWS; how++) {
			test_write(how, true);
			test_write(how, false);
		}
		test_at_once(true, false, "the parent writes");
		test_at_once(false, true, "the child writes");
		test_at_once(true, true, "both write");
		test_generations();
		test_vfork();
		test_without_memory();
	}
	set_share(before);
	return (tap_done());
}
