/*
 * open(2), fcntl(2).
 */
#ifndef _FCNTL_H_
#define	_FCNTL_H_

#include <sys/fcntl.h>
#include <sys/stat.h>
#include <sys/unistd.h>

#endif /* !_FCNTL_H_ */
