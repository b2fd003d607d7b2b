/*
 * The console.  The machine's drivers give cnputc() and cngetc_poll() and
 * hand each character of input to tty_console_input(); kern/tty_cons.c
 * makes a terminal of that.
 */
#ifndef _SYS_CONS_H_
#define	_SYS_CONS_H_

#include <sys/types.h>

#ifdef _KERNEL

void	cnputc(int c);			/* any context; polled */
int	cngetc_poll(void);		/* a character, or -1 */

/*
 * Keep the console to oneself for a message or a line; what the first one
 * returns is for the second.  Any context; no sleep in between.
 */
bool	console_enter(void);
void	console_leave(bool ours);
/* Whether this processor has it, perhaps for who was interrupted. */
bool	console_is_ours(void);

/* From an interrupt handler: may take spin mutexes only. */
void	tty_console_input(int c);

#endif /* _KERNEL */
#endif /* !_SYS_CONS_H_ */
