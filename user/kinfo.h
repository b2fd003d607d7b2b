/*
 * What programs that list processes have in common.
 */
#ifndef _KINFO_H_
#define	_KINFO_H_

#include <sys/types.h>

struct kinfo_proc;

/*
 * The value of a sysctl node, however much it grows meanwhile, and its
 * bytes.  NULL with errno set if the node is not to be had; the program ends
 * if there is no memory.  To be freed.
 */
void	*get_node(const char *name, size_t *len);

/*
 * All processes by their pid, and how many.  The program ends with a message
 * if that fails.  To be freed.
 */
struct kinfo_proc *all_procs(size_t *count);

#endif /* !_KINFO_H_ */
