/*
 * Non-local jumps.  setjmp() saves the signal mask, as BSD has it;
 * _setjmp() does not; sigsetjmp() as it is told.
 */
#ifndef _SETJMP_H_
#define	_SETJMP_H_

#include <sys/cdefs.h>

/*
 * 0 eip, 1 ebx, 2 esp, 3 ebp, 4 esi, 5 edi, 6 x87 control word,
 * 7..10 signal mask, 11 whether the mask is saved
 */
#define	_JBLEN	11

typedef struct _jmp_buf {
	int	_jb[_JBLEN + 1];
} jmp_buf[1];
typedef struct _sigjmp_buf {
	int	_sjb[_JBLEN + 1];
} sigjmp_buf[1];

__BEGIN_DECLS
int	setjmp(jmp_buf) __returns_twice;
void	longjmp(jmp_buf, int) __dead2;
int	_setjmp(jmp_buf) __returns_twice;
void	_longjmp(jmp_buf, int) __dead2;
int	sigsetjmp(sigjmp_buf, int) __returns_twice;
void	siglongjmp(sigjmp_buf, int) __dead2;
__END_DECLS

#endif /* !_SETJMP_H_ */
