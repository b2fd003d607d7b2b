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

#include "jobs.h"
#include "sh.h"

/* How many ended background jobs are remembered for wait. */
#define	MAX_REMEMBERED	1000

struct job *jobs;			/* the newest first */

/* The command's text: the node's, or else the arguments'. */
static char *
job_text(const struct node *n, char **argv)
{
	struct buf b = { 0 };

	if (n != NULL)
		show_node(&b, n);
	else
		for (; argv != NULL && *argv != NULL; argv++) {
			buf_puts(&b, *argv);
			if (argv[1] != NULL)
				buf_addc(&b, ' ');
		}
	return (buf_str(&b));
}

/* A job without members yet; its text is only needed for job control. */
struct job *
job_new(const struct node *n, char **argv)
{
	struct job *job = xmalloc(sizeof(*job));

	*job = (struct job){ .next = jobs };
	if (job_controlled())
		job->text = job_text(n, argv);
	jobs = job;
	return (job);
}

static void
job_free(struct job *job)
{
	free(job->text);
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

/* Running while one member is; else stopped if one is. */
enum job_state
job_state(const struct job *job)
{
	enum job_state state = JOB_DONE;
	int i;

	for (i = 0; i < job->count; i++) {
		if (job->members[i].state == JOB_RUNNING)
			return (JOB_RUNNING);
		if (job->members[i].state == JOB_STOPPED)
			state = JOB_STOPPED;
	}
	return (state);
}

/* What stopped a stopped job. */
int
job_stop_signal(const struct job *job)
{
	int i;

	for (i = job->count - 1; job->members[i].state != JOB_STOPPED; i--)
		;
	return (WSTOPSIG(job->members[i].status));
}

/* A shell's status for a wait status. */
static int
shell_status(int status)
{
	if (WIFEXITED(status))
		return (WEXITSTATUS(status));
	if (WIFSTOPPED(status))
		return (ST_SIGNAL + WSTOPSIG(status));
	return (ST_SIGNAL + WTERMSIG(status));
}

/* That of a job is its last member's, or says what has stopped it. */
static int
job_status(const struct job *job)
{
	if (job->count == 0)
		return (ST_ERROR);
	if (job_state(job) == JOB_STOPPED)
		return (ST_SIGNAL + job_stop_signal(job));
	return (shell_status(job->members[job->count - 1].status));
}

/* Note what a child does; one that is in no job does not matter. */
static void
record(pid_t pid, int status)
{
	enum job_state before;
	struct member *m;
	struct job *job;
	int i;

	for (job = jobs; job != NULL; job = job->next)
		for (i = 0; i < job->count; i++) {
			m = &job->members[i];
			if (m->pid != pid || m->state == JOB_DONE)
				continue;
			before = job_state(job);
			m->status = status;
			m->state = WIFSTOPPED(status) ? JOB_STOPPED :
			    WIFCONTINUED(status)      ? JOB_RUNNING :
							JOB_DONE;
			job->changed |= job_state(job) != before;
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
		if (job->background && job_state(job) == JOB_DONE &&
		    ++ended > MAX_REMEMBERED) {
			*jp = job->next;
			job_free(job);
		} else
			jp = &job->next;
	}
}

/* What wait4() is asked for: without job control a stop is no news. */
static int
wait_options(void)
{
	return (job_controlled() ? WUNTRACED | WCONTINUED : 0);
}

/* Take in what has happened meanwhile. */
void
jobs_reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | wait_options())) > 0)
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
 * In a new child: into its group, and in the foreground that gets the
 * terminal.  The child does so itself, and when ^Z can stop it already, so
 * that no key is lost on a group that ignores it.
 */
static void
job_child(struct job *job, enum fork_mode mode)
{
	bool control = job->control;
	pid_t pgid = job->pgid != 0 ? job->pgid : getpid();

	if (control)
		setpgid(0, pgid);
	sh.subshell = true;
	signals_child(mode == FORK_BG && !control, control);
	if (control && mode == FORK_FG)
		terminal_give(pgid);
	job_control_child();
	jobs_clear();
}

/*
 * Fork a member of the job.  The child gets the signals and the state of a
 * subshell; in the parent a failure has been reported.
 */
pid_t
job_fork(struct job *job, enum fork_mode mode)
{
	pid_t pid;

	fflush(stdout);
	if (job->count == 0) {
		/* Later this might reap the member that names the group. */
		jobs_reap();
		job->background = mode == FORK_BG;
		job->control = job_controlled() && mode != FORK_INNER;
		if (job->background)
			trim_jobs();
		else if (job->control)
			terminal_save();
	}
	pid = fork();
	if (pid == -1) {
		sh_warn("cannot fork: %s", strerror(errno));
		return (-1);
	}
	if (pid == 0) {
		job_child(job, mode);
		return (0);
	}
	if (job->control) {
		if (job->pgid == 0)
			job->pgid = pid;
		setpgid(pid, job->pgid);
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

/* The job %number, or NULL. */
struct job *
job_by_number(int number)
{
	struct job *job;

	for (job = jobs; job != NULL && job->number != number;)
		job = job->next;
	return (job);
}

int
jobs_highest(void)
{
	struct job *job;
	int n = 0;

	for (job = jobs; job != NULL; job = job->next)
		if (job->number > n)
			n = job->number;
	return (n);
}

/* Give it the lowest number that is free, and make it the current one. */
void
job_number(struct job *job)
{
	static unsigned clock;
	int n = 1;

	if (job->number == 0) {
		while (job_by_number(n) != NULL)
			n++;
		job->number = n;
	}
	job->used = ++clock;
	job->changed = false;
}

/* A background job has been started: it stays if it has members. */
void
job_detach(struct job *job)
{
	if (job->count == 0) {
		job_forget(job);
	} else if (job->control) {
		job_number(job);
		if (sh.opt[O_INTERACTIVE])
			fprintf(stderr, "[%d] %d\n", job->number,
			    (int)job->members[job->count - 1].pid);
	}
}

/* A foreground job was stopped: it is one in the background now. */
static void
job_suspended(struct job *job)
{
	job->background = true;
	job_number(job);
	terminal_restore();
	if (sh.opt[O_INTERACTIVE]) {
		putc('\n', stderr);
		job_show(job, stderr);
	}
}

/* Whether to go on waiting: one that is no job of its own cannot be left. */
static bool
job_busy(const struct job *job)
{
	enum job_state state = job_state(job);

	return (state == JOB_RUNNING ||
	    (state == JOB_STOPPED && !job->control));
}

/*
 * Wait for a foreground job, until it ends or is stopped, and return its
 * status.  One that has ended is forgotten.
 */
int
job_wait(struct job *job)
{
	int status;
	pid_t pid;

	while (job_busy(job)) {
		pid = waitpid(-1, &status, wait_options());
		if (pid > 0)
			record(pid, status);
		else if (errno != EINTR)
			break;
	}
	if (job->control)
		terminal_give(getpgrp());
	sh.interrupted = 0;
	status = job_status(job);
	if (job_state(job) == JOB_STOPPED) {
		job_suspended(job);
		return (status);
	}
	if (job->control && status > ST_SIGNAL)
		terminal_restore();
	report_death(job);
	job_forget(job);
	return (status);
}

/* At the prompt: tell of the background what has changed. */
void
jobs_notify(void)
{
	struct job *job;
	int n;

	jobs_reap();
	for (n = 1; n <= jobs_highest(); n++) {
		job = job_by_number(n);
		if (job == NULL || !job->changed)
			continue;
		job->changed = false;
		if (job_state(job) == JOB_RUNNING)
			continue;
		job_show(job, stderr);
		if (job_state(job) == JOB_DONE)
			job->number = 0; /* only wait knows it now */
	}
}

/* -------------------------------------------------------- the wait builtin */

static void
on_child(int sig)
{
	(void)sig; /* only to end sigsuspend() */
}

/*
 * Sleep until the job has ended or is stopped.  With all signals blocked
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
		jobs_reap();
		if (job_state(job) != JOB_RUNNING)
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

/* The status of a member when it has ended, or the job is stopped. */
static int
wait_for_member(struct job *job, int i)
{
	int status = wait_until_done(job);

	if (status != 0)
		return (status);
	if (job_state(job) == JOB_STOPPED)
		return (job_status(job));
	status = shell_status(job->members[i].status);
	if (i == job->count - 1)
		job_forget(job);
	return (status);
}

/* wait PID: the status of its job, or 127 if it is no child of ours. */
int
job_wait_pid(pid_t pid)
{
	struct job *job;
	int i;

	for (job = jobs; job != NULL; job = job->next)
		for (i = 0; i < job->count; i++)
			if (job->members[i].pid == pid)
				return (wait_for_member(job, i));
	return (ST_NOTFOUND);
}

/* wait %JOB. */
int
job_wait_spec(const char *spec)
{
	struct job *job = job_find("wait", spec);

	return (job == NULL ? ST_NOTFOUND :
			      wait_for_member(job, job->count - 1));
}

/* wait: until all background jobs have ended, or are stopped. */
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
		if (job_state(job) == JOB_DONE)
			job_forget(job);
	}
	return (0);
}
