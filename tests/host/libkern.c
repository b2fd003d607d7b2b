/*
 * The kernel's strings, numbers, globs and qsort against the C library's,
 * on random input.  The kernel's names are changed, so that both are there.
 */
#include <sys/types.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __DECONST
#define	__DECONST(type, v)	((type)(uintptr_t)(const void *)(v))
#endif
#ifndef __inline
#define	__inline	inline
#endif

#define	memcpy		k_memcpy
#define	memmove		k_memmove
#define	memset		k_memset
#define	memcmp		k_memcmp
#define	memchr		k_memchr
#define	strlen		k_strlen
#define	strnlen		k_strnlen
#define	strcmp		k_strcmp
#define	strncmp		k_strncmp
#define	strchr		k_strchr
#define	strrchr		k_strrchr
#define	strstr		k_strstr
#define	strlcpy		k_strlcpy
#define	strlcat		k_strlcat
#define	strsep		k_strsep
#define	strtoul		k_strtoul
#define	strtol		k_strtol
#define	strtouq		k_strtouq
#define	qsort		k_qsort
#include "libkern/string.c"
#include "libkern/qsort.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strrchr
#undef strstr
#undef strsep
#undef strtoul
#undef strtol
#undef qsort

#define	ROUNDS	200000
#define	LONGEST	24

static int	checks;
static unsigned	state = 7;

static unsigned
rnd(unsigned n)
{
	state = state * 1103515245 + 12345;
	return ((state >> 8) % n);
}

#define	CHECK(cond) do {						\
	checks++;							\
	if (!(cond)) {							\
		printf("libkern: %s:%d: %s\n", __FILE__, __LINE__, #cond); \
		exit(1);						\
	}								\
} while (0)

static int
sign(int n)
{
	return ((n > 0) - (n < 0));
}

/* A string of few different letters, so that some of it matches. */
static char *
random_string(const char *letters)
{
	unsigned i, len = rnd(LONGEST);
	char *s = malloc(len + 1);

	for (i = 0; i < len; i++)
		s[i] = letters[rnd(strlen(letters))];
	s[len] = '\0';
	return (s);
}

static void
compare_strings(void)
{
	char *a = random_string("ab\377"), *b = random_string("ab\377");
	unsigned n = rnd(LONGEST), la = strlen(a), lb = strlen(b);
	int c = "ab\377c"[rnd(5)];

	CHECK(k_strlen(a) == la);
	CHECK(k_strnlen(a, n) == strnlen(a, n));
	CHECK(sign(k_strcmp(a, b)) == sign(strcmp(a, b)));
	CHECK(sign(k_strncmp(a, b, n)) == sign(strncmp(a, b, n)));
	CHECK(k_strchr(a, c) == strchr(a, c));
	CHECK(k_strrchr(a, c) == strrchr(a, c));
	CHECK(k_strstr(a, b) == strstr(a, b));
	CHECK(k_memchr(a, c, la) == memchr(a, c, la));
	n = la < lb ? la : lb;
	CHECK(sign(k_memcmp(a, b, n)) == sign(memcmp(a, b, n)));
	free(a);
	free(b);
}

/*
 * memmove between all overlapping places, and that copies do not write
 * outside of their target.
 */
static void
move_memory(void)
{
	unsigned char is[64], want[64];
	unsigned from = rnd(32), i, len = rnd(32), to = rnd(32);

	for (i = 0; i < sizeof(is); i++)
		is[i] = want[i] = i;
	memmove(want + to, want + from, len);
	CHECK(k_memmove(is + to, is + from, len) == is + to);
	CHECK(memcmp(is, want, sizeof(is)) == 0);
	memset(want + to, from, len);
	CHECK(k_memset(is + to, from, len) == is + to);
	CHECK(memcmp(is, want, sizeof(is)) == 0);
	memcpy(want + 32, want, len);
	CHECK(k_memcpy(is + 32, is, len) == is + 32);
	CHECK(memcmp(is, want, sizeof(is)) == 0);
}

static void
copy_strings(void)
{
	char *a = random_string("xy"), *b = random_string("xy"), *buf;
	size_t la = strlen(a), lb = strlen(b), size = 1 + rnd(LONGEST);

	buf = malloc(size);
	CHECK(k_strlcpy(buf, a, size) == la);
	CHECK(strlen(buf) == (la < size ? la : size - 1));
	CHECK(memcmp(buf, a, strlen(buf)) == 0);
	la = strlen(buf);
	CHECK(k_strlcat(buf, b, size) == la + lb);
	CHECK(strlen(buf) == (la + lb < size ? la + lb : size - 1));
	CHECK(memcmp(buf + la, b, strlen(buf) - la) == 0);
	CHECK(k_strlcpy(buf, b, 0) == lb);
	free(a);
	free(b);
	free(buf);
}

static void
separate(void)
{
	char *a = random_string("ab ,"), *b = strdup(a), *p = a, *q = b;
	char *x, *y;

	do {
		x = k_strsep(&p, " ,");
		y = strsep(&q, " ,");
		CHECK((x == NULL) == (y == NULL));
		if (x != NULL)
			CHECK(x - a == y - b && strcmp(x, y) == 0);
	} while (x != NULL);
	free(a);
	free(b);
}

static void
read_numbers(void)
{
	static const int bases[] = { 0, 2, 8, 10, 16, 36 };
	int base = bases[rnd(6)];
	char *e1, *e2, *s = random_string("0123456789abcxXfz-+ ");
	unsigned long long v;

	CHECK(k_strtol(s, &e1, base) == strtol(s, &e2, base) && e1 == e2);
	errno = 0;
	v = strtoull(s, &e2, base);
	CHECK(k_strtouq(s, &e1, base) == v || errno == ERANGE);
	CHECK(e1 == e2);
	free(s);
}

static void
read_limits(void)
{
	char *end, text[64];

	snprintf(text, sizeof(text), "%ld", LONG_MIN);
	CHECK(k_strtol(text, NULL, 10) == LONG_MIN);
	snprintf(text, sizeof(text), "%ld", LONG_MAX);
	CHECK(k_strtol(text, NULL, 10) == LONG_MAX);
	snprintf(text, sizeof(text), "%lu", ULONG_MAX);
	CHECK(k_strtoul(text, &end, 10) == ULONG_MAX && *end == '\0');
	CHECK(k_strtol(text, &end, 10) == LONG_MAX && *end == '\0');
	CHECK(k_strtoul("99999999999999999999999x", &end, 10) == ULONG_MAX);
	CHECK(*end == 'x');
	CHECK(k_strtol("-99999999999999999999999", NULL, 10) == LONG_MIN);
	CHECK(k_strtoul("-1", NULL, 0) == ULONG_MAX);
	CHECK(k_strtoul("0xffffffff", NULL, 0) == 0xffffffff);
	CHECK(k_strtouq("0x123456789abcdef0", NULL, 0) == 0x123456789abcdef0);
}

static void
match_globs(void)
{
	char *pattern = random_string("ab*?"), *s = random_string("ab");

	CHECK(glob_match(pattern, s) == (fnmatch(pattern, s, 0) == 0));
	free(pattern);
	free(s);
}

static int
cmp_int(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return ((x > y) - (x < y));
}

static void
sort_numbers(void)
{
	unsigned i, n = rnd(50), range = 1 + rnd(100);
	int is[50], want[50];

	for (i = 0; i < n; i++)
		is[i] = want[i] = rnd(range);
	k_qsort(is, n, sizeof(is[0]), cmp_int);
	qsort(want, n, sizeof(want[0]), cmp_int);
	CHECK(memcmp(is, want, n * sizeof(is[0])) == 0);
}

/* Each group stops the program at its first failure. */
static const struct group {
	const char *name;
	void (*run)(void);
} groups[] = {
	{ "compare strings", compare_strings },
	{ "move memory", move_memory },
	{ "copy strings", copy_strings },
	{ "separate strings", separate },
	{ "read numbers", read_numbers },
	{ "match globs", match_globs },
	{ "sort numbers", sort_numbers },
};

int
main(void)
{
	const size_t ngroups = sizeof(groups) / sizeof(groups[0]);
	size_t g;
	int i;

	printf("1..%zu\n", ngroups + 1);
	read_limits();
	printf("ok 1 - read limits\n");
	for (g = 0; g < ngroups; g++) {
		for (i = 0; i < ROUNDS; i++)
			groups[g].run();
		printf("ok %zu - %s\n", g + 2, groups[g].name);
	}
	printf("# %d checks\n", checks);
	return (0);
}
