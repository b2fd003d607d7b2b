/*
 * Variables: a hash table of names, and frames that remember what local
 * and "x=1 command" have covered up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

#define	BUCKETS		64

struct var {
	struct var *next;
	char	*name;
	char	*value;			/* NULL: unset, but has flags */
	int	flags;
};

/* What a variable was before the frame; value is NULL if it was unset. */
struct covered {
	struct covered *next;
	char	*name;
	char	*value;
	int	flags;
};

struct frame {
	struct frame *below;
	struct covered *covered;
};

extern char **environ;

static struct var *table[BUCKETS];
static struct frame *frames;

static struct var **
bucket(const char *name)
{
	unsigned hash = 0;

	while (*name != '\0')
		hash = hash * 31 + (unsigned char)*name++;
	return (&table[hash % BUCKETS]);
}

static struct var *
find(const char *name)
{
	struct var *v;

	for (v = *bucket(name); v != NULL; v = v->next)
		if (strcmp(v->name, name) == 0)
			break;
	return (v);
}

static struct var *
find_or_make(const char *name)
{
	struct var *v = find(name), **head;

	if (v == NULL) {
		v = xmalloc(sizeof(*v));
		*v = (struct var){ .name = xstrdup(name) };
		head = bucket(name);
		v->next = *head;
		*head = v;
	}
	return (v);
}

static void
forget(const char *name)
{
	struct var **vp, *v;

	for (vp = bucket(name); (v = *vp) != NULL; vp = &v->next)
		if (strcmp(v->name, name) == 0) {
			*vp = v->next;
			free(v->name);
			free(v->value);
			free(v);
			return;
		}
}

bool
valid_name(const char *s)
{
	if (!is_name_start(*s))
		return (false);
	while (is_name_char(*s))
		s++;
	return (*s == '\0');
}

/* The value, until the variable changes; NULL if it is not set. */
const char *
var_get(const char *name)
{
	struct var *v = find(name);

	return (v == NULL ? NULL : v->value);
}

bool
var_is_set(const char *name)
{
	return (var_get(name) != NULL);
}

static bool
writable(const struct var *v, const char *name)
{
	if (v == NULL || !(v->flags & VAR_READONLY))
		return (true);
	sh_fatal(ST_ERROR, "%s: is read only", name);
	return (false);
}

/* False, with a message, for a read-only variable. */
bool
var_set(const char *name, const char *value)
{
	struct var *v = find_or_make(name);
	char *copy;

	if (!writable(v, name))
		return (false);
	copy = xstrdup(value); /* value may be the old one's tail */
	free(v->value);
	v->value = copy;
	if (sh.opt[O_ALLEXPORT])
		v->flags |= VAR_EXPORT;
	if (strcmp(name, "OPTIND") == 0)
		sh.opt_pos = 0; /* getopts starts again */
	return (true);
}

bool
var_set_int(const char *name, long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", value);
	return (var_set(name, text));
}

bool
var_unset(const char *name)
{
	if (!writable(find(name), name))
		return (false);
	forget(name);
	return (true);
}

/* Set flags on a variable, which need not have a value. */
bool
var_flag(const char *name, int flags)
{
	find_or_make(name)->flags |= flags;
	return (true);
}

/* ------------------------------------------------------------------ frames */

void
var_push_frame(void)
{
	struct frame *f = xmalloc(sizeof(*f));

	f->below = frames;
	f->covered = NULL;
	frames = f;
}

/* Everything covered since the push is as it was. */
void
var_pop_frame(void)
{
	struct frame *f = frames;
	struct covered *c;
	struct var *v;

	frames = f->below;
	while ((c = f->covered) != NULL) {
		f->covered = c->next;
		if (c->value == NULL && c->flags == 0) {
			forget(c->name);
		} else {
			v = find_or_make(c->name);
			free(v->value);
			v->value = c->value;
			v->flags = c->flags;
		}
		free(c->name);
		free(c);
	}
	free(f);
}

/* Cover a variable until the frame goes.  False if there is no frame. */
bool
var_local(const char *name)
{
	struct var *v = find(name);
	struct covered *c;

	if (frames == NULL)
		return (false);
	for (c = frames->covered; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			return (true);
	c = xmalloc(sizeof(*c));
	c->name = xstrdup(name);
	c->value = v == NULL || v->value == NULL ? NULL : xstrdup(v->value);
	c->flags = v == NULL ? 0 : v->flags;
	c->next = frames->covered;
	frames->covered = c;
	return (true);
}

/* ------------------------------------------------- printing, environment */

/* In a form that the shell can read again. */
void
print_quoted(const char *s)
{
	if (*s != '\0' &&
	    strspn(s,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO"
		"PQRSTUVWXYZ0123456789_-+./:,@%") == strlen(s)) {
		fputs(s, stdout);
		return;
	}
	putchar('\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			fputs("'\\'", stdout);
		putchar(*s);
	}
	putchar('\'');
}

static int
compare(const void *a, const void *b)
{
	const struct var *x = *(struct var *const *)a;
	const struct var *y = *(struct var *const *)b;

	return (strcmp(x->name, y->name));
}

/* The variables with these flags (0: all that are set), each with prefix. */
void
var_print(int flags, const char *prefix)
{
	struct var **list = NULL, *v;
	size_t count = 0, i;

	for (i = 0; i < BUCKETS; i++)
		for (v = table[i]; v != NULL; v = v->next) {
			if ((v->flags & flags) != flags ||
			    (flags == 0 && v->value == NULL))
				continue;
			list = xrealloc(list, (count + 1) * sizeof(v));
			list[count++] = v;
		}
	if (count > 1)
		qsort(list, count, sizeof(v), compare);
	for (i = 0; i < count; i++) {
		printf("%s%s", prefix, list[i]->name);
		if (list[i]->value != NULL) {
			putchar('=');
			print_quoted(list[i]->value);
		}
		putchar('\n');
	}
	free(list);
}

/* The exported variables as execve() wants them. */
char **
var_environ(struct arena *arena)
{
	size_t count = 0, i, size;
	struct var *v;
	char **env;

	for (i = 0; i < BUCKETS; i++)
		for (v = table[i]; v != NULL; v = v->next)
			count++;
	env = arena_alloc(arena, (count + 1) * sizeof(char *));
	count = 0;
	for (i = 0; i < BUCKETS; i++)
		for (v = table[i]; v != NULL; v = v->next) {
			if (!(v->flags & VAR_EXPORT) || v->value == NULL)
				continue;
			size = strlen(v->name) + strlen(v->value) + 2;
			env[count] = arena_alloc(arena, size);
			snprintf(env[count++], size, "%s=%s", v->name,
			    v->value);
		}
	return (env);
}

/* Take over the environment, and set what a shell always has. */
void
var_init(void)
{
	struct var *v;
	char **e, *name;
	size_t len;

	for (e = environ; e != NULL && *e != NULL; e++) {
		len = strcspn(*e, "=");
		if ((*e)[len] == '\0')
			continue;
		name = xstrdup(*e);
		name[len] = '\0';
		if (valid_name(name)) {
			v = find_or_make(name);
			free(v->value);
			v->value = xstrdup(*e + len + 1);
			v->flags = VAR_EXPORT;
		}
		free(name);
	}
	/* IFS from outside would be a way to change what scripts mean. */
	forget("IFS");
	var_set("IFS", " \t\n");
	var_set("OPTIND", "1");
	var_set("PS2", "> ");
	var_set("PS4", "+ ");
	if (!var_is_set("PATH"))
		var_set("PATH", "/bin:/sbin");
	var_set_int("PPID", getppid());
}
