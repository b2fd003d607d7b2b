/*
 * Races around fork, met on purpose.  Each of them is run under many seeded
 * schedules (kern.sched_seed), in which the debug kernel switches wherever
 * another processor might come between.
 *
 *	forkraces [-s first seed] [-n seeds] [race ...]
 *
 * A failure names the seed; the same seed alone meets it again.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/ttycom.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	PATIENCE	20		/* seconds until a wait is given up */
#define	STACK		8192		/* bytes, of a thread */
#define	MEMBERS		3
#define	ROUNDS		6		/* forks of each member */

/* What parents, children and grandchildren know in common. */
static struct {
	volatile unsigned born;		/* processes that came to live */
	volatile pid_t	pid;
	volatile pid_t	pids[MEMBERS];
} *shared;

static char	why[128];		/* the last race failed because */

static bool
failed(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return (false);
}

static void
set_seed(unsigned seed)
{
	if (sysctlbyname("kern.sched_seed", NULL, NULL, &seed, sizeof(seed)))
		err(1, "kern.sched_seed");
}

/* Let others run, soon or after a tick. */
static void
pass(unsigned round)
{
	static const struct timespec tick = { 0, 10000000 };

	if (round < 50)
		sched_yield();
	else
		nanosleep(&tick, NULL);
}

/* Until kill(pid, 0) finds nobody, and waits for who is ours. */
static bool
gone(pid_t pid)
{
	time_t end = time(NULL) + PATIENCE;
	unsigned round;

	for (round = 0; time(NULL) < end; round++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		if (kill(pid, 0) == -1 && errno == ESRCH)
			return (true);
		pass(round);
	}
	return (false);
}

static bool
wait_status(pid_t pid, int wanted)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return (failed("waitpid: %s", strerror(errno)));
	if (status != wanted)
		return (failed("status %#x, not %#x", status, wanted));
	return (true);
}

/* Fork, child after child, each of which would live for ever. */
static void
breed(void)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (must_fork() == 0) {
			__sync_fetch_and_add(&shared->born, 1);
			for (;;)
				pause();
		}
	for (;;)
		pause();
}

/* A group of its own whose members fork; its id. */
static pid_t
breeding_group(void)
{
	pid_t leader;
	int i;

	shared->born = 0;
	leader = must_fork();
	if (leader == 0) {
		setpgid(0, 0);
		for (i = 1; i < MEMBERS; i++)
			if (must_fork() == 0)
				breed();
		breed();
	}
	setpgid(leader, leader);
	return (leader);
}

/*
 * A signal to a group reaches every member, the one too that is being born
 * at this moment.
 */
static bool
group_dies(unsigned seed, int sig)
{
	pid_t pgrp = breeding_group();
	unsigned i, wanted = seed % (MEMBERS * ROUNDS);

	for (i = 0; i < 1000 && shared->born < wanted; i++)
		sched_yield();
	if (kill(-pgrp, sig) == -1)
		return (failed("kill: %s", strerror(errno)));
	if (!gone(-pgrp)) {
		kill(-pgrp, SIGKILL);
		return (failed("somebody survived signal %d", sig));
	}
	return (true);
}

static bool
race_killpg(unsigned seed)
{
	return (group_dies(seed, SIGKILL));
}

static bool
race_sigint(unsigned seed)
{
	return (group_dies(seed, SIGINT));
}

/*
 * The same from the terminal: ^C to the group in the foreground.
 */
static bool
race_terminal(unsigned seed)
{
	unsigned i, wanted = seed % (MEMBERS * ROUNDS);
	pid_t pgrp = breeding_group(), own = getpgrp();
	struct termios quiet, usual;
	bool typed;

	tcgetattr(0, &usual);
	quiet = usual;
	quiet.c_lflag &= ~ECHO;
	tcsetattr(0, TCSANOW, &quiet);
	if (tcsetpgrp(0, pgrp) == -1) {
		kill(-pgrp, SIGKILL);
		return (failed("tcsetpgrp: %s", strerror(errno)));
	}
	for (i = 0; i < 1000 && shared->born < wanted; i++)
		sched_yield();
	typed = ioctl(0, TIOCSTI, "\003") == 0;
	if (!typed || !gone(-pgrp)) {
		kill(-pgrp, SIGKILL);
		return (failed(typed ? "somebody survived ^C" : "TIOCSTI"));
	}
	tcsetpgrp(0, own);
	tcsetattr(0, TCSANOW, &usual);
	return (true);
}

/*
 * A parent that is moved to another group while it forks: each child is in
 * one of the two, and findable there.
 */
static bool
race_setpgid(unsigned seed)
{
	pid_t mover, new, old, own = getpgrp();
	unsigned i;

	old = breeding_group();
	new = must_fork();
	if (new == 0) {
		setpgid(0, 0);
		for (;;)
			pause();
	}
	setpgid(new, new);
	/*
	 * Only a child can be moved, and this one breeds: not before it is in
	 * one of the groups, or what it has born is in ours.
	 */
	mover = must_fork();
	if (mover == 0) {
		while (getpgrp() == own)
			sched_yield();
		breed();
	}
	for (i = 0; i < ROUNDS; i++) {
		if (setpgid(mover, (seed + i) % 2 ? old : new) == -1)
			warn("setpgid");
		sched_yield();
	}
	kill(-old, SIGKILL);
	kill(-new, SIGKILL);
	kill(mover, SIGKILL);
	if (!gone(-old) || !gone(-new) || !gone(mover))
		return (failed("a group did not die"));
	return (true);
}

static char	stacks[MEMBERS * (ROUNDS + 1)][STACK];
static unsigned	nstacks;

/* One more in the task group, on a stack of its own. */
static pid_t
make_peer(int (*fn)(void *))
{
	unsigned i = __sync_fetch_and_add(&nstacks, 1);

	return (rfork_thread(RFPROC | RFMEM | RFTHREAD, stacks[i] + STACK, fn,
	    NULL));
}

static int
idle_peer(void *arg __unused)
{
	__sync_fetch_and_add(&shared->born, 1);
	while (pause() == -1)
		continue;
	return (0);
}

static int
breeding_peer(void *arg __unused)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (make_peer(idle_peer) == -1)
			return (1);
	for (;;)
		pause();
}

/*
 * The leader of a task group exits while its peers make more peers: when
 * it has been waited for, all of them are dead.
 */
static bool
race_leader(unsigned seed)
{
	unsigned i, wanted = seed % (MEMBERS * ROUNDS);
	pid_t leader;

	shared->born = 0;
	leader = must_fork();
	if (leader == 0) {
		setpgid(0, 0);
		for (i = 0; i < MEMBERS; i++)
			if (make_peer(breeding_peer) == -1)
				_exit(1);
		for (i = 0; i < 1000 && shared->born < wanted; i++)
			sched_yield();
		_exit(7);
	}
	setpgid(leader, leader);
	if (!wait_status(leader, 7 << 8))
		return (false);
	if (!gone(-leader)) {
		kill(-leader, SIGKILL);
		return (failed("a peer survived its leader"));
	}
	return (true);
}

/*
 * The parent exits while its children are born and die: each of them has
 * it or init for a parent, and in the end init.
 */
static bool
race_parent(unsigned seed)
{
	pid_t parent, ppid;
	char byte;
	int ends[2], i, n;

	if (pipe(ends) == -1)
		return (failed("pipe"));
	parent = must_fork();
	if (parent == 0) {
		parent = getpid();
		close(ends[0]);
		for (i = 0; i < ROUNDS; i++)
			if (must_fork() == 0) {
				ppid = getppid();
				if (i % 2 == 0)
					while (getppid() != 1)
						sched_yield();
				byte = ppid == parent || ppid == 1 ? 'y' : 'n';
				write(ends[1], &byte, 1);
				_exit(0);
			}
		for (i = seed % 8; i > 0; i--)
			sched_yield();
		_exit(0);
	}
	close(ends[1]);
	for (n = 0; read(ends[0], &byte, 1) == 1; n++)
		if (byte != 'y')
			failed("a child had a foreign parent");
	close(ends[0]);
	if (n != ROUNDS)
		return (failed("%d of %d children spoke", n, ROUNDS));
	return (wait_status(parent, 0) && why[0] == '\0');
}

/*
 * Children that exit, stop and go on while their parent waits: each event
 * is told once, and none is lost.
 */
static bool
race_wait(unsigned seed)
{
	pid_t pid, pids[ROUNDS];
	int i, n, status, stops = 0;
	unsigned told = 0;

	for (i = 0; i < ROUNDS; i++) {
		pids[i] = must_fork();
		if (pids[i] == 0) {
			if (i % 2)
				raise(SIGSTOP);
			_exit(i);
		}
	}
	for (n = 0; n < ROUNDS;) {
		pid = waitpid(seed % 3 ? -1 : 0, &status, WUNTRACED);
		if (pid == -1)
			return (failed("waitpid: %s", strerror(errno)));
		for (i = 0; i < ROUNDS && pids[i] != pid; i++)
			continue;
		if (WIFSTOPPED(status)) {
			stops++;
			kill(pid, SIGCONT);
			continue;
		}
		if (i == ROUNDS || status != i << 8 || (told & 1u << i))
			return (failed("pid %d, status %#x", pid, status));
		told |= 1u << i;
		n++;
	}
	if (stops != ROUNDS / 2)
		return (failed("%d stops of %d", stops, ROUNDS / 2));
	if (waitpid(-1, &status, WNOHANG) != -1 || errno != ECHILD)
		return (failed("more children than there were"));
	return (true);
}

/*
 * One child that stops and goes on: its parent hears of each, once.  It
 * does not stop again before the last continue has been asked for, since
 * the newer state takes the place of the older one.
 */
static bool
race_stops(unsigned seed)
{
	int i, status;
	pid_t pid;

	shared->born = 0;
	pid = must_fork();
	if (pid == 0) {
		for (i = 0; i < ROUNDS; i++) {
			raise(SIGSTOP);
			while (shared->born <= (unsigned)i)
				sched_yield();
		}
		_exit(0);
	}
	for (i = 0; i < ROUNDS; i++) {
		if (waitpid(pid, &status, WUNTRACED) != pid ||
		    !WIFSTOPPED(status))
			return (failed("stop %d: status %#x", i, status));
		kill(pid, SIGCONT);
		if (seed % 3 == 0 &&
		    (waitpid(pid, &status, WCONTINUED) != pid ||
			!WIFCONTINUED(status)))
			return (failed("continue %d: status %#x", i, status));
		shared->born++;
	}
	return (wait_status(pid, 0));
}

/*
 * A child that stops is killed while its stop is told, which takes two page
 * faults: its end is told, too.  With SIGCHLD ignored it goes to init at that
 * moment.
 */
static bool
race_stop_end(unsigned seed)
{
	bool ignored = seed % 4 == 0, fine = true;
	pid_t killer, pid, told;
	unsigned i, round;
	char *pages;
	int *status;

	for (round = 0; fine && round < 2 * ROUNDS; round++) {
		pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		    MAP_ANON | MAP_PRIVATE, -1, 0);
		status = (int *)pages;
		signal(SIGCHLD, ignored ? SIG_IGN : SIG_DFL);
		pid = must_fork();
		while (pid == 0)
			pause();
		killer = must_fork();
		if (killer == 0) {
			kill(pid, SIGSTOP);
			for (i = round % 7; i > 0; i--)
				getppid();
			kill(pid, SIGKILL);
			_exit(0);
		}
		told = wait4(pid, status, WUNTRACED,
		    (struct rusage *)(pages + 4096));
		if (told == pid && WIFSTOPPED(*status) && !ignored)
			fine = wait_status(pid, SIGKILL);
		signal(SIGCHLD, SIG_DFL);
		waitpid(killer, NULL, 0);
		munmap(pages, 8192);
		if (!gone(pid))
			return (failed("a zombie is left"));
	}
	return (fine);
}

/*
 * A zombie is sent signals until it is gone, by a user who needs the right to.
 */
static bool
race_kill_zombie(unsigned seed)
{
	pid_t killer, pid;
	unsigned i;

	pid = must_fork();
	if (pid == 0)
		_exit(5);
	killer = must_fork();
	if (killer == 0) {
		setuid(1000);
		while (kill(pid, SIGCONT) == 0)
			sched_yield();
		_exit(errno != ESRCH);
	}
	for (i = seed % 16; i > 0; i--)
		sched_yield();
	return (wait_status(pid, 5 << 8) && wait_status(killer, 0));
}

/* Have children that have an event queue and end, one after another. */
static void
breed_queues(volatile pid_t *last)
{
	pid_t pid;
	int i;

	for (i = 0; i < 5 * ROUNDS; i++) {
		pid = must_fork();
		if (pid == 0) {
			*last = getpid();
			_exit(kqueue() == -1);
		}
		if (!wait_status(pid, 0))
			_exit(1);
	}
	_exit(0);
}

/* Processes end while somebody looks at their event queues. */
static bool
race_look(unsigned seed __unused)
{
	char buf[64], path[64];
	int i, left = MEMBERS;

	for (i = 0; i < MEMBERS; i++)
		if (must_fork() == 0)
			breed_queues(&shared->pids[i]);
	for (i = 0; left > 0; i = (i + 1) % MEMBERS) {
		snprintf(path, sizeof(path), "/proc/%d/fd/3",
		    (int)shared->pids[i]);
		(void)readlink(path, buf, sizeof(buf));
		if (i == 0 && waitpid(-1, NULL, WNOHANG) > 0)
			left--;
		sched_yield();
	}
	return (true);
}

/* A child is moved to and fro while it asks for its terminal, and ends. */
static bool
race_move(unsigned seed)
{
	pid_t own = getpgrp(), pid = must_fork();
	unsigned i;

	if (pid == 0) {
		for (i = 0; i < 40; i++)
			close(open("/dev/tty", O_RDWR));
		_exit(0);
	}
	for (i = seed % 2; waitpid(pid, NULL, WNOHANG) == 0; i++) {
		setpgid(pid, i % 2 ? pid : own);
		sched_yield();
	}
	return (true);
}

/*
 * vfork: the parent, the child or both are killed by a third process at any
 * moment; neither is left behind.
 */
static bool
race_vfork(unsigned seed)
{
	pid_t parent, child;
	unsigned i;

	shared->pid = 0;
	parent = must_fork();
	if (parent == 0) {
		child = vfork();
		if (child == 0) {
			shared->pid = getpid();
			for (;;)
				pause();
		}
		_exit(3);
	}
	for (i = 0; shared->pid == 0; i++)
		pass(i);
	child = shared->pid;
	if (seed % 3 == 0)
		kill(parent, SIGKILL);
	if (seed % 3 == 1)
		for (i = seed % 16; i > 0; i--)
			sched_yield();
	kill(child, SIGKILL);
	if (!wait_status(parent, seed % 3 == 0 ? SIGKILL : 3 << 8))
		return (false);
	if (!gone(child))
		return (failed("the child of a vfork is left"));
	return (true);
}

/*
 * Who lists processes while others fork and exit sees whole ones.
 */
static bool
race_list(unsigned seed __unused)
{
	static struct kinfo_proc list[128];
	int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_ALL };
	size_t i, n, size;
	pid_t pid;
	int round;

	pid = must_fork();
	if (pid == 0) {
		for (round = 0; round < ROUNDS; round++) {
			if (must_fork() == 0)
				_exit(0);
			if (round % 2)
				waitpid(-1, NULL, 0);
		}
		_exit(0);
	}
	for (round = 0; round < 4; round++) {
		size = sizeof(list);
		if (sysctl(mib, 3, list, &size, NULL, 0) == -1)
			return (failed("sysctl: %s", strerror(errno)));
		n = size / sizeof(list[0]);
		for (i = 0; i < n; i++)
			if (list[i].ki_pid < 0 || list[i].ki_ppid < 0 ||
			    list[i].ki_comm[0] == '\0' ||
			    (list[i].ki_pid > 0 && list[i].ki_pgid == 0 &&
				list[i].ki_sid != 0))
				failed("pid %d, ppid %d, \"%.20s\"",
				    list[i].ki_pid, list[i].ki_ppid,
				    list[i].ki_comm);
		sched_yield();
	}
	return (wait_status(pid, 0) && why[0] == '\0');
}

/*
 * A parent that ignores SIGCHLD: its wait ends with ECHILD when the last
 * child has gone, and there are no zombies.
 */
static bool
race_ignored(unsigned seed)
{
	pid_t pid, pids[ROUNDS];
	int i;

	pid = must_fork();
	if (pid == 0) {
		signal(SIGCHLD, SIG_IGN);
		for (i = 0; i < ROUNDS; i++) {
			pids[i] = must_fork();
			if (pids[i] == 0)
				_exit(0);
			if ((seed + i) % 3 == 0)
				sched_yield();
		}
		if (waitpid(-1, NULL, 0) != -1 || errno != ECHILD)
			_exit(1);
		for (i = 0; i < ROUNDS; i++)
			if (!gone(pids[i]))
				_exit(2);
		_exit(0);
	}
	return (wait_status(pid, 0));
}

/*
 * Watch a process from some moment on, in which it forks and ends: its exit
 * is told once, and of the child all or nothing.
 */
static bool
race_watch(unsigned seed __unused)
{
	const struct timespec none = { 0, 0 };
	int child = 0, child_exit = 0, exits = 0, kq = kqueue();
	struct kevent kev;
	pid_t pid;

	pid = must_fork();
	if (pid == 0) {
		if (must_fork() == 0)
			_exit(4);
		wait(NULL);
		_exit(3);
	}
	EV_SET(&kev, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT | NOTE_TRACK, 0, NULL);
	if (kevent(kq, &kev, 1, NULL, 0, NULL) == -1)
		return (failed("kevent: %s", strerror(errno)));
	while (kevent(kq, NULL, 0, &kev, 1, exits ? &none : NULL) == 1) {
		if (kev.fflags & (NOTE_TRACKERR | NOTE_CHILD))
			child += kev.fflags == NOTE_CHILD && kev.data == pid;
		else if (kev.ident == (uintptr_t)pid)
			exits += kev.data == 3 << 8;
		else
			child_exit += kev.data == 4 << 8;
	}
	close(kq);
	if (exits != 1 || child != child_exit || child > 1)
		return (failed("%d exits, %d children, %d of these exit", exits,
		    child, child_exit));
	return (wait_status(pid, 3 << 8));
}

/* Close a queue that follows processes while they fork and end. */
static bool
race_unwatch(unsigned seed __unused)
{
	struct kevent kev;
	int i, kq = kqueue();
	pid_t pid;

	pid = must_fork();
	if (pid == 0) {
		for (i = 0; i < ROUNDS; i++)
			if (must_fork() == 0)
				_exit(must_fork() == -1);
		while (wait(NULL) > 0)
			continue;
		_exit(0);
	}
	EV_SET(&kev, pid, EVFILT_PROC, EV_ADD,
	    NOTE_FORK | NOTE_EXIT | NOTE_TRACK, 0, NULL);
	if (kevent(kq, &kev, 1, NULL, 0, NULL) == -1)
		return (failed("kevent: %s", strerror(errno)));
	(void)kevent(kq, NULL, 0, &kev, 1, NULL);
	close(kq);
	return (wait_status(pid, 0));
}

static const struct race {
	const char *name;
	bool	(*run)(unsigned seed);
	const char *what;
} races[] = {
	{ "killpg", race_killpg, "SIGKILL to a group that forks" },
	{ "sigint", race_sigint, "SIGINT to a group that forks" },
	{ "terminal", race_terminal, "^C to a group that forks" },
	{ "setpgid", race_setpgid, "setpgid of a process that forks" },
	{ "leader", race_leader, "exit of a leader whose peers fork" },
	{ "parent", race_parent, "exit of a parent" },
	{ "wait", race_wait, "wait beside exits and stops" },
	{ "stops", race_stops, "wait for each stop and continue" },
	{ "stopend", race_stop_end, "the end of a child that is being waited" },
	{ "zombie", race_kill_zombie, "signals to a zombie" },
	{ "look", race_look, "a look at who ends" },
	{ "move", race_move, "setpgid of who asks for its terminal" },
	{ "vfork", race_vfork, "kill of both sides of a vfork" },
	{ "list", race_list, "a list of processes beside forks" },
	{ "ignored", race_ignored, "SIGCHLD ignored" },
	{ "watch", race_watch, "NOTE_TRACK of a process that forks and ends" },
	{ "unwatch", race_unwatch, "close of a kqueue beside forks and ends" },
};
#define	NRACES	(sizeof(races) / sizeof(races[0]))

static void
verdict(const struct race *race, unsigned seed, bool fine)
{
	ok(fine, "%s", race->what);
	if (!fine)
		printf("# %s; again: forkraces -s %u -n 1 %s\n", why, seed,
		    race->name);
}

static const struct race *current;	/* the race that is run */
static unsigned	current_seed;

/* A process that waits for ever is a finding, too: a wakeup was lost. */
static void
hung(int sig __unused)
{
	set_seed(0);
	failed("hangs");
	verdict(current, current_seed, false);
	exit(tap_done());
}

static void
run_race(const struct race *race, unsigned first, unsigned n)
{
	unsigned seed;
	bool fine = true;

	current = race;
	for (seed = first; fine && seed < first + n; seed++) {
		current_seed = seed;
		why[0] = '\0';
		alarm(2 * PATIENCE);
		set_seed(seed);
		fine = (*race->run)(seed);
		set_seed(0);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
	}
	alarm(0);
	verdict(race, seed - 1, fine);
}

static void
usage(void)
{
	fprintf(stderr,
	    "usage: forkraces [-s first seed] [-n seeds] "
	    "[race ...]\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	unsigned first = 1, i, n = 50;
	int ch, j;

	while ((ch = getopt(argc, argv, "n:s:")) != -1)
		switch (ch) {
		case 'n':
			n = strtoul(optarg, NULL, 10);
			break;
		case 's':
			first = strtoul(optarg, NULL, 10);
			break;
		default:
			usage();
		}
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANON | MAP_SHARED,
	    -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	/* To take the terminal back from the background. */
	signal(SIGTTOU, SIG_IGN);
	signal(SIGALRM, hung);
	for (i = 0; i < NRACES; i++) {
		for (j = optind; j < argc; j++)
			if (strcmp(argv[j], races[i].name) == 0)
				break;
		if (optind == argc || j < argc)
			run_race(&races[i], first, n);
	}
	return (tap_done());
}
