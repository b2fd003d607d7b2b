/*
 * What the parts of libc share and programs do not see: the system calls
 * below the functions that are written around them, and the inner parts of
 * printf, scanf and strtod.
 */
#ifndef _LIBC_H_
#define	_LIBC_H_

#include <sys/types.h>

struct __sigset;
struct __ucontext;
struct sigaction;

/*
 * System calls by the names that no program can take over.  On the i386
 * the "pad" is a word like any other; it is there because the number and
 * the order of the arguments are those of FreeBSD 5.
 */
int	__sys_fork(void);
int	__sys_pdfork(int *, int);
extern int __memory_shared;
int	__sys_break(char *);
int	__sys_getdirentries(int, char *, u_int, long *);
void	*__sys_mmap(void *, size_t, int, int, int, int, off_t);
off_t	__sys_lseek(int, int, off_t, int);
ssize_t	__sys_pread(int, void *, size_t, int, off_t);
ssize_t	__sys_pwrite(int, const void *, size_t, int, off_t);
int	__sys_truncate(const char *, int, off_t);
int	__sys_ftruncate(int, int, off_t);
int	__sys_sigwait(const struct __sigset *, int *);
int	__sys_sigreturn(const struct __ucontext *);
int	__sysctl(const int *, u_int, void *, size_t *, const void *, size_t);
int	__getcwd(char *, u_int);

/* start.c, called by crt0 */
void	__libc_start(int, char **, void (*)(void)) __dead2;
extern const char *__progname;

/* atexit.c, called by exit(3) */
void	__run_atexit(void);

/* stdio: written by exit(3), if the program uses stdio at all */
extern void (*__stdio_cleanup)(void);

/* malloc.c: nobody may hold the lock while a process is copied */
void	__malloc_prefork(void);
void	__malloc_postfork(void);

/* exec.c: execvp(3) without any use of the heap or of environ */
int	__execvpe(const char *, const char *, char *const [], char *const []);

#endif /* !_LIBC_H_ */
