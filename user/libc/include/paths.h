/*
 * Where things are in the file system.
 */
#ifndef _PATHS_H_
#define	_PATHS_H_

#define	_PATH_DEFPATH	"/bin:/sbin:/usr/bin:/usr/sbin:/usr/tests"
#define	_PATH_STDPATH	"/bin:/sbin:/usr/bin:/usr/sbin"
#define	_PATH_BSHELL	"/bin/sh"
#define	_PATH_CONSOLE	"/dev/console"
#define	_PATH_DEV	"/dev/"
#define	_PATH_DEVNULL	"/dev/null"
#define	_PATH_RANDOM	"/dev/random"
#define	_PATH_TTY	"/dev/tty"
#define	_PATH_TMP	"/tmp/"
#define	_PATH_PASSWD	"/etc/passwd"
#define	_PATH_MASTERPASSWD "/etc/master.passwd"
#define	_PATH_LOGIN	"/usr/bin/login"
#define	_PATH_GROUP	"/etc/group"

#endif /* !_PATHS_H_ */
