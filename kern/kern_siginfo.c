/*
 * Who has sent a signal: what sigaction(2) with SA_SIGINFO and sigwait(2)
 * tell of it.  A pending signal is a bit; beside those that somebody may ask
 * about lies a record, made when the signal becomes pending and given back
 * when it is taken.
 *
 * A record whose signal is not pending any more says nothing.  It is used
 * again by the next signal of that number, or freed with the next that is
 * taken, or with the process: so signals are taken back without a look here.
 *
 * Owns struct ksiginfo and p_sigqueue.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/ucred.h>
#include <sys/wait.h>
#include <sys/zone.h>

struct ksiginfo {
	SLIST_ENTRY(ksiginfo) ksi_link;
	int	ksi_signo;
	int	ksi_code;
	pid_t	ksi_pid;
	uid_t	ksi_uid;
	int	ksi_status;
};

static zone_t	ksiginfo_zone;		/* constant after boot */

static void
ksiginfo_init(void *arg __unused)
{
	ksiginfo_zone = zone_create("ksiginfo", sizeof(struct ksiginfo), NULL,
	    NULL, sizeof(void *));
}
SYSINIT(ksiginfo, SI_SUB_LOCK, SI_ORDER_ANY, ksiginfo_init, NULL);

static struct ksiginfo *
ksiginfo_find(struct proc *p, int sig)
{
	struct ksiginfo *ksi;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	SLIST_FOREACH(ksi, &p->p_sigqueue, ksi_link)
		if (ksi->ksi_signo == sig)
			break;
	return (ksi);
}

/*
 * What has become of a child: of the three ends only that it is one is known
 * to who sends the signal.
 */
static void
ksiginfo_child(struct ksiginfo *ksi, int code, int status)
{
	ksi->ksi_code = code;
	if (code == CLD_STOPPED)
		ksi->ksi_status = status;
	else if (code == CLD_CONTINUED)
		ksi->ksi_status = SIGCONT;
	else if (WIFEXITED(status))
		ksi->ksi_status = WEXITSTATUS(status);
	else {
		ksi->ksi_status = WTERMSIG(status);
		ksi->ksi_code = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
	}
}

void
ksiginfo_record(struct proc *p, int sig, struct proc *from, int code)
{
	struct ksiginfo *ksi = ksiginfo_find(p, sig);

	if (ksi == NULL) {
		ksi = zone_alloc(ksiginfo_zone, 0);
		if (ksi == NULL)
			return;
		ksi->ksi_signo = sig;
		SLIST_INSERT_HEAD(&p->p_sigqueue, ksi, ksi_link);
	}
	ksi->ksi_code = code;
	ksi->ksi_pid = from == NULL ? 0 : from->p_pid;
	ksi->ksi_uid = from == NULL ? 0 : from->p_ucred->cr_ruid;
	ksi->ksi_status = 0;
	if (code != SI_USER && from != NULL)
		ksiginfo_child(ksi, code, from->p_xstat);
}

void
ksiginfo_take(struct proc *p, int sig, siginfo_t *si)
{
	struct ksiginfo *ksi;
	SLIST_HEAD(, ksiginfo) all;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	bzero(si, sizeof(*si));
	si->si_signo = sig;
	SLIST_FIRST(&all) = SLIST_FIRST(&p->p_sigqueue);
	SLIST_INIT(&p->p_sigqueue);
	while ((ksi = SLIST_FIRST(&all)) != NULL) {
		SLIST_REMOVE_HEAD(&all, ksi_link);
		if (ksi->ksi_signo == sig) {
			si->si_code = ksi->ksi_code;
			si->si_pid = ksi->ksi_pid;
			si->si_uid = ksi->ksi_uid;
			si->si_status = ksi->ksi_status;
		} else if (SIGISMEMBER(p->p_siglist, ksi->ksi_signo)) {
			SLIST_INSERT_HEAD(&p->p_sigqueue, ksi, ksi_link);
			continue;
		}
		zone_free(ksiginfo_zone, ksi);
	}
}

void
ksiginfo_drop(struct proc *p)
{
	struct ksiginfo *ksi;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	while ((ksi = SLIST_FIRST(&p->p_sigqueue)) != NULL) {
		SLIST_REMOVE_HEAD(&p->p_sigqueue, ksi_link);
		zone_free(ksiginfo_zone, ksi);
	}
}
