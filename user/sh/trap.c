/*
 * Signals: what the shell itself does with them, and trap.  A handler only
 * notes the signal; its action is run between two commands.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"
#include "signames.h"

static char *actions[NSIG];		/* [0] is EXIT's; "" ignores */
static char *inherited[NSIG];		/* in a subshell: only to be printed */
static bool ignored_at_start[NSIG];	/* may not be trapped then */
static bool asynchronous;		/* ^C is meant for others */
static volatile sig_atomic_t pending[NSIG];
static volatile sig_atomic_t any_pending;

static void
on_signal(int sig)
{
	if (sig == SIGINT && actions[SIGINT] == NULL) {
		sh.interrupted = 1;
		return;
	}
	pending[sig] = 1;
	any_pending = 1;
}

static bool
interactive(void)
{
	return (sh.opt[O_INTERACTIVE] && !sh.subshell);
}

/* Make the kernel do what the shell's state asks for. */
static void
set_disposition(int sig)
{
	struct sigaction act = { .sa_handler = SIG_DFL };

	if (actions[sig] != NULL && *actions[sig] != '\0')
		act.sa_handler = on_signal;
	else if (actions[sig] != NULL) /* children have to be waited for */
		act.sa_handler = sig == SIGCHLD ? SIG_DFL : SIG_IGN;
	else if (interactive() && sig == SIGINT)
		act.sa_handler = on_signal;
	else if (interactive() && (sig == SIGQUIT || sig == SIGTERM))
		act.sa_handler = SIG_IGN;
	else if (job_controlled() && !sh.subshell &&
	    (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU))
		act.sa_handler = SIG_IGN;
	else if (ignored_at_start[sig] ||
	    (asynchronous && (sig == SIGINT || sig == SIGQUIT)))
		act.sa_handler = SIG_IGN;
	/* No SA_RESTART: read and wait must notice. */
	sigaction(sig, &act, NULL);
}

void
signals_init(void)
{
	struct sigaction act;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &act) == 0)
			ignored_at_start[sig] = act.sa_handler == SIG_IGN;
	if (sh.opt[O_INTERACTIVE]) {
		set_disposition(SIGINT);
		set_disposition(SIGQUIT);
		set_disposition(SIGTERM);
	}
}

/* Job control begins or ends, or a child that can be stopped. */
void
signals_control(void)
{
	set_disposition(SIGTSTP);
	set_disposition(SIGTTIN);
	set_disposition(SIGTTOU);
}

/*
 * What an interactive shell ignores for its own sake, when sh.subshell has
 * changed.  Only a job of its own can be stopped: the shell would wait for
 * another one for ever.
 */
void
signals_own(bool stops)
{
	set_disposition(SIGINT);
	set_disposition(SIGQUIT);
	set_disposition(SIGTERM);
	if (stops)
		signals_control();
}

/*
 * In a child (sh.subshell is set): traps go, except that what was ignored
 * stays so; trap still prints them.  Without job control the background
 * must not die of the ^C that is meant for the foreground.
 */
void
signals_child(bool background, bool stops)
{
	int sig;

	for (sig = 0; sig < NSIG; sig++) {
		pending[sig] = 0;
		if (actions[sig] != NULL && *actions[sig] != '\0') {
			free(inherited[sig]);
			inherited[sig] = actions[sig];
			actions[sig] = NULL;
			if (sig != 0)
				set_disposition(sig);
		}
	}
	any_pending = 0;
	sh.interrupted = 0;
	sh.trap_status = -1;
	asynchronous |= background;
	signals_own(stops);
}

/* Whether there is a trap for whose sake the shell must not go away. */
bool
traps_set(void)
{
	int sig;

	for (sig = 0; sig < NSIG; sig++)
		if (actions[sig] != NULL && *actions[sig] != '\0')
			return (true);
	return (false);
}

/* A signal that waits for its trap to be run, or 0. */
int
trap_pending(void)
{
	int sig;

	if (any_pending)
		for (sig = 1; sig < NSIG; sig++)
			if (pending[sig])
				return (sig);
	return (0);
}

/* Run an action.  $? is not changed by it, but by return and exit in it. */
static void
run_action(const char *action)
{
	char *copy = xstrdup(action); /* it may be changed meanwhile */
	int status = sh.status, tested = sh.tested;
	int outer_status = sh.trap_status, outer_depth = sh.trap_depth;

	sh.trap_status = status;
	sh.trap_depth = sh.func_depth;
	sh.tested = 0;
	sh_run_string(copy, 1);
	sh.tested = tested;
	sh.trap_status = outer_status;
	sh.trap_depth = outer_depth;
	if (sh.unwind != U_EXIT && sh.unwind != U_RETURN)
		sh.status = status;
	free(copy);
}

/* Run the actions of the signals that came. */
void
traps_run(void)
{
	int sig;

	while (any_pending && sh.unwind == U_NONE) {
		any_pending = 0;
		for (sig = 1; sig < NSIG; sig++) {
			if (!pending[sig])
				continue;
			pending[sig] = 0;
			if (actions[sig] != NULL)
				run_action(actions[sig]);
			if (sh.unwind == U_EXIT)
				return;
		}
	}
}

/* The shell ends: run the EXIT trap, which may change sh.status by exit. */
void
trap_exit(void)
{
	char *action = actions[0];

	if (action == NULL)
		return;
	actions[0] = NULL; /* not again */
	sh.unwind = U_NONE;
	run_action(action);
	free(action);
}

/* --------------------------------------------------------------- builtin */

static const char *
trap_name(int sig)
{
	return (sig == 0 ? "EXIT" : signal_name(sig));
}

/* In a subshell that has set none those of the shell around it. */
static void
print_traps(void)
{
	const char *action;
	int sig;

	for (sig = 0; sig < NSIG; sig++) {
		action = actions[sig] != NULL ? actions[sig] : inherited[sig];
		if (action == NULL)
			continue;
		printf("trap -- ");
		print_quoted(action);
		printf(" %s\n", trap_name(sig));
	}
}

static void
forget_inherited(void)
{
	int sig;

	for (sig = 0; sig < NSIG; sig++) {
		free(inherited[sig]);
		inherited[sig] = NULL;
	}
}

/* Set one trap; action NULL is the default. */
static int
set_trap(const char *name, const char *action)
{
	int sig = strcmp(name, "EXIT") == 0 ? 0 : signal_number(name);

	if (sig < 0) {
		sh_warn("trap: %s: bad signal", name);
		return (1);
	}
	if (ignored_at_start[sig] && !interactive())
		return (0);
	free(actions[sig]);
	actions[sig] = action == NULL ? NULL : xstrdup(action);
	if (sig != 0)
		set_disposition(sig);
	return (0);
}

static bool
is_number(const char *s)
{
	return (*s != '\0' && s[strspn(s, "0123456789")] == '\0');
}

/* trap [action condition ...] */
int
bi_trap(int argc, char **argv)
{
	const char *action = NULL;
	int i = skip_dashes(argc, argv, 1), status = 0;

	if (i == argc) {
		print_traps();
		return (0);
	}
	forget_inherited();
	/* A number or a lone condition in the first place: to the default. */
	if (argc - i > 1 && !is_number(argv[i])) {
		if (strcmp(argv[i], "-") != 0)
			action = argv[i];
		i++;
	}
	for (; i < argc; i++)
		status |= set_trap(argv[i], action);
	return (status);
}
