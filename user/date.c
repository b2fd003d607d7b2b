/*
 * date: what time it is; date +FORMAT as strftime(3) has it.
 */
#include <err.h>
#include <stdio.h>
#include <time.h>

int
main(int argc, char *argv[])
{
	const char *format = "%a %b %e %H:%M:%S UTC %Y";
	char buf[256];
	time_t now;

	if (argc > 2 || (argc == 2 && argv[1][0] != '+')) {
		fprintf(stderr, "usage: date [+format]\n");
		return (2);
	}
	if (argc == 2)
		format = argv[1] + 1;
	now = time(NULL);
	if (strftime(buf, sizeof(buf), format, gmtime(&now)) == 0 &&
	    *format != '\0')
		errx(1, "result too long");
	puts(buf);
	return (0);
}
