/*
 * date: what time it is; date +FORMAT as strftime(3) has it.  There is no
 * time but universal time, which -u asks for.
 */
#include <err.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

int
main(int argc, char *argv[])
{
	const char *format = "%a %b %e %H:%M:%S UTC %Y";
	char buf[256];
	time_t now;
	int c;

	while ((c = getopt(argc, argv, "u")) == 'u')
		;
	argv += optind;
	if (c != -1 || (*argv != NULL && (**argv != '+' || argv[1] != NULL))) {
		fprintf(stderr, "usage: date [-u] [+format]\n");
		return (2);
	}
	if (*argv != NULL)
		format = *argv + 1;
	now = time(NULL);
	if (strftime(buf, sizeof(buf), format, gmtime(&now)) == 0 &&
	    *format != '\0')
		errx(1, "result too long");
	puts(buf);
	return (finish(0, 1));
}
