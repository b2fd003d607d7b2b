/*
 * Messages for error numbers, in the order of <sys/errno.h>.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const messages[] = {
	"No error: 0",
	"Operation not permitted",
	"No such file or directory",
	"No such process",
	"Interrupted system call",
	"Input/output error",
	"Device not configured",
	"Argument list too long",
	"Exec format error",
	"Bad file descriptor",
	"No child processes",
	"Resource deadlock avoided",
	"Cannot allocate memory",
	"Permission denied",
	"Bad address",
	"Block device required",
	"Device busy",
	"File exists",
	"Cross-device link",
	"Operation not supported by device",
	"Not a directory",
	"Is a directory",
	"Invalid argument",
	"Too many open files in system",
	"Too many open files",
	"Inappropriate ioctl for device",
	"Text file busy",
	"File too large",
	"No space left on device",
	"Illegal seek",
	"Read-only filesystem",
	"Too many links",
	"Broken pipe",
	"Numerical argument out of domain",
	"Result too large",
	"Resource temporarily unavailable",
	"Operation now in progress",
	"Operation already in progress",
	"Socket operation on non-socket",
	"Destination address required",
	"Message too long",
	"Protocol wrong type for socket",
	"Protocol not available",
	"Protocol not supported",
	"Socket type not supported",
	"Operation not supported",
	"Protocol family not supported",
	"Address family not supported",
	"Address already in use",
	"Can't assign requested address",
	"Network is down",
	"Network is unreachable",
	"Network dropped connection on reset",
	"Software caused connection abort",
	"Connection reset by peer",
	"No buffer space available",
	"Socket is already connected",
	"Socket is not connected",
	"Can't send after socket shutdown",
	"Too many references",
	"Operation timed out",
	"Connection refused",
	"Too many levels of symbolic links",
	"File name too long",
	"Host is down",
	"No route to host",
	"Directory not empty",
	"Too many processes",
	"Too many users",
	"Disc quota exceeded",
	"Stale NFS file handle",
	"Too many levels of remote in path",
	"RPC struct is bad",
	"RPC version wrong",
	"RPC program not available",
	"Program version wrong",
	"Bad procedure for program",
	"No locks available",
	"Function not implemented",
	"Inappropriate file type or format",
	"Authentication error",
	"Need authenticator",
	"Identifier removed",
	"No message of desired type",
	"Value too large to be stored",
	"Operation canceled",
	"Illegal byte sequence",
	"Attribute not found",
	"Programming error",
	"Bad message",
	"Multihop attempted",
	"Link has been severed",
	"Protocol error",
	"Capabilities insufficient",
	"Not permitted in capability mode",
	"State not recoverable",
	"Previous owner died",
};
#define	NMESSAGES	((int)(sizeof(messages) / sizeof(messages[0])))

/*
 * strerror_r(3): the message of error number num, cut to len bytes with
 * its NUL.  Returns 0, EINVAL (no such error; the buffer says so) or
 * ERANGE (cut off).
 */
int
strerror_r(int num, char *buf, size_t len)
{
	char unknown[32];

	if (num >= 0 && num < NMESSAGES)
		return (strlcpy(buf, messages[num], len) < len ? 0 : ERANGE);
	snprintf(unknown, sizeof(unknown), "Unknown error: %d", num);
	strlcpy(buf, unknown, len);
	return (EINVAL);
}

/*
 * strerror(3): the message of error number num.  An unknown number's is
 * overwritten by the next call, and sets errno to EINVAL.
 */
char *
strerror(int num)
{
	static char buf[32];

	if (num >= 0 && num < NMESSAGES)
		return ((char *)messages[num]);
	strerror_r(num, buf, sizeof(buf));
	errno = EINVAL;
	return (buf);
}
