/*
 * The FPU and SSE registers belong to a thread: they live through switches,
 * signals and forks, and exec begins with clean ones.
 *
 * The compiler does not use xmm registers for this machine, so what is put
 * there stays until somebody takes it away.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

struct image {
	uint8_t	bytes[512];
} __attribute__((__aligned__(16)));

#define	XMM(im)		((im)->bytes + 160)
#define	XMM_SIZE	128
#define	X87(im)		((im)->bytes + 32)
#define	X87_SIZE	128
#define	CW(im)		(*(uint16_t *)((im)->bytes + 0))
#define	MXCSR(im)	(*(uint32_t *)((im)->bytes + 24))

static void
get(struct image *im)
{
	__asm volatile("fxsave %0" : "=m"(*im));
}

static void
set(const struct image *im)
{
	__asm volatile("fxrstor %0" : : "m"(*im));
}

/* Registers full of something that depends on seed. */
static void
fill(struct image *im, int seed)
{
	int i;

	get(im);
	for (i = 0; i < XMM_SIZE; i++)
		XMM(im)[i] = seed + i;
	for (i = 0; i < X87_SIZE; i++)
		X87(im)[i] = i % 16 < 10 ? seed ^ i : 0;
	CW(im) = 0x037f | (seed & 3) << 10; /* rounding */
	MXCSR(im) = 0x1f80 | (seed & 3) << 13;
}

/* Of the 16 bytes for an x87 register, 10 mean something. */
static int
same(const struct image *a, const struct image *b)
{
	int i;

	for (i = 0; i < X87_SIZE; i += 16)
		if (memcmp(X87(a) + i, X87(b) + i, 10) != 0)
			return (0);
	return (CW(a) == CW(b) && MXCSR(a) == MXCSR(b) &&
	    memcmp(XMM(a), XMM(b), XMM_SIZE) == 0);
}

/* Do the registers hold what fill(seed) makes? */
static int
holds(int seed)
{
	struct image now, wanted;

	get(&now);
	wanted = now;
	fill(&wanted, seed);
	return (same(&now, &wanted));
}

static void
load(int seed)
{
	struct image im;

	fill(&im, seed);
	set(&im);
}

static int
exit_status(pid_t pid)
{
	int s;

	if (waitpid(pid, &s, 0) != pid || !WIFEXITED(s))
		return (-1);
	return (WEXITSTATUS(s));
}

static void
test_fork(void)
{
	pid_t pid;

	load(1);
	pid = fork();
	if (pid == 0)
		_exit(holds(1) ? 0 : 1);
	ok(holds(1), "the parent keeps its registers over fork");
	ok(exit_status(pid) == 0, "the child begins with the parent's");

	load(2);
	pid = fork();
	if (pid == 0) {
		load(3);
		_exit(0);
	}
	ok(exit_status(pid) == 0 && holds(2),
	    "what the child loads does not reach the parent");

	load(3);
	pid = vfork();
	if (pid == 0)
		_exit(holds(3) ? 0 : 1);
	ok(exit_status(pid) == 0 && holds(3), "the same with vfork");
}

/* Several processes that switch all the time, each with its own. */
static void
test_switches(void)
{
	pid_t pid[4];
	int i, n, bad = 0;

	for (i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			load(20 + i);
			for (n = 0; n < 100; n++) {
				usleep(0);
				if (!holds(20 + i))
					_exit(1);
			}
			_exit(0);
		}
	}
	load(9);
	for (i = 0; i < 4; i++)
		bad += exit_status(pid[i]) != 0;
	ok(bad == 0, "four processes do not see each other's");
	ok(holds(9), "nor does the one that waited");
}

static volatile sig_atomic_t handler_clean, handler_ran;

static void
handler(int sig)
{
	struct image im;

	(void)sig;
	get(&im);
	handler_clean = CW(&im) == 0x037f && MXCSR(&im) == 0x1f80;
	load(42);
	handler_ran++;
}

static void
test_signal(void)
{
	signal(SIGUSR1, handler);
	load(5);
	kill(getpid(), SIGUSR1);
	ok(handler_ran == 1 && holds(5), "a handler's are its own");
	ok(handler_clean, "and begin clean");
}

/* Run as the program "fresh": nothing of the caller's may be left. */
static int
fresh(void)
{
	struct image now, clean;

	get(&now);
	clean = now;
	memset(XMM(&clean), 0, XMM_SIZE);
	memset(X87(&clean), 0, X87_SIZE);
	CW(&clean) = 0x037f;
	MXCSR(&clean) = 0x1f80;
	return (same(&now, &clean) ? 0 : 1);
}

static void
test_exec(const char *self)
{
	pid_t pid;

	load(6);
	pid = fork();
	if (pid == 0) {
		execl(self, "fpu", "fresh", (char *)NULL);
		_exit(99);
	}
	ok(exit_status(pid) == 0, "exec begins with clean registers");
	load(7);
	pid = fork();
	if (pid == 0) {
		load(8);
		_exit(0);
	}
	ok(exit_status(pid) == 0 && holds(7), "a dead child's are forgotten");
}

/*
 * Run as the program "show", for tests/tools/gdbstub.py: registers in all
 * states, those of a child that sleeps, and a stop in which gdb looks at both
 * and changes ours.
 */
static int
show(void)
{
	static const uint8_t two[10] = { 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0x40 };
	struct image want, now;
	int one = 1, quiet;
	size_t len = sizeof(quiet);
	pid_t pid = fork();

	if (pid == 0) {
		load(9);
		for (;;)
			pause();
	}
	/* When this comes back the child is asleep. */
	sysctlbyname("kern.quiet", &quiet, &len, NULL, 0);
	fill(&want, 7);
	/* The stack begins with 1; 7 and 0 are used, and 3, which is zero. */
	want.bytes[3] = 1 << 3;
	want.bytes[4] = 0x89;
	X87(&want)[7 * 16 + 7] |= 0x80;
	memset(X87(&want) + 2 * 16, 0, 10);
	set(&want);
	if (sysctlbyname("debug.gdb", NULL, NULL, &one, sizeof(one)) != 0)
		return (2);
	get(&now);
	memset(XMM(&want) + 16 + 8, 1, 4);
	MXCSR(&want) = 0x1f80;
	CW(&want) = 0x037f;
	memcpy(X87(&want) + 16, two, sizeof(two));
	kill(pid, SIGKILL);
	(void)exit_status(pid);
	return (same(&want, &now) && now.bytes[4] == 0x8b ? 0 : 1);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "show") == 0)
		return (show());
	if (argc == 2 && strcmp(argv[1], "fresh") == 0)
		return (fresh());
	test_fork();
	test_switches();
	test_signal();
	test_exec("/usr/tests/fpu");
	return (tap_done());
}
