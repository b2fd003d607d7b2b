/*
 * The interrupt controllers of machines with several processors: each
 * processor's local APIC, and the I/O APIC that hands it the devices'
 * interrupts.  See Intel's manual, volume 3, "Advanced programmable
 * interrupt controller", and the data sheet of the 82093AA.
 *
 * Owned by lapic.c and ioapic.c.
 */
#ifndef _I386_APIC_H_
#define	_I386_APIC_H_

#include <sys/types.h>

struct mp_config;
struct trapframe;

/*
 * A processor's own interrupts arrive at these vectors, from T_LOCAL on.
 */
#define	IDT_LOCAL	0xf0
#define	LOCAL_TIMER	0		/* hz times a second */
#define	LOCAL_RESCHED	1		/* look at your thread's flags */
#define	LOCAL_CALL	2		/* smp_serve() */
#define	LOCAL_COUNT	3
#define	IDT_SPURIOUS	0xff		/* the APIC has changed its mind */

extern bool lapic_present;		/* constant after SI_SUB_CPU */

bool	lapic_map(vm_paddr_t);		/* false: no room for a window */
void	lapic_init(bool boot_cpu);	/* this processor's; interrupts off */
void	lapic_hear_nmi(bool);		/* the pin, not one that is sent */
u_int	lapic_id(void);
void	lapic_eoi(void);
bool	lapic_timer_calibrate(void);	/* once; false: there is none */
void	lapic_timer_start(void);	/* this processor's, periodic */

/* To the processor with that APIC id; interrupts may be on. */
void	lapic_send(u_int apicid, u_int vector);
void	lapic_send_nmi(u_int apicid);
void	lapic_send_init(u_int apicid);	/* reset it, and let it wait */
void	lapic_send_startup(u_int apicid, u_int page); /* go on at page << 12 */

/* False if there is none that can be used. */
bool	ioapic_init(const struct mp_config *);
bool	ioapic_serves(const struct mp_config *);
extern const struct pic ioapic_pic;

/* mp_machdep.c */
void	local_intr(u_int which, struct trapframe *);
bool	cpu_stop_nmi(struct trapframe *); /* true: that is why it came */

#endif /* !_I386_APIC_H_ */
