/*
 * Job control: which group of processes has the terminal, and jobs, fg, bg
 * and kill %n.
 *
 * With it on (set -m, and by itself in an interactive shell) every job runs
 * in a process group of its own.  The terminal is the shell's while it reads
 * commands, and a foreground job's while the shell waits for that.
 */
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "bltin.h"
#include "jobs.h"
#include "sh.h"

#define	TRIES		16		/* to get into the foreground */

static bool controlled;
static int terminal = -1;		/* or none */
static pid_t outer_group;		/* who had the terminal before us */
static struct termios modes;		/* as the shell left them */
static int exit_warning;		/* exit has just been refused */

/* -------------------------------------------------------- the terminal */

bool
job_controlled(void)
{
	return (controlled);
}

/* Put a group into the foreground, though we may not be in it. */
void
terminal_give(pid_t pgid)
{
	sigset_t set, old;

	if (terminal == -1)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &old);
	tcsetpgrp(terminal, pgid);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* Before a foreground job: remember the modes. */
void
terminal_save(void)
{
	if (terminal != -1)
		tcgetattr(terminal, &modes);
}

/* After one that could not tidy up. */
void
terminal_restore(void)
{
	if (terminal != -1)
		tcsetattr(terminal, TCSANOW, &modes);
}

/* Wait to be put into the foreground; false if there is no hope. */
static bool
in_foreground(int fd)
{
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		outer_group = tcgetpgrp(fd);
		if (outer_group == -1)
			return (false);
		if (outer_group == getpgrp())
			return (true);
		kill(0, SIGTTIN);
	}
	return (false);
}

static void
control_on(void)
{
	int fd = open(_PATH_TTY, O_RDWR);

	if (fd >= 0)
		fd = fd_private(fd);
	if (fd >= 0 && !in_foreground(fd)) {
		close(fd);
		fd = -1;
	}
	if (fd < 0 && sh.opt[O_INTERACTIVE]) {
		sh_warn("no terminal, so no job control");
		sh.opt[O_MONITOR] = false;
		return;
	}
	terminal = fd;
	controlled = true;
	signals_control();
	if (fd >= 0 && outer_group != getpid() && setpgid(0, 0) == 0)
		terminal_give(getpid());
}

static void
control_off(void)
{
	controlled = false;
	if (terminal != -1) {
		if (outer_group != getpgrp()) {
			terminal_give(outer_group);
			setpgid(0, outer_group);
		}
		close(terminal);
		terminal = -1;
	}
	signals_control();
}

/* set -m and +m, the start and the end of a shell. */
void
job_control(bool on)
{
	if (on == controlled || sh.subshell)
		return;
	if (on)
		control_on();
	else
		control_off();
}

/* A new child controls no jobs. */
void
job_control_child(void)
{
	controlled = false;
	sh.opt[O_MONITOR] = false;
	if (terminal != -1)
		close(terminal);
	terminal = -1;
}

/* ------------------------------------------------------ finding, showing */

/*
 * %+: the last that was stopped, or else started.  Without that one (its
 * number), %-.
 */
static struct job *
current_job(int without)
{
	struct job *job, *best = NULL;
	bool stopped, best_stopped = false;

	for (job = jobs; job != NULL; job = job->next) {
		if (job->number == 0 || job->number == without)
			continue;
		stopped = job_state(job) == JOB_STOPPED;
		if (best == NULL || (stopped && !best_stopped) ||
		    (stopped == best_stopped && job->used > best->used)) {
			best = job;
			best_stopped = stopped;
		}
	}
	return (best);
}

static struct job *
previous_job(void)
{
	struct job *current = current_job(0);

	return (current == NULL ? NULL : current_job(current->number));
}

/* Whether %name or %?text means the job; n is the number of %n. */
static bool
job_matches(const struct job *job, const char *name, int n)
{
	if (job->number == 0)
		return (false);
	if (n > 0)
		return (job->number == n);
	if (*name == '?')
		return (strstr(job->text, name + 1) != NULL);
	return (strncmp(job->text, name, strlen(name)) == 0);
}

/* The job that %... means; NULL with a message. */
struct job *
job_find(const char *who, const char *spec)
{
	struct job *job, *found = NULL;
	const char *name = spec + (*spec == '%');
	int n = strspn(name, "0123456789") == strlen(name) ? atoi(name) : 0;

	if (*name == '\0' || strcmp(name, "%") == 0 || strcmp(name, "+") == 0)
		found = current_job(0);
	else if (strcmp(name, "-") == 0)
		found = previous_job();
	else
		for (job = jobs; job != NULL; job = job->next) {
			if (!job_matches(job, name, n))
				continue;
			if (found != NULL) {
				sh_warn("%s: %s: ambiguous", who, spec);
				return (NULL);
			}
			found = job;
		}
	if (found == NULL)
		sh_warn("%s: %s: no such job", who, spec);
	return (found);
}

static void
describe_state(const struct job *job, char *text, size_t size)
{
	int status = job->members[job->count - 1].status;

	switch (job_state(job)) {
	case JOB_RUNNING:
		snprintf(text, size, "Running");
		break;
	case JOB_STOPPED:
		snprintf(text, size, "%s", strsignal(job_stop_signal(job)));
		break;
	default:
		if (WIFSIGNALED(status))
			snprintf(text, size, "%s", strsignal(WTERMSIG(status)));
		else if (WEXITSTATUS(status) != 0)
			snprintf(text, size, "Done(%d)", WEXITSTATUS(status));
		else
			snprintf(text, size, "Done");
		break;
	}
}

void
job_show(struct job *job, FILE *out)
{
	char state[32];

	describe_state(job, state, sizeof(state));
	fprintf(out, "[%d] %c %-22s %s\n", job->number,
	    job == current_job(0)     ? '+' :
		job == previous_job() ? '-' :
					' ',
	    state, job->text);
}

static void
show_pids(const struct job *job)
{
	int i;

	for (i = 0; i < job->count; i++)
		printf("%d%c", (int)job->members[i].pid,
		    i + 1 < job->count ? ' ' : '\n');
}

/* ------------------------------------------------------------ builtins */

static void
list_job(struct job *job, bool ids, bool group)
{
	if (group) {
		printf("%d\n", (int)job->pgid);
		return;
	}
	job_show(job, stdout);
	if (ids)
		show_pids(job);
	job->changed = false;
	if (job_state(job) == JOB_DONE)
		job->number = 0;
}

/* jobs [-lp] [%job ...] */
int
bi_jobs(int argc, char **argv)
{
	bool ids = false, group = false;
	struct job *job;
	int i = 1, n, status = 0;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (argv[i][1 + strspn(argv[i] + 1, "lp")] != '\0') {
			sh_warn("jobs: %s: bad option", argv[i]);
			return (ST_ERROR);
		}
		ids |= strchr(argv[i], 'l') != NULL;
		group |= strchr(argv[i], 'p') != NULL;
	}
	jobs_reap();
	for (n = 1; i == argc && n <= jobs_highest(); n++) {
		job = job_by_number(n);
		if (job != NULL)
			list_job(job, ids, group);
	}
	for (; i < argc; i++) {
		job = job_find("jobs", argv[i]);
		if (job != NULL)
			list_job(job, ids, group);
		else
			status = 1;
	}
	return (status);
}

/* Let a job go on, in the foreground or not. */
static void
continue_job(struct job *job, bool foreground)
{
	int i;

	for (i = 0; i < job->count; i++)
		if (job->members[i].state == JOB_STOPPED)
			job->members[i].state = JOB_RUNNING;
	job->background = !foreground;
	job_number(job);
	if (foreground) {
		terminal_save();
		terminal_give(job->pgid);
	}
	kill(-job->pgid, SIGCONT);
}

/* The job that fg or bg is to continue. */
static struct job *
job_to_continue(const char *who, const char *spec)
{
	struct job *job;

	if (!controlled) {
		sh_warn("%s: no job control", who);
		return (NULL);
	}
	jobs_reap();
	job = job_find(who, spec);
	if (job != NULL && job_state(job) == JOB_DONE) {
		sh_warn("%s: %s: has ended", who, spec);
		return (NULL);
	}
	return (job);
}

/* fg [%job] */
int
bi_fg(int argc, char **argv)
{
	struct job *job;

	job = job_to_continue("fg", argc > 1 ? argv[1] : "%+");
	if (job == NULL)
		return (1);
	puts(job->text);
	fflush(stdout);
	continue_job(job, true);
	return (job_wait(job));
}

/* bg [%job ...] */
int
bi_bg(int argc, char **argv)
{
	struct job *job;
	int i = 1, status = 0;

	do {
		job = job_to_continue("bg", i < argc ? argv[i] : "%+");
		if (job == NULL) {
			status = 1;
			continue;
		}
		continue_job(job, false);
		printf("[%d] %s\n", job->number, job->text);
	} while (++i < argc);
	return (status);
}

/* kill with %job among its operands: that is the job's group. */
int
bi_kill(int argc, char **argv)
{
	struct arena *arena;
	char **args;
	struct job *job;
	int i, n = 0, first = 1, status;

	if (argc > 1 && strcmp(argv[1], "-l") == 0)
		return (kill_main(argc, argv));
	if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--") != 0)
		first = strcmp(argv[1], "-s") == 0 ? 3 : 2;
	arena = arena_new();
	args = arena_alloc(arena, (argc + 2) * sizeof(char *));
	for (i = 0; i < argc; i++) {
		if (i == first && strcmp(argv[i], "--") != 0)
			args[n++] = arena_strdup(arena, "--");
		args[n] = argv[i];
		if (i >= first && argv[i][0] == '%') {
			job = job_find("kill", argv[i]);
			if (job == NULL) {
				arena_drop(arena);
				return (1);
			}
			args[n] = arena_alloc(arena, 16);
			snprintf(args[n], 16, "%d", (int)-job->pgid);
		}
		n++;
	}
	args[n] = NULL;
	status = kill_main(n, args);
	arena_drop(arena);
	return (status);
}

/* ------------------------------------------------------------- the end */

/*
 * Whether an interactive shell should not end yet, because there are
 * stopped jobs.  It says so once; who asks again at once may go.
 */
bool
jobs_hold_exit(void)
{
	struct job *job;

	if (!controlled || !sh.opt[O_INTERACTIVE] || exit_warning > 0)
		return (false);
	jobs_reap();
	for (job = jobs; job != NULL; job = job->next)
		if (job->number != 0 && job_state(job) == JOB_STOPPED) {
			fputs("You have stopped jobs.\n", stderr);
			exit_warning = 2;
			return (true);
		}
	return (false);
}

/* A command has been read. */
void
jobs_command_read(void)
{
	if (exit_warning > 0)
		exit_warning--;
}
