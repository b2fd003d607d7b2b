/*
 * sysctl from inside the kernel: values go to and come from kernel memory.
 */
#ifndef _SYSCTL_UTIL_H_
#define	_SYSCTL_UTIL_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>

static int
k_out(struct sysctl_req *req, const void *p, size_t len)
{
	size_t n = 0;

	if (req->oldptr != NULL && req->oldidx < req->oldlen) {
		n = MIN(len, req->oldlen - req->oldidx);
		memcpy((char *)req->oldptr + req->oldidx, p, n);
	}
	req->oldidx += len;
	return (req->oldptr != NULL && n < len ? ENOMEM : 0);
}

static int
k_in(struct sysctl_req *req, void *p, size_t len)
{
	if (req->newptr == NULL)
		return (0);
	if (req->newlen - req->newidx < len)
		return (EINVAL);
	memcpy(p, (const char *)req->newptr + req->newidx, len);
	req->newidx += len;
	return (0);
}

/* *oldlen: the room at old, then what was put there or would have been. */
static inline int
k_sysctl(const int *name, u_int namelen, void *old, size_t *oldlen,
    const void *new, size_t newlen)
{
	struct sysctl_req req = {
		.td = curthread, .oldptr = old,
		.oldlen = oldlen != NULL ? *oldlen : 0,
		.newptr = new, .newlen = newlen,
		.oldfunc = k_out, .newfunc = k_in
	};
	int error = sysctl_root(name, namelen, &req);

	if (oldlen != NULL)
		*oldlen = old != NULL ? MIN(req.oldidx, *oldlen) : req.oldidx;
	return (error);
}

/* The name's number; its length, or minus an errno. */
static inline int
k_name2oid(const char *name, int *oid)
{
	static const int ask[2] = { CTL_UNSPEC, CTL_SYSCTL_NAME2OID };
	size_t len = CTL_MAXNAME * sizeof(int);
	int error;

	error = k_sysctl(ask, 2, oid, &len, name, strlen(name));
	return (error != 0 ? -error : (int)(len / sizeof(int)));
}

static inline int
k_sysctlbyname(const char *name, void *old, size_t *oldlen, const void *new,
    size_t newlen)
{
	int len, oid[CTL_MAXNAME];

	len = k_name2oid(name, oid);
	return (len < 0 ? -len : k_sysctl(oid, len, old, oldlen, new,
	    newlen));
}

#endif /* !_SYSCTL_UTIL_H_ */
