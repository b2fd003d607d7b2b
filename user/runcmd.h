/*
 * What programs that run a command have in common.
 */
#ifndef _RUNCMD_H_
#define	_RUNCMD_H_

#include <sys/types.h>

/*
 * Go on as a command, found by PATH; if that cannot be, say why and end, with
 * 127 if there is none, else 126.
 */
void	become_command(char *const argv[]) __dead2;
/* Run a command in a child; ends the program if it cannot fork. */
pid_t	start_command(char *const argv[]);
/* Its status when it has ended, as of waitpid(2). */
int	wait_command(pid_t);

/* Both, meanwhile without SIGINT and SIGQUIT, which are for the command. */
int	run_command(char *const argv[]);
/* That status as the shell has it: 128 + N for who was killed by signal N. */
int	shell_status(int status);

#endif /* !_RUNCMD_H_ */
