/*
 * lastcomm: the processes that have ended, the last one first, as acct(2)
 * has kept account of them.
 *
 *	lastcomm [-Eceus] [-f file] [name ...]
 *
 * Only those whose command, user or terminal has one of the names.  Behind
 * the command stand the flags S (has used root's rights), F (forked, and no
 * exec since), C, D (left a core) and X (killed by a signal); then the time
 * on the processor and that of the start.  -c, -u, -s and -e choose the times
 * to show: processor, user, system, elapsed; -E when it ended.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/acct.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

#define	_PATH_ACCT	"/var/account/acct"
#define	NAMES		16		/* of users and terminals */

static int	show_cpu, show_user, show_sys, show_elapsed, show_end;

static void
usage(void)
{
	fprintf(stderr, "usage: lastcomm [-Eceus] [-f file] [name ...]\n");
	exit(2);
}

/* Seconds that a comp_t stands for. */
static double
seconds(comp_t c)
{
	return ((double)(c & 0x1fff) * (1U << 3 * (c >> 13)) / AHZ);
}

static const char *
flags_of(u_int flags)
{
	static const struct {
		u_int flag;
		char letter;
	} letters[] = { { ASU, 'S' }, { AFORK, 'F' }, { ACOMPAT, 'C' },
		{ ACORE, 'D' }, { AXSIG, 'X' } };
	static char text[8];
	char *p = text;
	size_t i;

	*p++ = '-';
	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (flags & letters[i].flag)
			*p++ = letters[i].letter;
	*p = '\0';
	return (text);
}

static const char *
user_of(uid_t uid)
{
	static char text[NAMES];
	struct passwd *pw = getpwuid(uid);

	if (pw != NULL)
		return (pw->pw_name);
	snprintf(text, sizeof(text), "%u", (unsigned)uid);
	return (text);
}

/* The name below /dev. */
static const char *
terminal_of(dev_t dev)
{
	static char name[NAMES];
	static dev_t known = NODEV;
	char path[300];
	struct dirent *de;
	struct stat sb;
	DIR *dir;

	if (dev == NODEV)
		return ("__");
	if (dev == known)
		return (name);
	snprintf(name, sizeof(name), "%#x", (unsigned)dev);
	dir = opendir("/dev");
	while (dir != NULL && (de = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "/dev/%s", de->d_name);
		if (stat(path, &sb) == 0 && S_ISCHR(sb.st_mode) &&
		    sb.st_rdev == dev) {
			strlcpy(name, de->d_name, sizeof(name));
			break;
		}
	}
	if (dir != NULL)
		closedir(dir);
	known = dev;
	return (name);
}

static int
wanted(const struct acct *a, char **names)
{
	if (*names == NULL)
		return (1);
	for (; *names != NULL; names++)
		if (strncmp(*names, a->ac_comm, AC_COMM_LEN) == 0 ||
		    strcmp(*names, user_of(a->ac_uid)) == 0 ||
		    strcmp(*names, terminal_of(a->ac_tty)) == 0)
			return (1);
	return (0);
}

static void
show(const struct acct *a)
{
	time_t start = a->ac_btime, end;

	printf("%-*.*s %-6s %-8s %-8s", AC_COMM_LEN, AC_COMM_LEN, a->ac_comm,
	    flags_of(a->ac_flag), user_of(a->ac_uid), terminal_of(a->ac_tty));
	if (show_cpu)
		printf(" %6.2f secs",
		    seconds(a->ac_utime) + seconds(a->ac_stime));
	if (show_user)
		printf(" %6.2f us", seconds(a->ac_utime));
	if (show_sys)
		printf(" %6.2f sy", seconds(a->ac_stime));
	if (show_elapsed)
		printf(" %8.2f es", seconds(a->ac_etime));
	printf(" %.16s", ctime(&start));
	if (show_end) {
		end = start + (time_t)seconds(a->ac_etime);
		printf(" - %.16s", ctime(&end));
	}
	putchar('\n');
}

/* From the end to the beginning, a block of records at a time. */
static void
show_file(const char *file, char **names)
{
	static struct acct block[64];
	const off_t room = sizeof(block) / sizeof(block[0]);
	int fd = open(file, O_RDONLY);
	off_t i, left, n;
	struct stat sb;

	if (fd == -1 || fstat(fd, &sb) == -1)
		err(1, "%s", file);
	left = sb.st_size / (off_t)sizeof(block[0]);
	for (; left > 0; left -= n) {
		n = left < room ? left : room;
		if (pread(fd, block, n * sizeof(block[0]),
			(left - n) * (off_t)sizeof(block[0])) !=
		    n * (ssize_t)sizeof(block[0]))
			err(1, "%s", file);
		for (i = n; i-- > 0;)
			if (wanted(&block[i], names))
				show(&block[i]);
	}
	close(fd);
}

int
main(int argc, char **argv)
{
	const char *file = _PATH_ACCT;
	int c;

	while ((c = getopt(argc, argv, "Ecef:su")) != -1)
		switch (c) {
		case 'c':
			show_cpu = 1;
			break;
		case 'E':
			show_end = 1;
			break;
		case 'e':
			show_elapsed = 1;
			break;
		case 'f':
			file = optarg;
			break;
		case 's':
			show_sys = 1;
			break;
		case 'u':
			show_user = 1;
			break;
		default:
			usage();
		}
	if (!show_user && !show_sys && !show_elapsed)
		show_cpu = 1;
	show_file(file, argv + optind);
	return (finish(0, 1));
}
