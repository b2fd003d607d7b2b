/*
 * rforktest: the flag table of rfork(2).  Every combination of the flags
 * that a program may give is tried, what parent and child share is found
 * out by using it, and that is held against what the manual page promises.
 * -v prints the whole table.
 *
 * One experiment has three processes.  The supervisor is made afresh for
 * each, so that its memory, descriptors and signal actions may be spoiled.
 * It makes the subject with the flags, and the two take turns: each
 * changes what may be shared, and the other looks.  The third process, the
 * follower, is made in the same way and only shows whether it outlives the
 * supervisor, as one that has not joined its task group does.
 *
 * Without RFPROC there is no child to look at.  There the subject is one
 * that shares all with the supervisor, and calls rfork(flags) itself.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	MAKE_SHARER	(RFPROC | RFMEM | RFSIGSHARE)
#define	YIELDS		2000		/* polls before the first sleep */
#define	PATIENCE	(YIELDS + 500)	/* until a turn is given up */
#define	STACK_SIZE	16384
#define	SHOWN_SIGNAL	SIGWINCH	/* whose action is changed */
#define	PATH		"/etc/passwd"
#define	HOME		"/etc"		/* supervisor's working directory */
#define	AWAY		"/tmp"		/* where the subject goes */

/* What is shared and what not: the answer to an experiment. */
struct answer {
	int	error;		/* errno, or 0 */
	char	files;		/* Shared, Copied or Empty table */
	char	memory;		/* Shared or Copied */
	char	actions;	/* Shared or Copied */
	char	parent;		/* the Caller or Init */
	char	wait;		/* seen by Plain wait, with wLinuxclone, None */
	char	group;		/* its Own task group or the Caller's */
	int	signal;		/* sent at the end, 0 for none */
};

/* The flags of the table's rows, in the order of its columns. */
static const struct flag {
	int	bit;
	const char *name;
} flags_of_rows[] = {
	{ RFPROC, "PROC" },
	{ RFFDG, "FDG" },
	{ RFCFDG, "CFDG" },
	{ RFMEM, "MEM" },
	{ RFNOWAIT, "NOWAIT" },
	{ RFTHREAD, "THREAD" },
	{ RFSIGSHARE, "SIGSHARE" },
	{ RFLINUXTHPN, "LINUXTHPN" },
};
#define	NFLAGS	(sizeof(flags_of_rows) / sizeof(flags_of_rows[0]))
#define	NROWS	(1 << NFLAGS)

/* Each row comes once with each of these. */
static const int signals_of_rows[] = { 0, RFTSIGZMB,
	RFTSIGZMB | RFTSIGFLAGS(SIGTERM), RFTSIGZMB | RFTSIGFLAGS(SIGUSR2) };
#define	NSIGNALS (sizeof(signals_of_rows) / sizeof(signals_of_rows[0]))

/* What each row is refused with. */
static const struct flag additions[] = {
	{ RFNAMEG, "RFNAMEG" },
	{ RFENVG, "RFENVG" },
	{ RFNOTEG, "RFNOTEG" },
	{ RFCNAMEG, "RFCNAMEG" },
	{ RFCENVG, "RFCENVG" },
	{ 1 << 7, "bit 7" },
	{ 1 << 8, "bit 8" },
	{ 1 << 9, "bit 9" },
	{ 1 << 15, "bit 15" },
	{ RFSTOPPED, "RFSTOPPED" },
	{ RFHIGHPID, "RFHIGHPID" },
	{ RFPROCDESC, "RFPROCDESC" },
	{ 1 << 29, "bit 29" },
	{ 1 << 30, "bit 30" },
	{ (int)RFPPWAIT, "RFPPWAIT (RFSPAWN)" },
	{ RFTSIGFLAGS(1), "signal 1, no RFTSIGZMB" },
	{ RFTSIGFLAGS(2), "signal 2, no RFTSIGZMB" },
	{ RFTSIGFLAGS(4), "signal 4, no RFTSIGZMB" },
	{ RFTSIGFLAGS(8), "signal 8, no RFTSIGZMB" },
	{ RFTSIGFLAGS(16), "signal 16, no RFTSIGZMB" },
	{ RFTSIGFLAGS(SIGUSR2), "signal 31, no RFTSIGZMB" },
	{ RFTSIGFLAGS(32), "signal 32, no RFTSIGZMB" },
	{ RFTSIGFLAGS(64), "signal 64, no RFTSIGZMB" },
	{ RFTSIGFLAGS(128), "signal 128, no RFTSIGZMB" },
	{ RFTSIGZMB | RFTSIGFLAGS(32), "RFTSIGZMB, signal 32" },
	{ RFTSIGZMB | RFTSIGFLAGS(33), "RFTSIGZMB, signal 33" },
	{ RFTSIGZMB | RFTSIGFLAGS(127), "RFTSIGZMB, signal 127" },
	{ RFTSIGZMB | RFTSIGFLAGS(128), "RFTSIGZMB, signal 128" },
	{ RFTSIGZMB | RFTSIGFLAGS(255), "RFTSIGZMB, signal 255" },
};
#define	NADDITIONS (sizeof(additions) / sizeof(additions[0]))

/* ---------------------------------------------------- what is promised */

/*
 * The manual page as a table: where (flags & mask) == value, the field of
 * the answer is that.  A later rule wins over an earlier one.
 */
enum field { FILES, MEMORY, ACTIONS, PARENT, GROUP, WAIT, SIGNAL };
#define	ITS_SIGNAL	(-1)		/* the one in the flags */

static const struct rule {
	int	mask, value;
	enum field field;
	int	is;
} rules[] = {
	/* "If [neither] is set, the child shares the descriptor table." */
	{ 0, 0, FILES, 'S' },
	{ RFFDG, RFFDG, FILES, 'C' },
	{ RFCFDG, RFCFDG, FILES, 'E' },
	{ 0, 0, MEMORY, 'C' },
	{ RFMEM, RFMEM, MEMORY, 'S' },
	{ RFPROC | RFSIGSHARE, RFPROC, ACTIONS, 'C' },
	{ RFPROC | RFSIGSHARE, RFPROC | RFSIGSHARE, ACTIONS, 'S' },
	/* Without RFPROC nothing is said of signals: they stay shared. */
	{ RFPROC, 0, ACTIONS, 'S' },
	{ 0, 0, PARENT, 'C' },
	{ 0, 0, GROUP, 'O' },
	{ RFPROC | RFTHREAD, RFPROC | RFTHREAD, GROUP, 'C' },
	{ 0, 0, SIGNAL, SIGCHLD },
	{ 0, 0, WAIT, 'P' },
	{ RFPROC | RFLINUXTHPN, RFPROC | RFLINUXTHPN, SIGNAL, SIGUSR1 },
	{ RFPROC | RFLINUXTHPN, RFPROC | RFLINUXTHPN, WAIT, 'L' },
	{ RFPROC | RFTSIGZMB, RFPROC | RFTSIGZMB, SIGNAL, ITS_SIGNAL },
	{ RFPROC | RFTSIGZMB, RFPROC | RFTSIGZMB, WAIT, 'L' },
	/* A child that init got tells its creator nothing. */
	{ RFPROC | RFNOWAIT, RFPROC | RFNOWAIT, PARENT, 'I' },
	{ RFPROC | RFNOWAIT, RFPROC | RFNOWAIT, SIGNAL, 0 },
	{ RFPROC | RFNOWAIT, RFPROC | RFNOWAIT, WAIT, 'N' },
};

static void
set_field(struct answer *a, enum field field, int is)
{
	switch (field) {
	case FILES:
		a->files = is;
		break;
	case MEMORY:
		a->memory = is;
		break;
	case ACTIONS:
		a->actions = is;
		break;
	case PARENT:
		a->parent = is;
		break;
	case GROUP:
		a->group = is;
		break;
	case WAIT:
		a->wait = is;
		break;
	case SIGNAL:
		a->signal = is;
		break;
	}
}

/*
 * What the manual page says of a row with a valid signal.
 */
static struct answer
promised(int flags)
{
	struct answer a = { 0 };
	unsigned i;

	if ((flags & RFFDG) && (flags & RFCFDG)) {
		a.error = EINVAL;
		return (a);
	}
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((flags & rules[i].mask) == rules[i].value)
			set_field(&a, rules[i].field,
			    rules[i].is == ITS_SIGNAL ? flags >> 20 & 0xff :
							rules[i].is);
	return (a);
}

/* ------------------------------------------------------- one experiment */

/* What one side saw of the other's doings; a bit each. */
#define	SAW_STORE	0x001		/* a store to memory */
#define	SAW_ACTION	0x002		/* a new signal action */
#define	SAW_DUP		0x004		/* a descriptor made after the fork */
#define	SAW_CHDIR	0x008
#define	SAW_UMASK	0x010
#define	SAW_EXCLOSE	0x020		/* close on exec was set */
#define	SAW_CLOSE	0x040
#define	SAW_SEEK	0x080		/* the file's offset has changed */
#define	HAS_FILE	0x100		/* the file from before the fork */
#define	FIRST_IS_0	0x200		/* the first open gives 0 */
#define	HAS_HOME	0x400		/* working directory as before */
#define	HAS_UMASK	0x800		/* umask as before */
#define	UMASK_022	0x1000
#define	HAS_ACTION	0x2000		/* action as before */
#define	SAW_MASK	0x4000		/* a blocked signal: never shared */
#define	HAS_EXCLOSE	0x8000		/* descriptor flags as before */

/* Who may move.  Both sides may be on one memory: never at the same time. */
enum turn { NOBODY, SUPERVISOR, SUBJECT };

/* The page that all processes map. */
static struct page {
	volatile enum turn turn;
	volatile int subject_saw, supervisor_saw;
	volatile int subject_error;	/* errno of its rfork, or 0 */
	volatile int ppid;		/* subject's parent */
	volatile int ready, go_on, alive; /* the follower */
	volatile int follower;		/* its pid */
	volatile int answered;
	struct answer answer;
} *page;

static volatile int stored;		/* memory that may be shared */
static int	exclose, file, late;	/* descriptors */
static int	flags_of_subject;
static char	stack_of_subject[STACK_SIZE], stack_of_follower[STACK_SIZE];

/* Poll: what is waited for may have no other way to tell. */
static void
pause_a_bit(int round)
{
	if (round < YIELDS)
		sched_yield();
	else
		usleep(1000);
}

static void
wait_turn(enum turn mine)
{
	int i;

	for (i = 0; page->turn != mine; i++) {
		if (i == PATIENCE)
			_exit(99);
		pause_a_bit(i);
	}
}

static void
late_handler(int sig __unused)
{
}

static bool
action_is(sig_t handler)
{
	struct sigaction sa;

	return (sigaction(SHOWN_SIGNAL, NULL, &sa) == 0 &&
	    sa.sa_handler == handler);
}

static bool
directory_is(const char *path)
{
	struct stat here, there;

	return (stat(".", &here) == 0 && stat(path, &there) == 0 &&
	    here.st_ino == there.st_ino && here.st_dev == there.st_dev);
}

static bool
fd_open(int fd)
{
	return (fcntl(fd, F_GETFD) != -1);
}

/*
 * The subject's turn: what has it got, and what does it see of what the
 * supervisor did after the fork?
 */
static int
subject_looks(void)
{
	int mask, saw = 0;

	saw |= stored == 2 ? SAW_STORE : 0;
	saw |= action_is(late_handler) ? SAW_ACTION : 0;
	saw |= action_is(SIG_IGN) ? HAS_ACTION : 0;
	saw |= fd_open(late) ? SAW_DUP : 0;
	saw |= fd_open(file) ? HAS_FILE : 0;
	saw |= fcntl(exclose, F_GETFD) == FD_CLOEXEC ? HAS_EXCLOSE : 0;
	saw |= directory_is(HOME) ? HAS_HOME : 0;
	mask = umask(0);
	saw |= mask == 027 ? HAS_UMASK : 0;
	saw |= mask == 022 ? UMASK_022 : 0;
	saw |= lseek(file, 0, SEEK_CUR) == 3 ? SAW_SEEK : 0;
	return (saw);
}

/*
 * It changes all that may be shared.
 */
static void
subject_acts(void)
{
	sigset_t set;

	stored = 3;
	signal(SHOWN_SIGNAL, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGINFO);
	sigprocmask(SIG_BLOCK, &set, NULL);
	chdir(AWAY);
	umask(077);
	lseek(file, 5, SEEK_SET);
	fcntl(file, F_SETFD, FD_CLOEXEC);
}

static int
subject_main(void *arg __unused)
{
	int first;

	if ((flags_of_subject & RFPROC) == 0)
		page->subject_error = rfork(flags_of_subject) == 0 ? 0 : errno;
	page->ppid = getppid();
	page->turn = SUPERVISOR;

	wait_turn(SUBJECT);
	page->subject_saw = subject_looks();
	first = open("/dev/null", O_RDONLY);
	page->subject_saw |= first == 0 ? FIRST_IS_0 : 0;
	close(first);
	subject_acts();
	page->turn = SUPERVISOR;

	wait_turn(SUBJECT);
	close(file);
	page->turn = SUPERVISOR;

	wait_turn(SUBJECT);
	return (0);
}

static int
follower_main(void *arg __unused)
{
	int i;

	if ((flags_of_subject & RFPROC) == 0)
		rfork(flags_of_subject);
	page->ready = 1;
	for (i = 0; !page->go_on; i++) {
		if (i == PATIENCE)
			_exit(99);
		pause_a_bit(i);
	}
	page->alive = 1;
	return (0);
}

/* Make a process by rfork, which runs fn on a stack of its own. */
static pid_t
make(int flags, char *stack, int (*fn)(void *))
{
	if ((flags & RFPROC) == 0)
		flags = MAKE_SHARER;
	return (rfork_thread(flags, stack + STACK_SIZE, fn, NULL));
}

/*
 * The supervisor's side before there is a subject.
 */
static void
supervisor_prepares(void)
{
	sigset_t set;

	alarm(10);
	stored = 1;
	exclose = open(PATH, O_RDONLY);
	fcntl(exclose, F_SETFD, FD_CLOEXEC);
	file = open(PATH, O_RDONLY);
	late = file + 1;
	chdir(HOME);
	umask(027);
	signal(SHOWN_SIGNAL, SIG_IGN);
	/* Caught and blocked, an exit signal stays pending to be seen. */
	signal(SIGCHLD, late_handler);
	signal(SIGUSR1, late_handler);
	signal(SIGUSR2, late_handler);
	signal(SIGTERM, late_handler);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * The two take turns.
 */
static void
supervisor_plays(void)
{
	sigset_t blocked;
	int saw = 0;

	wait_turn(SUPERVISOR);
	stored = 2;
	signal(SHOWN_SIGNAL, late_handler);
	dup(file);
	lseek(file, 3, SEEK_SET);
	page->turn = SUBJECT;

	wait_turn(SUPERVISOR);
	saw |= stored == 3 ? SAW_STORE : 0;
	saw |= action_is(SIG_DFL) ? SAW_ACTION : 0;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	saw |= sigismember(&blocked, SIGINFO) ? SAW_MASK : 0;
	saw |= directory_is(AWAY) ? SAW_CHDIR : 0;
	saw |= umask(027) == 077 ? SAW_UMASK : 0;
	saw |= lseek(file, 0, SEEK_CUR) == 5 ? SAW_SEEK : 0;
	saw |= fcntl(file, F_GETFD) == FD_CLOEXEC ? SAW_EXCLOSE : 0;
	page->turn = SUBJECT;

	wait_turn(SUPERVISOR);
	saw |= fd_open(file) ? 0 : SAW_CLOSE;
	page->supervisor_saw = saw;
}

/*
 * Let the subject end.  Which wait sees it, and which signal comes?
 */
static void
supervisor_waits(pid_t pid, struct answer *a)
{
	bool linuxclone, plain;
	sigset_t set;
	int i, n = 0, status = -1;

	plain = waitpid(pid, NULL, WNOHANG) == 0;
	linuxclone = waitpid(pid, NULL, WNOHANG | (int)WLINUXCLONE) == 0;
	page->turn = SUBJECT;
	if (plain || linuxclone)
		waitpid(pid, &status, linuxclone ? (int)WLINUXCLONE : 0);
	else
		for (i = 0; kill(pid, 0) == 0 && i < PATIENCE; i++)
			pause_a_bit(i);
	a->wait = plain && linuxclone ? '?' :
	    plain		      ? 'P' :
	    linuxclone		      ? 'L' :
					'N';
	if ((plain || linuxclone) && status != 0)
		a->wait = '?';
	sigpending(&set);
	a->signal = 0;
	for (i = 1; i < NSIG; i++)
		if (sigismember(&set, i)) {
			a->signal = i;
			n++;
		}
	if (n > 1)
		a->signal = -1;
}

/*
 * From what the two saw to one letter each; '?' if it does not fit.
 */
static char
judge_files(int subject, int supervisor)
{
	const int before = HAS_FILE | HAS_EXCLOSE | HAS_HOME | HAS_UMASK;
	const int of_table = SAW_CHDIR | SAW_UMASK | SAW_EXCLOSE | SAW_CLOSE;

	subject &= before | UMASK_022 | FIRST_IS_0 | SAW_DUP | SAW_SEEK;
	supervisor &= of_table | SAW_SEEK;
	if (subject == (before | SAW_DUP | SAW_SEEK) &&
	    supervisor == (of_table | SAW_SEEK))
		return ('S');
	/* The offset belongs to the open file, which copies share too. */
	if (subject == (before | SAW_SEEK) && supervisor == SAW_SEEK)
		return ('C');
	if (subject == (HAS_HOME | UMASK_022 | FIRST_IS_0) && supervisor == 0)
		return ('E');
	return ('?');
}

static void
judge(struct answer *a)
{
	int subject = page->subject_saw, supervisor = page->supervisor_saw;

	a->error = page->subject_error;
	a->files = judge_files(subject, supervisor);
	if ((subject & SAW_STORE) != (supervisor & SAW_STORE))
		a->memory = '?';
	else
		a->memory = subject & SAW_STORE ? 'S' : 'C';
	a->actions = '?';
	if ((subject & (SAW_ACTION | HAS_ACTION)) == SAW_ACTION &&
	    (supervisor & (SAW_ACTION | SAW_MASK)) == SAW_ACTION)
		a->actions = 'S';
	if ((subject & (SAW_ACTION | HAS_ACTION)) == HAS_ACTION &&
	    (supervisor & (SAW_ACTION | SAW_MASK)) == 0)
		a->actions = 'C';
	a->parent = page->ppid == getpid() ? 'C' : page->ppid == 1 ? 'I' : '?';
}

static void
supervise(int flags)
{
	struct answer a;
	pid_t pid;
	int i;

	supervisor_prepares();
	memset(&a, 0, sizeof(a));
	flags_of_subject = flags;
	pid = make(flags, stack_of_subject, subject_main);
	if (pid == -1) {
		a.error = errno;
	} else {
		supervisor_plays();
		judge(&a);
		supervisor_waits(pid, &a);
		page->follower = make(flags, stack_of_follower, follower_main);
	}
	/* It must have called rfork before we end. */
	for (i = 0; page->follower > 0 && !page->ready && i < PATIENCE; i++)
		pause_a_bit(i);
	page->answer = a;
	page->answered = 1;
	_exit(0);
}

/*
 * One combination, from outside: what is the answer?
 */
static struct answer
ask(int flags)
{
	struct answer a;
	pid_t pid;
	int i;

	memset(page, 0, sizeof(*page));
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		supervise(flags);
	waitpid(pid, NULL, 0);
	a = page->answer;
	if (!page->answered)
		a.error = -1;
	if (page->follower > 0) {
		page->go_on = 1;
		for (i = 0; kill(page->follower, 0) == 0 && i < PATIENCE; i++)
			pause_a_bit(i);
		a.group = page->alive ? 'O' : 'C';
	}
	return (a);
}

/* ------------------------------------------------------------ the tables */

static bool	verbose;
static int	failures;

static const char *
sharing(char letter)
{
	switch (letter) {
	case 'S':
		return ("shared");
	case 'C':
		return ("copied");
	case 'E':
		return ("empty");
	default:
		return ("?");
	}
}

static const char *
signal_name(int sig)
{
	switch (sig) {
	case 0:
		return ("none");
	case SIGCHLD:
		return ("CHLD");
	case SIGUSR1:
		return ("USR1");
	case SIGUSR2:
		return ("USR2");
	case SIGTERM:
		return ("TERM");
	default:
		return ("?");
	}
}

static void
print_header(void)
{
	unsigned i;

	for (i = 0; i < NFLAGS; i++)
		printf("%s ", flags_of_rows[i].name);
	printf("TSIG | result  files  memory actions parent "
	       "wait   signal group\n");
}

/* One row: a cross for each flag, then the answer. */
static void
print_row(int flags, const struct answer *a)
{
	unsigned i;

	for (i = 0; i < NFLAGS; i++)
		printf("%-*s ", (int)strlen(flags_of_rows[i].name),
		    flags & flags_of_rows[i].bit ? "x" : ".");
	if (flags & RFTSIGZMB)
		printf("%-4d | ", RFTSIGNUM(flags));
	else
		printf("%-4s | ", ".");
	if (a->error != 0) {
		printf("%s\n",
		    a->error == EINVAL ? "EINVAL" :
			a->error == -1 ? "no answer" :
					 strerror(a->error));
		return;
	}
	printf("%-7s %-6s %-6s %-7s %-6s %-6s ", flags & RFPROC ? "child" : "0",
	    sharing(a->files), sharing(a->memory), sharing(a->actions),
	    a->parent == 'C'	 ? "caller" :
		a->parent == 'I' ? "init" :
				   "?",
	    a->wait == 'P'     ? "plain" :
		a->wait == 'L' ? "clone" :
		a->wait == 'N' ? "ECHILD" :
				 "?");
	printf("%-6s %s\n", signal_name(a->signal),
	    a->group == 'O' ? "own" : "caller's");
}

static bool
same(const struct answer *a, const struct answer *b)
{
	if (a->error != 0 || b->error != 0)
		return (a->error == b->error);
	return (a->files == b->files && a->memory == b->memory &&
	    a->actions == b->actions && a->parent == b->parent &&
	    a->wait == b->wait && a->group == b->group &&
	    a->signal == b->signal);
}

/* The flags of row number n. */
static int
row_flags(unsigned n)
{
	unsigned i;
	int flags = 0;

	for (i = 0; i < NFLAGS; i++)
		if (n & 1 << i)
			flags |= flags_of_rows[i].bit;
	return (flags);
}

static void
test_rows(void)
{
	struct answer found, wanted;
	int bad = 0, flags, refused = 0;
	unsigned i, n;

	for (n = 0; n < NROWS; n++) {
		for (i = 0; i < NSIGNALS; i++) {
			flags = row_flags(n) | signals_of_rows[i];
			found = ask(flags);
			wanted = promised(flags);
			refused += wanted.error != 0;
			if (verbose || !same(&found, &wanted))
				print_row(flags, &found);
			if (same(&found, &wanted))
				continue;
			bad++;
			printf("FAILED: promised is\n");
			print_row(flags, &wanted);
			printf("(saw %#x %#x)\n", page->subject_saw,
			    page->supervisor_saw);
		}
	}
	failures += bad;
	printf("rforktest: %d of %u combinations do what they promise, "
	       "EINVAL %d times\n",
	    (int)(NROWS * NSIGNALS) - bad, NROWS * (unsigned)NSIGNALS, refused);
}

static int
leave(void *arg __unused)
{
	return (0);
}

/*
 * Rows with one thing more, which must be refused.  How many were not?
 */
static int
accepted_with(int more)
{
	bool signal_too = (more >> RFTSIGSHIFT & RFTSIGMASK) == 0;
	int accepted = 0, flags;
	unsigned i, n;

	for (n = 0; n < NROWS; n++) {
		for (i = 0; i < (signal_too ? NSIGNALS : 1); i++) {
			flags = row_flags(n) | signals_of_rows[i] | more;
			/* Alone it is a legal call, which vforktest tests. */
			if (flags == (int)RFSPAWN)
				continue;
			if (rfork_thread(flags, stack_of_subject + STACK_SIZE,
				leave, NULL) != -1 ||
			    errno != EINVAL)
				accepted++;
		}
	}
	if (waitpid(-1, NULL, WNOHANG) != -1 ||
	    waitpid(-1, NULL, WNOHANG | (int)WLINUXCLONE) != -1)
		accepted++;
	return (accepted);
}

static void
test_additions(void)
{
	int bad = 0, status;
	unsigned i;
	pid_t pid;

	for (i = 0; i < NADDITIONS; i++) {
		pid = fork();
		if (pid == -1)
			err(1, "fork");
		if (pid == 0)
			_exit(accepted_with(additions[i].bit) != 0);
		waitpid(pid, &status, 0);
		if (status != 0)
			bad++;
		if (verbose || status != 0)
			printf("%s with %-24s %s\n",
			    status != 0 ? "FAILED:" : "each", additions[i].name,
			    status != 0 ? "not always EINVAL" : "EINVAL");
	}
	failures += bad;
	printf("rforktest: with each of %d of %u things more they are "
	       "refused\n",
	    (int)NADDITIONS - bad, (unsigned)NADDITIONS);
}

int
main(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "v")) == 'v')
		verbose = true;
	if (c != -1 || optind != argc) {
		fprintf(stderr, "usage: rforktest [-v]\n");
		return (2);
	}
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_SHARED, -1, 0);
	if (page == MAP_FAILED)
		err(1, "mmap");
	if (verbose)
		print_header();
	test_rows();
	test_additions();
	if (failures != 0) {
		printf("rforktest: %d FAILED\n", failures);
		return (1);
	}
	printf("rforktest: OK\n");
	return (0);
}
