/*
 * man: show a page of the manual.
 *
 *	man [section] name	by more
 *	man -k word		the pages whose name or purpose has the word
 *
 * The pages are plain text in MANDIR, made from docs/man when Tine is built.
 * Each has a line in the index: its file, the names it describes, its purpose:
 *
 *	setuid.2 setuid, seteuid - set the ids of the user
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

#define	MANDIR	"/usr/share/man"

static FILE *
open_index(void)
{
	FILE *f = fopen(MANDIR "/index", "r");

	if (f == NULL)
		errx(1,
		    "there are no pages (mandoc was missing when Tine "
		    "was built)");
	return (f);
}

/* Is it among the names of a line of the index? */
static int
describes(char *names, const char *name)
{
	char *word, *end = strstr(names, " - ");

	if (end != NULL)
		*end = '\0';
	while ((word = strsep(&names, ", ")) != NULL) {
		if (strcmp(word, name) == 0)
			return (1);
	}
	return (0);
}

/* Find the page in the index.  Returns 0 and its file's name. */
static int
find(int section, const char *name, char *file, size_t size)
{
	char line[512], *blank, *dot;
	FILE *f = open_index();
	int found = 0;

	while (!found && fgets(line, sizeof(line), f) != NULL) {
		blank = strchr(line, ' ');
		if (blank == NULL)
			continue;
		*blank = '\0';
		dot = strrchr(line, '.');
		if (dot == NULL || (section != 0 && dot[1] != section))
			continue;
		strlcpy(file, line, size);
		*dot = '\0';
		found = strcmp(line, name) == 0 || describes(blank + 1, name);
	}
	fclose(f);
	return (found ? 0 : -1);
}

static int
search(const char *word)
{
	char line[512];
	FILE *f = open_index();
	int found = 0;

	while (fgets(line, sizeof(line), f) != NULL) {
		if (strcasestr(line, word) != NULL) {
			fputs(line, stdout);
			found = 1;
		}
	}
	fclose(f);
	return (!found);
}

static int
usage(void)
{
	fprintf(stderr, "usage: man [section] name\n       man -k word\n");
	return (2);
}

int
main(int argc, char **argv)
{
	char file[64], path[128];
	int section = 0;

	if (argc == 3 && strcmp(argv[1], "-k") == 0)
		return (finish(search(argv[2]), 2));
	if (argc == 3 && isdigit((unsigned char)argv[1][0]) &&
	    argv[1][1] == '\0') {
		section = argv[1][0];
		argv++;
		argc--;
	}
	if (argc != 2 || argv[1][0] == '-')
		return (usage());
	if (find(section, argv[1], file, sizeof(file)) == -1)
		errx(1, "there is no page %s; try man -k", argv[1]);
	snprintf(path, sizeof(path), MANDIR "/%s", file);
	execl("/bin/more", "more", path, NULL);
	err(1, "/bin/more");
}
