/*
 * Sorting and searching arrays.
 *
 * Quicksort with the median of three as pivot; short parts are sorted by
 * insertion; and what turns out badly, so that the time would grow with
 * the square of the size, is finished by heapsort.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

typedef int	compare_t(void *, const void *, const void *);

/* What all parts of a sort need to know. */
struct sort {
	size_t		size;
	compare_t	*compare;
	void		*thunk;
	int		words;		/* size and address allow ints */
};

#define	INSERTION	8		/* parts of so many items */

static void
swap(const struct sort *s, char *a, char *b)
{
	size_t n;
	char c;

	if (s->words) {
		int *x = (int *)(void *)a, *y = (int *)(void *)b, w;

		for (n = s->size / sizeof(int); n > 0; n--) {
			w = *x;
			*x++ = *y;
			*y++ = w;
		}
		return;
	}
	for (n = s->size; n > 0; n--) {
		c = *a;
		*a++ = *b;
		*b++ = c;
	}
}

static void
insertion_sort(const struct sort *s, char *base, size_t n)
{
	char *end = base + n * s->size, *p, *q;

	for (p = base + s->size; p < end; p += s->size)
		for (q = p;
		     q > base && s->compare(s->thunk, q - s->size, q) > 0;
		     q -= s->size)
			swap(s, q - s->size, q);
}

/*
 * Let item i of n sink until no child is larger.
 */
static void
sift_down(const struct sort *s, char *base, size_t i, size_t n)
{
	size_t child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n &&
		    s->compare(s->thunk, base + child * s->size,
			base + (child + 1) * s->size) < 0)
			child++;
		if (s->compare(s->thunk, base + i * s->size,
			base + child * s->size) >= 0)
			return;
		swap(s, base + i * s->size, base + child * s->size);
		i = child;
	}
}

static void
heap_sort(const struct sort *s, char *base, size_t n)
{
	size_t i;

	for (i = n / 2; i-- > 0;)
		sift_down(s, base, i, n);
	for (i = n; i-- > 1;) {
		swap(s, base, base + i * s->size);
		sift_down(s, base, 0, i);
	}
}

/*
 * Bring the median of the first, middle and last item to the front.
 */
static void
choose_pivot(const struct sort *s, char *base, size_t n)
{
	char *mid = base + n / 2 * s->size, *last = base + (n - 1) * s->size;

	if (s->compare(s->thunk, mid, last) > 0)
		swap(s, mid, last);
	if (s->compare(s->thunk, base, last) > 0)
		swap(s, base, last);
	if (s->compare(s->thunk, base, mid) < 0)
		swap(s, base, mid);
}

/*
 * Sort n items; after depth bad splits by heapsort.  The longer part is
 * done in the loop, so that the stack holds only few calls.
 */
static void
quick_sort(const struct sort *s, char *base, size_t n, int depth)
{
	char *i, *j;
	size_t left, right;

	while (n > INSERTION) {
		if (depth-- == 0) {
			heap_sort(s, base, n);
			return;
		}
		choose_pivot(s, base, n);
		i = base;
		j = base + n * s->size;
		for (;;) {
			do
				i += s->size;
			while (i < j && s->compare(s->thunk, i, base) < 0);
			do
				j -= s->size;
			while (j > base && s->compare(s->thunk, j, base) > 0);
			if (i >= j)
				break;
			swap(s, i, j);
		}
		swap(s, base, j);
		left = (size_t)(j - base) / s->size;
		right = n - left - 1;
		j += s->size;
		if (left < right) {
			quick_sort(s, base, left, depth);
			base = j;
			n = right;
		} else {
			quick_sort(s, j, right, depth);
			n = left;
		}
	}
	insertion_sort(s, base, n);
}

/*
 * qsort_r(3): sort n items of size bytes by compare(thunk, a, b), which
 * returns a number below, equal to or above zero.  Equal items may change
 * their order.
 */
void
qsort_r(void *base, size_t n, size_t size, void *thunk, compare_t *compare)
{
	struct sort s = { size, compare, thunk, 0 };
	int depth = 4;
	size_t i;

	if (n < 2 || size == 0)
		return;
	s.words = size % sizeof(int) == 0 && (size_t)base % sizeof(int) == 0;
	for (i = n; i > 0; i >>= 1)
		depth += 2;
	quick_sort(&s, base, n, depth);
}

/* The function of a sort without a thunk travels in the thunk. */
struct plain {
	int	(*compare)(const void *, const void *);
};

static int
compare_plain(void *thunk, const void *a, const void *b)
{
	return (((struct plain *)thunk)->compare(a, b));
}

/*
 * qsort(3): sort n items of size bytes by compare(a, b).
 */
void
qsort(void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	struct plain plain = { compare };

	qsort_r(base, n, size, &plain, compare_plain);
}

/*
 * heapsort(3): as qsort(3), never slower than n log n.  Returns 0, or -1:
 * EINVAL (size is zero).
 */
int
heapsort(void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	struct plain plain = { compare };
	struct sort s = { size, compare_plain, &plain, 0 };

	if (size == 0) {
		errno = EINVAL;
		return (-1);
	}
	if (n > 1)
		heap_sort(&s, base, n);
	return (0);
}

/*
 * bsearch(3): look for key among n sorted items.  Returns an item that is
 * equal, or NULL.
 */
void *
bsearch(const void *key, const void *base, size_t n, size_t size,
    int (*compare)(const void *, const void *))
{
	const char *low = base, *p;
	int c;

	while (n > 0) {
		p = low + n / 2 * size;
		c = compare(key, p);
		if (c == 0)
			return ((void *)p);
		if (c > 0) {
			low = p + size;
			n--;
		}
		n /= 2;
	}
	return (NULL);
}
