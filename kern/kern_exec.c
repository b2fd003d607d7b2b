/*
 * execve(2): a process becomes another program.
 *
 *	copy in		the path and the strings (exec_args)
 *	look		find the file, ask the activators what it is, build
 *			the new address space beside the old one
 *	reserve		whatever else may fail, the new stack included
 *	commit		swap; from its first line on there is no program to
 *			return an error to, and nothing fails
 *
 * Everything up to commit leaves the caller as it was.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/elf.h>
#include <sys/errno.h>
#include <sys/exec.h>
#include <sys/filedesc.h>
#include <sys/gdb.h>
#include <sys/hook.h>
#include <sys/imgact.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/sysent.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <machine/vmparam.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>

MALLOC_DEFINE(M_EXEC, "exec", "arguments of an exec");

/*
 * The strings' buffer: what most programs need, and the most there is.  In
 * the end the pointers are put behind the strings, hence a little more.
 */
#define	EXEC_BUF_FIRST	PAGE_SIZE
#define	EXEC_BUF_MAX	(IMG_HEADER + MAXPATHLEN + ARG_MAX + 256)

HOOKLIST(exec_list, "at_exec");

CTASSERT(EXEC_BUF_FIRST >= IMG_HEADER + MAXPATHLEN);

/* Longer command lines are not kept for ps. */
#define	PARGS_MAX	1024

static const struct execsw execsw[] = {
	{ exec_elf_imgact, "ELF" },
	{ exec_shell_imgact, "#!" },
};

/* ------------------------------------------------ path and arguments */

/*
 * Begin with a path, which is the kernel's or the user's.  0, ENOMEM,
 * EFAULT or ENAMETOOLONG.
 */
static int
exec_args_init(struct exec_args *ea, const char *path, enum uio_seg seg)
{
	size_t done;
	int error;

	bzero(ea, sizeof(*ea));
	ea->ea_buf = malloc(EXEC_BUF_FIRST, M_EXEC, M_NOWAIT);
	if (ea->ea_buf == NULL)
		return (ENOMEM);
	ea->ea_size = EXEC_BUF_FIRST;
	if (seg == UIO_USERSPACE)
		error = copyinstr(path, ea->ea_buf + IMG_HEADER, MAXPATHLEN,
		    &done);
	else
		error = copystr(path, ea->ea_buf + IMG_HEADER, MAXPATHLEN,
		    &done);
	if (error != 0)
		return (error);
	ea->ea_begin = ea->ea_env = ea->ea_end = IMG_HEADER + done;
	return (0);
}

static void
exec_args_free(struct exec_args *ea)
{
	free(ea->ea_buf, M_EXEC);
	ea->ea_buf = NULL;
}

/*
 * Whether strings and pointers are more than a program may be given.
 */
static bool
exec_args_toobig(const struct exec_args *ea)
{
	size_t pointers = ea->ea_argc + ea->ea_envc + 2;

	return (ea->ea_end - ea->ea_begin + pointers * sizeof(char *) >
	    ARG_MAX);
}

/*
 * Make the buffer larger, if it may be: E2BIG or ENOMEM.
 */
static int
exec_args_grow(struct exec_args *ea)
{
	size_t size = MIN(ea->ea_size * 2, EXEC_BUF_MAX);
	char *buf;

	if (ea->ea_size == EXEC_BUF_MAX)
		return (E2BIG);
	buf = realloc(ea->ea_buf, size, M_EXEC, M_NOWAIT);
	if (buf == NULL)
		return (ENOMEM);
	ea->ea_buf = buf;
	ea->ea_size = size;
	return (0);
}

/*
 * Add a string.  0, E2BIG, ENOMEM or EFAULT.
 */
static int
exec_args_add(struct exec_args *ea, const char *str, enum uio_seg seg)
{
	size_t done, room;
	int error;

	for (;;) {
		room = ea->ea_size - ea->ea_end;
		if (seg == UIO_USERSPACE)
			error = copyinstr(str, ea->ea_buf + ea->ea_end, room,
			    &done);
		else
			error = copystr(str, ea->ea_buf + ea->ea_end, room,
			    &done);
		if (error != ENAMETOOLONG)
			break;
		error = exec_args_grow(ea);
		if (error != 0)
			break;
	}
	if (error == 0)
		ea->ea_end += done;
	return (error);
}

/*
 * The pointer at *vector: a string, or NULL behind the last one.
 */
static int
exec_fetch(char **vector, enum uio_seg seg, char **str)
{
	if (seg == UIO_SYSSPACE) {
		*str = *vector;
		return (0);
	}
	*str = (char *)fuword(vector);
	/* -1 is a fault; it is no string's address either. */
	return (*str == (char *)-1 ? EFAULT : 0);
}

/*
 * Add the strings of a NULL-terminated array and count them.
 */
static int
exec_args_vector(struct exec_args *ea, char **vector, enum uio_seg seg,
    int *count)
{
	char *str;
	int error;

	for (;; vector++) {
		error = exec_fetch(vector, seg, &str);
		if (error != 0 || str == NULL)
			return (error);
		error = exec_args_add(ea, str, seg);
		if (error != 0)
			return (error);
		(*count)++;
		if (exec_args_toobig(ea))
			return (E2BIG);
	}
}

/*
 * All of it.  The environment may be missing, the arguments may not, and
 * there is at least the program's name.
 */
static int
exec_args_copyin(struct exec_args *ea, const char *path, char **argv,
    char **envv, enum uio_seg seg)
{
	int error;

	error = exec_args_init(ea, path, seg);
	if (error != 0)
		return (error);
	if (argv == NULL)
		return (EFAULT);
	error = exec_args_vector(ea, argv, seg, &ea->ea_argc);
	if (error != 0)
		return (error);
	if (ea->ea_argc == 0)
		return (EINVAL);
	ea->ea_env = ea->ea_end;
	if (envv != NULL)
		error = exec_args_vector(ea, envv, seg, &ea->ea_envc);
	return (error);
}

/*
 * See imgact.h.
 */
int
exec_args_replace_first(struct exec_args *ea, const char *strings, size_t len,
    int argc)
{
	size_t old;
	char *first;
	int error;

	old = strlen(ea->ea_buf + ea->ea_begin) + 1;
	while (ea->ea_end - old + len > ea->ea_size) {
		error = exec_args_grow(ea);
		if (error != 0)
			return (error);
	}
	first = ea->ea_buf + ea->ea_begin;
	memmove(first + len, first + old, ea->ea_end - ea->ea_begin - old);
	memcpy(first, strings, len);
	ea->ea_env = ea->ea_env - old + len;
	ea->ea_end = ea->ea_end - old + len;
	ea->ea_argc += argc - 1;
	return (exec_args_toobig(ea) ? E2BIG : 0);
}

/* ------------------------------------------------------ finding the file */

/*
 * Whether the file may be run by the caller.  Root needs somebody's x bit,
 * too.
 */
static int
exec_check_file(struct image_params *image)
{
	struct vnode *vp = image->ip_vp;
	struct vattr *attr = image->ip_attr;
	int error;

	error = VOP_GETATTR(vp, attr);
	if (error != 0)
		return (error);
	if (vp->v_type != VREG ||
	    (attr->va_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
		return (EACCES);
	error = VOP_ACCESS(vp, VEXEC, image->ip_proc->p_thread.td_ucred);
	if (error != 0)
		return (error);
	/* Who writes a program while it starts gets what nobody expects. */
	return (vp->v_writecount > 0 ? ETXTBSY : 0);
}

/*
 * See imgact.h.
 */
int
exec_read_header(struct image_params *image, size_t len)
{
	size_t have = image->ip_headlen;
	int error, resid;

	GIANT_REQUIRED;
	KASSERT(len <= IMG_HEADER, ("exec_read_header: %zu bytes", len));
	if (len <= have)
		return (0);
	error = vn_rdwr(UIO_READ, image->ip_vp, image->ip_args->ea_buf + have,
	    len - have, have, UIO_SYSSPACE, 0, &resid,
	    &image->ip_proc->p_thread);
	if (error == 0)
		image->ip_headlen = len - resid;
	return (error);
}

/*
 * Find a file, check it and read its beginning.  ip_vp gets a reference,
 * also when there is an error after that.
 */
static int
exec_open(struct image_params *image, const char *path)
{
	struct thread *td = &image->ip_proc->p_thread;
	struct nameidata nd;
	int error;

	GIANT_REQUIRED;
	NDINIT(&nd, LOOKUP, FOLLOW, UIO_SYSSPACE, path, td);
	error = namei(&nd);
	if (error != 0)
		return (error);
	NDFREE(&nd);
	image->ip_vp = nd.ni_vp;
	error = exec_check_file(image);
	image->ip_headlen = 0;
	if (error == 0)
		error = exec_read_header(image, IMG_LOOK);
	return (error);
}

/*
 * Ask each activator whether it knows this kind of file.
 */
static int
exec_activate(struct image_params *image)
{
	int error = ENOEXEC;
	u_int i;

	for (i = 0; i < nitems(execsw) && error == ENOEXEC; i++)
		error = (*execsw[i].ex_imgact)(image);
	return (error);
}

/* Let go of the file. */
static void
exec_close(struct image_params *image)
{
	GIANT_REQUIRED;
	if (image->ip_vp != NULL)
		vrele(image->ip_vp);
	image->ip_vp = NULL;
}

/*
 * The new address space and the file it comes from; for a script, those
 * of its interpreter.
 */
static int
exec_look(struct image_params *image)
{
	int error;

	mtx_lock(&Giant);
	error = exec_open(image, image->ip_args->ea_buf + IMG_HEADER);
	if (error == 0)
		error = exec_activate(image);
	if (error == 0 && image->ip_vmspace == NULL) {
		exec_close(image);
		error = exec_open(image, image->ip_interp);
		if (error == 0)
			error = exec_activate(image);
	}
	if (error == 0)
		error = vn_text(image->ip_vp);
	if (error != 0)
		exec_close(image);
	mtx_unlock(&Giant);
	if (error != 0 && image->ip_vmspace != NULL) {
		vmspace_free(image->ip_vmspace);
		image->ip_vmspace = NULL;
	}
	return (error);
}

/* ------------------------------------------------------ the initial stack */

/* What the auxiliary vector has. */
#define	AUX_COUNT	12

static uid_t
exec_euid(const struct image_params *image)
{
	if (image->ip_attr->va_mode & S_ISUID)
		return (image->ip_attr->va_uid);
	return (image->ip_proc->p_thread.td_ucred->cr_uid);
}

static gid_t
exec_egid(const struct image_params *image)
{
	if (image->ip_attr->va_mode & S_ISGID)
		return (image->ip_attr->va_gid);
	return (image->ip_proc->p_thread.td_ucred->cr_gid);
}

/*
 * Write the auxiliary vector at *wp, which goes on.
 */
static void
exec_put_auxv(struct image_params *image, u_int **wp)
{
	struct ucred *cred = image->ip_proc->p_thread.td_ucred;
	const Elf_Auxinfo aux[AUX_COUNT] = {
		{ AT_PHDR, { image->ip_elf.ei_phdr } },
		{ AT_PHENT, { sizeof(Elf_Phdr) } },
		{ AT_PHNUM, { image->ip_elf.ei_phnum } },
		{ AT_PAGESZ, { PAGE_SIZE } },
		{ AT_BASE, { 0 } },
		{ AT_FLAGS, { 0 } },
		{ AT_ENTRY, { image->ip_elf.ei_entry } },
		{ AT_UID, { cred->cr_ruid } },
		{ AT_EUID, { exec_euid(image) } },
		{ AT_GID, { cred->cr_rgid } },
		{ AT_EGID, { exec_egid(image) } },
		{ AT_NULL, { 0 } },
	};

	memcpy(*wp, aux, sizeof(aux));
	*wp += nitems(aux) * (sizeof(aux[0]) / sizeof(u_int));
}

/*
 * Write at *wp the addresses of count strings that lie one behind the
 * other, at *str in the kernel and at *ustr in the program; and a NULL.
 */
static void
exec_put_pointers(u_int **wp, vm_offset_t *ustr, const char **str, int count)
{
	size_t len;

	for (; count > 0; count--) {
		*(*wp)++ = *ustr;
		len = strlen(*str) + 1;
		*str += len;
		*ustr += len;
	}
	*(*wp)++ = 0;
}

/*
 * The words of the initial stack, size bytes that will begin at base, are
 * put behind the strings in the buffer: from argc to the auxiliary vector.
 * ps says where the parts are.  NULL without memory.
 */
static u_int *
exec_words(struct image_params *image, vm_offset_t base, size_t size,
    vm_offset_t ustr, struct ps_strings *ps)
{
	struct exec_args *ea = image->ip_args;
	const char *str;
	u_int *w, *words;

	while (roundup2(ea->ea_end, sizeof(u_int)) + size > ea->ea_size)
		if (exec_args_grow(ea) != 0)
			return (NULL);
	str = ea->ea_buf + ea->ea_begin;
	words = (u_int *)(void *)(ea->ea_buf +
	    roundup2(ea->ea_end, sizeof(u_int)));
	w = words;
	*w++ = ea->ea_argc;
	ps->ps_argvstr = (char **)(base + (w - words) * sizeof(u_int));
	ps->ps_nargvstr = ea->ea_argc;
	exec_put_pointers(&w, &ustr, &str, ea->ea_argc);
	ps->ps_envstr = (char **)(base + (w - words) * sizeof(u_int));
	ps->ps_nenvstr = ea->ea_envc;
	exec_put_pointers(&w, &ustr, &str, ea->ea_envc);
	exec_put_auxv(image, &w);
	KASSERT((size_t)(w - words) * sizeof(u_int) == size,
	    ("exec_words: %d words", (int)(w - words)));
	return (words);
}

/*
 * Fill the stack of a program that starts:
 *
 *	USRSTACK	end
 *	PS_STRINGS	struct ps_strings
 *			sigcode
 *			strings of the arguments, of the environment
 *			auxiliary vector
 *			pointers to the environment, NULL
 *			pointers to the arguments, NULL
 *	*stack		argc		a multiple of 16
 *
 * 0 or ENOMEM.
 */
int
exec_fill_stack(struct image_params *image, vm_offset_t *stack)
{
	static char padding[16];
	struct sysentvec *sv = image->ip_sysent;
	struct exec_args *ea = image->ip_args;
	size_t len = ea->ea_end - ea->ea_begin, size;
	vm_offset_t sigaddr, ustr;
	struct ps_strings ps;
	u_int *words;

	sigaddr = PS_STRINGS - *sv->sv_szsigcode;
	size = (1 + ea->ea_argc + 1 + ea->ea_envc + 1) * sizeof(u_int) +
	    AUX_COUNT * sizeof(Elf_Auxinfo);
	*stack = rounddown2(sigaddr - len - size, 16);
	ustr = *stack + size;
	words = exec_words(image, *stack, size, ustr, &ps);
	if (words == NULL)
		return (ENOMEM);

	struct iovec parts[] = {
		{ words, size },
		{ ea->ea_buf + ea->ea_begin, len },
		{ padding, sigaddr - (ustr + len) },
		{ (void *)(uintptr_t)sv->sv_sigcode, *sv->sv_szsigcode },
		{ &ps, sizeof(ps) },
	};
	return (vmspace_writev(image->ip_vmspace, *stack, parts,
	    nitems(parts)));
}

/* ------------------------------------------------------ becoming another */

/* What commit needs and could not be had then. */
struct exec_reserve {
	struct	sigacts *er_sigacts;	/* if they are shared now */
	struct	pargs *er_pargs;	/* or NULL: too long */
	vm_offset_t er_stack;		/* where the new one begins */
	int	er_null;		/* /dev/null if set-id, or -1 */
};

/*
 * A set-id program gives its owner's rights.  What it opens must not come
 * to lie where it expects its caller's standard files, so it finds at least
 * /dev/null there: open that, while it may fail.  0, ENOMEM, or what open(2)
 * says.
 */
static int
exec_credentials(struct thread *td, const struct vattr *attr, int *nullfd)
{
	int error, flags = 0;

	if (attr->va_mode & S_ISUID)
		flags |= CRSUID;
	if (attr->va_mode & S_ISGID)
		flags |= CRSGID;
	if (flags != 0 &&
	    cred_exec_gains(td->td_ucred, attr->va_uid, attr->va_gid, flags)) {
		error = fdopen_null(td, nullfd);
		if (error != 0)
			return (error);
	}
	error = cred_setugid_exec(td->td_proc, attr->va_uid, attr->va_gid,
	    flags);
	if (error != 0 && *nullfd != -1)
		(void)kern_close(td, *nullfd);
	return (error);
}

/*
 * The command line for ps.  One that is too long, or for which there is no
 * memory, ps has to do without.
 */
static struct pargs *
exec_pargs(const struct exec_args *ea)
{
	size_t len = ea->ea_env - ea->ea_begin;
	struct pargs *pa;

	if (len > PARGS_MAX)
		return (NULL);
	pa = pargs_alloc(len);
	if (pa != NULL)
		memcpy(pa->ar_args, ea->ea_buf + ea->ea_begin, len);
	return (pa);
}

/*
 * The last that may fail.  The unsharing of the descriptors can be seen by
 * others, so it comes late; the new rights must not get to the old program,
 * so they come last of all.
 */
static int
exec_reserve(struct thread *td, struct image_params *image,
    struct exec_reserve *er)
{
	int error;

	bzero(er, sizeof(*er));
	er->er_null = -1;
	error = (*image->ip_sysent->sv_fill_stack)(image, &er->er_stack);
	if (error != 0)
		return (error);
	if (sigacts_shared(td->td_proc->p_sigacts)) {
		er->er_sigacts = sigacts_blank();
		if (er->er_sigacts == NULL)
			return (ENOMEM);
	}
	er->er_pargs = exec_pargs(image->ip_args);
	error = fdunshare(td);
	if (error == 0)
		error = exec_credentials(td, image->ip_attr, &er->er_null);
	if (error != 0) {
		sigacts_free(er->er_sigacts);
		pargs_drop(er->er_pargs);
	}
	return (error);
}

/*
 * The signals' part: actions of its own, and no handlers.
 */
static void
exec_signals(struct proc *p, struct sigacts *new)
{
	struct sigacts *old = NULL;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (new != NULL) {
		old = p->p_sigacts;
		sigacts_copy(new, old);
		p->p_sigacts = new;
	}
	p->p_flag &= ~P_SIGLENT;
	execsigs(p);
	/* Not the last one: it was shared, and if not any more, no matter. */
	sigacts_free(old);
}

/*
 * What others see of the program: its name, its file, its command line.
 */
static void
exec_names(struct proc *p, struct image_params *image,
    struct exec_reserve *er)
{
	const char *name, *path;
	struct pargs *oldargs;
	struct vnode *oldvp;

	path = image->ip_interp;
	if (path[0] == '\0')
		path = image->ip_args->ea_buf + IMG_HEADER;
	name = strrchr(path, '/');

	PROC_LOCK(p);
	exec_signals(p, er->er_sigacts);
	strlcpy(p->p_comm, name != NULL ? name + 1 : path, sizeof(p->p_comm));
	oldargs = p->p_args;
	p->p_args = er->er_pargs;
	oldvp = p->p_textvp;
	p->p_textvp = image->ip_vp;
	image->ip_vp = NULL;
	p->p_sysent = p->p_traceflag != 0 ? image->ip_sysent->sv_traced :
					    image->ip_sysent;
	atomic_clear_int(&p->p_acflag, AFORK);
	p->p_flag |= P_EXEC;
	PROC_UNLOCK(p);

	pargs_drop(oldargs);
	if (oldvp != NULL)
		vn_text_end(oldvp);
}

static void
exec_callout(hook_fn fn, void *p)
{
	(*(execlist_fn)fn)(p);
}

/*
 * Have fn(p) called at each exec, in the process, when nothing can fail any
 * more but the old program's memory, files and name are still there.  It
 * may sleep, and remove itself; it cannot fail.
 *
 * Returns 0, EEXIST if fn is registered already, or ENOMEM.
 */
int
at_exec(execlist_fn fn)
{
	return (hook_add(&exec_list, (hook_fn)fn));
}

/*
 * Undo at_exec(), as hook_remove() does.  How many entries went, 0 or 1.
 */
int
rm_at_exec(execlist_fn fn)
{
	return (hook_remove(&exec_list, (hook_fn)fn));
}

int
rm_at_exec_nowait(execlist_fn fn)
{
	return (hook_remove_nowait(&exec_list, (hook_fn)fn));
}

/*
 * Tell who wants to know that p is another program now.
 */
static void __noinline
exec_tell(struct proc *p)
{
	bool tell;

	PROC_LOCK(p);
	if (p->p_flag & P_WATCHED)
		knote_exec(p);
	tell = (p->p_flag & P_TELLEXEC) != 0;
	p->p_flag &= ~P_TELLEXEC;
	PROC_UNLOCK(p);
	if (tell)
		gdb_execed(p);
}

/*
 * The old program ends here and the new one begins.
 */
static void
exec_commit(struct thread *td, struct image_params *image,
    struct exec_reserve *er)
{
	struct proc *p = td->td_proc;

	PROC_LOCK(p);
	p->p_flag |= P_INEXEC;
	PROC_UNLOCK(p);
	hook_run(&exec_list, exec_callout, p);
	/* The profile is of the old program. */
	if (data_race(p->p_sflag) & PS_PROFIL) {
		mtx_lock_spin(&sched_lock);
		stopprofclock(p);
		mtx_unlock_spin(&sched_lock);
	}
	vmspace_exec(p, image->ip_vmspace);
	/* Who sees a descriptor closed may rely on exec: the leader may end. */
	proc_unpeer(p);
	if (er->er_null != -1)
		fdstandard(td, er->er_null);
	fdcloseexec(td);
	exec_names(p, image, er);
	(*p->p_sysent->sv_setregs)(td, image->ip_elf.ei_entry, er->er_stack,
	    PS_STRINGS);
	KTR_NAMED(KTR_EXEC, p->p_comm);
	KTR_FREE_PAGES();

	/* The parent of a vfork has its memory back. */
	vfork_done(p);
	PROC_LOCK(p);
	p->p_flag &= ~P_INEXEC;
	/* A stop had to wait until now. */
	signotify(td);
	PROC_UNLOCK(p);
	/* Who begins to watch at this moment comes after the exec. */
	if (data_race(p->p_flag) & (P_WATCHED | P_TELLEXEC))
		exec_tell(p);
}

/*
 * Run the program that the arguments name.  0, and the registers are the
 * new program's; or errno.
 */
static int
kern_execve(struct thread *td, struct exec_args *ea)
{
	struct image_params image;
	struct exec_reserve er;
	struct vattr attr;
	int error;

	bzero(&image, offsetof(struct image_params, ip_interp));
	image.ip_interp[0] = '\0';
	image.ip_proc = td->td_proc;
	image.ip_args = ea;
	image.ip_attr = &attr;
	error = exec_look(&image);
	if (error != 0)
		return (error);
	error = exec_reserve(td, &image, &er);
	if (error == 0) {
		exec_commit(td, &image, &er);
		return (0);
	}
	vmspace_free(image.ip_vmspace);
	vn_text_end(image.ip_vp);
	return (error);
}

/*
 * execve(2).
 */
int
sys_execve(struct thread *td, struct execve_args *uap)
{
	struct exec_args ea;
	int error;

	error = exec_args_copyin(&ea, uap->fname, uap->argv, uap->envv,
	    UIO_USERSPACE);
	if (error == 0)
		error = kern_execve(td, &ea);
	exec_args_free(&ea);
	/* The registers are the new program's: nothing is returned in them. */
	return (error == 0 ? EJUSTRETURN : error);
}

/*
 * See exec.h.
 */
int
exec_run(struct thread *td, const char *path, char **argv, char **envv)
{
	struct exec_args ea;
	int error;

	error = exec_args_copyin(&ea, path, argv, envv, UIO_SYSSPACE);
	if (error == 0)
		error = kern_execve(td, &ea);
	exec_args_free(&ea);
	return (error);
}
