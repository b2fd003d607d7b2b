/*
 * Scripts' first lines, and programs run from inside the kernel.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/exec.h>
#include <sys/imgact.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/unistd.h>
#include <sys/vnode.h>
#include <sys/wait.h>

MALLOC_DECLARE(M_EXEC);

#define	SCRIPT	"/tmp/script"

/* An exec of SCRIPT with arguments "zero", "one" and one of environment. */
static void
args_init(struct exec_args *ea, const char *line)
{
	static const char strings[] = "zero\0one\0HOME=/";

	bzero(ea, sizeof(*ea));
	ea->ea_size = PAGE_SIZE;
	ea->ea_buf = malloc(ea->ea_size, M_EXEC, M_NOWAIT | M_ZERO);
	memcpy(ea->ea_buf, line, strlen(line));
	strlcpy(ea->ea_buf + IMG_HEADER, SCRIPT, MAXPATHLEN);
	ea->ea_begin = IMG_HEADER + sizeof(SCRIPT);
	memcpy(ea->ea_buf + ea->ea_begin, strings, sizeof(strings));
	ea->ea_env = ea->ea_begin + 9;
	ea->ea_end = ea->ea_begin + sizeof(strings);
	ea->ea_argc = 2;
	ea->ea_envc = 1;
}

static const struct script {
	const char	*line;
	int		error;
	const char	*interp;
	const char	*arg;		/* or NULL */
} scripts[] = {
	{ "#!/bin/sh\necho", 0, "/bin/sh", NULL },
	{ "#! /bin/sh\n", 0, "/bin/sh", NULL },
	{ "#!\t /bin/sh \t\n", 0, "/bin/sh", NULL },
	{ "#!/bin/sh -x\n", 0, "/bin/sh", "-x" },
	{ "#!/bin/sh  -x  two words \n", 0, "/bin/sh", "-x  two words" },
	{ "#!sh\n", 0, "sh", NULL },
	{ "#!/bin/sh", ENOEXEC, NULL, NULL },
	{ "#!\n", ENOEXEC, NULL, NULL },
	{ "#! \t \n", ENOEXEC, NULL, NULL },
	{ "#", ENOEXEC, NULL, NULL },
	{ "", ENOEXEC, NULL, NULL },
	{ " #!/bin/sh\n", ENOEXEC, NULL, NULL },
	{ "#/bin/sh\n", ENOEXEC, NULL, NULL },
	{ "\n#!/bin/sh\n", ENOEXEC, NULL, NULL },
};

static void
script_check(struct ktest *t, const struct script *sc)
{
	struct image_params image;
	struct exec_args ea;
	const char *s;
	int error;

	args_init(&ea, sc->line);
	bzero(&image, sizeof(image));
	image.ip_args = &ea;
	image.ip_headlen = strlen(sc->line);
	error = exec_shell_imgact(&image);
	KTEST_EQ(t, error, sc->error);
	if (error == 0 && sc->error == 0) {
		KTEST_EQ(t, strcmp(image.ip_interp, sc->interp), 0);
		KTEST_EQ(t, ea.ea_argc, sc->arg != NULL ? 4 : 3);
		s = ea.ea_buf + ea.ea_begin;
		KTEST_EQ(t, strcmp(s, sc->interp), 0);
		s += strlen(s) + 1;
		if (sc->arg != NULL) {
			KTEST_EQ(t, strcmp(s, sc->arg), 0);
			s += strlen(s) + 1;
		}
		KTEST_EQ(t, strcmp(s, SCRIPT), 0);
		s += strlen(s) + 1;
		KTEST_EQ(t, strcmp(s, "one"), 0);
		s += strlen(s) + 1;
		KTEST_EQ(t, s - ea.ea_buf, ea.ea_env);
		KTEST_EQ(t, strcmp(s, "HOME=/"), 0);
		KTEST_EQ(t, s + 7 - ea.ea_buf, ea.ea_end);
		/* An interpreter that is a script itself. */
		KTEST_EQ(t, exec_shell_imgact(&image), ENOEXEC);
	}
	free(ea.ea_buf, M_EXEC);
}

static void
exec_scripts(struct ktest *t)
{
	u_int i;

	for (i = 0; i < nitems(scripts); i++)
		script_check(t, &scripts[i]);
}
KTEST(exec, exec_scripts);

static void
exec_script_line_too_long(struct ktest *t)
{
	char line[MAXINTERP + 2];
	struct script sc = { line, 0, line + 2, NULL };

	memset(line, 'a', sizeof(line));
	line[0] = '#';
	line[1] = '!';
	line[MAXINTERP] = '\n';
	line[MAXINTERP + 1] = '\0';
	sc.error = ENOEXEC;
	script_check(t, &sc);

	/* One less fits. */
	struct image_params image;
	struct exec_args ea;

	line[MAXINTERP - 1] = '\n';
	line[MAXINTERP] = '\0';
	args_init(&ea, line);
	bzero(&image, sizeof(image));
	image.ip_args = &ea;
	image.ip_headlen = strlen(line);
	KTEST_EQ(t, exec_shell_imgact(&image), 0);
	KTEST_EQ(t, strlen(image.ip_interp), MAXINTERP - 3);
	free(ea.ea_buf, M_EXEC);
}
KTEST(exec, exec_script_line_too_long);

static void
exec_args_limit(struct ktest *t)
{
	static char strings[ARG_MAX];
	struct exec_args ea;
	size_t most;

	/* What is left beside "one", the environment and the pointers. */
	args_init(&ea, "");
	most = ARG_MAX - 4 - 7 - (2 + 1 + 2) * sizeof(char *);
	memset(strings, 'x', sizeof(strings));
	strings[most - 1] = '\0';
	KTEST_EQ(t, exec_args_replace_first(&ea, strings, most, 1), 0);
	KTEST_EQ(t, strcmp(ea.ea_buf + ea.ea_env - 4, "one"), 0);
	KTEST_EQ(t, strcmp(ea.ea_buf + ea.ea_env, "HOME=/"), 0);
	KTEST_EQ(t, ea.ea_end - ea.ea_env, 7);
	strings[most - 1] = 'x';
	strings[most] = '\0';
	KTEST_EQ(t, exec_args_replace_first(&ea, strings, most + 1, 1), E2BIG);
	free(ea.ea_buf, M_EXEC);
}
KTEST(exec, exec_args_limit);

/* What a child is to run, and what came of it if it could not. */
struct run {
	const char	*path;
	char		*argv[4];
	int		error;
	u_int		left;		/* of fail_at */
};

static void
child_runs(void *arg)
{
	struct run *run = arg;
	struct thread *td = curthread;
	char *envv[] = { NULL };

	run->error = exec_run(td, run->path, run->argv, envv);
	run->left = td->td_failcount;
	/* To user mode, or to the end. */
	if (run->error != 0)
		exit1(td, W_EXITCODE(99, 0));
}

/*
 * Run it in a child: the child's status.
 */
static int
run_child(struct run *run, void (*fn)(void *))
{
	struct wait4_args args = { 0 };
	register_t saved = curthread->td_retval[0];
	struct proc *p;
	int status = -1;

	run->error = -1;
	if (fork1(curthread, RFPROC | RFFDG | RFSTOPPED, &p) != 0)
		return (-1);
	cpu_set_fork_handler(&p->p_thread, fn, run);
	args.pid = p->p_pid;
	mtx_lock_spin(&sched_lock);
	p->p_stat = SRUN;
	setrunqueue(&p->p_thread);
	mtx_unlock_spin(&sched_lock);
	while (status == -1) {
		tsleep(&status, PPAUSE, "run", 1);
		sx_slock(&proctree_lock);
		if (KTEST_PEEK(p->p_stat) == SZOMB)
			status = p->p_xstat;
		sx_sunlock(&proctree_lock);
	}
	(void)sys_wait4(curthread, &args);
	curthread->td_retval[0] = saved;
	return (status);
}

static void
exec_runs_programs(struct ktest *t)
{
	struct run ok = { .path = "/bin/true",
		.argv = { __DECONST(char *, "true") } };
	struct run no = { .path = "/bin/false",
		.argv = { __DECONST(char *, "false") } };

	KTEST_EQ(t, run_child(&ok, child_runs), W_EXITCODE(0, 0));
	KTEST_EQ(t, ok.error, 0);
	KTEST_EQ(t, run_child(&no, child_runs), W_EXITCODE(1, 0));
}
KTEST(exec, exec_runs_programs);

static u_int	nexecs;
static char	replaced[MAXCOMLEN + 1];	/* the program that went */

static void
exec_hook(struct proc *p)
{
	nexecs++;
	strlcpy(replaced, p->p_comm, sizeof(replaced));
}

/*
 * at_exec: for an exec that comes about, before the old program is gone.
 */
static void
exec_callouts(struct ktest *t)
{
	struct run run = { .path = "/bin/true",
		.argv = { __DECONST(char *, "true") } };

	nexecs = 0;
	KTEST_EQ(t, at_exec(exec_hook), 0);
	KTEST_EQ(t, at_exec(exec_hook), EEXIST);
	KTEST_EQ(t, run_child(&run, child_runs), W_EXITCODE(0, 0));
	KTEST_EQ(t, nexecs, 1);
	KTEST_EQ(t, strcmp(replaced, curproc->p_comm), 0);
	run.path = "/etc/motd";
	KTEST_EQ(t, run_child(&run, child_runs), W_EXITCODE(99, 0));
	KTEST_EQ(t, nexecs, 1);
	KTEST_EQ(t, rm_at_exec(exec_hook), 1);
	KTEST_EQ(t, rm_at_exec(exec_hook), 0);
}
KTEST(exec, exec_callouts);

static void
exec_errors(struct ktest *t)
{
	static const struct {
		const char *path;
		int error;
	} bad[] = {
		{ "/no/such", ENOENT },
		{ "", ENOENT },
		{ "/bin", EACCES },
		{ "/dev/null", EACCES },
		{ "/etc/motd", EACCES },
		{ "/bin/true/x", ENOTDIR },
		{ "/bin/true/", ENOTDIR },
	};
	struct run run = { .argv = { __DECONST(char *, "x") } };
	u_int i;

	for (i = 0; i < nitems(bad); i++) {
		run.path = bad[i].path;
		KTEST_EQ(t, run_child(&run, child_runs), W_EXITCODE(99, 0));
		KTEST_EQ(t, run.error, bad[i].error);
	}
	run.path = "/bin/true";
	run.argv[0] = NULL;
	KTEST_EQ(t, run_child(&run, child_runs), W_EXITCODE(99, 0));
	KTEST_EQ(t, run.error, EINVAL);
}
KTEST(exec, exec_errors);

#define	FAILURES	1000		/* more than an exec allocates */

static u_int	fail_at;

static void
child_runs_short(void *arg)
{
	fail_alloc_at(fail_at);
	child_runs(arg);
}

/*
 * The k-th allocation fails, for each k until all succeed.  The exec fails
 * and its caller is there to be told; or it came too late for that, and
 * the process has been killed.
 */
static void
exec_without_memory(struct ktest *t)
{
	struct run run = { .path = "/bin/true",
		.argv = { __DECONST(char *, "true") } };
	u_int failed = 0, killed = 0;
	int status = -1;

#ifndef INVARIANTS
	KTEST_SKIP(t, "no fault injection in this kernel");
#endif
	for (fail_at = 1; fail_at < FAILURES; fail_at++) {
		run.left = 0;
		status = run_child(&run, child_runs_short);
		if (status == W_EXITCODE(99, 0)) {
			KTEST_EQ(t, run.error, ENOMEM);
			KTEST_EQ(t, killed, 0);
			failed++;
		} else if (status != 0) {
			KTEST_EQ(t, status, SIGKILL);
			killed++;
		} else if (run.left != 0)
			break; /* enough for the program, too */
	}
	KTEST_EQ(t, status, 0);
	KTEST_ASSERT(t, failed > 3);
	printf("    # %u times ENOMEM, %u times killed\n", failed, killed);
}
KTEST(exec, exec_without_memory);
