/*
 * The kernel's environment: the words "name=value" of the command line.
 * Each name that nobody asked for by the end of the boot is reported.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>

#define	KENV_SIZE	4096
#define	KENV_MAX	64

static char	kenv_text[KENV_SIZE];
static struct {
	const char *name;
	const char *value;		/* "1" for a bare word */
	bool	used;
} kenv[KENV_MAX];
static u_int	nkenv;			/* constant after boot */

/*
 * Take the command line apart.  Some boot loaders put the kernel's file
 * name in front: a word with a slash and no value.
 */
void
kern_env_init(const char *cmdline)
{
	char *line = kenv_text, *value, *word;

	strlcpy(kenv_text, cmdline, sizeof(kenv_text));
	while ((word = strsep(&line, " \t")) != NULL) {
		value = strchr(word, '=');
		if (*word == '\0' ||
		    (word == kenv_text && value == NULL &&
			strchr(word, '/') != NULL))
			continue;
		if (nkenv == KENV_MAX) {
			printf("command line: more than %d words, from \"%s\" "
			       "on they are ignored\n",
			    KENV_MAX, word);
			break;
		}
		if (value != NULL)
			*value++ = '\0';
		kenv[nkenv].name = word;
		kenv[nkenv].value = value != NULL ? value : "1";
		nkenv++;
	}
}

/*
 * The last value given to that name, or NULL.  It stays valid.
 */
const char *
kern_getenv(const char *name)
{
	const char *value = NULL;
	u_int i;

	for (i = 0; i < nkenv; i++)
		if (strcmp(kenv[i].name, name) == 0) {
			kenv[i].used = true;
			value = kenv[i].value;
		}
	return (value);
}

/*
 * The same as a number: 1 if the name is there and is one.  It may be meant
 * for an int or an unsigned int.
 */
int
getenv_int(const char *name, int *var)
{
	const char *value = kern_getenv(name);
	bool negative;
	u_int64_t n;
	char *end;

	if (value == NULL)
		return (0);
	negative = value[0] == '-';
	n = strtouq(value + negative, &end, 0);
	if (!isdigit(value[negative]) || *end != '\0' ||
	    n > (negative ? 0x80000000u : 0xffffffffu)) {
		printf("tunable %s: \"%s\" is not a number of 32 bits\n", name,
		    value);
		return (0);
	}
	*var = negative ? -(u_int)n : (u_int)n;
	return (1);
}

void
tunable_int_init(void *arg)
{
	struct tunable_int *t = arg;

	getenv_int(t->path, t->var);
}

static int
hexdigit(int c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	c |= 0x20;
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

/*
 * Undo, in place, the %XX that stand for characters which the command line
 * cannot carry.
 */
void
kern_env_decode(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '%' && hexdigit(s[1]) >= 0 && hexdigit(s[2]) >= 0) {
			*to++ = hexdigit(s[1]) << 4 | hexdigit(s[2]);
			s += 2;
		} else
			*to++ = *s;
	}
	*to = '\0';
}

/*
 * Say which names mean nothing.  A few are read later than this: when
 * process 1 runs, or the tests.
 */
static void
kenv_report(void *arg __unused)
{
	static const char *const late[] = { "init", "exec", "ktest" };
	u_int i;

	for (i = 0; i < nitems(late); i++)
		(void)kern_getenv(late[i]);
	for (i = 0; i < nkenv; i++)
		if (!kenv[i].used)
			printf("unknown tunable: %s\n", kenv[i].name);
}
SYSINIT(kenv_report, SI_SUB_KTHREAD_INIT, SI_ORDER_FIRST, kenv_report, NULL);
