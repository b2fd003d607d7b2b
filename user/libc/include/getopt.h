/*
 * getopt_long(3).
 */
#ifndef _GETOPT_H_
#define	_GETOPT_H_

#include <sys/cdefs.h>
#include <unistd.h>

#define	no_argument		0
#define	required_argument	1
#define	optional_argument	2

struct option {
	const char *name;
	int	has_arg;	/* no_argument ... */
	int	*flag;		/* NULL, or where val is stored */
	int	val;		/* returned if flag is NULL */
};

__BEGIN_DECLS
int	getopt_long(int, char *const *, const char *, const struct option *,
	    int *);
int	getopt_long_only(int, char *const *, const char *,
	    const struct option *, int *);
__END_DECLS

#endif /* !_GETOPT_H_ */
