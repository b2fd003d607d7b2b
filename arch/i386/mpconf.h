/*
 * Which processors and interrupt controllers the machine has, as its
 * firmware describes them: ACPI's tables (acpi.c), else the tables of
 * Intel's MultiProcessor Specification 1.4 (mptable.c).
 *
 * Owned by mpconf.c.
 */
#ifndef _I386_MPCONF_H_
#define	_I386_MPCONF_H_

#include <sys/param.h>
#include <sys/types.h>

#define	MAXIOAPIC	4
#define	MP_ISA_IRQS	16

/* Where an ISA interrupt arrives, and how it is signalled. */
struct mp_irq {
	u_int	mi_input;		/* global system interrupt */
	bool	mi_level;		/* level triggered, else edge */
	bool	mi_low;			/* active low, else high */
};

struct mp_ioapic {
	vm_paddr_t io_addr;		/* of its registers */
	u_int8_t io_id;			/* APIC id that the firmware gave */
	u_int	io_base;		/* first global system interrupt */
};

/*
 * Constant once it has been found, so that no lock is needed.
 */
struct mp_config {
	u_int	mc_ncpus;		/* usable ones, 1 to MAXCPU */
	u_int8_t mc_apicid[MAXCPU];	/* of each, all different, in the
					   firmware's order: the boot processor
					   need not be the first */
	vm_paddr_t mc_lapic;		/* local APICs' registers */
	u_int	mc_nioapics;		/* 1 to MAXIOAPIC */
	struct	mp_ioapic mc_ioapic[MAXIOAPIC];	/* lowest io_base first */
	struct	mp_irq mc_irq[MP_ISA_IRQS];
	bool	mc_pic_mode;		/* the IMCR has to be switched */
	const char *mc_source;		/* "ACPI", "MP table" */
};

extern struct mp_config mp_config;	/* valid if mp_config_known */
extern bool mp_config_known;

/*
 * Fill in the structure; false if the firmware tells of no APICs, or says
 * nothing that can be believed: one processor and the 8259s.  A table that
 * is wrong is named on the console.
 */
bool	mp_config_find(struct mp_config *);

/*
 * The tables' readers; the same results.  A false leaves garbage behind.
 */
bool	acpi_find_config(struct mp_config *);
bool	mptable_find_config(struct mp_config *);

/*
 * For the readers.
 */
/* len bytes of physical memory to be read; NULL if they cannot be. */
const void *mp_phys(vm_paddr_t, size_t len);

/* A search for a structure that lies on a 16-byte border. */
struct mp_scan {
	const char *sc_sig;		/* what it begins with */
	bool	(*sc_good)(vm_paddr_t);	/* the rest of it, too */
	vm_paddr_t sc_bad;		/* one that is not good; or 0 */
};
vm_paddr_t mp_scan(struct mp_scan *, vm_paddr_t start, size_t len); /* or 0 */
vm_paddr_t mp_ebda(void);		/* or 0 */
u_int8_t mp_sum(const void *, size_t len); /* 0 if the checksum is right */

/* Nothing but the source and the sixteen interrupts, as ISA has them. */
void	mp_config_init(struct mp_config *, const char *source);
/* These say why if they give false; then the table is not to be used. */
bool	mp_config_add_cpu(struct mp_config *, u_int apicid);
bool	mp_config_add_ioapic(struct mp_config *, const struct mp_ioapic *);
bool	mp_config_check(struct mp_config *);	/* the whole */

#endif /* !_I386_MPCONF_H_ */
