/*
 * The roots of the sysctl tree, and the names that belong to no part.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/sysctl.h>
#include <machine/cpu.h>
#include <machine/vmparam.h>

const char	ostype[] = "Tine";
const char	osrelease[] = "0.1";
#ifdef INVARIANTS
const char	version[] = "Tine 0.1 (debug kernel)";
#else
const char	version[] = "Tine 0.1 (release kernel)";
#endif
static char	hostname[MAXHOSTNAMELEN] = "tine";

SYSCTL_NODE(, CTL_KERN, kern, CTLFLAG_RW, NULL, "the kernel and its limits");
SYSCTL_NODE(, CTL_VM, vm, CTLFLAG_RW, NULL, "virtual memory");
SYSCTL_NODE(, CTL_VFS, vfs, CTLFLAG_RW, NULL, "file systems");
SYSCTL_NODE(, CTL_DEBUG, debug, CTLFLAG_RW, NULL, "for debugging");
SYSCTL_NODE(, CTL_HW, hw, CTLFLAG_RW, NULL, "the hardware");
SYSCTL_NODE(, CTL_MACHDEP, machdep, CTLFLAG_RW, NULL, "the processor");

SYSCTL_STRING(_kern, KERN_OSTYPE, ostype, CTLFLAG_RD, ostype, 0,
    "name of the system");
SYSCTL_STRING(_kern, KERN_OSRELEASE, osrelease, CTLFLAG_RD, osrelease, 0,
    "its release");
SYSCTL_STRING(_kern, KERN_VERSION, version, CTLFLAG_RD, version, 0,
    "its version in words");
SYSCTL_STRING(_kern, KERN_HOSTNAME, hostname, CTLFLAG_RWTUN, hostname,
    sizeof(hostname), "name of this machine");
SYSCTL_INT(_kern, KERN_ARGMAX, argmax, CTLFLAG_RD, NULL, ARG_MAX,
    "most bytes of arguments for exec");
SYSCTL_INT(_kern, KERN_NGROUPS, ngroups, CTLFLAG_RD, NULL, NGROUPS_MAX,
    "most supplementary groups");
SYSCTL_INT(_kern, KERN_USRSTACK, usrstack, CTLFLAG_RD, NULL, (int)USRSTACK,
    "top of a program's stack");
SYSCTL_INT(_kern, OID_AUTO, hz, CTLFLAG_RD, &hz, 0, "clock ticks a second");
SYSCTL_INT(_kern, OID_AUTO, ticks, CTLFLAG_RD, (int *)&ticks, 0,
    "clock ticks since boot");
SYSCTL_INT(_hw, HW_PAGESIZE, pagesize, CTLFLAG_RD, NULL, PAGE_SIZE,
    "bytes a page");
SYSCTL_STRING(_hw, HW_MACHINE, machine, CTLFLAG_RD, "i386", 0,
    "kind of machine");
SYSCTL_STRING(_hw, HW_MODEL, model, CTLFLAG_RD, cpu_model, 0,
    "the processor's name");
