/*
 * Strings: searching.
 */
#include <string.h>

/*
 * strchrnul(3): the first c (which may be NUL), or else the final NUL.
 */
char *
strchrnul(const char *s, int c)
{
	while (*s != (char)c && *s != '\0')
		s++;
	return ((char *)s);
}

/*
 * strchr(3): the first c (which may be NUL), or NULL.
 */
char *
strchr(const char *s, int c)
{
	char *p = strchrnul(s, c);

	return (*p == (char)c ? p : NULL);
}

/*
 * strrchr(3): the last c (which may be NUL), or NULL.
 */
char *
strrchr(const char *s, int c)
{
	const char *found = NULL;

	do {
		if (*s == (char)c)
			found = s;
	} while (*s++ != '\0');
	return ((char *)found);
}

/*
 * index(3), rindex(3): BSD's names of strchr and strrchr.
 */
char *
index(const char *s, int c)
{
	return (strchr(s, c));
}

char *
rindex(const char *s, int c)
{
	return (strrchr(s, c));
}

/* A set of bytes, one bit for each. */
struct byteset {
	unsigned	bits[256 / 32];
};

static void
byteset_fill(struct byteset *set, const char *members)
{
	const unsigned char *p;

	memset(set, 0, sizeof(*set));
	for (p = (const unsigned char *)members; *p != '\0'; p++)
		set->bits[*p / 32] |= 1U << (*p % 32);
}

static int
byteset_has(const struct byteset *set, char c)
{
	unsigned char u = c;

	return ((set->bits[u / 32] >> (u % 32)) & 1);
}

/*
 * strspn(3): length of the prefix that has only bytes of the set.
 */
size_t
strspn(const char *s, const char *accept)
{
	struct byteset set;
	const char *p;

	byteset_fill(&set, accept);
	for (p = s; byteset_has(&set, *p); p++)
		;
	return (p - s);
}

/*
 * strcspn(3): length of the prefix that has no byte of the set.
 */
size_t
strcspn(const char *s, const char *reject)
{
	struct byteset set;
	const char *p;

	byteset_fill(&set, reject);
	for (p = s; *p != '\0' && !byteset_has(&set, *p); p++)
		;
	return (p - s);
}

/*
 * strpbrk(3): the first byte that is in the set, or NULL.
 */
char *
strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return (*s != '\0' ? (char *)s : NULL);
}

/*
 * strnstr(3): the first place among the first n bytes of big where little
 * is, or NULL.
 */
char *
strnstr(const char *big, const char *little, size_t n)
{
	return (memmem(big, strnlen(big, n), little, strlen(little)));
}

/*
 * strstr(3): the first place in big where little is, or NULL.
 */
char *
strstr(const char *big, const char *little)
{
	return (memmem(big, strlen(big), little, strlen(little)));
}

/*
 * strcasestr(3): strstr without the difference of upper and lower case.
 */
char *
strcasestr(const char *big, const char *little)
{
	size_t len = strlen(little);

	for (;; big++) {
		if (strncasecmp(big, little, len) == 0)
			return ((char *)big);
		if (*big == '\0')
			return (NULL);
	}
}
