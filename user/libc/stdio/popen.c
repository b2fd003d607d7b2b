/*
 * Pipes to and from commands.
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The children of the streams that popen made. */
struct command {
	struct command	*next;
	FILE		*fp;
	pid_t		pid;
};
static struct command *commands;

/* What a child needs to know. */
struct child {
	const char	*command;
	int		end;		/* its end of the pipe */
	int		std;		/* is to be its stdin or stdout */
};

#define	STACK	4096		/* of the child, which does not get far */

/*
 * The child, made by rfork(RFSPAWN): in the parent's memory, but none of the
 * parent's handlers run in it.
 */
static int
run_command(void *arg)
{
	const struct child *child = arg;
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)child->command,
		NULL };
	struct command *c;

	/* POSIX: streams of earlier popens are closed in the child. */
	for (c = commands; c != NULL; c = c->next)
		(void)close(fileno(c->fp));
	if (child->end != child->std) {
		(void)dup2(child->end, child->std);
		(void)close(child->end);
	} else
		(void)fcntl(child->std, F_SETFD, 0);
	(void)execve(_PATH_BSHELL, argv, environ);
	return (127);
}

/*
 * popen(3): run a command by sh.  With mode "r" its output can be read
 * from the stream, with "w" its input written; an "e" sets close-on-exec.
 * Returns the stream, or NULL: EINVAL (mode), ENOMEM, the errors of
 * pipe(2) and rfork(2).
 */
FILE *
popen(const char *command, const char *mode)
{
	struct child child = { .command = command };
	char stack[STACK];
	struct command *c;
	int error, fds[2], mine, reading = *mode == 'r';

	if ((*mode != 'r' && *mode != 'w') ||
	    (mode[1] != '\0' && strcmp(mode + 1, "e") != 0)) {
		errno = EINVAL;
		return (NULL);
	}
	if ((c = malloc(sizeof(*c))) == NULL)
		return (NULL);
	if (pipe(fds) == -1) {
		free(c);
		return (NULL);
	}
	mine = reading ? 0 : 1;
	(void)fcntl(fds[mine], F_SETFD, FD_CLOEXEC);
	c->fp = fdopen(fds[mine], reading ? "r" : "w");
	if (c->fp == NULL)
		goto fail;
	child.end = fds[1 - mine];
	child.std = reading ? STDOUT_FILENO : STDIN_FILENO;
	c->pid = rfork_thread((int)RFSPAWN, stack + sizeof(stack), run_command,
	    &child);
	if (c->pid == -1) {
		error = errno;
		(void)fclose(c->fp);
		(void)close(fds[1 - mine]);
		free(c);
		errno = error;
		return (NULL);
	}
	(void)close(fds[1 - mine]);
	if (mode[1] == '\0')
		(void)fcntl(fds[mine], F_SETFD, 0);
	c->next = commands;
	commands = c;
	return (c->fp);
fail:
	error = errno;
	(void)close(fds[0]);
	(void)close(fds[1]);
	free(c);
	errno = error;
	return (NULL);
}

/*
 * pclose(3): close a stream of popen and wait for the command.  Returns
 * its status as wait(2) gives it, or -1: EBADF (no such stream), ECHILD.
 */
int
pclose(FILE *fp)
{
	struct command **cp, *c;
	pid_t pid;
	int status;

	for (cp = &commands; (c = *cp) != NULL; cp = &c->next)
		if (c->fp == fp)
			break;
	if (c == NULL) {
		errno = EBADF;
		return (-1);
	}
	*cp = c->next;
	pid = c->pid;
	free(c);
	(void)fclose(fp);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return (-1);
	return (status);
}
