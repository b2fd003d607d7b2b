/*
 * System calls with a file offset: in the kernel's argument list a word of
 * padding comes before its 64 bits.
 */
#include <sys/mman.h>

#include <unistd.h>

#include "libc.h"

/*
 * lseek(2): move the offset of a descriptor.  Returns the new offset from
 * the start, or -1: EBADF, EINVAL, ESPIPE.
 */
off_t
lseek(int fd, off_t offset, int whence)
{
	return (__sys_lseek(fd, 0, offset, whence));
}

/*
 * pread(2), pwrite(2): read and write at an offset, without moving that of
 * the descriptor.  Return the number of bytes, or -1 and errno.
 */
ssize_t
pread(int fd, void *buf, size_t n, off_t offset)
{
	return (__sys_pread(fd, buf, n, 0, offset));
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t offset)
{
	return (__sys_pwrite(fd, buf, n, 0, offset));
}

/*
 * truncate(2), ftruncate(2): make a file length bytes long.  Return 0, or
 * -1 and errno.
 */
int
truncate(const char *path, off_t length)
{
	return (__sys_truncate(path, 0, length));
}

int
ftruncate(int fd, off_t length)
{
	return (__sys_ftruncate(fd, 0, length));
}

/*
 * mmap(2): map a file, or zero-filled memory (MAP_ANON, fd -1).  Returns
 * the address, or MAP_FAILED and errno.
 */
void *
mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	return (__sys_mmap(addr, len, prot, flags, fd, 0, offset));
}
