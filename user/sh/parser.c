/*
 * From tokens to a tree, by recursive descent over POSIX's shell grammar.
 * Every function starts at its first token and leaves the token behind its
 * construct in lex.tok.  After an error all of them return NULL, and
 * lex.failed is set; nothing needs to be undone, the arena is dropped.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sh.h"

static struct node *parse_list(void);
static struct node *parse_and_or(void);
static struct node *parse_command_node(void);

static struct node *
new_node(enum node_kind kind)
{
	struct node *n = arena_alloc(lex.arena, sizeof(*n));

	n->kind = kind;
	n->line = source_line();
	return (n);
}

static void
unexpected(void)
{
	if (lex.tok != T_ERROR)
		lex_fail("unexpected %s", lex_describe());
}

/* Whether the token is this reserved word (where one may stand). */
static bool
at_word(const char *name)
{
	const char *s;

	if (lex.tok != T_WORD || (s = word_literal(lex.word)) == NULL)
		return (false);
	return (strcmp(s, name) == 0);
}

/* Words that end a list; they are reserved wherever a command may begin. */
static bool
at_list_end(void)
{
	static const char *const ends[] = {
		"then",
		"else",
		"elif",
		"fi",
		"do",
		"done",
		"esac",
		"}",
	};
	size_t i;

	if (lex.tok == T_EOF || lex.tok == T_RPAREN || lex.tok == T_DSEMI ||
	    lex.tok == T_ERROR)
		return (true);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (at_word(ends[i]))
			return (true);
	return (false);
}

/* Take the reserved word, which must stand here. */
static bool
expect_word(const char *name)
{
	if (!at_word(name)) {
		if (lex.tok != T_ERROR)
			lex_fail("unexpected %s (expecting \"%s\")",
			    lex_describe(), name);
		return (false);
	}
	lex_next();
	return (true);
}

static void
skip_newlines(void)
{
	while (lex.tok == T_NEWLINE)
		lex_next();
}

/* ------------------------------------------------------------ redirections */

static bool
at_redir(void)
{
	return (lex.tok == T_IONUM ||
	    (lex.tok >= T_LESS && lex.tok <= T_DLESSDASH));
}

static enum redir_kind
redir_kind(enum token tok)
{
	switch (tok) {
	case T_LESS:
		return (RD_INPUT);
	case T_GREAT:
		return (RD_OUTPUT);
	case T_CLOBBER:
		return (RD_CLOBBER);
	case T_DGREAT:
		return (RD_APPEND);
	case T_LESSGREAT:
		return (RD_BOTH);
	case T_LESSAND:
	case T_GREATAND:
		return (RD_DUP);
	default:
		return (RD_HERE);
	}
}

/* The document's text is read when the line ends. */
static void
announce_here(struct redir *r, bool strip)
{
	struct pending_here *here = arena_alloc(lex.arena, sizeof(*here));
	struct pending_here **tail = &lex.here;

	here->redir = r;
	here->strip = strip;
	here->delimiter = word_unquote(lex.word, &here->quoted);
	while (*tail != NULL)
		tail = &(*tail)->next;
	*tail = here;
}

static struct redir *
parse_redir(void)
{
	struct redir *r = arena_alloc(lex.arena, sizeof(*r));
	enum token tok;

	r->fd = -1;
	if (lex.tok == T_IONUM) {
		r->fd = lex.number;
		lex_next();
	}
	tok = lex.tok;
	r->kind = redir_kind(tok);
	if (r->fd < 0)
		r->fd = tok == T_LESS || tok == T_LESSGREAT ||
			tok == T_LESSAND || r->kind == RD_HERE ?
		    0 :
		    1;
	lex.plain = r->kind == RD_HERE; /* a delimiter is not expanded */
	lex_next();
	lex.plain = false;
	if (lex.tok != T_WORD) {
		unexpected();
		return (NULL);
	}
	if (r->kind == RD_HERE)
		announce_here(r, tok == T_DLESSDASH);
	else
		r->target = lex.word;
	lex_next();
	return (r);
}

/* The redirections behind a compound command. */
static struct node *
parse_redirs(struct node *n)
{
	struct redir **tail;

	if (n == NULL)
		return (NULL);
	for (tail = &n->redirs; at_redir(); tail = &(*tail)->next)
		if ((*tail = parse_redir()) == NULL)
			return (NULL);
	return (lex.tok == T_ERROR ? NULL : n);
}

/* --------------------------------------------------------- simple commands */

/*
 * name=value, where the name and the = are not quoted: split it, and leave
 * the value in the word.
 */
static struct assign *
word_assign(struct word *word)
{
	struct part *part = word->parts;
	struct assign *a;
	const char *p;

	if (part == NULL || part->kind != PART_TEXT || part->quoted ||
	    !is_name_start(part->text[0]))
		return (NULL);
	for (p = part->text; is_name_char(*p); p++)
		;
	if (*p != '=')
		return (NULL);
	a = arena_alloc(lex.arena, sizeof(*a));
	a->name = arena_strndup(lex.arena, part->text, p - part->text);
	a->value = word;
	part->text = arena_strdup(lex.arena, p + 1);
	if (part->text[0] == '\0')
		word->parts = part->next;
	return (a);
}

/* name() command: the ( has been seen. */
static struct node *
parse_function(struct node *n)
{
	const char *name = word_literal(n->words);
	const struct builtin *b = name == NULL ? NULL : builtin_find(name);

	lex_next();
	if (lex.tok != T_RPAREN || name == NULL || n->words->next != NULL ||
	    n->assigns != NULL || n->redirs != NULL || !valid_name(name) ||
	    (b != NULL && b->special)) {
		if (lex.tok == T_RPAREN)
			lex_fail("bad function name");
		unexpected();
		return (NULL);
	}
	lex_next();
	skip_newlines();
	n->kind = N_FUNCTION;
	n->name = arena_strdup(lex.arena, name);
	n->words = NULL;
	n->arena = lex.arena;
	n->left = parse_command_node();
	if (n->left != NULL && n->left->kind == N_SIMPLE) {
		lex_fail("a function's body must be a compound command");
		return (NULL);
	}
	return (n->left == NULL ? NULL : n);
}

static struct node *
parse_simple(void)
{
	struct node *n = new_node(N_SIMPLE);
	struct word **word = &n->words;
	struct assign **assign = &n->assigns;
	struct redir **redir = &n->redirs;

	for (;;) {
		if (at_redir()) {
			if ((*redir = parse_redir()) == NULL)
				return (NULL);
			redir = &(*redir)->next;
			continue;
		}
		if (lex.tok == T_LPAREN && n->words != NULL)
			return (parse_function(n));
		if (lex.tok != T_WORD)
			break;
		if (n->words == NULL &&
		    (*assign = word_assign(lex.word)) != NULL)
			assign = &(*assign)->next;
		else {
			*word = lex.word;
			word = &lex.word->next;
		}
		lex_next();
	}
	if (n->words == NULL && n->assigns == NULL && n->redirs == NULL) {
		unexpected();
		return (NULL);
	}
	return (lex.tok == T_ERROR ? NULL : n);
}

/* ------------------------------------------------------- compound commands */

/* A list that may not be empty, up to a word that ends it. */
static struct node *
parse_body(void)
{
	struct node *n;

	skip_newlines();
	if (at_list_end()) {
		unexpected();
		return (NULL);
	}
	n = parse_list();
	return (lex.failed ? NULL : n);
}

/* Behind if and elif; takes the fi that ends them all. */
static struct node *
parse_if(void)
{
	struct node *n = new_node(N_IF);

	lex_next();
	if (++lex.depth > MAX_NESTING)
		lex_fail("nested too deeply");
	if ((n->left = parse_body()) == NULL || !expect_word("then") ||
	    (n->right = parse_body()) == NULL)
		return (NULL);
	if (at_word("elif")) {
		n->other = parse_if();
		lex.depth--;
		return (n->other == NULL ? NULL : n);
	}
	if (at_word("else")) {
		lex_next();
		if ((n->other = parse_body()) == NULL)
			return (NULL);
	}
	lex.depth--;
	return (expect_word("fi") ? n : NULL);
}

static struct node *
parse_do_group(void)
{
	struct node *body;

	if (!expect_word("do") || (body = parse_body()) == NULL ||
	    !expect_word("done"))
		return (NULL);
	return (body);
}

static struct node *
parse_loop(enum node_kind kind)
{
	struct node *n = new_node(kind);

	lex_next();
	if ((n->left = parse_body()) == NULL ||
	    (n->right = parse_do_group()) == NULL)
		return (NULL);
	return (n);
}

static struct node *
parse_for(void)
{
	struct node *n = new_node(N_FOR);
	struct word **tail = &n->words;
	const char *name;

	lex_next();
	name = lex.tok == T_WORD ? word_literal(lex.word) : NULL;
	if (name == NULL || !valid_name(name)) {
		if (lex.tok == T_WORD)
			lex_fail("bad for loop variable");
		unexpected();
		return (NULL);
	}
	n->name = arena_strdup(lex.arena, name);
	lex_next();
	if (lex.tok == T_SEMI)
		lex_next();
	skip_newlines();
	if (at_word("in")) {
		n->has_in = true;
		for (lex_next(); lex.tok == T_WORD; lex_next()) {
			*tail = lex.word;
			tail = &lex.word->next;
		}
		if (lex.tok != T_SEMI && lex.tok != T_NEWLINE) {
			unexpected();
			return (NULL);
		}
		lex_next();
		skip_newlines();
	}
	n->left = parse_do_group();
	return (n->left == NULL ? NULL : n);
}

/* ( pattern | pattern ) list, without the ;; behind it. */
static struct case_item *
parse_case_item(void)
{
	struct case_item *item = arena_alloc(lex.arena, sizeof(*item));
	struct word **tail = &item->patterns;

	if (lex.tok == T_LPAREN)
		lex_next();
	for (;;) {
		if (lex.tok != T_WORD) {
			unexpected();
			return (NULL);
		}
		*tail = lex.word;
		tail = &lex.word->next;
		lex_next();
		if (lex.tok != T_PIPE)
			break;
		lex_next();
	}
	if (lex.tok != T_RPAREN) {
		unexpected();
		return (NULL);
	}
	lex_next();
	skip_newlines();
	if (!at_list_end())
		item->body = parse_list();
	return (lex.failed ? NULL : item);
}

static struct node *
parse_case(void)
{
	struct node *n = new_node(N_CASE);
	struct case_item **tail = &n->items;

	lex_next();
	if (lex.tok != T_WORD) {
		unexpected();
		return (NULL);
	}
	n->words = lex.word;
	lex_next();
	skip_newlines();
	if (!expect_word("in"))
		return (NULL);
	skip_newlines();
	while (!at_word("esac")) {
		if ((*tail = parse_case_item()) == NULL)
			return (NULL);
		tail = &(*tail)->next;
		if (lex.tok == T_DSEMI)
			lex_next();
		else if (!at_word("esac")) {
			unexpected();
			return (NULL);
		}
		skip_newlines();
	}
	return (expect_word("esac") ? n : NULL);
}

static struct node *
parse_subshell(void)
{
	struct node *n = new_node(N_SUBSHELL);

	lex_next();
	if ((n->left = parse_body()) == NULL)
		return (NULL);
	if (lex.tok != T_RPAREN) {
		unexpected();
		return (NULL);
	}
	lex_next();
	return (n);
}

static struct node *
parse_group(void)
{
	struct node *n = new_node(N_GROUP);

	lex_next();
	if ((n->left = parse_body()) == NULL || !expect_word("}"))
		return (NULL);
	return (n);
}

static struct node *
parse_command_node(void)
{
	struct node *n;

	if (++lex.depth > MAX_NESTING) {
		lex_fail("nested too deeply");
		return (NULL);
	}
	if (lex.tok == T_LPAREN)
		n = parse_redirs(parse_subshell());
	else if (at_word("{"))
		n = parse_redirs(parse_group());
	else if (at_word("if"))
		n = parse_redirs(parse_if());
	else if (at_word("while"))
		n = parse_redirs(parse_loop(N_WHILE));
	else if (at_word("until"))
		n = parse_redirs(parse_loop(N_UNTIL));
	else if (at_word("for"))
		n = parse_redirs(parse_for());
	else if (at_word("case"))
		n = parse_redirs(parse_case());
	else if (at_list_end() || at_word("!")) {
		unexpected();
		n = NULL;
	} else
		n = parse_simple();
	lex.depth--;
	return (n);
}

/* --------------------------------------------------- pipelines and lists */

/* [!] command | command ... */
static struct node *
parse_pipeline(void)
{
	struct node *n, *not = NULL, *pipe, **tail;

	if (at_word("!")) {
		not = new_node(N_NOT);
		lex_next();
	}
	if ((n = parse_command_node()) == NULL)
		return (NULL);
	if (lex.tok == T_PIPE) {
		pipe = new_node(N_PIPE);
		pipe->left = n;
		tail = &n->next;
		while (lex.tok == T_PIPE) {
			lex_next();
			skip_newlines();
			if ((*tail = parse_command_node()) == NULL)
				return (NULL);
			tail = &(*tail)->next;
		}
		n = pipe;
	}
	if (not == NULL)
		return (n);
	not ->left = n;
	return (not );
}

static struct node *
parse_and_or(void)
{
	struct node *n = parse_pipeline(), *op;
	int length = 0;

	while (n != NULL && (lex.tok == T_AND_IF || lex.tok == T_OR_IF)) {
		/* The tree leans to the left; running it recurses. */
		if (++length > MAX_NESTING)
			lex_fail("too many commands with && and ||");
		op = new_node(lex.tok == T_AND_IF ? N_AND : N_OR);
		op->left = n;
		lex_next();
		skip_newlines();
		op->right = parse_pipeline();
		n = op->right == NULL ? NULL : op;
	}
	return (n);
}

/*
 * n is put behind the list, which may be empty.  A list of two and more is
 * an N_SEQ, whose right is the last command, where the next one is tied.
 */
static struct node *
append(struct node *list, struct node *n)
{
	struct node *seq = list;

	if (list == NULL)
		return (n);
	if (list->kind != N_SEQ) {
		seq = new_node(N_SEQ);
		seq->left = seq->right = list;
	}
	seq->right->next = n;
	seq->right = n;
	return (seq);
}

/*
 * An and-or list with the ; or & behind it, if there is one.  The token is
 * then the one behind that.
 */
static struct node *
parse_item(bool *separated)
{
	struct node *n = parse_and_or(), *bg;

	*separated = lex.tok == T_SEMI || lex.tok == T_AND;
	if (n != NULL && lex.tok == T_AND) {
		bg = new_node(N_BACKGROUND);
		bg->left = n;
		n = bg;
	}
	return (n);
}

/*
 * A list inside a construct, over as many lines as it takes.  It ends
 * before a reserved word or token that ends lists.
 */
static struct node *
parse_list(void)
{
	struct node *list = NULL, *n;
	bool separated = true;

	skip_newlines();
	while (separated && !at_list_end()) {
		if ((n = parse_item(&separated)) == NULL)
			return (NULL);
		list = append(list, n);
		if (separated)
			lex_next();
		separated |= lex.tok == T_NEWLINE;
		skip_newlines();
	}
	return (list);
}

/*
 * One line: what is run before the next one is read.  *np is NULL for an
 * empty line.
 */
enum parse_result
parse_command(struct arena *arena, struct node **np)
{
	struct node *n;
	bool separated = true;

	lex = (struct lexer){ .arena = arena };
	*np = NULL;
	lex_next();
	if (lex.tok == T_EOF)
		return (PARSE_EOF);
	while (separated && lex.tok != T_NEWLINE && lex.tok != T_EOF) {
		if ((n = parse_item(&separated)) == NULL)
			break;
		*np = append(*np, n);
		if (separated)
			lex_next();
	}
	if (!lex.failed && lex.tok != T_NEWLINE && lex.tok != T_EOF)
		unexpected();
	return (lex.failed ? PARSE_ERROR : PARSE_OK);
}

/*
 * Parse a list inside a word, from the current source up to the token that
 * must end it.  The word that is being read around it waits in the C stack;
 * here-documents announced around it are read behind it.
 */
static struct node *
parse_nested(enum token end)
{
	struct pending_here *here = lex.here;
	struct node *n;

	if (++lex.depth > MAX_NESTING)
		lex_fail("nested too deeply");
	lex.here = NULL;
	lex_next();
	n = parse_list();
	if (!lex.failed && lex.tok != end)
		unexpected();
	if (lex.here != NULL)
		lex_fail("here-document without its text");
	lex.here = here;
	lex.depth--;
	return (n);
}

/* Behind "$(". */
struct node *
parse_substitution(void)
{
	return (parse_nested(T_RPAREN));
}

/* The text between ` and `. */
struct node *
parse_backquoted(const char *text)
{
	struct node *n;

	source_push(source_string(text, source_line()));
	n = parse_nested(T_EOF);
	source_pop();
	return (n);
}
