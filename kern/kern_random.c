/*
 * arc4random(9): the ChaCha20 block function run as a generator.  Its key
 * comes from the time stamp counter at boot and at each refill, so it is
 * as unpredictable as that is: good for pids and for tests, no source of
 * secrets.  kern.random_seed=N makes it repeat: the numbers are then a
 * function of N, and a measurement or a test that draws them can be too.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/sysctl.h>
#include <machine/cpufunc.h>

static struct mtx	random_lock;
MTX_SYSINIT(random, &random_lock, "random", MTX_SPIN);
static u_int	state[16] = {		/* random_lock, as all below */
	0x61707865, 0x3320646e, 0x79622d32, 0x6b206574
};
static u_int	block[16];
static u_int	left;			/* words of the block not yet used */
static u_int	random_seed;		/* 0: as unpredictable as it can be */
TUNABLE_INT("kern.random_seed", (int *)&random_seed);

#define	ROTL(v, n)	((v) << (n) | (v) >> (32 - (n)))
#define	QUARTER(x, a, b, c, d) do {					\
	x[a] += x[b]; x[d] = ROTL(x[d] ^ x[a], 16);			\
	x[c] += x[d]; x[b] = ROTL(x[b] ^ x[c], 12);			\
	x[a] += x[b]; x[d] = ROTL(x[d] ^ x[a], 8);			\
	x[c] += x[d]; x[b] = ROTL(x[b] ^ x[c], 7);			\
} while (0)

static void
refill(void)
{
	u_int i, x[16];

	state[12]++;
	state[14] ^= random_seed != 0 ? random_seed : (u_int)rdtsc();
	memcpy(x, state, sizeof(x));
	for (i = 0; i < 10; i++) {
		QUARTER(x, 0, 4, 8, 12);
		QUARTER(x, 1, 5, 9, 13);
		QUARTER(x, 2, 6, 10, 14);
		QUARTER(x, 3, 7, 11, 15);
		QUARTER(x, 0, 5, 10, 15);
		QUARTER(x, 1, 6, 11, 12);
		QUARTER(x, 2, 7, 8, 13);
		QUARTER(x, 3, 4, 9, 14);
	}
	for (i = 0; i < 16; i++)
		block[i] = x[i] + state[i];
	/* What was given out must not tell what comes: a new key. */
	memcpy(&state[4], block, 8 * sizeof(u_int));
	left = 8;
}

u_int32_t
arc4random(void)
{
	u_int32_t v;

	mtx_lock_spin(&random_lock);
	if (left == 0)
		refill();
	v = block[16 - left--];
	mtx_unlock_spin(&random_lock);
	return (v);
}

/*
 * Fill a buffer.
 */
void
arc4rand(void *buf, u_int len)
{
	u_int32_t v;
	char *to = buf;
	u_int n;

	for (; len > 0; len -= n, to += n) {
		v = arc4random();
		n = min(len, sizeof(v));
		memcpy(to, &v, n);
	}
}

/*
 * Numbers that are a function of the seed, from the first on; or again with
 * the time, if it is 0.
 */
void
random_set_seed(u_int seed)
{
	mtx_lock_spin(&random_lock);
	random_seed = seed;
	if (seed != 0)
		bzero(&state[4], 12 * sizeof(u_int));
	left = 0;
	mtx_unlock_spin(&random_lock);
}

static int
sysctl_kern_random_seed(SYSCTL_HANDLER_ARGS)
{
	u_int seed = random_seed;
	int error;

	error = sysctl_handle_int(oidp, &seed, 0, req);
	if (error == 0 && req->newptr != NULL)
		random_set_seed(seed);
	return (error);
}
SYSCTL_PROC(_kern, OID_AUTO, random_seed, CTLTYPE_UINT | CTLFLAG_RW, NULL, 0,
    sysctl_kern_random_seed, "IU",
    "seed of the random numbers, 0 for the time");

static int
sysctl_kern_arandom(SYSCTL_HANDLER_ARGS)
{
	char buf[256];

	arc4rand(buf, min(req->oldlen, sizeof(buf)));
	return (SYSCTL_OUT(req, buf, min(req->oldlen, sizeof(buf))));
}
SYSCTL_PROC(_kern, KERN_ARND, arandom, CTLTYPE_OPAQUE | CTLFLAG_RD, NULL, 0,
    sysctl_kern_arandom, "", "random bytes");
