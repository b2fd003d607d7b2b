/*
 * The runner of the kernel's own tests: ktest=GLOB on the command line
 * runs those whose "suite.name" matches, in the order of their names,
 * prints KTAP and ends the machine.  Each test must leave the leak
 * counters as it found them.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/malloc.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/sched.h>
#include <vm/vm_extern.h>

#define	MAXLEAKS	128
#define	MAXREPORTS	10		/* failures of a test to be printed */

SET_DECLARE(ktest, struct ktest_desc);

static char	ktest_glob[128];

void
ktest_fail(struct ktest *t, const char *file, int line, const char *what)
{
	if (t->kt_failures++ < MAXREPORTS)
		printf("    # %s:%d: %s is false\n", file, line, what);
}

void
ktest_fail_eq(struct ktest *t, const char *file, int line, const char *what,
    long long is, long long wanted)
{
	if (t->kt_failures++ < MAXREPORTS)
		printf("    # %s:%d: %s is %lld (%#llx), not %lld (%#llx)\n",
		    file, line, what, is, is, wanted, wanted);
}

/* Errors that a recount of all pages' references finds. */
static u_int
ktest_oracle(void)
{
#ifdef INVARIANTS
	return (vm_oracle_quiet());
#else
	return (0);
#endif
}

/*
 * Run one test; true if it has passed.
 */
static bool
ktest_run_one(struct ktest_desc *kd, u_int number)
{
	static u_int after[MAXLEAKS], before[MAXLEAKS];
	struct ktest t = { .kt_name = kd->kd_name };
	u_int i, n = min(leak_count(), MAXLEAKS);
	char name[LEAK_NAMELEN];

	leak_snapshot(before, n);
	if (kd->kd_alone)
		sched_alone();
	(*kd->kd_fn)(&t);
	if (kd->kd_alone)
		sched_share();
	fail_alloc_at(0);
	kcsan_flush();
	leak_snapshot(after, n);
	for (i = 0; i < n; i++)
		if (before[i] != after[i]) {
			leak_read(i, name, sizeof(name));
			printf("    # leak: %s was %u, is %u\n", name,
			    before[i], after[i]);
			t.kt_failures++;
		}
	if (t.kt_failures > MAXREPORTS)
		printf("    # and %u more\n", t.kt_failures - MAXREPORTS);
	t.kt_failures += ktest_oracle();
	printf("%s %u %s.%s", t.kt_failures == 0 ? "ok" : "not ok", number,
	    kd->kd_suite, kd->kd_name);
	if (t.kt_skip != NULL)
		printf(" # SKIP %s", t.kt_skip);
	printf("\n");
	return (t.kt_failures == 0);
}

static bool
ktest_matches(struct ktest_desc *kd)
{
	char full[80];

	snprintf(full, sizeof(full), "%s.%s", kd->kd_suite, kd->kd_name);
	return (glob_match(ktest_glob, full) ||
	    glob_match(ktest_glob, kd->kd_name));
}

static int
ktest_cmp(const void *a, const void *b)
{
	const struct ktest_desc *x = *(struct ktest_desc *const *)a;
	const struct ktest_desc *y = *(struct ktest_desc *const *)b;
	int order = strcmp(x->kd_suite, y->kd_suite);

	return (order != 0 ? order : strcmp(x->kd_name, y->kd_name));
}

static void
ktest_end(int status)
{
	printf("tine: exit status %d", status);
	kern_reboot(RB_POWEROFF);
}

/*
 * The tests run on proc0, before init has been started.
 */
static void
ktest_main(void *arg __unused)
{
	struct ktest_desc **kd;
	u_int failed = 0, n = 0, number = 0;
	const char *glob = kern_getenv("ktest");

	if (glob == NULL)
		return;
	strlcpy(ktest_glob, glob, sizeof(ktest_glob));
	kern_env_decode(ktest_glob);
	KASSERT(leak_count() <= MAXLEAKS,
	    ("ktest: %u leak counters", leak_count()));
	qsort(SET_BEGIN(ktest), SET_COUNT(ktest), sizeof(*kd), ktest_cmp);
	SET_FOREACH(kd, ktest)
		n += ktest_matches(*kd);
	if (n == 0) {
		printf("ktest: no test matches \"%s\"\n", ktest_glob);
		ktest_end(1);
	}
	printf("KTAP version 1\n1..%u\n", n);
	SET_FOREACH(kd, ktest)
		if (ktest_matches(*kd))
			failed += !ktest_run_one(*kd, ++number);
	ktest_end(failed > 0);
}
SYSINIT(ktest, SI_SUB_KTHREAD_INIT, SI_ORDER_SECOND, ktest_main, NULL);
