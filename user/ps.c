/*
 * ps: list processes.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/user.h>
#include <ctype.h>
#include <err.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "kinfo.h"
#include "output.h"

#define	OPTIONS	"Aaejlp:uwx"

static bool	all;			/* kernel threads, too */
static pid_t	*wanted;		/* unless all are */
static size_t	nwanted;

/*
 * The state as letters: what it does, and what else is to be known.
 */
static const char *
state(const struct kinfo_proc *ki)
{
	static const char letters[] = "?NRSTZW";
	static char buf[8];
	char *s = buf;

	*s++ = letters[ki->ki_stat < (int)sizeof(letters) - 1 ? ki->ki_stat :
								0];
	if (ki->ki_nice != 0)
		*s++ = ki->ki_nice < 0 ? '<' : 'N';
	if (ki->ki_flag & P_PPWAIT)
		*s++ = 'D';
	if (ki->ki_flag & P_WEXIT)
		*s++ = 'E';
	if (ki->ki_sid == ki->ki_pid)
		*s++ = 's';
	if (ki->ki_tpgid == ki->ki_pgid)
		*s++ = '+';
	*s = '\0';
	return (buf);
}

/*
 * The command line; the program's name in brackets if there is none.
 */
static void
print_command(const struct kinfo_proc *ki)
{
	char name[40], *args;
	size_t i, len;

	snprintf(name, sizeof(name), "kern.proc.args.%d", ki->ki_pid);
	if (ki->ki_stat == SZOMB) {
		printf("<defunct> %s\n", ki->ki_comm);
		return;
	}
	args = get_node(name, &len);
	if (args == NULL || len == 0)
		printf("[%s]", ki->ki_comm);
	else
		for (i = 0; i + 1 < len; i++)
			putchar(args[i] == '\0' ? ' ' : args[i]);
	putchar('\n');
	free(args);
}

static const char *
tty(const struct kinfo_proc *ki)
{
	return (ki->ki_tty[0] != '\0' ? ki->ki_tty : "-");
}

/* Processor time: minutes, seconds, hundredths. */
static const char *
ran(const struct kinfo_proc *ki)
{
	static char buf[24];
	unsigned cs = ki->ki_runtime / 10000;

	snprintf(buf, sizeof(buf), "%u:%02u.%02u", cs / 6000, cs / 100 % 60,
	    cs % 100);
	return (buf);
}

/* The time of the day when it was born. */
static const char *
started(const struct kinfo_proc *ki)
{
	static char buf[8];
	struct timespec up;
	time_t born;

	clock_gettime(CLOCK_MONOTONIC, &up);
	born = time(NULL) - (up.tv_sec - ki->ki_start.tv_sec);
	strftime(buf, sizeof(buf), "%H:%M", localtime(&born));
	return (buf);
}

static const char *
user(const struct kinfo_proc *ki)
{
	static char number[12];
	const struct passwd *pw = getpwuid(ki->ki_uid);

	if (pw != NULL)
		return (pw->pw_name);
	snprintf(number, sizeof(number), "%u", ki->ki_uid);
	return (number);
}

/*
 * The formats: a heading, and the columns before the command.
 */
static void
print_short(const struct kinfo_proc *ki)
{
	printf("%5d %5d %-5s %8s ", ki->ki_pid, ki->ki_ppid, state(ki),
	    ran(ki));
}

static void
print_jobs(const struct kinfo_proc *ki)
{
	printf("%5u %5d %5d %5d %5d %-4s %-8s %8s ", ki->ki_uid, ki->ki_pid,
	    ki->ki_ppid, ki->ki_pgid, ki->ki_sid, state(ki), tty(ki), ran(ki));
}

static void
print_long(const struct kinfo_proc *ki)
{
	printf("%5u %5d %5d %3d %3d %6u %6u %-8s %-4s %-8s %8s ", ki->ki_uid,
	    ki->ki_pid, ki->ki_ppid, ki->ki_pri, ki->ki_nice,
	    ki->ki_size / 1024, ki->ki_rssize * (PAGE_SIZE / 1024),
	    ki->ki_wmesg[0] ? ki->ki_wmesg : "-", state(ki), tty(ki), ran(ki));
}

static void
print_user(const struct kinfo_proc *ki)
{
	printf("%-8s %5d %5.1f %6u %6u %-8s %-4s %7s %8s ", user(ki),
	    ki->ki_pid, 100.0 * ki->ki_pctcpu / FSCALE, ki->ki_size / 1024,
	    ki->ki_rssize * (PAGE_SIZE / 1024), tty(ki), state(ki), started(ki),
	    ran(ki));
}

static const struct format {
	char	option;
	const char *heading;
	void	(*print)(const struct kinfo_proc *);
} formats[] = {
	{ 0, "  PID  PPID STAT      TIME", print_short },
	{ 'j', "  UID   PID  PPID  PGID   SID STAT TTY          TIME",
	    print_jobs },
	{ 'l', "  UID   PID  PPID PRI  NI   SIZE    RSS WCHAN    STAT "
	       "TTY          TIME",
	    print_long },
	{ 'u', "USER       PID  %CPU   SIZE    RSS TTY      STAT STARTED"
	       "     TIME",
	    print_user },
};

static const struct format *format = formats;

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: ps [-Aaejluwx] [-p pid[,pid ...]] [pid ...]\n");
	exit(2);
}

/* Numbers with commas between. */
static void
want(char *list)
{
	char *pid;

	while ((pid = strsep(&list, ",")) != NULL) {
		wanted = realloc(wanted, (nwanted + 1) * sizeof(*wanted));
		if (wanted == NULL)
			err(2, NULL);
		wanted[nwanted++] = number(pid, 10, 0, INT_MAX);
	}
}

static void
parse(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, OPTIONS)) != -1)
		switch (c) {
		case 'A':
		case 'a':
		case 'e':
		case 'x':
			all = true;
			break;
		case 'j':
		case 'l':
		case 'u':
			for (format = formats; format->option != c; format++)
				continue;
			break;
		case 'p':
			want(optarg);
			break;
		case 'w':
			break;
		default:
			usage();
		}
	for (; optind < argc; optind++)
		want(argv[optind]);
}

/* "ps aux" is as old as ps. */
static void
add_dash(char *argv[])
{
	char *options;

	if (argv[1] == NULL || !isalpha((unsigned char)argv[1][0]))
		return;
	if (asprintf(&options, "-%s", argv[1]) == -1)
		err(2, NULL);
	argv[1] = options;
}

static bool
is_wanted(const struct kinfo_proc *ki)
{
	size_t i;

	if (nwanted == 0)
		return (all || (ki->ki_flag & P_SYSTEM) == 0);
	for (i = 0; i < nwanted; i++)
		if (wanted[i] == ki->ki_pid)
			return (true);
	return (false);
}

int
main(int argc, char *argv[])
{
	struct kinfo_proc *procs;
	size_t count, i;
	bool found = false;

	add_dash(argv);
	parse(argc, argv);
	procs = all_procs(&count);
	printf("%s COMMAND\n", format->heading);
	for (i = 0; i < count; i++)
		if (is_wanted(&procs[i])) {
			found = true;
			format->print(&procs[i]);
			print_command(&procs[i]);
		}
	return (finish(found ? 0 : 1, 2));
}
