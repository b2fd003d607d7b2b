/*
 * What of <machine/cpufunc.h> the kernel's printf() asks for.
 */
#ifndef _SHIM_MACHINE_CPUFUNC_H_
#define	_SHIM_MACHINE_CPUFUNC_H_

#define	cpu_spinwait()	((void)0)

#endif /* !_SHIM_MACHINE_CPUFUNC_H_ */
