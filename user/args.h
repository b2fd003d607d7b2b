/*
 * What programs are given as arguments, checked: a bad one ends the program
 * with a message and status 2.
 */
#ifndef _ARGS_H_
#define	_ARGS_H_

#include <sys/types.h>

/* All of the text as a number from least to most; a base as for strtol. */
long long number(const char *, int base, long long least, long long most);

/* The permissions of a new file, in octal. */
mode_t	 octal_mode(const char *);

/* A number of seconds, with a fraction; no more than a time_t holds. */
double	 seconds(const char *);

/* The id of a user or a group that is given by name or number. */
uid_t	 user_id(const char *);
gid_t	 group_id(const char *);

/* For programs that have neither options nor operands. */
void	 no_arguments(int, char **);

#endif /* !_ARGS_H_ */
