/*
 * The child of a vfork uses its parent's descriptors and signal actions until
 * it changes something: whatever it changes, the parent sees nothing of it.
 */
#include <sys/types.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "tap.h"

#define	FDS	12		/* descriptors that are looked at */
#define	MARK	5		/* one that is open */
#define	DIR	6		/* the same: /dev */
#define	nitems(a)	(sizeof(a) / sizeof((a)[0]))

/* All that may be lent, as its user sees it. */
struct state {
	ino_t	file[FDS];	/* 0: closed */
	int	flags[FDS];
	mode_t	umask;
	ino_t	cwd;
	sig_t	handler[NSIG];
	int	sa_flags[NSIG];
};

static struct state	before, child, after;
static bool		done;	/* by the child, on the parent's memory */

static void
look(struct state *s)
{
	struct sigaction sa;
	struct stat sb;
	int i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < FDS; i++) {
		s->file[i] = fstat(i, &sb) == 0 ? sb.st_ino : 0;
		s->flags[i] = fcntl(i, F_GETFD);
	}
	s->cwd = stat(".", &sb) == 0 ? sb.st_ino : 0;
	for (i = 1; i < NSIG; i++)
		if (sigaction(i, NULL, &sa) == 0) {
			s->handler[i] = sa.sa_handler;
			s->sa_flags[i] = sa.sa_flags;
		}
	/* Last: there is no way to look without changing it. */
	s->umask = umask(0);
	umask(s->umask);
}

static bool
same(const struct state *a, const struct state *b)
{
	return (memcmp(a, b, sizeof(*a)) == 0);
}

static void
handler(int sig __unused)
{
}

static bool
act(int sig, sig_t what, int flags)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = what;
	sa.sa_flags = flags;
	return (sigaction(sig, &sa, NULL) == 0);
}

/* ----------------------------------------------- what a child may change */

static bool
closes(void)
{
	return (close(MARK) == 0);
}

static bool
opens(void)
{
	return (open("/dev/zero", O_RDONLY) >= 0);
}

static bool
opens_to_close(void)
{
	return (open("/dev/zero", O_RDONLY | O_CLOEXEC) >= 0);
}

static bool
dups(void)
{
	return (dup(MARK) >= 0);
}

static bool
dups_to(void)
{
	return (dup2(DIR, MARK) == MARK);
}

static bool
pipes(void)
{
	int fds[2];

	return (pipe(fds) == 0);
}

static bool
marks(void)
{
	return (fcntl(MARK, F_SETFD, FD_CLOEXEC) == 0);
}

static bool
marks_by_ioctl(void)
{
	return (ioctl(MARK, FIOCLEX, NULL) == 0);
}

static bool
umasks(void)
{
	return (umask(0777) != 0777);
}

static bool
moves(void)
{
	return (chdir("/usr") == 0);
}

static bool
moves_by_descriptor(void)
{
	return (fchdir(DIR) == 0);
}

static bool
catches(void)
{
	return (act(SIGUSR2, handler, SA_RESTART));
}

static bool
ignores(void)
{
	return (act(SIGTERM, SIG_IGN, 0));
}

/* SIGUSR1 has a handler for once. */
static bool
uses_up(void)
{
	return (kill(getpid(), SIGUSR1) == 0);
}

/* The sharer's change is the child's, too, and nobody else's. */
static bool
shares_files(void)
{
	struct stat sb;
	pid_t pid = rfork(RFPROC);

	if (pid == 0)
		_exit(close(MARK));
	return (ended_well(pid) && fstat(MARK, &sb) == -1);
}

static bool
shares_actions(void)
{
	struct sigaction sa;
	pid_t pid = rfork(RFPROC | RFFDG | RFSIGSHARE);

	if (pid == 0)
		_exit(!act(SIGUSR2, handler, 0));
	return (ended_well(pid) && sigaction(SIGUSR2, NULL, &sa) == 0 &&
	    sa.sa_handler == handler);
}

static bool
parts(void)
{
	return (rfork(RFFDG | RFMEM) == 0 && close(MARK) == 0);
}

static bool
starts_afresh(void)
{
	return (rfork(RFCFDG | RFMEM) == 0);
}

/* A grandchild's change is not the child's. */
static bool
lends_on(void)
{
	struct state mine;
	pid_t pid;

	look(&mine);
	pid = vfork();
	if (pid == 0) {
		done = closes() && catches() && moves();
		_exit(!done);
	}
	look(&child);
	return (ended_well(pid) && same(&mine, &child) && closes());
}

static const struct change {
	const char *name;
	bool	(*make)(void);
} changes[] = {
	{ "close", closes },
	{ "open", opens },
	{ "open with O_CLOEXEC", opens_to_close },
	{ "dup", dups },
	{ "dup2", dups_to },
	{ "pipe", pipes },
	{ "F_SETFD", marks },
	{ "FIOCLEX", marks_by_ioctl },
	{ "umask", umasks },
	{ "chdir", moves },
	{ "fchdir", moves_by_descriptor },
	{ "sigaction", catches },
	{ "SIG_IGN", ignores },
	{ "a handler for once", uses_up },
	{ "rfork that shares the table", shares_files },
	{ "rfork that shares the actions", shares_actions },
	{ "rfork(RFFDG) without RFPROC", parts },
	{ "rfork(RFCFDG) without RFPROC", starts_afresh },
	{ "vfork once more", lends_on },
};

static void
try(const struct change *c)
{
	pid_t pid;

	done = false;
	act(SIGUSR1, handler, SA_RESETHAND);
	look(&before);
	pid = vfork();
	if (pid == 0) {
		done = c->make();
		look(&child);
		_exit(0);
	}
	look(&after);
	ok(ended_well(pid) && done && !same(&before, &child),
	    "%s by a vfork child is done", c->name);
	ok(same(&before, &after), "and its parent sees nothing of it");
}

/* ------------------------------------------------------- two that share */

/*
 * The table is shared with somebody who does not sleep: that one changes it
 * while the child of the vfork looks.
 */
static void
try_shared(void)
{
	int to[2], from[2];
	pid_t pid, sharer;
	char c;

	pipe(to);
	pipe(from);
	sharer = rfork(RFPROC);
	if (sharer == 0) {
		read(to[0], &c, 1);
		c = close(MARK) == 0 ? 'y' : 'n';
		write(from[1], &c, 1);
		_exit(0);
	}
	look(&before);
	pid = vfork();
	if (pid == 0) {
		write(to[1], "x", 1);
		done = read(from[0], &c, 1) == 1 && c == 'y';
		look(&child);
		_exit(0);
	}
	ok(ended_well(pid) && done && same(&before, &child),
	    "a shared table is copied: its other user's close is not seen");
	ok(ended_well(sharer) && fcntl(MARK, F_GETFD) == -1,
	    "but by the parent, which shares it");
	close(to[0]);
	close(to[1]);
	close(from[0]);
	close(from[1]);
}

/* ------------------------------------------------- a parent that is killed */

/* Who shares the table sees what is changed while it does. */
static bool
is_shared(void)
{
	int fds[2];
	pid_t pid;
	char c = 0;

	pipe(fds);
	pid = rfork(RFPROC);
	if (pid == 0) {
		read(fds[0], &c, 1);
		_exit(fcntl(MARK, F_GETFD) != -1);
	}
	close(MARK);
	write(fds[1], &c, 1);
	return (ended_well(pid));
}

/* In the child: its parent, which sleeps, is gone; what is left is its own. */
static void
orphan(pid_t parent, int fd)
{
	bool good;

	kill(parent, SIGKILL);
	while (getppid() == parent)
		usleep(1000);
	look(&child);
	good = same(&before, &child) && is_shared() && catches();
	write(fd, good ? "y" : "n", 1);
	_exit(0);
}

static void
try_killed(void)
{
	int fds[2], status;
	char said = 0;
	pid_t pid, parent;

	pipe(fds);
	pid = must_fork();
	if (pid == 0) {
		parent = getpid();
		act(SIGUSR2, SIG_DFL, 0);
		look(&before);
		if (vfork() == 0)
			orphan(parent, fds[1]);
		_exit(1);
	}
	close(fds[1]);
	ok(read(fds[0], &said, 1) == 1 && said == 'y',
	    "what a killed parent has lent is the child's own");
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGKILL,
	    "and the parent has died of SIGKILL");
	close(fds[0]);
}

int
main(void)
{
	u_int i;

	if (open("/dev/null", O_RDWR) < 0 ||
	    dup2(open("/dev", O_RDONLY), DIR) != DIR || dup2(0, MARK) != MARK ||
	    chdir("/") != 0)
		err(1, "files");
	for (i = 0; i < nitems(changes); i++)
		try(&changes[i]);
	try_killed();
	try_shared();
	return (tap_done());
}
