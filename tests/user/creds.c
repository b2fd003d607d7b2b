/*
 * Credentials: the calls that change the ids, as tables of what is had,
 * asked and got; groups, the login name; what fork does with all that; and
 * what they decide: files, signals, priorities, the number of processes.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	A	1001			/* some users, or groups */
#define	B	1002
#define	C	1003
#define	DIR	"/tmp/creds"
#define	NITEMS(x) (sizeof(x) / sizeof((x)[0]))
#define	BADPTR	((void *)0xc0000000)

int	__sys_getlogin(char *, unsigned);

/* Run fn(arg) in a child; its value, 0 to 99, or 100 and more if it dies. */
static int
in_child(int (*fn)(const void *), const void *arg)
{
	pid_t pid = must_fork();
	int status;

	if (pid == 0)
		_exit(fn(arg));
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	return (WIFEXITED(status) ? WEXITSTATUS(status) :
				    100 + WTERMSIG(status));
}

/* ------------------------------------------------- the ids of a process */

/*
 * With real, effective and saved id "have", the call with these arguments
 * fails with "error", or leaves "got".
 */
struct idcase {
	int	have[3];
	char	call;			/* u, e, r: re, s: res */
	int	arg[3];
	int	error;
	int	got[3];
};

static const struct idcase idcases[] = {
	/* setuid: to the real or effective id, and then all three */
	{ { A, A, A }, 'u', { A }, 0, { A, A, A } },
	{ { A, B, B }, 'u', { A }, 0, { A, A, A } },
	{ { A, B, B }, 'u', { B }, 0, { B, B, B } },
	{ { A, A, B }, 'u', { B }, EPERM, { 0 } },
	{ { A, A, A }, 'u', { B }, EPERM, { 0 } },
	{ { A, A, A }, 'u', { 0 }, EPERM, { 0 } },
	{ { A, A, A }, 'u', { -1 }, EPERM, { 0 } },
	/* seteuid: to any of the three, and that one alone */
	{ { A, B, B }, 'e', { A }, 0, { A, A, B } },
	{ { A, A, B }, 'e', { B }, 0, { A, B, B } },
	{ { A, B, C }, 'e', { C }, 0, { A, C, C } },
	{ { A, B, C }, 'e', { B }, 0, { A, B, C } },
	{ { A, B, B }, 'e', { C }, EPERM, { 0 } },
	{ { A, A, A }, 'e', { 0 }, EPERM, { 0 } },
	/* setreuid: the saved id follows */
	{ { A, B, B }, 'r', { B, A }, 0, { B, A, A } },
	{ { A, B, B }, 'r', { -1, A }, 0, { A, A, B } },
	{ { A, A, B }, 'r', { -1, B }, 0, { A, B, B } },
	{ { A, B, C }, 'r', { A, -1 }, 0, { A, B, B } },
	{ { A, A, A }, 'r', { -1, -1 }, 0, { A, A, A } },
	{ { A, A, A }, 'r', { B, -1 }, EPERM, { 0 } },
	{ { A, A, A }, 'r', { -1, B }, EPERM, { 0 } },
	/* setresuid: each to any of the three */
	{ { A, B, C }, 's', { C, A, B }, 0, { C, A, B } },
	{ { A, B, C }, 's', { -1, -1, A }, 0, { A, B, A } },
	{ { A, B, C }, 's', { -1, -1, -1 }, 0, { A, B, C } },
	{ { A, B, B }, 's', { C, -1, -1 }, EPERM, { 0 } },
	{ { A, B, B }, 's', { -1, C, -1 }, EPERM, { 0 } },
	{ { A, B, B }, 's', { -1, -1, C }, EPERM, { 0 } },
};

/* The same for who is root in all that counts: the effective user id. */
static const struct idcase rootcases[] = {
	{ { A, 0, A }, 'u', { B }, 0, { B, B, B } },
	{ { A, 0, A }, 'e', { B }, 0, { A, B, A } },
	{ { 0, 0, 0 }, 'r', { A, B }, 0, { A, B, B } },
	{ { 0, 0, 0 }, 's', { A, B, C }, 0, { A, B, C } },
	{ { 0, A, 0 }, 'u', { B }, EPERM, { 0 } },
	{ { 0, A, 0 }, 'u', { 0 }, 0, { 0, 0, 0 } },
};

static int
change(int gids, char call, const int *arg)
{
	switch (call) {
	case 'u':
		return (gids ? setgid(arg[0]) : setuid(arg[0]));
	case 'e':
		return (gids ? setegid(arg[0]) : seteuid(arg[0]));
	case 'r':
		return (gids ? setregid(arg[0], arg[1]) :
			       setreuid(arg[0], arg[1]));
	default:
		return (gids ? setresgid(arg[0], arg[1], arg[2]) :
			       setresuid(arg[0], arg[1], arg[2]));
	}
}

static int
ids_are(int gids, const int *want)
{
	unsigned r, e, s;

	if ((gids ? getresgid(&r, &e, &s) : getresuid(&r, &e, &s)) == -1)
		return (0);
	if (r != (gids ? getgid() : getuid()) ||
	    e != (gids ? getegid() : geteuid()))
		return (0);
	return (r == (unsigned)want[0] && e == (unsigned)want[1] &&
	    s == (unsigned)want[2]);
}

/* In a child: 0 if the case goes as the table says. */
static int
try_ids(int gids, const struct idcase *c)
{
	int result;

	if (gids) {
		if (setresgid(c->have[0], c->have[1], c->have[2]) == -1 ||
		    setresuid(A, A, A) == -1)
			return (1);
	} else if (setresuid(c->have[0], c->have[1], c->have[2]) == -1) {
		return (1);
	}
	result = change(gids, c->call, c->arg);
	if (c->error != 0)
		return (result != -1 || errno != c->error ||
		    !ids_are(gids, c->have));
	return (result != 0 || !ids_are(gids, c->got));
}

static int
try_uids(const void *arg)
{
	return (try_ids(0, arg));
}

static int
try_gids(const void *arg)
{
	return (try_ids(1, arg));
}

static void
test_idcases(const struct idcase *cases, size_t n, int (*fn)(const void *),
    const char *what)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (in_child(fn, &cases[i]) != 0) {
			printf("# case %d is wrong\n", (int)i);
			wrong++;
		}
	ok(wrong == 0, "%s", what);
}

/* Answers into bad memory; NULL means that one does not want to know. */
static void
test_getres(void)
{
	uid_t id = 77;

	ok(getresuid(NULL, NULL, &id) == 0 && id == 0 &&
		getresgid(NULL, &id, NULL) == 0,
	    "getresuid and getresgid leave out what is NULL");
	ok(getresuid(BADPTR, NULL, NULL) == -1 && errno == EFAULT &&
		getresuid(NULL, BADPTR, NULL) == -1 && errno == EFAULT &&
		getresuid(NULL, NULL, BADPTR) == -1 && errno == EFAULT &&
		getresgid(BADPTR, NULL, NULL) == -1 && errno == EFAULT,
	    "getresuid, getresgid: EFAULT");
}

/* ------------------------------------------------------ groups and login */

static int
groups_user(const void *arg)
{
	gid_t gid = A;

	(void)arg;
	setuid(A);
	return (setgroups(1, &gid) != -1 || errno != EPERM);
}

static int
groups_clear(const void *arg)
{
	(void)arg;
	return (setgroups(0, NULL) != 0 || getgroups(0, NULL) != 1);
}

static int
groups_set(const void *arg)
{
	gid_t many[NGROUPS_MAX + 1], set[3] = { A, B, C }, got[NGROUPS_MAX];

	(void)arg;
	memset(many, 0, sizeof(many));
	if (setgroups(3, set) != 0 || getgroups(0, NULL) != 3 ||
	    getgroups(3, got) != 3 || memcmp(got, set, sizeof(set)) != 0)
		return (1);
	/* The first one is the effective group. */
	if (getegid() != A || getgid() != 0)
		return (2);
	if (getgroups(2, got) != -1 || errno != EINVAL)
		return (3);
	if (getgroups(3, BADPTR) != -1 || errno != EFAULT)
		return (4);
	if (setgroups(3, BADPTR) != -1 || errno != EFAULT ||
	    getgroups(0, NULL) != 3)
		return (5);
	if (setgroups(NGROUPS_MAX + 1, many) != -1 || errno != EINVAL)
		return (6);
	return (setgroups(NGROUPS_MAX, many) != 0 ||
	    getgroups(NGROUPS_MAX, got) != NGROUPS_MAX);
}

static void
test_groups(void)
{
	ok(in_child(groups_set, NULL) == 0, "setgroups and getgroups");
	ok(in_child(groups_clear, NULL) == 0, "one group always stays");
	ok(in_child(groups_user, NULL) == 0, "setgroups: EPERM");
}

/* The session's name as the kernel has it now. */
static int
login_is(const char *name)
{
	char buf[MAXLOGNAME];

	return (__sys_getlogin(buf, sizeof(buf)) == 0 &&
	    strcmp(buf, name) == 0);
}

static int
login_user(const void *arg)
{
	(void)arg;
	setuid(A);
	return (setlogin("mallory") != -1 || errno != EPERM ||
	    login_is("mallory"));
}

/* A grandchild names the session, and the child sees that. */
static int
login_set(const void *name)
{
	return (setlogin(name) != 0);
}

static int
login_session(const void *arg)
{
	char buf[MAXLOGNAME + 1];

	(void)arg;
	if (!login_is("creds") || setsid() == -1 || !login_is("creds"))
		return (1); /* a new session begins with a copy */
	if (in_child(login_set, "other") != 0 || !login_is("other"))
		return (2);
	if (getlogin() == NULL || strcmp(getlogin(), "other") != 0)
		return (3);
	if (getlogin_r(buf, 5) != ERANGE || getlogin_r(buf, 6) != 0)
		return (4);
	memset(buf, 'x', sizeof(buf));
	buf[MAXLOGNAME] = '\0';
	if (setlogin(buf) != -1 || errno != EINVAL || !login_is("other"))
		return (5);
	if (setlogin(BADPTR) != -1 || errno != EFAULT)
		return (6);
	if (__sys_getlogin(BADPTR, 5) != -1 || errno != EFAULT)
		return (7);
	buf[MAXLOGNAME - 1] = '\0';
	if (setlogin(buf) != 0 || !login_is(buf))
		return (8);
	return (setlogin("") != 0 || getlogin() != NULL);
}

static void
test_login(void)
{
	char saved[MAXLOGNAME];

	__sys_getlogin(saved, sizeof(saved));
	ok(setlogin("creds") == 0 && login_is("creds"), "setlogin");
	ok(in_child(login_session, NULL) == 0,
	    "the session shares the name, a new one has a copy");
	ok(login_is("creds"), "the old session's name has not changed");
	ok(in_child(login_user, NULL) == 0, "setlogin: EPERM");
	setlogin(saved);
}

/* -------------------------------------------------------- fork and P_SUGID */

/* The child changes everything; the parent keeps what it had. */
static int
fork_changes(const void *arg)
{
	gid_t set[2] = { C, B };

	(void)arg;
	if (!ids_are(0, (int[]){ A, 0, B }) ||
	    !ids_are(1, (int[]){ B, B, C }) || getgroups(0, NULL) != 1)
		return (1);
	return (setgroups(2, set) != 0 || setresgid(A, A, A) != 0 ||
	    setresuid(C, C, C) != 0);
}

static int
fork_shares(const void *arg)
{
	(void)arg;
	setgroups(0, NULL);
	if (setresgid(B, B, C) != 0 || setresuid(A, 0, B) != 0)
		return (1);
	if (in_child(fork_changes, NULL) != 0)
		return (2);
	return (!ids_are(0, (int[]){ A, 0, B }) ||
	    !ids_are(1, (int[]){ B, B, C }) || getgroups(0, NULL) != 1);
}

/* Run this program anew to say what issetugid() says there. */
static int
after_exec(const void *arg)
{
	execl("/usr/tests/creds", "creds", arg, (char *)NULL);
	return (50);
}

static int
is_tainted(const void *arg)
{
	(void)arg;
	return (issetugid());
}

static int
sugid(const void *arg)
{
	gid_t gid = 0;

	(void)arg;
	if (issetugid() != 0)
		return (1);
	/* Nothing has changed. */
	if (setuid(0) != 0 || setgid(0) != 0 || setresuid(-1, 0, -1) != 0 ||
	    issetugid() != 0)
		return (2);
	if (setresuid(-1, -1, A) != 0 || issetugid() != 1)
		return (3);
	if (in_child(is_tainted, NULL) != 1)
		return (4); /* fork keeps it */
	if (in_child(after_exec, "tainted") != 0)
		return (5); /* exec of a common program ends it, ... */
	if (setresuid(A, 0, 0) != 0 || in_child(after_exec, "tainted") != 1)
		return (6); /* ... but not if it has more than its user */
	if (setresuid(0, 0, 0) != 0 || setregid(A, -1) != 0 ||
	    in_child(after_exec, "tainted") != 1)
		return (7);
	return (setresgid(0, 0, 0) != 0 || setgroups(1, &gid) != 0 ||
	    issetugid() != 1);
}

/* exec saves the effective ids. */
static int
exec_saves(const void *arg)
{
	(void)arg;
	if (setresgid(B, C, A) != 0 || setresuid(A, B, C) != 0)
		return (1);
	return (after_exec("saved"));
}

static int
saved_main(void)
{
	return (!ids_are(0, (int[]){ A, B, B }) ||
	    !ids_are(1, (int[]){ B, C, C }));
}

/* ------------------------------------------------------------------ files */

/* Who may do what with a file of A's and group B's. */
static const struct permcase {
	uid_t	uid;
	gid_t	gid;
	mode_t	mode;
	int	may;			/* R_OK | W_OK | X_OK */
} permcases[] = {
	{ A, C, 0700, R_OK | W_OK | X_OK },
	{ A, C, 0400, R_OK },
	{ A, C, 0077, 0 },		/* the owner has the owner's */
	{ A, B, 0077, 0 },
	{ C, B, 0070, R_OK | W_OK | X_OK },
	{ C, B, 0707, 0 },		/* a member the group's */
	{ C, B, 0020, W_OK },
	{ C, C, 0007, R_OK | W_OK | X_OK },
	{ C, C, 0770, 0 },
	{ C, C, 0001, X_OK },
	{ 0, 0, 0000, R_OK | W_OK },
	{ 0, 0, 0010, R_OK | W_OK | X_OK },
};

static int
opens(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd == -1)
		return (errno != EACCES ? -1 : 0);
	close(fd);
	return (1);
}

static int
permission(const void *arg)
{
	const struct permcase *c = arg;
	const char *path = DIR "/perm";
	int mode;

	if (setgid(c->gid) != 0 || setuid(c->uid) != 0)
		return (10);
	for (mode = 0; mode < 8; mode++)
		if (access(path, mode) != ((mode & ~c->may) == 0 ? 0 : -1))
			return (1 + mode);
	if (opens(path, O_RDONLY) != ((c->may & R_OK) != 0) ||
	    opens(path, O_WRONLY) != ((c->may & W_OK) != 0) ||
	    opens(path, O_RDWR) != ((c->may & (R_OK | W_OK)) == 6))
		return (11);
	execl(path, path, (char *)NULL);
	/* The file is empty: if it may be run, it is no program. */
	return (errno == (c->may & X_OK ? ENOEXEC : EACCES) ? 0 : 12);
}

static void
test_permissions(void)
{
	int wrong = 0;
	size_t i;

	close(open(DIR "/perm", O_CREAT | O_WRONLY, 0));
	chown(DIR "/perm", A, B);
	for (i = 0; i < NITEMS(permcases); i++) {
		chmod(DIR "/perm", permcases[i].mode);
		if (in_child(permission, &permcases[i]) != 0) {
			printf("# case %d is wrong\n", (int)i);
			wrong++;
		}
	}
	ok(wrong == 0, "owner, group and others; access, open and execve");
	unlink(DIR "/perm");
}

/* access(2) goes by the real ids, all else by the effective ones. */
static int
access_real(const void *arg)
{
	(void)arg;
	if (setresuid(A, 0, 0) != 0)
		return (1);
	if (access(DIR "/root", R_OK) != -1 || errno != EACCES ||
	    opens(DIR "/root", O_RDONLY) != 1)
		return (2);
	if (setresuid(0, A, 0) != 0)
		return (3);
	if (access(DIR "/root", R_OK) != 0 || opens(DIR "/root", O_RDONLY) != 0)
		return (4);
	return (access(DIR "/root", 8) != -1 || errno != EINVAL);
}

/* What the owner may and may not change; the file is A's, of group B. */
static int
owner_changes(const void *arg)
{
	const char *path = DIR "/owned";
	gid_t set[2] = { B, C };
	struct stat sb;
	int fd;

	(void)arg;
	if (setgroups(2, set) != 0 || setuid(A) != 0)
		return (1);
	if (chown(path, C, -1) != -1 || errno != EPERM)
		return (2);
	if (chown(path, -1, A) != -1 || errno != EPERM)
		return (3);
	if (chmod(path, 06755) != 0 || chown(path, A, C) != 0 ||
	    stat(path, &sb) != 0 || sb.st_gid != C ||
	    (sb.st_mode & ALLPERMS) != 0755)
		return (4); /* to a group of his own, without the set-id bits */
	if (chmod(path, 01755) != -1 || errno != EFTYPE)
		return (5);
	if (chmod(path, 06755) != 0 || (fd = open(path, O_WRONLY)) == -1 ||
	    write(fd, "x", 1) != 1 || fstat(fd, &sb) != 0 ||
	    (sb.st_mode & ALLPERMS) != 0755)
		return (6); /* a changed program gives no rights */
	close(fd);
	if (setgroups(1, set) != -1 || chown(path, -1, B) != 0)
		return (7);
	return (0);
}

static int
stranger_changes(const void *arg)
{
	const char *path = DIR "/owned";

	(void)arg;
	if (setgroups(0, NULL) != 0 || setgid(C) != 0 || setuid(C) != 0)
		return (1);
	if (chmod(path, 0777) != -1 || errno != EPERM)
		return (2);
	if (chown(path, C, C) != -1 || errno != EPERM)
		return (3);
	/* It is in a sticky directory. */
	if (unlink(path) != -1 || errno != EPERM)
		return (4);
	if (rename(path, DIR "/x") != -1 || errno != EPERM)
		return (5);
	return (0);
}

/* A file of the caller's, but of a group that he is not in. */
static int
foreign_group(const void *arg)
{
	const char *path = DIR "/owned";

	(void)arg;
	if (setgroups(0, NULL) != 0 || setgid(C) != 0 || setuid(A) != 0)
		return (1);
	if (chmod(path, 02755) != -1 || errno != EPERM)
		return (2);
	return (chmod(path, 0644) != 0 || unlink(path) != 0);
}

/* The mask is copied at fork; a new file is the effective user's. */
static int
mask_child(const void *arg)
{
	(void)arg;
	return (umask(0) != 027);
}

static int
new_files(const void *arg)
{
	struct stat sb;

	(void)arg;
	if (setresgid(A, C, C) != 0 || setresuid(A, B, B) != 0)
		return (1);
	umask(027);
	if (in_child(mask_child, NULL) != 0 || umask(027) != 027)
		return (2);
	close(open(DIR "/new", O_CREAT | O_WRONLY, 0666));
	if (stat(DIR "/new", &sb) != 0 || sb.st_uid != B || sb.st_gid != 0 ||
	    (sb.st_mode & ALLPERMS) != 0640)
		return (4); /* the group is the directory's */
	if (mkdir(DIR "/newdir", 0777) != 0 || stat(DIR "/newdir", &sb) != 0 ||
	    (sb.st_mode & ALLPERMS) != 0750)
		return (5);
	return (unlink(DIR "/new") != 0 || rmdir(DIR "/newdir") != 0);
}

static void
test_files(void)
{
	mkdir(DIR, 0755);
	chmod(DIR, 01777);
	test_permissions();
	close(open(DIR "/root", O_CREAT | O_WRONLY, 0600));
	ok(in_child(access_real, NULL) == 0, "access goes by the real ids");
	unlink(DIR "/root");
	close(open(DIR "/owned", O_CREAT | O_WRONLY, 0644));
	chown(DIR "/owned", A, B);
	ok(in_child(owner_changes, NULL) == 0, "chmod and chown by the owner");
	ok(in_child(stranger_changes, NULL) == 0,
	    "chmod, chown, sticky: EPERM");
	ok(in_child(foreign_group, NULL) == 0,
	    "no set-group-id bit for a foreign group");
	ok(in_child(new_files, NULL) == 0, "new files: owner, group, umask");
	rmdir(DIR);
}

/* ----------------------------------------------------- other processes */

/* A process with these ids that waits to be killed. */
static pid_t
target(const int *ids, int sugid)
{
	int ends[2];
	pid_t pid;
	char c;

	if (pipe(ends) == -1)
		err(1, "pipe");
	pid = must_fork();
	if (pid == 0) {
		if (setresuid(ids[0], ids[1], ids[2]) == -1)
			_exit(1);
		/* exec makes it an honest program. */
		if (!sugid)
			execl("/usr/tests/creds", "creds", "wait",
			    ends[1] == 9 ? "9" : (dup2(ends[1], 9), "9"),
			    (char *)NULL);
		write(ends[1], "", 1);
		for (;;)
			pause();
	}
	close(ends[1]);
	if (read(ends[0], &c, 1) != 1)
		errx(1, "the target has died");
	close(ends[0]);
	return (pid);
}

static void
target_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Whether somebody with r, e may send sig to somebody with these ids. */
static const struct killcase {
	int	from[2];
	int	to[3];
	int	sugid;
	int	sig;
	int	error;
} killcases[] = {
	{ { A, B }, { A, A, A }, 0, 0, 0 },
	{ { A, B }, { B, B, B }, 0, 0, 0 },
	{ { A, A }, { B, B, A }, 1, 0, 0 },
	{ { C, C }, { A, A, A }, 0, 0, EPERM },
	{ { C, C }, { A, C, A }, 1, SIGTERM, EPERM },
	{ { A, A }, { A, 0, 0 }, 1, SIGURG, EPERM },
	{ { A, A }, { A, 0, 0 }, 1, SIGWINCH, EPERM },
	{ { A, A }, { A, 0, 0 }, 1, SIGTERM, 0 },
	{ { A, A }, { A, 0, 0 }, 1, SIGCONT, 0 },	/* same session */
	{ { A, A }, { A, A, A }, 0, SIGURG, 0 },
	{ { C, C }, { A, A, A }, 0, SIGCONT, 0 },
	{ { A, A }, { 0, 0, 0 }, 0, SIGTERM, EPERM },
	{ { A, 0 }, { B, B, B }, 1, SIGURG, 0 },
	{ { 0, A }, { 0, 0, 0 }, 0, 0, 0 },
};

static pid_t victim;

static int
kill_by(const void *arg)
{
	const struct killcase *c = arg;
	int result;

	if (setresuid(c->from[0], c->from[1], -1) == -1)
		return (1);
	result = kill(victim, c->sig);
	return (c->error == 0 ? result != 0 :
				result != -1 || errno != c->error);
}

static void
test_kill(void)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < NITEMS(killcases); i++) {
		victim = target(killcases[i].to, killcases[i].sugid);
		if (in_child(kill_by, &killcases[i]) != 0) {
			printf("# case %d is wrong\n", (int)i);
			wrong++;
		}
		target_end(victim);
	}
	ok(wrong == 0, "who may send which signals");
}

/* Whether that user may give somebody that priority, which is 5 now. */
static const struct priocase {
	int	from[2];
	int	to[3];
	int	prio;
	int	error;
	int	got;
} priocases[] = {
	{ { A, A }, { A, A, A }, 7, 0, 7 },
	{ { A, A }, { A, B, A }, 7, 0, 7 },
	{ { B, B }, { A, B, A }, 7, 0, 7 },
	{ { A, B }, { A, A, A }, 7, EPERM, 5 },	/* the effective user counts */
	{ { C, C }, { A, B, C }, 7, EPERM, 5 },
	{ { A, A }, { A, A, A }, 4, EACCES, 5 },
	{ { C, C }, { A, A, A }, 4, EPERM, 5 },
	{ { A, A }, { A, A, A }, 100, 0, PRIO_MAX },
	{ { A, 0 }, { B, B, B }, -100, 0, PRIO_MIN },
	{ { 0, A }, { B, B, B }, 7, EPERM, 5 },
};

static int
prio_by(const void *arg)
{
	const struct priocase *c = arg;
	int result;

	if (setresuid(c->from[0], c->from[1], -1) == -1)
		return (1);
	result = setpriority(PRIO_PROCESS, victim, c->prio);
	if (c->error == 0 ? result != 0 : result != -1 || errno != c->error)
		return (2);
	return (getpriority(PRIO_PROCESS, victim) != c->got);
}

/* 0 is the caller, and nobody else. */
static int
prio_own(const void *arg)
{
	(void)arg;
	return (setuid(A) != 0 || setpriority(PRIO_PROCESS, 0, 4) != 0 ||
	    getpriority(PRIO_PROCESS, 0) != 4);
}

static int
prio_inherited(const void *arg)
{
	(void)arg;
	return (getpriority(PRIO_PROCESS, 0) != 3);
}

/* Of a group, the best counts, and all are changed. */
static int
prio_groups(const void *arg)
{
	const int ids[3] = { A, A, A };
	pid_t other;
	int good;

	(void)arg;
	if (setpgid(0, 0) != 0 || setpriority(PRIO_PROCESS, 0, 3) != 0)
		return (1);
	if (in_child(prio_inherited, NULL) != 0)
		return (2);
	other = target(ids, 0);
	setpriority(PRIO_PROCESS, other, 9);
	good = getpriority(PRIO_PGRP, 0) == 3 &&
	    getpriority(PRIO_PGRP, getpid()) == 3 &&
	    getpriority(PRIO_USER, A) == 9 &&
	    setpriority(PRIO_PGRP, 0, 11) == 0 &&
	    getpriority(PRIO_PROCESS, other) == 11 &&
	    setpriority(PRIO_USER, A, 12) == 0 &&
	    getpriority(PRIO_PROCESS, other) == 12 &&
	    getpriority(PRIO_PROCESS, 0) == 11;
	target_end(other);
	return (!good);
}

static void
test_priority(void)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < NITEMS(priocases); i++) {
		victim = target(priocases[i].to, 1);
		setpriority(PRIO_PROCESS, victim, 5);
		if (in_child(prio_by, &priocases[i]) != 0) {
			printf("# case %d is wrong\n", (int)i);
			wrong++;
		}
		target_end(victim);
	}
	ok(wrong == 0, "who may change whose priority");
	ok(in_child(prio_own, NULL) == 0, "anybody may be nice");
	ok(in_child(prio_groups, NULL) == 0,
	    "priorities of groups and users; fork copies it");
	ok(getpriority(-1, 0) == -1 && errno == EINVAL &&
		getpriority(3, 0) == -1 && errno == EINVAL &&
		setpriority(-1, 0, 0) == -1 && errno == EINVAL &&
		setpriority(3, 0, 0) == -1 && errno == EINVAL,
	    "getpriority, setpriority: EINVAL");
	ok(getpriority(PRIO_PROCESS, victim) == -1 && errno == ESRCH &&
		setpriority(PRIO_PROCESS, victim, 0) == -1 && errno == ESRCH &&
		getpriority(PRIO_PGRP, victim) == -1 && errno == ESRCH &&
		getpriority(PRIO_USER, C) == -1 && errno == ESRCH,
	    "getpriority, setpriority: ESRCH");
}

/*
 * The real user's processes are counted: with room for two, one and its
 * child are as many as can be; one more that becomes this user's takes the
 * room of the child.
 */
static int
can_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid == -1)
		return (errno == EAGAIN ? 0 : -1);
	return (waitpid(pid, NULL, 0) == pid);
}

static int
counts(const void *arg)
{
	const int ids[3] = { C, 0, 0 }, others[3] = { A, C, C };
	struct rlimit rl = { 2, 2 };
	pid_t other;
	int wrong;

	(void)arg;
	if (setrlimit(RLIMIT_NPROC, &rl) != 0)
		return (1);
	other = target(others, 1);
	if (setresuid(C, A, 0) != 0 || can_fork() != 1)
		return (2); /* that of the other is A's */
	setresuid(-1, 0, -1);
	target_end(other);
	other = target(ids, 1);
	setresuid(-1, A, -1);
	wrong = can_fork() != 0;
	setresuid(-1, 0, -1);
	target_end(other);
	setresuid(-1, A, -1);
	return (wrong || can_fork() != 1);
}

int
main(int argc, char *argv[])
{
	if (argc > 2 && strcmp(argv[1], "wait") == 0) {
		write(atoi(argv[2]), "", 1);
		close(atoi(argv[2]));
		for (;;)
			pause();
	}
	if (argc > 1)
		return (strcmp(argv[1], "saved") == 0 ? saved_main() :
							issetugid());
	test_idcases(idcases, NITEMS(idcases), try_uids, "user ids");
	test_idcases(idcases, NITEMS(idcases), try_gids, "group ids");
	test_idcases(rootcases, NITEMS(rootcases), try_uids, "root's ids");
	test_getres();
	test_groups();
	test_login();
	ok(in_child(fork_shares, NULL) == 0,
	    "a child has its parent's credentials, and changes only its own");
	ok(in_child(sugid, NULL) == 0, "issetugid");
	ok(in_child(exec_saves, NULL) == 0, "exec saves the effective ids");
	test_files();
	test_kill();
	test_priority();
	ok(in_child(counts, NULL) == 0, "processes count for the real user");
	return (tap_done());
}
