/*
 * What login and su have in common.
 */
#ifndef _ACCOUNT_H_
#define	_ACCOUNT_H_

#include <pwd.h>
#include <stdbool.h>

/* Is that the user's password?  Nobody has one whose entry is "*". */
bool	account_password(const struct passwd *, const char *password);
/* Take the user's groups and ids; ends the program if that fails. */
void	account_become(const struct passwd *);
/* Nothing but PATH, TERM and what tells of the user. */
void	account_environment(const struct passwd *);
/*
 * Run a shell with these arguments, NULL at their end: as one that begins a
 * session if it is the first.  Does not return.
 */
void	account_exec(const char *shell, bool first, char **args) __dead2;

#endif /* !_ACCOUNT_H_ */
