/*
 * The login name of the session.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

int	__sys_getlogin(char *, unsigned);
int	__sys_setlogin(const char *);

/* Asked for once: it changes with the session, or by our own setlogin(). */
static char name[MAXLOGNAME];
static int known;

/*
 * getlogin(3): the name, which is kept; NULL if the session has none, or
 * on errors.
 */
char *
getlogin(void)
{
	if (!known) {
		if (__sys_getlogin(name, sizeof(name)) == -1)
			return (NULL);
		known = 1;
	}
	return (name[0] != '\0' ? name : NULL);
}

/*
 * getlogin_r(3): the name, copied to buf.  Returns 0 or ERANGE; or ENOENT
 * if there is none.
 */
int
getlogin_r(char *buf, int size)
{
	const char *login = getlogin();

	if (login == NULL)
		return (ENOENT);
	if (size < 0 || strlen(login) >= (size_t)size)
		return (ERANGE);
	strcpy(buf, login);
	return (0);
}

/*
 * setlogin(2): name the session.  Returns 0, or -1: EPERM, EFAULT, EINVAL
 * for a name of MAXLOGNAME bytes or more.
 */
int
setlogin(const char *login)
{
	known = 0;
	return (__sys_setlogin(login));
}
