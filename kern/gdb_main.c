/*
 * The kernel's own end of gdb's remote protocol.
 *
 * Everything stands still (see kern_kdb.c) while gdb looks around.  The kernel
 * is one process to it, KERNEL, and each of our processes a thread of that,
 * with its pid as the number; pid 0, which gdb has another use for, is
 * TID_ZERO.  A packet is carried out under kdb_try(): one
 * that runs into what is broken is answered with an error.  There is one gdb,
 * so the buffers are static: the stack may be almost used up.
 *
 * Packets are acknowledged, always: the next gdb need not know what the one
 * before has agreed upon.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/gdb.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <machine/cpu.h>

#define	PACKET		2048		/* the longest, with its NUL */
#define	TID_ZERO	(PID_MAX + 1)
#define	KERNEL		TID_ZERO	/* the process of all threads */

static char	in[PACKET], out[PACKET];
static u_int	nout;
static bool	begun;			/* the '$' of a packet has come */
static bool	awaited;		/* gdb waits to hear of a stop */
static enum { STAY, GO, STEP } next;	/* what the packet wants */
static bool	silent;			/* it has no answer */
static bool	gdb_works;		/* constant after boot: a line */
static struct kdb_stop *stop;		/* why we are here */
static bool	interrupted;		/* and gdb wanted that too */
static bool	multi;			/* it knows several processes */
static bool	vforked;		/* the stop is for a vfork */
static struct proc *shown;		/* whose registers and memory */
static bool	newborn;		/* chosen as no thread of KERNEL */
static struct proc *listed;		/* next of a list of threads */
static u_int	nlisted;		/* how many came before it */

static enum kdb_leave	gdb_main(struct kdb_stop *);
static const struct kdb_backend gdb = { "gdb", gdb_main };
/* Who was asked before, and is again when gdb has left. */
static const struct kdb_backend *before = &gdb;

/* ------------------------------------------------------------------ packets */

static int
hex_digit(int c)
{
	if (isdigit(c))
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (c - 'A' + 10);
	return (-1);
}

/*
 * A character between packets.  An interrupt that comes when the machine has
 * just stopped for another reason counts when it is to go on: gdb may not
 * show that stop to anybody.
 */
static int
get_between(void)
{
	int c = gdb_getc();

	if (c == GDB_INTERRUPT)
		interrupted = true;
	return (c);
}

/* A whole packet into the buffer, without its frame. */
static void
get_packet(void)
{
	u_int n;
	u_char sum;
	int c, high;

	for (;;) {
		while (!begun)
			begun = get_between() == '$';
		for (n = sum = 0; (c = gdb_getc()) != '#';) {
			if (c == '$')
				n = sum = 0;
			else if (n < PACKET - 1) {
				in[n++] = c;
				sum += c;
			}
		}
		in[n] = '\0';
		begun = false;
		high = hex_digit(gdb_getc());
		if ((high << 4 | hex_digit(gdb_getc())) == sum)
			break;
		gdb_putc('-');
	}
	gdb_putc('+');
}

/*
 * Send the answer until it has been understood; but who leaves may be gone
 * before it says so.
 */
static void
put_packet(bool last)
{
	static const char digits[] = "0123456789abcdef";
	u_char sum;
	u_int i;
	int c = '+';

	do {
		gdb_putc('$');
		for (i = sum = 0; i < nout; i++) {
			gdb_putc(out[i]);
			sum += out[i];
		}
		gdb_putc('#');
		gdb_putc(digits[sum >> 4]);
		gdb_putc(digits[sum & 15]);
		while (!last && (c = get_between()) != '+' && c != '-' &&
		    c != '$')
			;
	} while (c == '-');
	begun = c == '$'; /* it has given up waiting */
}

static void __printflike(1, 2)
put(const char *fmt, ...)
{
	__tine_va_list ap;

	__builtin_va_start(ap, fmt);
	nout += vsnprintf(out + nout, PACKET - nout, fmt, ap);
	__builtin_va_end(ap);
	nout = MIN(nout, PACKET - 1);
}

static void
put_bytes(const void *data, u_int n)
{
	const u_char *p = data;

	while (n-- > 0)
		put("%02x", *p++);
}

static void
put_result(int error)
{
	if (error == 0)
		put("OK");
	else
		put("E%02x", error);
}

/* A number in hexadecimal; false if there is none. */
static bool
get_number(const char **at, u_int *value)
{
	const char *start = *at;
	int digit;

	for (*value = 0; (digit = hex_digit(**at)) >= 0; ++*at)
		*value = *value << 4 | digit;
	return (*at != start);
}

/* The same, behind a character. */
static bool
get_after(const char **at, char c, u_int *value)
{
	if (**at != c)
		return (false);
	++*at;
	return (get_number(at, value));
}

/* So many bytes; false if there are fewer. */
static bool
get_bytes(const char **at, void *data, u_int n)
{
	u_char *p = data;
	int high, low;

	for (; n > 0; n--, *at += 2) {
		high = hex_digit((*at)[0]);
		low = high < 0 ? -1 : hex_digit((*at)[1]);
		if (low < 0)
			return (false);
		*p++ = high << 4 | low;
	}
	return (true);
}

/* ------------------------------------------------------------------ threads */

static u_int
tid_of(const struct proc *p)
{
	return (p->p_pid == 0 ? TID_ZERO : p->p_pid);
}

static void
put_tid(const struct proc *p)
{
	if (multi)
		put("p%x.", KERNEL);
	put("%x", tid_of(p));
}

/* What a packet names: a thread, or all of a process. */
struct id {
	u_int	id_pid;
	u_int	id_tid;			/* ID_ANY: all, or any */
};
#define	ID_ANY	0u			/* 0 and -1 are the same here */

static bool
get_id_number(const char **at, u_int *value)
{
	if (strncmp(*at, "-1", 2) != 0)
		return (get_number(at, value));
	*at += 2;
	*value = ID_ANY;
	return (true);
}

/* TID, pPID or pPID.TID; false if it is none. */
static bool
get_id(const char **at, struct id *id)
{
	id->id_pid = KERNEL;
	id->id_tid = ID_ANY;
	if (**at != 'p')
		return (get_id_number(at, &id->id_tid));
	++*at;
	if (!get_id_number(at, &id->id_pid))
		return (false);
	if (**at != '.')
		return (true);
	++*at;
	return (get_id_number(at, &id->id_tid));
}

/* gdb may name a child that it has just heard of as a process of its own. */
static bool
is_newborn(const struct id *id)
{
	return (id->id_pid != KERNEL && id->id_pid != ID_ANY);
}

/* The next on the list of processes, which may be a circle: n are behind us. */
static struct proc *
next_thread(struct proc *p, u_int *n)
{
	return (++*n > (u_int)maxproc ? NULL : LIST_NEXT(p, p_list));
}

static struct proc *
find_thread(const struct id *id)
{
	u_int tid = id->id_tid, n = 0;
	struct proc *p;

	if (tid == ID_ANY && !is_newborn(id))
		return (stop->ks_td->td_proc);
	if (tid == ID_ANY)
		tid = id->id_pid;
	for (p = LIST_FIRST(&allproc); p != NULL && tid_of(p) != tid;)
		p = next_thread(p, &n);
	return (p);
}

/* The thread that the packet names from there on; NULL if there is none. */
static struct proc *
named_thread(const char *at)
{
	struct id id;

	return (get_id(&at, &id) ? find_thread(&id) : NULL);
}

static void
list_threads(void)
{
	put(listed != NULL ? "m" : "l");
	for (; listed != NULL && nout < PACKET - 24;
	     listed = next_thread(listed, &nlisted)) {
		if (nout > 1)
			put(",");
		put_tid(listed);
	}
}

static void
describe_thread(const char *at)
{
	static const char *const states[] = {
		[SIDL] = "being made",
		[SRUN] = "runnable",
		[SSLEEP] = "asleep",
		[SSTOP] = "stopped",
		[SZOMB] = "ended",
		[SWAIT] = "waits for work",
		[SMTX] = "waits for a mutex",
	};
	struct proc *p = named_thread(at);
	const char *wmesg = NULL;
	char text[80];

	if (p == NULL) {
		put_result(ESRCH);
		return;
	}
	if (p->p_stat == SSLEEP)
		wmesg = p->p_thread.td_wmesg;
	snprintf(text, sizeof(text), "pid %d (%s): %s%s%s", p->p_pid, p->p_comm,
	    p == stop->ks_td->td_proc		  ? "stopped here" :
		p->p_flag & P_STOPPED_SIG	  ? "stopped by a signal" :
		(u_int)p->p_stat < nitems(states) ? states[p->p_stat] :
						    "?",
	    wmesg != NULL ? " on " : "", wmesg != NULL ? wmesg : "");
	put_bytes(text, strlen(text));
}

/* -------------------------------------------------- registers and memory */

/* A register of the FPU; where it cannot be had gdb is told so. */
static void
put_fpu(u_int n)
{
	u_char bytes[GDB_FPU_BYTES];
	u_int i;

	if (gdb_fpu_read(&shown->p_thread, n, bytes))
		put_bytes(bytes, gdb_fpu_size(n));
	else
		for (i = 0; i < gdb_fpu_size(n); i++)
			put("xx");
}

static bool
take_fpu(const char **at, u_int n)
{
	u_char bytes[GDB_FPU_BYTES];

	return (get_bytes(at, bytes, gdb_fpu_size(n)) &&
	    gdb_fpu_write(stop->ks_td, n, bytes));
}

static void
give_registers(void)
{
	struct db_regs regs;
	u_int n;

	kdb_registers(&shown->p_thread, &regs);
	put_bytes(&regs, sizeof(regs));
	for (n = GDB_NREGS; gdb_fpu_size(n) != 0; n++)
		put_fpu(n);
}

static void
give_register(const char *at)
{
	struct db_regs regs;
	u_int n;

	if (!get_number(&at, &n) || (n >= GDB_NREGS && gdb_fpu_size(n) == 0)) {
		put_result(EINVAL);
		return;
	}
	kdb_registers(&shown->p_thread, &regs);
	if (n < GDB_NREGS)
		put_bytes((u_int *)&regs + n, sizeof(u_int));
	else
		put_fpu(n);
}

/* P: one register. */
static bool
take_one(const char *at)
{
	struct db_regs regs;
	u_int n;

	kdb_registers(stop->ks_td, &regs);
	if (!get_number(&at, &n) || *at++ != '=')
		return (false);
	if (n >= GDB_NREGS)
		return (gdb_fpu_size(n) != 0 && take_fpu(&at, n));
	return (get_bytes(&at, (u_int *)&regs + n, sizeof(u_int)) &&
	    db_regs_set(stop->ks_frame, &regs));
}

/* G: all of them; those of the FPU may be missing. */
static bool
take_all(const char *at)
{
	struct db_regs regs;
	u_int n;

	if (!get_bytes(&at, &regs, sizeof(regs)) ||
	    !db_regs_set(stop->ks_frame, &regs))
		return (false);
	for (n = GDB_NREGS; *at != '\0' && gdb_fpu_size(n) != 0; n++)
		if (!take_fpu(&at, n))
			return (false);
	return (true);
}

/* Only of the thread that was stopped. */
static void
take_registers(const char *at, bool all)
{
	bool done;

	if (shown != stop->ks_td->td_proc)
		done = false;
	else
		done = all ? take_all(at) : take_one(at);
	put_result(done ? 0 : EINVAL);
}

static void
move_memory(const char *at, bool write)
{
	u_char buf[64];
	u_int va, len, n;
	int error = EINVAL;

	if (get_number(&at, &va) && get_after(&at, ',', &len)) {
		if (write && *at++ != ':')
			len = 0;
		/* What is more does not fit: gdb asks for the rest. */
		len = MIN(len, PACKET / 2 - 1);
		for (error = 0; len > 0 && error == 0; len -= n, va += n) {
			n = MIN(len, sizeof(buf));
			if (write)
				error = get_bytes(&at, buf, n) ?
				    kdb_write(shown, va, buf, n) :
				    EINVAL;
			else
				error = kdb_read(shown, va, buf, n);
			if (!write && error == 0)
				put_bytes(buf, n);
		}
	}
	/* gdb takes the bytes before the end of what is mapped. */
	if (write || nout == 0)
		put_result(error);
}

/*
 * The processor knows no watchpoint for reads alone, which is Z3.  From a
 * child gdb takes the points out that a fork has copied; here all have the
 * same.
 */
static void
change_point(const char *at, bool set)
{
	static const enum kdb_kind kinds[] = { KDB_SOFT, KDB_HARD, KDB_WRITE,
		KDB_ACCESS, KDB_ACCESS };
	u_int kind, va, len;
	int error = EINVAL;

	if (*at == '3')
		return;
	if (newborn) {
		put_result(0);
		return;
	}
	if (get_number(&at, &kind) && kind < nitems(kinds) &&
	    get_after(&at, ',', &va) && get_after(&at, ',', &len))
		error = set ? kdb_point_set(kinds[kind], va, len) :
			      kdb_point_clear(kinds[kind], va, len);
	put_result(error);
}

/* -------------------------------------------------------------- stopping */

/* Whether it is a point of that kind that has stopped us. */
static bool
stopped_by(enum kdb_kind kind)
{
	const struct kdb_point *kp;
	u_int i;

	for (i = 0; i < KDB_POINTS; i++) {
		kp = kdb_point(i);
		if (kp->kp_len != 0 && kp->kp_kind == kind &&
		    kp->kp_addr == stop->ks_addr)
			return (true);
	}
	return (false);
}

static void
put_stopped(void)
{
	put("thread:");
	put_tid(stop->ks_td->td_proc);
	put(";");
}

static void
say_why(bool asked)
{
	switch (stop->ks_why) {
	case KDB_BREAK:
		put(stopped_by(KDB_SOFT) ? "T05swbreak:;" : "T05hwbreak:;");
		break;
	case KDB_WATCH:
		put("T05%s:%x;", stopped_by(KDB_WRITE) ? "watch" : "awatch",
		    stop->ks_addr);
		break;
	case KDB_STEPPED:
		put("T05");
		break;
	case KDB_PANIC:
		put("T06");
		break;
	case KDB_EVENT:
		/* It is told once, and not to the next gdb. */
		put("T05");
		if (!asked)
			put("%s;", stop->ks_text);
		break;
	default:
		put("T02");
	}
	put_stopped();
}

/*
 * After a vfork gdb keeps its breakpoints out, and wants the parent alone to
 * go on, until it hears "vforkdone".  It does that for the sake of a program
 * whose memory the child has; the kernel's breakpoints are always for all.
 * So it hears that at once, before anything runs.
 */
static void
leave(bool step)
{
	if (vforked || interrupted) {
		put(vforked ? "T05vforkdone:;" : "T02");
		put_stopped();
		if (!vforked)
			interrupted = false;
		vforked = false;
		return;
	}
	next = step ? STEP : GO;
	silent = true;
	WRITE_ONCE(awaited, true);
}

/*
 * What vCont wants: of the thread that was stopped, unless all go on; from
 * WISH_OTHER on it is hopeless.
 */
enum wish {
	WISH_NONE,
	WISH_ALONE,			/* it goes on, and not all others */
	WISH_GO,			/* so do all others */
	WISH_STEP,
	WISH_OTHER,			/* another steps */
	WISH_BAD			/* that is no action */
};

/*
 * One action, [:THREAD] included; for each thread the first that fits it
 * counts.  wish is what those before it have come to.
 */
static enum wish
get_action(const char **at, enum wish wish)
{
	struct id id = { KERNEL, ID_ANY };
	char action = *(*at)++;
	bool step = action == 's' || action == 'S', any, ours;
	u_int sig;

	if (!step && action != 'c' && action != 'C')
		return (WISH_BAD);
	if ((action == 'S' || action == 'C') && !get_number(at, &sig))
		return (WISH_BAD);
	if (**at == ':') {
		++*at;
		if (!get_id(at, &id))
			return (WISH_BAD);
	}
	any = id.id_tid == ID_ANY;
	ours = any || find_thread(&id) == stop->ks_td->td_proc;
	/* For whom it is, they all have one already. */
	if (wish == WISH_GO || (ours && !any && wish != WISH_NONE))
		return (wish);
	if (step)
		return (ours && wish == WISH_NONE ? WISH_STEP : WISH_OTHER);
	if (any && wish != WISH_STEP)
		return (WISH_GO);
	return (ours && wish == WISH_NONE ? WISH_ALONE : wish);
}

/* The machine stays as it is, and gdb's user is told why. */
static void
refuse(const char *text)
{
	put("O");
	put_bytes(text, strlen(text));
	put_packet(false);
	nout = 0;
	put("T02");
	put_stopped();
}

/*
 * vCont;ACTION[:THREAD]...  A step is one of the thread that was stopped,
 * alone; who goes on does so with all others.  After a vfork gdb wants that
 * otherwise, but nothing runs: see leave().
 */
static void
go_on(const char *at)
{
	enum wish wish = WISH_NONE;

	if (strcmp(at, "?") == 0) {
		put("vCont;c;C;s;S");
		return;
	}
	while (*at == ';' && wish < WISH_OTHER) {
		at++;
		wish = get_action(&at, wish);
	}
	if (wish == WISH_BAD || (wish < WISH_OTHER && *at != '\0'))
		put_result(EINVAL);
	else if (wish == WISH_OTHER)
		refuse("gdb: only the thread that was stopped can step\n");
	else if (wish <= WISH_ALONE && !vforked)
		refuse("gdb: a thread cannot go on without the others\n");
	else
		leave(wish == WISH_STEP);
}

/* D or D;PID: a child that gdb has heard of stays what it is. */
static void
detach(const char *at)
{
	u_int pid = KERNEL;

	if (*at != '\0' && !get_after(&at, ';', &pid)) {
		put_result(EINVAL);
		return;
	}
	put_result(0);
	if (pid != KERNEL)
		return;
	next = GO;
	WRITE_ONCE(awaited, false);
	WRITE_ONCE(gdb_able, 0);
	WRITE_ONCE(gdb_events, 0);
	interrupted = false;
	kdb_use(before);
}

/* ---------------------------------------------------------------- questions */

static void
give_target(const char *at)
{
	const char *all = gdb_target_xml;
	u_int from, len, size = strlen(all);

	if (!get_number(&at, &from) || !get_after(&at, ',', &len)) {
		put_result(EINVAL);
		return;
	}
	from = MIN(from, size);
	len = MIN(MIN(len, PACKET - 2), size - from);
	put("%c%.*s", from + len < size ? 'm' : 'l', (int)len, all + from);
}

/* Whether the packet begins so; the rest of it. */
static const char *
after(const char *word)
{
	size_t n = strlen(word);

	return (strncmp(in, word, n) == 0 ? in + n : NULL);
}

/* Whether gdb says that it knows this. */
static bool
offered(const char *feature)
{
	size_t n = strlen(feature);
	const char *at;

	for (at = in; *at != '\0'; at++)
		if ((*at == ':' || *at == ';') &&
		    strncmp(at + 1, feature, n) == 0 &&
		    (at[1 + n] == ';' || at[1 + n] == '\0'))
			return (true);
	return (false);
}

static const struct {
	const char *name;
	const char *feature;
	u_int	bit;
} events[] = {
	{ "fork", "fork-events+", GDB_FORK },
	{ "vfork", "vfork-events+", GDB_VFORK },
	{ "exec", "exec-events+", GDB_EXEC },
};

/*
 * gdb offers all that it knows, whether somebody wants it or not.  Forks do
 * not disturb it; but at an exec it forgets its steps and its threads, so for
 * these it has to be asked, by "monitor events".
 */
static void
agree(void)
{
	u_int i, able = 0;

	put("PacketSize=%x;qXfer:features:read+;vContSupported+;"
	    "swbreak+;hwbreak+",
	    PACKET - 1);
	multi = offered("multiprocess+");
	interrupted = false;
	if (multi)
		put(";multiprocess+");
	for (i = 0; multi && i < nitems(events); i++)
		if (offered(events[i].feature)) {
			able |= events[i].bit;
			put(";%s", events[i].feature);
		}
	WRITE_ONCE(gdb_able, able);
	WRITE_ONCE(gdb_events, able & (GDB_FORK | GDB_VFORK));
}

/* The bits of a list of events; false if there is another word in it. */
static bool
get_events(const char *at, u_int *bits)
{
	size_t n;
	u_int i;

	for (*bits = 0; *at != '\0'; at += n) {
		n = 1;
		if (*at == ' ')
			continue;
		while (at[n] != ' ' && at[n] != '\0')
			n++;
		if (n == 4 && strncmp(at, "none", n) == 0)
			continue;
		for (i = 0; i < nitems(events); i++)
			if (strlen(events[i].name) == n &&
			    strncmp(events[i].name, at, n) == 0)
				break;
		if (i == nitems(events))
			return (false);
		*bits |= events[i].bit;
	}
	return (true);
}

/* monitor events [none] [fork] [vfork] [exec]: those told from now on. */
static void
command(const char *at)
{
	static const char name[] = "events";
	u_int bits, len = MIN(strlen(at) / 2, 63);
	char text[64], said[80];

	bzero(text, sizeof(text));
	if (!get_bytes(&at, text, len) ||
	    strncmp(text, name, strlen(name)) != 0 ||
	    !get_events(text + strlen(name), &bits)) {
		snprintf(said, sizeof(said),
		    "monitor events [none] [fork] [vfork] [exec]\n");
	} else {
		if (len > strlen(name))
			WRITE_ONCE(gdb_events, bits & gdb_able);
		snprintf(said, sizeof(said), "events:%s%s%s%s\n",
		    gdb_events == 0 ? " none" : "",
		    gdb_events & GDB_FORK ? " fork" : "",
		    gdb_events & GDB_VFORK ? " vfork" : "",
		    gdb_events & GDB_EXEC ? " exec" : "");
	}
	put_bytes(said, strlen(said));
}

/*
 * gdb wants to read a program that has been executed.  There is nobody who
 * could now; an error is the end of that, while "not known" would send gdb
 * to its own machine's files.
 */
static void
refuse_file(void)
{
	if (after("vFile:setfs:") != NULL)
		put("F0");
	else
		put("F-1,%x", EACCES);
}

/* An answer without contents says that a packet is not known. */
static void
answer_query(void)
{
	const char *rest;

	if (after("qSupported") != NULL)
		agree();
	else if ((rest = after("qRcmd,")) != NULL)
		command(rest);
	else if ((rest = after("qXfer:features:read:target.xml:")) != NULL)
		give_target(rest);
	else if (strcmp(in, "qfThreadInfo") == 0) {
		listed = LIST_FIRST(&allproc);
		nlisted = 0;
		list_threads();
	} else if (strcmp(in, "qsThreadInfo") == 0)
		list_threads();
	else if ((rest = after("qThreadExtraInfo,")) != NULL)
		describe_thread(rest);
	else if (strcmp(in, "qC") == 0) {
		put("QC");
		put_tid(stop->ks_td->td_proc);
	} else if (after("qAttached") != NULL)
		put("1");
}

static void
choose_thread(const char *at)
{
	char what = *at++;
	struct proc *p = NULL;
	struct id id;

	if (get_id(&at, &id))
		p = find_thread(&id);
	if (p != NULL && what == 'g') {
		shown = p;
		newborn = is_newborn(&id);
	}
	put_result(p != NULL ? 0 : ESRCH);
}

static void
answer(void *arg __unused)
{
	const char *rest = in + 1;

	switch (in[0]) {
	case '?':
		say_why(true);
		break;
	case 'g':
		give_registers();
		break;
	case 'p':
		give_register(rest);
		break;
	case 'G':
	case 'P':
		take_registers(rest, in[0] == 'G');
		break;
	case 'm':
	case 'M':
		move_memory(rest, in[0] == 'M');
		break;
	case 'Z':
	case 'z':
		change_point(rest, in[0] == 'Z');
		break;
	case 'c':
	case 's':
		leave(in[0] == 's');
		break;
	case 'v':
		if (after("vCont") != NULL)
			go_on(in + strlen("vCont"));
		else if (after("vFile:") != NULL)
			refuse_file();
		break;
	case 'D':
		detach(rest);
		break;
	case 'k':
		cpu_poweroff();
		break;
	case 'H':
		choose_thread(rest);
		break;
	case 'T':
		put_result(named_thread(rest) != NULL ? 0 : ESRCH);
		break;
	case 'q':
		answer_query();
		break;
	}
}

static enum kdb_leave
gdb_main(struct kdb_stop *ks)
{
	stop = ks;
	shown = ks->ks_td->td_proc;
	newborn = false;
	vforked = awaited && ks->ks_why == KDB_EVENT &&
	    strncmp(ks->ks_text, "vfork", 5) == 0;
	nout = 0;
	if (awaited) {
		say_why(false);
		put_packet(false);
	} else if (!begun)
		printf("gdb: waiting on the second serial line\n");
	for (next = STAY; next == STAY;) {
		get_packet();
		nout = 0;
		silent = false;
		if (!kdb_try(answer, NULL)) {
			nout = 0;
			put_result(EFAULT);
		}
		if (!silent)
			put_packet(next == GO);
	}
	return (next == STEP ? KDB_STEP : KDB_GO);
}

/* --------------------------------------------------------------- the way in */

static void
enter(const char *why)
{
	if (kdb_user() != &gdb)
		before = kdb_user();
	kdb_use(&gdb);
	kdb_enter(KDB_ASKED, why);
}

void
gdb_input(int c)
{
	if (c != '$' && c != GDB_INTERRUPT)
		return;
	begun = c == '$';
	enter("by gdb");
	gdb_events_interrupted();
}

void
gdb_event(const char *why)
{
	if (kdb_user() == &gdb && READ_ONCE(awaited))
		kdb_enter(KDB_EVENT, why);
}

static int
sysctl_debug_gdb(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error == 0 && req->newptr != NULL && value != 0) {
		if (!gdb_works)
			return (ENXIO);
		enter("sysctl debug.gdb");
		gdb_events_follow();
	}
	return (error);
}
SYSCTL_PROC(_debug, OID_AUTO, gdb, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_gdb, "I", "write 1 to stop and wait for gdb");

/* gdb=panic: it is asked when the kernel panics. */
static void
gdb_init(void *arg __unused)
{
	const char *how = kern_getenv("gdb");

	gdb_works = gdb_port_init();
	if (how == NULL)
		return;
	if (!gdb_works)
		printf("gdb=%s: there is no second serial line\n", how);
	else if (strcmp(how, "panic") == 0) {
		kdb_use(&gdb);
		panic_ddb = 1;
	} else if (strcmp(how, "wait") != 0)
		printf("gdb=%s: it may be wait or panic\n", how);
}
SYSINIT(gdb, SI_SUB_COPYRIGHT, SI_ORDER_ANY, gdb_init, NULL);

/* gdb=wait: before the first program, when all processors run. */
static void
gdb_wait(void *arg __unused)
{
	const char *how = kern_getenv("gdb");

	if (gdb_works && how != NULL && strcmp(how, "wait") == 0)
		enter("gdb=wait");
	gdb_events_follow();
}
SYSINIT(gdb_wait, SI_SUB_SMP, SI_ORDER_ANY, gdb_wait, NULL);
