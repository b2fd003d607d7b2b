/*
 * /proc: what its files tell, who may read them, and that they may be read
 * while their processes end.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

#define	STRANGER	1001		/* a user who owns nothing */
#define	PAGE		4096

static char	page[2 * PAGE] __aligned(PAGE);

/* A whole file, with a NUL behind it; its length, or -1. */
static int
slurp(const char *path, char *buf, int size)
{
	int fd = open(path, O_RDONLY), n, sum = 0;

	if (fd == -1)
		return (-1);
	while ((n = read(fd, buf + sum, size - 1 - sum)) > 0)
		sum += n;
	close(fd);
	buf[sum] = '\0';
	return (n == -1 ? -1 : sum);
}

static const char *
of_pid(pid_t pid, const char *file)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return (path);
}

static int
link_is(const char *path, const char *want)
{
	char buf[256];
	int n = readlink(path, buf, sizeof(buf) - 1);

	if (n == -1)
		return (0);
	buf[n] = '\0';
	return (strcmp(buf, want) == 0);
}

/* A child that waits until it is killed. */
static pid_t
sleeper(void)
{
	pid_t pid = must_fork();

	if (pid == 0)
		for (;;)
			pause();
	return (pid);
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
test_names(void)
{
	char me[16], name[16];
	int seen_me = 0, seen_init = 0, links = 0, odd = 0;
	pid_t last = -1;
	struct dirent *d;
	struct stat sb;
	DIR *dir;

	snprintf(me, sizeof(me), "%d", getpid());
	ok(link_is("/proc/curproc", me) && link_is("/proc/self", me),
	    "curproc and self are links to the reader");
	dir = opendir("/proc");
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)d->d_name[0])) {
			links += d->d_type == DT_LNK;
			continue;
		}
		odd += d->d_type != DT_DIR || atoi(d->d_name) <= last;
		last = atoi(d->d_name);
		seen_me += last == getpid();
		seen_init += last == 1;
	}
	if (dir != NULL)
		closedir(dir);
	ok(seen_me == 1 && seen_init == 1 && links == 2 && odd == 0,
	    "each process is listed once, by its pid");
	ok(chdir(of_pid(getpid(), "fd")) == 0 &&
		strncmp(getcwd(page, PAGE), "/proc/", 6) == 0 &&
		chdir("..") == 0 && stat("status", &sb) == 0 &&
		chdir("..") == 0 && stat("self/status", &sb) == 0 &&
		chdir("..") == 0 && stat("etc/passwd", &sb) == 0,
	    "directories have parents");
	snprintf(name, sizeof(name), "/proc/0%d", getpid());
	ok(stat(name, &sb) == -1 && errno == ENOENT &&
		stat("/proc/-1", &sb) == -1 && errno == ENOENT &&
		stat("/proc/4294967297", &sb) == -1 && errno == ENOENT &&
		stat("/proc/99998", &sb) == -1 && errno == ENOENT &&
		stat("/proc/self/nothing", &sb) == -1 && errno == ENOENT &&
		stat("/proc/self/fd/1x", &sb) == -1 && errno == ENOENT &&
		stat("/proc/self/fd/99", &sb) == -1 && errno == ENOENT,
	    "other names are ENOENT");
	chdir("/");
}

static void
test_readonly(void)
{
	ok(open("/proc/self/status", O_WRONLY) == -1 && errno == EROFS &&
		open("/proc/new", O_CREAT | O_RDWR, 0644) == -1 &&
		errno == EROFS && mkdir("/proc/self/new", 0755) == -1 &&
		errno == EROFS && unlink("/proc/self/status") == -1 &&
		errno == EROFS && rename("/proc/self/status", "/tmp/x") == -1 &&
		errno == EROFS && chmod("/proc/self/status", 0666) == -1 &&
		errno == EROFS && symlink("x", "/proc/y") == -1 &&
		errno == EROFS && truncate("/proc/self/status", 0) == -1 &&
		errno == EROFS,
	    "nothing can be written, made or removed");
}

static void
test_status(void)
{
	pid_t pid, ppid, pgid, sid, child;
	char buf[512], comm[32];
	unsigned uid, ruid;

	child = sleeper();
	setpgid(child, child);
	slurp(of_pid(child, "status"), buf, sizeof(buf));
	ok(sscanf(buf, "%31s %d %d %d %d", comm, &pid, &ppid, &pgid, &sid) ==
		    5 &&
		strcmp(comm, "procfs") == 0 && pid == child &&
		ppid == getpid() && pgid == child && sid == getsid(0),
	    "status: name, pid, parent, group, session");
	ok(sscanf(buf, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %u %u",
	       &uid, &ruid) == 2 &&
		uid == 0 && ruid == 0 && strchr(buf, '\n') != NULL &&
		strchr(buf, '\n')[1] == '\0',
	    "status: one line, with the user");
	end(child);
	slurp("/proc/10/status", buf, sizeof(buf));
	ok(strncmp(buf, "idle:\\040cpu0 10 0 ", 19) == 0,
	    "status: no blanks in a field");
	slurp("/proc/self/cmdline", buf, sizeof(buf));
	ok(strstr(buf, "procfs") != NULL, "cmdline of this program");
	child = must_fork();
	if (child == 0) {
		execl("/bin/sleep", "sleep", "1000", (char *)NULL);
		_exit(1);
	}
	/* until it is another program; it stays that */
	do
		memset(buf, 0, sizeof(buf));
	while (slurp(of_pid(child, "cmdline"), buf, sizeof(buf)) != -1 &&
	    strcmp(buf, "sleep") != 0);
	ok(memcmp(buf, "sleep\0001000\0", 12) == 0 &&
		link_is(of_pid(child, "file"), "/bin/sleep"),
	    "cmdline and file of another program");
	end(child);
}

/* Part of a text, at an offset, is what the whole has there. */
static int
same_in_parts(const char *path)
{
	static char whole[65536], part[200];
	int fd, len, i, n, good = 1;

	len = slurp(path, whole, sizeof(whole));
	fd = open(path, O_RDONLY);
	for (i = 0; i < len; i += 77) {
		n = pread(fd, part, sizeof(part), i);
		if (n != (len - i < 200 ? len - i : 200) ||
		    memcmp(part, whole + i, n) != 0)
			good = 0;
	}
	n = pread(fd, part, sizeof(part), len);
	close(fd);
	return (good && len > 0 && n == 0);
}

/* The rest of a text is of the moment at which it was begun. */
static void
test_moment(void)
{
	int fd = open("/proc/self/status", O_RDONLY), n;
	char buf[512], again[512];
	volatile int i;

	n = pread(fd, buf, sizeof(buf), 0);
	for (i = 0; i < 3000000; i++)
		continue;
	ok(n > 20 && pread(fd, again, sizeof(again), 10) == n - 10 &&
		memcmp(buf + 10, again, n - 10) == 0 &&
		pread(fd, again, sizeof(again), n) == 0,
	    "status: all of one moment");
	ok(pread(fd, again, sizeof(again), 0) > 20 &&
		memcmp(buf, again, n) != 0,
	    "status: anew from the beginning");
	close(fd);
}

/* Whether the map of a program at a long path consists of whole lines. */
static bool
long_path_lines(void)
{
	static char buf[16384];
	char path[600] = "/tmp", name[200], *line, *text = buf;
	char command[700];
	bool good;
	pid_t pid;
	int i;

	memset(name, 'n', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	for (i = 0; i < 2; i++) {
		strcat(path, name);
		mkdir(path, 0755);
	}
	strcat(path, "/p");
	snprintf(command, sizeof(command), "cp /bin/sleep %s", path);
	if (system(command) != 0)
		return (false);
	pid = must_fork();
	if (pid == 0) {
		execl(path, "p", "100", NULL);
		_exit(1);
	}
	/* From here on its map does not change. */
	wait_asleep(pid, "nanslp");
	good = slurp(of_pid(pid, "map"), buf, sizeof(buf)) > 0 &&
	    strstr(buf, "/p\n") != NULL;
	while (good && (line = strsep(&text, "\n")) != NULL && *line != '\0')
		good = strncmp(line, "0x", 2) == 0 &&
		    strstr(line + 2, " 0x") != NULL &&
		    strstr(line, "n0x") == NULL;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(path);
	for (i = 0; i < 2; i++) {
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
	return (good);
}

static void
test_map(void)
{
	static char buf[16384];
	char line[64], *text, *mapping;
	pid_t child;

	mapping = mmap(NULL, 3 * PAGE, PROT_READ, MAP_ANON | MAP_PRIVATE, -1,
	    0);
	slurp("/proc/self/map", buf, sizeof(buf));
	snprintf(line, sizeof(line), "0x%lx 0x%lx 0 0 0x0 r--",
	    (unsigned long)mapping, (unsigned long)mapping + 3 * PAGE);
	text = strstr(buf, "r-x");
	ok(strncmp(buf, "0x8048000 ", 10) == 0 && text != NULL &&
		strstr(text, "vnode /usr/tests/procfs\n") != NULL &&
		strstr(buf, line) != NULL,
	    "map: the program, and a mapping");
	munmap(mapping, 3 * PAGE);
	slurp("/proc/self/map", buf, sizeof(buf));
	ok(strstr(buf, line) == NULL, "map: a mapping that is gone");
	child = sleeper();
	ok(same_in_parts(of_pid(child, "map")), "map: read in parts");
	ok(same_in_parts(of_pid(child, "pagemap")), "pagemap: read in parts");
	end(child);
	ok(long_path_lines(), "map: each line has an end, also of a long path");
	ok(slurp("/proc/0/map", buf, sizeof(buf)) == 0,
	    "map: a process without memory has none");
}

/* What pagemap says of an address: how many see the page. */
static int
sharers(pid_t pid, const void *addr, char *access)
{
	static char buf[65536];
	unsigned va, refs, tables;
	char *line, kind[16];

	if (slurp(of_pid(pid, "pagemap"), buf, sizeof(buf)) == -1)
		return (-1);
	for (line = buf; *line != '\0'; line = strchr(line, '\n') + 1)
		if (sscanf(line, "%x %*x %3s %15s %u %u", &va, access, kind,
			&refs, &tables) == 5 &&
		    va == (unsigned)addr && strcmp(kind, "private") == 0)
			return (refs * tables);
	return (0);
}

static void
test_pagemap(void)
{
	char mine[4], theirs[4];
	int to[2], from[2], before, during, after;
	pid_t child;
	char c;

	page[0] = 1;
	before = sharers(getpid(), page, mine);
	pipe(to);
	pipe(from);
	child = must_fork();
	if (child == 0) {
		read(to[0], &c, 1);
		page[0] = 2;
		write(from[1], "x", 1);
		pause();
	}
	during = sharers(child, page, theirs);
	write(to[1], "x", 1);
	read(from[0], &c, 1);
	after = sharers(child, page, theirs);
	ok(before == 1 && strcmp(mine, "rw") == 0,
	    "pagemap: a page of one process");
	ok(during == 2, "pagemap: two see it after fork (%d)", during);
	ok(after == 1 && strcmp(theirs, "rw") == 0,
	    "pagemap: its own again after a write (%d)", after);
	end(child);
	for (c = 0; c < 2; c++) {
		close(to[(int)c]);
		close(from[(int)c]);
	}
}

static void
test_fd(void)
{
	char buf[64], name[64];
	int ends[2], fd, n;
	struct stat sb;

	fd = open("/etc/passwd", O_RDONLY);
	pipe(ends);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	ok(link_is(name, "/etc/passwd"), "fd: a file is a link to it");
	snprintf(name, sizeof(name), "/proc/self/fd/%d", ends[0]);
	n = readlink(name, buf, sizeof(buf) - 1);
	buf[n > 0 ? n : 0] = '\0';
	fstat(ends[0], &sb);
	snprintf(name, sizeof(name), "pipe:[%u]", (unsigned)sb.st_ino);
	ok(strcmp(buf, name) == 0, "fd: a pipe is told by its number");
	close(ends[0]);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", ends[0]);
	ok(lstat(name, &sb) == -1 && errno == ENOENT, "fd: one that is closed");
	close(ends[1]);
	close(fd);
}

/* Run by a user who owns nothing: whose errno is that? */
static int
stranger(pid_t pid)
{
	size_t len = sizeof(page);
	struct stat sb;
	int bad = 0, name[4] = { CTL_KERN, KERN_PROC, KERN_PROC_FILEDESC, pid };
	int map = open(of_pid(pid, "map"), O_RDONLY);

	if (setuid(STRANGER) == -1)
		return (1);
	/* what was opened by root is of no use now */
	bad |= read(map, page, 10) != -1 || errno != EPERM;
	bad |= open(of_pid(pid, "map"), O_RDONLY) != -1 || errno != EACCES;
	bad |= open(of_pid(pid, "pagemap"), O_RDONLY) != -1 || errno != EACCES;
	bad |= open(of_pid(pid, "fd"), O_RDONLY) != -1 || errno != EACCES;
	bad |= lstat(of_pid(pid, "fd/0"), &sb) != -1 || errno != EACCES;
	bad |= sysctl(name, 4, page, &len, NULL, 0) != -1 || errno != EPERM;
	bad |= slurp(of_pid(pid, "status"), page, sizeof(page)) <= 0;
	bad |= slurp(of_pid(pid, "cmdline"), page, sizeof(page)) <= 0;
	return (bad);
}

static void
test_rights(void)
{
	pid_t pid, other = sleeper();

	pid = must_fork();
	if (pid == 0)
		_exit(stranger(other));
	ok(ended_well(pid), "a stranger may read status and cmdline only");
	end(other);
	pid = must_fork();
	if (pid == 0) {
		/* a new program has no privileges to hide any more */
		if (setuid(STRANGER) == 0)
			execl("/bin/sh", "sh", "-c",
			    "cat /proc/$$/map /proc/$$/pagemap "
			    "/proc/self/fd/0 >/dev/null </etc/passwd",
			    (char *)NULL);
		_exit(1);
	}
	ok(ended_well(pid), "a user may read what is his");
}

/* A process that has ended while its files are open. */
static void
test_gone(void)
{
	int status, map, fds, dirfd;
	pid_t pid = sleeper();
	struct stat sb;
	char buf[64];
	DIR *dir;

	dirfd = open(of_pid(pid, ""), O_RDONLY);
	status = open(of_pid(pid, "status"), O_RDONLY);
	map = open(of_pid(pid, "map"), O_RDONLY);
	fds = open(of_pid(pid, "fd"), O_RDONLY);
	dir = opendir(of_pid(pid, "fd"));
	end(pid);
	ok(read(status, buf, 10) == -1 && errno == EIO &&
		read(map, buf, 10) == -1 && errno == EIO,
	    "a text of a process that has ended is EIO");
	ok(fstat(status, &sb) == -1 && errno == ENOENT &&
		stat(of_pid(pid, "status"), &sb) == -1 && errno == ENOENT,
	    "it has no attributes and no name");
	ok(fchdir(dirfd) == -1 && errno == ENOENT && fchdir(fds) == -1 &&
		errno == ENOENT,
	    "nor can anybody go there");
	ok(dir != NULL && readdir(dir) != NULL && readdir(dir) != NULL &&
		readdir(dir) == NULL,
	    "it has no descriptors");
	if (dir != NULL)
		closedir(dir);
	close(fds);
	close(map);
	close(status);
	close(dirfd);
}

/* Read all there is of all processes. */
static int
read_all(void)
{
	static const char *const files[] = { "status", "cmdline", "map",
		"pagemap", "fd", "file" };
	static char buf[65536];
	struct dirent *d;
	int i, seen = 0;
	char link[128];
	DIR *dir, *fds;

	dir = opendir("/proc");
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		seen += atoi(d->d_name) == 1;
		for (i = 0; i < 4; i++)
			slurp(of_pid(atoi(d->d_name), files[i]), buf,
			    sizeof(buf));
		readlink(of_pid(atoi(d->d_name), "file"), link, sizeof(link));
		fds = opendir(of_pid(atoi(d->d_name), "fd"));
		while (fds != NULL && (d = readdir(fds)) != NULL)
			continue;
		if (fds != NULL)
			closedir(fds);
	}
	if (dir != NULL)
		closedir(dir);
	return (seen);
}

/* Processes come, become other programs and go while others read. */
static void
test_race(void)
{
	enum { MAKERS = 2, READERS = 2, ROUNDS = 30 };
	pid_t makers[MAKERS], readers[READERS];
	int i, good = 0, n, wrong = 0;

	for (i = 0; i < READERS; i++) {
		readers[i] = must_fork();
		if (readers[i] != 0)
			continue;
		for (n = 0; n < 12; n++)
			wrong += read_all() != 1;
		_exit(wrong);
	}
	for (i = 0; i < MAKERS; i++) {
		makers[i] = must_fork();
		if (makers[i] != 0)
			continue;
		for (n = 0; n < ROUNDS; n++) {
			if (fork() == 0) {
				page[0] = n;
				if (n % 4 == 0)
					execl("/bin/true", "true",
					    (char *)NULL);
				_exit(0);
			}
			wait(NULL);
		}
		_exit(0);
	}
	for (i = 0; i < MAKERS; i++)
		good += ended_well(makers[i]);
	for (i = 0; i < READERS; i++)
		good += ended_well(readers[i]);
	ok(good == MAKERS + READERS, "read while processes come and go");
}

int
main(void)
{
	test_names();
	test_readonly();
	test_status();
	test_moment();
	test_map();
	test_pagemap();
	test_fd();
	test_rights();
	test_gone();
	test_race();
	return (tap_done());
}
