/*
 * The start of a program: what lies at the top of its stack.
 */
#ifndef _SYS_EXEC_H_
#define	_SYS_EXEC_H_

#include <sys/types.h>

/*
 * At PS_STRINGS, the last 16 bytes below the stack's end, so that ps and
 * setproctitle can find the arguments.
 */
struct ps_strings {
	char	**ps_argvstr;		/* first of the argument strings */
	int	ps_nargvstr;
	char	**ps_envstr;		/* first of the environment */
	int	ps_nenvstr;
};

_Static_assert(sizeof(struct ps_strings) == 4 * sizeof(int),
    "ps_strings is part of the ABI");

#ifdef _KERNEL

struct thread;

/*
 * Run a program of the kernel's choice in the current process: path and
 * strings are the kernel's, the two arrays end with NULL.  0 or errno;
 * after 0 the thread has only to return to user mode.
 */
int	exec_run(struct thread *, const char *path, char **argv, char **envv);

/* arch: the registers of a program that starts. */
void	setregs(struct thread *, vm_offset_t entry, vm_offset_t stack,
	    vm_offset_t ps_strings);

#endif /* _KERNEL */
#endif /* !_SYS_EXEC_H_ */
