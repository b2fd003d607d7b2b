/*
 * Random numbers of the kernel: arc4random(3).  Nothing is kept between
 * calls, so that a child of fork never repeats its parent's numbers.
 */
#include <sys/sysctl.h>

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * From /dev/random.  Returns how many bytes it gave.
 */
static size_t
from_device(char *p, size_t n)
{
	size_t done = 0;
	ssize_t some;
	int fd = open(_PATH_RANDOM, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return (0);
	while (done < n) {
		some = read(fd, p + done, n - done);
		if (some <= 0)
			break;
		done += (size_t)some;
	}
	(void)close(fd);
	return (done);
}

/*
 * arc4random_buf(3): fill n bytes.  Ends the program if the system has no
 * random numbers to give.
 */
void
arc4random_buf(void *buf, size_t n)
{
	static const int mib[2] = { CTL_KERN, KERN_ARND };
	char *p = buf;
	int saved = errno;
	size_t some;

	while (n > 0) {
		some = n < 256 ? n : 256;
		if (sysctl(mib, 2, p, &some, NULL, 0) == -1 || some == 0) {
			if (from_device(p, n) < n)
				abort();
			break;
		}
		p += some;
		n -= some;
	}
	errno = saved;
}

/*
 * arc4random(3): 32 random bits.
 */
uint32_t
arc4random(void)
{
	uint32_t x;

	arc4random_buf(&x, sizeof(x));
	return (x);
}

/*
 * arc4random_uniform(3): a number below bound, each as likely as another.
 */
uint32_t
arc4random_uniform(uint32_t bound)
{
	uint32_t min, x;

	if (bound < 2)
		return (0);
	/* 2^32 mod bound: below it, some results would come once more. */
	min = -bound % bound;
	do
		x = arc4random();
	while (x < min);
	return (x % bound);
}
