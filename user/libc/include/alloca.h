/*
 * alloca(3): memory of the caller's stack frame.
 */
#ifndef _ALLOCA_H_
#define	_ALLOCA_H_

#ifndef alloca
#define	alloca(size)	__builtin_alloca(size)
#endif

#endif /* !_ALLOCA_H_ */
