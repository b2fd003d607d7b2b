/*
 * Terminal modes.
 */
#ifndef _TERMIOS_H_
#define	_TERMIOS_H_

#include <sys/termios.h>

#endif /* !_TERMIOS_H_ */
