/*
 * posix_spawn(3).
 *
 * The child is made by rfork(RFSPAWN): it runs in the parent's memory, on
 * a stack of its own, while the parent waits; and its caught signals are
 * back at their defaults, so that no handler of the program can run in it.
 * What fails in the child before exec is an error of posix_spawn itself.
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

struct __posix_spawnattr {
	short		flags;
	pid_t		pgroup;
	sigset_t	sigdefault;
	sigset_t	sigmask;
};

struct action {
	struct action	*next;
	enum { ACT_OPEN, ACT_DUP2, ACT_CLOSE } what;
	int		fd;
	int		newfd;		/* dup2 */
	int		oflags;		/* open */
	mode_t		mode;
	char		path[];
};

struct __posix_spawn_file_actions {
	struct action	*first;
	struct action	**last;
};

/* All that the child needs, and what it has to say. */
struct spawn {
	const char	*path;
	const char	*search;	/* PATH, or NULL: no search */
	const struct __posix_spawn_file_actions *actions;
	const struct __posix_spawnattr *attr;
	char *const	*argv;
	char *const	*envp;
	volatile int	error;
};

/* For execve's arguments of a script, besides what is called. */
#define	STACK	(16 * 1024)

static int
apply_attributes(const struct __posix_spawnattr *attr)
{
	struct sigaction sa = { .sa_flags = 0 };
	int sig;

	if ((attr->flags & POSIX_SPAWN_SETSID) && setsid() == -1)
		return (errno);
	if ((attr->flags & POSIX_SPAWN_SETPGROUP) &&
	    setpgid(0, attr->pgroup) == -1)
		return (errno);
	if (attr->flags & POSIX_SPAWN_RESETIDS)
		if (setegid(getgid()) == -1 || seteuid(getuid()) == -1)
			return (errno);
	sa.sa_handler = SIG_DFL;
	if (attr->flags & POSIX_SPAWN_SETSIGDEF)
		for (sig = 1; sig < NSIG; sig++)
			if (sigismember(&attr->sigdefault, sig) == 1 &&
			    sig != SIGKILL && sig != SIGSTOP &&
			    sigaction(sig, &sa, NULL) == -1)
				return (errno);
	if ((attr->flags & POSIX_SPAWN_SETSIGMASK) &&
	    sigprocmask(SIG_SETMASK, &attr->sigmask, NULL) == -1)
		return (errno);
	return (0);
}

static int
apply_action(const struct action *act)
{
	int fd;

	switch (act->what) {
	case ACT_OPEN:
		fd = open(act->path, act->oflags, act->mode);
		if (fd == -1)
			return (errno);
		/* It is to survive exec, wherever it is. */
		if (fd == act->fd)
			return (fcntl(fd, F_SETFD, 0) == -1 ? errno : 0);
		if (dup2(fd, act->fd) == -1)
			return (errno);
		(void)close(fd);
		return (0);
	case ACT_DUP2:
		/* A descriptor put on itself is to survive exec. */
		if (act->fd == act->newfd)
			return (fcntl(act->fd, F_SETFD, 0) == -1 ? errno : 0);
		return (dup2(act->fd, act->newfd) == -1 ? errno : 0);
	default:
		(void)close(act->fd);
		return (0);
	}
}

/*
 * The child.
 */
static int
child(void *arg)
{
	struct spawn *sp = arg;
	const struct action *act;
	int error = 0;

	if (sp->attr != NULL)
		error = apply_attributes(sp->attr);
	if (sp->actions != NULL)
		for (act = sp->actions->first; act != NULL && error == 0;
		     act = act->next)
			error = apply_action(act);
	if (error == 0) {
		if (sp->search != NULL)
			(void)__execvpe(sp->path, sp->search, sp->argv,
			    sp->envp);
		else
			(void)execve(sp->path, sp->argv, sp->envp);
		error = errno;
	}
	sp->error = error;
	return (127);
}

static int
spawn(pid_t *pidp, struct spawn *sp)
{
	pid_t pid;
	size_t n = 0, size;
	int result, saved = errno;
	char *stack;

	if (sp->argv != NULL)
		while (sp->argv[n] != NULL)
			n++;
	size = STACK + (n + 3) * sizeof(char *);
	stack = alloca(size);
	pid = rfork_thread((int)RFSPAWN, stack + size, child, sp);
	result = pid == -1 ? errno : sp->error;
	if (pid != -1 && result != 0)
		while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
			;
	errno = saved;
	if (result == 0 && pidp != NULL)
		*pidp = pid;
	return (result);
}

/*
 * posix_spawn(3): start a program.  Its process id goes to *pid unless
 * that is NULL.  Returns 0 or an error number: those of rfork(2), of the
 * actions, and of execve(2).
 */
int
posix_spawn(pid_t *__restrict pid, const char *__restrict path,
    const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *__restrict attr, char *const argv[__restrict],
    char *const envp[__restrict])
{
	struct spawn sp = { path, NULL, actions != NULL ? *actions : NULL,
		attr != NULL ? *attr : NULL, argv,
		envp != NULL ? envp : environ, 0 };

	return (spawn(pid, &sp));
}

/*
 * posix_spawnp(3): the same with a search of PATH.
 */
int
posix_spawnp(pid_t *__restrict pid, const char *__restrict name,
    const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *__restrict attr, char *const argv[__restrict],
    char *const envp[__restrict])
{
	const char *search = getenv("PATH");
	struct spawn sp = { name, search != NULL ? search : _PATH_DEFPATH,
		actions != NULL ? *actions : NULL, attr != NULL ? *attr : NULL,
		argv, envp != NULL ? envp : environ, 0 };

	return (spawn(pid, &sp));
}

/*
 * posix_spawn_file_actions_*(3): what the child does with descriptors, in
 * this order.  Return 0, ENOMEM or EBADF.
 */
int
posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
	*actions = malloc(sizeof(**actions));
	if (*actions == NULL)
		return (ENOMEM);
	(*actions)->first = NULL;
	(*actions)->last = &(*actions)->first;
	return (0);
}

int
posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
	struct action *act;

	while ((act = (*actions)->first) != NULL) {
		(*actions)->first = act->next;
		free(act);
	}
	free(*actions);
	*actions = NULL;
	return (0);
}

static int
add_action(posix_spawn_file_actions_t *actions, const struct action *model,
    const char *path)
{
	struct action *act;
	size_t len = strlen(path) + 1;

	if (model->fd < 0 || model->newfd < 0)
		return (EBADF);
	if ((act = malloc(sizeof(*act) + len)) == NULL)
		return (ENOMEM);
	*act = *model;
	memcpy(act->path, path, len);
	act->next = NULL;
	*(*actions)->last = act;
	(*actions)->last = &act->next;
	return (0);
}

int
posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int fd,
    const char *path, int oflags, mode_t mode)
{
	struct action model = { .what = ACT_OPEN,
		.fd = fd,
		.oflags = oflags,
		.mode = mode };

	return (add_action(actions, &model, path));
}

int
posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd,
    int newfd)
{
	struct action model = { .what = ACT_DUP2, .fd = fd, .newfd = newfd };

	return (add_action(actions, &model, ""));
}

int
posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
	struct action model = { .what = ACT_CLOSE, .fd = fd };

	return (add_action(actions, &model, ""));
}

/*
 * posix_spawnattr_*(3): what else is different in the child.  Return 0,
 * ENOMEM or EINVAL (a flag that does not exist).
 */
int
posix_spawnattr_init(posix_spawnattr_t *attr)
{
	*attr = calloc(1, sizeof(**attr));
	return (*attr == NULL ? ENOMEM : 0);
}

int
posix_spawnattr_destroy(posix_spawnattr_t *attr)
{
	free(*attr);
	*attr = NULL;
	return (0);
}

int
posix_spawnattr_getflags(const posix_spawnattr_t *attr, short *flags)
{
	*flags = (*attr)->flags;
	return (0);
}

int
posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags)
{
	if (flags &
	    ~(POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP |
		POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETSID))
		return (EINVAL);
	(*attr)->flags = flags;
	return (0);
}

int
posix_spawnattr_getpgroup(const posix_spawnattr_t *attr, pid_t *pgroup)
{
	*pgroup = (*attr)->pgroup;
	return (0);
}

int
posix_spawnattr_setpgroup(posix_spawnattr_t *attr, pid_t pgroup)
{
	(*attr)->pgroup = pgroup;
	return (0);
}

int
posix_spawnattr_getsigdefault(const posix_spawnattr_t *attr, sigset_t *set)
{
	*set = (*attr)->sigdefault;
	return (0);
}

int
posix_spawnattr_setsigdefault(posix_spawnattr_t *attr, const sigset_t *set)
{
	(*attr)->sigdefault = *set;
	return (0);
}

int
posix_spawnattr_getsigmask(const posix_spawnattr_t *attr, sigset_t *set)
{
	*set = (*attr)->sigmask;
	return (0);
}

int
posix_spawnattr_setsigmask(posix_spawnattr_t *attr, const sigset_t *set)
{
	(*attr)->sigmask = *set;
	return (0);
}
