/*
 * Random trees of processes that map, unmap, protect, lock and write memory,
 * make it shared, and fork, vfork, rfork and exec; beside it a model of what
 * each page should hold.  The model lies in memory that is copied like any
 * other, so a child has its own; what is shared on purpose has its value in
 * memory that all share.
 *
 * One process of a tree runs at a time, so that a seed gives one tree.  While
 * a child lives its parent waits, or takes turns with it: then both change
 * what they have in common, and mostly the same pages.
 *
 *	vmtree [-s seed] [-n seeds] [-p 0|1] [-o calls]
 *
 * -p: with vm.pmap_share so; without it both ways, one after the other.
 * -o: the debug kernel recounts all pages after so many system calls.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	PAGE	4096
#define	PAGES	320		/* of the region; half of them below 4 MB */
#define	BASE	((char *)(0x50400000 - PAGES / 2 * PAGE))
#define	DEPTH	4		/* generations below the first */
#define	OPS	40		/* of one process */
#define	BUDGET	1200		/* of a tree */
#define	OBJECTS	8192		/* pages that are shared on purpose */
#define	RW	(PROT_READ | PROT_WRITE)
#define	NONE	(-1)

/* A page as this process should see it. */
static struct page {
	bool	mapped;
	int	prot;
	int	inherit;
	bool	locked;		/* no access that is allowed faults */
	int	object;		/* whose value counts, or NONE */
	unsigned value;
} pages[PAGES];

/* What all processes of a tree share. */
static struct {
	int	left;		/* operations */
	int	last;		/* page written to by whomever */
	int	objects;
	int	wrong;
	unsigned value[OBJECTS];
} *common;

static unsigned	tree, state;	/* the seed, and where it has led */
static enum { PLAIN, HOLES, SHARING } kind_of_tree; /* for minherit */
static int	ends[2];	/* a pipe to oneself */
static int	to_parent = NONE, from_parent; /* with whom turns are taken */
static int	in_turns;	/* children with whom they are */
static sigjmp_buf env;
static char	stacks[DEPTH + 1][16384] __attribute__((__aligned__(16)));

static void	grow(int depth);
static void	operate(int depth);

static unsigned
below(unsigned n)
{
	state = state * 1664525 + 1013904223;
	return ((state >> 16) % n);
}

static void
wrong(int i, const char *what, unsigned is, unsigned wanted)
{
	if (common->wrong++ < 5)
		printf("# seed %u: pid %d, page %d: %s %#x, should be %#x\n",
		    tree, getpid(), i, what, is, wanted);
	fflush(stdout);
}

static volatile unsigned *
word(int i)
{
	return ((volatile unsigned *)(BASE + i * PAGE) + i % 8);
}

static unsigned
model(int i)
{
	return (pages[i].object == NONE ? pages[i].value :
					  common->value[pages[i].object]);
}

static void
fault(int sig __unused)
{
	siglongjmp(env, 1);
}

/* The faults that this process has had. */
static long
faults(void)
{
	static struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_minflt);
}

/*
 * The access itself, to be seen by the fault handler's jump; a locked page
 * must be there at once.
 */
static unsigned
touch(int i, const unsigned *value)
{
	volatile unsigned *p = word(i);
	long before = 0;
	unsigned was;

	if (pages[i].locked) {
		(void)faults(); /* the call's own come first */
		before = faults();
	}
	was = *p;
	if (value != NULL)
		*p = *value;
	if (pages[i].locked && faults() != before)
		wrong(i, "locked, and faults", faults() - before, 0);
	return (was);
}

/* The process itself, or a system call on its behalf; false: refused. */
static bool
store(int i, unsigned value, bool by_call)
{
	char drained[sizeof(value)];

	if (!by_call) {
		if (sigsetjmp(env, 1) != 0)
			return (false);
		(void)touch(i, &value);
		return (true);
	}
	write(ends[1], &value, sizeof(value));
	if (read(ends[0], __DEVOLATILE(void *, word(i)), sizeof(value)) ==
	    sizeof(value))
		return (true);
	if (errno != EFAULT)
		wrong(i, "errno of read", errno, EFAULT);
	read(ends[0], drained, sizeof(drained));
	return (false);
}

static bool
load(int i, unsigned *value, bool by_call)
{
	if (!by_call) {
		if (sigsetjmp(env, 1) != 0)
			return (false);
		*value = touch(i, NULL);
		return (true);
	}
	if (write(ends[1], __DEVOLATILE(void *, word(i)), sizeof(*value)) ==
	    sizeof(*value))
		return (read(ends[0], value, sizeof(*value)) == sizeof(*value));
	if (errno != EFAULT)
		wrong(i, "errno of write", errno, EFAULT);
	return (false);
}

static void
do_write(int i)
{
	bool may = pages[i].mapped && (pages[i].prot & PROT_WRITE);
	unsigned value = state ^ (unsigned)i;

	common->last = i;
	if (store(i, value, below(4) == 0) != may)
		wrong(i, "a write was allowed", !may, may);
	if (!may)
		return;
	if (pages[i].object == NONE)
		pages[i].value = value;
	else
		common->value[pages[i].object] = value;
}

static void
do_read(int i)
{
	bool may = pages[i].mapped && pages[i].prot != PROT_NONE;
	unsigned value = 0;

	if (load(i, &value, below(8) == 0) != may)
		wrong(i, "a read was allowed", !may, may);
	else if (may && value != model(i))
		wrong(i, "holds", value, model(i));
}

static void
check_all(void)
{
	int i;

	for (i = 0; i < PAGES; i++)
		do_read(i);
}

/* An object's page of that value; false if there are no more. */
static bool
share(struct page *p, unsigned value)
{
	if (common->objects == OBJECTS)
		return (false);
	p->object = common->objects++;
	common->value[p->object] = value;
	return (true);
}

static void
do_map(int first, int n)
{
	bool shared = kind_of_tree == SHARING && below(4) == 0 &&
	    common->objects + n < OBJECTS;
	int i;

	if (mmap(BASE + first * PAGE, n * PAGE, RW,
		MAP_ANON | MAP_FIXED | (shared ? MAP_SHARED : MAP_PRIVATE), -1,
		0) == MAP_FAILED)
		wrong(first, "errno of mmap", errno, 0);
	for (i = first; i < first + n; i++) {
		pages[i] = (struct page){ true, RW,
			shared ? INHERIT_SHARE : INHERIT_COPY, false, NONE, 0 };
		if (shared)
			share(&pages[i], 0);
	}
	/* Tables are shared that have many pages. */
	for (i = first; i < first + n && below(64) != 0; i++)
		do_write(i);
}

static void
do_unmap(int first, int n)
{
	int i;

	if (munmap(BASE + first * PAGE, n * PAGE) == -1)
		wrong(first, "errno of munmap", errno, 0);
	for (i = first; i < first + n; i++)
		pages[i].mapped = pages[i].locked = false;
}

/* Lock a range, or unlock it. */
static void
do_lock(int first, int n)
{
	int error, i, may = 0, whole = 0;
	bool lock = below(3) != 0;
	char *p = BASE + first * PAGE;

	for (i = first; i < first + n; i++) {
		whole += pages[i].mapped;
		may += pages[i].mapped && pages[i].prot != PROT_NONE;
	}
	if (!lock)
		may = whole;
	error = (lock ? mlock(p, n * PAGE) : munlock(p, n * PAGE)) == 0 ? 0 :
									  errno;
	if (error != (may == n ? 0 : ENOMEM))
		wrong(first, "errno of mlock or munlock", error,
		    may == n ? 0 : ENOMEM);
	for (i = first; error == 0 && i < first + n; i++)
		pages[i].locked = lock;
}

/* All of a range, or it is refused. */
static void
do_protect(int first, int n)
{
	static const int prots[] = { PROT_NONE, PROT_READ, RW, RW };
	int error, i, prot = prots[below(4)], whole = 0;

	for (i = first; i < first + n; i++)
		whole += pages[i].mapped;
	error = mprotect(BASE + first * PAGE, n * PAGE, prot) == 0 ? 0 : errno;
	if (error != (whole == n ? 0 : ENOMEM))
		wrong(first, "errno of mprotect", error,
		    whole == n ? 0 : ENOMEM);
	for (i = first; error == 0 && i < first + n; i++)
		pages[i].prot = prot;
}

static void
do_inherit(int first, int n)
{
	static const int kinds[] = { INHERIT_COPY, INHERIT_NONE, INHERIT_ZERO,
		INHERIT_COPY, INHERIT_SHARE };
	static const int choice[] = { [PLAIN] = 1, [HOLES] = 4, [SHARING] = 5 };
	int i, kind = kinds[below(choice[kind_of_tree])];

	if (common->objects + n >= OBJECTS)
		kind = INHERIT_COPY;
	if (minherit(BASE + first * PAGE, n * PAGE, kind) == -1)
		wrong(first, "errno of minherit", errno, 0);
	for (i = first; i < first + n; i++) {
		if (!pages[i].mapped)
			continue;
		pages[i].inherit = kind;
		if (kind == INHERIT_SHARE && pages[i].object == NONE)
			share(&pages[i], pages[i].value);
	}
}

/* Before a fork: what a copy will hold, whatever is written meanwhile. */
static void
take_values(void)
{
	int i;

	for (i = 0; i < PAGES; i++)
		pages[i].value = model(i);
}

/* What a fork makes of the model in the child. */
static void
be_born(void)
{
	struct page *p;

	for (p = pages; p < pages + PAGES; p++) {
		p->locked = false;
		if (p->inherit == INHERIT_SHARE)
			continue;
		if (p->inherit == INHERIT_ZERO)
			p->value = 0;
		if (p->inherit == INHERIT_NONE)
			p->mapped = false;
		p->object = NONE;
	}
	state ^= 0x5bd1e995;
}

/* Wait until the parent has passed its turn. */
static void
await_turn(void)
{
	char c;

	if (read(from_parent, &c, 1) != 1)
		wrong(0, "errno of a turn", errno, 0);
}

static void
pass_turn(void)
{
	write(to_parent, "", 1);
	await_turn();
}

/* The parent's turns, until the child has ended. */
static void
take_turns(int depth, int to_child, int from_child, bool mine)
{
	int n;
	char c;

	in_turns++;
	while (mine || read(from_child, &c, 1) == 1) {
		for (n = 1 + below(3); n > 0 && !common->wrong; n--)
			operate(depth);
		write(to_child, "", 1);
		mine = false;
	}
	in_turns--;
	close(to_child);
	close(from_child);
}

/* A child with which turns are taken; either of the two begins. */
static pid_t
fork_in_turns(int depth, unsigned kind)
{
	bool parent_first = below(2) == 0;
	int down[2], up[2];
	pid_t pid;

	if (pipe(down) == -1 || pipe(up) == -1)
		err(2, "pipe");
	pid = kind == 2 ? rfork(RFPROC | RFFDG) : fork();
	if (pid == 0) {
		close(down[1]);
		close(up[0]);
		from_parent = down[0];
		to_parent = up[1];
		in_turns = 0;
		if (parent_first)
			await_turn();
		return (0);
	}
	close(down[0]);
	close(up[1]);
	take_turns(depth, down[1], up[0], parent_first);
	return (pid);
}

/* In a new thread, which may leave the others' memory. */
static int
thread(void *arg)
{
	int depth = (int)(intptr_t)arg;

	if (below(3) == 0) {
		take_values();
		if (rfork(RFFDG) == -1)
			wrong(0, "errno of rfork", errno, 0);
		be_born();
	}
	grow(depth);
	return (0);
}

/* A child in one of several ways; at the end it has ended. */
static void
do_fork(int depth)
{
	static char *const args[] = { (char *)"true", NULL };
	static char *const no_env[] = { NULL };
	unsigned kind = below(8);
	pid_t pid;
	int status;

	take_values();
	if (kind == 0)
		pid = vfork();
	else if (kind == 1)
		pid = rfork_thread(RFPROC | RFMEM | RFFDG,
		    stacks[depth] + sizeof(stacks[0]), thread,
		    (void *)(intptr_t)(depth + 1));
	else if (kind != 3 && in_turns < 2 && below(3) != 0)
		pid = fork_in_turns(depth, kind);
	else
		pid = kind == 2 ? rfork(RFPROC | RFFDG) : fork();
	if (pid == 0 && kind == 0) {
		/* In the parent's memory, and by its model. */
		do_write(below(PAGES));
		do_write(below(PAGES));
		if (below(2) == 0)
			execve("/bin/true", args, no_env);
		_exit(0);
	}
	if (pid == 0) {
		be_born();
		if (kind == 3) {
			do_write(below(PAGES));
			execve("/bin/true", args, no_env);
		}
		grow(depth + 1);
		_exit(0);
	}
	if (pid == -1)
		wrong(0, "errno of a fork", errno, 0);
	else if (waitpid(pid, &status, 0) != pid || status != 0)
		wrong(0, "status of a child", status, 0);
}

/* Do something, of one's own or to the page that was written to last. */
static void
operate(int depth)
{
	int first, n;

	common->left--;
	first = below(3) == 0 ? common->last : (int)below(PAGES);
	n = 1 + below(below(8) == 0 ? PAGES - first : 6);
	if (n > PAGES - first)
		n = PAGES - first;
	switch (below(17)) {
	case 0:
		do_map(first, n);
		break;
	case 1:
		do_unmap(first, n);
		break;
	case 2:
		do_protect(first, n);
		break;
	case 3:
		do_inherit(first, n);
		break;
	case 4:
	case 5:
	case 6:
		if (depth < DEPTH)
			do_fork(depth);
		break;
	case 7:
		do_lock(first, n);
		break;
	case 8:
	case 9:
		do_read(first);
		break;
	default:
		do_write(first);
	}
}

/* The life of one process. */
static void
grow(int depth)
{
	int i;

	for (i = 0; i < OPS && common->left > 0 && !common->wrong; i++) {
		operate(depth);
		if (to_parent != NONE && below(2) == 0)
			pass_turn();
	}
	check_all();
}

/* One tree; whether all was as it should be. */
static bool
run(unsigned seed)
{
	int faults = 0;
	size_t size = sizeof(faults);

	tree = state = seed;
	kind_of_tree = seed % 3;
	memset(common, 0, sizeof(*common));
	common->left = BUDGET;
	do_map(0, PAGES);
	while (common->left > 0 && !common->wrong)
		grow(0);
	do_unmap(0, PAGES);
	/* The debug kernel counts all references to pages again. */
	if (sysctlbyname("debug.vm_recount", &faults, &size, NULL, 0) == -1 &&
	    errno != ENOENT)
		err(2, "debug.vm_recount");
	return (common->wrong == 0 && faults == 0);
}

static unsigned
number(const char *s)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*s == '\0' || *end != '\0')
		errx(2, "%s: not a number", s);
	return (n);
}

/* Set one of the kernel's numbers; what it was. */
static int
set_number(const char *name, int value)
{
	size_t size = sizeof(value);
	int old = 0;

	/* Only the debug kernel has an oracle. */
	if (sysctlbyname(name, &old, &size, &value, sizeof(value)) == -1 &&
	    errno != ENOENT)
		err(2, "%s", name);
	return (old);
}

int
main(int argc, char **argv)
{
	unsigned bad, calls = 199, first = 1, i, n = 9;
	int c, only = NONE, oracle, share, way;

	while ((c = getopt(argc, argv, "n:o:p:s:")) != -1)
		switch (c) {
		case 'n':
			n = number(optarg);
			break;
		case 'o':
			calls = number(optarg);
			break;
		case 'p':
			only = number(optarg) != 0;
			break;
		case 's':
			first = number(optarg);
			n = 1;
			break;
		default:
			errx(2,
			    "usage: vmtree [-s seed] [-n seeds] [-p 0|1] "
			    "[-o calls]");
		}
	common = mmap(NULL, sizeof(*common), RW, MAP_ANON | MAP_SHARED, -1, 0);
	if (common == MAP_FAILED || pipe(ends) == -1)
		err(2, "set-up");
	signal(SIGSEGV, fault);
	oracle = set_number("debug.vm_oracle", calls);
	share = set_number("vm.pmap_share", 1);
	for (way = 1; way >= 0; way--) {
		if (only != NONE && way != only)
			continue;
		set_number("vm.pmap_share", way);
		for (bad = 0, i = first; i < first + n && bad == 0; i++)
			bad = run(i) ? 0 : i;
		if (bad != 0)
			printf("# again: vmtree -p %d -s %u\n", way, bad);
		ok(bad == 0, "%u trees of processes, vm.pmap_share=%d", n, way);
	}
	set_number("vm.pmap_share", share);
	set_number("debug.vm_oracle", oracle);
	return (tap_done());
}
