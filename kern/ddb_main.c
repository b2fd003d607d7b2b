/*
 * The monitor on the console: conversation, breakpoints, going on.
 *
 * Everything stands still (see kern_kdb.c), so input is polled.  A command
 * runs under kdb_try(): one that runs into what is broken ends, and the
 * prompt comes back.  There is one monitor at a time, so its buffers are
 * static: the stack may be almost used up.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cons.h>
#include <sys/ddb.h>
#include <sys/errno.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/limits.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>

#define	LINE_MOST	128
#define	WORD_MOST	32
#define	CTRL(c)		((c) & 0x1f)
#define	DELETE		0x7f

static char	line[LINE_MOST];
static char	last_line[LINE_MOST];	/* an empty one repeats it: step */
static enum { STAY, GO, STEP, PANIC } next;	/* what the command wants */
static u_int	steps_left;		/* beside the one under way */

/* ------------------------------------------------------------------- input */

static int
get_char(void)
{
	int c;

	while ((c = cngetc_poll()) < 0)
		cpu_spinwait();
	return (c);
}

static void
rub_out(u_int n)
{
	while (n-- > 0)
		printf("\b \b");
}

/*
 * A line into the buffer; ^C gives an empty one that repeats nothing.
 */
static void
get_line(void)
{
	u_int n = 0;
	int c;

	for (;;) {
		c = get_char();
		if (c == '\r' || c == '\n')
			break;
		if (c == CTRL('c')) {
			last_line[0] = '\0';
			n = 0;
			break;
		}
		if (c == CTRL('u')) {
			rub_out(n);
			n = 0;
		} else if ((c == '\b' || c == DELETE) && n > 0) {
			rub_out(1);
			n--;
		} else if (c >= ' ' && c < DELETE && n < LINE_MOST - 1) {
			printf("%c", c);
			line[n++] = c;
		}
	}
	line[n] = '\0';
	printf("\n");
}

/* ------------------------------------------------------------------- words */

static bool
is_space(int c)
{
	return (c == ' ' || c == '\t');
}

bool
ddb_end(struct ddb_line *dl)
{
	while (is_space(*dl->dl_at))
		dl->dl_at++;
	return (*dl->dl_at == '\0');
}

bool
ddb_needs(struct ddb_line *dl, const char *what)
{
	if (!ddb_end(dl))
		return (true);
	printf("%s is needed\n", what);
	return (false);
}

bool
ddb_word(struct ddb_line *dl, char *buf, size_t size)
{
	size_t n = 0;

	if (ddb_end(dl))
		return (false);
	for (; *dl->dl_at != '\0' && !is_space(*dl->dl_at); dl->dl_at++)
		if (n < size - 1)
			buf[n++] = *dl->dl_at;
	buf[n] = '\0';
	return (true);
}

static bool
is_name(int c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    isdigit(c) || c == '_' || c == '$' || c == '.');
}

/* A number, a name, or a register. */
static bool
read_term(struct ddb_line *dl, u_int *value)
{
	const char *start = dl->dl_at;
	char name[WORD_MOST];
	vm_offset_t va;
	unsigned long long number;
	size_t n = 0;
	char *end;

	if (isdigit(*start)) {
		number = strtouq(start, &end, 0);
		if (number > UINT_MAX) {
			printf("no more than 32 bits: %s\n", start);
			return (false);
		}
		*value = (u_int)number;
		dl->dl_at = end;
		return (true);
	}
	for (; is_name(*dl->dl_at) && n < sizeof(name) - 1; dl->dl_at++)
		name[n++] = *dl->dl_at;
	name[n] = '\0';
	if (name[0] == '$' &&
	    db_register(dl->dl_stop->ks_frame, name + 1, value))
		return (true);
	if (name[0] != '$' && db_lookup(name, &va)) {
		*value = va;
		return (true);
	}
	printf("no such name: %s\n", start);
	return (false);
}

static bool
read_word(vm_offset_t va, u_int *value)
{
	if (kdb_read(NULL, va, value, sizeof(*value)) == 0)
		return (true);
	printf("0x%08x cannot be read\n", va);
	return (false);
}

bool
ddb_value(struct ddb_line *dl, u_int deflt, u_int *value)
{
	u_int stars, sum = 0, term;
	int sign = '+';

	*value = deflt;
	if (ddb_end(dl))
		return (true);
	for (;;) {
		for (stars = 0; *dl->dl_at == '*'; dl->dl_at++)
			stars++;
		if (!read_term(dl, &term))
			return (false);
		while (stars-- > 0)
			if (!read_word(term, &term))
				return (false);
		sum += sign == '+' ? term : -term;
		sign = *dl->dl_at;
		if (sign != '+' && sign != '-')
			break;
		dl->dl_at++;
	}
	if (sign != '\0' && !is_space(sign)) {
		printf("not understood: %s\n", dl->dl_at);
		return (false);
	}
	*value = sum;
	return (true);
}

/* ---------------------------------------------------------------- going on */

static void
ddb_continue(struct ddb_line *dl __unused)
{
	next = GO;
}

static void
ddb_step(struct ddb_line *dl)
{
	u_int n;

	if (!ddb_value(dl, 1, &n) || n == 0)
		return;
	steps_left = n - 1;
	next = STEP;
}

static void
ddb_reboot(struct ddb_line *dl __unused)
{
	cpu_reset();
}

static void
ddb_poweroff(struct ddb_line *dl __unused)
{
	cpu_poweroff();
}

static void
ddb_panic(struct ddb_line *dl __unused)
{
	if (panicstr != NULL)
		printf("it has already: %s\n", panicstr);
	else
		next = PANIC;
}

/*
 * call FUNCTION [ARGUMENTS]: up to four of them.
 */
static void
ddb_call(struct ddb_line *dl)
{
	u_int (*fn)(u_int, u_int, u_int, u_int);
	u_int args[4], at, i;

	if (!ddb_needs(dl, "a function") || !ddb_value(dl, 0, &at))
		return;
	for (i = 0; i < nitems(args); i++)
		if (!ddb_value(dl, 0, &args[i]))
			return;
	fn = (u_int(*)(u_int, u_int, u_int, u_int))(uintptr_t)at;
	at = (*fn)(args[0], args[1], args[2], args[3]);
	printf("= %d (%#x)\n", (int)at, at);
}

/* ------------------------------------------------------------- breakpoints */

static const char *const kinds[] = {
	[KDB_SOFT] = "break",
	[KDB_HARD] = "hbreak",
	[KDB_WRITE] = "watch",
	[KDB_ACCESS] = "rwatch",
};

static void
point_new(struct ddb_line *dl, enum kdb_kind kind, u_int deflt_len)
{
	u_int at, len;
	int error;

	if (!ddb_needs(dl, "an address") || !ddb_value(dl, 0, &at) ||
	    !ddb_value(dl, deflt_len, &len))
		return;
	error = kdb_point_set(kind, at, len);
	if (error == 0)
		printf("%s %s\n", kinds[kind], db_name(at));
	else
		printf("%s %s: %s\n", kinds[kind], db_name(at),
		    error == EFAULT ? "no memory there, or not the "
				      "kernel's code" :
			error == ENOSPC ?
				      "there are no more of them" :
				      "not at that address, or not so long");
}

static void
ddb_break(struct ddb_line *dl)
{
	point_new(dl, KDB_SOFT, 1);
}

static void
ddb_hbreak(struct ddb_line *dl)
{
	point_new(dl, KDB_HARD, 1);
}

static void
ddb_watch(struct ddb_line *dl)
{
	point_new(dl, KDB_WRITE, 4);
}

static void
ddb_rwatch(struct ddb_line *dl)
{
	point_new(dl, KDB_ACCESS, 4);
}

/*
 * delete [ADDRESS]: what is there, or everything.
 */
static void
ddb_delete(struct ddb_line *dl)
{
	bool all = ddb_end(dl);
	const struct kdb_point *kp;
	u_int at, i, n = 0;

	if (!ddb_value(dl, 0, &at))
		return;
	for (i = 0; i < KDB_POINTS; i++) {
		kp = kdb_point(i);
		if (kp->kp_len == 0 || (!all && kp->kp_addr != at))
			continue;
		(void)kdb_point_clear(kp->kp_kind, kp->kp_addr, kp->kp_len);
		n++;
	}
	printf("%u deleted\n", n);
}

/* ---------------------------------------------------------------- commands */

static void	ddb_help(struct ddb_line *);

static const struct ddb_command commands[] = {
	{ "help", "", "this list", ddb_help },
	{ "ps", "", "the processes", ddb_ps },
	{ "tree", "[PROC]", "the processes below one", ddb_tree },
	{ "bt", "[PROC]", "the calls that have led there", ddb_backtrace },
	{ "show", "WHAT [ARGUMENT]", "see help show", ddb_show_command },
	{ "ktr", "[N]", "the last N events", ddb_ktr },
	{ "x", "ADDRESS [N]", "N words of memory", ddb_examine },
	{ "write", "ADDRESS VALUE", "change a word of memory", ddb_write },
	{ "print", "VALUE", "a value in words", ddb_print },
	{ "break", "ADDRESS", "stop where the kernel comes there", ddb_break },
	{ "hbreak", "ADDRESS", "the same, also in a program", ddb_hbreak },
	{ "watch", "ADDRESS [LENGTH]", "stop behind a write", ddb_watch },
	{ "rwatch", "ADDRESS [LENGTH]", "... or a read", ddb_rwatch },
	{ "delete", "[ADDRESS]", "break- and watchpoints", ddb_delete },
	{ "step", "[N]", "N instructions", ddb_step },
	{ "continue", "", "let all go on", ddb_continue },
	{ "call", "FUNCTION [ARGUMENT...]", "and print the result", ddb_call },
	{ "panic", "", "with its report", ddb_panic },
	{ "reboot", "", "reset the machine at once", ddb_reboot },
	{ "poweroff", "", "end it at once", ddb_poweroff },
	{ NULL, NULL, NULL, NULL },
};

static void
help_on(const struct ddb_command *dc)
{
	for (; dc->dc_name != NULL; dc++)
		printf("  %-8s %-23s %s\n", dc->dc_name, dc->dc_args,
		    dc->dc_help);
}

static void
ddb_help(struct ddb_line *dl)
{
	char word[WORD_MOST];

	if (ddb_word(dl, word, sizeof(word)) && strcmp(word, "show") == 0) {
		help_on(ddb_shows);
		return;
	}
	help_on(commands);
	printf("PROC is a pid, or the address of a struct proc.  Numbers are "
	       "decimal, or 0x..;\naddresses may be names, $registers, sums, "
	       "and *ADDRESS is the word there.\n");
}

bool
ddb_run(const struct ddb_command *dc, const char *name, struct ddb_line *dl)
{
	const struct ddb_command *found = NULL;
	size_t n = strlen(name);

	for (; dc->dc_name != NULL; dc++) {
		if (strncmp(dc->dc_name, name, n) != 0)
			continue;
		if (dc->dc_name[n] == '\0') {
			found = dc;
			break;
		}
		if (found != NULL) {
			printf("%s: %s or %s?\n", name, found->dc_name,
			    dc->dc_name);
			return (false);
		}
		found = dc;
	}
	if (found == NULL) {
		printf("%s: no such command; help lists them\n", name);
		return (false);
	}
	(*found->dc_fn)(dl);
	return (true);
}

static void
run_line(void *arg)
{
	struct ddb_line *dl = arg;
	char word[WORD_MOST];

	if (ddb_word(dl, word, sizeof(word)))
		(void)ddb_run(commands, word, dl);
}

/* ------------------------------------------------------------ conversation */

static void
say_why(const struct kdb_stop *ks)
{
	const struct proc *p = ks->ks_td->td_proc;
	u_int value;

	switch (ks->ks_why) {
	case KDB_BREAK:
		printf("breakpoint at %s", db_name(ks->ks_addr));
		break;
	case KDB_WATCH:
		printf("watchpoint %s", db_name(ks->ks_addr));
		if (kdb_read(NULL, ks->ks_addr & ~3u, &value, 4) == 0)
			printf(", now %#x,", value);
		printf(" before %s", db_name(db_frame_pc(ks->ks_frame)));
		break;
	case KDB_STEPPED:
		printf("at %s\n", db_name(db_frame_pc(ks->ks_frame)));
		return;
	case KDB_PANIC:
		printf("stopped by a panic");
		break;
	default:
		printf("stopped: %s", ks->ks_text);
	}
	printf(", pid %d (%s), processor %u\n", p->p_pid, p->p_comm,
	    ks->ks_cpu);
}

static enum kdb_leave
ddb_main(struct kdb_stop *ks)
{
	struct ddb_line dl;

	if (ks->ks_why != KDB_STEPPED) {
		printf("\n");
		steps_left = 0;
	}
	say_why(ks);
	if (steps_left > 0 && cngetc_poll() == CTRL('c'))
		steps_left = 0;
	if (steps_left > 0) {
		steps_left--;
		return (KDB_STEP);
	}
	for (next = STAY; next == STAY;) {
		printf("ddb> ");
		get_line();
		if (line[0] == '\0')
			strlcpy(line, last_line, sizeof(line));
		/* Only a step is worth to be repeated by the return key. */
		strlcpy(last_line, line[0] == 's' && line[1] != 'h' ? line : "",
		    sizeof(last_line));
		dl.dl_at = line;
		dl.dl_stop = ks;
		(void)kdb_try(run_line, &dl);
	}
	if (next == PANIC)
		panic("by request of the monitor");
	return (next == STEP ? KDB_STEP : KDB_GO);
}

static const struct kdb_backend ddb = { "ddb", ddb_main };

/*
 * The monitor is who is asked, unless somebody is there already.
 */
static void
ddb_init(void *arg __unused)
{
	if (kdb_user() == NULL)
		kdb_use(&ddb);
}
SYSINIT(ddb, SI_SUB_CONSOLE, SI_ORDER_ANY, ddb_init, NULL);
