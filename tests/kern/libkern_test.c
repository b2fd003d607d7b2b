/*
 * What of the kernel's small library the host cannot test: the processor's
 * string instructions, 64-bit division, printing with 32-bit types.  And
 * random numbers.
 */
#include "kern_util.h"

/*
 * memcpy(), memmove() and memset() at all alignments and small lengths
 * against loops.
 */
static void
libkern_memory(struct ktest *t)
{
	static u_char is[128], want[128];
	u_int from, i, len, to, wrong = 0;

	for (to = 0; to < 12; to++)
		for (from = 0; from < 12; from++)
			for (len = 0; len < 40; len++) {
				for (i = 0; i < sizeof(is); i++)
					is[i] = want[i] = i * 3;
				for (i = 0; i < len; i++)
					want[to + i] = (from + i) * 3;
				memmove(is + to, is + from, len);
				wrong += memcmp(is, want, sizeof(is)) != 0;
				for (i = 0; i < len; i++)
					want[64 + to + i] = is[from + i];
				memcpy(is + 64 + to, is + from, len);
				wrong += memcmp(is, want, sizeof(is)) != 0;
				for (i = 0; i < len; i++)
					want[to + i] = from + 0x80;
				memset(is + to, (int)from + 0x80, len);
				wrong += memcmp(is, want, sizeof(is)) != 0;
			}
	KTEST_EQ(t, wrong, 0);
	KTEST_ASSERT(t, memcpy(is, want, 3) == is);
	KTEST_ASSERT(t, memset(is, 0, 0) == is);
}
KTEST(libkern, libkern_memory);

/*
 * The compiler calls these for 64-bit division.  volatile keeps it from
 * doing the work itself.
 */
static void
libkern_division(struct ktest *t)
{
	static const unsigned long long values[] = { 1, 2, 7, 10, 1000, 0xffff,
		0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000ULL,
		0x123456789abcdefULL, 0x7fffffffffffffffULL,
		0x8000000000000000ULL, 0xffffffffffffffffULL };
	volatile unsigned long long a, b;
	volatile long long c, d;
	u_int i, j;

	for (i = 0; i < nitems(values); i++)
		for (j = 0; j < nitems(values); j++) {
			a = values[i];
			b = values[j];
			KTEST_ASSERT(t, a / b * b + a % b == a);
			KTEST_ASSERT(t, a % b < b);
			c = values[i];
			d = values[j];
			/* The one quotient that does not fit. */
			if (d == -1)
				continue;
			KTEST_ASSERT(t, c / d * d + c % d == c);
			KTEST_ASSERT(t, c % d == 0 || (c % d < 0) == (c < 0));
		}
}
KTEST(libkern, libkern_division);

static void
libkern_printf(struct ktest *t)
{
	char buf[64];

#define PRINTS(want, ...) \
	do { \
		KTEST_EQ(t, snprintf(buf, sizeof(buf), __VA_ARGS__), \
		    sizeof(want) - 1); \
		KTEST_EQ(t, strcmp(buf, want), 0); \
	} while (0)
	PRINTS("-1 4294967295", "%ld %lu", -1L, -1UL);
	PRINTS("7 ffffffff", "%zu %tx", (size_t)7, (size_t)-1);
	PRINTS("0xc0100000", "%p", (void *)0xc0100000);
	PRINTS("18446744073709551615", "%llu", ~0ULL);
	PRINTS("-9223372036854775808", "%jd", (intmax_t)(1ULL << 63));
	PRINTS("  1f|1f  |001f", "%4x|%-4x|%04x", 31, 31, 31);
	PRINTS("proc  12", "%s %*d", "proc", 3, 12);
	PRINTS("ab%", "%.2s%%", "abc");
#undef PRINTS
	KTEST_EQ(t, snprintf(buf, 4, "%s", "longer"), 6);
	KTEST_EQ(t, strcmp(buf, "lon"), 0);
}
KTEST(libkern, libkern_printf);

/*
 * No proof of randomness, only that it is not broken: each bit is set
 * about half of the time and no number comes back.
 */
static void
random_bits(struct ktest *t)
{
	u_int bit, i, j, set[32] = { 0 }, same = 0, v[256];
	char buf[16];

	for (i = 0; i < nitems(v); i++) {
		v[i] = arc4random();
		for (bit = 0; bit < 32; bit++)
			set[bit] += v[i] >> bit & 1;
		for (j = 0; j < i; j++)
			same += v[i] == v[j];
	}
	KTEST_ASSERT(t, same <= 1);
	for (bit = 0; bit < 32; bit++)
		KTEST_ASSERT(t, set[bit] > 80 && set[bit] < 176);
	memset(buf, 'x', sizeof(buf));
	arc4rand(buf + 1, 0);
	KTEST_EQ(t, buf[1], 'x');
	for (i = 0; i < 100 && buf[7] == 'x'; i++)
		arc4rand(buf + 1, 7);
	KTEST_ASSERT(t, buf[7] != 'x');
	KTEST_ASSERT(t, buf[0] == 'x' && buf[8] == 'x');
}
KTEST(random, random_bits);

/* A seed's numbers come again, another's are others. */
static void
random_seeds(struct ktest *t)
{
	static const u_int seeds[] = { 7, 8, 7 };
	u_int i, j, v[3][20];

	for (i = 0; i < nitems(seeds); i++) {
		random_set_seed(seeds[i]);
		for (j = 0; j < nitems(v[i]); j++)
			v[i][j] = arc4random();
	}
	random_set_seed(0);
	KTEST_EQ(t, memcmp(v[0], v[2], sizeof(v[0])), 0);
	KTEST_ASSERT(t, memcmp(v[0], v[1], sizeof(v[0])) != 0);
	KTEST_ASSERT(t, memcmp(&v[0][0], &v[0][8], 8 * sizeof(u_int)) != 0);
}
KTEST_ALONE(random, random_seeds);
