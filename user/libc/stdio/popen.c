/*
 * Pipes to and from commands.
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The children of the streams that popen made. */
struct command {
	struct command	*next;
	FILE		*fp;
	pid_t		pid;
};
static struct command *commands;

/*
 * In the child of popen's vfork: only system calls and the stack.
 */
static void
run_command(const char *command, int child_end, int std)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	struct command *c;

	/* POSIX: streams of earlier popens are closed in the child. */
	for (c = commands; c != NULL; c = c->next)
		(void)close(fileno(c->fp));
	if (child_end != std) {
		(void)dup2(child_end, std);
		(void)close(child_end);
	} else
		(void)fcntl(std, F_SETFD, 0);
	(void)execve(_PATH_BSHELL, argv, environ);
	_exit(127);
}

/*
 * popen(3): run a command by sh.  With mode "r" its output can be read
 * from the stream, with "w" its input written; an "e" sets close-on-exec.
 * Returns the stream, or NULL: EINVAL (mode), ENOMEM, the errors of
 * pipe(2) and vfork(2).
 */
FILE *
popen(const char *command, const char *mode)
{
	struct command *c;
	int error, fds[2], mine, reading = *mode == 'r';
	const char *p;

	if (*mode != 'r' && *mode != 'w') {
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
	switch (c->pid = vfork()) {
	case -1:
		error = errno;
		(void)fclose(c->fp);
		(void)close(fds[1 - mine]);
		free(c);
		errno = error;
		return (NULL);
	case 0:
		run_command(command, fds[1 - mine],
		    reading ? STDOUT_FILENO : STDIN_FILENO);
	}
	(void)close(fds[1 - mine]);
	for (p = mode + 1; *p != '\0' && *p != 'e'; p++)
		;
	if (*p == '\0')
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
