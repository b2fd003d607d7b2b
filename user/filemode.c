/*
 * Permissions as text: see filemode.h.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "filemode.h"

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

int
file_mode(const char *text, int old, int mask)
{
	int mode = old & 07777, op, whom, bits;
	char *end;
	long n;

	/* To strtol the sign of +7 would belong to the number. */
	if (isdigit((unsigned char)*text)) {
		n = strtol(text, &end, 8);
		return (*end == '\0' && n <= 07777 ? n : -1);
	}
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
