/*
 * fstat: open files, by process.  -p PID and -u USER choose processes,
 * names on the command line choose files; -n shows numbers for modes and
 * users.
 */
#include <sys/types.h>
#include <sys/fcntl.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <err.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "kinfo.h"
#include "output.h"

#define	FREAD	0x0001			/* kf_flags, as in the kernel */
#define	FWRITE	0x0002

static bool	numeric;
static struct stat *wanted;		/* files asked for */
static size_t	nwanted;

static const char *
user_name(uid_t uid)
{
	static char number[12];
	struct passwd *pw = numeric ? NULL : getpwuid(uid);

	if (pw != NULL)
		return (pw->pw_name);
	snprintf(number, sizeof(number), "%u", uid);
	return (number);
}

static const char *
fd_name(int fd)
{
	static char number[12];

	switch (fd) {
	case KF_FD_TYPE_CWD:
		return ("wd");
	case KF_FD_TYPE_ROOT:
		return ("root");
	case KF_FD_TYPE_TEXT:
		return ("text");
	default:
		snprintf(number, sizeof(number), "%d", fd);
		return (number);
	}
}

static const char *
mode_name(mode_t mode)
{
	static char text[16];

	if (numeric)
		snprintf(text, sizeof(text), "%o", mode);
	else
		strmode(mode, text);
	text[10] = '\0';
	return (text);
}

static bool
is_wanted(const struct kinfo_file *kf)
{
	size_t i;

	for (i = 0; i < nwanted; i++)
		if ((kf->kf_type == KF_TYPE_VNODE ||
			kf->kf_type == KF_TYPE_FIFO) &&
		    kf->kf_dev == wanted[i].st_dev &&
		    kf->kf_ino == wanted[i].st_ino)
			return (true);
	return (nwanted == 0);
}

static void
show_file(const struct kinfo_proc *ki, const struct kinfo_file *kf)
{
	printf("%-8s %-10s %5d %4s %7u %-10s %8lld %s%s%s %s\n",
	    user_name(ki->ki_uid), ki->ki_comm, ki->ki_pid, fd_name(kf->kf_fd),
	    (unsigned)kf->kf_ino, mode_name(kf->kf_mode),
	    (long long)kf->kf_size, kf->kf_flags & FREAD ? "r" : "",
	    kf->kf_flags & FWRITE ? "w" : "",
	    (kf->kf_flags & (FREAD | FWRITE)) == (FREAD | FWRITE) ? "" : " ",
	    kf->kf_path);
}

static void
show_process(const struct kinfo_proc *ki)
{
	struct kinfo_file *kf;
	char name[40], *buf;
	size_t len, off;

	snprintf(name, sizeof(name), "kern.proc.filedesc.%d", ki->ki_pid);
	buf = get_node(name, &len);
	/* it has ended, is a kernel thread, or somebody else's */
	if (buf == NULL)
		return;
	for (off = 0; off < len; off += kf->kf_structsize) {
		kf = (struct kinfo_file *)(void *)(buf + off);
		if (is_wanted(kf))
			show_file(ki, kf);
	}
	free(buf);
}

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: fstat [-n] [-p pid] [-u user] [file ...]\n");
	exit(2);
}

static void
want_files(char **names, size_t n)
{
	size_t i;

	wanted = calloc(n + 1, sizeof(*wanted));
	if (wanted == NULL)
		err(1, NULL);
	for (i = 0; i < n; i++)
		if (stat(names[i], &wanted[nwanted]) == 0)
			nwanted++;
		else
			warn("%s", names[i]);
	if (n > 0 && nwanted == 0)
		exit(1);
}

int
main(int argc, char *argv[])
{
	struct kinfo_proc *procs;
	bool by_user = false;
	uid_t uid = 0;
	pid_t pid = -1;
	size_t i, count;
	int c;

	while ((c = getopt(argc, argv, "np:u:")) != -1)
		switch (c) {
		case 'n':
			numeric = true;
			break;
		case 'p':
			pid = number(optarg, 10, 0, INT_MAX);
			break;
		case 'u':
			by_user = true;
			uid = user_id(optarg);
			break;
		default:
			usage();
		}
	want_files(argv + optind, argc - optind);
	procs = all_procs(&count);
	printf("USER     CMD          PID   FD    INUM MODE           SZ RW "
	       "NAME\n");
	for (i = 0; i < count; i++)
		if ((pid == -1 || procs[i].ki_pid == pid) &&
		    (!by_user || procs[i].ki_uid == uid))
			show_process(&procs[i]);
	return (finish(0, 1));
}
