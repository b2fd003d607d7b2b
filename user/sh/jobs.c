/*
 * Children: forking them, and keeping their statuses until somebody asks.
 * A job is one pipeline.  Every child that is not waited for by its job yet
 * stands in a list here, since wait4() may return any of them.
 */
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

/* How many ended background jobs are remembered for wait. */
#define	MAX_REMEMBERED	1000

struct member {
	pid_t	pid;
	int	status;			/* as wait4() gave it */
	bool	done;
};

struct job {
	struct job *next;
	bool	background;
	int	count;
	struct member *members;		/* in the order of the pipeline */
};

static struct job *jobs;		/* the newest first */

struct job *
job_new(void)
{
	struct job *job = xmalloc(sizeof(*job));

	*job = (struct job){ .next = jobs };
	jobs = job;
	return (job);
}

static void
job_free(struct job *job)
{
	free(job->members);
	free(job);
}

void
job_forget(struct job *job)
{
	struct job **jp;

	for (jp = &jobs; *jp != job; jp = &(*jp)->next)
		;
	*jp = job->next;
	job_free(job);
}

/* In a new child: the jobs are its parent's. */
void
jobs_clear(void)
{
	struct job *job;

	while ((job = jobs) != NULL) {
		jobs = job->next;
		job_free(job);
	}
}

static bool
job_done(const struct job *job)
{
	int i;

	for (i = 0; i < job->count; i++)
		if (!job->members[i].done)
			return (false);
	return (true);
}

/* A shell's status for a wait status. */
static int
shell_status(int status)
{
	if (WIFEXITED(status))
		return (WEXITSTATUS(status));
	return (ST_SIGNAL + WTERMSIG(status));
}

/* That of a job is its last member's. */
static int
job_status(const struct job *job)
{
	if (job->count == 0)
		return (ST_ERROR);
	return (shell_status(job->members[job->count - 1].status));
}

/* Note the end of a child; one that is in no job does not matter. */
static void
record(pid_t pid, int status)
{
	struct job *job;
	int i;

	for (job = jobs; job != NULL; job = job->next)
		for (i = 0; i < job->count; i++)
			if (job->members[i].pid == pid &&
			    !job->members[i].done) {
				job->members[i].status = status;
				job->members[i].done = true;
				return;
			}
}

/* Background jobs that have ended, beyond the number worth remembering. */
static void
trim_jobs(void)
{
	struct job **jp, *job;
	int ended = 0;

	for (jp = &jobs; (job = *jp) != NULL;) {
		if (job->background && job_done(job) &&
		    ++ended > MAX_REMEMBERED) {
			*jp = job->next;
			job_free(job);
		} else
			jp = &job->next;
	}
}

/* Take in what has ended meanwhile. */
static void
reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		record(pid, status);
}

static void
add_member(struct job *job, pid_t pid)
{
	job->members = xrealloc(job->members,
	    (job->count + 1) * sizeof(struct member));
	job->members[job->count++] = (struct member){ .pid = pid };
}

/*
 * Fork a member of the job.  The child gets the signals and the state of a
 * subshell; in the parent a failure has been reported.
 */
pid_t
job_fork(struct job *job, bool background)
{
	pid_t pid;

	fflush(stdout);
	reap();
	job->background = background;
	if (background)
		trim_jobs();
	pid = fork();
	if (pid == -1) {
		sh_warn("cannot fork: %s", strerror(errno));
		return (-1);
	}
	if (pid == 0) {
		sh.subshell = true;
		signals_child(background);
		jobs_clear();
		return (0);
	}
	add_member(job, pid);
	return (pid);
}

/* Say what killed a foreground child, where that is not obvious. */
static void
report_death(const struct job *job)
{
	int i, status, sig;

	for (i = 0; i < job->count; i++) {
		status = job->members[i].status;
		if (!WIFSIGNALED(status))
			continue;
		sig = WTERMSIG(status);
		if (sig == SIGINT && sh.opt[O_INTERACTIVE] && !sh.subshell) {
			/* ^C ends the whole command line. */
			putc('\n', stderr);
			sh.unwind = U_ABORT;
			return;
		}
		if (sig == SIGINT || sig == SIGPIPE)
			continue;
		fprintf(stderr, "%s%s\n", strsignal(sig),
		    WCOREDUMP(status) ? " (core dumped)" : "");
	}
}

/* A background job has been started: it stays if it has members. */
void
job_detach(struct job *job)
{
	if (job->count == 0)
		job_forget(job);
}

/* Wait for a foreground job, forget it and return its status. */
int
job_wait(struct job *job)
{
	int status;
	pid_t pid;

	while (!job_done(job)) {
		pid = waitpid(-1, &status, 0);
		if (pid > 0)
			record(pid, status);
		else if (errno != EINTR)
			break;
	}
	report_death(job);
	sh.interrupted = 0;
	status = job_status(job);
	job_forget(job);
	return (status);
}

/* -------------------------------------------------------- the wait builtin */

static void
on_child(int sig)
{
	(void)sig; /* only to end sigsuspend() */
}

/*
 * Sleep until the condition's job is done.  With all signals blocked
 * between the look and the sleep nothing can be missed.  Returns 0, or the
 * status of a signal that ended the wait: one with a trap, or ^C.
 */
static int
wait_until_done(const struct job *job)
{
	struct sigaction act = { .sa_handler = on_child }, old;
	sigset_t all, mask;
	int status = 0;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	sigaction(SIGCHLD, NULL, &old);
	if (old.sa_handler == SIG_DFL)
		sigaction(SIGCHLD, &act, NULL);
	for (;;) {
		reap();
		if (job_done(job))
			break;
		status = trap_pending();
		if (status == 0 && sh.interrupted)
			status = SIGINT;
		if (status != 0) {
			status += ST_SIGNAL;
			break;
		}
		sigsuspend(&mask);
	}
	sigaction(SIGCHLD, &old, NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (sh.interrupted) {
		sh.interrupted = 0;
		sh.unwind = U_ABORT;
	}
	return (status);
}

/* wait PID: the status of its job, or 127 if it is no child of ours. */
int
job_wait_pid(pid_t pid)
{
	struct job *job;
	int status, i;

	for (job = jobs; job != NULL; job = job->next)
		for (i = 0; i < job->count; i++)
			if (job->members[i].pid == pid)
				goto found;
	return (ST_NOTFOUND);
found:
	status = wait_until_done(job);
	if (status != 0)
		return (status);
	status = shell_status(job->members[i].status);
	if (i == job->count - 1)
		job_forget(job);
	return (status);
}

/* wait: until all background jobs have ended. */
int
job_wait_all(void)
{
	struct job *job, *next;
	int status;

	for (job = jobs; job != NULL; job = next) {
		next = job->next;
		if (!job->background)
			continue;
		status = wait_until_done(job);
		if (status != 0)
			return (status);
		job_forget(job);
	}
	return (0);
}
