/*
 * The users, /etc/passwd.
 */
#ifndef _PWD_H_
#define	_PWD_H_

#include <sys/types.h>

struct passwd {
	char	*pw_name;	/* login name */
	char	*pw_passwd;	/* encrypted password */
	uid_t	pw_uid;
	gid_t	pw_gid;
	time_t	pw_change;	/* 0; kept as it is */
	char	*pw_class;	/* the same */
	char	*pw_gecos;	/* full name and more */
	char	*pw_dir;	/* home directory */
	char	*pw_shell;
	time_t	pw_expire;	/* 0; kept as it is */
};

__BEGIN_DECLS
void	endpwent(void);
struct passwd *getpwent(void);
struct passwd *getpwnam(const char *);
struct passwd *getpwuid(uid_t);
void	setpwent(void);
__END_DECLS

#endif /* !_PWD_H_ */
