/*
 * The basic types of the i386: the widths that the ABI fixes.  Only names
 * that begin with two underscores, so that every header may include this.
 */
#ifndef _MACHINE__TYPES_H_
#define	_MACHINE__TYPES_H_

typedef	signed char		__int8_t;
typedef	unsigned char		__uint8_t;
typedef	short			__int16_t;
typedef	unsigned short		__uint16_t;
typedef	int			__int32_t;
typedef	unsigned int		__uint32_t;
typedef	long long		__int64_t;
typedef	unsigned long long	__uint64_t;

typedef	__int64_t		__intmax_t;
typedef	__uint64_t		__uintmax_t;
/* int or long, as the compiler has it: its format checks tell them apart. */
typedef	__INTPTR_TYPE__		__intptr_t;
typedef	__UINTPTR_TYPE__	__uintptr_t;
typedef	__PTRDIFF_TYPE__	__ssize_t;
typedef	__PTRDIFF_TYPE__	__ptrdiff_t;

typedef	__int32_t		__register_t;	/* one general register */
typedef	__uint32_t		__u_register_t;
typedef	__uint32_t		__vm_offset_t;	/* a virtual address */
typedef	__uint32_t		__vm_size_t;	/* a length in memory */
typedef	__uint32_t		__vm_paddr_t;	/* a physical address */
typedef	__int64_t		__vm_ooffset_t;	/* an offset in an object */
typedef	__uint32_t		__vm_pindex_t;	/* a page of an object */
typedef	__int32_t		__segsz_t;	/* a segment size in pages */

typedef	unsigned long		__clock_t;
typedef	__int32_t		__time_t;	/* 32 bits: the ABI's choice */

typedef	__builtin_va_list	__va_list;

#endif /* !_MACHINE__TYPES_H_ */
