/*
 * The numbers of accounting records.
 */
#include <sys/acct.h>
#include <sys/ktest.h>

static u_int64_t
value_of(comp_t c)
{
	return ((u_int64_t)(c & 0x1fff) << 3 * (c >> 13));
}

static void
acct_numbers(struct ktest *t)
{
	u_int64_t n, back;

	KTEST_EQ(t, acct_comp(0), 0);
	KTEST_EQ(t, acct_comp(8191), 8191);
	KTEST_EQ(t, acct_comp(8192), 1 << 13 | 1024);
	/* Rounded: down, up, and up into the next exponent. */
	KTEST_EQ(t, acct_comp(8192 + 3), 1 << 13 | 1024);
	KTEST_EQ(t, acct_comp(8192 + 4), 1 << 13 | 1025);
	KTEST_EQ(t, acct_comp(8191 * 8 + 4), 2 << 13 | 1024);
	/* The largest, and what is larger. */
	KTEST_EQ(t, acct_comp((u_int64_t)8191 << 21), 0xffff);
	KTEST_EQ(t, acct_comp((u_int64_t)8192 << 21), 0xffff);
	KTEST_EQ(t, acct_comp(~(u_int64_t)0), 0xffff);
	/* None is off by more than half of the last place. */
	for (n = 1; n < (u_int64_t)8191 << 21; n += n / 7 + 1) {
		back = value_of(acct_comp(n));
		KTEST_ASSERT(t, (back > n ? back - n : n - back) <= n / 2048);
	}
}
KTEST(acct, acct_numbers);
