/*
 * Handlers, masks, actions, stops: signals as a program sees them.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/ucontext.h>
#include <time.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

static volatile int hits, last, nested, most_nested;
static volatile char *where;
static siginfo_t info;
static sigset_t	mask_inside;

static void
count(int sig)
{
	char here;

	where = &here;
	hits++;
	last = sig;
	sigprocmask(SIG_BLOCK, NULL, &mask_inside);
}

static void
set(int sig, void (*fn)(int), int flags)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = fn;
	sa.sa_flags = flags;
	sigemptyset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

static void
block(int how, int sig)
{
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, sig);
	sigprocmask(how, &s, NULL);
}

static void
test_handler(void)
{
	struct sigaction sa;

	hits = 0;
	set(SIGUSR1, count, SA_RESTART);
	ok(kill(getpid(), SIGUSR1) == 0 && hits == 1 && last == SIGUSR1,
	    "a handler is called before kill returns");
	ok(sigismember(&mask_inside, SIGUSR1), "its signal is blocked in it");
	sigprocmask(SIG_BLOCK, NULL, &mask_inside);
	ok(!sigismember(&mask_inside, SIGUSR1), "and not after it");
	sigaction(SIGUSR1, NULL, &sa);
	ok(sa.sa_handler == count && sa.sa_flags == SA_RESTART,
	    "sigaction tells what was set");

	set(SIGUSR1, count, SA_NODEFER);
	raise(SIGUSR1);
	ok(!sigismember(&mask_inside, SIGUSR1), "SA_NODEFER");

	set(SIGUSR1, count, SA_RESETHAND);
	raise(SIGUSR1);
	sigaction(SIGUSR1, NULL, &sa);
	ok(sa.sa_handler == SIG_DFL, "SA_RESETHAND");

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = count;
	sigaddset(&sa.sa_mask, SIGHUP);
	sigaddset(&sa.sa_mask, SIGKILL);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	ok(sigismember(&mask_inside, SIGHUP) &&
		!sigismember(&mask_inside, SIGKILL),
	    "sa_mask");
	set(SIGUSR1, SIG_DFL, 0);
}

static void
test_errors(void)
{
	struct sigaction sa;
	sigset_t s;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = count;
	ok(sigaction(SIGKILL, &sa, NULL) == -1 && errno == EINVAL,
	    "SIGKILL cannot be caught");
	sa.sa_handler = SIG_IGN;
	ok(sigaction(SIGSTOP, &sa, NULL) == -1 && errno == EINVAL,
	    "SIGSTOP cannot be ignored");
	ok(sigaction(0, &sa, NULL) == -1 && errno == EINVAL &&
		sigaction(NSIG, &sa, NULL) == -1 && errno == EINVAL,
	    "signals that do not exist");
	sigfillset(&s);
	ok(sigprocmask(77, &s, NULL) == -1 && errno == EINVAL,
	    "sigprocmask with a wrong how");
	sigprocmask(SIG_SETMASK, &s, NULL);
	sigprocmask(SIG_SETMASK, NULL, &s);
	ok(!sigismember(&s, SIGKILL) && !sigismember(&s, SIGSTOP) &&
		sigismember(&s, SIGHUP),
	    "two cannot be blocked");
	sigemptyset(&s);
	sigprocmask(SIG_SETMASK, &s, NULL);
	ok(kill(getpid(), NSIG) == -1 && errno == EINVAL, "kill: EINVAL");
	ok(kill(99999, 0) == -1 && errno == ESRCH, "kill: ESRCH");
	ok(kill(-99999, 0) == -1 && errno == ESRCH, "kill of a group: ESRCH");
}

static void
test_pending(void)
{
	sigset_t s;

	hits = 0;
	set(SIGUSR1, count, 0);
	block(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR1);
	sigpending(&s);
	ok(hits == 0 && sigismember(&s, SIGUSR1), "a blocked one is pending");
	block(SIG_UNBLOCK, SIGUSR1);
	ok(hits == 1, "and comes once");

	block(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	set(SIGUSR1, SIG_IGN, 0);
	set(SIGUSR1, count, 0);
	block(SIG_UNBLOCK, SIGUSR1);
	ok(hits == 1, "ignoring it takes it back");

	block(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	sigemptyset(&s);
	ok(sigsuspend(&s) == -1 && errno == EINTR && hits == 2,
	    "sigsuspend lets it through");
	sigprocmask(SIG_BLOCK, NULL, &s);
	ok(sigismember(&s, SIGUSR1), "and blocks it again");
	ok(!sigismember(&mask_inside, SIGHUP), "other signals stay as asked");
	block(SIG_UNBLOCK, SIGUSR1);
}

static void
nest(int sig)
{
	if (++nested > most_nested)
		most_nested = nested;
	if (sig == SIGUSR1)
		raise(SIGUSR2);
	nested--;
}

static void
test_nested(void)
{
	set(SIGUSR1, nest, 0);
	set(SIGUSR2, nest, 0);
	raise(SIGUSR1);
	ok(most_nested == 2 && nested == 0, "a handler inside a handler");
	set(SIGUSR2, SIG_DFL, 0);

	hits = 0;
	set(SIGUSR1, count, 0);
	set(SIGHUP, count, 0);
	block(SIG_BLOCK, SIGUSR1);
	block(SIG_BLOCK, SIGHUP);
	raise(SIGUSR1);
	raise(SIGHUP);
	sigset_t s;
	sigemptyset(&s);
	sigprocmask(SIG_SETMASK, &s, NULL);
	ok(hits == 2, "two at once");
	set(SIGHUP, SIG_DFL, 0);
}

static void
take(int sig, siginfo_t *si, void *uc)
{
	ucontext_t *u = uc;

	(void)sig;
	info = *si;
	/* Past the instruction: int3 has passed it, the others are 2 long. */
	if (sig != SIGTRAP)
		u->uc_mcontext.mc_eip += 2;
	hits++;
}

/*
 * All registers over a handler that uses them, FPU and SSE included.
 */
static void
smash(int sig)
{
	volatile double x = sig;

	x = x * 3.25 + 1;
	/* The compiler knows nothing of SSE, so there is none to tell. */
	__asm volatile("pxor %xmm0, %xmm0; fninit; fldpi; std; cld");
	hits++;
}

static void
test_registers(void)
{
	uint32_t in[5] = { 0x11111111, 0x22222222, 0x33333333, 0x44444444,
		0x55555555 },
		 out[5];
	double d = 1.0 / 3, e = 0, f = 2.0 / 7, g = 0;

	set(SIGTRAP, smash, 0);
	hits = 0;
	__asm volatile("int3"
		       : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]),
		       "=S"(out[4])
		       : "0"(in[0]), "1"(in[1]), "2"(in[2]), "3"(in[3]),
		       "4"(in[4])
		       : "memory");
	ok(hits == 1 && memcmp(in, out, sizeof(in)) == 0,
	    "the registers come back");
	__asm volatile("fldl %2; movsd %3, %%xmm0; int3; "
		       "movsd %%xmm0, %1; fstpl %0"
		       : "=m"(e), "=m"(g)
		       : "m"(d), "m"(f)
		       : "memory");
	ok(d == e, "and the x87's");
	ok(f == g, "and the SSE's");
}

static void
test_context(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = take;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGILL, &sa, NULL);
	hits = 0;
	__asm volatile("ud2");
	ok(hits == 1 && info.si_signo == SIGILL, "a handler moves eip on");
	set(SIGILL, SIG_DFL, 0);
	set(SIGTRAP, SIG_DFL, 0);
}

/* A context that sigreturn must refuse: each damage in turn. */
static ucontext_t saved;

static void
keep(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	saved = *(ucontext_t *)uc;
	hits++;
}

static void
wild_fpu(int sig, siginfo_t *si, void *uc)
{
	mcontext_t *mc = &((ucontext_t *)uc)->uc_mcontext;

	(void)sig;
	(void)si;
	memset(mc->mc_fpstate, 0xff, sizeof(mc->mc_fpstate));
	mc->mc_ownedfp = _MC_FPOWNED_PCB;
	hits++;
}

static int
refused(void)
{
	return (sigreturn(&saved) == -1 && errno == EINVAL);
}

static void
test_sigreturn(void)
{
	static const uint32_t mxcsr = 0x1f80;
	struct sigaction sa;
	ucontext_t good;
	bool all = true;
	int i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = keep;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGUSR1, &sa, NULL);
	hits = 0;
	raise(SIGUSR1);
	good = saved;
	ok(hits == 1 && good.uc_mcontext.mc_len == sizeof(mcontext_t),
	    "the context's length");
	for (i = 0; i < 32; i++) {
		/* Not those that a program may change, nor RF. */
		if ((1U << i) & (0x00254dd5 | 0x10000))
			continue;
		saved = good;
		saved.uc_mcontext.mc_eflags ^= 1U << i;
		all &= refused();
	}
	ok(all, "flags that are not a program's");
	saved = good;
	saved.uc_mcontext.mc_cs = 0x08;
	ok(refused(), "the kernel's code segment");
	saved.uc_mcontext.mc_cs = 0x0b;
	ok(refused(), "the same with another privilege");
	saved = good;
	saved.uc_mcontext.mc_ss = 0x10;
	ok(refused(), "the kernel's stack segment");
	saved = good;
	saved.uc_mcontext.mc_ds = 0x10;
	ok(refused(), "the kernel's data segment");
	saved = good;
	saved.uc_mcontext.mc_fs = 0x1b;
	ok(refused(), "the kernel's own segment");
	saved = good;
	saved.uc_mcontext.mc_len++;
	ok(refused(), "another length");
	saved = good;
	saved.uc_mcontext.mc_ownedfp = 7;
	ok(refused(), "an FPU state of no kind");
	ok(sigreturn((ucontext_t *)0xc0100000) == -1 && errno == EFAULT,
	    "a context in the kernel");
	/* MXCSR bits that would fault are dropped. */
	sa.sa_sigaction = wild_fpu;
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	ok(hits == 2, "a wild FPU image");
	__asm volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
	set(SIGUSR1, SIG_DFL, 0);
}

static char	altstack[SIGSTKSZ] __attribute__((__aligned__(16)));
static sigjmp_buf env;

static void
jump_out(int sig)
{
	count(sig);
	siglongjmp(env, 1);
}

static int
recurse(volatile int n)
{
	volatile char pad[4096];

	pad[0] = n;
	return (n < 0 ? 0 : recurse(n + 1) + pad[0]);
}

static void
test_altstack(void)
{
	stack_t ss, old;

	ok(sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE),
	    "no alternate stack at first");
	ss.ss_sp = altstack;
	ss.ss_size = MINSIGSTKSZ - 1;
	ss.ss_flags = 0;
	ok(sigaltstack(&ss, NULL) == -1 && errno == ENOMEM, "too small");
	ss.ss_size = sizeof(altstack);
	ss.ss_flags = 0x100;
	ok(sigaltstack(&ss, NULL) == -1 && errno == EINVAL, "wrong flags");
	ss.ss_flags = 0;
	ok(sigaltstack(&ss, NULL) == 0, "set");
	set(SIGUSR1, count, SA_ONSTACK);
	raise(SIGUSR1);
	ok(where >= altstack && where < altstack + sizeof(altstack),
	    "the handler runs on it");
	set(SIGUSR1, count, 0);
	raise(SIGUSR1);
	ok(where < altstack || where >= altstack + sizeof(altstack),
	    "without SA_ONSTACK it does not");

	set(SIGSEGV, jump_out, SA_ONSTACK);
	hits = 0;
	if (sigsetjmp(env, 1) == 0)
		recurse(1);
	ok(hits == 1 && where >= altstack &&
		where < altstack + sizeof(altstack),
	    "a stack that has run out is handled on the other one");
	set(SIGSEGV, SIG_DFL, 0);
	set(SIGUSR1, SIG_DFL, 0);
	ss.ss_flags = SS_DISABLE;
	ok(sigaltstack(&ss, NULL) == 0 && sigaltstack(NULL, &old) == 0 &&
		(old.ss_flags & SS_DISABLE),
	    "and off again");
}

static void
test_restart(void)
{
	struct timespec ts = { 5, 0 }, left = { 0, 0 };
	char c = 0;
	int fds[2], n;
	pid_t pid;

	pipe(fds);
	hits = 0;
	set(SIGUSR1, count, 0);
	pid = signal_asleep(SIGUSR1, "piperd");
	n = read(fds[0], &c, 1);
	ok(n == -1 && errno == EINTR && hits == 1, "EINTR");
	waitpid(pid, NULL, 0);

	set(SIGUSR1, count, SA_RESTART);
	pid = fork();
	if (pid == 0) {
		wait_asleep(getppid(), "piperd");
		kill(getppid(), SIGUSR1);
		wait_asleep(getppid(), "piperd");
		write(fds[1], "x", 1);
		_exit(0);
	}
	n = read(fds[0], &c, 1);
	ok(n == 1 && c == 'x' && hits == 2, "SA_RESTART");
	waitpid(pid, NULL, 0);

	pid = signal_asleep(SIGUSR1, "nanslp");
	n = nanosleep(&ts, &left);
	ok(n == -1 && errno == EINTR && left.tv_sec >= 3 && left.tv_sec < 5,
	    "nanosleep tells what is left, SA_RESTART or not");
	waitpid(pid, NULL, 0);
	close(fds[0]);
	close(fds[1]);
	set(SIGUSR1, SIG_DFL, 0);
}

static void
test_default(void)
{
	static const int kills[] = { SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT,
		SIGFPE, SIGKILL, SIGSEGV, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU,
		SIGVTALRM, SIGUSR1, SIGUSR2 };
	static const int ignored[] = { SIGURG, SIGCONT, SIGCHLD, SIGIO,
		SIGWINCH, SIGINFO };
	unsigned i;
	int status;
	bool all = true;

	for (i = 0; i < sizeof(kills) / sizeof(kills[0]); i++) {
		if (fork() == 0) {
			raise(kills[i]);
			_exit(0);
		}
		wait(&status);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != kills[i] ||
		    WCOREDUMP(status))
			all = false;
		if (!all) {
			printf("# signal %d gives status %#x\n", kills[i],
			    status);
			break;
		}
	}
	ok(all, "those that end a process do");
	if (fork() == 0) {
		for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
			raise(ignored[i]);
		_exit(3);
	}
	wait(&status);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 3,
	    "those that do nothing do not");
}

static void
test_stop(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			pause();
	}
	hits = 0;
	set(SIGCHLD, count, SA_RESTART);
	kill(pid, SIGSTOP);
	ok(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) &&
		WSTOPSIG(status) == SIGSTOP,
	    "a stop is reported");
	ok(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0, "once");
	ok(hits >= 1, "with SIGCHLD");
	kill(pid, SIGCONT);
	ok(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status),
	    "a continue is reported");
	hits = 0;
	set(SIGCHLD, count, SA_RESTART | SA_NOCLDSTOP);
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	ok(hits == 0, "SA_NOCLDSTOP");
	kill(pid, SIGTERM);
	ok(waitpid(pid, &status, WNOHANG) == 0, "stopped, it does not end");
	kill(pid, SIGKILL);
	ok(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGKILL,
	    "but for SIGKILL");
	set(SIGCHLD, SIG_DFL, 0);
}

static pid_t
pipe_reader(const int *ends)
{
	pid_t pid = must_fork();
	char c;

	if (pid == 0)
		_exit(read(ends[0], &c, 1) == 1 ? 0 : 1);
	wait_asleep(pid, "piperd");
	return (pid);
}

/* What comes while a reader is stopped is another's, or there later. */
static void
test_stopped_reader(void)
{
	int ends[2], i, status, well = 0;
	pid_t other, pid;

	pipe(ends);
	for (i = 0; i < 5; i++) {
		pid = pipe_reader(ends);
		kill(pid, SIGSTOP);
		waitpid(pid, &status, WUNTRACED);
		other = pipe_reader(ends);
		write(ends[1], "x", 1);
		alarm(5);
		well += ended_well(other);
		alarm(0);
		write(ends[1], "x", 1);
		usleep(20000);
		well += waitpid(pid, &status, WNOHANG) == 0;
		kill(pid, SIGCONT);
		well += ended_well(pid);
	}
	ok(well == 15, "a stopped reader takes nothing (%d)", well);
	pid = pipe_reader(ends);
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	write(ends[1], "x", 1);
	usleep(20000);
	kill(pid, SIGKILL);
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGKILL,
	    "SIGKILL ends one that has been woken");
	close(ends[0]);
	close(ends[1]);
}

static void
test_children(void)
{
	set(SIGCHLD, SIG_IGN, 0);
	if (fork() == 0)
		_exit(0);
	ok(wait(NULL) == -1 && errno == ECHILD, "SIGCHLD ignored: no zombie");
	set(SIGCHLD, SIG_DFL, SA_NOCLDWAIT);
	if (fork() == 0)
		_exit(0);
	ok(wait(NULL) == -1 && errno == ECHILD, "SA_NOCLDWAIT: no zombie");
	set(SIGCHLD, SIG_DFL, 0);
}

static void
test_group(void)
{
	int status, i;
	pid_t leader, pids[3];

	for (i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			for (;;)
				pause();
		}
		setpgid(pids[i], pids[0]);
	}
	leader = pids[0];
	ok(kill(-leader, 0) == 0, "a group is there");
	ok(kill(-leader, SIGUSR1) == 0, "a signal to all of it");
	for (i = 0; i < 3; i++) {
		waitpid(pids[i], &status, 0);
		ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1,
		    "reaches number %d", i);
	}
	ok(kill(-leader, 0) == -1 && errno == ESRCH, "then it is gone");
}

static void
test_zombie(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(5);
	wait_asleep(pid, ""); /* which it never does: until it is dead */
	ok(kill(pid, 0) == 0 && kill(pid, SIGKILL) == 0,
	    "a zombie takes signals");
	int status;
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 5,
	    "and nothing comes of it");
}

static void
test_permission(void)
{
	int status;
	pid_t parent = getpid();

	if (fork() == 0) {
		if (setuid(1234) != 0)
			_exit(1);
		if (kill(parent, 0) != -1 || errno != EPERM)
			_exit(2);
		if (kill(1, SIGKILL) != -1 || errno != EPERM)
			_exit(3);
		_exit(kill(getpid(), 0) == 0 ? 0 : 4);
	}
	wait(&status);
	ok(status == 0, "others' processes: EPERM");
}

static void
test_exec_state(void)
{
	int status;

	set(SIGUSR1, SIG_IGN, 0);
	set(SIGUSR2, count, 0);
	if (fork() == 0) {
		execl("/bin/sh", "sh", "-c",
		    "kill -USR1 $$; kill -USR2 $$; "
		    "exit 0",
		    (char *)NULL);
		_exit(1);
	}
	wait(&status);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR2,
	    "exec keeps ignored ones and drops handlers");
	set(SIGUSR1, SIG_DFL, 0);
	set(SIGUSR2, SIG_DFL, 0);
}

int
main(void)
{
	test_handler();
	test_errors();
	test_pending();
	test_nested();
	test_registers();
	test_context();
	test_sigreturn();
	test_altstack();
	test_restart();
	test_default();
	test_stop();
	test_stopped_reader();
	test_children();
	test_group();
	test_zombie();
	test_permission();
	test_exec_state();
	return (tap_done());
}
