/*
 * procctl(2): processes that reap their descendants in init's place.
 */
#include <sys/types.h>
#include <sys/procctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

static int
ask(int cmd, void *arg)
{
	return (procctl(P_PID, getpid(), cmd, arg));
}

static int
refused(int error, int idtype, id_t id, int cmd, void *arg)
{
	errno = 0;
	return (procctl(idtype, id, cmd, arg) == -1 && errno == error);
}

static void
test_errors(void)
{
	struct procctl_reaper_status rs;
	struct procctl_reaper_kill rk;
	int x;

	memset(&rk, 0, sizeof(rk));
	ok(refused(EINVAL, P_PID, 0, 99, &rs) &&
		refused(EINVAL, P_PID, 0, 0, &rs),
	    "no command");
	ok(refused(EINVAL, P_PGID, 0, PROC_REAP_STATUS, &rs), "not for groups");
	ok(refused(ESRCH, P_PID, 99998, PROC_REAP_STATUS, &rs), "no process");
	ok(refused(EFAULT, P_PID, 0, PROC_REAP_STATUS, (void *)8) &&
		refused(EFAULT, P_PID, 0, PROC_REAP_KILL, (void *)8) &&
		refused(EFAULT, P_PID, 0, PROC_REAP_GETPIDS, (void *)8),
	    "no address");
	ok(refused(EPERM, P_PID, getppid(), PROC_REAP_ACQUIRE, NULL) &&
		refused(EPERM, P_PID, 1, PROC_REAP_RELEASE, NULL),
	    "not for others");
	ok(refused(EINVAL, P_PID, 0, PROC_REAP_ACQUIRE, &x), "an argument");
	ok(refused(EINVAL, P_PID, 0, PROC_REAP_RELEASE, NULL), "no reaper");
	rk.rk_sig = 99;
	ok(refused(EINVAL, P_PID, 0, PROC_REAP_KILL, &rk), "no signal");
	rk.rk_sig = SIGTERM;
	rk.rk_flags = 4;
	ok(refused(EINVAL, P_PID, 0, PROC_REAP_KILL, &rk), "no flag");
	rk.rk_flags = REAPER_KILL_CHILDREN | REAPER_KILL_SUBTREE;
	ok(refused(EINVAL, P_PID, 0, PROC_REAP_KILL, &rk), "two flags");
	ok(ask(PROC_REAP_STATUS, &rs) == 0 &&
		rs.rs_flags == REAPER_STATUS_REALINIT && rs.rs_reaper == 1,
	    "init reaps");
	ok(procctl(P_PID, 1, PROC_REAP_STATUS, &rs) == 0 &&
		rs.rs_flags == (REAPER_STATUS_OWNED | REAPER_STATUS_REALINIT) &&
		rs.rs_reaper == 1 && rs.rs_descendants >= 1,
	    "and says so");
}

/*
 * A child with a child; the first ends at once, the other waits to be
 * killed.  The other's id.
 */
static pid_t
orphan(pid_t *middle)
{
	int ends[2];
	pid_t pid = -1;

	pipe(ends);
	*middle = must_fork();
	if (*middle == 0) {
		pid = must_fork();
		if (pid == 0) {
			pid = getpid();
			write(ends[1], &pid, sizeof(pid));
			for (;;)
				pause();
		}
		_exit(0);
	}
	read(ends[0], &pid, sizeof(pid));
	close(ends[0]);
	close(ends[1]);
	return (pid);
}

static void
test_orphans(void)
{
	struct procctl_reaper_status rs;
	pid_t pid, middle;
	int status;

	ok(ask(PROC_REAP_ACQUIRE, NULL) == 0, "acquired");
	ok(refused(EBUSY, P_PID, 0, PROC_REAP_ACQUIRE, NULL), "once only");
	ok(ask(PROC_REAP_STATUS, &rs) == 0 &&
		rs.rs_flags == REAPER_STATUS_OWNED &&
		rs.rs_reaper == getpid() && rs.rs_children == 0 &&
		rs.rs_descendants == 0 && rs.rs_pid == -1,
	    "nobody to reap");
	pid = orphan(&middle);
	ok(waitpid(middle, &status, 0) == middle, "a child ends");
	ok(ask(PROC_REAP_STATUS, &rs) == 0 && rs.rs_children == 1 &&
		rs.rs_descendants == 1 && rs.rs_pid == pid,
	    "its child is ours");
	kill(pid, SIGTERM);
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status),
	    "and can be waited for");

	/* RFNOWAIT goes to the nearest reaper at once. */
	middle = must_fork();
	if (middle == 0) {
		pid = rfork(RFPROC | RFFDG | RFNOWAIT);
		if (pid == 0)
			_exit(getppid() == getpgrp() ? 0 : 4);
		_exit(waitpid(pid, &status, 0) == -1 && errno == ECHILD ? 0 :
									  1);
	}
	ok(ended_well(middle), "RFNOWAIT: not its creator's");
	ok(waitpid(-1, &status, 0) > 0 && status == 0,
	    "RFNOWAIT: the reaper's (%x)", status);
	ok(waitpid(-1, &status, 0) == -1 && errno == ECHILD, "no others");

	/* Who ignores SIGCHLD gives its children to the reaper. */
	middle = must_fork();
	if (middle == 0) {
		signal(SIGCHLD, SIG_IGN);
		if (must_fork() == 0)
			_exit(6);
		_exit(waitpid(-1, NULL, 0) == -1 && errno == ECHILD ? 0 : 1);
	}
	ok(ended_well(middle), "children ignored");
	ok(waitpid(-1, &status, 0) > 0 && WEXITSTATUS(status) == 6,
	    "are the reaper's");
}

static volatile sig_atomic_t heard;

static void
hear(int sig __unused)
{
	heard++;
}

/* Have a child that ends when it has a zombie child of its own. */
static void
leave_zombie(int status)
{
	pid_t middle = must_fork();
	sigset_t chld;
	int sig;

	if (middle == 0) {
		signal(SIGCHLD, hear);
		sigemptyset(&chld);
		sigaddset(&chld, SIGCHLD);
		sigprocmask(SIG_BLOCK, &chld, NULL);
		if (must_fork() == 0)
			_exit(status);
		sigwait(&chld, &sig);
		_exit(0);
	}
	waitpid(middle, NULL, 0);
}

/* A zombie that has lost its parent is news, as if it had ended now. */
static void
test_zombies(void)
{
	pid_t below;
	int status;

	signal(SIGCHLD, hear);
	below = must_fork();
	if (below == 0) {
		leave_zombie(5);
		for (;;)
			pause();
	}
	while (heard == 0)
		usleep(1000);
	ok(waitpid(-1, &status, 0) != below && WEXITSTATUS(status) == 5,
	    "SIGCHLD for a zombie that has lost its parent");
	kill(below, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		continue;

	signal(SIGCHLD, SIG_IGN);
	below = must_fork();
	if (below == 0) {
		leave_zombie(6);
		_exit(0);
	}
	ok(waitpid(-1, &status, 0) == -1 && errno == ECHILD,
	    "who ignores SIGCHLD gets no zombies");
	signal(SIGCHLD, SIG_DFL);

	below = rfork(RFPROC | RFFDG | RFNOWAIT);
	if (below == 0)
		_exit(0);
	ok(waitpid(below, &status, 0) == -1 && errno == ECHILD,
	    "RFNOWAIT: not the reaper's either if it is its own");
}

/*
 * A reaper that ignores SIGCHLD has no zombies: what it would have got is
 * among the descendants of the next one, and not among its own.
 */
static void
test_passed_over(void)
{
	struct procctl_reaper_status rs;
	pid_t below, corpse;
	int ends[2], status;

	pipe(ends);
	below = must_fork();
	if (below == 0) {
		ask(PROC_REAP_ACQUIRE, NULL);
		signal(SIGCHLD, SIG_IGN);
		corpse = must_fork();
		if (corpse == 0)
			_exit(7);
		waitpid(-1, NULL, 0);
		if (ask(PROC_REAP_STATUS, &rs) == 0 && rs.rs_descendants == 0)
			write(ends[1], &corpse, sizeof(corpse));
		close(ends[1]);
		for (;;)
			pause();
	}
	close(ends[1]);
	ok(read(ends[0], &corpse, sizeof(corpse)) == sizeof(corpse),
	    "who ignores SIGCHLD does not have the zombie");
	ok(ask(PROC_REAP_STATUS, &rs) == 0 && rs.rs_descendants == 2 &&
		rs.rs_children == 2,
	    "the next reaper has it");
	kill(below, SIGKILL);
	ok(waitpid(corpse, &status, 0) == corpse && WEXITSTATUS(status) == 7 &&
		waitpid(below, &status, 0) == below,
	    "and reaps it");
	close(ends[0]);
}

/* One that has stopped is news for a reaper that gets it while it waits. */
static void
test_stopped(void)
{
	pid_t self = getpid(), middle, job;
	int status;

	middle = must_fork();
	if (middle == 0) {
		if (must_fork() == 0) {
			job = must_fork();
			if (job == 0) {
				raise(SIGSTOP);
				_exit(8);
			}
			_exit(wait_asleep(job, NULL) &&
				    wait_asleep(self, "wait") ?
				0 :
				1);
		}
		for (;;)
			pause();
	}
	job = waitpid(-1, &status, WUNTRACED);
	ok(job != middle && WIFSTOPPED(status),
	    "who gets a stopped one hears of it");
	kill(job, SIGCONT);
	ok(waitpid(job, &status, 0) == job && WEXITSTATUS(status) == 8,
	    "and has it go on");
	kill(middle, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		continue;
}

/*
 * The parent of a vfork is killed: nobody waits for the child any more, and it
 * stops as others do.  Also by what came before, when it might not.
 */
static void
test_vfork(bool before)
{
	int ends[2], status = 0;
	pid_t child, parent;

	pipe(ends);
	parent = must_fork();
	if (parent == 0) {
		if (vfork() == 0) {
			child = getpid();
			write(ends[1], &child, sizeof(child));
			for (;;)
				pause();
		}
		_exit(0);
	}
	read(ends[0], &child, sizeof(child));
	if (before)
		kill(child, SIGSTOP);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	if (!before)
		kill(child, SIGSTOP);
	ok(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status),
	    "a vfork's child stops when its parent is killed");
	kill(child, SIGKILL);
	ok(waitpid(child, &status, 0) == child && WIFSIGNALED(status),
	    "and ends");
	close(ends[0]);
	close(ends[1]);
}

/*
 * A job, in a group of its own, stops if its parent is in the session.
 * Beside it somebody is adopted and ends: whether it stops all the same.
 */
static bool
job_stops(void (*beside)(void))
{
	int go[2], status;
	char byte;
	pid_t job;

	pipe(go);
	job = must_fork();
	if (job == 0) {
		setpgid(0, 0);
		close(go[1]);
		if (beside != NULL)
			(*beside)();
		read(go[0], &byte, 1);
		raise(SIGTSTP);
		_exit(0);
	}
	setpgid(job, job);
	close(go[0]);
	if (beside != NULL)
		waitpid(-1, NULL, 0);
	close(go[1]);
	if (waitpid(job, &status, WUNTRACED) != job)
		return (false);
	if (WIFSTOPPED(status)) {
		kill(job, SIGKILL);
		waitpid(job, NULL, 0);
	}
	return (WIFSTOPPED(status));
}

static void
give_child_away(void)
{
	if (rfork(RFPROC | RFFDG | RFNOWAIT) == 0)
		_exit(0);
}

static void
leave_grandchild(void)
{
	pid_t child = must_fork();

	if (child == 0) {
		child = getpid();
		if (must_fork() == 0)
			while (getppid() == child)
				usleep(1000);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

/* A reaper in the same session keeps whom it adopts from being orphaned. */
static void
test_jobs(void)
{
	pid_t leader = must_fork();

	if (leader == 0) {
		setsid();
		ask(PROC_REAP_ACQUIRE, NULL);
		_exit((job_stops(NULL) ? 0 : 1) |
		    (job_stops(give_child_away) ? 0 : 2) |
		    (job_stops(leave_grandchild) ? 0 : 4));
	}
	ok(ended_well(leader), "jobs beside whom a reaper adopts");
}

/* All descendants, and their corpses. */
static void
kill_all(void)
{
	struct procctl_reaper_kill rk;

	memset(&rk, 0, sizeof(rk));
	rk.rk_sig = SIGKILL;
	(void)ask(PROC_REAP_KILL, &rk);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* A reaper below a reaper; its end gives what it had to the upper one. */
static void
test_nested(void)
{
	struct procctl_reaper_status rs;
	pid_t inner, pid, middle;
	int ends[2], status;

	pipe(ends);
	inner = must_fork();
	if (inner == 0) {
		ask(PROC_REAP_ACQUIRE, NULL);
		pid = orphan(&middle);
		waitpid(middle, NULL, 0);
		write(ends[1], &pid, sizeof(pid));
		if (ask(PROC_REAP_STATUS, &rs) != 0 || rs.rs_pid != pid)
			_exit(1);
		pause();
	}
	read(ends[0], &pid, sizeof(pid));
	ok(procctl(P_PID, pid, PROC_REAP_STATUS, &rs) == 0 &&
		rs.rs_reaper == inner && rs.rs_flags == 0,
	    "its reaper is the inner one");
	ok(ask(PROC_REAP_STATUS, &rs) == 0 && rs.rs_descendants == 1 &&
		rs.rs_pid == inner,
	    "the outer one has the inner one only");
	kill(inner, SIGKILL);
	waitpid(inner, &status, 0);
	ok(procctl(P_PID, pid, PROC_REAP_STATUS, &rs) == 0 &&
		rs.rs_reaper == getpid(),
	    "and the orphan after its end");
	kill(pid, SIGKILL);
	ok(waitpid(pid, &status, 0) == pid, "which it reaps");
	close(ends[0]);
	close(ends[1]);
}

/* Who is no orphan yet has the upper reaper, too, when the lower one ends. */
static void
test_goes_up(void)
{
	struct procctl_reaper_status rs;
	pid_t inner, pid, middle;
	int ends[2];

	pipe(ends);
	inner = must_fork();
	if (inner == 0) {
		ask(PROC_REAP_ACQUIRE, NULL);
		middle = must_fork();
		if (middle == 0) {
			pid = must_fork();
			if (pid == 0)
				for (;;)
					pause();
			write(ends[1], &pid, sizeof(pid));
		}
		for (;;)
			pause();
	}
	read(ends[0], &pid, sizeof(pid));
	kill(inner, SIGKILL);
	waitpid(inner, NULL, 0);
	ok(ask(PROC_REAP_STATUS, &rs) == 0 && rs.rs_descendants == 2 &&
		rs.rs_children == 1 &&
		procctl(P_PID, pid, PROC_REAP_STATUS, &rs) == 0 &&
		rs.rs_reaper == getpid(),
	    "what a reaper had goes up");
	kill_all();
	ok(ask(PROC_REAP_RELEASE, NULL) == 0 &&
		ask(PROC_REAP_STATUS, &rs) == 0 && rs.rs_reaper == 1,
	    "released");
	ask(PROC_REAP_ACQUIRE, NULL);
	close(ends[0]);
	close(ends[1]);
}

static pid_t	child[2], grand[2];

/* Two children that each have one. */
static void
make_tree(void)
{
	int ends[2], i;
	pid_t pid;

	pipe(ends);
	for (i = 0; i < 2; i++) {
		child[i] = must_fork();
		if (child[i] == 0) {
			pid = must_fork();
			if (pid != 0)
				write(ends[1], &pid, sizeof(pid));
			for (;;)
				pause();
		}
		read(ends[0], &grand[i], sizeof(grand[i]));
	}
	close(ends[0]);
	close(ends[1]);
}

static void
test_pids(void)
{
	struct procctl_reaper_pidinfo pi[8];
	struct procctl_reaper_pids rp;
	int children = 0, others = 0, i, j;

	memset(&rp, 0, sizeof(rp));
	memset(pi, 0, sizeof(pi));
	rp.rp_count = 8;
	rp.rp_pids = pi;
	ok(ask(PROC_REAP_GETPIDS, &rp) == 0, "PROC_REAP_GETPIDS");
	for (i = 0; i < 8 && (pi[i].pi_flags & REAPER_PIDINFO_VALID); i++)
		for (j = 0; j < 2; j++) {
			if (pi[i].pi_pid == child[j])
				children += pi[i].pi_subtree == child[j] &&
				    (pi[i].pi_flags & REAPER_PIDINFO_CHILD);
			if (pi[i].pi_pid == grand[j])
				others += pi[i].pi_subtree == child[j] &&
				    !(pi[i].pi_flags & REAPER_PIDINFO_CHILD);
		}
	ok(i == 4 && children == 2 && others == 2, "four (%d)", i);
	rp.rp_count = 1;
	memset(pi, 0, sizeof(pi));
	ok(ask(PROC_REAP_GETPIDS, &rp) == 0 && pi[0].pi_pid != 0 &&
		pi[1].pi_pid == 0,
	    "no more than asked");
	rp.rp_pids = (void *)8;
	ok(refused(EFAULT, P_PID, 0, PROC_REAP_GETPIDS, &rp), "no array");
}

static void
test_kill(void)
{
	struct procctl_reaper_kill rk;
	int status;

	memset(&rk, 0, sizeof(rk));
	rk.rk_flags = REAPER_KILL_CHILDREN;
	ok(ask(PROC_REAP_KILL, &rk) == 0 && rk.rk_killed == 2 &&
		rk.rk_fpid == -1,
	    "the children");
	rk.rk_flags = REAPER_KILL_SUBTREE;
	rk.rk_subtree = 99998;
	ok(refused(ESRCH, P_PID, 0, PROC_REAP_KILL, &rk), "no subtree");
	rk.rk_subtree = child[0];
	rk.rk_sig = SIGKILL;
	ok(ask(PROC_REAP_KILL, &rk) == 0 && rk.rk_killed == 2, "one subtree");
	ok(waitpid(child[0], &status, 0) == child[0] && WIFSIGNALED(status) &&
		waitpid(grand[0], &status, 0) == grand[0] &&
		WIFSIGNALED(status) && waitpid(-1, NULL, WNOHANG) == 0,
	    "is gone, the other is not");
	rk.rk_flags = 0;
	ok(ask(PROC_REAP_KILL, &rk) == 0 && rk.rk_killed == 2, "all");
	while (waitpid(-1, NULL, 0) > 0)
		;
	ok(refused(ESRCH, P_PID, 0, PROC_REAP_KILL, &rk), "nobody is left");
}

/*
 * Processes that are always another one: each forks and is gone.  One call
 * gets all of them.
 */
static void
test_runaway(void)
{
	struct procctl_reaper_status rs;
	struct procctl_reaper_kill rk;
	int corpses = 0, i;

	for (i = 0; i < 4; i++)
		if (must_fork() == 0)
			for (;;)
				if (fork() > 0)
					_exit(0);
	while (corpses < 100 && waitpid(-1, NULL, 0) > 0)
		corpses++;
	memset(&rk, 0, sizeof(rk));
	rk.rk_sig = SIGKILL;
	ok(corpses == 100 && ask(PROC_REAP_KILL, &rk) == 0 && rk.rk_killed >= 4,
	    "four that run away are killed");
	while (waitpid(-1, NULL, 0) > 0)
		corpses++;
	ok(ask(PROC_REAP_STATUS, &rs) == 0 && rs.rs_descendants == 0,
	    "for good");
}

int
main(void)
{
	setpgid(0, 0);
	test_errors();
	test_orphans();
	test_zombies();
	test_passed_over();
	test_stopped();
	test_vfork(false);
	test_vfork(true);
	test_jobs();
	test_nested();
	test_goes_up();
	make_tree();
	test_pids();
	test_kill();
	test_runaway();
	ok(ask(PROC_REAP_RELEASE, NULL) == 0, "released");
	return (tap_done());
}
