/*
 * Image activators: what execve(2) needs to know to run one kind of file.
 *
 * Owned by kern/kern_exec.c.
 */
#ifndef _SYS_IMGACT_H_
#define	_SYS_IMGACT_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/param.h>
#include <sys/elfcheck.h>

struct proc;
struct sysentvec;
struct thread;
struct vattr;
struct vmspace;
struct vnode;

/*
 * The name and the strings of an exec, in one buffer that grows as they
 * are copied in:
 *
 *	ea_buf	path \0 | argv[0] \0 ... | envv[0] \0 ... | free
 *		0	  ea_begin	   ea_env	    ea_end
 */
struct exec_args {
	char	*ea_buf;
	size_t	ea_size;		/* allocated */
	size_t	ea_begin;		/* offset of the first argument */
	size_t	ea_env;			/* offset of the environment */
	size_t	ea_end;			/* offset behind it */
	int	ea_argc;
	int	ea_envc;
};

/* An exec under way.  Nothing of it is visible before it commits. */
struct image_params {
	struct	proc *ip_proc;
	struct	exec_args *ip_args;
	struct	vnode *ip_vp;		/* the file, a reference */
	struct	vattr *ip_attr;		/* its attributes */
	const char *ip_header;		/* its first bytes ... */
	size_t	ip_headlen;		/* ... at most a page */
	const char *ip_path;		/* name it was found by */
	char	ip_interp[MAXINTERP + 1]; /* of a script, else empty */
	struct	vmspace *ip_vmspace;	/* the new address space */
	struct	sysentvec *ip_sysent;	/* ABI of the program */
	struct	elf_image ip_elf;	/* what the ELF header says */
};

/*
 * An activator looks at ip_header: ENOEXEC if the file is none of its
 * kind, else 0 or the reason why it cannot run.  It fills in ip_interp
 * and changes the arguments (a script), or makes ip_vmspace and sets
 * ip_sysent.  Giant is held.
 */
struct execsw {
	int	(*ex_imgact)(struct image_params *);
	const char *ex_name;
};

int	exec_elf_imgact(struct image_params *);
int	exec_shell_imgact(struct image_params *);

/* Room for len more bytes of strings: 0, E2BIG or ENOMEM. */
int	exec_args_grow(struct exec_args *, size_t len);
int	exec_copyout_strings(struct image_params *, vm_offset_t *stack);

#endif /* _KERNEL */
#endif /* !_SYS_IMGACT_H_ */
