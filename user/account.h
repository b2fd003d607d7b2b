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
/* Run the user's shell as one that begins a session; does not return. */
void	account_shell(const struct passwd *, char **args) __dead2;

#endif /* !_ACCOUNT_H_ */
