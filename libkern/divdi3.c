/*
 * 64-bit division, shifts and multiplication for a 32-bit processor: the
 * functions that the compiler calls by these names.  Shared by the kernel
 * and by libc, so that neither needs the compiler's own library; the
 * only thing assumed is that unsigned int has 32 bits and long long 64.
 *
 * The shifts are here for compilers that do not expand them in line.
 */
typedef	long long		i64;
typedef	unsigned long long	u64;
typedef	unsigned int		u32;

u64	__udivmoddi4(u64, u64, u64 *);
u64	__udivdi3(u64, u64);
u64	__umoddi3(u64, u64);
i64	__divdi3(i64, i64);
i64	__moddi3(i64, i64);
i64	__divmoddi4(i64, i64, i64 *);
i64	__ashldi3(i64, int);
i64	__ashrdi3(i64, int);
u64	__lshrdi3(u64, int);
i64	__muldi3(i64, i64);
int	__cmpdi2(i64, i64);
int	__ucmpdi2(u64, u64);
int	__ffsdi2(i64);
int	__clzdi2(u64);
int	__ctzdi2(u64);
int	__popcountsi2(u32);
int	__popcountdi2(u64);

/* The two halves of a 64-bit number, without a shift. */
union halves {
	u64	whole;
	struct {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		u32	low, high;
#else
		u32	high, low;
#endif
	} part;
};

/*
 * One digit of 16 bits of the quotient of high:digit by d, whose upper bit
 * is set; high is below d.  The estimate from the upper half of d is at
 * most two too large.
 */
static inline u32
divide_digit(u32 high, u32 digit, u32 d, u32 *rem)
{
	u32 dh = d >> 16, dl = d & 0xffff;
	u32 q = high / dh, r = high % dh;

	while (q > 0xffff || q * dl > (r << 16 | digit)) {
		q--;
		r += dh;
		if (r > 0xffff)
			break;
	}
	*rem = (high << 16 | digit) - q * d;
	return (q);
}

/*
 * Divide high:low by d, where high < d, so that the quotient has 32 bits:
 * two steps of pencil and paper in digits of 16 bits.
 */
static inline u32
divide_long(u32 high, u32 low, u32 d, u32 *rem)
{
	u32 q, r;
	int s;

	if (high == 0) {
		*rem = low % d;
		return (low / d);
	}
	s = __builtin_clz(d);
	d <<= s;
	if (s > 0)
		high = high << s | low >> (32 - s);
	low <<= s;
	q = divide_digit(high, low >> 16, d, &r) << 16;
	q |= divide_digit(r, low & 0xffff, d, &r);
	*rem = r >> s;
	return (q);
}

/*
 * The quotient of a and b, with the remainder if the caller wants it.
 * Division by zero is left to the processor, which traps.
 */
u64
__udivmoddi4(u64 a, u64 b, u64 *rem)
{
	union halves n = { .whole = a }, d = { .whole = b }, q, r, t;
	u32 scratch;
	int s;

	q.whole = 0;
	r.whole = 0;
	if (d.part.high == 0) {
		/* Two steps of pencil and paper, in digits of 32 bits. */
		if (n.part.high >= d.part.low)
			q.part.high = divide_long(0, n.part.high, d.part.low,
			    &n.part.high);
		q.part.low = divide_long(n.part.high, n.part.low, d.part.low,
		    &r.part.low);
	} else if (n.part.high < d.part.high) {
		r = n;
	} else {
		/*
		 * The quotient has at most 32 bits.  Divide by the upper 32
		 * bits of the divisor, moved to the left so that they say
		 * most; the estimate is right or one too large.
		 */
		s = __builtin_clz(d.part.high);
		t.whole = d.whole << s;
		q.part.low = divide_long(n.part.high >> 1, (u32)(n.whole >> 1),
		    t.part.high, &scratch);
		q.part.low >>= 31 - s;
		if (q.part.low != 0)
			q.part.low--;
		/* Now it is right or one too small. */
		r.whole = n.whole - d.whole * q.part.low;
		if (r.whole >= d.whole) {
			q.part.low++;
			r.whole -= d.whole;
		}
	}
	if (rem != 0)
		*rem = r.whole;
	return (q.whole);
}

u64
__udivdi3(u64 a, u64 b)
{
	return (__udivmoddi4(a, b, 0));
}

u64
__umoddi3(u64 a, u64 b)
{
	u64 rem;

	__udivmoddi4(a, b, &rem);
	return (rem);
}

/* The magnitude, which also the most negative number has. */
static inline u64
magnitude(i64 a)
{
	return (a < 0 ? -(u64)a : (u64)a);
}

i64
__divdi3(i64 a, i64 b)
{
	u64 q = __udivmoddi4(magnitude(a), magnitude(b), 0);

	return ((i64)((a < 0) != (b < 0) ? -q : q));
}

i64
__moddi3(i64 a, i64 b)
{
	u64 rem;

	__udivmoddi4(magnitude(a), magnitude(b), &rem);
	return ((i64)(a < 0 ? -rem : rem));
}

i64
__divmoddi4(i64 a, i64 b, i64 *rem)
{
	u64 q, r;

	q = __udivmoddi4(magnitude(a), magnitude(b), &r);
	*rem = (i64)(a < 0 ? -r : r);
	return ((i64)((a < 0) != (b < 0) ? -q : q));
}

i64
__ashldi3(i64 a, int n)
{
	union halves x = { .whole = (u64)a };

	if (n >= 32) {
		x.part.high = x.part.low << (n - 32);
		x.part.low = 0;
	} else if (n > 0) {
		x.part.high = x.part.high << n | x.part.low >> (32 - n);
		x.part.low <<= n;
	}
	return ((i64)x.whole);
}

i64
__ashrdi3(i64 a, int n)
{
	union halves x = { .whole = (u64)a };

	if (n >= 32) {
		x.part.low = (u32)((int)x.part.high >> (n - 32));
		x.part.high = (u32)((int)x.part.high >> 31);
	} else if (n > 0) {
		x.part.low = x.part.low >> n | x.part.high << (32 - n);
		x.part.high = (u32)((int)x.part.high >> n);
	}
	return ((i64)x.whole);
}

u64
__lshrdi3(u64 a, int n)
{
	union halves x = { .whole = a };

	if (n >= 32) {
		x.part.low = x.part.high >> (n - 32);
		x.part.high = 0;
	} else if (n > 0) {
		x.part.low = x.part.low >> n | x.part.high << (32 - n);
		x.part.high >>= n;
	}
	return (x.whole);
}

i64
__muldi3(i64 a, i64 b)
{
	union halves x = { .whole = (u64)a }, y = { .whole = (u64)b }, p;

	p.whole = (u64)x.part.low * y.part.low;
	p.part.high += x.part.low * y.part.high + x.part.high * y.part.low;
	return ((i64)p.whole);
}

/* 0, 1 or 2 as a is below, equal to or above b. */
int
__cmpdi2(i64 a, i64 b)
{
	return ((a > b) - (a < b) + 1);
}

int
__ucmpdi2(u64 a, u64 b)
{
	return ((a > b) - (a < b) + 1);
}

int
__ctzdi2(u64 a)
{
	union halves x = { .whole = a };

	return (x.part.low != 0 ? __builtin_ctz(x.part.low) :
				  __builtin_ctz(x.part.high) + 32);
}

int
__clzdi2(u64 a)
{
	union halves x = { .whole = a };

	return (x.part.high != 0 ? __builtin_clz(x.part.high) :
				   __builtin_clz(x.part.low) + 32);
}

int
__ffsdi2(i64 a)
{
	return (a == 0 ? 0 : __ctzdi2((u64)a) + 1);
}

int
__popcountsi2(u32 a)
{
	a = a - ((a >> 1) & 0x55555555);
	a = (a & 0x33333333) + ((a >> 2) & 0x33333333);
	a = (a + (a >> 4)) & 0x0f0f0f0f;
	return ((int)((a * 0x01010101) >> 24));
}

int
__popcountdi2(u64 a)
{
	union halves x = { .whole = a };

	return (__popcountsi2(x.part.low) + __popcountsi2(x.part.high));
}
