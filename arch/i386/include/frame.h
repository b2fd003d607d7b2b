/*
 * What an entry to the kernel leaves on the kernel stack.
 *
 *	high	ss	by the processor, from user mode only
 *		esp	    "
 *		eflags	by the processor
 *		cs	    "
 *		eip	    "
 *		err	by the processor, or 0
 *		trapno	by the entry's stub
 *		eax..edi	pushal
 *		ds es
 *	low	fs	tf_fs: the frame's address is that of this word
 *
 * In a frame from kernel mode the last two words are not there: they are
 * what the interrupted code had on its stack.
 */
#ifndef _MACHINE_FRAME_H_
#define	_MACHINE_FRAME_H_

struct trapframe {
	int	tf_fs;
	int	tf_es;
	int	tf_ds;
	int	tf_edi;
	int	tf_esi;
	int	tf_ebp;
	int	tf_isp;			/* pushal's esp; without meaning */
	int	tf_ebx;
	int	tf_edx;
	int	tf_ecx;
	int	tf_eax;
	int	tf_trapno;		/* T_* or 256 + irq */
	int	tf_err;			/* for a system call: insn length */
	int	tf_eip;
	int	tf_cs;
	int	tf_eflags;
	int	tf_esp;			/* user mode only */
	int	tf_ss;			/* user mode only */
};

/* The part that is there in a frame from kernel mode. */
#define	TRAPFRAME_KERNEL_SIZE	__offsetof(struct trapframe, tf_esp)

#endif /* !_MACHINE_FRAME_H_ */
