/*
 * The shell beside the host's dash.  Every case of tests/host/sh.cases is
 * run by both, with -c and as a script file, in an empty folder of its own;
 * output and status must be the same.  Messages are in other words, so what
 * goes to the standard error is not looked at, unless the case says 2>&1.
 *
 * Then the parser alone is fed with random changes of the cases; it may
 * refuse them, but not crash, hang or lose memory.
 *
 * This program is both: under the name "sh" it is the shell.
 */
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <limits.h>
#include <sanitizer/lsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc_test.h"
#include "sh.h"

#define	CASES		"tests/host/sh.cases"
#define	DASH		"/bin/dash"
#define	MAX_CASES	1000
#define	MAX_OUTPUT	(1 << 20)
#define	SECONDS		30		/* a shell that takes longer hangs */

#define	MUTATIONS	6000
#define	BATCH		200		/* mutations for one child */

struct testcase {
	char	*name;
	char	*text;
};

/* What a shell did. */
struct outcome {
	int	status;			/* as waitpid() gave it */
	size_t	len;
	char	*output;
};

static struct testcase cases[MAX_CASES];
static int	ncases;
static char	self[PATH_MAX];
static char	folder[PATH_MAX];	/* ours, with all files */

static void __attribute__((__noreturn__))
give_up(const char *what)
{
	perror(what);
	printf("Bail out! %s\n", what);
	exit(2);
}

/* A whole file; it is never freed, so that the cases may point into it. */
static char *
read_file(const char *path, size_t *lenp)
{
	int fd = open(path, O_RDONLY);
	char *data = malloc(MAX_OUTPUT + 1);
	ssize_t n;

	if (fd < 0 || data == NULL)
		give_up(path);
	*lenp = 0;
	while ((n = read(fd, data + *lenp, MAX_OUTPUT - *lenp)) > 0)
		*lenp += n;
	data[*lenp] = '\0';
	close(fd);
	return (data);
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF)
		give_up(path);
}

/* "=== name" before each case; lines in front of the first are comment. */
static void
read_cases(void)
{
	static char *all; /* for the leak detector */
	size_t len;
	char *p, *next, *end;

	all = read_file(CASES, &len);
	p = strstr(all, "\n=== ");
	if (p != NULL)
		p++;
	for (; p != NULL && ncases < MAX_CASES; p = next) {
		p += 4;
		end = strchr(p, '\n');
		if (end == NULL)
			break;
		*end = '\0';
		cases[ncases].name = p;
		cases[ncases++].text = end + 1;
		next = strstr(end + 1, "\n=== ");
		/* The newline before === is the last one of the text. */
		if (next != NULL)
			*++next = '\0';
	}
}

/* ------------------------------------------------------- beside the other */

/* In a new child: become the shell. */
static void __attribute__((__noreturn__))
be_shell(const char *shell, const char *text, bool file)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)text, (char *)"sh",
		NULL };
	char *script[] = { (char *)"sh", (char *)"../script", NULL };
	char *env[] = { (char *)"PATH=/usr/bin:/bin", (char *)"LC_ALL=C",
		(char *)"HOME=/home/me", (char *)"FROM_OUTSIDE=yes",
		/* The search for leaks takes long; once a case is enough. */
		file ? (char *)"ASAN_OPTIONS=detect_leaks=0" : NULL, NULL };
	int in = open("/dev/null", O_RDONLY);
	int out = open("../output", O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int err = open("../errors", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (in < 0 || out < 0 || err < 0)
		_exit(99);
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	close(in);
	close(out);
	close(err);
	setpgid(0, 0);
	alarm(SECONDS);
	umask(022);
	execve(shell, file ? script : argv, env);
	_exit(98);
}

static struct outcome
run_shell(const char *shell, const char *text, bool file)
{
	static int runs;
	struct outcome o;
	char work[20];
	pid_t pid;

	snprintf(work, sizeof(work), "work%d", ++runs);
	if (mkdir(work, 0755) == -1 || chdir(work) == -1)
		give_up(work);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		be_shell(shell, text, file);
	if (pid == -1 || waitpid(pid, &o.status, 0) != pid)
		give_up("fork");
	kill(-pid, SIGKILL); /* what it left in the background */
	if (chdir("..") == -1)
		give_up("..");
	o.output = read_file("output", &o.len);
	return (o);
}

/* Lines of what a shell said, behind "# ". */
static void
show(const char *who, const struct outcome *o)
{
	const char *p = o->output, *end;

	printf("# %s: wait status %#x, output:\n", who, o->status);
	for (; *p != '\0'; p = end + (*end == '\n')) {
		end = p + strcspn(p, "\n");
		printf("#   %.*s\n", (int)(end - p), p);
	}
}

static void
show_errors(void)
{
	size_t len;
	struct outcome o = { .status = 0 };

	o.output = read_file("errors", &len);
	show("our messages", &o);
	free(o.output);
}

static void
compare(const struct testcase *c, bool file)
{
	struct outcome theirs, ours;
	char name[200];
	bool same;

	write_file("script", c->text);
	theirs = run_shell(DASH, c->text, file);
	ours = run_shell(self, c->text, file);
	same = theirs.status == ours.status && theirs.len == ours.len &&
	    memcmp(theirs.output, ours.output, ours.len) == 0;
	snprintf(name, sizeof(name), "%s%s", c->name, file ? " (file)" : "");
	result(same, name);
	if (!same) {
		show("dash", &theirs);
		show("ours", &ours);
		show_errors();
	}
	free(theirs.output);
	free(ours.output);
}

static void
compare_all(const char *match)
{
	int i;

	if (access(DASH, X_OK) == -1) {
		printf("ok %d - beside dash # SKIP no %s here\n", ++test_number,
		    DASH);
		return;
	}
	for (i = 0; i < ncases; i++) {
		if (match != NULL && strstr(cases[i].name, match) == NULL)
			continue;
		compare(&cases[i], false);
		compare(&cases[i], true);
	}
}

/* ------------------------------------------------------------ the mutants */

static size_t
pick(size_t below)
{
	return (next_random() % below);
}

/* Replace del characters at place by add. */
static void
splice(struct buf *b, size_t place, size_t del, const char *add, size_t len)
{
	struct buf out = { 0 };

	if (del > b->len - place)
		del = b->len - place;
	buf_add(&out, b->data, place);
	buf_add(&out, add, len);
	buf_add(&out, b->data + place + del, b->len - place - del);
	buf_free(b);
	*b = out;
}

/* One random change: pieces go, come, are doubled or are of another case. */
static void
mutate(struct buf *b)
{
	static const char *const pieces[] = { "\"", "'", "`", "\\", "$(", "$((",
		")", "(", "{", "}", "${", "${#", "${x:-", "<<", "<<E\n", "<<-",
		"\n", ";;", "|", "&&", "!", "if ", "then ", "fi\n", "case ",
		"esac", "do ", "done ", "for ", "in ", "while ", "\\\n", "f()",
		"#", "$", "\"$(", "`\\`", "E\n", ";", "&", "<&", ">|", "\xff" };
	const struct testcase *other;
	const char *add;
	size_t place = pick(b->len + 1), len, from;

	switch (pick(5)) {
	case 0:
		splice(b, place, 1 + pick(8), "", 0);
		break;
	case 1:
		splice(b, place, 0, b->data, pick(b->len + 1));
		break;
	case 2:
		other = &cases[pick(ncases)];
		len = strlen(other->text);
		from = pick(len + 1);
		splice(b, place, 0, other->text + from, pick(len - from + 1));
		break;
	case 3:
		b->len = place;
		break;
	default:
		add = pieces[pick(sizeof(pieces) / sizeof(pieces[0]))];
		splice(b, place, pick(2), add, strlen(add));
		break;
	}
}

/* Mutant n is a function of n alone. */
static char *
make_mutant(unsigned n, struct buf *b)
{
	size_t changes;

	test_seed = 88172645463325252ULL + n * 2654435761ULL;
	next_random();
	buf_puts(b, cases[pick(ncases)].text);
	for (changes = 1 + pick(5); changes != 0; changes--)
		mutate(b);
	return (buf_str(b));
}

/* Parse a text to its end or first error, as sh -n does. */
static void
parse_only(const char *text)
{
	enum parse_result result;
	struct arena *arena;
	struct node *n;

	source_push(source_string(text, 1));
	do {
		arena = arena_new();
		result = parse_command(arena, &n);
		arena_drop(arena);
	} while (result == PARSE_OK);
	source_pop();
}

/* Mutants first to end - 1 in a child; its wait status. */
static int
parse_mutants(unsigned first, unsigned end)
{
	struct buf b = { 0 };
	int status, null;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		null = open("/dev/null", O_WRONLY);
		if (end - first > 1)
			dup2(null, STDERR_FILENO);
		close(null);
		alarm(SECONDS);
		sh.name = (char *)"sh";
		for (; first < end; first++) {
			parse_only(make_mutant(first, &b));
			buf_free(&b);
		}
		_exit(__lsan_do_recoverable_leak_check() != 0);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		give_up("fork");
	return (status);
}

/* One of the batch is bad: name those that are. */
static void
find_mutant(unsigned first, unsigned end)
{
	struct buf b = { 0 };
	int status;

	for (; first < end; first++) {
		status = parse_mutants(first, first + 1);
		if (status == 0)
			continue;
		printf("# mutant %u, wait status %#x, is in %s/mutant\n", first,
		    status, folder);
		write_file("mutant", make_mutant(first, &b));
		buf_free(&b);
	}
}

static bool
feed_mutants(void)
{
	unsigned n;
	bool good = true;

	for (n = 0; n < MUTATIONS && good; n += BATCH)
		if (parse_mutants(n, n + BATCH) != 0) {
			good = false;
			find_mutant(n, n + BATCH);
		}
	return (good);
}

/* Too deep is a syntax error and not the end of the stack. */
static void
nest(const char *piece)
{
	struct buf b = { 0 };
	char name[60];
	int i, status;
	pid_t pid;

	for (i = 0; i < 20000; i++)
		buf_puts(&b, piece);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(SECONDS);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		sh.name = (char *)"sh";
		parse_only(buf_str(&b));
		_exit(!lex.failed);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		give_up("fork");
	buf_free(&b);
	snprintf(name, sizeof(name), "%s ... nested without end", piece);
	result(status == 0, name);
}

static void
nest_all(void)
{
	static const char *const pieces[] = { "(", "$(", "$((", "$(($(", "\"$(",
		"${x:-", "{ ", "if ", "while ", "case x in x) ", "f() { ",
		"! { ", "\"${x:-", "if a; then b; elif ", "a && ( b || " };
	size_t i;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		nest(pieces[i]);
}

int
main(int argc, char **argv)
{
	char command[PATH_MAX + 20];
	const char *tmp = getenv("TMPDIR");

	if (strcmp(argv[0], "sh") == 0)
		return (sh_main(argc, argv));
	if (realpath("/proc/self/exe", self) == NULL)
		give_up("realpath");
	read_cases();
	snprintf(folder, sizeof(folder), "%s/tine-sh.XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(folder) == NULL || chdir(folder) == -1)
		give_up(folder);
	result(ncases >= 60, "the cases are there");
	compare_all(argc > 1 ? argv[1] : NULL);
	nest_all();
	result(feed_mutants(), "the parser survives malformed input");
	if (test_failures == 0) {
		snprintf(command, sizeof(command), "rm -rf '%s'", folder);
		if (system(command) != 0)
			give_up(command);
	}
	return (finish());
}
