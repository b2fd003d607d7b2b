/*
 * Options of the command line: getopt(3), getopt_long(3).
 */
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libc.h"

char *optarg;			/* argument of the option */
int optind = 1;			/* next word to look at */
int opterr = 1;			/* print messages */
int optopt;			/* the option that was wrong */
int optreset;			/* begin with another argv */

static const char *place = "";	/* rest of a word with several letters */
static int moved;		/* words behind it that came before it */

/*
 * The letters of options: a program may put a '+' or a '-' before them.
 */
static const char *
letters(const char *options)
{
	return (options + (*options == '+' || *options == '-'));
}

/*
 * What to return for a wrong option: ':' for a missing argument if the
 * program has asked for that by a ':' at the start of its options.
 */
static int
complain(const char *options, int missing, const char *what,
    const char *name, int length)
{
	options = letters(options);
	if (opterr && *options != ':')
		(void)fprintf(stderr, "%s: %s -- %.*s\n", __progname, what,
		    length, name);
	return (missing && *options == ':' ? ':' : '?');
}

static void
start_over(void)
{
	if (optreset || optind == 0) {
		place = "";
		moved = 0;
		if (optind == 0)
			optind = 1;
		optreset = 0;
	}
}

/*
 * The next letter of a word of options.
 */
static int
short_option(int argc, char *const argv[], const char *options)
{
	const char *found;
	char letter = *place++;

	optopt = (unsigned char)letter;
	found = letter == ':' ? NULL : strchr(letters(options), letter);
	if (found == NULL) {
		if (*place == '\0')
			optind++;
		return (complain(options, 0, "illegal option", &letter, 1));
	}
	if (found[1] != ':') {
		if (*place == '\0')
			optind++;
		return (optopt);
	}
	optind++;
	if (*place != '\0') /* -ovalue */
		optarg = (char *)(uintptr_t)place;
	else if (found[2] == ':') /* an argument that may be missing */
		optarg = NULL;
	else if (optind < argc) /* -o value */
		optarg = argv[optind++];
	else {
		place = "";
		return (complain(options, 1, "option requires an argument",
		    &letter, 1));
	}
	place = "";
	return (optopt);
}

/*
 * getopt(3): the next option of argv.  options holds the letters; one that
 * takes an argument is followed by ':' (or '::', if it may be missing).
 * Returns the letter, '?' for a wrong one, ':' for a missing argument (if
 * options begins with ':'), or -1 at the end; optind is then the first
 * word that is no option.
 */
int
getopt(int argc, char *const argv[], const char *options)
{
	start_over();
	optarg = NULL;
	if (*place == '\0') {
		if (optind >= argc || argv[optind] == NULL ||
		    argv[optind][0] != '-' || argv[optind][1] == '\0')
			return (-1);
		if (strcmp(argv[optind], "--") == 0) {
			optind++;
			return (-1);
		}
		place = argv[optind] + 1;
	}
	return (short_option(argc, argv, options));
}

/*
 * Move the words from "from" up to "to" behind the n words before them.
 */
static void
rotate(char **argv, int first, int from, int to)
{
	char *word;
	int i;

	for (; from < to; from++, first++) {
		word = argv[from];
		for (i = from; i > first; i--)
			argv[i] = argv[i - 1];
		argv[first] = word;
	}
}

/*
 * The long option that name (of length n) means: its index, -1 for none,
 * -2 if it is a beginning of several.
 */
static int
find_long(const struct option *longopts, const char *name, size_t n)
{
	int found = -1, i;

	for (i = 0; longopts[i].name != NULL; i++) {
		if (strncmp(longopts[i].name, name, n) != 0)
			continue;
		if (longopts[i].name[n] == '\0')
			return (i);
		if (found == -1)
			found = i;
		else if (found < 0)
			continue;
		else if (longopts[i].has_arg != longopts[found].has_arg ||
		    longopts[i].flag != longopts[found].flag ||
		    longopts[i].val != longopts[found].val)
			found = -2;
	}
	return (found);
}

/*
 * A word --name or --name=value; name is behind the dashes.
 */
static int
long_option(int argc, char *const argv[], const char *options,
    const char *name, const struct option *longopts, int *index)
{
	const struct option *o;
	const char *equals = strchrnul(name, '=');
	size_t n = (size_t)(equals - name);
	int i = find_long(longopts, name, n);

	optind++;
	if (i < 0) {
		optopt = 0;
		return (complain(options, 0,
		    i == -1 ? "unrecognized option" : "ambiguous option", name,
		    (int)n));
	}
	o = &longopts[i];
	if (*equals == '=') {
		if (o->has_arg == no_argument) {
			optopt = o->flag == NULL ? o->val : 0;
			return (complain(options, 0,
			    "option doesn't take an argument", name, (int)n));
		}
		optarg = (char *)(uintptr_t)(equals + 1);
	} else if (o->has_arg == required_argument) {
		if (optind >= argc) {
			optopt = o->flag == NULL ? o->val : 0;
			return (complain(options, 1,
			    "option requires an argument", name, (int)n));
		}
		optarg = argv[optind++];
	}
	if (index != NULL)
		*index = i;
	if (o->flag == NULL)
		return (o->val);
	*o->flag = o->val;
	return (0);
}

/*
 * One option, from the word at optind.  only: a long one may have a single
 * dash.
 */
static int
next_option(int argc, char *const argv[], const char *options,
    const struct option *longopts, int *index, int only)
{
	const char *word = argv[optind];

	if (word[1] == '-')
		return (long_option(argc, argv, options, word + 2, longopts,
		    index));
	if (only &&
	    (word[2] != '\0' || strchr(letters(options), word[1]) == NULL) &&
	    find_long(longopts, word + 1, strcspn(word + 1, "=")) != -1)
		return (long_option(argc, argv, options, word + 1, longopts,
		    index));
	place = word + 1;
	return (short_option(argc, argv, options));
}

static int
is_option(const char *word)
{
	return (word[0] == '-' && word[1] != '\0');
}

/*
 * Read the option at optind, or the next letter of it.  Words that are no
 * options may stand between it and its argument, if it takes the next word:
 * that comes first meanwhile, and goes back if it was not wanted.
 */
static int
read_option(int argc, char *const argv[], const char *options,
    const struct option *longopts, int *index, int only)
{
	int behind = optind + 1, next = behind + moved, result;
	char **words = (char **)(uintptr_t)argv;

	if (moved > 0 && next >= argc)
		argc = behind; /* nothing is left: no argument */
	else
		rotate(words, behind, next, next + (moved > 0));
	if (*place != '\0')
		result = short_option(argc, argv, options);
	else
		result = next_option(argc, argv, options, longopts, index,
		    only);
	if (next < argc && optind <= behind)
		rotate(words, behind, behind + 1, next + 1);
	return (result);
}

static int
getopt_internal(int argc, char *const argv[], const char *options,
    const struct option *longopts, int *index, int only)
{
	int first;

	start_over();
	optarg = NULL;
	if (*place != '\0')
		return (read_option(argc, argv, options, longopts, index,
		    only));
	/* After '-' a word that is no option is the argument of a letter 1. */
	if (*options == '-' && optind < argc && !is_option(argv[optind])) {
		optarg = argv[optind++];
		return (1);
	}
	/* Words that are no options move behind those that are. */
	first = optind;
	if (*options != '+' && getenv("POSIXLY_CORRECT") == NULL)
		while (optind < argc && !is_option(argv[optind]))
			optind++;
	if (optind >= argc || !is_option(argv[optind])) {
		optind = first;
		return (-1);
	}
	/*
	 * The option's word comes first before it is read, so that a word
	 * with several letters is finished where it stands then.
	 */
	rotate((char **)(uintptr_t)argv, first, optind, optind + 1);
	moved = optind - first;
	optind = first;
	if (strcmp(argv[first], "--") == 0) {
		optind++;
		return (-1);
	}
	return (read_option(argc, argv, options, longopts, index, only));
}

/*
 * getopt_long(3): getopt with long options (--name, --name=value) beside
 * the letters.  Words that are no options are moved behind all others,
 * unless options begins with '+' or POSIXLY_CORRECT is set, or with '-': then
 * each is returned where it stands, as the argument of a letter 1.  Returns as
 * getopt; for a long option its val, or 0 if it has a flag, which is set
 * to val; *index, unless NULL, is its index.
 */
int
getopt_long(int argc, char *const *argv, const char *options,
    const struct option *longopts, int *index)
{
	return (getopt_internal(argc, argv, options, longopts, index, 0));
}

/*
 * getopt_long_only(3): the same; long options may have a single dash.
 */
int
getopt_long_only(int argc, char *const *argv, const char *options,
    const struct option *longopts, int *index)
{
	return (getopt_internal(argc, argv, options, longopts, index, 1));
}
