/*
 * Strings: comparison.  All of these return a number below, equal to or
 * above zero, as the first string sorts before, with or behind the second.
 * There is only the "C" locale, so that collation is comparison of bytes.
 */
#include <ctype.h>
#include <string.h>

/*
 * strcmp(3): compare as unsigned bytes.
 */
int
strcmp(const char *s1, const char *s2)
{
	while (*s1 == *s2 && *s1 != '\0') {
		s1++;
		s2++;
	}
	return ((unsigned char)*s1 - (unsigned char)*s2);
}

/*
 * strncmp(3): strcmp of at most the first n bytes.
 */
int
strncmp(const char *s1, const char *s2, size_t n)
{
	for (; n > 0; n--, s1++, s2++) {
		if (*s1 != *s2)
			return ((unsigned char)*s1 - (unsigned char)*s2);
		if (*s1 == '\0')
			break;
	}
	return (0);
}

/*
 * strcoll(3): strcmp in the order of the locale.
 */
int
strcoll(const char *s1, const char *s2)
{
	return (strcmp(s1, s2));
}

/*
 * strxfrm(3): make a string that strcmp sorts as strcoll does the
 * original.  Returns its length; if that is n or more, dst is of no use.
 */
size_t
strxfrm(char *__restrict dst, const char *__restrict src, size_t n)
{
	return (strlcpy(dst, src, n));
}

/*
 * strncasecmp(3): strncmp without the difference of upper and lower case.
 */
int
strncasecmp(const char *s1, const char *s2, size_t n)
{
	int c1, c2;

	for (; n > 0; n--, s1++, s2++) {
		c1 = tolower((unsigned char)*s1);
		c2 = tolower((unsigned char)*s2);
		if (c1 != c2)
			return (c1 - c2);
		if (c1 == '\0')
			break;
	}
	return (0);
}

/*
 * strcasecmp(3): strcmp without the difference of upper and lower case.
 */
int
strcasecmp(const char *s1, const char *s2)
{
	return (strncasecmp(s1, s2, (size_t)-1));
}
