/*
 * The kernel's printf() against the C library's: every conversion with
 * random flags, widths, precisions and values.
 */
#include <sys/types.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/param.h>
#include <sys/systm.h>
#include "sys/syslog.h"

/* What of the kernel's headers kern/subr_prf.c needs. */
typedef	va_list __tine_va_list;
struct sysctl_req;
#define	_SYS_LOCK_H_
#define	SYSCTL_HANDLER_ARGS	struct sysctl_req *req
#define	SYSCTL_OUT(req, p, len)	((void)(req), (void)(p), (int)(len) * 0)
#define	SYSCTL_PROC(parent, nbr, name, ...)				\
	int (*const sysctl_##name)(SYSCTL_HANDLER_ARGS) = sysctl_kern_##name
#define	CTLTYPE_STRING	0
#define	CTLFLAG_RD	0
#define	MSGBUF_SIZE	32
#define	imax(a, b)	((a) > (b) ? (a) : (b))
#define	isdigit(c)	((c) >= '0' && (c) <= '9')
#define	PCPU_GET(member)	0U
#define	smp_serve()	((void)0)
void	cnputc(int);
void	msgbuf_putc(int);
static const bool cpus_stopped;

#define	printf		k_printf
#define	vprintf		k_vprintf
#define	snprintf	k_snprintf
#define	vsnprintf	k_vsnprintf
#define	log		k_log
int	k_printf(const char *, ...);
int	k_vprintf(const char *, __tine_va_list);
int	k_snprintf(char *, size_t, const char *, ...);
int	k_vsnprintf(char *, size_t, const char *, __tine_va_list);
void	k_log(int, const char *, ...);
void	uprintf(const char *, ...);
#include "kern/subr_prf.c"
#undef printf
#undef snprintf

#define	ROUNDS	500000

static char	console[256];
static size_t	nconsole;
static unsigned	state = 3;

void
cnputc(int c)
{
	if (nconsole < sizeof(console) - 1)
		console[nconsole++] = c;
}

static unsigned
rnd(unsigned n)
{
	state = state * 1103515245 + 12345;
	return ((state >> 8) % n);
}

static void
check(bool ok, const char *fmt, const char *is, const char *want)
{
	if (ok)
		return;
	printf("printf: \"%s\" gives \"%s\", not \"%s\"\n", fmt, is, want);
	exit(1);
}

/* Small, large and in between, of both signs. */
static long long
random_value(void)
{
	unsigned long long v = (unsigned long long)rnd(1 << 24) << 40 ^
	    (unsigned long long)rnd(1 << 24) << 20 ^ rnd(1 << 24);

	v >>= rnd(63);
	return (rnd(2) ? v : -v);
}

static void
random_format(char *fmt, const char *flags, bool prec)
{
	*fmt++ = '%';
	while (rnd(3) == 0)
		*fmt++ = flags[rnd(strlen(flags))];
	if (rnd(2) == 0)
		fmt += sprintf(fmt, "%u", 1 + rnd(30));
	if (prec && rnd(3) == 0)
		fmt += sprintf(fmt, ".%u", rnd(22));
	*fmt = '\0';
}

/*
 * The kernel is a 32-bit program and takes an int where the host takes a
 * long, so only hh, h, none, ll and j are the same on both.
 */
static void
numbers(void)
{
	static const char *const sizes[] = { "hh", "h", "", "ll", "j" };
	static const char letters[] = "diuxXo";
	char fmt[32], is[128], want[128];
	u_int room = 1 + rnd(sizeof(is)), size = rnd(5);
	char letter = letters[rnd(6)];
	long long v = random_value();
	int n1, n2;

	/* Of the flags, C leaves "+" with %u and "#" with %d undefined. */
	random_format(fmt,
	    letter == 'd' || letter == 'i'     ? "-0+" :
		letter == 'x' || letter == 'X' ? "-0#" :
						 "-0",
	    true);
	strcat(fmt, sizes[size]);
	strncat(fmt, &letter, 1);
	if (size >= 3) {
		n1 = k_snprintf(is, room, fmt, v);
		n2 = snprintf(want, room, fmt, v);
	} else {
		n1 = k_snprintf(is, room, fmt, (int)v);
		n2 = snprintf(want, room, fmt, (int)v);
	}
	/* The kernel writes 0x with either letter. */
	if (letter == 'X' && strchr(fmt, '#') != NULL)
		return;
	check(n1 == n2 && strcmp(is, want) == 0, fmt, is, want);
}

static void
strings(void)
{
	static const char text[] = "the quick brown fox";
	char fmt[32], is[64], want[64];
	int n1, n2;

	random_format(fmt, "-", true);
	strcat(fmt, "s|");
	n1 = k_snprintf(is, sizeof(is), fmt, text);
	n2 = snprintf(want, sizeof(want), fmt, text);
	check(n1 == n2 && strcmp(is, want) == 0, fmt, is, want);
	random_format(fmt, "-", false);
	strcat(fmt, "c|");
	n1 = k_snprintf(is, sizeof(is), fmt, 'x');
	n2 = snprintf(want, sizeof(want), fmt, 'x');
	check(n1 == n2 && strcmp(is, want) == 0, fmt, is, want);
}

static void
fixed(const char *want, const char *fmt, ...)
{
	va_list ap;
	char is[128];

	va_start(ap, fmt);
	k_vsnprintf(is, sizeof(is), fmt, ap);
	va_end(ap);
	check(strcmp(is, want) == 0, fmt, is, want);
}

static void
special(void)
{
	char none[1] = { 'z' };

	fixed("(null)", "%s", (char *)NULL);
	fixed("100%", "%d%%", 100);
	fixed("0xc0de", "%p", (void *)0xc0de);
	fixed("0x0", "%p", (void *)0);
	fixed("%y 5", "%y %d", 5);
	fixed("end", "end%");
	fixed("  7|7  |", "%*d|%*d|", 3, 7, -3, 7);
	fixed("007|ab", "%.*d|%.*s", 3, 7, 2, "abc");
	fixed("-9223372036854775808", "%lld", LLONG_MIN);
	fixed("-2147483648", "%d", INT_MIN);
	check(k_snprintf(none, 0, "abc") == 3 && none[0] == 'z', "size 0", none,
	    "z");
}

/*
 * What is printed goes to the console and round the message buffer; a
 * log message of low importance to the buffer only.
 */
static void
sinks(void)
{
	nconsole = 0;
	k_printf("%s-%d\n", "console", 1);
	k_log(LOG_ERR, "error\n");
	k_log(LOG_DEBUG, "debug\n");
	console[nconsole] = '\0';
	check(strcmp(console, "console-1\nerror\n") == 0, "console", console,
	    "console-1\nerror\n");
	check(msgbuf_end == 22 &&
		memcmp(msgbuf, "console-1\nerror\ndebug\n", 22) == 0,
	    "msgbuf", msgbuf, "all three");
	k_printf("and once around");
	check(memcmp(msgbuf, "round", 5) == 0, "msgbuf", "other", "wrapped");
}

int
main(void)
{
	int i;

	/* Each of these stops the program at its first failure. */
	printf("1..4\n");
	special();
	printf("ok 1 - special formats\n");
	sinks();
	printf("ok 2 - buffers, console and message buffer\n");
	for (i = 0; i < ROUNDS; i++)
		numbers();
	printf("ok 3 - numbers as the host's printf\n");
	for (i = 0; i < ROUNDS; i++)
		strings();
	printf("ok 4 - strings as the host's printf\n");
	printf("# %d formats\n", 3 * ROUNDS);
	return (0);
}
