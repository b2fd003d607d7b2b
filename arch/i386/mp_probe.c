/*
 * The kernel's side of finding processors: firmware's tables are mapped,
 * read once while the machine starts, and the result is kept.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <machine/vmparam.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>
#include <vm/vm_page.h>

#include "mpconf.h"

#define	WINDOW		65536		/* bytes mapped at once */
#define	NWINDOWS	16		/* more are never needed */

struct mp_config mp_config;
bool mp_config_known;

/*
 * What was mapped stays mapped, and is used again: tables lie side by
 * side.  No lock: only the first thread comes here, and only at boot.
 */
static struct window {
	vm_paddr_t pa;
	size_t	len;
	const char *va;
} windows[NWINDOWS];
static u_int nwindows;

static const void *
map_window(vm_paddr_t pa, size_t len)
{
	struct window *w;

	for (w = windows; w < &windows[nwindows]; w++)
		if (pa >= w->pa && pa - w->pa < w->len &&
		    len <= w->len - (pa - w->pa))
			return (w->va + (pa - w->pa));
	if (nwindows == NWINDOWS)
		return (NULL);
	w->pa = trunc_page(pa);
	w->len = round_page(MAX(pa - w->pa + len, WINDOW));
	if (w->len - 1 > ~w->pa)
		w->len = ~w->pa + 1; /* up to the 4 GB border */
	w->va = kmem_map_device(w->pa, w->len);
	if (w->va == NULL)
		return (NULL);
	nwindows++;
	return (w->va + (pa - w->pa));
}

/*
 * Of RAM by the direct map; all else is mapped as a device is.
 */
const void *
mp_phys(vm_paddr_t pa, size_t len)
{
	KASSERT(cold, ("mp_phys: the machine is running"));
	if (len == 0 || len > WINDOW || len - 1 > ~pa)
		return (NULL);
	if (vm_phys_shown(pa + len - 1))
		return ((const void *)PHYS_TO_DMAP(pa));
	return (map_window(pa, len));
}

static void
mp_probe(void *arg __unused)
{
	mp_config_known = mp_config_find(&mp_config);
	if (!bootverbose && kern_getenv("verbose") == NULL)
		return;
	if (mp_config_known)
		printf("mp: %u processors, %u I/O APICs (%s)\n",
		    mp_config.mc_ncpus, mp_config.mc_nioapics,
		    mp_config.mc_source);
	else
		printf("mp: one processor, no I/O APIC\n");
}
SYSINIT(mp_probe, SI_SUB_CPU, SI_ORDER_FIRST, mp_probe, NULL);
