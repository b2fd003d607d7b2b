/*
 * Pseudo-random numbers: random(3), rand(3).
 *
 * An additive feedback generator: each number is the sum of those 3 and 31
 * steps before it.  The lowest bit, which is the weakest, is dropped.
 */
#include <stdint.h>
#include <stdlib.h>

#define	DEGREE	31
#define	SEP	3

static uint32_t state[DEGREE];
static int front, rear;
static int seeded;

static uint32_t
step(void)
{
	uint32_t x;

	state[front] += state[rear];
	x = state[front] >> 1;
	if (++front == DEGREE)
		front = 0;
	if (++rear == DEGREE)
		rear = 0;
	return (x);
}

/*
 * srandom(3): begin a sequence that depends on the seed alone.
 */
void
srandom(unsigned seed)
{
	uint32_t x = seed;
	int i;

	for (i = 0; i < DEGREE; i++) {
		/* A linear generator, its bits mixed, fills the table. */
		x = x * 1664525U + 1013904223U;
		state[i] = x ^ (x >> 15) * 0x2c1b3c6dU;
	}
	state[0] |= 1; /* not all of them are even */
	front = SEP;
	rear = 0;
	seeded = 1;
	for (i = 0; i < 10 * DEGREE; i++)
		(void)step();
}

/*
 * random(3): the next number, 0 to 2^31 - 1.  Without srandom the sequence
 * is that of seed 1.
 */
long
random(void)
{
	if (!seeded)
		srandom(1);
	return ((long)step());
}

/*
 * srandomdev(3): begin a sequence that cannot be foreseen.
 */
void
srandomdev(void)
{
	srandom(arc4random());
}

/*
 * srand(3), rand(3): the same generator under the names of standard C.
 */
void
srand(unsigned seed)
{
	srandom(seed);
}

int
rand(void)
{
	return ((int)random());
}

/*
 * rand_r(3): a small generator whose state is the caller's.
 */
int
rand_r(unsigned *seed)
{
	uint32_t x = *seed * 1103515245U + 12345U;

	*seed = x;
	x ^= x >> 16;
	x *= 0x45d9f3bU;
	x ^= x >> 15;
	return ((int)(x & RAND_MAX));
}
