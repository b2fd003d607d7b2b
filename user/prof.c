/*
 * prof: shows what profil(2) counts, in a process and in its child.
 *
 *	prof [-n ticks]
 *
 * A profile ends with exec, so this program works itself: it begins one, and
 * forks.  The child does nothing about it, and is profiled all the same.
 * Each works until it has been interrupted by so many clock ticks; then
 * there is a histogram of their counters by function.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <err.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

#define	SCALE	0x10000u		/* a counter for each two bytes */
#define	WIDTH	40			/* of the longest bar */

extern char __text_start[] __asm("_start"), etext[];

#define	WORK	static __attribute__((__noinline__)) u_int

static volatile u_int turns = 20000;

WORK
collatz(void)
{
	u_int longest = 0, n, i, steps;

	for (i = 1; i < turns / 100; i++) {
		for (n = i, steps = 0; n != 1; steps++)
			n = n % 2 ? 3 * n + 1 : n / 2;
		longest = steps > longest ? steps : longest;
	}
	return (longest);
}

WORK
primes(void)
{
	u_int count = 0, i, n;

	for (n = 2; n < turns / 100; n++) {
		for (i = 2; i * i <= n && n % i != 0; i++)
			continue;
		count += i * i > n;
	}
	return (count);
}

WORK
random_sum(void)
{
	u_int i, sum = 0, x = 1;

	for (i = 0; i < turns; i++) {
		x = x * 1103515245 + 12345;
		sum += x >> 16;
	}
	return (sum);
}

/* The functions of the table; what lies elsewhere is "other". */
struct row {
	const char *name;
	u_int	(*fn)(void);
	u_int	ticks;
};
static struct row rows[] = {
	{ "collatz (parent)", collatz, 0 },
	{ "primes (both)", primes, 0 },
	{ "random_sum (child)", random_sum, 0 },
};
#define	ROWS	(sizeof(rows) / sizeof(rows[0]))

static u_short	*counts;		/* shared with the child */
static size_t	ncounts;

static u_int
total(void)
{
	u_int sum = 0;
	size_t i;

	for (i = 0; i < ncounts; i++)
		sum += counts[i];
	return (sum);
}

static void
work(u_int ticks, u_int (*mine)(void))
{
	u_int until = total() + ticks;
	volatile u_int result = 0;
	int i;

	while (total() < until)
		for (i = 0; i < 20; i++)
			result += mine() + primes();
}

/* The function that begins last before that place. */
static struct row *
row_of(uintptr_t pc)
{
	struct row *best = NULL;
	size_t i;

	for (i = 0; i < ROWS; i++)
		if ((uintptr_t)rows[i].fn <= pc &&
		    (best == NULL || rows[i].fn > best->fn))
			best = &rows[i];
	return (best);
}

static void
print_row(const char *name, u_int ticks, u_int all, u_int most)
{
	u_int bar = most != 0 ? ticks * WIDTH / most : 0;

	printf("%-20s %6u %3u%% %.*s\n", name, ticks,
	    all != 0 ? ticks * 100 / all : 0, (int)bar,
	    "########################################");
}

static void
histogram(void)
{
	u_int all = 0, most = 0, other = 0;
	struct row *row;
	uintptr_t pc;
	size_t i;

	for (i = 0; i < ncounts; i++) {
		pc = (uintptr_t)__text_start + i * 2;
		row = row_of(pc);
		all += counts[i];
		/* None of them is longer than that. */
		if (row != NULL && pc - (uintptr_t)row->fn < 256)
			row->ticks += counts[i];
		else
			other += counts[i];
	}
	most = other;
	for (i = 0; i < ROWS; i++)
		most = rows[i].ticks > most ? rows[i].ticks : most;
	for (i = 0; i < ROWS; i++)
		print_row(rows[i].name, rows[i].ticks, all, most);
	print_row("other", other, all, most);
}

int
main(int argc, char **argv)
{
	u_int ticks = 20;
	int c, status;
	pid_t pid;

	while ((c = getopt(argc, argv, "n:")) != -1)
		ticks = c == 'n' ? number(optarg, 10, 1, INT_MAX) : 0;
	if (ticks == 0 || optind != argc) {
		fprintf(stderr, "usage: prof [-n ticks]\n");
		return (2);
	}
	ncounts = (etext - __text_start) / 2;
	counts = mmap(NULL, ncounts * sizeof(*counts), PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_SHARED, -1, 0);
	if (counts == MAP_FAILED)
		err(1, "mmap");
	if (profil((char *)counts, ncounts * sizeof(*counts),
		(uintptr_t)__text_start, SCALE) == -1)
		err(1, "profil");
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		work(ticks, random_sum);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) == -1 || status != 0)
		errx(1, "the child has failed");
	work(ticks, collatz);
	profil(NULL, 0, 0, 0);
	histogram();
	return (finish(0, 1));
}
