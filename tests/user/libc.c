/*
 * The C library in its own system: what cannot be tried on the host.
 * Streams, the heap and sbrk, setjmp, signals, the environment, exec,
 * spawn, popen, directories, terminals, users, times, options.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <assert.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <inttypes.h>
#include <libgen.h>
#include <libutil.h>
#include <limits.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	DIR_	"/tmp/libc"
#define	F	DIR_ "/f"

static void
test_stream(void)
{
	char buf[64], *line = NULL;
	size_t size = 0;
	FILE *fp;
	int a, b;

	ok((fp = fopen(F, "w+")) != NULL, "fopen w+");
	ok(fprintf(fp, "%d %s\nsecond\nthird", 42, "first") == 21, "fprintf");
	ok(ftell(fp) == 21, "ftell while writing");
	rewind(fp);
	ok(fscanf(fp, "%d %63s", &a, buf) == 2 && a == 42 &&
		strcmp(buf, "first") == 0,
	    "fscanf");
	ok(getc(fp) == '\n' && ungetc('X', fp) == 'X' &&
		ungetc('Y', fp) == 'Y' && getc(fp) == 'Y' && getc(fp) == 'X',
	    "ungetc twice");
	ok(fgets(buf, sizeof(buf), fp) == buf && strcmp(buf, "second\n") == 0,
	    "fgets");
	ok(ftell(fp) == 16, "ftell while reading");
	ok(getline(&line, &size, fp) == 5 && strcmp(line, "third") == 0 &&
		feof(fp),
	    "getline without a newline");
	ok(getline(&line, &size, fp) == -1, "getline at the end");
	ok(fseek(fp, -5, SEEK_END) == 0 && !feof(fp), "fseek clears EOF");
	ok(fputs("THI", fp) == 0 && fseek(fp, 0, SEEK_CUR) == 0 &&
		fgets(buf, sizeof(buf), fp) != NULL && strcmp(buf, "rd") == 0,
	    "writing, then reading");
	ok(fseek(fp, 3, SEEK_SET) == 0 && getc(fp) == 'f' &&
		fseek(fp, 0, SEEK_CUR) == 0 && putc('I', fp) == 'I' &&
		fclose(fp) == 0,
	    "reading, then writing");
	ok((fp = fopen(F, "r")) != NULL && fread(buf, 1, 64, fp) == 21 &&
		memcmp(buf, "42 fIrst\nsecond\nTHIrd", 21) == 0 && feof(fp),
	    "what was written is there");
	ok(fputc('x', fp) == EOF && errno == EBADF && ferror(fp),
	    "writing to a stream for reading");
	fclose(fp);
	ok((fp = fopen(F, "a")) != NULL && fputs("+", fp) == 0 &&
		ftell(fp) == 22 && fclose(fp) == 0,
	    "append");
	ok((fp = fopen(F, "wx")) == NULL && errno == EEXIST, "mode x");
	ok((fp = fopen(F, "q")) == NULL && errno == EINVAL,
	    "a mode that is none");
	ok((fp = tmpfile()) != NULL && fputs("12 34", fp) == 0 &&
		(rewind(fp), fscanf(fp, "%d%d", &a, &b)) == 2 && b == 34 &&
		fclose(fp) == 0,
	    "tmpfile");
	free(line);
}

static void
test_buffers(void)
{
	static char big[20000], back[20000], own[100];
	struct stat st;
	FILE *fp;
	int i;

	for (i = 0; i < (int)sizeof(big); i++)
		big[i] = (char)('a' + i % 26);
	fp = fopen(F, "w");
	ok(fputc('x', fp) == 'x' && stat(F, &st) == 0 && st.st_size == 0,
	    "a file is fully buffered");
	ok(fflush(fp) == 0 && stat(F, &st) == 0 && st.st_size == 1, "fflush");
	ok(fwrite(big, 1, sizeof(big), fp) == sizeof(big) && fclose(fp) == 0 &&
		stat(F, &st) == 0 && st.st_size == 20001,
	    "more than a buffer");
	fp = fopen(F, "r");
	ok(setvbuf(fp, own, _IOFBF, sizeof(own)) == 0 && getc(fp) == 'x' &&
		fread(back, 100, 200, fp) == 200 &&
		memcmp(big, back, sizeof(big)) == 0,
	    "a buffer of the program");
	fclose(fp);
	fp = fopen(F, "w");
	setvbuf(fp, NULL, _IOLBF, 0);
	fputs("no newline", fp);
	ok(stat(F, &st) == 0 && st.st_size == 0, "line buffered: a part");
	fputs("\n", fp);
	ok(stat(F, &st) == 0 && st.st_size == 11, "line buffered: a line");
	setvbuf(fp, NULL, _IONBF, 0);
	fputs("x", fp);
	ok(stat(F, &st) == 0 && st.st_size == 12, "not buffered");
	fputs("y", fp);
	ok(fflush(NULL) == 0 && fclose(fp) == 0, "fflush(NULL)");
	ok(freopen(F, "r", stdin) == stdin && fileno(stdin) == 0 &&
		getchar() == 'n',
	    "freopen of stdin");
	ok(fflush(stdin) == 0 && lseek(0, 0, SEEK_CUR) == 1,
	    "fflush of what is read moves the file's offset");
	ok((fp = fopen("/no/such/file", "r")) == NULL && errno == ENOENT,
	    "fopen fails");
}

/* What is no number stays in the stream: it takes back 8 characters only. */
static void
test_no_number(void)
{
	static const char *const texts[] = { "nnnnnnnnnn", "infinitnnn",
		".e123456789", "-.e12345678" };
	char buf[64];
	FILE *fp;
	float f;
	size_t i;
	int good = 1;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fp = fopen(F, "w+");
		fputs(texts[i], fp);
		rewind(fp);
		if (fscanf(fp, "%f", &f) == 1)
			good &= i == 1 && fgets(buf, 64, fp) != NULL &&
			    strcmp(buf, texts[i] + 3) == 0;
		else
			good &= i != 1 && fgets(buf, 64, fp) != NULL &&
			    strcmp(buf, texts[i]) == 0;
		fclose(fp);
	}
	ok(good, "fscanf of a number leaves what is none");
}

/* An error mark is of the past; a line that an error has cut is none. */
static void
test_marks(void)
{
	static char big[20000];
	char buf[64], *line = NULL;
	size_t size = 0;
	FILE *fp;
	int fds[2];

	fp = fopen(F, "w");
	ok(getc(fp) == EOF && fflush(fp) == 0 && ferror(fp) &&
		fwrite(big, 1, sizeof(big), fp) == sizeof(big),
	    "fwrite after an error");
	fclose(fp);
	pipe(fds);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	fp = fdopen(fds[0], "r");
	write(fds[1], "one", 3);
	ok(getline(&line, &size, fp) == -1 && errno == EAGAIN && ferror(fp),
	    "getline: an error within the line");
	write(fds[1], "two", 3);
	ok(fgets(buf, sizeof(buf), fp) == NULL && errno == EAGAIN,
	    "fgets: the same");
	write(fds[1], "three", 5);
	ok(fgetln(fp, &size) == NULL && errno == EAGAIN, "fgetln: the same");
	write(fds[1], "four\nfive", 9);
	close(fds[1]);
	ok(ferror(fp) && fgets(buf, sizeof(buf), fp) == buf &&
		strcmp(buf, "four\n") == 0 &&
		fgets(buf, sizeof(buf), fp) == buf &&
		strcmp(buf, "five") == 0 && fgets(buf, sizeof(buf), fp) == NULL,
	    "fgets after an error");
	fclose(fp);
	free(line);
}

/* A buffer of no size is not written to. */
static void
test_no_size(void)
{
	static const char text[] = "more than fits";
	static char own[4], zeros[4];
	FILE *fp = fopen(F, "w");
	int good;

	good = setvbuf(fp, own, _IOFBF, 0) == 0 && fputs(text, fp) == 0 &&
	    memcmp(own, zeros, sizeof(own)) == 0 &&
	    setvbuf(fp, own, _IOLBF, 0) == 0 && fputs(text, fp) == 0 &&
	    memcmp(own, zeros, sizeof(own)) == 0;
	setbuffer(fp, own, 0);
	ok(good && fputs(text, fp) == 0 &&
		memcmp(own, zeros, sizeof(own)) == 0 && fclose(fp) == 0,
	    "setvbuf with a buffer of size 0");
}

/* freopen without a path: another mode for the same file. */
static void
test_modes(void)
{
	struct stat st;
	FILE *fp = fopen(F, "w+");

	fputs("some text", fp);
	ok(freopen(NULL, "w", fp) == fp && fputs("x", fp) == 0 &&
		fflush(fp) == 0 && stat(F, &st) == 0 && st.st_size == 1,
	    "freopen of the same file: w empties it");
	ok(freopen(NULL, "a", fp) == fp &&
		(fcntl(fileno(fp), F_GETFL) & O_APPEND) != 0,
	    "a appends");
	ok(freopen(NULL, "r+", fp) == fp && getc(fp) == 'x' &&
		(fcntl(fileno(fp), F_GETFL) & O_APPEND) == 0,
	    "r+ reads from the start");
	fclose(fp);
	fp = fopen(F, "r");
	ok(freopen(NULL, "w", fp) == NULL && errno == EBADF &&
		stat(F, &st) == 0 && st.st_size == 1,
	    "no mode that the descriptor has not");
	ok(freopen(NULL, "r", fp) == NULL && errno == EBADF,
	    "not if it is closed");
}

/* Where streams stand: at the end to append, and no further than can be. */
static void
test_positions(void)
{
	FILE *fp = fopen(F, "w");
	int fds[2], n = 0;

	fputs("some text", fp);
	fclose(fp);
	fp = fopen(F, "a");
	ok(ftell(fp) == 9 && freopen(F, "a+", fp) == fp && ftell(fp) == 9,
	    "a and a+ begin at the end");
	fclose(fp);
	fp = fopen(F, "r");
	ok(fseek(fp, LONG_MAX, SEEK_SET) == 0 && fseek(fp, 1, SEEK_CUR) == -1 &&
		errno == EOVERFLOW && ftell(fp) == LONG_MAX,
	    "fseek: no further than a long");
	ok(fseek(fp, 0, SEEK_SET) == 0 && getc(fp) == 's' &&
		fseeko(fp, INT64_MAX, SEEK_CUR) == -1 && errno == EOVERFLOW &&
		getc(fp) == 'o',
	    "fseeko: nor than an off_t");
	while (n < 2 && pipe(fds) == 0)
		n = fds[1] > 50 ? 2 : 0;
	while (dup(0) != -1)
		;
	ok(errno == EMFILE && freopen(F, "r", fp) == fp && getc(fp) == 's',
	    "freopen when no descriptor is left");
	closefrom(3);
}

/* The compiler would see what is wrong, and say so. */
static void *volatile pointer;

static void
misuse(int how)
{
	pointer = malloc(100);
	if (how == 0)
		free(pointer);
	if (how == 1)
		pointer = (char *)pointer + 16;
	free(pointer);
}

static void
test_heap(void)
{
	char *a, *b, *before;
	int i, status;
	void *p = NULL;

	a = malloc(1000);
	free(a);
	b = malloc(1000);
	ok(a == b, "a block is used again");
	free(b);
	a = malloc(1000000);
	ok(a != NULL && memset(a, 1, 1000000) == a, "a large block");
	b = realloc(a, 3000000);
	ok(b != NULL && b[999999] == 1, "realloc of a large block");
	free(b);
	ok(posix_memalign(&p, 4096, 100) == 0 && (uintptr_t)p % 4096 == 0,
	    "posix_memalign");
	free(p);
	before = sbrk(0);
	ok(sbrk(8192) == before && sbrk(-8192) == before + 8192 &&
		sbrk(0) == before,
	    "sbrk");
	for (i = 0; i < 3; i++) {
		fflush(stdout);
		if (fork() == 0) {
			close(2);
			misuse(i);
			_exit(42);
		}
		wait(&status);
		ok(i == 2 ? WEXITSTATUS(status) == 42 :
			    WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
		    i == 0     ? "freed twice" :
			i == 1 ? "no block" :
				 "freed once");
	}
}

static jmp_buf env;
static sigjmp_buf sigenv;
static volatile int caught;

static void
jump_out(int sig)
{
	siglongjmp(sigenv, sig);
}

static void
count(int sig)
{
	caught += sig;
}

static void
test_jumps(void)
{
	sigset_t set;
	volatile int n = 0;
	int r;

	r = setjmp(env);
	if (r == 0) {
		n++;
		longjmp(env, 5);
	}
	ok(r == 5 && n == 1, "longjmp");
	if ((r = _setjmp(env)) == 0)
		_longjmp(env, 0);
	ok(r == 1, "longjmp with 0");
	signal(SIGUSR1, jump_out);
	if ((r = sigsetjmp(sigenv, 1)) == 0)
		raise(SIGUSR1);
	sigprocmask(SIG_BLOCK, NULL, &set);
	ok(r == SIGUSR1 && sigismember(&set, SIGUSR1) == 0,
	    "siglongjmp out of a handler restores the mask");
	if ((r = sigsetjmp(sigenv, 0)) == 0)
		raise(SIGUSR1);
	sigprocmask(SIG_BLOCK, NULL, &set);
	ok(r == SIGUSR1 && sigismember(&set, SIGUSR1) == 1,
	    "and does not if it was not saved");
	sigrelse(SIGUSR1);
	signal(SIGUSR1, SIG_DFL);
}

static void
test_signals(void)
{
	struct sigaction sa;
	siginfo_t info;
	sigset_t set;
	int sig, status;

	ok(signal(SIGUSR1, count) == SIG_DFL && signal(SIGUSR1, count) == count,
	    "signal");
	sigaction(SIGUSR1, NULL, &sa);
	ok(sa.sa_flags == SA_RESTART, "signal restarts system calls");
	siginterrupt(SIGUSR1, 1);
	sigaction(SIGUSR1, NULL, &sa);
	ok(sa.sa_flags == 0, "siginterrupt");
	raise(SIGUSR1);
	raise(SIGUSR1);
	ok(caught == 2 * SIGUSR1, "the handler stays");
	ok(signal(99, count) == SIG_ERR && errno == EINVAL, "no such signal");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR2);
	ok(sigwait(&set, &sig) == 0 && sig == SIGUSR2, "sigwait");
	kill(getpid(), SIGUSR2);
	ok(sigwaitinfo(&set, &info) == SIGUSR2 && info.si_signo == SIGUSR2,
	    "sigwaitinfo");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	signal(SIGALRM, count);
	caught = 0;
	alarm(1);
	ok(pause() == -1 && errno == EINTR && caught == SIGALRM,
	    "alarm and pause");
	fflush(stdout);
	if (fork() == 0) {
		signal(SIGABRT, SIG_IGN);
		abort();
	}
	wait(&status);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	    "abort, though ignored");
	ok(strcmp(strsignal(SIGSEGV), "Segmentation fault") == 0, "strsignal");
}

static void
test_env(void)
{
	ok(setenv("LIBC_A", "1", 1) == 0 && strcmp(getenv("LIBC_A"), "1") == 0,
	    "setenv");
	ok(setenv("LIBC_A", "2", 0) == 0 && *getenv("LIBC_A") == '1',
	    "without overwriting");
	ok(setenv("LIBC_A", "longer value", 1) == 0 &&
		strcmp(getenv("LIBC_A"), "longer value") == 0,
	    "overwriting");
	ok(unsetenv("LIBC_A") == 0 && getenv("LIBC_A") == NULL, "unsetenv");
	ok(setenv("A=B", "x", 1) == -1 && errno == EINVAL, "a wrong name");
	ok(putenv((char *)"LIBC_B=b") == 0 &&
		strcmp(getenv("LIBC_B"), "b") == 0,
	    "putenv");
}

static const char *self;

/* Run this program with these words by fn; its exit status. */
static int
status_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return (-1);
	return (WEXITSTATUS(status));
}

static void
test_exec(void)
{
	char *args[] = { (char *)"libc", (char *)"exit", (char *)"7", NULL };
	char *envs[] = { (char *)"LIBC_CODE=9", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t set;
	char buf[32];
	pid_t pid;
	int fd;

	fflush(stdout);
	if ((pid = vfork()) == 0) {
		execl(self, "libc", "exit", "5", (char *)NULL);
		_exit(99);
	}
	ok(status_of(pid) == 5, "vfork and execl");
	if ((pid = fork()) == 0) {
		execle(self, "libc", "env", (char *)NULL, envs);
		_exit(99);
	}
	ok(status_of(pid) == 9, "execle");
	ok(execvp("libc-no-such-program", args) == -1 && errno == ENOENT,
	    "execvp of nothing");
	ok(posix_spawn(&pid, self, NULL, NULL, args, environ) == 0 &&
		status_of(pid) == 7,
	    "posix_spawn");
	ok(posix_spawn(&pid, "/no/such", NULL, NULL, args, environ) == ENOENT,
	    "posix_spawn of nothing");
	ok(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "and no zombie is left");
	args[1] = (char *)"hello";
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, F,
	    O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	posix_spawn_file_actions_addclose(&actions, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	ok(posix_spawn(&pid, self, &actions, &attr, args, environ) == 0 &&
		status_of(pid) == 0,
	    "posix_spawn with actions");
	memset(buf, 0, sizeof(buf));
	fd = open(F, O_RDONLY);
	ok(read(fd, buf, 31) == 12 && strcmp(buf, "hello\nerror\n") == 0,
	    "its output went to the file");
	close(fd);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
}

static int
thread(void *arg)
{
	*(volatile int *)arg = 77;
	return (13);
}

static void
test_thread(void)
{
	static char stack[16384];
	static volatile int word;
	pid_t pid;

	pid = rfork_thread(RFPROC | RFMEM, stack + sizeof(stack), thread,
	    (void *)&word);
	ok(pid > 0 && status_of(pid) == 13 && word == 77, "rfork_thread");
	errno = 0;
	ok(rfork_thread(RFPROC | RFFDG | RFCFDG, stack + sizeof(stack), thread,
	       NULL) == -1 &&
		errno == EINVAL,
	    "rfork_thread fails");
}

static void
test_wait(void)
{
	siginfo_t info;
	struct rusage ru;
	int status;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0)
		_exit(3);
	ok(waitid(P_PID, (id_t)pid, &info, WEXITED) == 0 &&
		info.si_pid == pid && info.si_code == CLD_EXITED &&
		info.si_status == 3 && info.si_signo == SIGCHLD,
	    "waitid");
	ok(waitid(P_ALL, 0, &info, WSTOPPED) == -1 && errno == EINVAL,
	    "waitid without WEXITED");
	if ((pid = fork()) == 0)
		_exit(0);
	ok(waitid(P_PGID, 1, &info, WEXITED) == -1 && errno == ECHILD &&
		waitid(P_ALL, 0, &info, WEXITED) == 0 && info.si_pid == pid,
	    "waitid of init's group is not of any");
	if ((pid = fork()) == 0)
		raise(SIGKILL);
	ok(wait3(&status, 0, &ru) == pid && WTERMSIG(status) == SIGKILL,
	    "wait3");
}

static void
test_shell(void)
{
	char buf[32];
	FILE *fp;

	if (!system(NULL)) {
		ok(1, "there is no shell # SKIP");
		return;
	}
	ok(WEXITSTATUS(system("exit 6")) == 6, "system");
	ok((fp = popen("echo out", "r")) != NULL &&
		fgets(buf, 32, fp) != NULL && strcmp(buf, "out\n") == 0 &&
		pclose(fp) == 0,
	    "popen r");
	ok(popen("cat", "r+") == NULL && errno == EINVAL, "popen r+");
	ok((fp = popen("read x; echo $x >" F, "w")) != NULL &&
		fputs("in\n", fp) == 0 && pclose(fp) == 0,
	    "popen w");
	fp = fopen(F, "r");
	ok(fp != NULL && fgets(buf, 32, fp) != NULL && strcmp(buf, "in\n") == 0,
	    "what was piped");
	if (fp != NULL)
		fclose(fp);
	ok(WEXITSTATUS(pclose(popen("exit 3", "r"))) == 3, "pclose's status");
}

static pid_t me;
static volatile pid_t stranger;

static void
note_stranger(int sig __unused)
{
	if (getpid() != me)
		stranger = getpid();
}

/*
 * A process that sends SIGUSR1 to each child of its parent before that has
 * run: who was asleep comes first.
 */
static pid_t
start_watcher(void)
{
	struct kevent kev;
	int fds[2], kq;
	pid_t pid;
	char c;

	pipe(fds);
	if ((pid = must_fork()) != 0) {
		read(fds[0], &c, 1);
		close(fds[0]);
		close(fds[1]);
		return (pid);
	}
	kq = kqueue();
	EV_SET(&kev, me, EVFILT_PROC, EV_ADD, NOTE_TRACK, 0, NULL);
	kevent(kq, &kev, 1, NULL, 0, NULL);
	write(fds[1], "", 1);
	for (;;)
		if (kevent(kq, NULL, 0, &kev, 1, NULL) == 1 &&
		    (kev.fflags & NOTE_CHILD) != 0)
			kill((pid_t)kev.ident, SIGUSR1);
}

/* The program's handlers do not run in the shells it starts. */
static void
test_strangers(void)
{
	int i, ncpu = 1, status;
	pid_t watcher;
	FILE *fp;

	me = getpid();
	signal(SIGUSR1, note_stranger);
	watcher = start_watcher();
	for (i = 0; i < 5; i++)
		status = system(":");
	ok(stranger == 0, "no handler runs in system's child");
	/* Another processor may have run it before the signal comes. */
	sysctlbyname("hw.ncpu", &ncpu, &(size_t){ sizeof(ncpu) }, NULL, 0);
	ok((WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1) ||
		(ncpu > 1 && status == 0),
	    "which the signal ends");
	stranger = 0;
	for (i = 0; i < 5; i++)
		if ((fp = popen(":", "r")) != NULL)
			pclose(fp);
	ok(stranger == 0, "no handler runs in popen's child");
	kill(watcher, SIGKILL);
	waitpid(watcher, NULL, 0);
	signal(SIGUSR1, SIG_DFL);

	signal(SIGINT, note_stranger);
	status = system("kill -INT $$; exit 3");
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT,
	    "system: what is caught has its default action");
	signal(SIGINT, SIG_IGN);
	status = system("kill -INT $$; exit 3");
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 3 &&
		signal(SIGINT, SIG_DFL) == SIG_IGN,
	    "system: what is ignored stays so");
}

static void
test_directory(void)
{
	char name[NAME_MAX + 1], cwd[PATH_MAX], real[PATH_MAX];
	struct dirent **list, *dp;
	long where;
	DIR *dir;
	int fd, i, n;

	mkdir(DIR_ "/d", 0755);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), DIR_ "/d/%03d", i);
		if ((fd = creat(name, 0644)) != -1)
			close(fd);
	}
	dir = opendir(DIR_ "/d");
	for (n = 0; dir != NULL && (dp = readdir(dir)) != NULL;)
		n += dp->d_name[0] != '.' && dp->d_namlen == 3;
	ok(n == 300, "readdir");
	rewinddir(dir);
	for (i = 0; i < 200; i++)
		readdir(dir);
	where = telldir(dir);
	dp = readdir(dir);
	snprintf(name, sizeof(name), "%s", dp != NULL ? dp->d_name : "?");
	while (readdir(dir) != NULL)
		;
	seekdir(dir, where);
	dp = readdir(dir);
	ok(dp != NULL && strcmp(dp->d_name, name) == 0, "telldir, seekdir");
	closedir(dir);
	n = scandir(DIR_ "/d", &list, NULL, alphasort);
	ok(n == 302 && strcmp(list[2]->d_name, "000") == 0 &&
		strcmp(list[301]->d_name, "299") == 0,
	    "scandir");
	while (n > 0)
		free(list[--n]);
	free(list);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), DIR_ "/d/%03d", i);
		unlink(name);
	}
	ok(opendir(F) == NULL && errno == ENOTDIR, "opendir of a file");
	ok(chdir(DIR_ "/d") == 0 && getcwd(cwd, sizeof(cwd)) == cwd &&
		strcmp(cwd, DIR_ "/d") == 0,
	    "getcwd");
	ok(getcwd(cwd, 3) == NULL && errno == ERANGE, "getcwd: no room");
	ok(symlink("../d", DIR_ "/d/l") == 0 &&
		realpath("l/l/.././x", real) == NULL && errno == ENOENT &&
		realpath("l/l/..", real) == real && strcmp(real, DIR_) == 0,
	    "realpath");
	unlink(DIR_ "/d/l");
	chdir("/");
	ok(remove(DIR_ "/d") == 0, "remove of a directory");
	ok(strcmp(basename(strcpy(cwd, "/a/b/")), "b") == 0 &&
		strcmp(dirname(strcpy(cwd, "/a/b/")), "/a") == 0 &&
		strcmp(dirname(strcpy(cwd, "/a")), "/") == 0 &&
		strcmp(basename(strcpy(cwd, "///")), "/") == 0 &&
		strcmp(dirname(strcpy(cwd, "a")), ".") == 0,
	    "basename, dirname");
}

static void
test_realpath(void)
{
	char real[PATH_MAX];

	close(creat(F, 0644));
	ok(symlink("f", DIR_ "/l") == 0 && symlink(DIR_ "/l", DIR_ "/m") == 0 &&
		realpath(DIR_ "/m", real) == real && strcmp(real, F) == 0,
	    "realpath of a link to a file");
	ok(realpath(DIR_ "/m/", real) == NULL && errno == ENOTDIR,
	    "realpath of a file as if it were a directory");
	unlink(DIR_ "/l");
	unlink(DIR_ "/m");
}

/* A filter that leaves an error behind, and takes nothing. */
static int
nothing(const struct dirent *dp __unused)
{
	errno = EINVAL;
	return (0);
}

static void
make_files(int n)
{
	char name[NAME_MAX + 1];
	int i;

	mkdir(DIR_ "/d", 0755);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), DIR_ "/d/%03d", i);
		close(creat(name, 0644));
	}
}

static void
remove_files(int from, int to)
{
	char name[NAME_MAX + 1];

	for (; from < to; from++) {
		snprintf(name, sizeof(name), DIR_ "/d/%03d", from);
		unlink(name);
	}
}

/* Places in a directory that others change. */
static void
test_places(void)
{
	char name[NAME_MAX + 1];
	struct dirent **list = NULL, *dp;
	long end, where;
	DIR *dir;
	int i, n;

	make_files(100);
	ok(scandir(DIR_ "/d", &list, nothing, NULL) == 0,
	    "scandir with a filter that sets errno");
	free(list);
	dir = opendir(DIR_ "/d");
	for (i = 0; i < 52; i++)
		dp = readdir(dir);
	snprintf(name, sizeof(name), "%s", dp->d_name);
	rewinddir(dir);
	for (i = 0; i < 51; i++)
		readdir(dir);
	remove_files(0, 5);
	where = telldir(dir);
	remove_files(5, 10);
	dp = readdir(dir);
	ok(strcmp(dp->d_name, name) == 0, "telldir moves nothing");
	while (readdir(dir) != NULL)
		;
	end = telldir(dir);
	seekdir(dir, where);
	dp = readdir(dir);
	ok(dp != NULL && strcmp(dp->d_name, name) == 0,
	    "seekdir after entries before were removed");
	for (n = 0; readdir(dir) != NULL; n++)
		;
	ok(n == 50, "and all behind it are there");
	seekdir(dir, end);
	ok(readdir(dir) == NULL, "seekdir to the end");
	remove_files(10, 60);
	seekdir(dir, where);
	dp = readdir(dir);
	ok(dp != NULL && strcmp(dp->d_name, "060") == 0,
	    "seekdir to an entry that was removed");
	closedir(dir);
	remove_files(60, 100);
	rmdir(DIR_ "/d");
}

static void
test_closefrom(void)
{
	struct rlimit rl = { 10, 10 };
	pid_t pid = must_fork();

	if (pid == 0) {
		if (dup2(0, 40) != 40 || setrlimit(RLIMIT_NOFILE, &rl) != 0)
			_exit(2);
		closefrom(3);
		_exit(fcntl(40, F_GETFD) != -1 || fcntl(2, F_GETFD) == -1);
	}
	ok(ended_well(pid), "closefrom of what is beyond the limit");
}

static void
test_temporary(void)
{
	char a[] = DIR_ "/aXXXXXX", b[] = DIR_ "/aXXXXXX";
	char c[] = DIR_ "/cXXXXXX", bad[] = "XXX";
	struct stat st;
	int fd1, fd2;

	fd1 = mkstemp(a);
	fd2 = mkstemp(b);
	ok(fd1 >= 0 && fd2 >= 0 && strcmp(a, b) != 0 && stat(a, &st) == 0 &&
		(st.st_mode & 0777) == 0600,
	    "mkstemp");
	ok(mkdtemp(c) == c && stat(c, &st) == 0 && S_ISDIR(st.st_mode),
	    "mkdtemp");
	ok(mkstemp(bad) == -1 && errno == EINVAL, "too few Xs");
	close(fd1);
	close(fd2);
	unlink(a);
	unlink(b);
	rmdir(c);
}

static void
test_system(void)
{
	struct utsname name;
	struct tms tms;
	struct termios t;
	char host[100];
	int mib[CTL_MAXNAME], value;
	size_t n = CTL_MAXNAME, size = sizeof(value);
	double load[3];

	ok(uname(&name) == 0 && *name.sysname != '\0' && *name.machine != '\0',
	    "uname");
	ok(gethostname(host, sizeof(host)) == 0, "gethostname");
	ok(sysctlnametomib("kern.ostype", mib, &n) == 0 && n == 2 &&
		mib[0] == CTL_KERN && mib[1] == KERN_OSTYPE,
	    "sysctlnametomib");
	ok(sysctlbyname("kern.maxproc", &value, &size, NULL, 0) == 0 &&
		value > 10,
	    "sysctlbyname");
	ok(sysctlbyname("no.such", NULL, NULL, NULL, 0) == -1 &&
		errno == ENOENT,
	    "sysctlbyname of nothing");
	ok(sysconf(_SC_PAGESIZE) == getpagesize() &&
		sysconf(_SC_NPROCESSORS_ONLN) >= 1 && sysconf(_SC_OPEN_MAX) > 0,
	    "sysconf");
	ok(times(&tms) != (clock_t)-1 && clock() != (clock_t)-1, "times");
	ok(getloadavg(load, 3) == 3, "getloadavg");
	ok(arc4random() != arc4random() || arc4random() != arc4random(),
	    "arc4random");
	ok(!isatty(open("/dev/null", O_RDWR)) && tcgetattr(3, &t) == -1,
	    "isatty of what is none");
	ok(!isatty(2) || strncmp(ttyname(2), "/dev/", 5) == 0, "ttyname");
}

static void
test_ttyname(void)
{
	char buf[32], name[32];
	int master, slave, status;
	pid_t pid;

	ok(ttyname_r(-1, buf, sizeof(buf)) == EBADF,
	    "ttyname_r of no descriptor");
	ok(openpty(&master, &slave, name, NULL, NULL) == 0 &&
		ttyname_r(slave, buf, sizeof(buf)) == 0 &&
		strcmp(buf, name) == 0,
	    "ttyname_r");
	ok(ttyname_r(slave, buf, strlen(name)) == ERANGE &&
		ttyname_r(slave, buf, 0) == ERANGE &&
		ttyname_r(slave, buf, strlen(name) + 1) == 0,
	    "ttyname_r: the room");
	pid = fork();
	if (pid == 0) {
		setsid();
		if (ioctl(slave, TIOCSCTTY, NULL) == -1)
			_exit(1);
		close(0);
		_exit(open("/dev/tty", O_RDWR) != 0 ||
		    ttyname_r(0, buf, sizeof(buf)) != 0 ||
		    strcmp(buf, "/dev/tty") != 0);
	}
	ok(waitpid(pid, &status, 0) == pid && status == 0,
	    "ttyname_r of /dev/tty");
	close(master);
	close(slave);
}

static void
test_nice(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(nice(5) != 5 || nice(INT_MAX) != 20 ||
		    nice(INT_MIN) != -20);
	ok(waitpid(pid, &status, 0) == pid && status == 0,
	    "nice up to the limits");
}

static void
test_users(void)
{
	struct passwd *pw = getpwuid(0);
	struct group *gr;

	ok(pw != NULL && strcmp(pw->pw_name, "root") == 0, "getpwuid");
	ok((pw = getpwnam("root")) != NULL && pw->pw_uid == 0, "getpwnam");
	ok(getpwnam("no such user") == NULL, "getpwnam of nobody");
	gr = getgrgid(0);
	ok(gr != NULL && getgrnam(gr->gr_name) != NULL, "getgrgid, getgrnam");
}

/* The expected ones are openssl's: passwd -1. */
static void
test_crypt(void)
{
	static const char *const known[][2] = {
		{ "", "$1$ab$rn6aQS/o7141mj179E/zA." },
		{ "student", "$1$Tine0001$EDps.qYoFYK53uCMhkUvp0" },
		{ "a rather long password, of more than 16",
		    "$1$12345678$j3CZkBf4I3Z5rFgTtbhBG/" },
	};
	const char *hash;
	int good = 1;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		hash = crypt(known[i][0], known[i][1]);
		good &= hash != NULL && strcmp(hash, known[i][1]) == 0;
	}
	ok(good, "crypt");
	ok(strcmp(crypt("x", "$1$12345678"), crypt("x", "$1$123456789")) == 0,
	    "crypt takes eight characters of salt");
	errno = 0;
	ok(crypt("x", "*") == NULL && errno == EINVAL,
	    "crypt of no known kind");
}

/* Who is not root sees no passwords. */
static void
test_passwords(void)
{
	struct passwd *pw = getpwnam("student");
	pid_t pid;

	ok(pw != NULL && strncmp(pw->pw_passwd, "$1$", 3) == 0 &&
		strcmp(pw->pw_dir, "/home/student") == 0,
	    "root's getpwnam has the password");
	pid = must_fork();
	if (pid == 0) {
		if (setuid(1001) != 0)
			_exit(1);
		pw = getpwuid(1001);
		_exit(pw == NULL || strcmp(pw->pw_passwd, "*") != 0 ||
		    strcmp(pw->pw_dir, "/home/student") != 0);
	}
	ok(ended_well(pid), "nobody else's has");
}

/* Who is only not there is no error. */
static void
test_absent(void)
{
	pid_t pid = must_fork();

	if (pid == 0) {
		if (setuid(1001) != 0)
			_exit(2);
		errno = 0;
		_exit(getpwnam("no such user") != NULL || errno != 0);
	}
	ok(ended_well(pid), "getpwnam of nobody sets no errno");
}

/* Append to a file a line whose last part could be one of its own. */
static off_t
append_line(const char *path, const char *start, const char *end)
{
	struct stat st;
	FILE *fp = fopen(path, "a");
	size_t n;

	if (fp == NULL || fstat(fileno(fp), &st) == -1)
		err(1, "%s", path);
	fputs(start, fp);
	for (n = strlen(start); n < LINE_MAX - 1; n++)
		putc('x', fp);
	fputs(end, fp);
	fclose(fp);
	return (st.st_size);
}

static void
test_long_lines(void)
{
	struct passwd *pw;
	struct group *gr;
	off_t size;

	size = append_line("/etc/master.passwd",
	    "long:*:77:77::0:0:", "wrong:*:0:0::0:0::/:/bin/sh\n");
	ok(getpwnam("wrong") == NULL && (pw = getpwnam("long")) != NULL &&
		pw->pw_uid == 77,
	    "getpwnam: a long line is one");
	truncate("/etc/master.passwd", size);
	size = append_line("/etc/group", "long:*:77:", "wrong:*:0:\n");
	ok(getgrnam("wrong") == NULL && (gr = getgrnam("long")) != NULL &&
		gr->gr_gid == 77 && strlen(gr->gr_mem[0]) > 2000,
	    "getgrnam: a long line is one");
	truncate("/etc/group", size);
}

static void
test_times(void)
{
	struct timespec before, after, ts = { 0, 50000000 };
	time_t now = time(NULL);
	char buf[26];

	clock_gettime(CLOCK_MONOTONIC, &before);
	ok(nanosleep(&ts, NULL) == 0, "nanosleep");
	clock_gettime(CLOCK_MONOTONIC, &after);
	timespecsub(&after, &before, &after);
	ok(after.tv_sec > 0 || after.tv_nsec >= 50000000, "it did sleep");
	ok(usleep(1000) == 0 && sleep(0) == 0, "usleep, sleep");
	ok(ctime_r(&now, buf) == buf && buf[24] == '\n', "ctime");
}

/* Dates beyond a time_t, two of which 32 bits of days would bring back. */
static void
test_far_dates(void)
{
	static const int years[] = { INT_MAX, INT_MIN, 11761170 - 1900, 200 };
	struct tm tm;
	size_t i;
	int good = 1;

	for (i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		memset(&tm, 0, sizeof(tm));
		tm.tm_year = years[i];
		errno = 0;
		good &= timegm(&tm) == -1 && errno == EOVERFLOW;
	}
	ok(good, "timegm of dates too far away");
}

static void
test_options(void)
{
	static const struct option longs[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "name", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	char *args[] = { (char *)"x", (char *)"-ab", (char *)"v", (char *)"-cw",
		(char *)"--", (char *)"-z", NULL };
	char *words[] = { (char *)"x", (char *)"one", (char *)"--na=N",
		(char *)"two", (char *)"-n", (char *)"M", (char *)"--all",
		(char *)"three", NULL };
	char *wrong[] = { (char *)"x", (char *)"-q", NULL };

	ok(getopt(6, args, "ab:c:") == 'a' && getopt(6, args, "ab:c:") == 'b' &&
		strcmp(optarg, "v") == 0 && getopt(6, args, "ab:c:") == 'c' &&
		strcmp(optarg, "w") == 0 && getopt(6, args, "ab:c:") == -1 &&
		optind == 5,
	    "getopt");
	optind = optreset = 1;
	opterr = 0;
	ok(getopt(2, wrong, "a") == '?' && optopt == 'q', "a wrong option");
	optind = optreset = 1;
	ok(getopt_long(8, words, "-an:", longs, NULL) == 1 &&
		strcmp(optarg, "one") == 0 &&
		getopt_long(8, words, "-an:", longs, NULL) == 'n' &&
		getopt_long(8, words, "-an:", longs, NULL) == 1 &&
		strcmp(optarg, "two") == 0 && strcmp(words[3], "two") == 0,
	    "getopt_long with - gives each word where it stands");
	optind = optreset = 1;
	ok(getopt_long(8, words, "an:", longs, NULL) == 'n' &&
		strcmp(optarg, "N") == 0 &&
		getopt_long(8, words, "an:", longs, NULL) == 'n' &&
		strcmp(optarg, "M") == 0 &&
		getopt_long(8, words, "an:", longs, NULL) == 'a' &&
		getopt_long(8, words, "an:", longs, NULL) == -1,
	    "getopt_long");
	ok(optind == 5 && strcmp(words[5], "one") == 0 &&
		strcmp(words[6], "two") == 0 && strcmp(words[7], "three") == 0,
	    "and the other words are last, in order");
}

static const struct option no_longs[] = { { NULL, 0, NULL, 0 } };

/* Letters in one word, behind a word that is no option. */
static void
test_clusters(void)
{
	char *words[] = { (char *)"x", (char *)"file", (char *)"-vo",
		(char *)"out", (char *)"more", NULL };
	char *last[] = { (char *)"x", (char *)"file", (char *)"-vo", NULL };
	char *plus[] = { (char *)"x", (char *)"-+", NULL };

	optind = optreset = 1;
	ok(getopt_long(5, words, "vo:", no_longs, NULL) == 'v' &&
		getopt_long(5, words, "vo:", no_longs, NULL) == 'o' &&
		strcmp(optarg, "out") == 0 &&
		getopt_long(5, words, "vo:", no_longs, NULL) == -1 &&
		optind == 3 && strcmp(words[3], "file") == 0 &&
		strcmp(words[4], "more") == 0,
	    "getopt_long: the argument of the last letter");
	optind = optreset = 1;
	ok(getopt_long(3, last, "vo:", no_longs, NULL) == 'v' &&
		getopt_long(3, last, "vo:", no_longs, NULL) == '?' &&
		getopt_long(3, last, "vo:", no_longs, NULL) == -1 &&
		optind == 2 && strcmp(last[2], "file") == 0,
	    "getopt_long: it is missing");
	optind = optreset = 1;
	ok(getopt(2, plus, "+a") == '?' && optopt == '+',
	    "getopt: a + before the letters is none of them");
}

/* Three names that begin alike, with nothing before them in memory. */
static void
test_ambiguous(void)
{
	char *words[] = { (char *)"x", (char *)"--na", NULL };
	size_t page = (size_t)getpagesize();
	struct option *longs;
	pid_t pid = must_fork();
	char *p;

	if (pid == 0) {
		p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		    MAP_ANON | MAP_PRIVATE, -1, 0);
		mprotect(p, page, PROT_NONE);
		longs = (struct option *)(void *)(p + page);
		longs[0] = (struct option){ "name", 0, NULL, 1 };
		longs[1] = (struct option){ "names", 0, NULL, 2 };
		longs[2] = (struct option){ "nasty", 0, NULL, 3 };
		optind = optreset = 1;
		_exit(getopt_long(2, words, "", longs, NULL) != '?');
	}
	ok(ended_well(pid), "getopt_long: one of three");
}

static void
first_handler(void)
{
	printf("first\n");
}

static void
second_handler(void)
{
	printf("second\n");
}

static void
test_exit(void)
{
	char buf[64];
	size_t len;
	int fd, fds[2];
	pid_t pid;
	ssize_t n;

	pipe(fds);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		dup2(fds[1], 1);
		close(fds[1]);
		atexit(first_handler);
		atexit(second_handler);
		printf("main\n");
		exit(4);
	}
	close(fds[1]);
	for (len = 0; len < sizeof(buf) - 1; len += (size_t)n) {
		n = read(fds[0], buf + len, sizeof(buf) - 1 - len);
		if (n <= 0)
			break;
	}
	buf[len] = '\0';
	close(fds[0]);
	ok(status_of(pid) == 4 && strcmp(buf, "main\nsecond\nfirst\n") == 0,
	    "exit calls what atexit registered and flushes");
	if ((pid = fork()) == 0) {
		fd = open("/dev/null", O_WRONLY);
		dup2(fd, 2);
		assert(pid != 0);
	}
	ok(waitpid(pid, &fd, 0) == pid && WTERMSIG(fd) == SIGABRT, "assert");
	if ((pid = fork()) == 0) {
		fd = open(F, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, 2);
		errno = ENOENT;
		err(8, "what %d", 1);
	}
	ok(status_of(pid) == 8, "err");
	fd = open(F, O_RDONLY);
	n = read(fd, buf, sizeof(buf) - 1);
	buf[n > 0 ? n : 0] = '\0';
	ok(strstr(buf, ": what 1: No such file or directory\n") != NULL,
	    "err's message");
	close(fd);
}

/* What the copies of this program do that the tests start. */
static int
helper(int argc, char *argv[])
{
	if (strcmp(argv[1], "exit") == 0)
		return (atoi(argv[2]));
	if (strcmp(argv[1], "env") == 0)
		return (atoi(getenv("LIBC_CODE")));
	if (strcmp(argv[1], "hello") == 0) {
		printf("hello\n");
		fflush(stdout);
		fprintf(stderr, "error\n");
		return (0);
	}
	return (argc);
}

int
main(int argc, char *argv[])
{
	if (argc > 1 && argv[1][0] != '-')
		return (helper(argc, argv));
	self = strchr(argv[0], '/') != NULL ? argv[0] : "/usr/tests/libc";
	mkdir(DIR_, 0777);
	test_stream();
	test_buffers();
	test_no_number();
	test_marks();
	test_no_size();
	test_modes();
	test_positions();
	test_heap();
	test_jumps();
	test_signals();
	test_env();
	test_exec();
	test_thread();
	test_wait();
	test_shell();
	test_strangers();
	test_directory();
	test_realpath();
	test_places();
	test_closefrom();
	test_temporary();
	test_system();
	test_ttyname();
	test_nice();
	test_users();
	test_crypt();
	test_passwords();
	test_absent();
	test_long_lines();
	test_times();
	test_far_dates();
	test_options();
	test_clusters();
	test_ambiguous();
	test_exit();
	unlink(F);
	ok(rmdir(DIR_) == 0, "nothing is left");
	return (tap_done());
}
