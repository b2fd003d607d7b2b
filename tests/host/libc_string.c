/*
 * Strings and memory: against the host's where it has the function.
 */
#define	_GNU_SOURCE
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libc_test.h"

/* libc's functions become members of a family of their own. */
#define	NAMES								\
	X(memcpy) X(mempcpy) X(memmove) X(memset) X(memccpy) X(memcmp)	\
	X(memchr) X(memrchr) X(memmem) X(bcopy) X(bcmp) X(bzero)	\
	X(explicit_bzero) X(strlen) X(strnlen) X(stpcpy) X(strcpy)	\
	X(stpncpy) X(strncpy) X(strcat) X(strncat) X(strcmp)		\
	X(strncmp) X(strcoll) X(strcasecmp) X(strncasecmp)		\
	X(strchrnul) X(strchr) X(strrchr) X(index) X(rindex) X(strspn)	\
	X(strcspn) X(strpbrk) X(strstr) X(strcasestr) X(strsep)		\
	X(strtok_r) X(strtok) X(strdup) X(strndup) X(strxfrm)

#define	X(f)	extern __typeof__(f) tine_ ## f;
NAMES
#undef X
size_t	tine_strlcpy(char *, const char *, size_t);
size_t	tine_strlcat(char *, const char *, size_t);
char	*tine_strnstr(const char *, const char *, size_t);

#define	memcpy		tine_memcpy
#define	mempcpy		tine_mempcpy
#define	memmove		tine_memmove
#define	memset		tine_memset
#define	memccpy		tine_memccpy
#define	memcmp		tine_memcmp
#define	memchr		tine_memchr
#define	memrchr		tine_memrchr
#define	memmem		tine_memmem
#define	bcopy		tine_bcopy
#define	bcmp		tine_bcmp
#define	bzero		tine_bzero
#define	explicit_bzero	tine_explicit_bzero
#define	strlen		tine_strlen
#define	strnlen		tine_strnlen
#define	stpcpy		tine_stpcpy
#define	strcpy		tine_strcpy
#define	stpncpy		tine_stpncpy
#define	strncpy		tine_strncpy
#define	strcat		tine_strcat
#define	strncat		tine_strncat
#define	strlcpy		tine_strlcpy
#define	strlcat		tine_strlcat
#define	strcmp		tine_strcmp
#define	strncmp		tine_strncmp
#define	strcoll		tine_strcoll
#define	strxfrm		tine_strxfrm
#define	strcasecmp	tine_strcasecmp
#define	strncasecmp	tine_strncasecmp
#define	strchrnul	tine_strchrnul
#define	strchr		tine_strchr
#define	strrchr		tine_strrchr
#define	index		tine_index
#define	rindex		tine_rindex
#define	strspn		tine_strspn
#define	strcspn		tine_strcspn
#define	strpbrk		tine_strpbrk
#define	strnstr		tine_strnstr
#define	strstr		tine_strstr
#define	strcasestr	tine_strcasestr
#define	strsep		tine_strsep
#define	strtok_r	tine_strtok_r
#define	strtok		tine_strtok
#define	strdup		tine_strdup
#define	strndup		tine_strndup
#include "memory.c"
#include "copy.c"
#include "compare.c"
#include "search.c"
#include "token.c"
#include "strdup.c"
#undef memcpy
#undef mempcpy
#undef memmove
#undef memset
#undef memccpy
#undef memcmp
#undef memchr
#undef memrchr
#undef memmem
#undef strlen
#undef strnlen
#undef stpncpy
#undef strncat
#undef strcmp
#undef strncmp
#undef strcasecmp
#undef strncasecmp
#undef strchrnul
#undef strchr
#undef strrchr
#undef strspn
#undef strcspn
#undef strpbrk
#undef strstr
#undef strcasestr
#undef strcpy

static int
sign(int x)
{
	return ((x > 0) - (x < 0));
}

#define	SIZE	96

/* A string of few letters, so that there is something to be found. */
static void
random_text(char *p, size_t n)
{
	while (n-- > 0)
		*p++ = "aAbBc\xe4"[next_random() % 6];
	*p = '\0';
}

static int
memory(void)
{
	static char a[2 * SIZE], b[2 * SIZE], c[2 * SIZE];
	size_t from, to, n, i;
	int round;

	for (round = 0; round < 20000; round++) {
		for (i = 0; i < sizeof(a); i++)
			a[i] = b[i] = c[i] = (char)next_random();
		from = next_random() % SIZE;
		to = next_random() % SIZE;
		n = next_random() % (SIZE + 1);
		memmove(a + to, a + from, n);
		if (tine_memmove(b + to, b + from, n) != b + to ||
		    memcmp(a, b, sizeof(a)) != 0)
			return (0);
		memset(a + to, round, n);
		if (tine_memset(b + to, round, n) != b + to ||
		    memcmp(a, b, sizeof(a)) != 0)
			return (0);
		memcpy(a + to, c + from, n);
		if (tine_mempcpy(b + to, c + from, n) != b + to + n ||
		    memcmp(a, b, sizeof(a)) != 0)
			return (0);
		if (sign(memcmp(a + to, c + to, n)) !=
			sign(tine_memcmp(a + to, c + to, n)) ||
		    memchr(a, round, n) != tine_memchr(a, round, n) ||
		    memrchr(a, round, n) != tine_memrchr(a, round, n))
			return (0);
	}
	return (1);
}

static int
searching(void)
{
	char s[SIZE + 1], t[8], set[4];
	size_t n;
	int c, round;

	for (round = 0; round < 50000; round++) {
		random_text(s, next_random() % SIZE);
		random_text(t, next_random() % 5);
		random_text(set, next_random() % 3);
		n = next_random() % SIZE;
		c = "aAbBc\xe4\0z"[next_random() % 8];
		if (strlen(s) != tine_strlen(s) ||
		    strnlen(s, n) != tine_strnlen(s, n) ||
		    strchr(s, c) != tine_strchr(s, c) ||
		    strrchr(s, c) != tine_strrchr(s, c) ||
		    strchrnul(s, c) != tine_strchrnul(s, c) ||
		    strspn(s, set) != tine_strspn(s, set) ||
		    strcspn(s, set) != tine_strcspn(s, set) ||
		    strpbrk(s, set) != tine_strpbrk(s, set) ||
		    strstr(s, t) != tine_strstr(s, t) ||
		    strcasestr(s, t) != tine_strcasestr(s, t) ||
		    memmem(s, strlen(s), t, strlen(t)) !=
			tine_memmem(s, strlen(s), t, strlen(t)))
			return (0);
	}
	return (1);
}

static int
comparing(void)
{
	char s[SIZE + 1], t[SIZE + 1];
	size_t n;
	int round;

	for (round = 0; round < 50000; round++) {
		random_text(s, next_random() % 6);
		random_text(t, next_random() % 6);
		n = next_random() % 6;
		if (sign(strcmp(s, t)) != sign(tine_strcmp(s, t)) ||
		    sign(strncmp(s, t, n)) != sign(tine_strncmp(s, t, n)) ||
		    sign(strcasecmp(s, t)) != sign(tine_strcasecmp(s, t)) ||
		    sign(strncasecmp(s, t, n)) !=
			sign(tine_strncasecmp(s, t, n)))
			return (0);
	}
	return (1);
}

static int
copying(void)
{
	char a[SIZE], b[SIZE], s[SIZE];
	size_t n;
	int round;

	for (round = 0; round < 20000; round++) {
		memset(a, 'x', sizeof(a));
		memset(b, 'x', sizeof(b));
		random_text(s, next_random() % 30);
		n = next_random() % 40;
		if (stpncpy(a, s, n) - a != tine_stpncpy(b, s, n) - b ||
		    memcmp(a, b, sizeof(a)) != 0)
			return (0);
		strcpy(a, "begin");
		strcpy(b, "begin");
		strncat(a, s, n);
		if (tine_strncat(b, s, n) != b || memcmp(a, b, sizeof(a)) != 0)
			return (0);
	}
	return (1);
}

static void
bsd(void)
{
	char buf[8], text[] = "a,b,,c", *p = text;

	result(tine_strlcpy(buf, "0123456789", 8) == 10 &&
		strcmp(buf, "0123456") == 0,
	    "strlcpy cuts");
	result(tine_strlcpy(buf, "abc", 8) == 3 && strcmp(buf, "abc") == 0,
	    "strlcpy");
	result(tine_strlcat(buf, "defghi", 8) == 9 &&
		strcmp(buf, "abcdefg") == 0,
	    "strlcat cuts");
	result(tine_strlcat(buf, "x", 3) == 4, "strlcat into a full buffer");
	result(strcmp(tine_strsep(&p, ","), "a") == 0 &&
		strcmp(tine_strsep(&p, ","), "b") == 0 &&
		strcmp(tine_strsep(&p, ","), "") == 0 &&
		strcmp(tine_strsep(&p, ","), "c") == 0 &&
		tine_strsep(&p, ",") == NULL,
	    "strsep");
	strcpy(text, "a,b,,c");
	result(strcmp(tine_strtok(text, ","), "a") == 0 &&
		strcmp(tine_strtok(NULL, ","), "b") == 0 &&
		strcmp(tine_strtok(NULL, ","), "c") == 0 &&
		tine_strtok(NULL, ",") == NULL,
	    "strtok");
	strcpy(text, "abcdef");
	result(tine_strnstr(text, "cd", 3) == NULL &&
		tine_strnstr(text, "cd", 4) == text + 2,
	    "strnstr");
	result(tine_memccpy(buf, "abcd", 'c', 4) == buf + 3 &&
		tine_memccpy(buf, "abcd", 'z', 4) == NULL,
	    "memccpy");
	p = tine_strndup("hello", 3);
	result(strcmp(p, "hel") == 0, "strndup");
	free(p);
}

int
main(void)
{
	result(memory(), "memory");
	result(searching(), "searching");
	result(comparing(), "comparing");
	result(copying(), "copying");
	bsd();
	return (finish());
}
