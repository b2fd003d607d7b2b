/*
 * The compiler's dialect: attributes and helpers under BSD's names.  All
 * other headers may use these; nothing here declares a type or a function.
 */
#ifndef _SYS_CDEFS_H_
#define	_SYS_CDEFS_H_

#if defined(__cplusplus)
#define	__BEGIN_DECLS	extern "C" {
#define	__END_DECLS	}
#define	_Static_assert	static_assert
#else
#define	__BEGIN_DECLS
#define	__END_DECLS
#endif

/*
 * Feature levels.  BSD shows everything unless a program asks for less;
 * Tine shows everything always.
 */
#define	__BSD_VISIBLE	1
#define	__XSI_VISIBLE	700
#define	__POSIX_VISIBLE	200809
#define	__ISO_C_VISIBLE	2011

#define	__P(protos)	protos
#define	__CONCAT1(x, y)	x ## y
#define	__CONCAT(x, y)	__CONCAT1(x, y)
#define	__STRING(x)	#x
#define	__XSTRING(x)	__STRING(x)

#define	__dead2		__attribute__((__noreturn__))
#define	__pure2		__attribute__((__const__))
#define	__pure		__attribute__((__pure__))
#define	__unused	__attribute__((__unused__))
#define	__used		__attribute__((__used__))
#define	__packed	__attribute__((__packed__))
#define	__aligned(x)	__attribute__((__aligned__(x)))
#define	__section(x)	__attribute__((__section__(x)))
/*
 * Variables that several processors write to, by turns: each time the cache
 * line they are in has to come from the other one.  So a lock begins a line,
 * which has what the lock guards in it and nothing else; and what is hardly
 * ever written to lies together elsewhere.
 */
#define	__leads_line(name)						\
	__aligned(CACHE_LINE_SIZE) __section(".data.line." #name ".a")
#define	__in_line_of(name)						\
	__section(".data.line." #name ".b")
#define	__read_mostly	__section(".data.read_mostly")

#define	__weak_symbol	__attribute__((__weak__))
#define	__noinline	__attribute__((__noinline__))
#define	__always_inline	__attribute__((__always_inline__))
#define	__malloc_like	__attribute__((__malloc__))
#define	__nonnull(x)	__attribute__((__nonnull__ x))
#define	__result_use_check __attribute__((__warn_unused_result__))
#define	__returns_twice	__attribute__((__returns_twice__))
#define	__null_sentinel	__attribute__((__sentinel__))
#define	__format_arg(x)	__attribute__((__format_arg__(x)))
#define	__fallthrough	__attribute__((__fallthrough__))

/* Argument numbers of the format and of the first value (0: a va_list). */
#define	__printflike(fmtarg, first)					\
	__attribute__((__format__(__printf__, fmtarg, first)))
#define	__scanflike(fmtarg, first)					\
	__attribute__((__format__(__scanf__, fmtarg, first)))
#define	__strftimelike(fmtarg, first)					\
	__attribute__((__format__(__strftime__, fmtarg, first)))

#define	__predict_true(exp)	__builtin_expect(!!(exp), 1)
#define	__predict_false(exp)	__builtin_expect(!!(exp), 0)

#define	__offsetof(type, field)	__builtin_offsetof(type, field)

/* The structure of the given type whose member m is at address x. */
#define	__containerof(x, s, m) __extension__ ({				\
	const volatile __typeof__(((s *)0)->m) *__x = (x);		\
	(s *)(__UINTPTR_TYPE__)((const volatile char *)__x -		\
	    __offsetof(s, m));						\
})

/* Cast const or volatile away, where the pointed-at object allows it. */
#define	__DECONST(type, var)						\
	((type)(__UINTPTR_TYPE__)(const void *)(var))
#define	__DEVOLATILE(type, var)						\
	((type)(__UINTPTR_TYPE__)(volatile void *)(var))

/*
 * One access to a variable that others may change at the same time: whole,
 * once, and where it stands.  It orders nothing else.
 */
#define	READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define	WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))

/* A second name for a function of this file. */
#define	__weak_reference(sym, aliassym)					\
	extern __typeof__(sym) aliassym					\
	    __attribute__((__weak__, __alias__(__STRING(sym))))
#define	__strong_reference(sym, aliassym)				\
	extern __typeof__(sym) aliassym					\
	    __attribute__((__alias__(__STRING(sym))))

#endif /* !_SYS_CDEFS_H_ */
