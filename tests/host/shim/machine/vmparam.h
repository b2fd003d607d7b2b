/*
 * What of <machine/vmparam.h> the reader of boot information asks for.
 */
#ifndef _SHIM_MACHINE_VMPARAM_H_
#define	_SHIM_MACHINE_VMPARAM_H_

#define	PAGE_MASK	4095U
#define	DMAP_MAX_SIZE	(896U << 20)

#endif /* !_SHIM_MACHINE_VMPARAM_H_ */
