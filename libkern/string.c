/*
 * Strings and memory.
 */
#include <libkern/libkern.h>

#ifdef _KERNEL
#undef memcpy
#undef memset
#endif

#ifdef __i386__
#ifdef KCSAN
#include <sys/kcsan.h>
#else
#define	kcsan_copied(p, len, write)	((void)0)
#endif

/*
 * The string instructions are what this processor, and its emulators, do
 * best; they count one step an element, so words are moved where possible.
 */
void *
memcpy(void *to, const void *from, size_t len)
{
	void *d = to;
	size_t n = len / 4;

	kcsan_copied(from, len, 0);
	kcsan_copied(to, len, 1);
	__asm __volatile("rep; movsl"
			 : "+D"(d), "+S"(from), "+c"(n)
			 :
			 : "memory");
	n = len % 4;
	__asm __volatile("rep; movsb"
			 : "+D"(d), "+S"(from), "+c"(n)
			 :
			 : "memory");
	return (to);
}

void *
memset(void *to, int c, size_t len)
{
	void *d = to;
	size_t n = len / 4;
	u_int word = (u_char)c * 0x01010101U;

	kcsan_copied(to, len, 1);
	__asm __volatile("rep; stosl"
			 : "+D"(d), "+c"(n)
			 : "a"(word)
			 : "memory");
	n = len % 4;
	__asm __volatile("rep; stosb"
			 : "+D"(d), "+c"(n)
			 : "a"(word)
			 : "memory");
	return (to);
}

void *
memchr(const void *mem, int c, size_t len)
{
	bool missing = true;

	if (len != 0)
		__asm __volatile("repne; scasb; setne %0"
				 : "=q"(missing), "+D"(mem), "+c"(len)
				 : "a"(c)
				 : "memory", "cc");
	return (missing ? NULL : (void *)((uintptr_t)mem - 1));
}
#else
void *
memcpy(void *to, const void *from, size_t len)
{
	const volatile u_char *s = from;
	volatile u_char *d = to;

	while (len-- > 0)
		*d++ = *s++;
	return (to);
}

void *
memset(void *to, int c, size_t len)
{
	volatile u_char *d = to;

	while (len-- > 0)
		*d++ = c;
	return (to);
}

void *
memchr(const void *mem, int c, size_t len)
{
	const u_char *p = mem;

	for (; len > 0; len--, p++)
		if (*p == (u_char)c)
			return (__DECONST(void *, p));
	return (NULL);
}
#endif

void *
memmove(void *to, const void *from, size_t len)
{
	const volatile u_char *s = from;
	volatile u_char *d = to;

	if ((uintptr_t)to - (uintptr_t)from >= len)
		return (memcpy(to, from, len)); /* which goes upwards */
	while (len-- > 0)
		d[len] = s[len];
	return (to);
}

int
memcmp(const void *a, const void *b, size_t len)
{
	const u_char *p = a, *q = b;
	u_int v, w;

	/* What is equal is mostly long. */
	for (; len >= sizeof(v); len -= sizeof(v)) {
		__builtin_memcpy(&v, p, sizeof(v));
		__builtin_memcpy(&w, q, sizeof(w));
		if (v != w)
			break;
		p += sizeof(v);
		q += sizeof(v);
	}
	for (; len > 0; len--, p++, q++)
		if (*p != *q)
			return (*p - *q);
	return (0);
}

size_t
strlen(const char *s)
{
	const char *end = s;

	while (*end != '\0')
		end++;
	return (end - s);
}

size_t
strnlen(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len] != '\0')
		len++;
	return (len);
}

int
strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return ((u_char)*a - (u_char)*b);
}

int
strncmp(const char *a, const char *b, size_t len)
{
	for (; len > 0; len--, a++, b++)
		if (*a != *b || *a == '\0')
			return ((u_char)*a - (u_char)*b);
	return (0);
}

char *
strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (__DECONST(char *, s));
		if (*s == '\0')
			return (NULL);
	}
}

char *
strrchr(const char *s, int c)
{
	const char *found = NULL;

	for (;; s++) {
		if (*s == (char)c)
			found = s;
		if (*s == '\0')
			return (__DECONST(char *, found));
	}
}

char *
strstr(const char *s, const char *what)
{
	size_t len = strlen(what);

	for (;; s++) {
		if (strncmp(s, what, len) == 0)
			return (__DECONST(char *, s));
		if (*s == '\0')
			return (NULL);
	}
}

/*
 * Copy with a NUL into room for size bytes; the length of "from" is
 * returned, so that a result of size or more means that it was cut.
 */
size_t
strlcpy(char *to, const char *from, size_t size)
{
	size_t len = strlen(from), n;

	if (size > 0) {
		n = len < size ? len : size - 1;
		memcpy(to, from, n);
		to[n] = '\0';
	}
	return (len);
}

size_t
strlcat(char *to, const char *from, size_t size)
{
	size_t len = strnlen(to, size);

	return (len + strlcpy(to + len, from, size - len));
}

/*
 * Cut the next piece off a string: up to one of the separators, which is
 * overwritten.  NULL at the end.
 */
char *
strsep(char **sp, const char *separators)
{
	char *piece = *sp, *s;

	if (piece == NULL)
		return (NULL);
	for (s = piece; *s != '\0'; s++)
		if (strchr(separators, *s) != NULL) {
			*s++ = '\0';
			*sp = s;
			return (piece);
		}
	*sp = NULL;
	return (piece);
}

static int
digit_value(int c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	c |= 0x20;
	return (c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99);
}

/*
 * The absolute value of a number in a base (0: as C writes it), at most
 * max; *end is behind it, or at s if there is none.
 */
static unsigned long long
magnitude(const char *s, char **end, int base, unsigned long long max,
    int *negative)
{
	const char *start = s;
	unsigned long long v = 0;
	int d;

	while (*s == ' ' || *s == '\t')
		s++;
	*negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 0x20) == 'x' &&
	    digit_value(s[2]) < 16) {
		s += 2;
		base = 16;
	} else if (base == 0)
		base = *s == '0' ? 8 : 10;
	if (digit_value(*s) >= base)
		s = start;
	for (; (d = digit_value(*s)) < base; s++)
		v = (unsigned)d > max || v > (max - d) / base ? max :
								v * base + d;
	if (end != NULL)
		*end = __DECONST(char *, s);
	return (v);
}

/*
 * As in C, a minus sign negates what is unsigned too; what does not fit
 * becomes the largest number.
 */
unsigned long long
strtouq(const char *s, char **end, int base)
{
	unsigned long long v;
	int negative;

	v = magnitude(s, end, base, ~0ULL, &negative);
	return (negative ? -v : v);
}

unsigned long
strtoul(const char *s, char **end, int base)
{
	unsigned long v;
	int negative;

	v = magnitude(s, end, base, ~0UL, &negative);
	return (negative ? -v : v);
}

long
strtol(const char *s, char **end, int base)
{
	const unsigned long max = ~0UL >> 1;
	unsigned long v;
	int negative;

	v = magnitude(s, end, base, max + 1, &negative);
	if (negative)
		return (v > max ? -(long)max - 1 : -(long)v);
	return (v > max ? max : v);
}

/*
 * Whether the string matches a pattern of ordinary characters, ? and *.
 */
int
glob_match(const char *pat, const char *s)
{
	const char *star = NULL, *retry = NULL;

	while (*s != '\0') {
		if (*pat == '*') {
			star = pat++;
			retry = s;
		} else if (*pat == '?' || *pat == *s) {
			pat++;
			s++;
		} else if (star != NULL) {
			pat = star + 1;
			s = ++retry;
		} else
			return (0);
	}
	while (*pat == '*')
		pat++;
	return (*pat == '\0');
}
