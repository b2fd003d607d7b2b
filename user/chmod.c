/*
 * chmod: set the permissions of files: an octal number, or a list of
 * [ugoa][+-=][rwxXst] with commas between.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* [ugoa]* at *textp: the bits that it names; none are all but umask's. */
static int
who(const char **textp)
{
	const char *p = *textp;
	int bits = 0;

	for (; *p != '\0' && strchr("ugoa", *p) != NULL; p++)
		bits |= *p == 'u' ? S_ISUID | 0700 :
		    *p == 'g'	  ? S_ISGID | 0070 :
		    *p == 'o'	  ? S_ISVTX | 0007 :
				    07777;
	*textp = p;
	return (bits);
}

/* [rwxXst]* at *textp, as they are for all. */
static int
permissions(const char **textp, int old)
{
	static const char letters[] = "rwxXst";
	static const int values[] = { 0444, 0222, 0111, 0111, S_ISUID | S_ISGID,
		S_ISVTX };
	const char *p = *textp, *letter;
	int bits = 0;

	for (; *p != '\0' && (letter = strchr(letters, *p)) != NULL; p++)
		/* X is x for what is a folder or has an x already. */
		if (*p != 'X' || S_ISDIR(old) || (old & 0111) != 0)
			bits |= values[letter - letters];
	*textp = p;
	return (bits);
}

/*
 * The new mode, or -1 if the text is none.  old has the file's type, too.
 */
static int
new_mode(const char *text, int old)
{
	static int mask = -1;
	int mode = old & 07777, op, whom, bits;
	char *end;
	long n = strtol(text, &end, 8);

	if (end != text)
		return (*end == '\0' && n >= 0 && n <= 07777 ? n : -1);
	if (mask == -1)
		umask(mask = umask(0));
	do {
		whom = who(&text);
		do {
			op = *text++;
			if (op != '+' && op != '-' && op != '=')
				return (-1);
			bits = permissions(&text, old);
			bits &= whom == 0 ? 07777 & ~mask : whom;
			if (op == '=')
				mode &= ~(whom == 0 ? 07777 : whom);
			mode = op == '-' ? mode & ~bits : mode | bits;
		} while (*text != ',' && *text != '\0');
	} while (*text++ == ',');
	return (mode);
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
		mode = new_mode(argv[1], sb.st_mode);
		if (chmod(argv[i], mode) == -1) {
			warn("%s", argv[i]);
			failed = 1;
		}
	}
	return (failed);
}
