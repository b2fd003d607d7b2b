/*
 * top: the busiest processes, refreshed until q is typed.  -b prints pages
 * one after the other instead, -n N ends after N of them, -d S waits S
 * seconds between two.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/vmmeter.h>
#include <err.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "kinfo.h"
#include "output.h"

#define	HEADER	5			/* lines above the processes */

static struct kinfo_proc *now, *before;
static size_t	nnow, nbefore;
static double	elapsed;		/* seconds between the two */
static bool	batch;
static struct termios saved;

/* Microseconds of processor time since the page before. */
static unsigned long long
spent(const struct kinfo_proc *ki)
{
	size_t i;

	for (i = 0; i < nbefore; i++)
		/* Another process may have had the id. */
		if (before[i].ki_pid == ki->ki_pid &&
		    timercmp(&before[i].ki_start, &ki->ki_start, ==))
			return (ki->ki_runtime - before[i].ki_runtime);
	return (ki->ki_runtime);
}

static int
by_use(const void *a, const void *b)
{
	const struct kinfo_proc *x = a, *y = b;
	unsigned long long ux = spent(x), uy = spent(y);

	if (ux != uy)
		return (ux > uy ? -1 : 1);
	if (x->ki_runtime != y->ki_runtime)
		return (x->ki_runtime > y->ki_runtime ? -1 : 1);
	return (x->ki_pid < y->ki_pid ? -1 : x->ki_pid > y->ki_pid);
}

static double
seconds_up(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec + ts.tv_nsec / 1e9);
}

static int
lines_of_screen(void)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0)
		return (ws.ws_row);
	return (24);
}

static void
print_header(void)
{
	struct vmmeter vm;
	size_t len = sizeof(vm), i, running = 0, zombies = 0;
	unsigned up = (unsigned)seconds_up();

	for (i = 0; i < nnow; i++) {
		running += now[i].ki_stat == SRUN;
		zombies += now[i].ki_stat == SZOMB;
	}
	printf("up %u:%02u:%02u   %zu processes: %zu running, %zu zombies\n",
	    up / 3600, up / 60 % 60, up % 60, nnow, running, zombies);
	if (sysctlbyname("vm.meter", &vm, &len, NULL, 0) == 0)
		printf("memory: %uK free of %uK   forks %u   switches %u\n",
		    vm.v_free_count * 4, vm.v_page_count * 4,
		    vm.v_forks + vm.v_vforks + vm.v_rforks, vm.v_swtch);
	printf("\n%5s %5s %3s %3s %7s %7s %-8s %8s %6s %s\n", "PID", "UID",
	    "PRI", "NI", "SIZE", "RES", "STATE", "TIME", "CPU", "COMMAND");
}

static const char *
state(const struct kinfo_proc *ki)
{
	switch (ki->ki_stat) {
	case SRUN:
		return (ki->ki_oncpu >= 0 ? "on cpu" : "run");
	case SZOMB:
		return ("zombie");
	case SSTOP:
		return ("stop");
	case SIDL:
		return ("new");
	default:
		return (ki->ki_wmesg[0] != '\0' ? ki->ki_wmesg : "sleep");
	}
}

static void
print_process(const struct kinfo_proc *ki)
{
	unsigned long long centi = ki->ki_runtime / 10000;
	double share = elapsed > 0 ? spent(ki) / (elapsed * 1e4) : 0;

	printf("%5d %5u %3d %3d %6uK %6uK %-8s %5llu.%02llu %5.1f%% %s\n",
	    ki->ki_pid, (unsigned)ki->ki_uid, ki->ki_pri, ki->ki_nice,
	    ki->ki_size / 1024, ki->ki_rssize * 4, state(ki), centi / 100,
	    centi % 100, share > 100 ? 100.0 : share, ki->ki_comm);
}

static void
page(void)
{
	static double last;
	double t = seconds_up();
	int rows = lines_of_screen();
	size_t i, room;

	free(before);
	before = now;
	nbefore = nnow;
	now = all_procs(&nnow);
	elapsed = t - last;
	last = t;
	qsort(now, nnow, sizeof(*now), by_use);
	room = batch ? nnow : rows > HEADER ? (size_t)rows - HEADER : 0;
	if (!batch)
		printf("\033[H\033[2J");
	print_header();
	for (i = 0; i < nnow && i < room; i++)
		print_process(&now[i]);
	if (batch)
		putchar('\n');
	finish(0, 1);
}

static void
restore(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &saved);
}

/* Keys are to come one by one and not to be shown. */
static void
grab_keys(void)
{
	struct termios tio;

	if (tcgetattr(STDIN_FILENO, &saved) == -1)
		return;
	tio = saved;
	tio.c_lflag &= ~(ICANON | ECHO);
	tio.c_cc[VMIN] = 1;
	tio.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &tio);
	atexit(restore);
}

/* Wait; true if q was typed. */
static bool
quit_after(double delay)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;
	int ms = delay < INT_MAX / 1000 ? (int)(delay * 1000) : INT_MAX;

	if (poll(&pfd, batch ? 0 : 1, ms) <= 0)
		return (false);
	return (read(STDIN_FILENO, &c, 1) != 1 || c == 'q' || c == 'Q');
}

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: top [-b] [-d seconds] [-n pages]\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	long pages = -1;
	double delay = 2;
	int c;

	while ((c = getopt(argc, argv, "bd:n:")) != -1)
		switch (c) {
		case 'b':
			batch = true;
			break;
		case 'd':
			delay = seconds(optarg);
			break;
		case 'n':
			pages = number(optarg, 10, 0, LONG_MAX);
			break;
		default:
			usage();
		}
	if (optind != argc)
		usage();
	if (!batch)
		grab_keys();
	for (; pages != 0; pages -= pages > 0) {
		page();
		if (pages != 1 && quit_after(delay))
			break;
	}
	return (0);
}
