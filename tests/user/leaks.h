/*
 * What the kernel has in use, as sysctl kern.leaks tells it, and the
 * difference of two such tables.  All memory is static and has been
 * written once before the first table is taken, so that the measuring
 * program itself looks the same each time.
 */
#ifndef _LEAKS_H_
#define	_LEAKS_H_

#include <sys/types.h>
#include <sys/sysctl.h>
#include <err.h>
#include <stdio.h>
#include <string.h>

#define	LEAKS_ROOM	8192

struct leaks {
	char	text[LEAKS_ROOM];	/* lines "name<tab>count" */
};

/*
 * Wait until no other process has anything to do, then fill the table.
 * Returns 0 if that took too long: the kernel has said why.
 */
static __inline int
leaks_take(struct leaks *table)
{
	size_t size = sizeof(int);
	int quiet;

	memset(table->text, 0, sizeof(table->text));
	if (sysctlbyname("kern.quiet", &quiet, &size, NULL, 0) == -1)
		err(1, "kern.quiet");
	size = sizeof(table->text);
	if (sysctlbyname("kern.leaks", table->text, &size, NULL, 0) == -1)
		err(1, "kern.leaks");
	return (quiet);
}

/*
 * Print a line for each counter that differs, behind a prefix.  Returns
 * how many there are.
 */
static __inline int
leaks_compare(const struct leaks *before, const struct leaks *after,
    const char *prefix)
{
	const char *a = before->text, *b = after->text;
	const char *is, *was, *end_a, *end_b;
	int n = 0;

	for (; *a != '\0' && *b != '\0'; a = end_a + 1, b = end_b + 1) {
		end_a = strchr(a, '\n');
		end_b = strchr(b, '\n');
		was = strchr(a, '\t');
		is = strchr(b, '\t');
		if (end_a == NULL || end_b == NULL || was == NULL ||
		    is == NULL || was - a != is - b ||
		    strncmp(a, b, was - a) != 0)
			errx(1, "kern.leaks: two tables do not agree");
		if (end_a - a == end_b - b && strncmp(a, b, end_a - a) == 0)
			continue;
		printf("%s%.*s was %.*s, is %.*s\n", prefix, (int)(was - a), a,
		    (int)(end_a - was - 1), was + 1, (int)(end_b - is - 1),
		    is + 1);
		n++;
	}
	return (n);
}

#endif /* !_LEAKS_H_ */
