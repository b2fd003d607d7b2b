/*
 * What programs that run a command have in common.
 */
#ifndef _RUNCMD_H_
#define	_RUNCMD_H_

#include <sys/types.h>

/* Run a command, found by PATH; ends the program if it cannot fork. */
pid_t	start_command(char *const argv[]);
/* Its status when it has ended, as of waitpid(2). */
int	wait_command(pid_t);

/* Both, meanwhile without SIGINT and SIGQUIT, which are for the command. */
int	run_command(char *const argv[]);
/* That status as the shell has it: 128 + N for who was killed by signal N. */
int	shell_status(int status);

#endif /* !_RUNCMD_H_ */
