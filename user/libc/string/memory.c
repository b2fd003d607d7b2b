/*
 * Memory: copying, filling, comparing and searching bytes.
 */
#include <string.h>

/*
 * The processor's own string instructions are the fastest way on anything
 * from the Pentium II on, and the shortest one everywhere.
 */
static inline void
copy_forward(void *dst, const void *src, size_t n)
{
	size_t words = n / 4, bytes = n % 4;

	__asm__ volatile("rep movsl\n\t"
			 "mov %3, %2\n\t"
			 "rep movsb"
			 : "+&D"(dst), "+&S"(src), "+&c"(words)
			 : "r"(bytes)
			 : "memory");
}

/*
 * memcpy(3): copy n bytes; the areas must not overlap.  Returns dst.
 */
void *
memcpy(void *__restrict dst, const void *__restrict src, size_t n)
{
	copy_forward(dst, src, n);
	return (dst);
}

/*
 * mempcpy(3): as memcpy, but returns the end of the copy.
 */
void *
mempcpy(void *__restrict dst, const void *__restrict src, size_t n)
{
	copy_forward(dst, src, n);
	return ((char *)dst + n);
}

/*
 * memmove(3): copy n bytes; the areas may overlap.  Returns dst.
 */
void *
memmove(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;

	/* Forwards is right unless dst lies inside the source. */
	if ((size_t)(d - s) >= n) {
		copy_forward(dst, src, n);
		return (dst);
	}
	d += n - 1;
	s += n - 1;
	__asm__ volatile("std\n\t"
			 "rep movsb\n\t"
			 "cld"
			 : "+D"(d), "+S"(s), "+c"(n)
			 :
			 : "memory");
	return (dst);
}

/*
 * bcopy(3): memmove with the arguments in BSD's order.
 */
void
bcopy(const void *src, void *dst, size_t n)
{
	memmove(dst, src, n);
}

/*
 * memset(3): fill n bytes with the byte c.  Returns dst.
 */
void *
memset(void *dst, int c, size_t n)
{
	void *d = dst;
	size_t words = n / 4, bytes = n % 4;
	unsigned fill = (unsigned char)c * 0x01010101U;

	__asm__ volatile("rep stosl\n\t"
			 "mov %2, %1\n\t"
			 "rep stosb"
			 : "+&D"(d), "+&c"(words)
			 : "r"(bytes), "a"(fill)
			 : "memory");
	return (dst);
}

/*
 * bzero(3): clear n bytes.
 */
void
bzero(void *dst, size_t n)
{
	memset(dst, 0, n);
}

/*
 * explicit_bzero(3): clear n bytes even if nobody reads them afterwards.
 */
void
explicit_bzero(void *dst, size_t n)
{
	memset(dst, 0, n);
	__asm__ volatile("" : : "r"(dst) : "memory");
}

/*
 * memccpy(3): copy up to n bytes, up to and with the first byte c.
 * Returns the byte behind the copied c, or NULL if there was none.
 */
void *
memccpy(void *__restrict dst, const void *__restrict src, int c, size_t n)
{
	unsigned char *d = dst;
	const unsigned char *s = src;

	while (n-- > 0)
		if ((*d++ = *s++) == (unsigned char)c)
			return (d);
	return (NULL);
}

/*
 * memcmp(3): compare n bytes as unsigned numbers.  Returns a number below,
 * equal to or above zero.
 */
int
memcmp(const void *b1, const void *b2, size_t n)
{
	const unsigned char *p1 = b1, *p2 = b2;

	for (; n > 0; n--, p1++, p2++)
		if (*p1 != *p2)
			return (*p1 - *p2);
	return (0);
}

/*
 * bcmp(3): zero if the n bytes are equal.
 */
int
bcmp(const void *b1, const void *b2, size_t n)
{
	return (memcmp(b1, b2, n));
}

/*
 * memchr(3): the first byte c among n, or NULL.
 */
void *
memchr(const void *b, int c, size_t n)
{
	const unsigned char *p = b;

	for (; n > 0; n--, p++)
		if (*p == (unsigned char)c)
			return ((void *)p);
	return (NULL);
}

/*
 * memrchr(3): the last byte c among n, or NULL.
 */
void *
memrchr(const void *b, int c, size_t n)
{
	const unsigned char *p = (const unsigned char *)b + n;

	while (n-- > 0)
		if (*--p == (unsigned char)c)
			return ((void *)p);
	return (NULL);
}

/*
 * memmem(3): the first place in big where the bytes of little are, or
 * NULL.  An empty little is found at once.
 */
void *
memmem(const void *big, size_t biglen, const void *little, size_t len)
{
	const unsigned char *p = big, *last;
	const unsigned char *l = little;

	if (len == 0)
		return ((void *)p);
	if (biglen < len)
		return (NULL);
	for (last = p + (biglen - len); p <= last; p++)
		if (*p == *l && memcmp(p, l, len) == 0)
			return ((void *)p);
	return (NULL);
}
