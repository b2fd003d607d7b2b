/*
 * Finding bits.
 */
#include <strings.h>

/*
 * ffs(3), ffsl, ffsll: number of the lowest bit that is set, counted from
 * one; 0 if there is none.
 */
int
ffs(int mask)
{
	return (mask == 0 ? 0 : __builtin_ctz(mask) + 1);
}

int
ffsl(long mask)
{
	return (mask == 0 ? 0 : __builtin_ctzl(mask) + 1);
}

int
ffsll(long long mask)
{
	unsigned long low = (unsigned long)mask;

	if (low != 0)
		return (ffsl((long)low));
	low = (unsigned long)((unsigned long long)mask >> 32);
	return (low == 0 ? 0 : ffsl((long)low) + 32);
}

/*
 * fls(3), flsl, flsll: number of the highest bit that is set, counted from
 * one; 0 if there is none.
 */
int
fls(int mask)
{
	return (mask == 0 ? 0 : 32 - __builtin_clz(mask));
}

int
flsl(long mask)
{
	return (mask == 0 ?
		0 :
		(int)sizeof(mask) * 8 - __builtin_clzl((unsigned long)mask));
}

int
flsll(long long mask)
{
	int high = (int)((unsigned long long)mask >> 32);

	return (high != 0 ? fls(high) + 32 : fls((int)mask));
}
