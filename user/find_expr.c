/*
 * The expressions of find:
 *
 *	any:	all { -o all }
 *	all:	one { [-a] one }
 *	one:	( any ) | ! one | a primary with its arguments
 */
#include <err.h>
#include <string.h>

#include "find.h"

#define	MAX_DEPTH	200		/* of ( and ! */

static char	**args;			/* the next word, or NULL */

bool
all_hold(struct node *n, struct file *f)
{
	for (; n != NULL; n = n->next)
		if (!n->holds(n, f))
			return (false);
	return (true);
}

static bool
one_holds(struct node *n, struct file *f)
{
	for (n = n->inside; n != NULL; n = n->next)
		if (n->holds(n, f))
			return (true);
	return (false);
}

static bool
all_inside_hold(struct node *n, struct file *f)
{
	return (all_hold(n->inside, f));
}

static bool
not_inside(struct node *n, struct file *f)
{
	return (!all_hold(n->inside, f));
}

static struct node *parse_any(int);

static struct node *
new_node(bool (*holds)(struct node *, struct file *), struct node *inside)
{
	struct node *n = find_alloc(sizeof(*n));

	n->holds = holds;
	n->inside = inside;
	return (n);
}

static bool
take(const char *word)
{
	if (*args == NULL || strcmp(*args, word) != 0)
		return (false);
	args++;
	return (true);
}

static struct node *
parse_one(int depth)
{
	struct node *n;

	if (depth == MAX_DEPTH)
		errx(1, "nested too deeply");
	if (take("!"))
		return (new_node(not_inside, parse_one(depth + 1)));
	if (!take("("))
		return (parse_primary(&args));
	n = parse_any(depth + 1);
	if (!take(")"))
		errx(1, "( without )");
	return (n);
}

static struct node *
parse_all(int depth)
{
	struct node *first = parse_one(depth), *last = first;

	while (*args != NULL && strcmp(*args, ")") != 0 &&
	    strcmp(*args, "-o") != 0) {
		take("-a");
		last->next = parse_one(depth);
		last = last->next;
	}
	return (new_node(all_inside_hold, first));
}

static struct node *
parse_any(int depth)
{
	struct node *first = parse_all(depth), *last = first;

	while (take("-o")) {
		last->next = parse_all(depth);
		last = last->next;
	}
	return (new_node(one_holds, first));
}

struct node *
parse_expression(char **words)
{
	struct node *n;

	args = words;
	n = new_node(hold_always, NULL);
	if (*args != NULL)
		n = parse_any(0);
	if (*args != NULL)
		errx(1, "%s: unexpected", *args);
	if (!settings.acts) {
		n->next = new_node(print_path, NULL);
		n->next->number = '\n';
	}
	return (n);
}
