/*
 * What every kernel file may call: assertions, printing, copying to and
 * from user memory, strings.
 */
#ifndef _SYS_SYSTM_H_
#define	_SYS_SYSTM_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/cdefs.h>
#include <sys/kcsan.h>
#include <machine/_types.h>
#include <libkern/libkern.h>

typedef	__builtin_va_list	__tine_va_list;

struct malloc_type;
struct timeval;

extern int	cold;			/* still booting */
void	panic_begin(void);		/* before what leads to a panic */
extern const char *panicstr;		/* the panic's message, or NULL */
extern const char ostype[], osrelease[], version[];

void	panic(const char *, ...) __dead2 __printflike(1, 2);
/* The same for what was interrupted, not for who calls this. */
struct trapframe;
void	panic_trap(struct trapframe *, const char *, ...) __dead2
	    __printflike(2, 3);
/* The same about a thread that does not run. */
struct thread;
void	panic_thread(struct thread *, const char *, ...) __dead2
	    __printflike(2, 3);

/*
 * KASSERT is for what cannot be unless the kernel is broken; it costs
 * nothing in the release kernel.  CTASSERT is decided by the compiler.
 */
#ifdef INVARIANTS
#define	KASSERT(exp, msg) do {						\
	if (__predict_false(!(exp)))					\
		panic msg;						\
} while (0)
#else
#define	KASSERT(exp, msg)	((void)0)
#endif
#define	MPASS(exp)	KASSERT(exp, ("assertion %s failed at %s:%d",	\
			    #exp, __FILE__, __LINE__))
#define	CTASSERT(exp)	_Static_assert(exp, #exp)

int	printf(const char *, ...) __printflike(1, 2);
int	vprintf(const char *, __tine_va_list) __printflike(1, 0);
int	snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
int	vsnprintf(char *, size_t, const char *, __tine_va_list)
	    __printflike(3, 0);
void	log(int level, const char *, ...) __printflike(2, 3);
void	uprintf(const char *, ...) __printflike(1, 2);
int	ppsratecheck(struct timeval *last, int *cur, int maxpps);
void	db_printf_raw(const char *);

/*
 * User memory.  All give 0 or EFAULT (copyinstr and copystr ENAMETOOLONG
 * too); fu* give -1 for a fault, su* too.  They may sleep, but for copy_now().
 */
int	copyin(const void *uaddr, void *kaddr, size_t len);
int	copyout(const void *kaddr, void *uaddr, size_t len);
int	copyinstr(const void *uaddr, void *kaddr, size_t len, size_t *done);
/* The same at once, of user memory known as such: false if it would fault. */
bool	copy_now(const void *from, void *to, size_t len);
int	copystr(const void *from, void *to, size_t len, size_t *done);
int	fubyte(const void *);
int	subyte(void *, int);
long	fuword(const void *);
int	suword(void *, long);

void	*hashinit(int elements, struct malloc_type *, u_long *hashmask);
void	DELAY(int usec);
u_int32_t arc4random(void);
void	arc4rand(void *, u_int len);
void	random_set_seed(u_int);	/* 0: by the time */
void	kern_reboot(int howto) __dead2;
int	tvtohz(const struct timeval *);

/* msleep and friends are in <sys/proc.h>; these need no header. */
void	wakeup(volatile const void *);

#endif /* _KERNEL */
#endif /* !_SYS_SYSTM_H_ */
