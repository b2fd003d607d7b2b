/*
 * System calls and what is close to them.
 */
#ifndef _UNISTD_H_
#define	_UNISTD_H_

#include <sys/cdefs.h>
#include <sys/_null.h>
#include <sys/types.h>
#include <sys/unistd.h>

#define	STDIN_FILENO	0
#define	STDOUT_FILENO	1
#define	STDERR_FILENO	2


/* sysconf(3) */
#define	_SC_ARG_MAX		1
#define	_SC_CHILD_MAX		2
#define	_SC_CLK_TCK		3
#define	_SC_NGROUPS_MAX		4
#define	_SC_OPEN_MAX		5
#define	_SC_JOB_CONTROL		6
#define	_SC_SAVED_IDS		7
#define	_SC_VERSION		8
#define	_SC_LINE_MAX		15
#define	_SC_STREAM_MAX		26
#define	_SC_PAGESIZE		47
#define	_SC_PAGE_SIZE		_SC_PAGESIZE
#define	_SC_IOV_MAX		56
#define	_SC_NPROCESSORS_CONF	57
#define	_SC_NPROCESSORS_ONLN	58
#define	_SC_HOST_NAME_MAX	72
#define	_SC_MONOTONIC_CLOCK	74
#define	_SC_SYMLOOP_MAX		120
#define	_SC_PHYS_PAGES		121

__BEGIN_DECLS
extern char **environ;
extern char *optarg;
extern int optind, opterr, optopt, optreset;

int	 access(const char *, int);
int	 acct(const char *);
unsigned alarm(unsigned);
int	 brk(const void *);
int	 chdir(const char *);
int	 chown(const char *, uid_t, gid_t);
int	 chroot(const char *);
int	 close(int);
void	 closefrom(int);
char	*crypt(const char *, const char *);
int	 dup(int);
int	 dup2(int, int);
int	 execl(const char *, const char *, ...) __null_sentinel;
int	 execle(const char *, const char *, ...);
int	 execlp(const char *, const char *, ...) __null_sentinel;
int	 execv(const char *, char *const []);
int	 execve(const char *, char *const [], char *const []);
int	 execvp(const char *, char *const []);
int	 execvpe(const char *, char *const [], char *const []);
int	 execvP(const char *, const char *, char *const []);
void	 _exit(int) __dead2;
int	 fchdir(int);
int	 fchown(int, uid_t, gid_t);
pid_t	 fork(void);
long	 fpathconf(int, int);
int	 fsync(int);
int	 ftruncate(int, off_t);
char	*getcwd(char *, size_t);
int	 getdtablesize(void);
gid_t	 getegid(void);
uid_t	 geteuid(void);
gid_t	 getgid(void);
int	 getgrouplist(const char *, gid_t, gid_t *, int *);
int	 getgroups(int, gid_t []);
int	 gethostname(char *, size_t);
char	*getlogin(void);
int	 getlogin_r(char *, int);
int	 getopt(int, char *const [], const char *);
int	 getpagesize(void) __pure2;
char	*getpass(const char *);
pid_t	 getpgid(pid_t);
pid_t	 getpgrp(void);
pid_t	 getpid(void);
pid_t	 getppid(void);
int	 getresgid(gid_t *, gid_t *, gid_t *);
int	 getresuid(uid_t *, uid_t *, uid_t *);
pid_t	 getsid(pid_t);
uid_t	 getuid(void);
int	 initgroups(const char *, gid_t);
int	 isatty(int);
int	 issetugid(void);
int	 lchown(const char *, uid_t, gid_t);
int	 link(const char *, const char *);
off_t	 lseek(int, off_t, int);
int	 nice(int);
long	 pathconf(const char *, int);
int	 pause(void);
int	 profil(char *, size_t, u_long, u_int);
int	 pipe(int *);
ssize_t	 pread(int, void *, size_t, off_t);
ssize_t	 pwrite(int, const void *, size_t, off_t);
ssize_t	 read(int, void *, size_t);
ssize_t	 readlink(const char *__restrict, char *__restrict, size_t);
int	 reboot(int);
pid_t	 rfork(int);
pid_t	 rfork_thread(int, void *, int (*)(void *), void *);
int	 revoke(const char *);
int	 rmdir(const char *);
void	*sbrk(intptr_t);
int	 setegid(gid_t);
int	 seteuid(uid_t);
int	 setgid(gid_t);
int	 setgroups(int, const gid_t *);
int	 setlogin(const char *);
int	 setpgid(pid_t, pid_t);
int	 setpgrp(pid_t, pid_t);
int	 setregid(gid_t, gid_t);
int	 setresgid(gid_t, gid_t, gid_t);
int	 setresuid(uid_t, uid_t, uid_t);
int	 setreuid(uid_t, uid_t);
pid_t	 setsid(void);
int	 setuid(uid_t);
unsigned sleep(unsigned);
int	 symlink(const char *, const char *);
void	 sync(void);
long	 sysconf(int);
pid_t	 tcgetpgrp(int);
int	 tcsetpgrp(int, pid_t);
int	 truncate(const char *, off_t);
char	*ttyname(int);
int	 ttyname_r(int, char *, size_t);
useconds_t ualarm(useconds_t, useconds_t);
int	 unlink(const char *);
int	 usleep(useconds_t);
pid_t	 vfork(void) __returns_twice;
ssize_t	 write(int, const void *, size_t);
__END_DECLS

#endif /* !_UNISTD_H_ */
