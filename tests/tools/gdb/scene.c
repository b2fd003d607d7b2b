/*
 * What tests/tools/gdb.py looks at with gdb: a program that stops for it at
 * each call of marker(), and says what the kernel tells it.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

volatile int planted = 1;	/* somebody writes 42 to it */
volatile int copied = 1;	/* on a page that parent and child share */
char	fresh[3 * 4096];	/* that the kernel is the first to write to */
pid_t	sleeper;		/* a child that sleeps in pause(2) */

void	marker(int);

/* Not inlined, and not without effect: a place for a breakpoint. */
void __attribute__((noinline))
marker(int number)
{
	__asm__ __volatile__("" : : "r"(number) : "memory");
}

static void
show(const char *path)
{
	char buf[512];
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0) {
		printf("%s: cannot be opened\n", path);
		return;
	}
	printf("== %s\n", path);
	fflush(stdout);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		(void)write(1, buf, n);
	close(fd);
}

static void __attribute__((noinline))
plant(int value)
{
	planted = value;
}

static int
sharer(void *arg)
{
	plant(*(int *)arg);
	_exit(0);
}

static void
make_sleeper(void)
{
	char path[40];

	sleeper = fork();
	if (sleeper == 0) {
		sigset_t set;

		sigemptyset(&set);
		sigaddset(&set, SIGUSR2);
		sigprocmask(SIG_BLOCK, &set, NULL);
		for (;;)
			pause();
	}
	usleep(20000);
	printf("sleeper %d parent %d\n", sleeper, getpid());
	snprintf(path, sizeof(path), "/proc/%d/map", sleeper);
	show(path);
	show("/proc/curproc/pagemap");
	(void)system("ps -axl");
}

/* gdb may have the fork fail. */
static void
fork_and_wait(void)
{
	pid_t pid;

	pid = fork();
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void
forks(void)
{
	static char stack[8192];
	int value = 42;
	pid_t pid;

	marker(2);
	pid = fork();
	if (pid == 0) {
		copied = 2;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	marker(3);
	pid = vfork();
	if (pid == 0) {
		execl("/bin/true", "true", (char *)0);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	marker(4);
	pid = rfork_thread(RFPROC | RFMEM | RFFDG, stack + sizeof(stack),
	    sharer, &value);
	waitpid(pid, NULL, 0);
	printf("planted %d\n", planted);
	marker(5);
	fork_and_wait();
	marker(6);
	fork_and_wait();
	fork_and_wait();
	fork_and_wait();
}

/* As "scene", or by another name, which is told by any argument. */
int
main(int argc, char **argv __unused)
{
	int fd;

	if (argc > 1)
		return (0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_sleeper();
	marker(1);
	fd = open("/dev/zero", O_RDONLY);
	(void)read(fd, fresh + 4096, 1);
	close(fd);
	forks();
	kill(sleeper, SIGKILL);
	waitpid(sleeper, NULL, 0);
	show("/dev/ktr");
	printf("the end\n");
	execl("/bin/scene_by_a_longer_name", "scene", "again", (char *)0);
	return (0);
}
