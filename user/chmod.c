/*
 * chmod: set the permissions of files: an octal number, or [ugoa][+-=][rwx].
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The new mode, or -1 if the text is none.
 */
static int
new_mode(const char *text, int old)
{
	int bits = 0, op, who = 0;
	char *end;
	long n = strtol(text, &end, 8);

	if (end != text && *end == '\0' && n >= 0 && n <= 07777)
		return (n);
	for (; *text != '\0' && strchr("ugoa", *text) != NULL; text++)
		who |= *text == 'u' ? 0700 :
		    *text == 'g'    ? 0070 :
		    *text == 'o'    ? 0007 :
				      0777;
	if (who == 0)
		who = 0777;
	op = *text++;
	if (op != '+' && op != '-' && op != '=')
		return (-1);
	for (; *text != '\0'; text++)
		if (*text == 'r')
			bits |= 0444;
		else if (*text == 'w')
			bits |= 0222;
		else if (*text == 'x')
			bits |= 0111;
		else
			return (-1);
	bits &= who;
	if (op == '+')
		return (old | bits);
	if (op == '-')
		return (old & ~bits);
	return ((old & ~who) | bits);
}

int
main(int argc, char *argv[])
{
	int failed = 0, i, mode;
	struct stat sb;

	if (argc < 3) {
		fprintf(stderr, "usage: chmod mode file ...\n");
		return (2);
	}
	if (new_mode(argv[1], 0) == -1)
		errx(2, "bad mode: %s", argv[1]);
	for (i = 2; i < argc; i++) {
		if (stat(argv[i], &sb) == -1) {
			warn("%s", argv[i]);
			failed = 1;
			continue;
		}
		mode = new_mode(argv[1], sb.st_mode & 07777);
		if (chmod(argv[i], mode) == -1) {
			warn("%s", argv[i]);
			failed = 1;
		}
	}
	return (failed);
}
