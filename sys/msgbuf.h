/*
 * The message buffer: the last of what the kernel has printed, for dmesg.
 */
#ifndef _SYS_MSGBUF_H_
#define	_SYS_MSGBUF_H_

#ifdef _KERNEL
#define	MSGBUF_SIZE	32768

void	msgbuf_putc(int c);
#endif

#endif /* !_SYS_MSGBUF_H_ */
