/*
 * Memory of the shell.  Running out of it ends the shell: there is nothing
 * sensible left to do.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

#define	CHUNK	4000			/* bytes an arena takes at a time */
#define	ALIGN	_Alignof(max_align_t)

struct chunk {
	struct chunk *next;
	size_t	used, size;
	max_align_t data[];
};

struct arena {
	struct chunk *chunks;		/* the newest first */
	unsigned refs;
};

void *
xmalloc(size_t size)
{
	void *p = malloc(size);

	if (p == NULL)
		err(ST_ERROR, "malloc");
	return (p);
}

void *
xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size);

	if (p == NULL)
		err(ST_ERROR, "realloc");
	return (p);
}

char *
xstrdup(const char *s)
{
	size_t size = strlen(s) + 1;

	return (memcpy(xmalloc(size), s, size));
}

/* An arena with one holder. */
struct arena *
arena_new(void)
{
	struct arena *a = xmalloc(sizeof(*a));

	a->chunks = NULL;
	a->refs = 1;
	return (a);
}

void
arena_hold(struct arena *a)
{
	a->refs++;
}

/* The last holder frees all that was allocated from it. */
void
arena_drop(struct arena *a)
{
	struct chunk *c, *next;

	if (--a->refs != 0)
		return;
	for (c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

/* Zeroed memory. */
void *
arena_alloc(struct arena *a, size_t size)
{
	struct chunk *c = a->chunks;
	void *p;

	size = (size + ALIGN - 1) & ~(ALIGN - 1);
	if (c == NULL || c->size - c->used < size) {
		size_t room = size > CHUNK ? size : CHUNK;

		c = xmalloc(sizeof(*c) + room);
		c->used = 0;
		c->size = room;
		c->next = a->chunks;
		a->chunks = c;
	}
	p = (char *)c->data + c->used;
	c->used += size;
	return (memset(p, 0, size));
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	return (memcpy(arena_alloc(a, len + 1), s, len));
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return (arena_strndup(a, s, strlen(s)));
}

/* Room for len more bytes and a NUL. */
static void
buf_room(struct buf *b, size_t len)
{
	if (b->size - b->len > len)
		return;
	while (b->size - b->len <= len)
		b->size = b->size == 0 ? 64 : b->size * 2;
	b->data = xrealloc(b->data, b->size);
}

void
buf_add(struct buf *b, const char *s, size_t len)
{
	buf_room(b, len);
	memcpy(b->data + b->len, s, len);
	b->len += len;
}

void
buf_addc(struct buf *b, int c)
{
	buf_room(b, 1);
	b->data[b->len++] = c;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

/* The bytes as a string, valid until the next change. */
char *
buf_str(struct buf *b)
{
	buf_room(b, 0);
	b->data[b->len] = '\0';
	return (b->data);
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}
