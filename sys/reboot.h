/*
 * How to reboot(2).
 */
#ifndef _SYS_REBOOT_H_
#define	_SYS_REBOOT_H_

#define	RB_AUTOBOOT	0		/* boot again */
#define	RB_ASKNAME	0x0001
#define	RB_SINGLE	0x0002		/* single user */
#define	RB_NOSYNC	0x0004		/* do not write back first */
#define	RB_HALT		0x0008		/* stop, do not boot */
#define	RB_INITNAME	0x0010
#define	RB_DFLTROOT	0x0020
#define	RB_KDB		0x0040		/* enter the debugger */
#define	RB_RDONLY	0x0080
#define	RB_DUMP		0x0100		/* write a dump first */
#define	RB_VERBOSE	0x0800
#define	RB_POWEROFF	0x4000		/* stop and switch off */

#endif /* !_SYS_REBOOT_H_ */
