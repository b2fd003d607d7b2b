/*
 * The builtins read and getopts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

/* ------------------------------------------------------------------- read */

/*
 * One line from standard input, byte by byte: what comes behind it is not
 * ours.  Beside each character stands whether a backslash kept it from
 * being a separator.  Returns 0, or the status at the end or of a signal.
 */
static int
read_line(struct buf *text, struct buf *escaped, bool raw)
{
	bool escape = false;
	ssize_t n;
	char c;

	for (;;) {
		n = read(STDIN_FILENO, &c, 1);
		if (n < 0 && errno == EINTR && trap_pending() != 0)
			return (ST_SIGNAL + trap_pending());
		if (n < 0 && errno == EINTR && !sh.interrupted)
			continue;
		if (n <= 0)
			return (1);
		if (c == '\0')
			continue;
		if (escape) {
			escape = false;
			if (c == '\n')
				continue;
			buf_addc(text, c);
			buf_addc(escaped, 1);
			continue;
		}
		if (c == '\\' && !raw) {
			escape = true;
			continue;
		}
		if (c == '\n')
			return (0);
		buf_addc(text, c);
		buf_addc(escaped, 0);
	}
}

struct reader {
	struct buf text, escaped;
	char	*ifs;			/* a copy, it may be read itself */
	size_t	at;
};

static bool
is_separator(const struct reader *r, size_t i)
{
	return (i < r->text.len && !r->escaped.data[i] &&
	    strchr(r->ifs, r->text.data[i]) != NULL);
}

static bool
is_white(const struct reader *r, size_t i)
{
	return (is_separator(r, i) && strchr(" \t\n", r->text.data[i]) != NULL);
}

static void
skip_white(struct reader *r)
{
	while (is_white(r, r->at))
		r->at++;
}

/* One separator, and white space before and behind it. */
static void
skip_separator(struct reader *r)
{
	skip_white(r);
	if (is_separator(r, r->at)) {
		r->at++;
		skip_white(r);
	}
}

/* The next field goes into a variable. */
static bool
read_field(struct reader *r, const char *name)
{
	struct buf field = { 0 };
	bool good;

	while (r->at < r->text.len && !is_separator(r, r->at))
		buf_addc(&field, r->text.data[r->at++]);
	skip_separator(r);
	good = var_set(name, buf_str(&field));
	buf_free(&field);
	return (good);
}

/*
 * The last variable gets all that is left, without the white space at its
 * end; and without a separator, if it is only one field.
 */
static bool
read_rest(struct reader *r, const char *name)
{
	size_t start = r->at, end;
	struct buf rest = { 0 };
	bool good;

	while (r->at < r->text.len && !is_separator(r, r->at))
		r->at++;
	end = r->at;
	skip_separator(r);
	if (r->at < r->text.len)
		end = r->text.len;
	while (end > start && is_white(r, end - 1))
		end--;
	buf_add(&rest, r->text.data + start, end - start);
	good = var_set(name, buf_str(&rest));
	buf_free(&rest);
	return (good);
}

/* read [-r] [-p prompt] name ... */
int
bi_read(int argc, char **argv)
{
	struct reader r = { .at = 0 };
	bool raw = false, good = true;
	int i = 1, n, status;

	for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0) {
			break;
		} else if (strcmp(argv[i], "-r") == 0) {
			raw = true;
		} else if (strcmp(argv[i], "-p") == 0 && i + 1 < argc) {
			fputs(argv[++i], stderr);
		} else {
			sh_warn("read: %s: bad option", argv[i]);
			return (ST_ERROR);
		}
	}
	i = skip_dashes(argc, argv, i);
	if (i == argc) {
		sh_warn("read: which variable?");
		return (ST_ERROR);
	}
	for (n = i; n < argc; n++)
		if (!check_name("read", argv[n]))
			return (sh.status);
	fflush(stdout);
	status = read_line(&r.text, &r.escaped, raw);
	r.ifs = xstrdup(var_get("IFS") != NULL ? var_get("IFS") : " \t\n");
	buf_str(&r.text);
	skip_white(&r);
	for (; good && i < argc - 1; i++)
		good = read_field(&r, argv[i]);
	if (good)
		good = read_rest(&r, argv[i]);
	buf_free(&r.text);
	buf_free(&r.escaped);
	free(r.ifs);
	return (good ? status : sh.status);
}

/* ---------------------------------------------------------------- getopts */

/* The option letter was bad, or its argument is missing (how is ':'). */
static bool
getopts_error(bool silent, const char *name, int how, int letter)
{
	char text[2] = { 0 };

	text[0] = letter;
	if (silent) {
		text[0] = letter;
		if (!var_set("OPTARG", text))
			return (false);
		text[0] = how;
		return (var_set(name, text));
	}
	sh_warn(how == ':' ? "option -%c needs an argument" : "bad option: -%c",
	    letter);
	var_unset("OPTARG");
	return (var_set(name, "?"));
}

/*
 * One step of getopts: the option at *ind (1 is the first argument), which
 * moves on.  sh.opt_pos is the place inside a group like -abc.  Returns the
 * status.
 */
static int
getopts_step(const char *options, const char *name, char **args, int count,
    int *ind)
{
	bool silent = *options == ':', good;
	const char *arg, *option;
	char text[2] = { 0 };

	if (*ind > count)
		return (1);
	arg = args[*ind - 1];
	if (sh.opt_pos == 0) {
		if (arg[0] != '-' || arg[1] == '\0')
			return (1);
		if (strcmp(arg, "--") == 0) {
			++*ind;
			return (1);
		}
		sh.opt_pos = 1;
	}
	text[0] = arg[sh.opt_pos++];
	option = text[0] == ':' ? NULL : strchr(options, text[0]);
	if (arg[sh.opt_pos] == '\0' || (option != NULL && option[1] == ':'))
		++*ind;
	if (option == NULL) {
		good = getopts_error(silent, name, '?', text[0]);
	} else if (option[1] != ':') {
		var_unset("OPTARG");
		good = var_set(name, text);
	} else if (arg[sh.opt_pos] != '\0') {
		good = var_set("OPTARG", arg + sh.opt_pos) &&
		    var_set(name, text);
	} else if (*ind > count) {
		good = getopts_error(silent, name, ':', text[0]);
	} else {
		good = var_set("OPTARG", args[(*ind)++ - 1]) &&
		    var_set(name, text);
	}
	if (arg[sh.opt_pos] == '\0' || (option != NULL && option[1] == ':'))
		sh.opt_pos = 0;
	return (good ? 0 : sh.status);
}

/* getopts options name [argument ...] */
int
bi_getopts(int argc, char **argv)
{
	const char *s = var_get("OPTIND");
	int ind = s == NULL ? 1 : atoi(s), status, pos;
	char **args = sh.params.list;
	int count = sh.params.count;

	if (argc < 3) {
		sh_fatal(ST_ERROR, "usage: getopts options name [arg ...]");
		return (sh.status);
	}
	if (!check_name("getopts", argv[2]))
		return (sh.status);
	if (argc > 3) {
		args = argv + 3;
		count = argc - 3;
	}
	if (ind < 1)
		ind = 1;
	/* The parameters may have changed in the middle of a group. */
	if (sh.opt_pos > 0 &&
	    (ind > count || (size_t)sh.opt_pos >= strlen(args[ind - 1])))
		sh.opt_pos = 0;
	status = getopts_step(argv[1], argv[2], args, count, &ind);
	if (status == 1)
		var_set(argv[2], "?");
	pos = sh.opt_pos;
	if (!var_set_int("OPTIND", ind)) /* which clears opt_pos */
		return (sh.status);
	sh.opt_pos = pos;
	return (status);
}
