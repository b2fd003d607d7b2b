/*
 * What the tests of libc's parts share: TAP lines, and random numbers that
 * are the same in each run.
 *
 * A test includes the host's headers first, then gives libc's functions
 * other names by macros, and includes their sources: so the host's
 * functions can be asked for the right answer.
 */
#ifndef _LIBC_TEST_H_
#define	_LIBC_TEST_H_

#include <stdint.h>
#include <stdio.h>

static int test_number, test_failures;

/* One line of TAP. */
static inline void
result(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++test_number, name);
	test_failures += !good;
}

/* The plan, and the program's exit status. */
static inline int
finish(void)
{
	printf("1..%d\n", test_number);
	return (test_failures != 0);
}

static uint64_t test_seed = 88172645463325252ULL;

static inline uint64_t
next_random(void)
{
	test_seed ^= test_seed << 13;
	test_seed ^= test_seed >> 7;
	test_seed ^= test_seed << 17;
	return (test_seed * 2685821657736338717ULL);
}

#endif /* !_LIBC_TEST_H_ */
