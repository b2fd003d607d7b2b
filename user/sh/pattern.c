/*
 * Patterns: * ? [...] and \ before a character that means itself; matched
 * against strings (case, ${x#p}) and against the names of files.
 */
#include <sys/stat.h>
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "charclass.h"
#include "sh.h"

/* [:name:] inside brackets. */
static bool
in_class(const char *name, size_t len, int c)
{
	char_test is = char_class(name, len);

	return (is != NULL && is(c) != 0);
}

/* One end of a range, also as [.x.] or [=x=]; *pp moves behind it. */
static int
bracket_char(const char **pp)
{
	const char *p = *pp;

	if (p[0] == '[' && (p[1] == '.' || p[1] == '=') && p[2] != '\0' &&
	    p[3] == p[1] && p[4] == ']') {
		*pp = p + 5;
		return ((unsigned char)p[2]);
	}
	if (*p == '\\' && p[1] != '\0')
		p++;
	*pp = p + 1;
	return ((unsigned char)*p);
}

/*
 * The bracket expression behind the [ at p: whether it matches c, in
 * *match.  Returns the place behind the ], or NULL if there is none, and
 * the [ is an ordinary character.
 */
static const char *
match_bracket(const char *p, int c, bool *match)
{
	bool negate = *p == '!' || *p == '^', found = false, first = true;
	const char *end;
	int low, high;

	if (negate)
		p++;
	for (; *p != ']' || first; first = false) {
		if (*p == '\0')
			return (NULL);
		if (p[0] == '[' && p[1] == ':' &&
		    (end = strstr(p + 2, ":]")) != NULL) {
			found |= in_class(p + 2, end - (p + 2), c);
			p = end + 2;
			continue;
		}
		low = high = bracket_char(&p);
		if (p[0] == '-' && p[1] != ']' && p[1] != '\0') {
			p++;
			high = bracket_char(&p);
		}
		found |= c >= low && c <= high;
	}
	*match = found != negate;
	return (p + 1);
}

/* Match one character by what stands at *pp, which moves behind it. */
static bool
match_one(const char **pp, int c)
{
	const char *p = *pp, *end;
	bool match;

	if (*p == '[' && (end = match_bracket(p + 1, c, &match)) != NULL) {
		*pp = end;
		return (match);
	}
	*pp = p + 1;
	if (*p == '?')
		return (true);
	if (*p == '\\' && p[1] != '\0') {
		*pp = p + 2;
		return ((unsigned char)p[1] == c);
	}
	return ((unsigned char)*p == c);
}

/*
 * Whether the whole of the string [s, end) matches.  After a mismatch only
 * the last * has to take one more character, so that the time is at most
 * the product of the lengths.
 */
bool
pattern_match(const char *pattern, const char *s, const char *end)
{
	const char *p = pattern, *star = NULL, *resume = NULL;

	for (;;) {
		if (*p == '*') {
			star = ++p;
			resume = s;
			continue;
		}
		if (s == end && *p == '\0')
			return (true);
		if (s < end && *p != '\0' && match_one(&p, (unsigned char)*s)) {
			s++;
			continue;
		}
		if (star == NULL || resume == end)
			return (false);
		p = star;
		s = ++resume;
	}
}

/* Whether the string is a pattern at all. */
bool
pattern_special(const char *p)
{
	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '*' || *p == '?' || *p == '[')
			return (true);
	}
	return (false);
}

/* The string without the backslashes. */
char *
pattern_plain(struct arena *arena, const char *p)
{
	char *s = arena_alloc(arena, strlen(p) + 1), *to = s;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		*to++ = *p;
	}
	return (s);
}

/* -------------------------------------------------------------- file names */

struct found {
	struct arena *arena;
	char	**names;		/* malloc'd */
	size_t	count, room;
};

static void	glob_from(struct found *, const char *, const char *);

static char *
concat(struct arena *arena, const char *a, const char *b, const char *c)
{
	size_t la = strlen(a), lb = strlen(b), lc = strlen(c);
	char *s = arena_alloc(arena, la + lb + lc + 1);

	memcpy(s, a, la);
	memcpy(s + la, b, lb);
	memcpy(s + la + lb, c, lc);
	return (s);
}

static void
found_add(struct found *f, char *name)
{
	if (f->count == f->room) {
		f->room = f->room == 0 ? 16 : f->room * 2;
		f->names = xrealloc(f->names, f->room * sizeof(char *));
	}
	f->names[f->count++] = name;
}

/* Every name in the folder that matches the one component. */
static void
glob_component(struct found *f, const char *folder, const char *pattern,
    const char *slashes, const char *rest)
{
	DIR *dir = opendir(*folder == '\0' ? "." : folder);
	struct dirent *de;
	const char *name;

	if (dir == NULL)
		return;
	while ((de = readdir(dir)) != NULL) {
		name = de->d_name;
		/* A leading dot must be written. */
		if (name[0] == '.' && pattern[0] != '.' &&
		    !(pattern[0] == '\\' && pattern[1] == '.'))
			continue;
		if (pattern_match(pattern, name, name + strlen(name)))
			glob_from(f, concat(f->arena, folder, name, slashes),
			    rest);
	}
	closedir(dir);
}

/* Go on from a path that exists, or is "", with the rest of the pattern. */
static void
glob_from(struct found *f, const char *path, const char *pattern)
{
	size_t len = strcspn(pattern, "/"), slashes;
	char *component, *between;
	struct stat sb;

	if (*pattern == '\0') {
		if (lstat(path, &sb) == 0)
			found_add(f, arena_strdup(f->arena, path));
		return;
	}
	slashes = strspn(pattern + len, "/");
	component = arena_strndup(f->arena, pattern, len);
	between = arena_strndup(f->arena, pattern + len, slashes);
	pattern += len + slashes;
	if (pattern_special(component))
		glob_component(f, path, component, between, pattern);
	else
		glob_from(f,
		    concat(f->arena, path, pattern_plain(f->arena, component),
			between),
		    pattern);
}

static int
compare(const void *a, const void *b)
{
	return (strcmp(*(char *const *)a, *(char *const *)b));
}

/* The sorted names of the files that match; *listp is malloc'd. */
void
glob_pattern(struct arena *arena, const char *pattern, char ***listp,
    size_t *countp)
{
	struct found f = { .arena = arena };

	glob_from(&f, "", pattern);
	if (f.count > 1)
		qsort(f.names, f.count, sizeof(char *), compare);
	*listp = f.names;
	*countp = f.count;
}
