#include <sys/types.h>
#include <sys/socket.h>
#include <stddef.h>

/*
 * send(2), recv(2): without an address.
 */
ssize_t
send(int s, const void *buf, size_t len, int flags)
{
	return (sendto(s, buf, len, flags, NULL, 0));
}

ssize_t
recv(int s, void *buf, size_t len, int flags)
{
	return (recvfrom(s, buf, len, flags, NULL, NULL));
}
