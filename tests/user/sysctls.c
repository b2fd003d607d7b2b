/*
 * Values of sysctl(3) that change while others read them: each is seen as it
 * was or as it is.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	READS	20000
#define	LONG	200		/* bytes of the longer name */

static char	longer[LONG + 1], saved[256];

static void
set_name(const char *name)
{
	if (sysctlbyname("kern.hostname", NULL, NULL, name, strlen(name)) == -1)
		err(1, "kern.hostname");
}

/* Change the name again and again until the parent ends this. */
static void
change_names(void)
{
	for (;;) {
		set_name(longer);
		set_name("b");
	}
}

/*
 * What is read of the host's name is one of the two that are set, never some
 * of each.
 */
static void
test_string(void)
{
	char name[256];
	size_t size;
	int i, torn = 0, seen[2] = { 0, 0 };
	pid_t pid;

	memset(longer, 'a', LONG);
	set_name("b");
	pid = must_fork();
	if (pid == 0)
		change_names();
	for (i = 0; i < READS || seen[0] == 0 || seen[1] == 0; i++) {
		size = sizeof(name);
		if (sysctlbyname("kern.hostname", name, &size, NULL, 0) == -1)
			err(1, "kern.hostname");
		if (size == sizeof("b") && strcmp(name, "b") == 0)
			seen[0]++;
		else if (size == sizeof(longer) && strcmp(name, longer) == 0)
			seen[1]++;
		else
			torn++;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ok(torn == 0, "a string that changes is read whole (%d of %d are not)",
	    torn, i);
}

/* Seconds that may pass between two looks at a clock. */
#define	NEAR	5

/*
 * Who sets the date moves that of the boot: the machine has been up as long as
 * before.
 */
static void
test_boottime(void)
{
	struct timeval boot, then = { 1234567890, 250000 }, now;
	size_t size = sizeof(boot);
	struct timespec up;
	time_t apart;

	gettimeofday(&now, NULL);
	if (settimeofday(&then, NULL) == -1 ||
	    sysctlbyname("kern.boottime", &boot, &size, NULL, 0) == -1 ||
	    clock_gettime(CLOCK_MONOTONIC, &up) == -1)
		err(1, "kern.boottime");
	apart = boot.tv_sec + up.tv_sec - then.tv_sec;
	ok(size == sizeof(boot) && boot.tv_usec >= 0 &&
		boot.tv_usec < 1000000 && apart >= -NEAR && apart <= NEAR,
	    "kern.boottime follows the date");
	settimeofday(&now, NULL);
	ok(sysctlbyname("kern.boottime", NULL, NULL, &boot, sizeof(boot)) ==
		    -1 &&
		errno == EPERM,
	    "but cannot be written");
}

/* An int takes what it is given, or nothing of it. */
static void
test_int(void)
{
	int old, new = 77, now;
	size_t size = sizeof(old);

	if (sysctlbyname("kern.maxpipes", &old, &size, &new, sizeof(new)) == -1)
		err(1, "kern.maxpipes");
	ok(sysctlbyname("kern.maxpipes", &now, &size, NULL, 0) == 0 &&
		now == new,
	    "an int is written");
	ok(sysctlbyname("kern.maxpipes", NULL, NULL, (void *)8, sizeof(new)) ==
		    -1 &&
		errno == EFAULT &&
		sysctlbyname("kern.maxpipes", &now, &size, NULL, 0) == 0 &&
		now == new,
	    "and stays as it is if there is nothing where it should come from");
	ok(sysctlbyname("kern.maxpipes", NULL, NULL, &old, 3) == -1 &&
		errno == EINVAL,
	    "or less than an int");
	sysctlbyname("kern.maxpipes", NULL, NULL, &old, sizeof(old));
}

int
main(void)
{
	gethostname(saved, sizeof(saved));
	test_string();
	set_name(saved);
	test_boottime();
	test_int();
	return (tap_done());
}
