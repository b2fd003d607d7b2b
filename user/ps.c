/*
 * ps: list processes.
 */
#include <sys/types.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <err.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int	all, longer, jobs;

/*
 * All processes, however many come and go meanwhile.
 */
static struct kinfo_proc *
get_procs(size_t *count)
{
	struct kinfo_proc *procs = NULL;
	size_t len, room = 16 * sizeof(*procs);

	for (;;) {
		room *= 2;
		procs = realloc(procs, room);
		if (procs == NULL)
			err(1, NULL);
		len = room;
		if (sysctlbyname("kern.proc.all", procs, &len, NULL, 0) == 0)
			break;
	}
	*count = len / sizeof(*procs);
	return (procs);
}

static int
by_pid(const void *a, const void *b)
{
	const struct kinfo_proc *x = a, *y = b;

	return (x->ki_pid < y->ki_pid ? -1 : x->ki_pid > y->ki_pid);
}

/*
 * The state as letters: what it does, and what else is to be known.
 */
static const char *
state(const struct kinfo_proc *ki)
{
	static const char letters[] = "?NRSTZWL";
	static char buf[8];
	char *s = buf;

	*s++ = ki->ki_stat >= 0 && ki->ki_stat < 8 ? letters[ki->ki_stat] : '?';
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
static const char *
command(const struct kinfo_proc *ki)
{
	static char buf[256];
	char name[40];
	size_t i, len = sizeof(buf) - 1;

	snprintf(name, sizeof(name), "kern.proc.args.%d", ki->ki_pid);
	if (ki->ki_stat == SZOMB)
		snprintf(buf, sizeof(buf), "<defunct> %s", ki->ki_comm);
	else if (sysctlbyname(name, buf, &len, NULL, 0) != 0 || len == 0)
		snprintf(buf, sizeof(buf), "[%s]", ki->ki_comm);
	else {
		for (i = 0; i + 1 < len; i++)
			if (buf[i] == '\0')
				buf[i] = ' ';
		buf[len] = '\0';
	}
	return (buf);
}

static void
show(const struct kinfo_proc *ki)
{
	unsigned cs = ki->ki_runtime / 10000;
	char run[24];

	snprintf(run, sizeof(run), "%u:%02u.%02u", cs / 6000, cs / 100 % 60,
	    cs % 100);
	if (longer)
		printf("%5u %5d %5d %3d %3d %6u %6u %-8s %-4s %-8s %8s %s\n",
		    ki->ki_uid, ki->ki_pid, ki->ki_ppid, ki->ki_pri,
		    ki->ki_nice, ki->ki_size / 1024, ki->ki_rssize * 4,
		    ki->ki_wmesg[0] ? ki->ki_wmesg : "-", state(ki),
		    ki->ki_tty[0] ? ki->ki_tty : "-", run, command(ki));
	else if (jobs)
		printf("%5u %5d %5d %5d %5d %-4s %-8s %8s %s\n", ki->ki_uid,
		    ki->ki_pid, ki->ki_ppid, ki->ki_pgid, ki->ki_sid, state(ki),
		    ki->ki_tty[0] ? ki->ki_tty : "-", run, command(ki));
	else
		printf("%5d %5d %-5s %8s %s\n", ki->ki_pid, ki->ki_ppid,
		    state(ki), run, command(ki));
}

int
main(int argc, char *argv[])
{
	struct kinfo_proc *procs;
	size_t count, i;
	int c;

	while ((c = getopt(argc, argv, "aAejlwx")) != -1)
		switch (c) {
		case 'a':
		case 'A':
		case 'e':
		case 'x':
			all = 1;
			break;
		case 'j':
			jobs = 1;
			break;
		case 'l':
			longer = 1;
			break;
		case 'w':
			break;
		default:
			fprintf(stderr, "usage: ps [-aejlwx]\n");
			return (1);
		}
	procs = get_procs(&count);
	qsort(procs, count, sizeof(*procs), by_pid);
	if (longer)
		printf("  UID   PID  PPID PRI  NI   SIZE    RSS WCHAN    STAT "
		       "TTY          TIME COMMAND\n");
	else if (jobs)
		printf("  UID   PID  PPID  PGID   SID STAT TTY          TIME "
		       "COMMAND\n");
	else
		printf("  PID  PPID STAT      TIME COMMAND\n");
	for (i = 0; i < count; i++)
		if (all || (procs[i].ki_flag & P_SYSTEM) == 0)
			show(&procs[i]);
	return (0);
}
