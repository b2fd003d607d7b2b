/*
 * Ten thousand processes are made, end and are waited for, in all the ways
 * there are.  After that the kernel has in use what it had before, and as
 * many pages are free: nothing is lost, and no cache grows on and on.
 */
#include <sys/types.h>
#include <sys/malloc.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "leaks.h"
#include "tap.h"

#define	ROUNDS		10000
#define	MAXTYPES	64
#define	CROWD		200

static char *const	program[] = { "/bin/true", NULL };
static char *const	missing[] = { "/no/such/program", NULL };
static char *const	empty[] = { NULL };

/* Make a child in one of the ways; 1 if it has ended as it should. */
struct way {
	const char *name;
	pid_t	(*make)(void);
	int	status;			/* exit status of the child */
};

static pid_t
fork_exit(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(1);
	return (pid);
}

static pid_t
fork_exec(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execve(program[0], program, empty);
		_exit(9);
	}
	return (pid);
}

static pid_t
vfork_exec(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execve(program[0], program, empty);
		_exit(9);
	}
	return (pid);
}

static pid_t
vfork_exec_fails(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execve(missing[0], missing, empty);
		_exit(errno == ENOENT ? 4 : 9);
	}
	return (pid);
}

static pid_t
rfork_clean(void)
{
	pid_t pid = rfork(RFPROC | RFCFDG);

	if (pid == 0)
		_exit(close(0) == -1 ? 5 : 9);
	return (pid);
}

static pid_t
rfork_shared(void)
{
	pid_t pid = rfork(RFPROC | RFSIGSHARE);

	if (pid == 0) {
		execve(program[0], program, empty);
		_exit(9);
	}
	return (pid);
}

/* A child with pipe, memory and a child of its own, killed in the middle. */
static pid_t
fork_killed(void)
{
	pid_t pid = fork();
	int fds[2];
	char *p;

	if (pid == 0) {
		if (pipe(fds) == -1 || (p = malloc(100000)) == NULL)
			_exit(9);
		memset(p, 1, 100000);
		if (fork() == 0)
			_exit(0);
		kill(getpid(), SIGKILL);
	}
	return (pid);
}

static const struct way ways[] = {
	{ "fork, _exit", fork_exit, W_EXITCODE(1, 0) },
	{ "fork, exec", fork_exec, 0 },
	{ "vfork, exec", vfork_exec, 0 },
	{ "vfork, exec that fails", vfork_exec_fails, W_EXITCODE(4, 0) },
	{ "rfork without files", rfork_clean, W_EXITCODE(5, 0) },
	{ "rfork with shared files, exec", rfork_shared, 0 },
	{ "fork, killed with a child", fork_killed, W_EXITCODE(0, SIGKILL) },
};
#define	NWAYS	(sizeof(ways) / sizeof(ways[0]))

/* Until init has reaped its children, too. */
static void
wait_until_quiet(void)
{
	size_t size = sizeof(int);
	int quiet;

	if (sysctlbyname("kern.quiet", &quiet, &size, NULL, 0) == -1)
		err(1, "kern.quiet");
}

/*
 * So many rounds, each in the next way; what went wrong, by way.  Some leave
 * init a zombie, which it may be slow to reap, but there shall never be more
 * at one time than there were in the crowd.
 */
static void
rounds(int n, int *wrong)
{
	int i, status;
	pid_t pid;

	for (i = 0; i < n; i++) {
		if (i % CROWD == 0)
			wait_until_quiet();
		pid = ways[i % NWAYS].make();
		if (pid == -1 || waitpid(pid, &status, 0) != pid ||
		    status != ways[i % NWAYS].status)
			wrong[i % NWAYS]++;
	}
}

/*
 * Many processes at once, each with a pipe: after that the kernel keeps as
 * much for the next ones as it ever will.
 */
static void
crowd(void)
{
	int gate[2], own[2], i, status;
	char c;

	if (pipe(gate) == -1)
		err(1, "pipe");
	for (i = 0; i < CROWD; i++) {
		switch (fork()) {
		case -1:
			err(1, "fork");
		case 0:
			close(gate[1]);
			if (pipe(own) == -1)
				err(1, "pipe");
			_exit((int)read(gate[0], &c, 1));
		}
	}
	close(gate[0]);
	close(gate[1]);
	while (wait(&status) != -1)
		if (status != 0)
			errx(1, "a child of the crowd has status %d", status);
}

/* Free, or kept by the kernel for the next process. */
static u_int
free_pages(void)
{
	size_t size = sizeof(u_int);
	u_int high, kept, n;

	if (sysctlbyname("vm.v_free_count", &n, &size, NULL, 0) == -1 ||
	    sysctlbyname("vm.v_high_free", &high, &size, NULL, 0) == -1 ||
	    sysctlbyname("vm.kept_pages", &kept, &size, NULL, 0) == -1)
		err(1, "sysctl");
	return (n + high + kept);
}

/* Bytes in use, by type. */
static size_t
malloc_types(struct malloc_stat *stats)
{
	size_t size = MAXTYPES * sizeof(*stats);

	if (sysctlbyname("kern.malloc", stats, &size, NULL, 0) == -1)
		err(1, "kern.malloc");
	return (size / sizeof(*stats));
}

static int
malloc_differences(const struct malloc_stat *before,
    const struct malloc_stat *after, size_t n)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (before[i].ms_memuse != after[i].ms_memuse) {
			printf("# malloc: %s had %u bytes, has %u\n",
			    before[i].ms_name, before[i].ms_memuse,
			    after[i].ms_memuse);
			wrong++;
		}
	return (wrong);
}

/* Where pages may have gone: caches grow by what is in use at one time. */
struct caches {
	char	zones[4096];
	u_int	malloc_pages;
};

static void
caches_take(struct caches *c)
{
	size_t size = sizeof(c->zones);

	memset(c, 0, sizeof(*c));
	if (sysctlbyname("kern.zones", c->zones, &size, NULL, 0) == -1)
		err(1, "kern.zones");
	size = sizeof(c->malloc_pages);
	if (sysctlbyname("vm.malloc_pages", &c->malloc_pages, &size, NULL, 0))
		err(1, "vm.malloc_pages");
}

static void
say_caches(const char *when, struct caches *c)
{
	char *line, *rest = c->zones;

	printf("# %s: %u pages of malloc\n", when, c->malloc_pages);
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0')
		printf("# %s: %s\n", when, line);
}

int
main(void)
{
	static struct caches caches[2];
	static struct leaks before, after;
	static struct malloc_stat types[2][MAXTYPES];
	static int wrong[NWAYS];
	u_int free_after, free_before;
	size_t i, n;

	/* What is kept for the next process is there after some of them. */
	crowd();
	rounds(20 * NWAYS, wrong);
	leaks_take(&after);
	malloc_types(types[1]);
	caches_take(&caches[1]);
	caches_take(&caches[0]);
	leaks_take(&before);
	free_before = free_pages();
	n = malloc_types(types[0]);

	rounds(ROUNDS, wrong);

	ok(leaks_take(&after), "all is quiet");
	free_after = free_pages();
	malloc_types(types[1]);
	caches_take(&caches[1]);
	for (i = 0; i < NWAYS; i++)
		ok(wrong[i] == 0, "%s", ways[i].name);
	ok(leaks_compare(&before, &after, "# ") == 0,
	    "as much is in use as before, of everything");
	ok(malloc_differences(types[0], types[1], n) == 0,
	    "as many bytes are allocated, of every type");
	if (free_before != free_after) {
		printf("# %u pages were free, %u are\n", free_before,
		    free_after);
		say_caches("before", &caches[0]);
		say_caches("after", &caches[1]);
	}
	ok(free_before == free_after, "as many pages are free");
	return (tap_done());
}
