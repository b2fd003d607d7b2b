/*
 * A file becomes shorter and longer while the process that has mapped it
 * forks: the pages that the file loses have to leave the page tables of
 * parent and child, also those that fork is just handing on.
 *
 * Page i of the file has i + 1 in its first words, or 0 if it has only grown.
 * So whoever maps it sees one of these, or what he wrote to a private page
 * himself, or gets SIGBUS behind the end: never what another page has, which
 * has got the memory meanwhile.
 *
 *	forktrunc [forks]	as many; else until SECONDS are over
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	PAGE	4096
#define	WORDS	(PAGE / sizeof(unsigned))
#define	PAGES	200
#define	NAME	"/tmp/forktrunc"
#define	FORKS	100
#define	SECONDS	4
#define	MINE(i)	(0x80000000u | (i))	/* what is written to page i */

typedef volatile unsigned word;

static char	stack[16384] __attribute__((__aligned__(16)));
static sigjmp_buf env;
static int	fd;
static word	*priv, *shared;		/* the file, in two ways */
static word	stop, truncations;

static void
fault(int sig)
{
	(void)sig;
	siglongjmp(env, 1);
}

static unsigned
random_of(unsigned *state, unsigned below)
{
	*state = *state * 1664525 + 1013904223;
	return ((*state >> 16) % below);
}

static void
write_page(unsigned i)
{
	unsigned first[16], j;

	for (j = 0; j < 16; j++)
		first[j] = i + 1;
	if (pwrite(fd, first, sizeof(first), (off_t)i * PAGE) != sizeof(first))
		_exit(3);
}

/* Cut the file off somewhere, and make it whole again. */
static int
truncating(void *arg)
{
	unsigned i, n, seed = 1;

	(void)arg;
	while (!stop) {
		n = random_of(&seed, PAGES);
		if (ftruncate(fd, n * PAGE + n % 2 * 40) == -1) {
			warn("ftruncate");
			return (2);
		}
		for (i = n; i < PAGES; i++)
			write_page(i);
		truncations++;
	}
	return (0);
}

/* Look at page i, and perhaps write to it: 0, or what is wrong. */
static int
look_at(unsigned i, bool write)
{
	unsigned v;

	if (sigsetjmp(env, 1) != 0)
		return (0); /* it is behind the end just now */
	v = priv[i * WORDS + 7];
	if (v != 0 && v != i + 1 && v != MINE(i))
		return (1);
	v = shared[i * WORDS + 9];
	if (v != 0 && v != i + 1)
		return (2);
	if (write) {
		priv[i * WORDS + 7] = MINE(i);
		if (priv[i * WORDS + 7] != MINE(i))
			return (4);
	}
	return (0);
}

/* The same at n pages. */
static int
look(unsigned seed, int n)
{
	unsigned i;
	int wrong = 0;

	while (n-- > 0 && wrong == 0) {
		i = random_of(&seed, PAGES);
		wrong = look_at(i, (seed & 0x100) != 0);
	}
	return (wrong);
}

/* The child looks; each fourth with a child of its own. */
static int
child(unsigned number)
{
	int wrong = look(number * 77 + 1, 200);
	pid_t pid;

	if (wrong == 0 && number % 4 == 0) {
		pid = must_fork();
		if (pid == 0)
			_exit(look(number * 91 + 5, 200));
		wrong = look(number * 3, 100);
		if (!ended_well(pid))
			wrong |= 8;
	}
	return (wrong);
}

static void *
map_file(unsigned where, int prot, int flags)
{
	void *p = mmap((void *)where, PAGES * PAGE, prot, flags | MAP_FIXED, fd,
	    0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return (p);
}

int
main(int argc, char **argv)
{
	unsigned forks, most = argc > 1 ? atoi(argv[1]) : FORKS;
	time_t end;
	int wrong = 0, own = 0, status = -1;
	pid_t pid, thread;

	fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || unlink(NAME) == -1)
		err(1, NAME);
	for (forks = 0; forks < PAGES; forks++)
		write_page(forks);
	priv = map_file(0x50000000, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	shared = map_file(0x60000000, PROT_READ, MAP_SHARED);
	signal(SIGBUS, fault);
	thread = rfork_thread(RFPROC | RFMEM | RFTHREAD, stack + sizeof(stack),
	    truncating, NULL);
	if (thread == -1)
		err(1, "rfork_thread");
	while (truncations == 0)
		sched_yield();
	end = time(NULL) + SECONDS;
	for (forks = 0; forks < most && (argc > 1 || time(NULL) <= end);
	     forks++) {
		pid = must_fork();
		if (pid == 0)
			_exit(child(forks));
		/* The child at once, for the next cut mends what was missed. */
		wrong += !ended_well(pid);
		own |= look(forks, 50);
	}
	stop = 1;
	waitpid(thread, &status, 0);
	ok(status == 0,
	    "a file is cut off and made whole (%u times; status %#x)",
	    truncations, status);
	ok(wrong == 0, "children see its pages, and no others (%d of %u wrong)",
	    wrong, forks);
	ok(own == 0, "so does their parent (%d)", own);
	return (tap_done());
}
