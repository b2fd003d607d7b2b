/*
 * Memory, numbers, sorting, the environment, the end of the program.
 */
#ifndef _STDLIB_H_
#define	_STDLIB_H_

#include <sys/cdefs.h>
#include <sys/_null.h>
#include <sys/types.h>
#include <sys/wait.h>

#ifndef __cplusplus
typedef	__WCHAR_TYPE__	wchar_t;
#endif

typedef struct {
	int	quot;		/* quotient */
	int	rem;		/* remainder */
} div_t;

typedef struct {
	long	quot;
	long	rem;
} ldiv_t;

typedef struct {
	long long quot;
	long long rem;
} lldiv_t;

#define	EXIT_SUCCESS	0
#define	EXIT_FAILURE	1
#define	RAND_MAX	0x7fffffff
#define	MB_CUR_MAX	1

__BEGIN_DECLS
void	 abort(void) __dead2;
int	 abs(int) __pure2;
void	*aligned_alloc(size_t, size_t) __malloc_like;
uint32_t arc4random(void);
void	 arc4random_buf(void *, size_t);
uint32_t arc4random_uniform(uint32_t);
int	 atexit(void (*)(void));
double	 atof(const char *);
int	 atoi(const char *);
long	 atol(const char *);
long long atoll(const char *);
void	*bsearch(const void *, const void *, size_t, size_t,
	    int (*)(const void *, const void *));
void	*calloc(size_t, size_t) __malloc_like;
int	 clearenv(void);
int	 daemon(int, int);
div_t	 div(int, int) __pure2;
void	 exit(int) __dead2;
void	 _Exit(int) __dead2;
void	 free(void *);
int	 getloadavg(double [], int);
char	*getenv(const char *);
const char *getprogname(void);
int	 heapsort(void *, size_t, size_t,
	    int (*)(const void *, const void *));
long	 labs(long) __pure2;
ldiv_t	 ldiv(long, long) __pure2;
long long llabs(long long) __pure2;
lldiv_t	 lldiv(long long, long long) __pure2;
void	*malloc(size_t) __malloc_like;
size_t	 malloc_usable_size(const void *);
char	*mkdtemp(char *);
int	 grantpt(int);
int	 mkstemp(char *);
int	 mkstemps(char *, int);
int	 posix_memalign(void **, size_t, size_t);
int	 putenv(char *);
void	 qsort(void *, size_t, size_t, int (*)(const void *, const void *));
void	 qsort_r(void *, size_t, size_t, void *,
	    int (*)(void *, const void *, const void *));
int	 rand(void);
int	 rand_r(unsigned *);
long	 random(void);
void	*realloc(void *, size_t);
void	*reallocarray(void *, size_t, size_t);
void	*reallocf(void *, size_t);
int	 posix_openpt(int);
char	*ptsname(int);
char	*realpath(const char *__restrict, char *__restrict);
int	 setenv(const char *, const char *, int);
void	 setprogname(const char *);
void	 srand(unsigned);
void	 srandom(unsigned);
void	 srandomdev(void);
double	 strtod(const char *__restrict, char **__restrict);
float	 strtof(const char *__restrict, char **__restrict);
long	 strtol(const char *__restrict, char **__restrict, int);
long double strtold(const char *__restrict, char **__restrict);
long long strtoll(const char *__restrict, char **__restrict, int);
long long strtonum(const char *, long long, long long, const char **);
quad_t	 strtoq(const char *__restrict, char **__restrict, int);
unsigned long strtoul(const char *__restrict, char **__restrict, int);
unsigned long long strtoull(const char *__restrict, char **__restrict, int);
u_quad_t strtouq(const char *__restrict, char **__restrict, int);
int	 system(const char *);
int	 unlockpt(int);
int	 unsetenv(const char *);
__END_DECLS

#define	alloca(size)	__builtin_alloca(size)

#endif /* !_STDLIB_H_ */
