/*
 * Commands that are both a builtin of the shell and a program: what main()
 * of the program calls.  They report errors themselves and return the exit
 * status; they never exit.
 */
#ifndef _BLTIN_H_
#define	_BLTIN_H_

int	 echo_main(int, char **);
int	 kill_main(int, char **);
int	 printf_main(int, char **);
int	 test_main(int, char **);

#endif /* !_BLTIN_H_ */
