/*
 * Strings: copies in memory from malloc(3).
 */
#include <stdlib.h>
#include <string.h>

/*
 * strndup(3): a copy of at most n bytes, and a NUL.  Returns it, or NULL
 * (ENOMEM).
 */
char *
strndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return (NULL);
	memcpy(copy, s, len);
	copy[len] = '\0';
	return (copy);
}

/*
 * strdup(3): a copy of the whole string, or NULL (ENOMEM).
 */
char *
strdup(const char *s)
{
	return (strndup(s, strlen(s)));
}
