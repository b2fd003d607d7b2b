/*
 * Users.  A line of /etc/passwd is name:*:uid:gid:gecos:dir:shell.  Root
 * reads /etc/master.passwd instead, which nobody else can: it has the
 * passwords, as crypt(3) makes them, and class:change:expire between gid
 * and gecos.
 */
#include <errno.h>
#include <paths.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *file;
static int master;		/* the file is the one with passwords */
static char *line;		/* of any length, from getline */
static size_t line_size;
static struct passwd entry;

/*
 * An id in text.  Returns 0, or -1 if it is none.
 */
static int
parse_id(const char *text, uid_t *id)
{
	char *end;
	unsigned long value;

	if (text == NULL || *text == '\0')
		return (-1);
	value = strtoul(text, &end, 10);
	*id = (uid_t)value;
	return (*end == '\0' ? 0 : -1);
}

/* What master.passwd has in the middle of a line. */
static int
parse_master(char **p)
{
	uid_t change, expire;

	entry.pw_class = strsep(p, ":");
	if (parse_id(strsep(p, ":"), &change) != 0 ||
	    parse_id(strsep(p, ":"), &expire) != 0)
		return (-1);
	entry.pw_change = change;
	entry.pw_expire = expire;
	return (0);
}

/*
 * Take a line apart.  Returns 0, or -1 if it is not valid.
 */
static int
parse(char *p)
{
	p[strcspn(p, "\n")] = '\0';
	if (*p == '#')
		return (-1);
	entry.pw_name = strsep(&p, ":");
	entry.pw_passwd = strsep(&p, ":");
	if (*entry.pw_name == '\0' || entry.pw_passwd == NULL ||
	    parse_id(strsep(&p, ":"), &entry.pw_uid) != 0 ||
	    parse_id(strsep(&p, ":"), &entry.pw_gid) != 0)
		return (-1);
	entry.pw_class = (char *)"";
	if (master && parse_master(&p) != 0)
		return (-1);
	entry.pw_gecos = strsep(&p, ":");
	entry.pw_dir = strsep(&p, ":");
	entry.pw_shell = strsep(&p, ":");
	if (entry.pw_shell == NULL)
		return (-1);
	if (*entry.pw_shell == '\0')
		entry.pw_shell = (char *)_PATH_BSHELL;
	return (0);
}

/*
 * Open the one or the other.  Returns 0 or -1; that the first may not be read
 * is no error.
 */
static int
open_file(void)
{
	int saved = errno;

	file = fopen(_PATH_MASTERPASSWD, "re");
	master = file != NULL;
	if (file == NULL && (file = fopen(_PATH_PASSWD, "re")) != NULL)
		errno = saved;
	return (file != NULL ? 0 : -1);
}

/*
 * setpwent(3): begin again.  endpwent(3): close the file.
 */
void
setpwent(void)
{
	if (file != NULL)
		rewind(file);
}

void
endpwent(void)
{
	if (file != NULL) {
		(void)fclose(file);
		file = NULL;
	}
}

/*
 * getpwent(3): the next user, which the next call overwrites, or NULL at
 * the end and on errors.
 */
struct passwd *
getpwent(void)
{
	if (file == NULL && open_file() == -1)
		return (NULL);
	while (getline(&line, &line_size, file) != -1)
		if (parse(line) == 0)
			return (&entry);
	return (NULL);
}

/*
 * getpwnam(3), getpwuid(3): the user with a name, or with an id; NULL if
 * there is none.
 */
struct passwd *
getpwnam(const char *name)
{
	struct passwd *pw;

	setpwent();
	while ((pw = getpwent()) != NULL && strcmp(pw->pw_name, name) != 0)
		;
	endpwent();
	return (pw);
}

struct passwd *
getpwuid(uid_t uid)
{
	struct passwd *pw;

	setpwent();
	while ((pw = getpwent()) != NULL && pw->pw_uid != uid)
		;
	endpwent();
	return (pw);
}
