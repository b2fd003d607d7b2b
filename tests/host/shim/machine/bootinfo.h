/*
 * The kernel's <machine/bootinfo.h>, with the types it is made of.
 */
#include <sys/types.h>
#include <stdbool.h>

typedef u_int	vm_paddr_t;
typedef u_int	vm_size_t;

#include "../../../../arch/i386/include/bootinfo.h"
