/*
 * The kernel's C library: strings and small arithmetic.  It keeps no state
 * and knows nothing of the kernel, so it also builds on the host.
 */
#ifndef _LIBKERN_LIBKERN_H_
#define	_LIBKERN_LIBKERN_H_

#include <sys/types.h>

void	*memcpy(void *, const void *, size_t);
void	*memmove(void *, const void *, size_t);
void	*memset(void *, int, size_t);
int	memcmp(const void *, const void *, size_t);
void	*memchr(const void *, int, size_t);
size_t	strlen(const char *);
size_t	strnlen(const char *, size_t);
int	strcmp(const char *, const char *);
int	strncmp(const char *, const char *, size_t);
char	*strchr(const char *, int);
char	*strrchr(const char *, int);
char	*strstr(const char *, const char *);
size_t	strlcpy(char *, const char *, size_t);
size_t	strlcat(char *, const char *, size_t);
char	*strsep(char **, const char *);
unsigned long strtoul(const char *, char **, int);
long	strtol(const char *, char **, int);
unsigned long long strtouq(const char *, char **, int);
void	qsort(void *, size_t n, size_t size,
	    int (*)(const void *, const void *));
int	glob_match(const char *pattern, const char *string);

/* Of a size that is known the compiler makes a few instructions. */
#ifdef _KERNEL
#define	memcpy(to, from, len)	__builtin_memcpy((to), (from), (len))
#define	memset(to, c, len)	__builtin_memset((to), (c), (len))
#endif

#define	bcopy(from, to, len)	((void)memmove((to), (from), (len)))
#define	bzero(to, len)		((void)memset((to), 0, (len)))
#define	bcmp(a, b, len)		memcmp((a), (b), (len))

static __inline int
imax(int a, int b)
{
	return (a > b ? a : b);
}

static __inline int
imin(int a, int b)
{
	return (a < b ? a : b);
}

static __inline u_int
max(u_int a, u_int b)
{
	return (a > b ? a : b);
}

static __inline u_int
min(u_int a, u_int b)
{
	return (a < b ? a : b);
}

static __inline int
isdigit(int c)
{
	return (c >= '0' && c <= '9');
}

static __inline int
isprint(int c)
{
	return (c >= ' ' && c <= '~');
}

#endif /* !_LIBKERN_LIBKERN_H_ */
