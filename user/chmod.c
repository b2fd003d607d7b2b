/*
 * chmod: set the permissions of files: an octal number, or a list of
 * [ugoa][+-=][rwxXst] or [ugoa][+-=][ugo] with commas between.  -R goes
 * through directories, and leaves links alone that it meets.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries.h"

static const char *wanted;		/* the mode, as text */
static bool	recursive;
static int	failed;

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

/*
 * [rwxXst]* at *textp, as they are for all, or one of [ugo]: what that has in
 * the mode so far.
 */
static int
permissions(const char **textp, int old, int mode)
{
	static const char letters[] = "rwxXst", whose[] = "ogu";
	static const int values[] = { 0444, 0222, 0111, 0111, S_ISUID | S_ISGID,
		S_ISVTX };
	const char *p = *textp, *letter;
	int bits = 0;

	letter = *p == '\0' ? NULL : strchr(whose, *p);
	if (letter != NULL) {
		*textp = p + 1;
		return ((mode >> 3 * (letter - whose) & 7) * 0111);
	}
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
			bits = permissions(&text, old, mode);
			bits &= whom == 0 ? 07777 & ~mask : whom;
			if (op == '=')
				mode &= ~(whom == 0 ? 07777 : whom);
			mode = op == '-' ? mode & ~bits : mode | bits;
		} while (*text != ',' && *text != '\0');
	} while (*text++ == ',');
	return (mode);
}

static void	change_found(const char *);

static void
change(const char *path)
{
	struct stat sb;

	if (stat(path, &sb) == -1 ||
	    chmod(path, new_mode(wanted, sb.st_mode)) == -1) {
		warn("%s", path);
		failed = 1;
	}
	if (recursive && lstat(path, &sb) == 0 && S_ISDIR(sb.st_mode) &&
	    !each_entry(path, change_found))
		failed = 1;
}

/* What nobody has named: a link may lead to anywhere. */
static void
change_found(const char *path)
{
	struct stat sb;

	if (lstat(path, &sb) == -1 || !S_ISLNK(sb.st_mode))
		change(path);
}

int
main(int argc, char *argv[])
{
	int i = 1;

	/* Not by getopt, to which the mode -w would be an option. */
	if (argc > 1 && strcmp(argv[1], "-R") == 0) {
		recursive = true;
		i++;
	}
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (argc - i < 2) {
		fprintf(stderr, "usage: chmod [-R] mode file ...\n");
		return (2);
	}
	wanted = argv[i++];
	if (new_mode(wanted, 0) == -1)
		errx(2, "bad mode: %s", wanted);
	for (; i < argc; i++)
		change(argv[i]);
	return (failed);
}
