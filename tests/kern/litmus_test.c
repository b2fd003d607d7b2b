/*
 * Litmus tests: the smallest programs in which the order of two processors'
 * accesses to memory shows, after the ones that architects use.  Each is
 * run thousands of times.  What the i386 forbids must never be seen.
 *
 *	message passing		who sees the flag sees the data
 *	store buffering		each writes, then reads what the other wrote:
 *				both may miss it, unless there is a barrier
 *	load buffering		nobody reads what is written later
 *	coherence		one place has one history
 *	independent reads	two writers, two readers, one order for both
 */
#include "smp_util.h"

#define	CELLS		64
#define	LINE		64		/* bytes, of a cache */
#define	BATCHES		400
#define	PEER_ROUNDS	200		/* of waiting for a peer */

/* The places of one try, each in a cache line of its own. */
static struct cell {
	volatile u_int x __attribute__((__aligned__(LINE)));
	volatile u_int y __attribute__((__aligned__(LINE)));
	volatile u_int r[2] __attribute__((__aligned__(LINE)));
} cells[CELLS];

/* How far each of the two has come in a batch. */
static struct {
	volatile u_int at __attribute__((__aligned__(LINE)));
} progress[2];

static u_int	tries, forbidden;	/* counted by thread 0 */
static void	(*volatile two_act)(u_int self, struct cell *);
static u_int	two_bad;		/* what both may not have read */

/*
 * Go on when the other is where we are; not for long, since its processor
 * may be one that the host does not run just now.
 */
static inline void
abreast(u_int self, u_int i)
{
	u_int rounds;

	progress[self].at = i + 1;
	for (rounds = 0; rounds < PEER_ROUNDS; rounds++)
		if (progress[1 - self].at >= i + 1)
			break;
}

/* Two threads, side by side, through all cells; thread 0 looks. */
static void
two_run(u_int self)
{
	u_int batch, i;

	for (batch = 0; team_goes_on(self, batch, BATCHES); batch++) {
		if (self == 0)
			bzero(cells, sizeof(cells));
		progress[self].at = 0;
		meet();
		for (i = 0; i < CELLS; i++) {
			abreast(self, i);
			dawdle(self == batch % 2 ? i % 4 : 0);
			(*two_act)(self, &cells[i]);
		}
		meet();
		for (i = 0; self == 0 && i < CELLS; i++) {
			tries++;
			forbidden += cells[i].r[0] == two_bad &&
			    cells[i].r[1] == two_bad;
		}
	}
}

static void
two(struct ktest *t, void (*act)(u_int, struct cell *), u_int bad)
{
	two_act = act;
	two_bad = bad;
	tries = forbidden = 0;
	together(t, 2, two_run);
	KTEST_ASSERT(t, tries >= CELLS);
}

static void
store_then_load(u_int self, struct cell *c)
{
	if (self == 0) {
		c->x = 1;
		c->r[0] = c->y;
	} else {
		c->y = 1;
		c->r[1] = c->x;
	}
}

static void
store_barrier_load(u_int self, struct cell *c)
{
	if (self == 0) {
		c->x = 1;
		mb();
		c->r[0] = c->y;
	} else {
		c->y = 1;
		mb();
		c->r[1] = c->x;
	}
}

/* An atomic operation is as good as a barrier. */
static void
swap_then_load(u_int self, struct cell *c)
{
	if (self == 0) {
		(void)atomic_swap_int(&c->x, 1);
		c->r[0] = c->y;
	} else {
		(void)atomic_swap_int(&c->y, 1);
		c->r[1] = c->x;
	}
}

/*
 * Without a barrier both may miss the other's store.  If that is not seen
 * the processors do not show what real ones do, and the two tests behind
 * this one say little; they are not wrong for it.
 */
static void
litmus_store_buffering(struct ktest *t)
{
	NEED_CPUS(t, 2);
	two(t, store_then_load, 0);
	printf("    # stores were seen late %u times in %u%s\n", forbidden,
	    tries, forbidden == 0 ? ": these processors do not reorder" : "");
}
KTEST(litmus, litmus_store_buffering);

static void
litmus_store_buffering_barrier(struct ktest *t)
{
	NEED_CPUS(t, 2);
	two(t, store_barrier_load, 0);
	KTEST_EQ(t, forbidden, 0);
}
KTEST(litmus, litmus_store_buffering_barrier);

static void
litmus_store_buffering_atomic(struct ktest *t)
{
	NEED_CPUS(t, 2);
	two(t, swap_then_load, 0);
	KTEST_EQ(t, forbidden, 0);
}
KTEST(litmus, litmus_store_buffering_atomic);

static void
load_then_store(u_int self, struct cell *c)
{
	if (self == 0) {
		c->r[0] = c->y;
		c->x = 1;
	} else {
		c->r[1] = c->x;
		c->y = 1;
	}
}

static void
litmus_load_buffering(struct ktest *t)
{
	NEED_CPUS(t, 2);
	two(t, load_then_store, 1);
	KTEST_EQ(t, forbidden, 0);
}
KTEST(litmus, litmus_load_buffering);

/*
 * Message passing: thread 0 writes, all others read.
 */
#define	MESSAGES	200000

static struct {
	volatile u_int data __attribute__((__aligned__(LINE)));
	volatile u_int flag __attribute__((__aligned__(LINE)));
} message;

static volatile u_int wrong;		/* atomic */

static void
passing_run(u_int self)
{
	u_int data, flag, i;

	if (self == 0) {
		for (i = 1; i < MESSAGES && ticks - team.start < ENOUGH; i++) {
			message.data = i;
			atomic_store_rel_int(&message.flag, i);
		}
		message.data = MESSAGES;
		atomic_store_rel_int(&message.flag, MESSAGES);
		return;
	}
	do {
		flag = atomic_load_acq_int(&message.flag);
		data = message.data;
		if (data < flag)
			atomic_add_int(&wrong, 1);
	} while (flag < MESSAGES);
}

static void
litmus_message_passing(struct ktest *t)
{
	NEED_CPUS(t, 2);
	message.data = message.flag = wrong = 0;
	together(t, mp_ncpus, passing_run);
	KTEST_EQ(t, wrong, 0);
}
KTEST(litmus, litmus_message_passing);

/*
 * Coherence: one counts a place up, all others read it twice in a row and
 * never see it go back; then all write to it, and all agree who was last.
 */
static volatile u_int place, verdicts[MAXCPU];

static void
coherence_run(u_int self)
{
	u_int first, i, second;

	if (self == 0) {
		/* The other half of the time is for the second part. */
		for (i = 0; i < MESSAGES && ticks - team.start < ENOUGH / 2;
		     i++)
			place++;
		place = ~0u;
	} else {
		second = 0;
		do {
			first = place;
			if (first < second)
				atomic_add_int(&wrong, 1);
			second = place;
			if (second < first)
				atomic_add_int(&wrong, 1);
		} while (second != ~0u);
	}
	for (i = 0; team_goes_on(self, i, 500); i++) {
		place = i * MAXCPU + self;
		meet();
		verdicts[self] = place;
		meet();
		if (verdicts[self] != verdicts[0] ||
		    verdicts[self] / MAXCPU != i)
			atomic_add_int(&wrong, 1);
	}
}

static void
litmus_coherence(struct ktest *t)
{
	NEED_CPUS(t, 2);
	place = wrong = 0;
	together(t, mp_ncpus, coherence_run);
	KTEST_EQ(t, wrong, 0);
}
KTEST(litmus, litmus_coherence);

/*
 * Independent reads of independent writes: threads 0 and 1 count x and y up,
 * thread 2 reads x, then y, thread 3 reads y, then x.  If 2 has seen a
 * newer x and an older y than 3, the two saw the stores in different orders.
 */
#define	SIGHTS	4096

static struct sight {
	u_int	x, y;
} sights[2][SIGHTS];
static volatile u_int nsights[2], readers_left;

static void
reads_writer(volatile u_int *to)
{
	u_int i;

	for (i = 1; readers_left > 0; i++)
		*to = i;
}

static void
reads_reader(u_int which)
{
	struct sight *list = sights[which], s;
	u_int n = 0;

	while (n < SIGHTS && (n == 0 || ticks - team.start < ENOUGH)) {
		if (which == 0) {
			s.x = cells[0].x;
			s.y = cells[0].y;
		} else {
			s.y = cells[0].y;
			s.x = cells[0].x;
		}
		if (n == 0 || s.x != list[n - 1].x || s.y != list[n - 1].y)
			list[n++] = s;
	}
	nsights[which] = n;
	atomic_subtract_int(&readers_left, 1);
}

static void
reads_run(u_int self)
{
	if (self == 0)
		reads_writer(&cells[0].x);
	else if (self == 1)
		reads_writer(&cells[0].y);
	else
		reads_reader(self - 2);
}

/* Both lists grow in x and in y, so one walk compares all pairs. */
static u_int
reads_compare(void)
{
	u_int a, b = 0, bad = 0;

	for (a = 0; a < nsights[0]; a++) {
		while (b < nsights[1] && sights[1][b].x < sights[0][a].x)
			b++;
		bad += b > 0 && sights[1][b - 1].y > sights[0][a].y;
	}
	return (bad);
}

static void
litmus_independent_reads(struct ktest *t)
{
	NEED_CPUS(t, 4);
	bzero(cells, sizeof(cells));
	readers_left = 2;
	together(t, 4, reads_run);
	KTEST_ASSERT(t, nsights[0] > 0 && nsights[1] > 0);
	KTEST_EQ(t, reads_compare(), 0);
}
KTEST(litmus, litmus_independent_reads);
