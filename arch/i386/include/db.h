/*
 * For those who look at a running or dead kernel: symbols, backtraces,
 * registers in words.  Owned by arch/i386/db_trace.c and db_print.c.
 * Nothing here takes a lock or trusts a pointer that it follows.
 */
#ifndef _MACHINE_DB_H_
#define	_MACHINE_DB_H_

#include <sys/types.h>

#ifdef _KERNEL

struct thread;
struct trapframe;

/* Name of the function or object at or below va, or NULL. */
const char *db_symbol(vm_offset_t va, vm_offset_t *offset);
/* Read one word of kernel memory if it is mapped: true. */
bool	db_read_word(vm_offset_t va, u_int *value);

void	db_print_symbol(vm_offset_t va);	/* name+0x12 (0xc0...) */
void	db_backtrace(void);			/* of the caller */
void	db_backtrace_place(vm_offset_t pc, vm_offset_t sp, vm_offset_t fp);
void	db_backtrace_trapframe(const struct trapframe *);
void	db_print_registers(const struct trapframe *);

#endif /* _KERNEL */
#endif /* !_MACHINE_DB_H_ */
