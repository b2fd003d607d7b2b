/*
 * The system's types.  The widths are FreeBSD 5's on the i386.
 */
#ifndef _SYS_TYPES_H_
#define	_SYS_TYPES_H_

#include <sys/cdefs.h>
#include <machine/_types.h>
#include <machine/endian.h>

typedef	unsigned char	u_char;
typedef	unsigned short	u_short;
typedef	unsigned int	u_int;
typedef	unsigned long	u_long;
typedef	unsigned short	ushort;
typedef	unsigned int	uint;

typedef	__int8_t	int8_t;
typedef	__int16_t	int16_t;
typedef	__int32_t	int32_t;
typedef	__int64_t	int64_t;
typedef	__uint8_t	uint8_t;
typedef	__uint16_t	uint16_t;
typedef	__uint32_t	uint32_t;
typedef	__uint64_t	uint64_t;
typedef	__uint8_t	u_int8_t;
typedef	__uint16_t	u_int16_t;
typedef	__uint32_t	u_int32_t;
typedef	__uint64_t	u_int64_t;
typedef	__intptr_t	intptr_t;
typedef	__uintptr_t	uintptr_t;
typedef	__intmax_t	intmax_t;
typedef	__uintmax_t	uintmax_t;

typedef	__int64_t	quad_t;
typedef	__uint64_t	u_quad_t;
typedef	quad_t		*qaddr_t;
typedef	char		*caddr_t;	/* "core" address */
typedef	const char	*c_caddr_t;

typedef	__int64_t	blkcnt_t;	/* blocks of a file */
typedef	__uint32_t	blksize_t;	/* preferred size of I/O */
typedef	__clock_t	clock_t;	/* ticks of CLOCKS_PER_SEC or CLK_TCK */
typedef	__int32_t	clockid_t;
typedef	__int64_t	daddr_t;	/* disk address */
typedef	__uint32_t	dev_t;		/* device, see major() */
typedef	__uint32_t	fflags_t;	/* file flags */
typedef	__uint32_t	fixpt_t;	/* fixed point, FSHIFT bits fraction */
typedef	__uint64_t	fsblkcnt_t;
typedef	__uint64_t	fsfilcnt_t;
typedef	__uint32_t	gid_t;
typedef	__uint32_t	id_t;		/* holds a pid, pgid, uid or gid */
typedef	__uint32_t	ino_t;
typedef	long		key_t;		/* System V IPC key */
typedef	__int32_t	lwpid_t;	/* thread id */
typedef	__uint16_t	mode_t;
typedef	__uint16_t	nlink_t;
typedef	__int64_t	off_t;
typedef	__int32_t	pid_t;
typedef	__register_t	register_t;
typedef	__u_register_t	u_register_t;
typedef	__int64_t	rlim_t;
typedef	__segsz_t	segsz_t;
typedef	__SIZE_TYPE__	size_t;
typedef	__uint32_t	socklen_t;
typedef	__ssize_t	ssize_t;
typedef	long		suseconds_t;
typedef	__time_t	time_t;
typedef	__uint32_t	uid_t;
typedef	unsigned int	useconds_t;
typedef	__vm_offset_t	vm_offset_t;
typedef	__vm_ooffset_t	vm_ooffset_t;
typedef	__vm_paddr_t	vm_paddr_t;
typedef	__vm_pindex_t	vm_pindex_t;
typedef	__vm_size_t	vm_size_t;

/* Device numbers: 8 bits of major number between two parts of the minor. */
#define	major(x)	((int)(((u_int)(x) >> 8) & 0xff))
#define	minor(x)	((int)((x) & 0xffff00ff))
#define	makedev(x, y)	((dev_t)(((u_int)(x) << 8) | (u_int)(y)))

#ifdef _KERNEL
#include <sys/_null.h>

/* The kernel has no <stddef.h> and <stdbool.h>. */
#define	offsetof(type, field)	__offsetof(type, field)
#define	bool	_Bool
#define	true	1
#define	false	0
#else
#include <sys/select.h>
#endif

#endif /* !_SYS_TYPES_H_ */
