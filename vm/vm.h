/*
 * Types of the virtual memory system.
 *
 * Three layers: vm_map says what a process may touch, vm_object keeps
 * pages that are shared by design (files, shared memory), and the pmap is
 * the processor's page tables, which own the private pages.  See docs/vm.md.
 */
#ifndef _VM_VM_H_
#define	_VM_VM_H_

#ifdef _KERNEL

#include <sys/types.h>

typedef	u_char	vm_prot_t;		/* VM_PROT_*: the same as PROT_* */
#define	VM_PROT_NONE	((vm_prot_t)0x00)
#define	VM_PROT_READ	((vm_prot_t)0x01)
#define	VM_PROT_WRITE	((vm_prot_t)0x02)
#define	VM_PROT_EXECUTE	((vm_prot_t)0x04)
#define	VM_PROT_ALL	((vm_prot_t)0x07)

typedef	char	vm_inherit_t;		/* VM_INHERIT_*: as INHERIT_* */
#define	VM_INHERIT_SHARE ((vm_inherit_t)0)
#define	VM_INHERIT_COPY	((vm_inherit_t)1)
#define	VM_INHERIT_NONE	((vm_inherit_t)2)
#define	VM_INHERIT_ZERO	((vm_inherit_t)3)

struct pmap;
struct vm_map;
struct vm_map_entry;
struct vm_object;
struct vm_page;
struct vmspace;

typedef	struct vm_map *vm_map_t;
typedef	struct vm_map_entry *vm_map_entry_t;
typedef	struct vm_object *vm_object_t;
typedef	struct vm_page *vm_page_t;

#endif /* _KERNEL */
#endif /* !_VM_VM_H_ */
