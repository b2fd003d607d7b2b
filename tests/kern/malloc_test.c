/*
 * malloc(9) and zones.
 */
#include "kern_util.h"
#include "sysctl_util.h"
#include <sys/malloc.h>
#include <sys/vmmeter.h>
#include <sys/zone.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>

static MALLOC_DEFINE(M_KTEST, "ktest", "kernel tests");

#define	PIECES	200

static u_char
pattern(u_int i, u_int size)
{
	return (i * 31 + size * 7 + 1);
}

/*
 * Pieces of many sizes are all there at once, and nobody writes into
 * another's.
 */
static void
malloc_sizes(struct ktest *t)
{
	static u_char *piece[PIECES];
	u_int i, j, size;

	for (i = 0; i < PIECES; i++) {
		size = i * i / 4; /* up to two pages and more */
		piece[i] = malloc(size, M_KTEST, M_NOWAIT);
		KTEST_ASSERT(t, piece[i] != NULL);
		KTEST_EQ(t, (uintptr_t)piece[i] % 16, 0);
		for (j = 0; piece[i] != NULL && j < size; j++)
			piece[i][j] = pattern(j, size);
	}
	for (i = 0; i < PIECES; i++) {
		size = i * i / 4;
		if (piece[i] == NULL)
			continue;
		for (j = 0; j < size; j++)
			if (piece[i][j] != pattern(j, size))
				break;
		KTEST_EQ(t, j, size);
		free(piece[i], M_KTEST);
	}
	free(NULL, M_KTEST);
}
KTEST(malloc, malloc_sizes);

static void
malloc_too_large(struct ktest *t)
{
	/* With the header the first ones are tiny sizes again. */
	volatile size_t sizes[] = { (size_t)-1, (size_t)-8, (size_t)-100,
		(size_t)1 << 31, 0x10000 * PAGE_SIZE };
	u_int i;

	for (i = 0; i < nitems(sizes); i++)
		KTEST_EQ(t, malloc(sizes[i], M_KTEST, M_NOWAIT), NULL);
}
KTEST(malloc, malloc_too_large);

static void
malloc_zeroed(struct ktest *t)
{
	u_int i, size;
	u_char *p;

	/* What was freed full of ones comes back as zeros. */
	for (size = 1; size <= 16384; size *= 4) {
		p = malloc(size, M_KTEST, M_NOWAIT);
		if (p != NULL)
			memset(p, 0xff, size);
		free(p, M_KTEST);
		p = malloc(size, M_KTEST, M_NOWAIT | M_ZERO);
		KTEST_ASSERT(t, p != NULL);
		for (i = 0; p != NULL && i < size; i++)
			if (p[i] != 0)
				break;
		KTEST_EQ(t, i, size);
		free(p, M_KTEST);
	}
}
KTEST(malloc, malloc_zeroed);

static void
malloc_grows(struct ktest *t)
{
	u_int i, size;
	u_char *new, *p = NULL;

	for (size = 10; size < 20000; size = size * 2 + 3) {
		new = realloc(p, size, M_KTEST, M_NOWAIT);
		KTEST_ASSERT(t, new != NULL);
		if (new == NULL)
			break;
		p = new;
		for (i = 0; size > 10 && i < (size - 3) / 2; i++)
			if (p[i] != pattern(i, 0))
				break;
		KTEST_EQ(t, i, size > 10 ? (size - 3) / 2 : 0);
		for (i = 0; i < size; i++)
			p[i] = pattern(i, 0);
	}
	new = realloc(p, 5, M_KTEST, M_NOWAIT);
	KTEST_ASSERT(t, new != NULL &&new[4] == pattern(4, 0));
	free(new, M_KTEST);
}
KTEST(malloc, malloc_grows);

/*
 * The record of a type, by way of kern.malloc.
 */
static bool
stat_of(const char *name, struct malloc_stat *found)
{
	struct malloc_stat *all;
	size_t i, len = 0;

	if (k_sysctlbyname("kern.malloc", NULL, &len, NULL, 0) != 0)
		return (false);
	all = malloc(len, M_TEMP, M_WAITOK);
	k_sysctlbyname("kern.malloc", all, &len, NULL, 0);
	for (i = 0; i < len / sizeof(*all); i++)
		if (strcmp(all[i].ms_name, name) == 0)
			break;
	if (i < len / sizeof(*all))
		*found = all[i];
	free(all, M_TEMP);
	return (i < len / sizeof(*all));
}

static void
malloc_counts(struct ktest *t)
{
	struct malloc_stat after, before, during;
	void *a, *b;

	KTEST_ASSERT(t, stat_of("ktest", &before));
	a = malloc(100, M_KTEST, M_WAITOK);
	b = malloc(5000, M_KTEST, M_WAITOK);
	KTEST_ASSERT(t, stat_of("ktest", &during));
	free(a, M_KTEST);
	free(b, M_KTEST);
	KTEST_ASSERT(t, stat_of("ktest", &after));
	KTEST_EQ(t, during.ms_inuse, before.ms_inuse + 2);
	KTEST_EQ(t, during.ms_calls, before.ms_calls + 2);
	KTEST_EQ(t, during.ms_memuse, before.ms_memuse + 128 + 2 * PAGE_SIZE);
	KTEST_ASSERT(t, during.ms_maxuse >= during.ms_memuse);
	KTEST_EQ(t, after.ms_inuse, before.ms_inuse);
	KTEST_EQ(t, after.ms_memuse, before.ms_memuse);
	KTEST_EQ(t, after.ms_maxuse, during.ms_maxuse);
}
KTEST(malloc, malloc_counts);

/*
 * All there is, until there is no more; and all of it back.
 */
static void
malloc_exhausts(struct ktest *t)
{
	struct node {
		struct node *next;
		char fill[1 << 16];
	} *list = NULL, *p;
	u_int n = 0;

	while ((p = malloc(sizeof(*p), M_KTEST, M_NOWAIT)) != NULL) {
		p->next = list;
		list = p;
		n++;
	}
	KTEST_ASSERT(t, n > 100);
	KTEST_ASSERT(t, malloc(0xfffffff0, M_KTEST, M_NOWAIT) == NULL);
	KTEST_ASSERT(t, malloc(0x40000000, M_KTEST, M_NOWAIT) == NULL);
	while ((p = list) != NULL) {
		list = p->next;
		free(p, M_KTEST);
		n--;
	}
	KTEST_EQ(t, n, 0);
	p = malloc(sizeof(*p), M_KTEST, M_NOWAIT);
	KTEST_ASSERT(t, p != NULL);
	free(p, M_KTEST);
}
KTEST(malloc, malloc_exhausts);

#ifdef INVARIANTS
/*
 * What is freed is filled, so that its use shows.
 */
static void
malloc_poisons(struct ktest *t)
{
	u_int *p = malloc(100, M_KTEST, M_WAITOK);

	p[8] = 5;
	free(p, M_KTEST);
	KTEST_EQ(t, p[8], 0xdeadc0de);
	KTEST_EQ(t, p[20], 0xdeadc0de);
}
KTEST(malloc, malloc_poisons);

/*
 * The k-th allocation fails, that one alone, in the thread that asked.
 */
static void
malloc_fails_at(struct ktest *t)
{
	void *p;
	u_int i, k;

	for (k = 1; k <= 5; k++) {
		fail_alloc_at(k);
		for (i = 1; i <= 7; i++) {
			p = malloc(8, M_KTEST, M_NOWAIT);
			KTEST_EQ(t, p == NULL, i == k);
			free(p, M_KTEST);
		}
	}
	fail_alloc_at(1);
	p = malloc(8, M_KTEST, M_WAITOK);
	KTEST_ASSERT(t, p != NULL);
	free(p, M_KTEST);
	KTEST_EQ(t, curthread->td_failcount, 1);
	fail_alloc_at(0);

	k = 2;
	KTEST_EQ(t,
	    k_sysctlbyname("debug.fail.alloc", NULL, NULL, &k, sizeof(k)), 0);
	KTEST_EQ(t, curthread->td_failcount, 2);
	fail_alloc_at(0);
}
KTEST(malloc, malloc_fails_at);
#endif

/* An object whose constructor sets up a mark and counts. */
struct object {
	u_int	mark;
	u_int	serial;
	char	fill[90];
};
#define	MARK	0x0b7ec7ed
static u_int	constructed, construct_fails;

static int
construct(void *arg)
{
	struct object *o = arg;

	if (construct_fails > 0) {
		construct_fails--;
		return (ENOMEM);
	}
	o->mark = MARK;
	o->serial = ++constructed;
	return (0);
}

#define	OBJECTS	100

/*
 * Each object is constructed once, however often it is given out, and is
 * given back as it was left.
 */
static void
zone_constructs_once(struct ktest *t)
{
	static struct object *o[OBJECTS];
	static zone_t zone;
	static u_char seen[4 * OBJECTS];
	u_int i, made, round;

	if (zone == NULL)
		zone = zone_create("ktest", sizeof(struct object), construct,
		    NULL, 64);
	construct_fails = 0;
	for (round = 0; round < 3; round++) {
		bzero(seen, sizeof(seen));
		for (i = 0; i < OBJECTS; i++) {
			o[i] = zone_alloc(zone, 0);
			KTEST_ASSERT(t, o[i] != NULL);
			KTEST_EQ(t, (uintptr_t)o[i] % 64, 0);
			KTEST_EQ(t, o[i]->mark, MARK);
			KTEST_EQ(t, seen[o[i]->serial], 0);
			seen[o[i]->serial] = 1;
			memset(o[i]->fill, i, sizeof(o[i]->fill));
		}
		KTEST_EQ(t, zone_inuse(zone), OBJECTS);
		made = constructed;
		for (i = 0; i < OBJECTS; i++) {
			KTEST_EQ(t, o[i]->fill[89], (char)i);
			zone_free(zone, o[i]);
		}
		KTEST_EQ(t, zone_inuse(zone), 0);
		KTEST_ASSERT(t, made <= 2 * OBJECTS);
	}
	zone_free(zone, NULL);
	made = constructed;
	o[0] = zone_alloc(zone, 0);
	KTEST_EQ(t, constructed, made);
	zone_free(zone, o[0]);
}
KTEST(zone, zone_constructs_once);

/*
 * A constructor that fails fails the allocation; its object is tried
 * again later.
 */
static void
zone_constructor_fails(struct ktest *t)
{
	static zone_t zone;
	struct object *a, *b;

	if (zone == NULL)
		zone = zone_create("ktest fails", sizeof(struct object),
		    construct, NULL, 0);
	a = zone_alloc(zone, 0);
	KTEST_ASSERT(t, a != NULL);
	construct_fails = 2;
	KTEST_ASSERT(t, zone_alloc(zone, 0) == NULL);
	KTEST_ASSERT(t, zone_alloc(zone, 0) == NULL);
	KTEST_EQ(t, zone_inuse(zone), 1);
	b = zone_alloc(zone, 0);
	KTEST_ASSERT(t, b != NULL && b->mark == MARK);
	zone_free(zone, a);
	zone_free(zone, b);
#ifdef INVARIANTS
	fail_alloc_at(1);
	KTEST_ASSERT(t, zone_alloc(zone, 0) == NULL);
	fail_alloc_at(0);
#endif
}
KTEST(zone, zone_constructor_fails);

/* What an object at hand owns besides. */
static u_int	taken, left_behind, take_fails;

static int
take(void *arg)
{
	struct object *o = arg;

	if (take_fails > 0) {
		take_fails--;
		return (ENOMEM);
	}
	o->mark++;
	taken++;
	return (0);
}

static void
leave(void *arg)
{
	struct object *o = arg;

	o->mark--;
	left_behind++;
}

/*
 * Objects that are given out, or are at hand, have what take() gave them, and
 * no others.  If it fails the allocation does, and the object is not lost.
 */
static void
zone_takes_and_leaves(struct ktest *t)
{
	static struct object *o[OBJECTS];
	static zone_t zone;
	u_int i, round;

	if (zone == NULL) {
		zone = zone_create("ktest takes", sizeof(struct object),
		    construct, NULL, 0);
		zone_at_hand(zone, take, leave);
	}
	for (round = 0; round < 3; round++) {
		for (i = 0; i < OBJECTS; i++) {
			o[i] = zone_alloc(zone, 0);
			KTEST_ASSERT(t, o[i] != NULL && o[i]->mark == MARK + 1);
			KTEST_EQ(t, taken - left_behind,
			    zone_inuse(zone) + zone_kept(zone));
		}
		take_fails = 1;
		KTEST_ASSERT(t, zone_alloc(zone, 0) == NULL);
		KTEST_EQ(t, take_fails, 0);
		KTEST_EQ(t, zone_inuse(zone), OBJECTS);
		for (i = 0; i < OBJECTS; i++) {
			zone_free(zone, o[i]);
			KTEST_EQ(t, taken - left_behind,
			    zone_inuse(zone) + zone_kept(zone));
		}
		KTEST_EQ(t, zone_inuse(zone), 0);
		KTEST_ASSERT(t, zone_kept(zone) < OBJECTS);
	}
	KTEST_ASSERT(t, left_behind > 0);
}
KTEST(zone, zone_takes_and_leaves);

static void
zone_zeroes(struct ktest *t)
{
	static zone_t zone;
	struct object *o;
	u_int i;

	if (zone == NULL)
		zone = zone_create("ktest plain", sizeof(struct object), NULL,
		    NULL, 0);
	o = zone_alloc(zone, 0);
	memset(o, 0xff, sizeof(*o));
	zone_free(zone, o);
	o = zone_alloc(zone, M_ZERO);
	for (i = 0; i < sizeof(*o); i++)
		if (((char *)o)[i] != 0)
			break;
	KTEST_EQ(t, i, sizeof(*o));
	zone_free(zone, o);
}
KTEST(zone, zone_zeroes);

#define	MANY	2000

/* Slabs without an object in use are given back, the others not. */
static void
zone_gives_back(struct ktest *t)
{
	static zone_t zone;
	static struct object *o[MANY];
	u_int before, i;

	if (zone == NULL)
		zone = zone_create("ktest back", sizeof(struct object), NULL,
		    NULL, 0);
	(void)zone_reclaim();
	before = zone_pages();
	for (i = 0; i < MANY; i++) {
		o[i] = zone_alloc(zone, 0);
		KTEST_ASSERT(t, o[i] != NULL);
	}
	KTEST_ASSERT(t, zone_pages() > before + 30);
	KTEST_EQ(t, zone_reclaim(), 0);
	memset(o[0], 0x5a, sizeof(*o[0]));
	for (i = 1; i < MANY; i++)
		zone_free(zone, o[i]);
	/* But where our first and those at hand are. */
	KTEST_ASSERT(t, kmem_reclaim() > 0);
	KTEST_ASSERT(t, zone_pages() <= before + 1 + 16);
	for (i = 0; i < sizeof(*o[0]); i++)
		if (((char *)o[0])[i] != 0x5a)
			break;
	KTEST_EQ(t, i, sizeof(*o[0]));
	for (i = 1; i < MANY; i++)
		o[i] = zone_alloc(zone, M_ZERO);
	KTEST_EQ(t, zone_inuse(zone), MANY);
	for (i = 0; i < MANY; i++)
		zone_free(zone, o[i]);
	KTEST_EQ(t, zone_inuse(zone), 0);
}
KTEST_ALONE(zone, zone_gives_back);

/* Zones and pieces leave the last pages to others. */
static void
zone_spares_reserve(struct ktest *t)
{
	static zone_t zone;
	struct object *o, *list = NULL;
	u_int left;

	if (zone == NULL)
		zone = zone_create("ktest spares", sizeof(struct object), NULL,
		    NULL, 0);
	while ((o = zone_alloc(zone, 0)) != NULL) {
		*(struct object **)(void *)o = list;
		list = o;
	}
	left = CNT_GET(v_free_count);
	while ((o = list) != NULL) {
		list = *(struct object **)(void *)o;
		zone_free(zone, o);
	}
	KTEST_ASSERT(t, left >= cnt.v_free_reserved);
	KTEST_ASSERT(t, zone_reclaim() > cnt.v_free_reserved);
}
KTEST_ALONE(zone, zone_spares_reserve);
