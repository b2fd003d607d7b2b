/*
 * profil(2): ticks are counted where the program was, in the child of a fork
 * too, and only there; exec and a bad buffer end it.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	SCALE	0x10000u		/* a counter for each two bytes */
#define	AREA	4096			/* bytes of program that are watched */
#define	ENOUGH	4			/* ticks */

/* Counters, shared with children, and what must stay as it is behind them. */
static u_short *counts;
#define	NCOUNTS	(AREA / 2)
#define	GUARD	1024

static volatile u_int sink;

/*
 * Work here until so many ticks are counted, or for a second of processor
 * time.  Kept together and in this order by their section.
 */
#define	HERE	__attribute__((__noinline__, __no_reorder__,		\
			    __section__(".text.here")))

static u_int
total(void)
{
	u_int i, sum = 0;

	for (i = 0; i < NCOUNTS + GUARD; i++)
		sum += counts[i];
	return (sum);
}

HERE static void
work_here(u_int turns)
{
	while (turns-- > 0)
		sink += turns * sink;
}

HERE static void
work_there(u_int turns)
{
	while (turns-- > 0)
		sink ^= turns + sink;
}

HERE static void
after_there(void)
{
	sink++;
}

/*
 * Nothing else of the program lies in what is watched: not the call of
 * profil(2), in which a tick may come as well.
 */
__asm("	.pushsection .text.here\n"
      "	.space 4096\n"
      "	.popsection");

/* Ticks in [from, to), by a profile that begins at base. */
static u_int
ticks_in(uintptr_t base, void (*from)(u_int), uintptr_t to)
{
	uintptr_t at;
	u_int sum = 0;

	for (at = (uintptr_t)from; at < to; at += 2)
		sum += counts[(at - base) / 2];
	return (sum);
}

/* Work until there are more ticks, or a second of processor time is over. */
static bool
work_until(void (*work)(u_int), u_int more)
{
	clock_t end = clock() + CLOCKS_PER_SEC;
	u_int before = total();

	while (total() < before + more) {
		if (clock() > end)
			return (false);
		work(100000);
	}
	return (true);
}

/* Work for long enough to be counted, if it were to be. */
static void
work_unseen(void)
{
	clock_t end = clock() + CLOCKS_PER_SEC / 10;

	while (clock() < end)
		work_here(100000);
}

/* The last profile is over before its counters are cleared. */
static void
begin(uintptr_t base, size_t size, u_int scale)
{
	if (profil((char *)counts, 0, base, 0) == -1)
		err(1, "profil");
	memset(counts, 0, (NCOUNTS + GUARD) * sizeof(*counts));
	if (profil((char *)counts, size, base, scale) == -1)
		err(1, "profil");
}

static bool
profiled(pid_t pid)
{
	int name[4] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, pid };
	struct kinfo_proc ki;
	size_t size = sizeof(ki);

	if (sysctl(name, 4, &ki, &size, NULL, 0) == -1)
		err(1, "sysctl");
	return ((ki.ki_sflag & PS_PROFIL) != 0);
}

static uintptr_t base;

static void
test_place(void)
{
	u_int here, there;

	ok(!profiled(getpid()), "no profile yet");
	begin(base, AREA, SCALE);
	ok(profiled(getpid()), "profil");
	ok(work_until(work_here, ENOUGH), "ticks are counted");
	here = ticks_in(base, work_here, (uintptr_t)work_there);
	there = ticks_in(base, work_there, (uintptr_t)after_there);
	ok(here >= ENOUGH && there == 0, "where the program works (%u, %u)",
	    here, there);
	ok(work_until(work_there, ENOUGH), "it works elsewhere");
	ok(ticks_in(base, work_there, (uintptr_t)after_there) >= ENOUGH,
	    "and they are counted there");
	begin(base, AREA, 0);
	ok(!profiled(getpid()), "a scale of 0 ends it");
	work_unseen();
	ok(total() == 0, "and nothing is counted");
}

/* Of half the scale, a counter is for four bytes. */
static void
test_scale(void)
{
	u_int first = ((uintptr_t)work_here - base) / 4;
	u_int last = ((uintptr_t)work_there - base) / 4;
	u_int i, sum = 0;

	begin(base, AREA / 2, SCALE / 2);
	ok(work_until(work_here, ENOUGH), "half the scale");
	for (i = first; i <= last; i++)
		sum += counts[i];
	ok(sum >= ENOUGH, "half as far");
}

/* What is beside the window is not counted, and not written to. */
static void
test_window(void)
{
	begin((uintptr_t)work_there, AREA, SCALE);
	work_unseen();
	ok(total() == 0, "not below the offset");
	begin(base, (uintptr_t)work_here - base, SCALE);
	work_unseen();
	ok(counts[((uintptr_t)work_here - base) / 2] == 0 &&
		ticks_in(base, work_here, (uintptr_t)after_there) == 0,
	    "nor behind the end");
	/* By this scale all of the program has the first counter. */
	begin(base, 2, 2);
	ok(work_until(work_here, 1) && counts[0] > 0, "one counter for all");
	begin(base, 1, 2);
	work_unseen();
	ok(total() == 0, "nor in half a counter");
	begin(base, 0, 0);
}

static void
in_child(const char *name, pid_t pid)
{
	int status;

	if (pid == 0)
		_exit(work_until(work_there, ENOUGH) ? 0 : 1);
	waitpid(pid, &status, 0);
	ok(status == 0 &&
		ticks_in(base, work_there, (uintptr_t)after_there) >= ENOUGH,
	    "%s: the child is profiled", name);
}

static void
test_fork(void)
{
	pid_t pid;

	begin(base, AREA, SCALE);
	in_child("fork", fork());
	begin(base, AREA, SCALE);
	in_child("rfork", rfork(RFPROC | RFFDG));
	begin(base, 0, 0);
	pid = must_fork();
	if (pid == 0)
		_exit(profiled(getpid()) ? 1 : 0);
	ok(ended_well(pid), "not the child of who is not");
}

static void
test_exec(void)
{
	static char *argv[] = { "sleep", "100", NULL };
	int ends[2], status;
	pid_t pid;
	char c;

	begin(base, AREA, SCALE);
	/* Its end closes, at the exec: then the profile is over. */
	if (pipe(ends) == -1)
		err(1, "pipe");
	pid = must_fork();
	if (pid == 0) {
		fcntl(ends[1], F_SETFD, FD_CLOEXEC);
		close(ends[0]);
		execv("/bin/sleep", argv);
		_exit(1);
	}
	close(ends[1]);
	(void)read(ends[0], &c, 1);
	ok(!profiled(pid) && profiled(getpid()), "exec ends it");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(ends[0]);
	begin(base, 0, 0);
}

static void
test_bad(void)
{
	clock_t end;

	errno = 0;
	ok(profil((char *)counts, AREA, base, SCALE + 1) == -1 &&
		errno == EINVAL,
	    "%s: scale", strerror(EINVAL));
	ok(!profiled(getpid()), "which begins nothing");
	ok(profil((char *)16, AREA, base, SCALE) == 0 && profiled(getpid()),
	    "no memory there");
	end = clock() + CLOCKS_PER_SEC;
	while (profiled(getpid()) && clock() < end)
		work_here(100000);
	ok(!profiled(getpid()), "ends it at the first tick");
}

int
main(void)
{
	base = (uintptr_t)work_here & ~(uintptr_t)15;
	counts = mmap(NULL, (NCOUNTS + GUARD) * sizeof(*counts),
	    PROT_READ | PROT_WRITE, MAP_ANON | MAP_SHARED, -1, 0);
	if (counts == MAP_FAILED)
		err(1, "mmap");
	test_place();
	test_scale();
	test_window();
	test_fork();
	test_exec();
	test_bad();
	return (tap_done());
}
