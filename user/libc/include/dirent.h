/*
 * Reading directories.
 */
#ifndef _DIRENT_H_
#define	_DIRENT_H_

#include <sys/types.h>
#include <sys/dirent.h>

typedef	struct _dirdesc	DIR;

__BEGIN_DECLS
int	 alphasort(const struct dirent **, const struct dirent **);
int	 closedir(DIR *);
int	 dirfd(DIR *);
DIR	*fdopendir(int);
int	 getdirentries(int, char *, int, long *);
DIR	*opendir(const char *);
struct dirent *readdir(DIR *);
int	 readdir_r(DIR *, struct dirent *, struct dirent **);
void	 rewinddir(DIR *);
int	 scandir(const char *, struct dirent ***,
	    int (*)(const struct dirent *),
	    int (*)(const struct dirent **, const struct dirent **));
void	 seekdir(DIR *, long);
long	 telldir(DIR *);
__END_DECLS

#endif /* !_DIRENT_H_ */
