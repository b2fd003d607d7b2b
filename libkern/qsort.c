/*
 * qsort(3), by heap sort: no recursion, no worst case.
 */
#include <libkern/libkern.h>

static void
swap(char *a, char *b, size_t size)
{
	char c;

	while (size-- > 0) {
		c = *a;
		*a++ = *b;
		*b++ = c;
	}
}

static void
sift(char *base, size_t i, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	size_t child;

	for (; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n &&
		    (*cmp)(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if ((*cmp)(base + i * size, base + child * size) >= 0)
			break;
		swap(base + i * size, base + child * size, size);
	}
}

void
qsort(void *array, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	char *base = array;
	size_t i;

	for (i = n / 2; i-- > 0;)
		sift(base, i, n, size, cmp);
	for (i = n; i-- > 1;) {
		swap(base, base + i * size, size);
		sift(base, 0, i, size, cmp);
	}
}
