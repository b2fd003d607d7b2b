/*
 * forkbench: what process creation costs, in ticks of the processor's time
 * stamp counter.  Under "tools/run --icount" a tick is an instruction.
 *
 *	forkbench [-n iterations] [row ...]
 *	forkbench -p processes [-n iterations] [row ...]
 *
 * One line a row: its name, the mean and the least of the iterations.  With
 * -p that many loops do the row at the same time, and the line tells how many
 * iterations all of them together do in a second.  A loop is a program and
 * a job of its own, as if a shell had started each (by -w, which is for that
 * alone): what they share, all programs share.  Each row runs in a process of
 * its own, so that no row finds the memory, the descriptors or the children
 * of another.  A row that cannot run here (too few processes, too little
 * memory) says why, and the status is 1.
 *
 * Two rows have figures of another kind and no iterations: live_max, how
 * many processes fit into the machine and the bytes of memory each takes,
 * and boot, the ticks from reset to init's first step.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"

#define	PAGE		4096
#define	MB		(1024 * 1024)
#define	FAULT_PAGES	1024		/* pages that a fault row touches */
#define	TOGETHER	10		/* times as many iterations with -p */
#define	PROGRAM		"/bin/true"	/* what the exec rows run */
#define	LAST_IDS	1000		/* near the end, where ids wrap */
#define	LEAKS_ROOM	8192		/* for the text of kern.leaks */
#define	MOST_LOOPS	64		/* of -p */

typedef unsigned long long ticks_t;

/*
 * A row: once() does one iteration and returns its ticks.  setup() comes
 * before, in the row's own process; arg is for both.  A row without once()
 * finds its two figures in setup(), and prints its line there.
 */
struct row {
	const char *name;
	ticks_t	(*once)(int);
	void	(*setup)(int);
	int	arg;
	int	iterations;		/* unless -n says otherwise */
};

static char	*heap;			/* what setup_heap() touched */
static int	to_child[2], to_parent[2];
static int	child_pid;

static inline ticks_t
rdtsc(void)
{
	unsigned low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return ((ticks_t)high << 32 | low);
}

/*
 * The end of the row's process.  Its children that wait for that go first,
 * so that the next row does not meet them.
 */
static void __dead2
end(int status)
{
	fflush(stdout);
	close(to_child[1]);
	while (wait(NULL) > 0)
		continue;
	_exit(status);
}

/* In the row's process: say why it cannot go on. */
static void __dead2
give_up(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	end(1);
}

/* A number that the kernel shows by that name. */
static int
get(const char *name)
{
	size_t size = sizeof(int);
	int value;

	if (sysctlbyname(name, &value, &size, NULL, 0) == -1)
		give_up(name);
	return (value);
}

static void
set(const char *name, int value)
{
	if (sysctlbyname(name, NULL, NULL, &value, sizeof(value)) == -1)
		give_up(name);
}

static char *
map(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);

	if (p == MAP_FAILED)
		give_up("mmap");
	return (p);
}

static void
touch(volatile char *p, int pages)
{
	int i;

	for (i = 0; i < pages; i++)
		p[i * PAGE] = 1;
}

/* A heap of some megabytes, every page of it in use. */
static void
setup_heap(int megabytes)
{
	if (megabytes == 0)
		return;
	heap = map((size_t)megabytes * MB);
	touch(heap, megabytes * (MB / PAGE));
}

static void
reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			give_up("waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		printf("a child ended with status %#x\n", status);
		end(1);
	}
}

/* ------------------------------------------------------------- the rows */

static ticks_t
null_syscall(int arg)
{
	ticks_t start = rdtsc();

	getpid();
	return (rdtsc() - start);
}

/* Make a child that ends at once, and wait for it; which one it was. */
static pid_t
fork_reap(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid == -1)
		give_up("fork");
	reap(pid);
	return (pid);
}

static ticks_t
fork_once(int arg)
{
	ticks_t start = rdtsc();

	fork_reap();
	return (rdtsc() - start);
}

static ticks_t
fork_touch(int arg)
{
	ticks_t start = rdtsc();
	pid_t pid = fork();

	if (pid == 0) {
		touch(heap, FAULT_PAGES);
		_exit(0);
	}
	if (pid == -1)
		give_up("fork");
	reap(pid);
	return (rdtsc() - start);
}

static ticks_t
vfork_once(int arg)
{
	volatile ticks_t start = rdtsc();
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	if (pid == -1)
		give_up("vfork");
	reap(pid);
	return (rdtsc() - start);
}

static int
thread_main(void *arg)
{
	return (0);
}

static ticks_t
rfork_mem(int arg)
{
	static char stack[16384] __attribute__((__aligned__(16)));
	ticks_t start = rdtsc();
	pid_t pid = rfork_thread(RFPROC | RFMEM, stack + sizeof(stack),
	    thread_main, NULL);

	if (pid == -1)
		give_up("rfork");
	reap(pid);
	return (rdtsc() - start);
}

static char *const program_argv[] = { (char *)PROGRAM, NULL };
static char *const program_envp[] = { NULL };

static ticks_t
fork_exec(int arg)
{
	ticks_t start = rdtsc();
	pid_t pid = fork();

	if (pid == 0) {
		execve(PROGRAM, program_argv, program_envp);
		_exit(127);
	}
	if (pid == -1)
		give_up("fork");
	reap(pid);
	return (rdtsc() - start);
}

static ticks_t
vfork_exec(int arg)
{
	volatile ticks_t start = rdtsc();
	pid_t pid = vfork();

	if (pid == 0) {
		execve(PROGRAM, program_argv, program_envp);
		_exit(127);
	}
	if (pid == -1)
		give_up("vfork");
	reap(pid);
	return (rdtsc() - start);
}

static void
make_pipes(void)
{
	if (pipe(to_child) == -1 || pipe(to_parent) == -1)
		give_up("pipe");
}

/* A child that sends back what it gets, until the pipe is closed. */
static void
setup_echo(int arg)
{
	char c;

	make_pipes();
	child_pid = fork();
	if (child_pid == -1)
		give_up("fork");
	if (child_pid == 0) {
		close(to_child[1]);
		while (read(to_child[0], &c, 1) == 1)
			write(to_parent[1], &c, 1);
		_exit(0);
	}
}

static ticks_t
pipe_pingpong(int arg)
{
	char c = 'x';
	ticks_t start = rdtsc();

	if (write(to_child[1], &c, 1) != 1 || read(to_parent[0], &c, 1) != 1)
		give_up("pipe");
	return (rdtsc() - start);
}

static void
setup_pipes(int arg)
{
	make_pipes();
}

static ticks_t
pipe_self(int arg)
{
	char c = 'x';
	ticks_t start = rdtsc();

	if (write(to_child[1], &c, 1) != 1 || read(to_child[0], &c, 1) != 1)
		give_up("pipe");
	return (rdtsc() - start);
}

/* The fault rows: ticks a page. */
static ticks_t
fault_zero(int arg)
{
	char *p = map(FAULT_PAGES * PAGE);
	ticks_t start = rdtsc(), spent;

	touch(p, FAULT_PAGES);
	spent = rdtsc() - start;
	munmap(p, FAULT_PAGES * PAGE);
	return (spent / FAULT_PAGES);
}

/* The child writes to pages that the parent has as well. */
static ticks_t
fault_cow_copy(int arg)
{
	ticks_t start, spent = 0;
	pid_t pid;

	touch(heap, FAULT_PAGES);
	pid = fork();
	if (pid == -1)
		give_up("fork");
	if (pid == 0) {
		start = rdtsc();
		touch(heap, FAULT_PAGES);
		spent = rdtsc() - start;
		write(to_parent[1], &spent, sizeof(spent));
		_exit(0);
	}
	if (read(to_parent[0], &spent, sizeof(spent)) != sizeof(spent))
		give_up("pipe");
	reap(pid);
	return (spent / FAULT_PAGES);
}

/* The parent writes to pages that it shared with a child, now gone. */
static ticks_t
fault_cow_reuse(int arg)
{
	ticks_t start;

	touch(heap, FAULT_PAGES);
	fork_once(0);
	start = rdtsc();
	touch(heap, FAULT_PAGES);
	return ((rdtsc() - start) / FAULT_PAGES);
}

static void
setup_cow(int megabytes)
{
	setup_heap(megabytes);
	make_pipes();
}

/*
 * In a child: sleep until the pipe's last writer is gone, which is when the
 * row's process ends.
 */
static void
sleep_in_child(void)
{
	char c;

	close(to_child[1]);
	read(to_child[0], &c, 1);
	_exit(0);
}

static void
setup_live(int count)
{
	pid_t pid;
	int i;

	make_pipes();
	for (i = 0; i < count; i++) {
		pid = fork();
		if (pid == -1)
			give_up("not so many processes");
		if (pid == 0)
			sleep_in_child();
	}
}

static ticks_t
wait_any(int arg)
{
	ticks_t start = rdtsc();
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid == -1)
		give_up("fork");
	if (wait(NULL) != pid)
		give_up("wait");
	return (rdtsc() - start);
}

/*
 * Go on until the ids have begun again at the low end: by random steps
 * until one happens to be near the last, then by single ones.
 */
static void
wrap_ids(void)
{
	int end = get("kern.pid_max");
	pid_t pid, last;

	set("kern.randompid", end); /* as far as it likes */
	do
		pid = fork_reap();
	while (pid < end - LAST_IDS);
	set("kern.randompid", 0);
	do {
		last = pid;
		pid = fork_reap();
	} while (pid > last);
}

/*
 * Sleeping children have every even id below the end, and the next ids to
 * be given are the odd ones between.
 */
static void
setup_dense(int end)
{
	pid_t pid;

	make_pipes();
	wrap_ids();
	do {
		pid = fork();
		if (pid == -1)
			give_up("not so many processes");
		if (pid == 0 && getpid() % 2 == 0)
			sleep_in_child();
		if (pid == 0)
			_exit(0);
		if (pid % 2 != 0)
			reap(pid);
	} while (pid < end - 2);
	wrap_ids();
}

/*
 * Sleeping children with ids here and there, and the next one anywhere, but
 * at the same places each time: a figure that can be compared.
 */
static void
setup_random(int count)
{
	set("kern.randompid", 1000);
	set("kern.random_seed", 1);
	setup_live(count);
}

/* Until every other process sleeps. */
static void
wait_until_quiet(void)
{
	if (get("kern.quiet") == 0) {
		errno = EBUSY;
		give_up("kern.quiet");
	}
}

/* What the kernel has in use, by kind, as text. */
static void
read_leaks(char text[LEAKS_ROOM])
{
	size_t size = LEAKS_ROOM;

	wait_until_quiet();
	memset(text, 0, LEAKS_ROOM);
	if (sysctlbyname("kern.leaks", text, &size, NULL, 0) == -1)
		give_up("kern.leaks");
}

static int
free_pages(void)
{
	return (get("vm.v_free_count") + get("vm.v_high_free") +
	    get("vm.kept_pages"));
}

/*
 * Fork until that fails.  The end of this process, with the error as its
 * status, leaves the children to init.
 */
static void
breed(void)
{
	pid_t pid;

	do
		pid = fork();
	while (pid > 0);
	if (pid == 0)
		sleep_in_child();
	_exit(errno);
}

/*
 * How many processes fit, and how many bytes each takes.  Another process
 * makes them: when memory is gone it may be killed for want of a page, and
 * this one, which needs none any more, can still count, let them all end,
 * and see that what they had came back.
 */
static void
live_max(int arg)
{
	static char before[LEAKS_ROOM], after[LEAKS_ROOM];
	int pages, processes, status;
	pid_t pid;

	read_leaks(after); /* so that it has its pages */
	read_leaks(before);
	if (pipe(to_child) == -1)
		give_up("pipe");
	pages = free_pages();
	processes = get("kern.nprocs");
	pid = fork();
	if (pid == -1)
		give_up("fork");
	if (pid == 0)
		breed();
	memset(after, 0, sizeof(after)); /* a copy that is its own */
	if (waitpid(pid, &status, 0) == -1)
		give_up("waitpid");
	wait_until_quiet();
	processes = get("kern.nprocs") - processes;
	pages -= free_pages();
	close(to_child[1]); /* which ends them all */
	close(to_child[0]);
	read_leaks(after);
	printf("%-16s %12d %12llu\n", "live_max", processes,
	    processes > 0 ? (ticks_t)pages * PAGE / processes : 0);
	printf("live_max: until %s\n",
	    WIFEXITED(status) ? strerror(WEXITSTATUS(status)) :
				"the forking process had no page to write to");
	if (strcmp(before, after) != 0) {
		printf("live_max: not all came back; see /usr/tests/leaks\n");
		end(1);
	}
}

/* Ticks from reset to init's first step: the kernel has noted them. */
static void
boot(int arg)
{
	size_t size = sizeof(ticks_t);
	ticks_t ticks;

	if (sysctlbyname("debug.boot_ticks", &ticks, &size, NULL, 0) == -1)
		give_up("debug.boot_ticks");
	printf("%-16s %12llu %12llu\n", "boot", ticks, ticks);
}

/* --------------------------------------------------------------- running */

static const struct row rows[] = {
	{ "null_syscall", null_syscall, NULL, 0, 1000 },
	{ "fork_min", fork_once, NULL, 0, 200 },
	{ "fork_1m", fork_once, setup_heap, 1, 100 },
	{ "fork_4m", fork_once, setup_heap, 4, 100 },
	{ "fork_16m", fork_once, setup_heap, 16, 50 },
	{ "fork_64m", fork_once, setup_heap, 64, 20 },
	{ "fork_256m", fork_once, setup_heap, 256, 10 },
	{ "fork_64m_touch", fork_touch, setup_heap, 64, 10 },
	{ "vfork_min", vfork_once, NULL, 0, 200 },
	{ "vfork_64m", vfork_once, setup_heap, 64, 100 },
	{ "rfork_mem", rfork_mem, NULL, 0, 200 },
	{ "fork_exec", fork_exec, NULL, 0, 100 },
	{ "vfork_exec", vfork_exec, NULL, 0, 100 },
	{ "fork_exec_64m", fork_exec, setup_heap, 64, 20 },
	{ "pipe_pingpong", pipe_pingpong, setup_echo, 0, 500 },
	{ "pipe_self", pipe_self, setup_pipes, 0, 1000 },
	{ "fault_zero", fault_zero, NULL, 0, 10 },
	{ "fault_cow_copy", fault_cow_copy, setup_cow, 4, 10 },
	{ "fault_cow_reuse", fault_cow_reuse, setup_cow, 4, 10 },
	{ "fork_live_10", fork_once, setup_live, 10, 100 },
	{ "fork_live_100", fork_once, setup_live, 100, 100 },
	{ "fork_live_1000", fork_once, setup_live, 1000, 100 },
	{ "fork_live_10000", fork_once, setup_live, 10000, 100 },
	{ "wait_any_5000", wait_any, setup_live, 5000, 100 },
	{ "pid_dense", fork_once, setup_dense, 20000, 100 },
	{ "pid_random", fork_once, setup_random, 10000, 100 },
	{ "live_max", NULL, live_max, 0, 0 },
	{ "boot", NULL, boot, 0, 0 },
};
#define	NROWS		(sizeof(rows) / sizeof(rows[0]))

/* In the row's process. */
static void
measure(const struct row *row, int iterations)
{
	ticks_t total = 0, least = -1ULL, spent;
	int i;

	if (row->setup != NULL)
		row->setup(row->arg);
	if (row->once == NULL)
		end(0);
	row->once(row->arg); /* caches and first faults */
	for (i = 0; i < iterations; i++) {
		spent = row->once(row->arg);
		total += spent;
		if (spent < least)
			least = spent;
	}
	printf("%12llu %12llu\n", total / iterations, least);
	end(0);
}

static int
run(const struct row *row, int iterations)
{
	int status;
	pid_t pid;

	if (row->once != NULL)
		printf("%-16s ", row->name);
	fflush(stdout);
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		measure(row, iterations > 0 ? iterations : row->iterations);
	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		printf("killed by signal %d\n", WTERMSIG(status));
	return (status != 0);
}

/* The ends of the two pipes that a loop of "-p" has. */
#define	READY_FD	3
#define	START_FD	4

/*
 * A loop of "-p": ready, wait for the others, work.  The start is the end
 * of the pipe, which all see at once.
 */
static int
work(const struct row *row, int iterations)
{
	char c = 0;
	int i;

	if (row->setup != NULL)
		row->setup(row->arg);
	row->once(row->arg);
	write(READY_FD, &c, 1);
	/* If one dies before this, the pipe ends without its word. */
	close(READY_FD);
	read(START_FD, &c, 1);
	for (i = 0; i < iterations; i++)
		row->once(row->arg);
	_exit(0);
}

/* Become such a loop. */
static void __dead2
start_loop(const char *program, const struct row *row, int iterations,
    const int ready[2], const int start[2])
{
	char count[12];

	if (setpgid(0, 0) == -1)
		err(1, "setpgid");
	/* Its own hold on the start would keep that from coming. */
	close(start[1]);
	close(ready[0]);
	/* The lower one first: it may be where the other one goes. */
	if (dup2(ready[1], READY_FD) == -1 || dup2(start[0], START_FD) == -1)
		err(1, "dup2");
	if (start[0] > START_FD)
		close(start[0]);
	snprintf(count, sizeof(count), "%d", iterations);
	execlp(program, program, "-w", "-n", count, row->name, (char *)NULL);
	err(1, "%s", program);
}

static pid_t	loops[MOST_LOOPS];
static volatile int nloops;

/* They are jobs of their own, so that ^C does not reach them. */
static void
stop_loops(int sig)
{
	int i;

	for (i = 0; i < nloops; i++)
		kill(-loops[i], SIGKILL);
	_exit(128 + sig);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec + ts.tv_nsec / 1e9);
}

static int
run_together(const char *program, const struct row *row, int processes,
    int iterations)
{
	int failed = 0, i, ready[2], start[2], status;
	double begin;
	char c;

	if (iterations == 0)
		iterations = row->iterations * TOGETHER;
	printf("%-16s ", row->name);
	fflush(stdout);
	if (pipe(ready) == -1 || pipe(start) == -1)
		err(1, "pipe");
	nloops = 0;
	signal(SIGINT, stop_loops);
	signal(SIGTERM, stop_loops);
	for (i = 0; i < processes; i++) {
		loops[i] = fork();
		if (loops[i] == -1)
			err(1, "fork");
		if (loops[i] == 0)
			start_loop(program, row, iterations, ready, start);
		setpgid(loops[i], loops[i]);
		nloops++;
	}
	close(ready[1]);
	for (i = 0; i < processes; i++)
		if (read(ready[0], &c, 1) != 1)
			failed = 1;
	begin = now();
	close(start[1]);
	for (i = 0; i < processes; i++) {
		if (wait(&status) == -1)
			err(1, "wait");
		failed |= status != 0;
	}
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (!failed)
		printf("%12d %12.0f\n", processes,
		    processes * iterations / (now() - begin));
	close(ready[0]);
	close(start[0]);
	return (failed);
}

static const struct row *
find_row(const char *name)
{
	size_t i;

	for (i = 0; i < NROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return (&rows[i]);
	errx(2, "%s: no such row", name);
}

static void
usage(void)
{
	fprintf(stderr,
	    "usage: forkbench [-n iterations] [-p processes] "
	    "[row ...]\n"
	    "       forkbench -w -n iterations row\n");
	exit(2);
}

/* What a row may change, and leave so however it ends. */
static struct setting {
	const char *name;
	int	value;
} settings[] = { { "kern.randompid", 0 }, { "kern.random_seed", 0 } };
#define	NSETTINGS	(sizeof(settings) / sizeof(settings[0]))

static void
note_settings(void)
{
	struct setting *s;

	for (s = settings; s < &settings[NSETTINGS]; s++)
		s->value = get(s->name);
}

static void
restore_settings(void)
{
	struct setting *s;

	for (s = settings; s < &settings[NSETTINGS]; s++)
		if (get(s->name) != s->value)
			set(s->name, s->value);
}

int
main(int argc, char **argv)
{
	int c, iterations = 0, failed = 0, loop = 0, processes = 0;
	const struct row *row;
	size_t i;

	while ((c = getopt(argc, argv, "n:p:w")) != -1)
		switch (c) {
		case 'n':
			iterations = number(optarg, 10, 1, 1000000);
			break;
		case 'p':
			processes = number(optarg, 10, 1, 1000000);
			if (processes > MOST_LOOPS)
				errx(2, "-p: at most %d", MOST_LOOPS);
			break;
		case 'w':
			loop = 1;
			break;
		default:
			usage();
		}
	if (loop && optind == argc - 1 && iterations != 0)
		return (work(find_row(argv[optind]), iterations));
	for (c = optind; c < argc; c++)
		if (find_row(argv[c])->once == NULL && processes != 0)
			errx(2, "%s: not with -p", argv[c]);
	note_settings();
	printf("%-16s %12s %12s\n", "row", processes ? "processes" : "mean",
	    processes ? "per second" : "min");
	for (i = 0; i < (optind == argc ? NROWS : (size_t)(argc - optind));
	     i++) {
		row = optind == argc ? &rows[i] : find_row(argv[optind + i]);
		if (processes == 0)
			failed |= run(row, iterations);
		else if (row->once != NULL)
			failed |= run_together(argv[0], row, processes,
			    iterations);
		restore_settings();
	}
	return (failed);
}
