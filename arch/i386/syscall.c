/*
 * System calls: int $0x80.
 *
 *	eax		number
 *	esp		a word that is skipped (libc's return address)
 *	esp + 4 ...	arguments
 * On return the carry flag is clear and eax (and edx) have the results, or
 * it is set and eax has an errno.  docs/abi.md has the whole of it.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/ktrace.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysent.h>
#include <sys/syscall.h>
#include <sys/sysproto.h>
#include <sys/vmmeter.h>
#include <machine/cpu.h>
#include <machine/psl.h>
#include <vm/vm_extern.h>

#define	MAXARGS	8		/* words of arguments */

static int	syscall_other(struct thread *, void *);

/* For numbers beyond the table, which are all for who is traced. */
static const struct sysent other_call = {
	0, syscall_other, SYF_MPSAFE, "?"
};
static const struct sysent no_call = {
	0, (sy_call_t *)sys_nosys, SYF_MPSAFE, "?"
};

/*
 * The number of the call, and where its arguments are: syscall(number, ...)
 * and __syscall(quad number, ...) have theirs further up.  0 or EFAULT.
 */
static int
syscall_number(struct trapframe *frame, u_int *code, char **params)
{
	u_int skip;

	*code = frame->tf_eax;
	*params = (char *)frame->tf_esp + sizeof(int);
	if (*code == SYS_syscall)
		skip = sizeof(int);
#ifdef SYS___syscall
	else if (*code == SYS___syscall)
		skip = sizeof(quad_t);
#endif
	else
		return (0);
	if (copyin(*params, code, sizeof(*code)) != 0)
		return (EFAULT);
	*params += skip;
	return (0);
}

/*
 * One that Giant guards; apart, since most are not.
 */
static __noinline int
syscall_giant(struct thread *td, const struct sysent *callp, register_t *args)
{
	int error;

	mtx_lock(&Giant);
	error = (*callp->sy_call)(td, args);
	mtx_unlock(&Giant);
	return (error);
}

/*
 * Fetch the arguments and do it.  0 or errno.
 */
static int
syscall_call(struct thread *td, const struct sysent *callp, char *params)
{
	register_t args[MAXARGS];
	int error;

	KASSERT(callp->sy_narg <= MAXARGS,
	    ("system call %s has %d arguments", callp->sy_name,
		callp->sy_narg));
	if (callp->sy_narg != 0) {
		error = copyin(params, args, callp->sy_narg * sizeof(args[0]));
		if (error != 0)
			return (error);
	}
	if (callp->sy_flags & SYF_MPSAFE)
		return ((*callp->sy_call)(td, args));
	return (syscall_giant(td, callp, args));
}

/*
 * A number that syscall() did not find in the table.  It is nobody's, or the
 * process is traced, or was a moment ago: find it in the table after all,
 * and make the records.
 */
static int
syscall_other(struct thread *td, void *none __unused)
{
	struct sysentvec *sv = READ_ONCE(td->td_proc->p_sysent)->sv_plain;
	const struct sysent *callp = &no_call;
	register_t args[MAXARGS] = { 0 };
	u_int code = td->td_syscall, again;
	char *params;
	int error;

	if (code < (u_int)sv->sv_size)
		callp = &sv->sv_table[code];
	/* For the place of the arguments: the number may change there. */
	error = syscall_number(td->td_frame, &again, &params);
	if (error == 0)
		error = copyin(params, args, callp->sy_narg * sizeof(args[0]));
	ktrsyscall(td, code, callp->sy_narg, args);
	if (error == 0 && (callp->sy_flags & SYF_MPSAFE))
		error = (*callp->sy_call)(td, args);
	else if (error == 0)
		error = syscall_giant(td, callp, args);
	if (error == 0)
		ktrgenio(td, code, args, td->td_retval[0]);
	ktrsysret(td, code, error, td->td_retval[0]);
	return (error);
}

/*
 * Put the outcome into the registers.
 */
static void
syscall_result(struct thread *td, struct trapframe *frame, int error)
{
	switch (error) {
	case 0:
		frame->tf_eax = td->td_retval[0];
		frame->tf_edx = td->td_retval[1];
		frame->tf_eflags &= ~PSL_C;
		break;
	case ERESTART:
		/* The instruction again, after the signal's handler. */
		frame->tf_eip -= frame->tf_err;
		break;
	case EJUSTRETURN:
		/* exec and sigreturn have set all registers. */
		break;
	default:
		frame->tf_eax = error;
		frame->tf_eflags |= PSL_C;
		break;
	}
}

/*
 * From Xint0x80_syscall, interrupts on, no locks held.
 */
void
syscall(struct trapframe *frame)
{
	struct thread *td = curthread;
	struct sysentvec *sv = READ_ONCE(td->td_proc->p_sysent);
	const struct sysent *callp;
	char *params;
	u_int code;
	int error;

	CNT_INC(v_syscall);
	td->td_frame = frame;
	error = syscall_number(frame, &code, &params);
	if (error == 0) {
		callp = code < (u_int)sv->sv_size ? &sv->sv_table[code] :
						    &other_call;
		td->td_syscall = code;
		td->td_retval[0] = 0;
		td->td_retval[1] = frame->tf_edx;
		KTR_EVENT(KTR_SYSENTER, callp->sy_name, code);
		error = syscall_call(td, callp, params);
		vm_oracle_syscall(callp->sy_name);
	}
	KTR_EVENT(KTR_SYSEXIT, code, error, td->td_retval[0]);
	syscall_result(td, frame, error);
	userret(td, frame, 0);
	td->td_syscall = -1;
}
