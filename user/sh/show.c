/*
 * A command as text again, for who asks what a job is: from the tree, in
 * one line and with plain blanks.
 */
#include <stdio.h>
#include <string.h>

#include "sh.h"

static void	show_list(struct buf *, const struct node *, const char *);
static void	show_word(struct buf *, const struct word *);

static void
show_param(struct buf *b, const struct part *part)
{
	static const char *const ops[] = {
		[OP_DEFAULT] = "-",
		[OP_ASSIGN] = "=",
		[OP_ERROR] = "?",
		[OP_ALTERNATE] = "+",
		[OP_SUFFIX] = "%",
		[OP_SUFFIX_LONG] = "%%",
		[OP_PREFIX] = "#",
		[OP_PREFIX_LONG] = "##",
		[OP_BAD] = "",
	};

	if (part->op == OP_NONE) {
		buf_addc(b, '$');
		buf_puts(b, part->text);
		return;
	}
	buf_puts(b, part->op == OP_LENGTH ? "${#" : "${");
	if (part->text != NULL)
		buf_puts(b, part->text);
	if (part->op != OP_LENGTH) {
		if (part->colon)
			buf_addc(b, ':');
		buf_puts(b, ops[part->op]);
		if (part->arg != NULL)
			show_word(b, part->arg);
	}
	buf_addc(b, '}');
}

static void
show_part(struct buf *b, const struct part *part)
{
	switch (part->kind) {
	case PART_TEXT:
		buf_puts(b, part->text);
		break;
	case PART_PARAM:
		show_param(b, part);
		break;
	case PART_COMMAND:
		buf_puts(b, "$(");
		show_node(b, part->body);
		buf_addc(b, ')');
		break;
	case PART_ARITH:
		buf_puts(b, "$((");
		if (part->arg != NULL)
			show_word(b, part->arg);
		buf_puts(b, "))");
		break;
	}
}

static void
show_word(struct buf *b, const struct word *word)
{
	const struct part *part;
	bool quoted = false;

	for (part = word->parts; part != NULL; part = part->next) {
		if (part->quoted != quoted)
			buf_addc(b, '"');
		quoted = part->quoted;
		show_part(b, part);
	}
	if (quoted)
		buf_addc(b, '"');
}

static void
show_redirs(struct buf *b, const struct redir *r)
{
	static const char *const ops[] = {
		[RD_INPUT] = "<",
		[RD_OUTPUT] = ">",
		[RD_CLOBBER] = ">|",
		[RD_APPEND] = ">>",
		[RD_BOTH] = "<>",
		[RD_DUP] = ">&",
		[RD_HERE] = "<<",
	};
	char fd[16];

	for (; r != NULL; r = r->next) {
		snprintf(fd, sizeof(fd), " %d", r->fd);
		buf_puts(b, r->fd == (r->kind != RD_INPUT) ? " " : fd);
		buf_puts(b, ops[r->kind]);
		if (r->kind == RD_HERE)
			buf_puts(b, "...");
		else
			show_word(b, r->target);
	}
}

static void
show_simple(struct buf *b, const struct node *n)
{
	const struct assign *a;
	const struct word *word;
	size_t start = b->len;

	for (a = n->assigns; a != NULL; a = a->next) {
		if (b->len > start)
			buf_addc(b, ' ');
		buf_puts(b, a->name);
		buf_addc(b, '=');
		show_word(b, a->value);
	}
	for (word = n->words; word != NULL; word = word->next) {
		if (b->len > start)
			buf_addc(b, ' ');
		show_word(b, word);
	}
}

/* KEYWORD a; MIDDLE b; */
static void
show_pair(struct buf *b, const char *keyword, const struct node *left,
    const char *middle, const struct node *right)
{
	buf_puts(b, keyword);
	show_node(b, left);
	buf_puts(b, middle);
	show_node(b, right);
}

static void
show_binary(struct buf *b, const struct node *n, const char *op)
{
	show_pair(b, "", n->left, op, n->right);
}

/* for and case: a name or a word, and then only that there is a body. */
static void
show_brief(struct buf *b, const struct node *n)
{
	if (n->kind == N_FOR) {
		buf_puts(b, "for ");
		buf_puts(b, n->name);
		buf_puts(b, " ...; do ");
		show_node(b, n->left);
		buf_puts(b, "; done");
	} else if (n->kind == N_CASE) {
		buf_puts(b, "case ");
		show_word(b, n->words);
		buf_puts(b, " in ... esac");
	} else {
		buf_puts(b, n->name);
		buf_puts(b, "() ...");
	}
}

static void
show_list(struct buf *b, const struct node *n, const char *between)
{
	for (; n != NULL; n = n->next) {
		show_node(b, n);
		if (n->next != NULL)
			buf_puts(b, between);
	}
}

static void
show_compound(struct buf *b, const struct node *n)
{
	switch (n->kind) {
	case N_SUBSHELL:
		show_pair(b, "(", n->left, ")", NULL);
		break;
	case N_GROUP:
		show_pair(b, "{ ", n->left, "; }", NULL);
		break;
	case N_IF:
		show_pair(b, "if ", n->left, "; then ", n->right);
		if (n->other != NULL)
			show_pair(b, "; else ", n->other, "", NULL);
		buf_puts(b, "; fi");
		break;
	case N_WHILE:
	case N_UNTIL:
		show_pair(b, n->kind == N_WHILE ? "while " : "until ", n->left,
		    "; do ", n->right);
		buf_puts(b, "; done");
		break;
	default:
		show_brief(b, n);
		break;
	}
}

/* Add the command's text to the buffer; nothing for NULL. */
void
show_node(struct buf *b, const struct node *n)
{
	if (n == NULL)
		return;
	switch (n->kind) {
	case N_SIMPLE:
		show_simple(b, n);
		break;
	case N_PIPE:
		show_list(b, n->left, " | ");
		break;
	case N_SEQ:
		show_list(b, n->left, "; ");
		break;
	case N_AND:
		show_binary(b, n, " && ");
		break;
	case N_OR:
		show_binary(b, n, " || ");
		break;
	case N_NOT:
		show_pair(b, "! ", n->left, "", NULL);
		break;
	case N_BACKGROUND:
		show_pair(b, "", n->left, " &", NULL);
		break;
	default:
		show_compound(b, n);
		break;
	}
	show_redirs(b, n->redirs);
}
