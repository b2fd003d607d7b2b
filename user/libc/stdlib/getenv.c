/*
 * The environment.
 *
 * environ is a plain array that programs may replace.  setenv(3) works on
 * a copy of its own, which it remembers; its strings come from malloc(3)
 * and are not given back, since a program may still hold what getenv(3)
 * returned.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char **own;		/* environ, if setenv has made it */
static size_t own_size;		/* its room */

/*
 * The place of a variable in environ, or NULL.  name ends at len.
 */
static char **
find(const char *name, size_t len)
{
	char **p;

	if (environ == NULL)
		return (NULL);
	for (p = environ; *p != NULL; p++)
		if (strncmp(*p, name, len) == 0 && (*p)[len] == '=')
			return (p);
	return (NULL);
}

/*
 * The length of a name, or -1 (EINVAL).
 */
static ssize_t
name_length(const char *name)
{
	size_t len;

	if (name == NULL || *name == '\0' ||
	    name[len = strcspn(name, "=")] != '\0') {
		errno = EINVAL;
		return (-1);
	}
	return ((ssize_t)len);
}

/*
 * Let environ have this string, which begins with a name of len bytes.
 */
static int
put(char *string, size_t len)
{
	char **p = find(string, len), **bigger;
	size_t n = 0;

	if (p != NULL) {
		*p = string;
		return (0);
	}
	if (environ != NULL)
		while (environ[n] != NULL)
			n++;
	if (environ == NULL || environ != own || n + 2 > own_size) {
		bigger = realloc(environ == own ? own : NULL,
		    (n + 16) * 2 * sizeof(*bigger));
		if (bigger == NULL)
			return (-1);
		if (environ != own && n > 0)
			memcpy(bigger, environ, n * sizeof(*bigger));
		own = environ = bigger;
		own_size = (n + 16) * 2;
	}
	environ[n] = string;
	environ[n + 1] = NULL;
	return (0);
}

/*
 * getenv(3): the value of a variable, or NULL.
 */
char *
getenv(const char *name)
{
	char **p;
	size_t len;

	if (name == NULL || *name == '\0')
		return (NULL);
	len = strlen(name);
	if (memchr(name, '=', len) != NULL)
		return (NULL);
	p = find(name, len);
	return (p != NULL ? *p + len + 1 : NULL);
}

/*
 * setenv(3): set a variable; one that exists only if overwrite is not
 * zero.  Returns 0, or -1: EINVAL (name), ENOMEM.
 */
int
setenv(const char *name, const char *value, int overwrite)
{
	ssize_t len = name_length(name);
	size_t vlen;
	char *string;

	if (len == -1)
		return (-1);
	if (!overwrite && find(name, (size_t)len) != NULL)
		return (0);
	vlen = strlen(value);
	if ((string = malloc((size_t)len + vlen + 2)) == NULL)
		return (-1);
	memcpy(string, name, (size_t)len);
	string[len] = '=';
	memcpy(string + len + 1, value, vlen + 1);
	if (put(string, (size_t)len) == -1) {
		free(string);
		return (-1);
	}
	return (0);
}

/*
 * putenv(3): let the string itself, NAME=value, be part of the
 * environment.  Returns 0, or -1: EINVAL, ENOMEM.
 */
int
putenv(char *string)
{
	const char *equals = strchr(string, '=');

	if (equals == NULL || equals == string) {
		errno = EINVAL;
		return (-1);
	}
	return (put(string, (size_t)(equals - string)));
}

/*
 * unsetenv(3): remove a variable.  Returns 0, or -1: EINVAL.
 */
int
unsetenv(const char *name)
{
	ssize_t len = name_length(name);
	char **p;

	if (len == -1)
		return (-1);
	while ((p = find(name, (size_t)len)) != NULL)
		for (; *p != NULL; p++)
			p[0] = p[1];
	return (0);
}

/*
 * clearenv(3): remove all variables.  Returns 0.
 */
int
clearenv(void)
{
	environ = NULL;
	return (0);
}
