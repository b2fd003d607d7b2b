/*
 * Groups: /etc/group.  A line is name:password:gid:member,member...
 */
#include <grp.h>
#include <limits.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	MAXMEMBERS	200

static FILE *file;
static char *line;		/* of any length, from getline */
static size_t line_size;
static char *members[MAXMEMBERS + 1];
static struct group entry;

/*
 * Take a line apart.  Returns 0, or -1 if it is not valid.
 */
static int
parse(char *p)
{
	char *end, *gid, *member;
	int n = 0;

	p[strcspn(p, "\n")] = '\0';
	if (*p == '#')
		return (-1);
	entry.gr_name = strsep(&p, ":");
	entry.gr_passwd = strsep(&p, ":");
	gid = strsep(&p, ":");
	if (*entry.gr_name == '\0' || gid == NULL || *gid == '\0')
		return (-1);
	entry.gr_gid = (gid_t)strtoul(gid, &end, 10);
	if (*end != '\0')
		return (-1);
	while ((member = strsep(&p, ",")) != NULL && n < MAXMEMBERS)
		if (*member != '\0')
			members[n++] = member;
	members[n] = NULL;
	entry.gr_mem = members;
	return (0);
}

/*
 * setgrent(3): begin again.  endgrent(3): close the file.
 */
void
setgrent(void)
{
	if (file != NULL)
		rewind(file);
}

void
endgrent(void)
{
	if (file != NULL) {
		(void)fclose(file);
		file = NULL;
	}
}

/*
 * getgrent(3): the next group, which the next call overwrites, or NULL at
 * the end and on errors.
 */
struct group *
getgrent(void)
{
	if (file == NULL && (file = fopen(_PATH_GROUP, "re")) == NULL)
		return (NULL);
	while (getline(&line, &line_size, file) != -1)
		if (parse(line) == 0)
			return (&entry);
	return (NULL);
}

/*
 * getgrnam(3), getgrgid(3): the group with a name, or with an id; NULL if
 * there is none.
 */
struct group *
getgrnam(const char *name)
{
	struct group *gr;

	setgrent();
	while ((gr = getgrent()) != NULL && strcmp(gr->gr_name, name) != 0)
		;
	endgrent();
	return (gr);
}

struct group *
getgrgid(gid_t gid)
{
	struct group *gr;

	setgrent();
	while ((gr = getgrent()) != NULL && gr->gr_gid != gid)
		;
	endgrent();
	return (gr);
}

/*
 * getgrouplist(3): the groups of a user, base first.  *n is the room and
 * becomes their number.  Returns 0, or -1 if there were more.
 */
int
getgrouplist(const char *name, gid_t base, gid_t *groups, int *n)
{
	struct group *gr;
	int found = 0, i, result = 0;

	if (found < *n)
		groups[found] = base;
	found++;
	setgrent();
	while ((gr = getgrent()) != NULL) {
		if (gr->gr_gid == base)
			continue;
		for (i = 0; gr->gr_mem[i] != NULL; i++)
			if (strcmp(gr->gr_mem[i], name) == 0)
				break;
		if (gr->gr_mem[i] == NULL)
			continue;
		if (found < *n)
			groups[found] = gr->gr_gid;
		found++;
	}
	endgrent();
	if (found > *n)
		result = -1;
	else
		*n = found;
	return (result);
}

/*
 * initgroups(3): take the groups of a user.  Returns 0, or -1: EPERM.
 */
int
initgroups(const char *name, gid_t base)
{
	gid_t groups[NGROUPS_MAX];
	int n = NGROUPS_MAX;

	(void)getgrouplist(name, base, groups, &n);
	return (setgroups(n, groups));
}
