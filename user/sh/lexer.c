/*
 * From characters to tokens and words.
 *
 * The rules inside a word depend on where we are: in plain text, between
 * double quotes, inside ${name:-word}, in a here-document.  One function,
 * lex_parts(), reads them all and is told the mode; $( and ` call the
 * parser, so that a word holds complete commands.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

#define	MAX_ARITH	10		/* $(($( ... )) in each other */

enum mode {
	M_WORD,				/* ends before a blank or operator */
	M_BRACE,			/* ends with }: ${x:-...} */
	M_DQ,				/* ends with " */
	M_DQ_BRACE,			/* ${x:-...} between double quotes */
	M_TEXT,				/* as in "", ends with the source */
};

/* A word in the making: finished parts, and the characters of the next. */
struct builder {
	struct part *first, **tail;
	struct buf text;
	bool	text_quoted;
};

struct lexer lex;

static bool	lex_parts(struct builder *, enum mode);

/* Report a syntax error, once; every token from now on is T_ERROR. */
void
lex_fail(const char *fmt, ...)
{
	char text[200];
	va_list ap;

	lex.tok = T_ERROR;
	if (lex.failed)
		return;
	lex.failed = true;
	if (sh.interrupted || sh.unwind == U_EXIT)
		return; /* ^C at the prompt is no error, nor a trap's exit */
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sh.line = source_line();
	sh_warn("syntax error: %s", text);
}

bool
is_name_start(int c)
{
	return (c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

bool
is_name_char(int c)
{
	return (is_name_start(c) || (c >= '0' && c <= '9'));
}

static bool
is_special_param(int c)
{
	return (c != EOF && c != '\0' && strchr("@*#?-$!", c) != NULL);
}

/* Characters that end a word unless quoted. */
static bool
is_meta(int c)
{
	return (c != '\0' && strchr(" \t\n&|;<>()", c) != NULL);
}

/* The next character; a backslash before a newline joins the lines. */
static int
getc_joined(void)
{
	int c, next;

	while ((c = source_getc()) == '\\') {
		next = source_getc();
		if (next != '\n') {
			source_ungetc(next);
			break;
		}
	}
	return (c);
}

/* Take the next character if it is this one. */
static bool
follows(int want)
{
	int c = getc_joined();

	if (c == want)
		return (true);
	source_ungetc(c);
	return (false);
}

/* --------------------------------------------------------- making a word */

static struct part *
add_part(struct builder *b, enum part_kind kind, bool quoted)
{
	struct part *part = arena_alloc(lex.arena, sizeof(*part));

	part->kind = kind;
	part->quoted = quoted;
	*b->tail = part;
	b->tail = &part->next;
	return (part);
}

static void
flush_text(struct builder *b)
{
	struct part *part;

	if (b->text.len == 0)
		return;
	part = add_part(b, PART_TEXT, b->text_quoted);
	part->text = arena_strndup(lex.arena, b->text.data, b->text.len);
	b->text.len = 0;
}

static void
add_char(struct builder *b, int c, bool quoted)
{
	if (b->text_quoted != quoted)
		flush_text(b);
	b->text_quoted = quoted;
	buf_addc(&b->text, c);
}

/* '' and "" make a field even where nothing stands between. */
static void
add_empty(struct builder *b)
{
	flush_text(b);
	add_part(b, PART_TEXT, true)->text = arena_strdup(lex.arena, "");
}

static void
builder_init(struct builder *b)
{
	*b = (struct builder){ .first = NULL };
	b->tail = &b->first;
}

static struct word *
builder_word(struct builder *b)
{
	struct word *word = arena_alloc(lex.arena, sizeof(*word));

	flush_text(b);
	buf_free(&b->text);
	word->parts = b->first;
	return (word);
}

/* Read parts into a word of their own; NULL after an error. */
static struct word *
lex_word(enum mode mode)
{
	struct builder b;
	struct word *word;
	bool good;

	builder_init(&b);
	good = lex_parts(&b, mode);
	word = builder_word(&b);
	return (good ? word : NULL);
}

/* A string that is expanded as if between double quotes. */
struct word *
lex_string(struct arena *arena, const char *text)
{
	struct arena *outer = lex.arena;
	struct word *word;

	lex.arena = arena;
	source_push(source_string(text, source_line()));
	word = lex_word(M_TEXT);
	source_pop();
	lex.arena = outer;
	return (word);
}

/* ------------------------------------------------------------- quotations */

static bool
lex_single_quotes(struct builder *b)
{
	bool empty = true;
	int c;

	while ((c = source_getc()) != '\'') {
		if (c == EOF) {
			lex_fail("unterminated quoted string");
			return (false);
		}
		add_char(b, c, true);
		empty = false;
	}
	if (empty)
		add_empty(b);
	return (true);
}

static bool
lex_double_quotes(struct builder *b)
{
	struct part **before;

	flush_text(b);
	before = b->tail;
	if (!lex_parts(b, M_DQ))
		return (false);
	if (b->tail == before && b->text.len == 0)
		add_empty(b);
	return (true);
}

/* What a backslash means in this mode. */
static void
lex_backslash(struct builder *b, enum mode mode)
{
	bool quoted = mode == M_DQ || mode == M_DQ_BRACE || mode == M_TEXT;
	int c = source_getc();

	if (c == EOF) {
		add_char(b, '\\', true);
		return;
	}
	if (!quoted || strchr("$`\\", c) != NULL ||
	    (c == '"' && mode != M_TEXT) || (c == '}' && mode == M_DQ_BRACE)) {
		add_char(b, c, true);
		return;
	}
	add_char(b, '\\', true);
	source_ungetc(c);
}

/* ----------------------------------------------------------- $ and its kin */

/* Inside ${: the name or special character; NULL if there is none. */
static char *
lex_param_name(void)
{
	struct buf name = { 0 };
	char *s;
	int c = getc_joined();

	if (is_special_param(c)) {
		buf_addc(&name, c);
	} else if (isdigit(c)) {
		for (; isdigit(c); c = getc_joined())
			buf_addc(&name, c);
		source_ungetc(c);
	} else {
		for (; is_name_char(c); c = getc_joined())
			buf_addc(&name, c);
		source_ungetc(c);
	}
	s = name.len == 0 ? NULL : arena_strdup(lex.arena, buf_str(&name));
	buf_free(&name);
	return (s);
}

/* The operator behind the name, and in *colon whether a : preceded it. */
static bool
lex_param_op(enum param_op *op, bool *colon)
{
	static const char ops[] = "-=?+";
	static const enum param_op values[] = { OP_DEFAULT, OP_ASSIGN, OP_ERROR,
		OP_ALTERNATE };
	const char *p;
	int c = getc_joined(), next;

	*colon = c == ':';
	if (*colon)
		c = getc_joined();
	if (c != EOF && c != '\0' && (p = strchr(ops, c)) != NULL) {
		*op = values[p - ops];
		return (true);
	}
	if (*colon || (c != '#' && c != '%')) {
		source_ungetc(c);
		return (false);
	}
	next = getc_joined();
	if (next == c) {
		*op = c == '#' ? OP_PREFIX_LONG : OP_SUFFIX_LONG;
	} else {
		source_ungetc(next);
		*op = c == '#' ? OP_PREFIX : OP_SUFFIX;
	}
	return (true);
}

/*
 * ${#: the length of what follows, or the parameter # itself?  It is the
 * latter before } and before an operator.
 */
static bool
is_length(void)
{
	int c = getc_joined(), next;
	bool length = is_name_char(c);

	if (is_special_param(c)) {
		next = getc_joined();
		length = next == '}';
		source_ungetc(next);
	}
	source_ungetc(c);
	return (length);
}

/* Behind "${"; what has no meaning is an error when it is expanded. */
static bool
lex_braces(struct builder *b, bool quoted)
{
	struct part *part;
	enum mode mode;
	int c;

	flush_text(b);
	part = add_part(b, PART_PARAM, quoted);
	c = getc_joined();
	if (c == '#' && is_length())
		part->op = OP_LENGTH;
	else
		source_ungetc(c);
	part->text = lex_param_name();
	if (part->text != NULL && follows('}'))
		return (true);
	if (part->text == NULL || part->op == OP_LENGTH ||
	    !lex_param_op(&part->op, &part->colon))
		part->op = OP_BAD;
	/* A pattern keeps its own quoting even between double quotes. */
	mode = quoted && part->op < OP_SUFFIX ? M_DQ_BRACE : M_BRACE;
	part->arg = lex_word(mode);
	return (part->arg != NULL);
}

/*
 * Behind "$((": skip the text up to "))"; false if it ends otherwise.  The
 * end of a command in it only the parser knows.
 */
static bool
skip_arith(void)
{
	int c, depth = 0;

	while (!lex.failed && (c = getc_joined()) != EOF) {
		if (c == '$' && follows('(')) {
			if (follows('('))
				depth += 2;
			else
				parse_substitution();
		} else if (c == '(') {
			depth++;
		} else if (c == ')' && depth-- == 0)
			return (follows(')'));
	}
	return (false);
}

/*
 * Behind "$(": the expression, in the buffer, if this is "$((" and ends
 * with "))".  Else it is $( with, perhaps, a subshell in it; then what has
 * been read is unread, and NULL returned.  Commands in the expression are
 * parsed once more with it, so that there is a limit to how deep.
 */
static char *
lex_arith_text(struct buf *text)
{
	struct buf *outer = source_record(text);
	char *s;
	bool arith;

	if (++lex.arith_depth > MAX_ARITH)
		lex_fail("nested too deeply");
	arith = follows('(') && skip_arith();
	lex.arith_depth--;
	source_record(outer);
	s = buf_str(text);
	if (!arith) {
		source_unread(s);
		return (NULL);
	}
	if (outer != NULL)
		buf_add(outer, text->data, text->len);
	*strrchr(s, ')') = '\0';
	*strrchr(s, ')') = '\0';
	return (strchr(s, '(') + 1);
}

/* Behind "$(": arithmetic or a command. */
static bool
lex_paren(struct builder *b, bool quoted)
{
	struct buf text = { 0 };
	struct part *part;
	char *arith;

	flush_text(b);
	arith = lex_arith_text(&text);
	if (arith != NULL) {
		part = add_part(b, PART_ARITH, quoted);
		part->arg = lex_string(lex.arena, arith);
	}
	buf_free(&text);
	if (arith != NULL)
		return (part->arg != NULL);
	part = add_part(b, PART_COMMAND, quoted);
	part->body = parse_substitution();
	return (!lex.failed);
}

/* Behind a "$". */
static bool
lex_dollar(struct builder *b, bool quoted)
{
	struct part *part;
	char one[2] = "";
	int c = getc_joined();

	if (c == '(')
		return (lex_paren(b, quoted));
	if (c == '{')
		return (lex_braces(b, quoted));
	if (isdigit(c) || is_special_param(c)) {
		flush_text(b);
		part = add_part(b, PART_PARAM, quoted);
		one[0] = c;
		part->text = arena_strdup(lex.arena, one);
		return (true);
	}
	source_ungetc(c);
	if (!is_name_start(c)) {
		add_char(b, '$', quoted);
		return (true);
	}
	flush_text(b);
	part = add_part(b, PART_PARAM, quoted);
	part->text = lex_param_name();
	return (true);
}

/*
 * Behind a "`": the text up to the next one, of which a backslash is taken
 * away before $ ` \ (and " between double quotes), is a command.
 */
static bool
lex_backquote(struct builder *b, enum mode mode)
{
	struct buf text = { 0 };
	struct part *part;
	int c;

	flush_text(b);
	while ((c = source_getc()) != '`') {
		if (c == '\\') {
			c = source_getc();
			if (c == EOF ||
			    (strchr("$`\\", c) == NULL &&
				!(c == '"' &&
				    (mode == M_DQ || mode == M_DQ_BRACE))))
				buf_addc(&text, '\\');
		}
		if (c == EOF) {
			lex_fail("unterminated ` `");
			buf_free(&text);
			return (false);
		}
		buf_addc(&text, c);
	}
	part = add_part(b, PART_COMMAND, mode != M_WORD && mode != M_BRACE);
	part->body = parse_backquoted(buf_str(&text));
	buf_free(&text);
	return (!lex.failed);
}

/* Whether the mode's text ends at c, which is taken unless it is a meta. */
static bool
ends_here(int c, enum mode mode)
{
	switch (mode) {
	case M_WORD:
		return (c == EOF || is_meta(c));
	case M_BRACE:
	case M_DQ_BRACE:
		return (c == '}');
	case M_DQ:
		return (c == '"');
	default:
		return (c == EOF);
	}
}

/*
 * Read what the mode allows into the builder.  False after an error, which
 * has been reported.
 */
static bool
lex_parts(struct builder *b, enum mode mode)
{
	bool quoted = mode == M_DQ || mode == M_DQ_BRACE || mode == M_TEXT;
	bool good = ++lex.depth < MAX_NESTING;
	int c;

	if (!good)
		lex_fail("nested too deeply");
	while (good) {
		c = getc_joined();
		if (ends_here(c, mode)) {
			if (mode == M_WORD)
				source_ungetc(c);
			break;
		}
		if (c == EOF) {
			lex_fail(mode == M_DQ ? "unterminated quoted string" :
						"missing }");
			good = false;
		} else if (c == '\\')
			lex_backslash(b, mode);
		else if (c == '\'' && !quoted)
			good = lex_single_quotes(b);
		else if (c == '"' && mode != M_TEXT)
			good = lex_double_quotes(b);
		else if (c == '$' && !lex.plain)
			good = lex_dollar(b, quoted);
		else if (c == '`' && !lex.plain)
			good = lex_backquote(b, mode);
		else
			add_char(b, c, quoted);
	}
	lex.depth--;
	return (good);
}

/* --------------------------------------------------------- here-documents */

/*
 * One line without its newline; false at the end of the text.  Where the
 * document is expanded, a backslash at the end of a line joins it with the
 * next, which then cannot be the delimiter.
 */
static bool
here_line(struct pending_here *here, struct buf *line)
{
	int c, last = '\0';

	line->len = 0;
	c = source_getc();
	while (here->strip && c == '\t')
		c = source_getc();
	if (c == EOF)
		return (false);
	for (; c != EOF; c = source_getc()) {
		if (c == '\n' && (here->quoted || last != '\\'))
			break;
		buf_addc(line, c);
		last = last == '\\' && c == '\\' ? '\0' : c;
	}
	return (true);
}

static void
read_here(struct pending_here *here)
{
	struct buf text = { 0 }, line = { 0 };
	struct part *part;
	struct word *word;

	while (here_line(here, &line)) {
		if (strcmp(buf_str(&line), here->delimiter) == 0)
			break;
		buf_add(&text, line.data, line.len);
		buf_addc(&text, '\n');
	}
	if (here->quoted) {
		part = arena_alloc(lex.arena, sizeof(*part));
		part->quoted = true;
		part->text = arena_strdup(lex.arena, buf_str(&text));
		word = arena_alloc(lex.arena, sizeof(*word));
		word->parts = part;
	} else
		word = lex_string(lex.arena, buf_str(&text));
	here->redir->target = word;
	buf_free(&text);
	buf_free(&line);
}

/* The documents announced on the line that has just ended. */
static void
read_pending_here(void)
{
	struct pending_here *here;

	while ((here = lex.here) != NULL && !lex.failed) {
		lex.here = here->next;
		read_here(here);
	}
}

/* ----------------------------------------------------------------- tokens */

/* The text of a word that has no quotes and no $ in it, or NULL. */
const char *
word_literal(const struct word *word)
{
	const struct part *part = word->parts;

	if (part == NULL || part->next != NULL || part->kind != PART_TEXT ||
	    part->quoted)
		return (NULL);
	return (part->text);
}

/* The text of a here-document's delimiter; was a part of it quoted? */
char *
word_unquote(const struct word *word, bool *quoted)
{
	const struct part *part;
	struct buf text = { 0 };
	char *s;

	*quoted = false;
	for (part = word->parts; part != NULL; part = part->next) {
		*quoted |= part->quoted;
		buf_puts(&text, part->text);
	}
	s = arena_strdup(lex.arena, buf_str(&text));
	buf_free(&text);
	return (s);
}

static enum token
lex_less(void)
{
	if (follows('<'))
		return (follows('-') ? T_DLESSDASH : T_DLESS);
	if (follows('&'))
		return (T_LESSAND);
	return (follows('>') ? T_LESSGREAT : T_LESS);
}

static enum token
lex_great(void)
{
	if (follows('>'))
		return (T_DGREAT);
	if (follows('&'))
		return (T_GREATAND);
	return (follows('|') ? T_CLOBBER : T_GREAT);
}

/* An operator that begins with c; T_WORD if none does. */
static enum token
lex_operator(int c)
{
	switch (c) {
	case EOF:
	case '\n':
		read_pending_here();
		return (c == EOF ? T_EOF : T_NEWLINE);
	case '&':
		return (follows('&') ? T_AND_IF : T_AND);
	case ';':
		return (follows(';') ? T_DSEMI : T_SEMI);
	case '|':
		return (follows('|') ? T_OR_IF : T_PIPE);
	case '(':
		return (T_LPAREN);
	case ')':
		return (T_RPAREN);
	case '<':
		return (lex_less());
	case '>':
		return (lex_great());
	default:
		return (T_WORD);
	}
}

/*
 * A digit directly before < or > is a descriptor and not a word.  Higher
 * descriptors are the shell's own.
 */
static bool
is_io_number(const struct word *word)
{
	const char *s = word_literal(word);
	int c;

	if (s == NULL || !isdigit((unsigned char)s[0]) || s[1] != '\0')
		return (false);
	c = getc_joined();
	source_ungetc(c);
	if (c != '<' && c != '>')
		return (false);
	lex.number = s[0] - '0';
	return (true);
}

/* Read the next token into lex. */
void
lex_next(void)
{
	struct word *word;
	int c;

	if (lex.failed) {
		lex.tok = T_ERROR;
		return;
	}
	do {
		c = getc_joined();
	} while (c == ' ' || c == '\t');
	if (c == '#')
		while (c != '\n' && c != EOF)
			c = source_getc();
	if (c == EOF && sh.interrupted) {
		lex_fail("interrupted");
		return;
	}
	lex.tok = lex_operator(c);
	if (lex.failed)
		lex.tok = T_ERROR;
	if (lex.tok != T_WORD)
		return;
	source_ungetc(c);
	word = lex_word(M_WORD);
	if (word == NULL) {
		lex.tok = T_ERROR;
		return;
	}
	lex.word = word;
	lex.tok = is_io_number(word) ? T_IONUM : T_WORD;
}

/* The current token, for a message. */
const char *
lex_describe(void)
{
	static const char *const names[] = {
		"end of file",
		"newline",
		"word",
		"number",
		"\"&\"",
		"\"&&\"",
		"\";\"",
		"\";;\"",
		"\"|\"",
		"\"||\"",
		"\"(\"",
		"\")\"",
		"\"<\"",
		"\">\"",
		"\">>\"",
		"\">|\"",
		"\"<>\"",
		"\"<&\"",
		"\">&\"",
		"\"<<\"",
		"\"<<-\"",
		"error",
	};
	static char text[64];
	const char *s;

	if (lex.tok != T_WORD || (s = word_literal(lex.word)) == NULL)
		return (names[lex.tok]);
	snprintf(text, sizeof(text), "\"%s\"", s);
	return (text);
}
