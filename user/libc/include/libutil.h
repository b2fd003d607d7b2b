/*
 * Programs on pseudo terminals.
 */
#ifndef _LIBUTIL_H_
#define	_LIBUTIL_H_

#include <sys/types.h>

struct termios;
struct winsize;

__BEGIN_DECLS
pid_t	forkpty(int *, char *, struct termios *, struct winsize *);
int	login_tty(int);
int	openpty(int *, int *, char *, struct termios *, struct winsize *);
__END_DECLS

#endif /* !_LIBUTIL_H_ */
