/*
 * Names of signals, without SIG, for kill, trap and ps.
 */
#ifndef _SIGNAMES_H_
#define	_SIGNAMES_H_

/* The name, or NULL if there is no such signal. */
const char *signal_name(int);

/* From a name, with or without SIG, or a number; -1 if it is none. */
int	 signal_number(const char *);

#endif /* !_SIGNAMES_H_ */
