/*
 * System-call tables, and the ABI of a program: its calls, its signal
 * frames and the way it starts.  Each process has one (p_sysent), so that
 * programs of another ABI can run beside the native ones.
 *
 * sysent[] is generated from kern/syscalls.master; elf_tine_sysvec is in
 * kern/imgact_elf.c.
 */
#ifndef _SYS_SYSENT_H_
#define	_SYS_SYSENT_H_

#ifdef _KERNEL

#include <sys/types.h>

struct image_params;
struct sigpost;
struct thread;

/* A handler; args is its own struct NAME_args.  0 or errno. */
typedef int sy_call_t(struct thread *, void *args);

struct sysent {
	int	sy_narg;		/* words of arguments */
	sy_call_t *sy_call;
	int	sy_flags;		/* SYF_* */
	const char *sy_name;
};
#define	SYF_MPSAFE	0x0001		/* called without Giant */

struct sysentvec {
	const char *sv_name;
	struct	sysent *sv_table;	/* the calls, by number */
	int	sv_size;		/* calls in the table; 0 in a twin */
	/*
	 * A twin is the same but that it has no calls, so that each of them
	 * comes to where the strange numbers do: that of who is traced.
	 */
	struct	sysentvec *sv_plain;	/* itself, or whose twin it is */
	struct	sysentvec *sv_traced;	/* its twin, or itself if it is one */
	/*
	 * Have the current thread call a handler when it gets to user
	 * mode.  No locks held.  0, or EFAULT if the stack is no good.
	 */
	int	(*sv_sendsig)(struct thread *, const struct sigpost *);
	const char *sv_sigcode;		/* handlers return through it; it */
	const int *sv_szsigcode;	/*   lies at the top of the stack */
	/*
	 * Put arguments, environment and what else a program finds on its
	 * stack into the new address space.  0 or ENOMEM.
	 */
	int	(*sv_fill_stack)(struct image_params *, vm_offset_t *stack);
	/* Registers of a program that starts. */
	void	(*sv_setregs)(struct thread *, vm_offset_t entry,
		    vm_offset_t stack, vm_offset_t ps_strings);
};

extern struct sysent sysent[];
extern struct sysentvec elf_tine_sysvec;

#endif /* _KERNEL */
#endif /* !_SYS_SYSENT_H_ */
