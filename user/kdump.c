/*
 * kdump: show what ktrace has written down.
 *
 *	kdump [-dnRT] [-f file] [-m bytes] [-p pid] [-t letters]
 *
 * -d numbers in decimal, -n no names of errors and signals, -R the time
 * since the record before, -T the time of day, -m so much of the data of
 * each read and write, -p of that process only.
 */
#include <sys/types.h>
#include <sys/ktrace.h>
#include <sys/syscall.h>
#include <ctype.h>
#include <err.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "ktrpoints.h"
#include "output.h"
#include "signames.h"

/* What a call's end may be, beside the errors that programs see. */
#define	KERN_ERESTART		(-1)
#define	KERN_EJUSTRETURN	(-2)

#define	RECORD_MAX	(1024 * 1024)	/* what is longer is no record */
#define	LINE		72		/* columns of a line of data */

static const char *const call_names[] = {
#include "syscallnames.h"
};

static int	decimal, plain, relative, absolute, only;
static int	points;
static int	most = RECORD_MAX;

static void
usage(void)
{
	fprintf(stderr,
	    "usage: kdump [-dnRT] [-f file] [-m bytes] [-p pid] "
	    "[-t letters]\n");
	exit(2);
}

static void
print_call(int code)
{
	if (code >= 0 && code < (int)nitems(call_names) &&
	    call_names[code] != NULL)
		printf("%s", call_names[code]);
	else
		printf("[%d]", code);
}

static void
print_number(char before, long n)
{
	printf(decimal ? "%c%ld" : "%c%#lx", before, n);
}

static void
print_signal(int sig)
{
	const char *name = signal_name(sig);

	if (name != NULL && !plain)
		printf("SIG%s", name);
	else
		printf("signal %d", sig);
}

static void
show_syscall(const void *data, size_t len)
{
	const struct ktr_syscall *ks = data;
	size_t i,
	    n = (len - offsetof(struct ktr_syscall, ktr_args)) /
	    sizeof(ks->ktr_args[0]);

	print_call(ks->ktr_code);
	for (i = 0; i < n && (int)i < ks->ktr_narg; i++)
		print_number(i == 0 ? '(' : ',', ks->ktr_args[i]);
	printf("%s\n", i == 0 ? "" : ")");
}

static void
show_sysret(const void *data, size_t len __unused)
{
	const struct ktr_sysret *kr = data;

	print_call(kr->ktr_code);
	if (kr->ktr_error == KERN_ERESTART)
		printf(" RESTART");
	else if (kr->ktr_error == KERN_EJUSTRETURN)
		printf(" JUSTRETURN");
	else if (kr->ktr_error != 0) {
		printf(" -1 errno %d", kr->ktr_error);
		if (!plain)
			printf(" %s", strerror(kr->ktr_error));
	} else {
		printf(" %d", kr->ktr_retval);
		if (!decimal && (kr->ktr_retval < 0 || kr->ktr_retval > 9))
			printf("/%#x", kr->ktr_retval);
	}
	putchar('\n');
}

static void
show_namei(const void *data, size_t len)
{
	printf("\"%.*s\"\n", (int)len, (const char *)data);
}

/* A byte as a C programmer would write it; how many columns. */
static int
print_byte(int c)
{
	static const char from[] = "\n\t\r\\\"", to[] = "ntr\\\"";
	const char *special = c != '\0' ? strchr(from, c) : NULL;

	if (special != NULL)
		return (printf("\\%c", to[special - from]));
	if (isprint(c))
		return (printf("%c", c));
	return (printf("\\%03o", c));
}

/* Data in quotes, a line of it for each line, and more if they are long. */
static void
print_data(const unsigned char *data, size_t len)
{
	int column = 0;
	size_t i;

	if (len > (size_t)most)
		len = most;
	printf("       \"");
	for (i = 0; i < len; i++) {
		column += print_byte(data[i]);
		if (i + 1 < len && (column >= LINE || data[i] == '\n')) {
			printf("\n        ");
			column = 0;
		}
	}
	printf("\"\n");
}

static void
show_genio(const void *data, size_t len)
{
	const struct ktr_genio *kg = data;

	len -= sizeof(*kg);
	printf("fd %d %s %zu byte%s\n", kg->ktr_fd,
	    kg->ktr_rw == UIO_READ ? "read" : "wrote", len,
	    len == 1 ? "" : "s");
	if (len > 0 && most > 0)
		print_data((const unsigned char *)(kg + 1), len);
}

static void
show_psig(const void *data, size_t len __unused)
{
	const struct ktr_psig *kp = data;

	print_signal(kp->signo);
	if (kp->action == SIG_DFL)
		printf(" SIG_DFL\n");
	else
		printf(" caught handler=%#lx mask=%#x code=%#x\n",
		    (long)kp->action, kp->mask.__bits[0], kp->code);
}

static void
show_csw(const void *data, size_t len __unused)
{
	const struct ktr_csw *kc = data;

	printf("%s %s\n", kc->out ? "stop" : "resume",
	    kc->user ? "user" : "kernel");
}

static void
show_user(const void *data, size_t len)
{
	const unsigned char *p = data;

	putchar('"');
	for (; len > 0; len--)
		print_byte(*p++);
	printf("\"\n");
}

/* What is shown of each type, and how long it is at least. */
static const struct kind {
	const char *name;
	size_t	least;
	void	(*show)(const void *, size_t);
} kinds[] = {
	[KTR_SYSCALL] = { "CALL", offsetof(struct ktr_syscall, ktr_args),
	    show_syscall },
	[KTR_SYSRET] = { "RET ", sizeof(struct ktr_sysret), show_sysret },
	[KTR_NAMEI] = { "NAMI", 0, show_namei },
	[KTR_GENIO] = { "GIO ", sizeof(struct ktr_genio), show_genio },
	[KTR_PSIG] = { "PSIG", sizeof(struct ktr_psig), show_psig },
	[KTR_CSW] = { "CSW ", sizeof(struct ktr_csw), show_csw },
	[KTR_USER] = { "USER", 0, show_user },
};
#define	KINDS	((int)(sizeof(kinds) / sizeof(kinds[0])))

static void
print_header(const struct ktr_header *kh)
{
	static struct timeval before;
	struct timeval diff;

	printf("%6d %-8.*s ", kh->ktr_pid, MAXCOMLEN, kh->ktr_comm);
	if (absolute)
		printf("%ld.%06ld ", (long)kh->ktr_time.tv_sec,
		    (long)kh->ktr_time.tv_usec);
	if (relative) {
		if (before.tv_sec == 0)
			before = kh->ktr_time;
		timersub(&kh->ktr_time, &before, &diff);
		printf("%ld.%06ld ", (long)diff.tv_sec, (long)diff.tv_usec);
		before = kh->ktr_time;
	}
}

static void
show(const struct ktr_header *kh, const void *data)
{
	int type = (u_short)kh->ktr_type & ~KTR_DROP;
	const struct kind *kind;

	if (only != 0 && kh->ktr_pid != only)
		return;
	if (kh->ktr_type & KTR_DROP) {
		print_header(kh);
		printf("Events dropped.\n");
	}
	if (type <= 0 || type >= KINDS || kinds[type].show == NULL) {
		print_header(kh);
		printf("UNKNOWN(%d)\n", type);
		return;
	}
	if ((points & (1 << type)) == 0)
		return;
	kind = &kinds[type];
	if ((size_t)kh->ktr_len < kind->least)
		errx(1, "bogus length of a record: %d", kh->ktr_len);
	print_header(kh);
	printf("%s  ", kind->name);
	kind->show(data, kh->ktr_len);
}

static void
show_file(const char *file)
{
	struct ktr_header kh;
	void *data = NULL;
	size_t got;
	FILE *in;

	in = fopen(file, "r");
	if (in == NULL)
		err(1, "%s", file);
	while ((got = fread(&kh, 1, sizeof(kh), in)) == sizeof(kh)) {
		if (kh.ktr_len < 0 || kh.ktr_len > RECORD_MAX)
			errx(1, "bogus length of a record: %d", kh.ktr_len);
		data = realloc(data, kh.ktr_len + 1);
		if (data == NULL)
			err(1, NULL);
		if (fread(data, 1, kh.ktr_len, in) != (size_t)kh.ktr_len)
			errx(1, "%s: a record is cut off", file);
		show(&kh, data);
	}
	if (ferror(in))
		err(1, "%s", file);
	if (got != 0)
		errx(1, "%s: a record is cut off", file);
	free(data);
	fclose(in);
}

int
main(int argc, char **argv)
{
	const char *file = DEF_TRACEFILE, *letters = ALL_POINTS;
	int c;

	while ((c = getopt(argc, argv, "df:m:np:RTt:")) != -1)
		switch (c) {
		case 'd':
			decimal = 1;
			break;
		case 'f':
			file = optarg;
			break;
		case 'm':
			most = number(optarg, 10, 0, INT_MAX);
			break;
		case 'n':
			plain = 1;
			break;
		case 'p':
			only = number(optarg, 10, 1, INT_MAX);
			break;
		case 'R':
			relative = 1;
			break;
		case 'T':
			absolute = 1;
			break;
		case 't':
			letters = optarg;
			break;
		default:
			usage();
		}
	points = getpoints(letters);
	if (points == -1 || optind != argc)
		usage();
	show_file(file);
	return (finish(0, 1));
}
