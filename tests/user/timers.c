/*
 * Clocks, sleeping and interval timers.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile int hits;

static void
count(int sig)
{
	(void)sig;
	hits++;
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec + ts.tv_nsec / 1e9);
}

static void
test_clocks(void)
{
	static const clockid_t ids[] = { CLOCK_REALTIME, CLOCK_VIRTUAL,
		CLOCK_PROF, CLOCK_MONOTONIC, CLOCK_UPTIME, CLOCK_UPTIME_PRECISE,
		CLOCK_UPTIME_FAST, CLOCK_REALTIME_PRECISE, CLOCK_REALTIME_FAST,
		CLOCK_MONOTONIC_PRECISE, CLOCK_MONOTONIC_FAST, CLOCK_SECOND,
		CLOCK_THREAD_CPUTIME_ID, CLOCK_PROCESS_CPUTIME_ID };
	struct timespec ts, res;
	struct timeval tv;
	double a, b;
	unsigned i;
	int good = 0, steps = 0;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		good += clock_gettime(ids[i], &ts) == 0 && ts.tv_sec >= 0 &&
		    ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000;
		steps += clock_getres(ids[i], &res) == 0 &&
		    (res.tv_sec > 0 || res.tv_nsec > 0);
	}
	ok(good == (int)i, "all clocks can be read");
	ok(steps == (int)i, "and have a step");
	ok(clock_gettime(99, &ts) == -1 && errno == EINVAL &&
		clock_getres(99, &ts) == -1 && errno == EINVAL,
	    "no such clock");
	for (a = now(), good = 1, i = 0; i < 10000; i++, a = b) {
		b = now();
		good &= b >= a;
	}
	ok(good, "the monotonic clock does not go back");
	gettimeofday(&tv, NULL);
	clock_gettime(CLOCK_REALTIME, &ts);
	ok(ts.tv_sec - tv.tv_sec <= 1, "both dates agree");
	ok(time(NULL) - tv.tv_sec <= 1, "and time()");
}

static void
test_set(void)
{
	struct timeval tv, old;
	struct timespec ts;
	double up = now();
	int status;

	gettimeofday(&old, NULL);
	tv.tv_sec = 1000000000;
	tv.tv_usec = 0;
	ok(settimeofday(&tv, NULL) == 0 && time(NULL) - 1000000000 < 2,
	    "setting the date");
	ok(now() - up < 2, "does not touch the uptime");
	usleep(50000);
	ok(clock_gettime(CLOCK_SECOND, &ts) == 0 && ts.tv_sec >= tv.tv_sec,
	    "the second does not go back at the next tick");
	settimeofday(&old, NULL);
	tv.tv_usec = 1000000;
	ok(settimeofday(&tv, NULL) == -1 && errno == EINVAL, "EINVAL");
	if (fork() == 0) {
		setuid(1000);
		_exit(settimeofday(&old, NULL) == -1 && errno == EPERM ? 0 : 1);
	}
	wait(&status);
	ok(status == 0, "for root only");
}

static void
test_sleep(void)
{
	struct timespec ts = { 0, 100000000 };
	double a = now(), b;

	ok(nanosleep(&ts, NULL) == 0, "nanosleep");
	b = now() - a;
	ok(b >= 0.1 && b < 1, "sleeps as long as it should");
	ts.tv_nsec = 0;
	ok(nanosleep(&ts, NULL) == 0, "no time at all");
	ts.tv_nsec = 1;
	a = now();
	ok(nanosleep(&ts, NULL) == 0 && now() - a < 1, "a nanosecond");
	ts.tv_nsec = 1000000000;
	ok(nanosleep(&ts, NULL) == -1 && errno == EINVAL, "EINVAL");
	ts.tv_sec = -1;
	ts.tv_nsec = 0;
	ok(nanosleep(&ts, NULL) == -1 && errno == EINVAL, "EINVAL again");
	ok(nanosleep((struct timespec *)4, NULL) == -1 && errno == EFAULT,
	    "EFAULT");
}

static void
settimer(int which, long usec, long interval)
{
	struct itimerval it = { { 0, interval }, { 0, usec } };

	setitimer(which, &it, NULL);
}

static void
test_real(void)
{
	struct itimerval it;
	struct timespec ts = { 2, 0 };
	double a = now();
	int n;

	hits = 0;
	settimer(ITIMER_REAL, 100000, 0);
	getitimer(ITIMER_REAL, &it);
	ok(it.it_value.tv_sec == 0 && it.it_value.tv_usec > 0 &&
		it.it_value.tv_usec <= 100000,
	    "what is left of it");
	ok(nanosleep(&ts, NULL) == -1 && errno == EINTR && hits == 1,
	    "SIGALRM");
	/* Not too late either: it came before the end of the sleep. */
	ok(now() - a >= 0.1, "in time");
	getitimer(ITIMER_REAL, &it);
	ok(it.it_value.tv_sec == 0 && it.it_value.tv_usec == 0, "once");

	hits = 0;
	a = now();
	settimer(ITIMER_REAL, 20000, 20000);
	while (hits < 3)
		nanosleep(&ts, NULL);
	settimer(ITIMER_REAL, 0, 0);
	n = hits; /* more than three if the host kept us from it */
	ok(now() - a >= n * 0.02, "none of %d before its time", n);
	usleep(60000);
	ok(n >= 3 && hits == n, "again and again until it is stopped");
	settimer(ITIMER_REAL, 500000, 0);
	if (fork() == 0) {
		getitimer(ITIMER_REAL, &it);
		_exit(it.it_value.tv_usec == 0 ? 0 : 1);
	}
	int status;
	wait(&status);
	ok(status == 0, "a child has none");
	alarm(0);
}

static void
test_virtual(void)
{
	double a;

	hits = 0;
	settimer(ITIMER_VIRTUAL, 50000, 0);
	a = now();
	while (hits == 0 && now() - a < 10)
		for (volatile int i = 0; i < 10000; i++)
			continue;
	ok(hits == 1, "SIGVTALRM");
	hits = 0;
	settimer(ITIMER_PROF, 50000, 0);
	a = now();
	while (hits == 0 && now() - a < 10)
		continue;
	ok(hits == 1, "SIGPROF");
	hits = 0;
	settimer(ITIMER_VIRTUAL, 50000, 0);
	usleep(200000);
	ok(hits == 0, "asleep no virtual time goes by");
	settimer(ITIMER_VIRTUAL, 0, 0);
}

static void
test_errors(void)
{
	struct itimerval it = { { 0, 0 }, { 0, 1000000 } };

	ok(setitimer(ITIMER_REAL, &it, NULL) == -1 && errno == EINVAL,
	    "too many microseconds");
	it.it_value.tv_usec = -1;
	ok(setitimer(ITIMER_REAL, &it, NULL) == -1 && errno == EINVAL,
	    "less than none");
	it.it_value.tv_usec = 1;
	ok(setitimer(3, &it, NULL) == -1 && errno == EINVAL &&
		getitimer(-1, &it) == -1 && errno == EINVAL,
	    "no such timer");
}

static void
test_cpu_limit(void)
{
	struct rlimit rl = { 1, 30 };
	int status;
	double a = now();

	if (fork() == 0) {
		signal(SIGXCPU, SIG_DFL);
		setrlimit(RLIMIT_CPU, &rl);
		while (now() - a < 25)
			continue;
		_exit(0);
	}
	wait(&status);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU,
	    "SIGXCPU at the limit of processor time");
}

int
main(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = count;
	sigaction(SIGALRM, &sa, NULL);
	sigaction(SIGVTALRM, &sa, NULL);
	sigaction(SIGPROF, &sa, NULL);
	test_clocks();
	test_set();
	test_sleep();
	test_real();
	test_virtual();
	test_errors();
	test_cpu_limit();
	return (tap_done());
}
