/*
 * ktrace: have the kernel write down what processes do; kdump shows it.
 *
 *	ktrace [-adi] [-f file] [-t letters] command [argument ...]
 *		of a command
 *	ktrace [-acdi] [-f file] [-t letters] -p pid | -g pgrp
 *		of processes that run; with -c no longer
 *	ktrace -c [-f file]
 *		of nobody any longer to that file
 *	ktrace -C
 *		of nobody at all
 *
 * -a appends to the file, ktrace.out if no other is named; -d means the
 * descendants too, -i those to come.  The letters: c calls, i input and
 * output, n path names, s signals, u what programs say by utrace(2), w
 * context switches.
 */
#include <sys/types.h>
#include <sys/ktrace.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"
#include "ktrpoints.h"
#include "runcmd.h"

static const char *file = DEF_TRACEFILE;
static int	append;

static void
usage(void)
{
	fprintf(stderr,
	    "usage: ktrace [-adi] [-f file] [-t letters] "
	    "command [argument ...]\n"
	    "       ktrace [-aCcdi] [-f file] [-g pgrp | -p pid] "
	    "[-t letters]\n");
	exit(2);
}

/*
 * Have an empty file, or with -a one that is there.  Not through a link,
 * nor over what others have open: it may be of interest to few only.
 */
static void
make_file(void)
{
	int fd, flags = O_CREAT | O_WRONLY | O_NOFOLLOW;

	if (!append) {
		if (unlink(file) == -1 && errno != ENOENT)
			err(1, "%s", file);
		flags |= O_EXCL;
	}
	fd = open(file, flags, S_IRUSR | S_IWUSR);
	if (fd == -1)
		err(1, "%s", file);
	close(fd);
}

static void
run(char **argv, int ops, int points)
{
	make_file();
	if (ktrace(file, ops, points, getpid()) == -1)
		err(1, "%s", file);
	become_command(argv);
}

int
main(int argc, char **argv)
{
	int c, clear = 0, ops = 0, points, inherit = 0;
	const char *letters = NULL;
	pid_t pid = 0;

	while ((c = getopt(argc, argv, "+aCcdf:g:ip:t:")) != -1)
		switch (c) {
		case 'a':
			append = 1;
			break;
		case 'C':
			clear = 1;
			pid = 1;
			ops |= KTRFLAG_DESCEND;
			break;
		case 'c':
			clear = 1;
			break;
		case 'd':
			ops |= KTRFLAG_DESCEND;
			break;
		case 'f':
			file = optarg;
			break;
		case 'g':
			pid = -number(optarg, 10, 1, INT_MAX);
			break;
		case 'i':
			inherit = KTRFAC_INHERIT;
			break;
		case 'p':
			pid = number(optarg, 10, 1, INT_MAX);
			break;
		case 't':
			letters = optarg;
			break;
		default:
			usage();
		}
	if (letters == NULL)
		letters = clear ? ALL_POINTS : DEF_POINTS;
	points = getpoints(letters);
	if (points == -1)
		usage();
	points |= inherit;
	if ((pid != 0 || clear) != (optind == argc))
		usage();
	if (pid == 0 && !clear)
		run(argv + optind, ops | KTROP_SET, points);
	if (!clear)
		make_file();
	else if (pid == 0)
		ops |= KTROP_CLEARFILE;
	else
		ops |= KTROP_CLEAR;
	if (ktrace(file, ops, points, pid) == -1)
		err(1, "%s", pid == 0 || !clear ? file : "ktrace");
	return (0);
}
