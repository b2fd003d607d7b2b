/*
 * The trace rings as lines of text: /dev/ktr, and the end of a panic.
 *
 *	ktr: begin version=1 hz=2400000000 cpus=1
 *	ktr: proc 1 0 "init"
 *	ktr: 123456789 0 5 fork_committed child=6 flags=0x14 parent=5
 *	ktr: end events=1 lost=0
 *
 * An event is the time in ticks of hz, the processor, the process, the kind,
 * and the arguments by their names.  The mark in front lets tools/trace find
 * the lines among whatever else a console says.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/pid.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sx.h>
#include <sys/uio.h>
#include <machine/clock.h>
#include <machine/db.h>

#define	STRING_MAX	24		/* of a constant string */

static const struct {
	const char *name;
	const char *args;
} kinds[] = {
#define	KIND(kind, class, name, args)	{ name, args },
	KTR_KIND_TABLE(KIND)
};

const char *
ktr_kind_name(u_int kind)
{
	return (kind < KTR_KINDS ? kinds[kind].name : "?");
}

/* Where text goes: "at" is the length it would have. */
struct out {
	char	*buf;
	size_t	size;
	size_t	at;
};

static void
out(struct out *o, const char *fmt, ...)
{
	__tine_va_list ap;

	__builtin_va_start(ap, fmt);
	o->at += vsnprintf(o->buf + MIN(o->at, o->size),
	    o->size - MIN(o->at, o->size), fmt, ap);
	__builtin_va_end(ap);
}

/* Quoted, so that it stays one word and one line. */
static void
out_string(struct out *o, const char *s, size_t max)
{
	bool plain;

	out(o, "\"");
	for (; max > 0 && *s != '\0'; max--, s++) {
		plain = *s >= ' ' && *s <= '~' && *s != '"' && *s != '\\';
		out(o, plain ? "%c" : "\\%03o", (u_char)*s);
	}
	out(o, "\"");
}

/*
 * A string of the kernel's, by its address.  That comes from a ring, which
 * in a panic may hold anything.
 */
static void
out_constant(struct out *o, vm_offset_t va)
{
	char text[STRING_MAX + 1];
	u_int i, word = 0;

	for (i = 0; i < STRING_MAX; i++) {
		if (!db_read_word((va + i) & ~3, &word))
			break;
		text[i] = word >> (va + i) % 4 * 8;
		if (text[i] == '\0')
			break;
	}
	text[i] = '\0';
	out_string(o, text, sizeof(text));
}

static void
out_function(struct out *o, vm_offset_t va)
{
	vm_offset_t offset;
	const char *name = db_symbol(va, &offset);

	if (name != NULL && offset == 0)
		out(o, "%s", name);
	else
		out(o, "%#x", va);
}

/* One argument, by the letter of the table of kinds. */
static void
out_arg(struct out *o, int letter, const u_int *arg)
{
	switch (letter) {
	case 'd':
		out(o, "%d", *arg);
		break;
	case 'u':
		out(o, "%u", *arg);
		break;
	case 'c':
		out_constant(o, *arg);
		break;
	case 'p':
		out_function(o, *arg);
		break;
	case 's':
		out_string(o, (const char *)arg, KTR_NAMELEN);
		break;
	default:
		out(o, "%#x", *arg);
		break;
	}
}

u_int
ktr_format(const struct ktr_event *e, char buf[KTR_LINE])
{
	struct out o = { buf, KTR_LINE - 1, 0 };
	const char *args, *colon;
	u_int i;

	out(&o, "ktr: %llu %u %d %s", e->ktr_tsc, e->ktr_cpu, e->ktr_pid,
	    ktr_kind_name(e->ktr_kind));
	args = e->ktr_kind < KTR_KINDS ? kinds[e->ktr_kind].args : "";
	for (i = 0; i < nitems(e->ktr_arg); i++) {
		colon = strchr(args, ':');
		if (colon == NULL)
			break;
		out(&o, " %.*s=", (int)(colon - args), args);
		out_arg(&o, colon[1], &e->ktr_arg[i]);
		args = colon + 2;
		args += *args == ' ';
	}
	o.at = MIN(o.at, o.size - 1);
	buf[o.at++] = '\n';
	buf[o.at] = '\0';
	return (o.at);
}

static u_int
format_begin(char buf[KTR_LINE])
{
	return (snprintf(buf, KTR_LINE,
	    "ktr: begin version=1 hz=%llu cpus=%u\n", tsc_freq, mp_ncpus));
}

static u_int
format_end(char buf[KTR_LINE], u_int events, u_int lost)
{
	return (snprintf(buf, KTR_LINE, "ktr: end events=%u lost=%u\n", events,
	    lost));
}

/*
 * Print up to max of the newest events.  Takes no lock: for panics and
 * debuggers.
 */
void
ktr_show(u_int max)
{
	static char line[KTR_LINE];
	struct ktr_reader rd;
	struct ktr_event e;
	u_int events = 0;

	ktr_reader_start(&rd);
	if (ktr_reader_left(&rd) == 0)
		return;
	format_begin(line);
	printf("%s", line);
	while (ktr_reader_next(&rd, &e)) {
		if (ktr_reader_left(&rd) >= max) {
			rd.rd_lost++;
			continue;
		}
		ktr_format(&e, line);
		printf("%s", line);
		events++;
	}
	format_end(line, events, rd.rd_lost);
	printf("%s", line);
}

/*
 * /dev/ktr: a file of such lines, which begins anew with each open, and ends
 * with what there was at that time.  There is one reader at a time; where it
 * is in the file is a matter of what it has read, not of seeking.
 */
static struct sx dev_lock;		/* all below */
SX_SYSINIT(ktr_dev, &dev_lock, "ktr device");

static enum { DEV_CLOSED, DEV_BEGIN, DEV_PROCS, DEV_EVENTS, DEV_END } dev_state;
static struct ktr_reader dev_rd;
static pid_t	dev_pid;		/* the next process to be named */
static u_int	dev_events;
static char	dev_line[KTR_LINE];
static u_int	dev_len, dev_at;	/* of the line; of it, read */

/*
 * One open at a time: else EBUSY.
 */
static int
ktr_open(dev_t dev, int fflag, struct thread *td)
{
	int error = 0;

	sx_xlock(&dev_lock);
	if (dev_state != DEV_CLOSED)
		error = EBUSY;
	else {
		dev_state = DEV_BEGIN;
		dev_pid = 0;
		dev_events = dev_len = dev_at = 0;
		ktr_reader_start(&dev_rd);
	}
	sx_xunlock(&dev_lock);
	return (error);
}

static int
ktr_close(dev_t dev, int fflag, struct thread *td)
{
	sx_xlock(&dev_lock);
	dev_state = DEV_CLOSED;
	sx_xunlock(&dev_lock);
	return (0);
}

/* A line for the next process; false if there is none. */
static bool
dev_proc(void)
{
	struct proc *p = NULL;
	struct out o = { dev_line, KTR_LINE, 0 };

	while (p == NULL) {
		dev_pid = pid_next(dev_pid);
		if (dev_pid == NO_PID)
			return (false);
		p = pfind(dev_pid++);
	}
	out(&o, "ktr: proc %d %d ", p->p_pid,
	    p->p_pptr != NULL ? p->p_pptr->p_pid : 0);
	out_string(&o, p->p_comm, sizeof(p->p_comm));
	PROC_UNLOCK(p);
	out(&o, "\n");
	dev_len = o.at;
	return (true);
}

/* Make the next line; an empty one at the end. */
static void
dev_next(void)
{
	struct ktr_event e;

	sx_assert(&dev_lock, SX_XLOCKED);
	dev_at = dev_len = 0;
	if (dev_state == DEV_BEGIN) {
		dev_len = format_begin(dev_line);
		dev_state = DEV_PROCS;
		return;
	}
	if (dev_state == DEV_PROCS) {
		if (dev_proc())
			return;
		dev_state = DEV_EVENTS;
	}
	if (dev_state == DEV_EVENTS) {
		if (ktr_reader_next(&dev_rd, &e)) {
			dev_len = ktr_format(&e, dev_line);
			dev_events++;
			return;
		}
		dev_len = format_end(dev_line, dev_events, dev_rd.rd_lost);
		dev_state = DEV_END;
	}
}

static int
ktr_read(dev_t dev, struct uio *uio, int ioflag)
{
	int error = 0;
	u_int n;

	sx_xlock(&dev_lock);
	while (error == 0 && uio->uio_resid > 0) {
		if (dev_at == dev_len)
			dev_next();
		n = MIN(dev_len - dev_at, (u_int)uio->uio_resid);
		if (n == 0)
			break;
		error = uiomove(dev_line + dev_at, n, uio);
		if (error == 0)
			dev_at += n;
	}
	sx_xunlock(&dev_lock);
	return (error);
}

static const struct cdevsw ktr_cdevsw = {
	.d_open = ktr_open,
	.d_close = ktr_close,
	.d_read = ktr_read,
	.d_name = "ktr",
	.d_maj = CDEV_KTR,
};

static void
ktr_dev_init(void *arg __unused)
{
	cdevsw_add(&ktr_cdevsw);
	make_dev(makedev(CDEV_KTR, 0), 0, 0, 0400, "ktr");
}
SYSINIT(ktr_dev, SI_SUB_DRIVERS, SI_ORDER_MIDDLE, ktr_dev_init, NULL);
