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

/* Of a file's beginning this much is looked at: at first, and at most. */
#define	IMG_LOOK	256
#define	IMG_HEADER	1024

/*
 * What execve(2) was given, in one buffer that grows as it is copied in.
 * The fields are offsets into it:
 *
 *	0		the file's first IMG_HEADER bytes
 *	IMG_HEADER	the path
 *	ea_begin	argv[0] \0 argv[1] \0 ...
 *	ea_env		envv[0] \0 ...
 *	ea_end		free, up to ea_size
 */
struct exec_args {
	char	*ea_buf;
	size_t	ea_size;
	size_t	ea_begin;
	size_t	ea_env;
	size_t	ea_end;
	int	ea_argc;
	int	ea_envc;
};

/* An exec under way.  Nothing of it is visible before it commits. */
struct image_params {
	struct	proc *ip_proc;
	struct	exec_args *ip_args;
	struct	vnode *ip_vp;		/* the file, a reference */
	struct	vattr *ip_attr;		/* its attributes */
	size_t	ip_headlen;		/* bytes of it in ip_args */
	struct	vmspace *ip_vmspace;	/* the new address space */
	struct	sysentvec *ip_sysent;	/* ABI of the program */
	/* What comes now is large, and not cleared. */
	char	ip_interp[MAXINTERP];	/* of a script, else empty */
	struct	elf_image ip_elf;	/* what elf_check() says */
};

/*
 * An activator looks at the header: ENOEXEC if the file is none of its
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

/*
 * Put len bytes in the place of the first argument: the strings of argc
 * arguments.  0, E2BIG or ENOMEM.
 */
int	exec_args_replace_first(struct exec_args *, const char *strings,
	    size_t len, int argc);
int	exec_fill_stack(struct image_params *, vm_offset_t *stack);
/*
 * Have the first len bytes of the file in ip_args, at most IMG_HEADER, if it
 * has so many: ip_headlen says.  0, or why it cannot be read.  Giant is held.
 */
int	exec_read_header(struct image_params *, size_t len);

#endif /* _KERNEL */
#endif /* !_SYS_IMGACT_H_ */
