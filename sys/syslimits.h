/*
 * Limits of the system that programs may rely on.
 */
#ifndef _SYS_SYSLIMITS_H_
#define	_SYS_SYSLIMITS_H_

#define	ARG_MAX		65536	/* bytes of exec arguments and environment */
#define	CHILD_MAX	40	/* processes a user has at least */
#define	LINK_MAX	32767	/* links of a file */
#define	MAX_CANON	255	/* line of terminal input */
#define	MAX_INPUT	255	/* queue of terminal input */
#define	NAME_MAX	255	/* part of a path */
#define	NGROUPS_MAX	16	/* supplementary groups */
#define	OPEN_MAX	64	/* open files a process has at least */
#define	PATH_MAX	1024	/* path, with its NUL */
#define	PIPE_BUF	512	/* bytes a pipe takes in one piece */
#define	IOV_MAX		1024	/* iovecs of one call */

#endif /* !_SYS_SYSLIMITS_H_ */
