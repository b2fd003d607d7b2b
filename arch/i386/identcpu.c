/*
 * Which processor this is.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/sysctl.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/param.h>
#include <machine/specialreg.h>

#include "machdep.h"

u_int	cpu_feature;
char	cpu_vendor[13];
char	cpu_model[64];
static u_int cpu_id;
static char machine_arch[] = MACHINE_ARCH;

/* hw.model is with the rest of hw in kern_mib.c. */
SYSCTL_STRING(_hw, HW_MACHINE_ARCH, machine_arch, CTLFLAG_RD, machine_arch,
    0, "instruction set");
SYSCTL_STRING(_machdep, OID_AUTO, cpu_vendor, CTLFLAG_RD, cpu_vendor, 0,
    "maker of the processor");
SYSCTL_UINT(_machdep, OID_AUTO, cpu_id, CTLFLAG_RD, &cpu_id, 0,
    "family, model, stepping");
SYSCTL_UINT(_machdep, OID_AUTO, cpu_feature, CTLFLAG_RD, &cpu_feature, 0,
    "features, as cpuid 1 gives them in edx");

/*
 * The boot code has seen that there is cpuid.
 */
void
identify_cpu(void)
{
	u_int regs[4], i;
	char *p;

	do_cpuid(0, regs);
	memcpy(&cpu_vendor[0], &regs[1], 4);
	memcpy(&cpu_vendor[4], &regs[3], 4);
	memcpy(&cpu_vendor[8], &regs[2], 4);
	do_cpuid(1, regs);
	cpu_id = regs[0];
	cpu_feature = regs[3];

	do_cpuid(0x80000000, regs);
	if (regs[0] < 0x80000004) {
		snprintf(cpu_model, sizeof(cpu_model), "%s family %u",
		    cpu_vendor, (cpu_id >> 8) & 0xf);
		return;
	}
	for (i = 0; i < 3; i++) {
		do_cpuid(0x80000002 + i, regs);
		memcpy(&cpu_model[i * 16], regs, 16);
	}
	/* Some pad their name on the left. */
	for (p = cpu_model; *p == ' '; p++)
		;
	memmove(cpu_model, p, strlen(p) + 1);
}
