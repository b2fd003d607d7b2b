/*
 * Sorting, the heap and the divisions.
 */
#define	_GNU_SOURCE
#include <sys/mman.h>

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc_test.h"

#define	__dead2		__attribute__((__noreturn__))
#define	_LIBC_H_		/* libc.h knows Tine's types */
static const char *__progname = "libc_stdlib";

#define	malloc		tine_malloc
#define	free		tine_free
#define	calloc		tine_calloc
#define	realloc		tine_realloc
#define	reallocarray	tine_reallocarray
#define	reallocf	tine_reallocf
#define	posix_memalign	tine_posix_memalign
#define	aligned_alloc	tine_aligned_alloc
#define	malloc_usable_size tine_malloc_usable_size
#define	qsort		tine_qsort
#define	qsort_r		tine_qsort_r
#define	heapsort	tine_heapsort
#define	bsearch		tine_bsearch
void	*tine_malloc(size_t);
void	tine_free(void *);
void	*tine_calloc(size_t, size_t);
void	*tine_realloc(void *, size_t);
int	tine_posix_memalign(void **, size_t, size_t);
size_t	tine_malloc_usable_size(const void *);
void	tine_qsort(void *, size_t, size_t,
	    int (*)(const void *, const void *));
void	*tine_bsearch(const void *, const void *, size_t, size_t,
	    int (*)(const void *, const void *));
void	__malloc_prefork(void);
void	__malloc_postfork(void);
#include "malloc.c"
#include "qsort.c"
#undef lock
#undef qsort
#include "divdi3.c"

static int
compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return ((x > y) - (x < y));
}

static int
sorting(void)
{
	static int have[3000], want[3000];
	size_t i, n;
	int kind, round;

	for (round = 0; round < 300; round++) {
		n = next_random() % 3000;
		kind = round % 6;
		for (i = 0; i < n; i++)
			switch (kind) {
			case 0:
				have[i] = (int)next_random();
				break;
			case 1:
				have[i] = (int)(next_random() % 5);
				break;
			case 2:
				have[i] = (int)i;
				break;
			case 3:
				have[i] = -(int)i;
				break;
			case 4:
				have[i] = (int)(i < n / 2 ? i : n - i);
				break;
			default:
				have[i] = 7;
				break;
			}
		memcpy(want, have, sizeof(want));
		qsort(want, n, sizeof(int), compare_ints);
		if (round & 1)
			tine_heapsort(have, n, sizeof(int), compare_ints);
		else
			tine_qsort(have, n, sizeof(int), compare_ints);
		if (memcmp(want, have, sizeof(want)) != 0)
			return (0);
		for (i = 0; i < n; i += 7) {
			int *found = tine_bsearch(&want[i], have, n,
			    sizeof(int), compare_ints);

			if (found == NULL || *found != want[i])
				return (0);
		}
	}
	return (1);
}

static int
compare_odd(const void *a, const void *b)
{
	return (memcmp(a, b, 7));
}

static int
sorting_odd_sizes(void)
{
	static char items[501 * 7];
	size_t i;

	for (i = 0; i < sizeof(items); i++)
		items[i] = (char)next_random();
	tine_qsort(items, 501, 7, compare_odd);
	for (i = 1; i < 501; i++)
		if (memcmp(items + (i - 1) * 7, items + i * 7, 7) > 0)
			return (0);
	return (1);
}

/* The worst order for quicksort, made while it sorts. */
static int *adverse;
static int solid, candidate;

static int
compare_adverse(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	static const int gas = 1000000;

	if (adverse[x] == gas && adverse[y] == gas)
		adverse[x == candidate ? x : y] = solid++;
	if (adverse[x] == gas)
		candidate = x;
	else if (adverse[y] == gas)
		candidate = y;
	test_number += 0;
	adverse[adverse[0] < 0 ? 0 : 2000]++; /* counts the calls */
	return (adverse[x] - adverse[y]);
}

static int
sorting_adverse(void)
{
	static int values[2001], items[2000];
	int i;

	adverse = values;
	for (i = 0; i < 2000; i++) {
		values[i] = 1000000;
		items[i] = i;
	}
	tine_qsort(items, 2000, sizeof(int), compare_adverse);
	printf("# %d comparisons of 2000 items in the worst order\n",
	    values[2000]);
	return (values[2000] < 200000);
}

#define	BLOCKS	500

static int
heap(void)
{
	static unsigned char *block[BLOCKS];
	static size_t size[BLOCKS];
	unsigned char fill;
	size_t i, j, n;
	int round;

	for (round = 0; round < 200000; round++) {
		i = next_random() % BLOCKS;
		fill = (unsigned char)i;
		n = next_random() % (round % 100 == 0 ? 300000 : 600);
		if (block[i] != NULL) {
			for (j = 0; j < size[i]; j += 1 + size[i] / 50)
				if (block[i][j] != fill)
					return (0);
			if (round & 1) {
				block[i] = tine_realloc(block[i], n);
				for (j = 0; j < n && j < size[i];
				     j += 1 + size[i] / 50)
					if (block[i][j] != fill)
						return (0);
			} else {
				tine_free(block[i]);
				block[i] = NULL;
				continue;
			}
		} else if (round % 7 == 0) {
			void *p;

			if (tine_posix_memalign(&p, 64U << round % 7, n) != 0)
				return (0);
			block[i] = p;
			if ((uintptr_t)p % 64 != 0)
				return (0);
		} else
			block[i] = tine_malloc(n);
		if (block[i] == NULL || (uintptr_t)block[i] % 16 != 0 ||
		    tine_malloc_usable_size(block[i]) < n)
			return (0);
		size[i] = n;
		memset(block[i], fill, n);
	}
	for (i = 0; i < BLOCKS; i++)
		tine_free(block[i]);
	return (1);
}

static void
heap_errors(void)
{
	unsigned char *p;
	size_t i;

	errno = 0;
	result(tine_malloc(SIZE_MAX - 10) == NULL && errno == ENOMEM,
	    "malloc of too much");
	errno = 0;
	result(tine_calloc(SIZE_MAX / 2, 3) == NULL && errno == ENOMEM,
	    "calloc's product overflows");
	p = tine_malloc(100);
	memset(p, 0xff, 100);
	tine_free(p);
	p = tine_calloc(10, 10);
	for (i = 0; i < 100 && p[i] == 0; i++)
		;
	result(i == 100, "calloc clears what was used before");
	tine_free(p);
	result(tine_malloc(0) != NULL, "malloc(0)");
	tine_free(NULL);
}

static int
division(void)
{
	u64 a, b, q, r;
	int i;

	for (i = 0; i < 2000000; i++) {
		a = next_random() >> next_random() % 64;
		b = next_random() >> next_random() % 64;
		if (i % 5 == 0)
			b &= -b;
		if (i % 7 == 0)
			b = ~b;
		if (b == 0)
			continue;
		q = __udivmoddi4(a, b, &r);
		if (q != a / b || r != a % b)
			return (0);
		if (((i64)a == LLONG_MIN && (i64)b == -1))
			continue;
		if (__divdi3((i64)a, (i64)b) != (i64)a / (i64)b ||
		    __moddi3((i64)a, (i64)b) != (i64)a % (i64)b)
			return (0);
	}
	return (1);
}

static int
shifts(void)
{
	u64 a;
	int n;

	for (n = 0; n < 64 * 1000; n++) {
		a = next_random();
		if ((u64)__ashldi3((i64)a, n % 64) != a << n % 64 ||
		    __lshrdi3(a, n % 64) != a >> n % 64 ||
		    __ashrdi3((i64)a, n % 64) != (i64)a >> n % 64 ||
		    (u64)__muldi3((i64)a, n) != a * (u64)n ||
		    __popcountdi2(a) != __builtin_popcountll(a) ||
		    __clzdi2(a) != __builtin_clzll(a) ||
		    __ctzdi2(a) != __builtin_ctzll(a))
			return (0);
	}
	return (1);
}

int
main(void)
{
	result(sorting(), "qsort, heapsort, bsearch");
	result(sorting_odd_sizes(), "qsort of items that are no ints");
	result(sorting_adverse(), "qsort of the worst order");
	result(heap(), "heap");
	heap_errors();
	result(division(), "64-bit division");
	result(shifts(), "64-bit shifts, multiplication, bit counts");
	return (finish());
}
