/*
 * Strings: length, copying and joining.
 */
#include <string.h>

/*
 * strlen(3): bytes before the NUL.
 */
size_t
strlen(const char *s)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		;
	return (p - s);
}

/*
 * strnlen(3): strlen, but at most max; no byte beyond is looked at.
 */
size_t
strnlen(const char *s, size_t max)
{
	size_t n;

	for (n = 0; n < max && s[n] != '\0'; n++)
		;
	return (n);
}

/*
 * stpcpy(3): copy with the NUL.  Returns where the NUL is now.
 */
char *
stpcpy(char *__restrict dst, const char *__restrict src)
{
	size_t n = strlen(src);

	memcpy(dst, src, n + 1);
	return (dst + n);
}

/*
 * strcpy(3): copy with the NUL.  Returns dst.
 */
char *
strcpy(char *__restrict dst, const char *__restrict src)
{
	memcpy(dst, src, strlen(src) + 1);
	return (dst);
}

/*
 * stpncpy(3): fill exactly n bytes with the string and NULs behind it; a
 * string of n or more bytes gets no NUL.  Returns the first NUL, or
 * dst + n.
 */
char *
stpncpy(char *__restrict dst, const char *__restrict src, size_t n)
{
	size_t len = strnlen(src, n);

	memcpy(dst, src, len);
	memset(dst + len, 0, n - len);
	return (dst + len);
}

/*
 * strncpy(3): stpncpy that returns dst.
 */
char *
strncpy(char *__restrict dst, const char *__restrict src, size_t n)
{
	stpncpy(dst, src, n);
	return (dst);
}

/*
 * strcat(3): append src.  Returns dst.
 */
char *
strcat(char *__restrict dst, const char *__restrict src)
{
	strcpy(dst + strlen(dst), src);
	return (dst);
}

/*
 * strncat(3): append at most n bytes of src, and a NUL.  Returns dst.
 */
char *
strncat(char *__restrict dst, const char *__restrict src, size_t n)
{
	char *end = dst + strlen(dst);
	size_t len = strnlen(src, n);

	memcpy(end, src, len);
	end[len] = '\0';
	return (dst);
}

/*
 * strlcpy(3): copy what fits into size bytes, always with a NUL.  Returns
 * the length of src; size or more means that something was cut off.
 */
size_t
strlcpy(char *__restrict dst, const char *__restrict src, size_t size)
{
	size_t len = strlen(src), n;

	if (size > 0) {
		n = len < size ? len : size - 1;
		memcpy(dst, src, n);
		dst[n] = '\0';
	}
	return (len);
}

/*
 * strlcat(3): append what fits into size bytes in all.  Returns the length
 * that was wanted; size or more means that something was cut off.
 */
size_t
strlcat(char *__restrict dst, const char *__restrict src, size_t size)
{
	size_t len = strnlen(dst, size);

	if (len == size)
		return (len + strlen(src));
	return (len + strlcpy(dst + len, src, size - len));
}
