#include <sys/types.h>
#include <sys/stat.h>
#include <string.h>

/*
 * strmode(3): a file's mode as ls shows it: the type, nine permissions, a
 * blank and a NUL.
 */
void
strmode(int mode, char *s)
{
	static const char letters[] = "rwxrwxrwx", types[] = "?pc?d?b?-?l?s";
	u_int type = (mode & S_IFMT) >> 12;
	int i;

	s[0] = type < sizeof(types) - 1 ? types[type] : '?';
	for (i = 0; i < 9; i++)
		s[i + 1] = mode & (0400 >> i) ? letters[i] : '-';
	if (mode & S_ISUID)
		s[3] = mode & S_IXUSR ? 's' : 'S';
	if (mode & S_ISGID)
		s[6] = mode & S_IXGRP ? 's' : 'S';
	if (mode & S_ISVTX)
		s[9] = mode & S_IXOTH ? 't' : 'T';
	s[10] = ' ';
	s[11] = '\0';
}
