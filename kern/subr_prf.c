/*
 * Printing: the formats of printf(3) without floating point, to the
 * console and the message buffer or into a string.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cons.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/msgbuf.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <sys/syslog.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>

#define	va_start(ap, last)	__builtin_va_start((ap), (last))
#define	va_end(ap)		__builtin_va_end(ap)
#define	va_arg(ap, type)	__builtin_va_arg((ap), type)

#define	PRINT_TRIES	10000000	/* for a message of another processor */

static char	msgbuf[MSGBUF_SIZE];	/* (printer), but see console_enter() */
static u_int	msgbuf_end;		/* (printer) bytes ever put in */
static volatile u_int printer;		/* processor + 1 whose message it is */

/* Where characters go. */
struct sink {
	void	(*put)(struct sink *, int c);
	char	*buf;			/* a string's next place */
	size_t	left;			/* room in it, NUL included */
	int	count;			/* characters so far */
};

/* One conversion. */
struct conv {
	bool	left, zero, alt, sign;
	int	width, prec;
	int	size;			/* -2 hh, -1 h, 0, 1 l z t, 2 ll j */
};

static void
emit(struct sink *s, int c)
{
	(*s->put)(s, c);
	s->count++;
}

static void
pad(struct sink *s, int c, int n)
{
	while (n-- > 0)
		emit(s, c);
}

/*
 * A number: sign or prefix, zeros, digits, in a field.
 */
static void
put_number(struct sink *s, struct conv *cv, unsigned long long v, u_int base,
    const char *prefix, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char buf[24];
	int len = 0, plen = strlen(prefix), zeros;

	/* Most numbers fit into a word, whose division is cheap. */
	while (v > 0xffffffffU) {
		buf[len++] = digits[v % base];
		v /= base;
	}
	for (u_int w = v; w != 0; w /= base)
		buf[len++] = digits[w % base];
	if (len == 0 && cv->prec != 0)
		buf[len++] = '0';
	zeros = cv->prec > len ? cv->prec - len : 0;
	if (cv->prec < 0 && cv->zero && !cv->left)
		zeros = imax(cv->width - len - plen, 0);
	if (!cv->left)
		pad(s, ' ', cv->width - len - zeros - plen);
	while (*prefix != '\0')
		emit(s, *prefix++);
	pad(s, '0', zeros);
	for (zeros += plen + len; len > 0;)
		emit(s, buf[--len]);
	if (cv->left)
		pad(s, ' ', cv->width - zeros);
}

static void
put_string(struct sink *s, struct conv *cv, const char *str)
{
	size_t len;

	if (str == NULL)
		str = "(null)";
	len = cv->prec >= 0 ? strnlen(str, cv->prec) : strlen(str);
	if (!cv->left)
		pad(s, ' ', cv->width - (int)len);
	for (size_t i = 0; i < len; i++)
		emit(s, str[i]);
	if (cv->left)
		pad(s, ' ', cv->width - (int)len);
}

static int
get_count(const char **fmt, __tine_va_list *ap)
{
	int n = 0;

	if (**fmt == '*') {
		(*fmt)++;
		return (va_arg(*ap, int));
	}
	while (isdigit(**fmt))
		n = n * 10 + *(*fmt)++ - '0';
	return (n);
}

/*
 * What stands between % and the conversion's letter.
 */
static const char *
get_conv(const char *fmt, __tine_va_list *ap, struct conv *cv)
{
	bzero(cv, sizeof(*cv));
	cv->prec = -1;
	for (;; fmt++) {
		if (*fmt == '-')
			cv->left = true;
		else if (*fmt == '0')
			cv->zero = true;
		else if (*fmt == '#')
			cv->alt = true;
		else if (*fmt == '+')
			cv->sign = true;
		else if (*fmt != ' ')
			break;
	}
	cv->width = get_count(&fmt, ap);
	if (cv->width < 0) {
		cv->left = true;
		cv->width = -cv->width;
	}
	if (*fmt == '.') {
		fmt++;
		cv->prec = get_count(&fmt, ap);
	}
	for (;; fmt++) {
		if (*fmt == 'h')
			cv->size--;
		else if (*fmt == 'l')
			cv->size++;
		else if (*fmt == 'z' || *fmt == 't')
			cv->size = 1;
		else if (*fmt == 'j' || *fmt == 'q')
			cv->size = 2;
		else
			return (fmt);
	}
}

static unsigned long long
get_unsigned(__tine_va_list *ap, struct conv *cv)
{
	if (cv->size >= 2)
		return (va_arg(*ap, unsigned long long));
	if (cv->size == -1)
		return ((u_short)va_arg(*ap, u_int));
	if (cv->size == -2)
		return ((u_char)va_arg(*ap, u_int));
	return (va_arg(*ap, u_int));
}

static long long
get_signed(__tine_va_list *ap, struct conv *cv)
{
	if (cv->size >= 2)
		return (va_arg(*ap, long long));
	if (cv->size == -1)
		return ((short)va_arg(*ap, int));
	if (cv->size == -2)
		return ((signed char)va_arg(*ap, int));
	return (va_arg(*ap, int));
}

static void
format_one(struct sink *s, int letter, struct conv *cv, __tine_va_list *ap)
{
	unsigned long long u;
	long long v;

	switch (letter) {
	case 'd':
	case 'i':
		v = get_signed(ap, cv);
		put_number(s, cv,
		    v < 0 ? -(unsigned long long)v : (unsigned long long)v, 10,
		    v < 0	 ? "-" :
			cv->sign ? "+" :
				   "",
		    false);
		break;
	case 'u':
		put_number(s, cv, get_unsigned(ap, cv), 10, "", false);
		break;
	case 'o':
		put_number(s, cv, get_unsigned(ap, cv), 8, cv->alt ? "0" : "",
		    false);
		break;
	case 'x':
	case 'X':
		u = get_unsigned(ap, cv);
		put_number(s, cv, u, 16, cv->alt && u != 0 ? "0x" : "",
		    letter == 'X');
		break;
	case 'p':
		put_number(s, cv, (uintptr_t)va_arg(*ap, void *), 16, "0x",
		    false);
		break;
	case 's':
		put_string(s, cv, va_arg(*ap, const char *));
		break;
	case 'c':
		pad(s, ' ', cv->left ? 0 : cv->width - 1);
		emit(s, va_arg(*ap, int));
		pad(s, ' ', cv->left ? cv->width - 1 : 0);
		break;
	case '%':
		emit(s, '%');
		break;
	default:
		/* Show what is not known rather than guess its size. */
		emit(s, '%');
		emit(s, letter);
	}
}

static int
format(struct sink *s, const char *fmt, __tine_va_list ap0)
{
	__tine_va_list ap;
	struct conv cv;

	__builtin_va_copy(ap, ap0);
	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			emit(s, *fmt);
			continue;
		}
		fmt = get_conv(fmt + 1, &ap, &cv);
		if (*fmt == '\0')
			break;
		format_one(s, *fmt, &cv, &ap);
	}
	__builtin_va_end(ap);
	return (s->count);
}

void
msgbuf_putc(int c)
{
	msgbuf[msgbuf_end++ % MSGBUF_SIZE] = c;
}

static void
put_console(struct sink *s __unused, int c)
{
	msgbuf_putc(c);
	cnputc(c);
}

static void
put_log(struct sink *s __unused, int c)
{
	msgbuf_putc(c);
}

static void
put_buf(struct sink *s, int c)
{
	if (s->left > 1) {
		*s->buf++ = c;
		s->left--;
	}
}

bool
console_is_ours(void)
{
	return (printer == PCPU_GET(cpuid) + 1);
}

/*
 * The console is this processor's until console_leave(): other processors'
 * messages wait.  Not for ever, for whoever prints may have stopped, and not
 * at all if all others have been; and an interrupt that comes upon a message
 * of its own processor does not wait.  Nobody changes processors between the
 * two.
 *
 * Interrupts are as they were, since the line is slow.  So the one that is
 * waited for may be waiting, in an interrupt: for an answer from here, which
 * is given, or for a spin mutex.  None is held by who prints, but to tell why
 * the kernel ends.
 */
bool
console_enter(void)
{
	u_int me = PCPU_GET(cpuid) + 1, tries = 0;
	bool ours = false;

	if (console_is_ours())
		return (false);
	while (!(ours = atomic_cmpset_acq_int(&printer, 0, me)) &&
	    !cpus_stopped && ++tries < PRINT_TRIES) {
		cpu_spinwait();
		smp_serve();
	}
	return (ours);
}

void
console_leave(bool ours)
{
	if (ours)
		atomic_store_rel_int(&printer, 0);
}

/*
 * A message to the console, the buffer, or both, whole.
 */
static int
print(struct sink *s, const char *fmt, __tine_va_list ap)
{
	bool ours = console_enter();
	int n = format(s, fmt, ap);

	console_leave(ours);
	return (n);
}

/*
 * Print on the console and into the message buffer, from any context.
 */
int
vprintf(const char *fmt, __tine_va_list ap)
{
	struct sink s = { .put = put_console };

	return (print(&s, fmt, ap));
}

int
printf(const char *fmt, ...)
{
	__tine_va_list ap;
	int n;

	va_start(ap, fmt);
	n = vprintf(fmt, ap);
	va_end(ap);
	return (n);
}

/*
 * Into a buffer of that size, always with a NUL.  The length that the
 * whole would have is returned.
 */
int
vsnprintf(char *buf, size_t size, const char *fmt, __tine_va_list ap)
{
	struct sink s = { .put = put_buf, .buf = buf, .left = size };
	int n = format(&s, fmt, ap);

	if (size > 0)
		*s.buf = '\0';
	return (n);
}

int
snprintf(char *buf, size_t size, const char *fmt, ...)
{
	__tine_va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return (n);
}

/*
 * A message of that level: what is worse than LOG_NOTICE goes to the
 * console too.
 */
void
log(int level, const char *fmt, ...)
{
	struct sink s = { .put = level < LOG_NOTICE ? put_console : put_log };
	__tine_va_list ap;

	va_start(ap, fmt);
	print(&s, fmt, ap);
	va_end(ap);
}

/*
 * A message for the user of the current process.
 */
void
uprintf(const char *fmt, ...)
{
	__tine_va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

/*
 * kern.msgbuf: the message buffer as text, oldest first.
 */
static int
sysctl_kern_msgbuf(SYSCTL_HANDLER_ARGS)
{
	u_int end = msgbuf_end, first, n;
	int error = 0;

	first = end > MSGBUF_SIZE ? end % MSGBUF_SIZE : 0;
	n = min(end, MSGBUF_SIZE);
	if (first != 0)
		error = SYSCTL_OUT(req, msgbuf + first, MSGBUF_SIZE - first);
	if (error == 0)
		error = SYSCTL_OUT(req, msgbuf, first != 0 ? first : n);
	if (error == 0)
		error = SYSCTL_OUT(req, "", 1);
	return (error);
}
SYSCTL_PROC(_kern, OID_AUTO, msgbuf, CTLTYPE_STRING | CTLFLAG_RD, NULL, 0,
    sysctl_kern_msgbuf, "A", "what the kernel has printed");
