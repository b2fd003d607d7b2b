/*
 * What becomes of a word when its command is run.
 *
 * All parts are first written one behind the other into a buffer, and for
 * every character a flag beside it: was it quoted, may it be split.  Then
 * the buffer is cut into fields and every field is looked up as a pattern
 * of file names; or, where POSIX wants one string, it is just joined.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

/* Flags of one character; the last two are marks that stand for none. */
#define	F_PLAIN		'p'		/* written so: a pattern, not split */
#define	F_QUOTED	'q'
#define	F_SPLIT		's'		/* from an expansion without quotes */
#define	F_EMPTY		'e'		/* "" was here */
#define	F_BREAK		'b'		/* between the fields of $@ */

#define	DEFAULT_IFS	" \t\n"

struct expansion {
	struct arena *arena;
	int	mode;			/* X_* */
	struct buf text;
	struct buf flags;
};

static bool	expand_parts(struct expansion *, const struct word *, bool);

static void
emit(struct expansion *e, const char *s, size_t len, int flag)
{
	for (; len != 0; len--, s++) {
		buf_addc(&e->text, *s);
		buf_addc(&e->flags, flag);
	}
}

static void
emit_mark(struct expansion *e, int flag)
{
	emit(e, " ", 1, flag);
}

/* The value of an expansion: quoted, it is there even when empty. */
static void
emit_value(struct expansion *e, const char *s, bool quoted)
{
	if (quoted && *s == '\0')
		emit_mark(e, F_EMPTY);
	emit(e, s, strlen(s), quoted ? F_QUOTED : F_SPLIT);
}

/* -------------------------------------------------------------- text and ~ */

/* The home directory that ~name of this length stands for, or NULL. */
static const char *
home_of(const char *name, size_t len)
{
	const struct passwd *pw;
	char user[64];

	if (len == 0)
		return (var_get("HOME"));
	if (len >= sizeof(user))
		return (NULL);
	memcpy(user, name, len);
	user[len] = '\0';
	pw = getpwnam(user);
	return (pw == NULL ? NULL : pw->pw_dir);
}

/* A ~ at s, which may be expanded: emit it and return what it took, or 0. */
static size_t
emit_tilde(struct expansion *e, const struct part *part, const char *s)
{
	size_t len = strcspn(s, e->mode & X_ASSIGN ? "/:" : "/");
	const char *home;

	/* ~$x and ~"x" are not names. */
	if (s[len] == '\0' && part->next != NULL)
		return (0);
	home = home_of(s + 1, len - 1);
	if (home == NULL)
		return (0);
	emit(e, home, strlen(home), F_QUOTED);
	return (len);
}

static void
emit_text(struct expansion *e, const struct part *part, bool first, bool inner)
{
	const char *s = part->text;
	bool start = first;
	size_t len;

	if (part->quoted) {
		emit_value(e, s, true);
		return;
	}
	while (*s != '\0') {
		if (*s == '~' && start && (len = emit_tilde(e, part, s)) != 0) {
			s += len;
			start = false;
			continue;
		}
		emit(e, s, 1, inner ? F_SPLIT : F_PLAIN);
		start = ((e->mode & X_ASSIGN) && *s == ':') ||
		    ((e->mode & X_DECLARE) && *s == '=');
		s++;
	}
}

/* -------------------------------------------------------------- parameters */

static const char *
ifs(void)
{
	const char *s = var_get("IFS");

	return (s == NULL ? DEFAULT_IFS : s);
}

/* The positional parameters joined as "$*" joins them. */
static char *
join_params(struct arena *arena)
{
	struct buf b = { 0 };
	const char *sep = ifs();
	char *s;
	int i;

	for (i = 0; i < sh.params.count; i++) {
		if (i > 0 && *sep != '\0')
			buf_addc(&b, *sep);
		buf_puts(&b, sh.params.list[i]);
	}
	s = arena_strdup(arena, buf_str(&b));
	buf_free(&b);
	return (s);
}

static bool
is_all(const char *name)
{
	return (strcmp(name, "@") == 0 || strcmp(name, "*") == 0);
}

/* $@ and $*. */
static void
emit_all(struct expansion *e, const char *name, bool quoted)
{
	int i;

	if (*name == '*' && (quoted || !(e->mode & X_SPLIT))) {
		emit_value(e, join_params(e->arena), quoted);
		return;
	}
	for (i = 0; i < sh.params.count; i++) {
		if (i > 0)
			emit_mark(e, F_BREAK);
		emit_value(e, sh.params.list[i], quoted);
	}
}

/* The value of a special parameter, in the arena. */
static char *
special_value(struct arena *arena, const char *name)
{
	struct buf b = { 0 };
	char text[32], *s;
	long long n = 0;

	switch (*name) {
	case '#':
		n = sh.params.count;
		break;
	case '?':
		n = sh.status;
		break;
	case '$':
		n = sh.pid;
		break;
	case '!':
		if (sh.last_bg == 0)
			return (NULL);
		n = sh.last_bg;
		break;
	case '-':
		option_letters(&b);
		s = arena_strdup(arena, buf_str(&b));
		buf_free(&b);
		return (s);
	default:
		return (sh.params.count == 0 ? NULL : join_params(arena));
	}
	snprintf(text, sizeof(text), "%lld", n);
	return (arena_strdup(arena, text));
}

/* A copy of the value that changes of the variable do not touch, or NULL. */
static char *
param_value(struct arena *arena, const char *name)
{
	char text[16];
	const char *s;
	unsigned long n;

	if (*name >= '0' && *name <= '9') {
		n = strtoul(name, NULL, 10);
		if (n == 0)
			return (sh.name);
		if (n > (unsigned long)sh.params.count)
			return (NULL);
		return (arena_strdup(arena, sh.params.list[n - 1]));
	}
	if (!is_name_start(*name))
		return (special_value(arena, name));
	if (strcmp(name, "LINENO") == 0) {
		snprintf(text, sizeof(text), "%d", sh.line);
		return (arena_strdup(arena, text));
	}
	s = var_get(name);
	return (s == NULL ? NULL : arena_strdup(arena, s));
}

/* ${x#p} and its three relatives: the value without what p matches. */
static char *
trim(struct arena *arena, char *value, const char *pattern, enum param_op op)
{
	size_t len = strlen(value), i, n;
	bool suffix = op == OP_SUFFIX || op == OP_SUFFIX_LONG;
	bool longest = op == OP_SUFFIX_LONG || op == OP_PREFIX_LONG;
	char *end = value + len;

	for (i = 0; i <= len; i++) {
		n = longest ? len - i : i; /* characters to take away */
		if (suffix && pattern_match(pattern, end - n, end))
			return (arena_strndup(arena, value, len - n));
		if (!suffix && pattern_match(pattern, value, value + n))
			return (value + n);
	}
	return (value);
}

static bool
fail_unset(const struct part *part)
{
	sh_fatal(ST_ERROR, "%s: parameter not set", part->text);
	return (false);
}

/* ${x:?word}: word is the message. */
static bool
fail_message(struct expansion *e, const struct part *part)
{
	const char *s;

	if (part->arg->parts == NULL)
		s = part->colon ? "parameter null or not set" :
				  "parameter not set";
	else if ((s = expand_word(e->arena, part->arg, 0)) == NULL)
		return (false);
	sh_fatal(ST_ERROR, "%s: %s", part->text, s);
	return (false);
}

/* ${x:=word} where x is to be set. */
static bool
assign_default(struct expansion *e, const struct part *part)
{
	char *s;

	if (!is_name_start(part->text[0])) {
		sh_fatal(ST_ERROR, "$%s: cannot assign in this way",
		    part->text);
		return (false);
	}
	s = expand_word(e->arena, part->arg, 0);
	if (s == NULL || !var_set(part->text, s))
		return (false);
	emit_value(e, s, part->quoted);
	return (true);
}

/* The word of an operator takes the place of the parameter. */
static bool
emit_word(struct expansion *e, const struct part *part)
{
	size_t before = e->text.len;

	if (!expand_parts(e, part->arg, true))
		return (false);
	if (part->quoted && e->text.len == before)
		emit_mark(e, F_EMPTY);
	return (true);
}

static bool
emit_length(struct expansion *e, const struct part *part, const char *value)
{
	char text[32];
	size_t n;

	if (is_all(part->text))
		n = sh.params.count;
	else
		n = value == NULL ? 0 : strlen(value);
	snprintf(text, sizeof(text), "%zu", n);
	emit_value(e, text, part->quoted);
	return (true);
}

static bool
expand_param(struct expansion *e, const struct part *part)
{
	char *value, *pattern;
	bool missing;

	if (part->op == OP_BAD) {
		sh_fatal(ST_ERROR, "bad substitution");
		return (false);
	}
	value = param_value(e->arena, part->text);
	missing = value == NULL || (part->colon && *value == '\0');
	switch (part->op) {
	case OP_DEFAULT:
		if (missing)
			return (emit_word(e, part));
		break;
	case OP_ALTERNATE:
		if (!missing)
			return (emit_word(e, part));
		emit_value(e, "", part->quoted);
		return (true);
	case OP_ASSIGN:
		if (missing)
			return (assign_default(e, part));
		break;
	case OP_ERROR:
		if (missing)
			return (fail_message(e, part));
		break;
	default:
		if (value == NULL && sh.opt[O_NOUNSET] && !is_all(part->text))
			return (fail_unset(part));
		if (part->op == OP_LENGTH)
			return (emit_length(e, part, value));
		if (part->op == OP_NONE)
			break;
		pattern = expand_word(e->arena, part->arg, X_PATTERN);
		if (pattern == NULL)
			return (false);
		if (value != NULL)
			value = trim(e->arena, value, pattern, part->op);
		emit_value(e, value == NULL ? "" : value, part->quoted);
		return (true);
	}
	if (is_all(part->text))
		emit_all(e, part->text, part->quoted);
	else
		emit_value(e, value == NULL ? "" : value, part->quoted);
	return (true);
}

/* -------------------------------------------------------------- commands */

static bool
expand_command(struct expansion *e, const struct part *part)
{
	struct buf out = { 0 };

	sh.subst_status = exec_captured(part->body, &out);
	while (out.len > 0 && out.data[out.len - 1] == '\n')
		out.len--;
	emit_value(e, buf_str(&out), part->quoted);
	buf_free(&out);
	return (sh.unwind == U_NONE);
}

static bool
expand_arith(struct expansion *e, const struct part *part)
{
	char text[32], *s;
	long long n;

	s = expand_word(e->arena, part->arg, 0);
	if (s == NULL || !arith_eval(s, &n))
		return (false);
	snprintf(text, sizeof(text), "%lld", n);
	emit_value(e, text, part->quoted);
	return (true);
}

/*
 * Write all parts of the word.  In the word of an operator (inner) text
 * without quotes is split like the value it stands for.
 */
static bool
expand_parts(struct expansion *e, const struct word *word, bool inner)
{
	const struct part *part;
	bool good = true;

	for (part = word->parts; part != NULL && good; part = part->next) {
		switch (part->kind) {
		case PART_TEXT:
			emit_text(e, part, part == word->parts, inner);
			break;
		case PART_PARAM:
			good = expand_param(e, part);
			break;
		case PART_COMMAND:
			good = expand_command(e, part);
			break;
		case PART_ARITH:
			good = expand_arith(e, part);
			break;
		}
	}
	return (good);
}

static void
expansion_free(struct expansion *e)
{
	buf_free(&e->text);
	buf_free(&e->flags);
}

/* A character that needs a \ before it to mean itself in a pattern. */
static void
add_pattern_char(struct buf *b, int c, int flag)
{
	if (flag == F_QUOTED && strchr("*?[]\\!^-", c) != NULL)
		buf_addc(b, '\\');
	buf_addc(b, c);
}

/*
 * The word as one string, without splitting and file names.  NULL after an
 * error, which has been reported.
 */
char *
expand_word(struct arena *arena, const struct word *word, int mode)
{
	struct expansion e = { .arena = arena, .mode = mode };
	struct buf out = { 0 };
	char *s = NULL;
	size_t i;

	if (expand_parts(&e, word, false)) {
		for (i = 0; i < e.text.len; i++) {
			if (e.flags.data[i] == F_EMPTY)
				continue;
			if (mode & X_PATTERN)
				add_pattern_char(&out, e.text.data[i],
				    e.flags.data[i]);
			else
				buf_addc(&out, e.text.data[i]);
		}
		s = arena_strdup(arena, buf_str(&out));
		buf_free(&out);
	}
	expansion_free(&e);
	return (s);
}

/*
 * The value of PS1, PS2 or PS4, itself expanded as between double quotes;
 * to be freed.  The parser may be at work, and an error has no effect but
 * that the value is taken as it is.
 */
char *
expand_prompt(const char *name)
{
	struct arena *arena = arena_new();
	struct lexer outer = lex;
	struct shell state = sh;
	const char *raw = var_get(name);
	struct word *word;
	char *s = NULL;

	if (raw == NULL)
		raw = "";
	lex = (struct lexer){ .arena = arena };
	sh.opt[O_XTRACE] = false; /* or it would need PS4 again */
	word = lex_string(arena, raw);
	if (word != NULL)
		s = expand_word(arena, word, 0);
	s = xstrdup(s == NULL ? raw : s);
	lex = outer;
	sh.opt[O_XTRACE] = state.opt[O_XTRACE];
	sh.unwind = state.unwind;
	sh.status = state.status;
	sh.subst_status = state.subst_status;
	sh.line = state.line;
	arena_drop(arena);
	return (s);
}

/* ------------------------------------------------------ fields and files */

/* An argument list in the making; the array is malloc'd. */
struct list {
	struct arena *arena;
	char	**items;
	size_t	count;
};

static void
list_add(struct list *list, char *item)
{
	if ((list->count & (list->count - 1)) == 0)
		list->items = xrealloc(list->items,
		    (list->count == 0 ? 2 : list->count * 2 + 1) *
			sizeof(char *));
	list->items[list->count++] = item;
}

/* A field is complete: it is a pattern for files, or itself. */
static void
add_field(struct list *list, struct buf *plain, struct buf *pattern)
{
	char **found = NULL, *p;
	size_t n = 0, i;

	p = arena_strdup(list->arena, buf_str(pattern));
	if (!sh.opt[O_NOGLOB] && pattern_special(p))
		glob_pattern(list->arena, p, &found, &n);
	for (i = 0; i < n; i++)
		list_add(list, found[i]);
	free(found);
	if (n == 0)
		list_add(list, arena_strdup(list->arena, buf_str(plain)));
	plain->len = pattern->len = 0;
}

/*
 * At an IFS character that may split: skip one delimiter, which is white
 * space, or one other character with white space around it.  True if it
 * was the latter, which ends even an empty field.
 */
static bool
skip_delimiter(const struct expansion *e, const char *seps, size_t *ip)
{
	bool hard = false, white;
	size_t i;
	int c;

	for (i = *ip; i < e->text.len && e->flags.data[i] == F_SPLIT; i++) {
		c = e->text.data[i];
		if (strchr(seps, c) == NULL)
			break;
		white = c == ' ' || c == '\t' || c == '\n';
		if (!white && hard)
			break;
		hard |= !white;
	}
	*ip = i;
	return (hard);
}

static void
split_fields(const struct expansion *e, struct list *list)
{
	struct buf plain = { 0 }, pattern = { 0 };
	const char *seps = ifs();
	bool have = false, hard;
	size_t i = 0;
	int c, flag;

	while (i < e->text.len) {
		c = e->text.data[i];
		flag = e->flags.data[i];
		if (flag == F_BREAK ||
		    (flag == F_SPLIT && strchr(seps, c) != NULL)) {
			hard = false;
			if (flag == F_BREAK)
				i++;
			else
				hard = skip_delimiter(e, seps, &i);
			if (have || hard)
				add_field(list, &plain, &pattern);
			have = false;
			continue;
		}
		have = true;
		if (flag != F_EMPTY) {
			buf_addc(&plain, c);
			add_pattern_char(&pattern, c, flag);
		}
		i++;
	}
	if (have)
		add_field(list, &plain, &pattern);
	buf_free(&plain);
	buf_free(&pattern);
}

/*
 * A list of words as arguments; the array (in the arena) ends with NULL.
 * Returns -1 after an error, which has been reported.
 */
int
expand_list(struct arena *arena, const struct word *words, char ***listp,
    int *countp)
{
	struct list list = { .arena = arena };
	const struct word *word;
	char **array;
	bool good = true;

	for (word = words; word != NULL && good; word = word->next) {
		struct expansion e = { .arena = arena, .mode = X_SPLIT };

		good = expand_parts(&e, word, false);
		if (good)
			split_fields(&e, &list);
		expansion_free(&e);
	}
	array = arena_alloc(arena, (list.count + 1) * sizeof(char *));
	if (list.count != 0)
		memcpy(array, list.items, list.count * sizeof(char *));
	free(list.items);
	*listp = array;
	*countp = list.count;
	return (good ? 0 : -1);
}
