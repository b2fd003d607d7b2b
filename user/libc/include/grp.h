/*
 * The groups, /etc/group.
 */
#ifndef _GRP_H_
#define	_GRP_H_

#include <sys/types.h>

struct group {
	char	*gr_name;
	char	*gr_passwd;
	gid_t	gr_gid;
	char	**gr_mem;	/* members; ends with NULL */
};

__BEGIN_DECLS
void	endgrent(void);
struct group *getgrent(void);
struct group *getgrgid(gid_t);
struct group *getgrnam(const char *);
void	setgrent(void);
__END_DECLS

#endif /* !_GRP_H_ */
