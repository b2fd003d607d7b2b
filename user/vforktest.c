/*
 * vforktest: does vfork work?  The child runs on the parent's memory while
 * the parent waits for its exec or exit, whoever is the child's parent by
 * then and whatever is sent to either.  The output is the same each time.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "args.h"

#define	A_WHILE	30000		/* microseconds, longer than a parent's run */
#define	NOTES	16

/* What happened in which order, on a page that all processes map. */
static struct diary {
	volatile int n;
	volatile char notes[NOTES];
	volatile int pid;
} *diary;

static volatile int	value;		/* memory that is not shared by fork */

static void
check(bool good, const char *what)
{
	if (!good) {
		printf("vforktest: saw \"%s\"\n", (const char *)diary->notes);
		errx(1, "FAILED: %s", what);
	}
	printf("vforktest: %s\n", what);
	fflush(stdout);
}

static void
note(char c)
{
	if (diary->n < NOTES - 1)
		diary->notes[diary->n++] = c;
}

static bool
diary_is(const char *notes)
{
	return (strcmp((const char *)diary->notes, notes) == 0);
}

static void
new_diary(void)
{
	memset(diary, 0, sizeof(*diary));
}

static void
note_signal(int sig __unused)
{
	note('s');
}

/* Until the process that writes its pid in the diary is there. */
static pid_t
wait_pid(void)
{
	int i;

	for (i = 0; diary->pid == 0 && i < 500; i++)
		usleep(1000);
	return (diary->pid);
}

/* Until nobody has that pid: killed, and reaped by whoever its parent is. */
static bool
wait_gone(pid_t pid)
{
	int i;

	for (i = 0; kill(pid, 0) == 0 && i < 500; i++)
		usleep(1000);
	return (kill(pid, 0) == -1 && errno == ESRCH);
}

static bool
exits_with(pid_t pid, int code)
{
	int status;

	return (pid > 0 && waitpid(pid, &status, WUNTRACED) == pid &&
	    WIFEXITED(status) && WEXITSTATUS(status) == code);
}

static bool
dies_of(pid_t pid, int sig)
{
	int status;

	return (pid > 0 && waitpid(pid, &status, 0) == pid &&
	    WIFSIGNALED(status) && WTERMSIG(status) == sig);
}

static void
test_exit(void)
{
	int fd;
	pid_t pid;

	new_diary();
	value = 1;
	fd = open("/dev/null", O_RDONLY);
	pid = vfork();
	if (pid == 0) {
		usleep(A_WHILE);
		note('c');
		value = 2;
		close(fd);
		_exit(5);
	}
	note('p');
	check(diary_is("cp"), "the parent waits for the child's exit");
	check(value == 2, "the child's stores are the parent's");
	check(fcntl(fd, F_GETFD) == 0, "its descriptors are its own");
	check(exits_with(pid, 5), "its exit status arrives");
	close(fd);
}

static void
test_exec(void)
{
	char *argv[] = { "sh", "-c", "sleep 1; exit 6", NULL };
	char *none[] = { NULL };
	pid_t pid;

	new_diary();
	pid = vfork();
	if (pid == 0) {
		execve("/nonexistent", argv, none);
		value = errno;
		execve("/etc/passwd", argv, none);
		usleep(A_WHILE);
		note('c');
		execve("/bin/sh", argv, none);
		_exit(99);
	}
	note('p');
	check(value == ENOENT && diary_is("cp"),
	    "a failed exec keeps the parent waiting");
	check(waitpid(pid, NULL, WNOHANG) == 0,
	    "a good one lets it go on, not the program's end");
	check(exits_with(pid, 6), "the program's exit status arrives");
}

static void
test_killed(void)
{
	pid_t pid;

	new_diary();
	pid = vfork();
	if (pid == 0) {
		kill(getpid(), SIGKILL);
		_exit(0);
	}
	check(dies_of(pid, SIGKILL), "a child killed lets the parent go on");

	/* From outside, while it sleeps. */
	new_diary();
	if (fork() == 0) {
		usleep(A_WHILE);
		kill(wait_pid(), SIGTERM);
		_exit(0);
	}
	pid = vfork();
	if (pid == 0) {
		diary->pid = getpid();
		pause();
		_exit(0);
	}
	check(dies_of(pid, SIGTERM), "so does one killed by somebody else");
	while (wait(NULL) > 0)
		;
}

/*
 * With children that are not to be waited for, the parent's own child
 * belongs to init when it dies.  Another child keeps the parent from being
 * woken because it has no children left.
 */
static void
not_waited_for(const char *goes_on, const char *nobody, bool program)
{
	char *argv[] = { "true", NULL }, *none[] = { NULL };
	pid_t other, pid;

	new_diary();
	other = fork();
	if (other == 0)
		for (;;)
			pause();
	pid = vfork();
	if (pid == 0) {
		usleep(A_WHILE);
		note('c');
		if (program)
			execve("/bin/true", argv, none);
		_exit(0);
	}
	note('p');
	check(pid > 0 && diary_is("cp"), goes_on);
	errno = 0;
	check(waitpid(pid, NULL, 0) == -1 && errno == ECHILD, nobody);
	kill(other, SIGKILL);
	wait_gone(other);
}

static void
test_nocldwait(void)
{
	struct sigaction sa;

	signal(SIGCHLD, SIG_IGN);
	not_waited_for("SIGCHLD ignored: exit lets the parent go on",
	    "and there is nothing to wait for", false);
	not_waited_for("so does exec", "and there is nothing either", true);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	sa.sa_flags = SA_NOCLDWAIT;
	sigaction(SIGCHLD, &sa, NULL);
	not_waited_for("SA_NOCLDWAIT: exit lets the parent go on",
	    "and there is nothing to wait for here", false);
	signal(SIGCHLD, SIG_DFL);
}

/*
 * A process in vfork, whose child stays until it is told to end.
 */
static pid_t
parent_that_waits(sig_t on_usr1)
{
	sigset_t usr2;
	pid_t pid;

	new_diary();
	pid = fork();
	if (pid != 0)
		return (pid);
	signal(SIGUSR1, on_usr1);
	if (vfork() == 0) {
		/* It may come before the child sleeps, and is not lost then. */
		sigemptyset(&usr2);
		sigaddset(&usr2, SIGUSR2);
		sigprocmask(SIG_BLOCK, &usr2, NULL);
		signal(SIGUSR2, note_signal);
		diary->pid = getpid();
		sigemptyset(&usr2);
		sigsuspend(&usr2);
		note('c');
		_exit(0);
	}
	note('p');
	_exit(7);
}

static void
test_parent_killed(void)
{
	pid_t child, pid;

	pid = parent_that_waits(SIG_DFL);
	child = wait_pid();
	kill(pid, SIGKILL);
	check(dies_of(pid, SIGKILL), "SIGKILL ends a waiting parent at once");
	check(kill(child, SIGUSR2) == 0, "its child lives on");
	check(wait_gone(child) && diary_is("sc"),
	    "on the memory of the dead, until its own end");
}

static void
test_parent_signalled(void)
{
	pid_t pid;

	pid = parent_that_waits(note_signal);
	wait_pid();
	kill(pid, SIGUSR1);
	kill(pid, SIGUSR1);
	usleep(A_WHILE);
	check(diary_is("") && waitpid(pid, NULL, WNOHANG) == 0,
	    "a waiting parent takes no other signal");
	kill(diary->pid, SIGUSR2);
	/* The child's own, its end, then the parent's handler. */
	check(exits_with(pid, 7) && diary_is("scsp"),
	    "it comes when the wait is over");

	pid = parent_that_waits(SIG_DFL);
	wait_pid();
	kill(pid, SIGTERM);
	usleep(A_WHILE);
	check(waitpid(pid, NULL, WNOHANG) == 0, "nor does SIGTERM end it");
	kill(diary->pid, SIGUSR2);
	check(dies_of(pid, SIGTERM) && diary_is("sc"), "until then");
}

static void
test_parent_stopped(void)
{
	int status;
	pid_t pid;

	pid = parent_that_waits(SIG_DFL);
	wait_pid();
	kill(pid, SIGSTOP);
	usleep(A_WHILE);
	check(waitpid(pid, NULL, WUNTRACED | WNOHANG) == 0,
	    "a waiting parent does not stop");
	kill(diary->pid, SIGUSR2);
	check(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) &&
		diary_is("sc"),
	    "it stops when the wait is over");
	kill(pid, SIGCONT);
	check(exits_with(pid, 7), "and goes on");
}

static void
child_gets(int sig, const char *what)
{
	pid_t pid;

	new_diary();
	pid = vfork();
	if (pid == 0) {
		raise(sig);
		note('c');
		_exit(6);
	}
	note('p');
	check(exits_with(pid, 6) && diary_is("cp"), what);
}

/* The stop that a child could not take waits for its exec. */
static void
test_stop_at_exec(void)
{
	int status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		raise(SIGSTOP);
		execl("/bin/true", "true", NULL);
		_exit(127);
	}
	check(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status),
	    "it stops when it has a program of its own");
	kill(pid, SIGCONT);
	check(exits_with(pid, 0), "and goes on from there");
}

static void
test_child_stop(void)
{
	child_gets(SIGTSTP, "SIGTSTP does not stop the child");
	child_gets(SIGTTIN, "SIGTTIN does not stop the child");
	child_gets(SIGTTOU, "SIGTTOU does not stop the child");
	child_gets(SIGSTOP, "SIGSTOP does not stop the child");
	test_stop_at_exec();
}

/* kern.fast_vfork; what it was before. */
static int
set_fast_vfork(int fast)
{
	size_t len = sizeof(int);
	int was = -1;

	if (sysctlbyname("kern.fast_vfork", &was, &len, &fast, sizeof(fast)) ==
	    -1)
		err(1, "kern.fast_vfork");
	return (was);
}

static void
test_slow(void)
{
	pid_t pid;
	int was;

	was = set_fast_vfork(0);
	new_diary();
	value = 1;
	pid = vfork();
	if (pid == 0) {
		usleep(A_WHILE);
		value = 2;
		note('c');
		_exit(8);
	}
	note('p');
	set_fast_vfork(was);
	check(was == 1, "vfork is fast unless told otherwise");
	check(diary_is("cp"), "kern.fast_vfork=0: the parent waits");
	check(value == 1, "the child has memory of its own");
	check(exits_with(pid, 8), "and its status arrives");
}

/* Runs on a stack of its own: rfork returns in C only to the parent. */
static int
spawned(void *arg __unused)
{
	struct sigaction sa;

	if (sigaction(SIGUSR2, NULL, &sa) == -1 || sa.sa_handler != SIG_DFL)
		return (2);
	if (sigaction(SIGUSR1, NULL, &sa) == -1 || sa.sa_handler != SIG_IGN)
		return (3);
	usleep(A_WHILE);
	note('c');
	value = 2;
	close(0);
	return (4);
}

static void
test_spawn_flag(void)
{
	static char stack[16384];
	struct sigaction sa;
	pid_t pid;

	new_diary();
	value = 1;
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, note_signal);
	pid = rfork_thread((int)RFSPAWN, stack + sizeof(stack), spawned, NULL);
	note('p');
	check(diary_is("cp"), "RFSPAWN: the parent waits");
	check(value == 2 && fcntl(0, F_GETFD) != -1,
	    "memory is shared, descriptors are not");
	check(exits_with(pid, 4),
	    "caught signals are reset, ignored ones stay ignored");
	check(sigaction(SIGUSR2, NULL, &sa) == 0 &&
		sa.sa_handler == note_signal,
	    "the parent keeps its handler");
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
}

int
main(int argc, char **argv)
{
	no_arguments(argc, argv);
	diary = mmap(NULL, sizeof(*diary), PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_SHARED, -1, 0);
	if (diary == MAP_FAILED)
		err(1, "mmap");
	test_exit();
	test_exec();
	test_killed();
	test_nocldwait();
	test_parent_killed();
	test_parent_signalled();
	test_parent_stopped();
	test_child_stop();
	test_slow();
	test_spawn_flag();
	printf("vforktest: OK\n");
	return (0);
}
