/*
 * What programs that watch a command have in common.
 */
#ifndef _RUNCMD_H_
#define	_RUNCMD_H_

/*
 * Run a command, found by PATH, and wait for its end, meanwhile without
 * regard to SIGINT and SIGQUIT, which are for the command.  Its status, as of
 * waitpid(2); ends the program if there cannot be another process.
 */
int	run_command(char **argv);
/* That status as the shell has it: 128 + N for who was killed by signal N. */
int	shell_status(int status);

#endif /* !_RUNCMD_H_ */
