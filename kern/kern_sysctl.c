/*
 * The sysctl tree: gathering the nodes at boot, finding one by its name,
 * and moving values between it and the user.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/sysproto.h>
#include <sys/sx.h>
#include <sys/ucred.h>

struct sysctl_oid_list	sysctl__children;	/* constant after boot */

static struct sx	strings_lock;	/* what a string that changes says */
SX_SYSINIT(sysctl_strings, &strings_lock, "sysctl strings");
SET_DECLARE(sysctl, struct sysctl_oid);

static struct sysctl_oid_list *
children(struct sysctl_oid *oid)
{
	return (oid->oid_arg1);
}

static bool
is_node(const struct sysctl_oid *oid)
{
	return ((oid->oid_kind & CTLTYPE) == CTLTYPE_NODE);
}

/*
 * Put a node into its parent's list, which is sorted by number.
 */
static void
sysctl_register(struct sysctl_oid *oid)
{
	struct sysctl_oid *at, *before = NULL;
	int next = CTL_AUTO_START;

	SLIST_FOREACH(at, oid->oid_parent, oid_link)
		next = imax(next, at->oid_number + 1);
	if (oid->oid_number == OID_AUTO)
		oid->oid_number = next;
	SLIST_FOREACH(at, oid->oid_parent, oid_link) {
		if (at->oid_number > oid->oid_number)
			break;
		KASSERT(at->oid_number != oid->oid_number,
		    ("sysctl: %s and %s have one number", at->oid_name,
			oid->oid_name));
		before = at;
	}
	if (before == NULL)
		SLIST_INSERT_HEAD(oid->oid_parent, oid, oid_link);
	else {
		SLIST_NEXT(oid, oid_link) = SLIST_NEXT(before, oid_link);
		SLIST_NEXT(before, oid_link) = oid;
	}
}

/*
 * The node's name from the root, with dots.  Names are found by walking
 * down, since a node knows its parent only as a list.
 */
static bool
sysctl_path(struct sysctl_oid_list *list, const struct sysctl_oid *wanted,
    char *buf, size_t size)
{
	struct sysctl_oid *oid;
	size_t len = strlen(buf);

	SLIST_FOREACH(oid, list, oid_link) {
		if (len > 0)
			strlcat(buf, ".", size);
		strlcat(buf, oid->oid_name, size);
		if (oid == wanted ||
		    (is_node(oid) && oid->oid_arg1 != NULL &&
			sysctl_path(children(oid), wanted, buf, size)))
			return (true);
		buf[len] = '\0';
	}
	return (false);
}

/*
 * A tunable takes its first value from the command line.
 */
static void
sysctl_tune(struct sysctl_oid *oid)
{
	char path[80] = "";
	const char *text;

	if (!sysctl_path(&sysctl__children, oid, path, sizeof(path)))
		return;
	switch (oid->oid_kind & CTLTYPE) {
	case CTLTYPE_INT:
	case CTLTYPE_UINT:
		getenv_int(path, oid->oid_arg1);
		break;
	case CTLTYPE_STRING:
		text = kern_getenv(path);
		if (text != NULL)
			strlcpy(oid->oid_arg1, text, oid->oid_arg2);
		break;
	}
}

static void
sysctl_init(void *arg __unused)
{
	struct sysctl_oid **oid;

	/* Fixed numbers first, so that none is taken by OID_AUTO. */
	SET_FOREACH(oid, sysctl)
		if ((*oid)->oid_number != OID_AUTO)
			sysctl_register(*oid);
	SET_FOREACH(oid, sysctl)
		if ((*oid)->oid_number == OID_AUTO)
			sysctl_register(*oid);
	SET_FOREACH(oid, sysctl)
		if ((*oid)->oid_kind & CTLFLAG_TUN)
			sysctl_tune(*oid);
}
SYSINIT(sysctl, SI_SUB_TUNABLES, SI_ORDER_FIRST, sysctl_init, NULL);

static int
sysctl_old_user(struct sysctl_req *req, const void *p, size_t l)
{
	size_t n;
	int error = 0;

	if (req->oldptr != NULL && req->oldidx < req->oldlen) {
		n = MIN(l, req->oldlen - req->oldidx);
		error = copyout(p, (char *)req->oldptr + req->oldidx, n);
		if (error == 0 && n < l)
			error = ENOMEM;
	} else if (req->oldptr != NULL && l > 0)
		error = ENOMEM;
	req->oldidx += l;
	return (error);
}

static int
sysctl_new_user(struct sysctl_req *req, void *p, size_t l)
{
	int error;

	if (req->newptr == NULL)
		return (0);
	if (req->newlen - req->newidx < l)
		return (EINVAL);
	error = copyin((const char *)req->newptr + req->newidx, p, l);
	req->newidx += l;
	return (error);
}

/*
 * An int at arg1, or the constant arg2 if that is NULL.
 */
int
sysctl_handle_int(SYSCTL_HANDLER_ARGS)
{
	/* What it says may be of a moment ago, whoever has its lock. */
	int error, value = arg1 != NULL ? data_race(*(int *)arg1) : arg2;

	error = SYSCTL_OUT(req, &value, sizeof(value));
	if (error != 0 || req->newptr == NULL)
		return (error);
	if (arg1 == NULL)
		return (EPERM);
	error = SYSCTL_IN(req, &value, sizeof(value));
	if (error == 0)
		WRITE_ONCE(*(int *)arg1, value); /* it may be used meanwhile */
	return (error);
}

/*
 * A string of at most arg2 bytes, NUL included.
 */
int
sysctl_handle_string(SYSCTL_HANDLER_ARGS)
{
	char new[256], *s = arg1;
	size_t len;
	int error;

	sx_slock(&strings_lock);
	error = SYSCTL_OUT(req, s, strlen(s) + 1);
	sx_sunlock(&strings_lock);
	if (error != 0 || req->newptr == NULL)
		return (error);
	len = req->newlen - req->newidx;
	if (len >= (size_t)arg2 || len >= sizeof(new))
		return (EINVAL);
	/* By way of a copy: a fault may not leave half of the new one. */
	error = SYSCTL_IN(req, new, len);
	if (error == 0) {
		new[len] = '\0';
		sx_xlock(&strings_lock);
		strlcpy(s, new, arg2);
		sx_xunlock(&strings_lock);
	}
	return (error);
}

/*
 * arg2 bytes at arg1, to be read only.  They are constant, or may be of
 * different moments.
 */
int
sysctl_handle_opaque(SYSCTL_HANDLER_ARGS)
{
	if (req->newptr != NULL)
		return (EPERM);
	return (SYSCTL_OUT(req, arg1, arg2));
}

/*
 * The node that a name means.  A node with a handler takes the rest of the
 * name as its argument: *used tells how much was the node's own.
 */
static struct sysctl_oid *
sysctl_find(const int *name, u_int len, u_int *used)
{
	struct sysctl_oid_list *list = &sysctl__children;
	struct sysctl_oid *oid;
	u_int i;

	for (i = 0; i < len; i++) {
		SLIST_FOREACH(oid, list, oid_link)
			if (oid->oid_number == name[i])
				break;
		if (oid == NULL)
			return (NULL);
		*used = i + 1;
		if (!is_node(oid) || oid->oid_handler != NULL || i + 1 == len)
			return (oid);
		list = children(oid);
	}
	return (NULL);
}

/*
 * The first leaf after a name, in the order of numbers; its own name goes
 * to next.  The length, or 0 at the end.
 */
static u_int
sysctl_next(struct sysctl_oid_list *list, const int *name, u_int len,
    int *next, u_int depth)
{
	struct sysctl_oid *oid;
	u_int found;

	if (depth == CTL_MAXNAME)
		return (0);
	SLIST_FOREACH(oid, list, oid_link) {
		next[depth] = oid->oid_number;
		if (oid->oid_kind & CTLFLAG_SKIP)
			continue;
		if (len > 0 && oid->oid_number < name[0])
			continue;
		if (is_node(oid) && oid->oid_handler == NULL) {
			found = len > 0 && oid->oid_number == name[0] ?
			    sysctl_next(children(oid), name + 1, len - 1, next,
				depth + 1) :
			    sysctl_next(children(oid), NULL, 0, next,
				depth + 1);
			if (found > 0)
				return (found);
		} else if (len == 0 || oid->oid_number > name[0])
			return (depth + 1);
	}
	return (0);
}

static int
meta_name(const int *name, u_int len, struct sysctl_req *req)
{
	struct sysctl_oid_list *list = &sysctl__children;
	struct sysctl_oid *oid;
	char buf[16];
	int error = 0;
	u_int i;

	for (i = 0; i < len && error == 0; i++) {
		if (i > 0)
			error = SYSCTL_OUT(req, ".", 1);
		oid = NULL;
		if (list != NULL)
			SLIST_FOREACH(oid, list, oid_link)
				if (oid->oid_number == name[i])
					break;
		if (error != 0)
			break;
		if (oid != NULL) {
			error = SYSCTL_OUT(req, oid->oid_name,
			    strlen(oid->oid_name));
			list = is_node(oid) ? children(oid) : NULL;
		} else {
			snprintf(buf, sizeof(buf), "%d", name[i]);
			error = SYSCTL_OUT(req, buf, strlen(buf));
			list = NULL;
		}
	}
	return (error != 0 ? error : SYSCTL_OUT(req, "", 1));
}

/*
 * The number for a dotted name, which comes in as the new value.  Numbers
 * behind a node with a handler stand for themselves.
 */
static int
meta_name2oid(struct sysctl_req *req)
{
	struct sysctl_oid_list *list = &sysctl__children;
	char buf[128], *end, *part, *s = buf;
	struct sysctl_oid *oid = NULL;
	int error, name[CTL_MAXNAME];
	u_int len = 0;

	if (req->newlen == 0 || req->newlen >= sizeof(buf))
		return (req->newlen == 0 ? ENOENT : ENAMETOOLONG);
	error = SYSCTL_IN(req, buf, req->newlen);
	if (error != 0)
		return (error);
	buf[req->newlen] = '\0';
	while ((part = strsep(&s, ".")) != NULL && len < CTL_MAXNAME) {
		if (*part == '\0' && s == NULL)
			break;
		if (oid != NULL && is_node(oid) && oid->oid_handler != NULL) {
			name[len++] = strtol(part, &end, 10);
			if (*end != '\0' || end == part)
				return (ENOENT);
			continue;
		}
		if (list == NULL)
			return (ENOENT);
		SLIST_FOREACH(oid, list, oid_link)
			if (strcmp(oid->oid_name, part) == 0)
				break;
		if (oid == NULL)
			return (ENOENT);
		name[len++] = oid->oid_number;
		list = is_node(oid) ? children(oid) : NULL;
	}
	return (SYSCTL_OUT(req, name, len * sizeof(int)));
}

/*
 * Questions about the tree: names that begin with 0.
 */
static int
sysctl_meta(const int *name, u_int len, struct sysctl_req *req)
{
	int error, next[CTL_MAXNAME];
	struct sysctl_oid *oid;
	u_int n;

	switch (name[0]) {
	case CTL_SYSCTL_NAME:
		return (meta_name(name + 1, len - 1, req));
	case CTL_SYSCTL_NEXT:
		n = sysctl_next(&sysctl__children, name + 1, len - 1, next, 0);
		return (n == 0 ? ENOENT :
				 SYSCTL_OUT(req, next, n * sizeof(int)));
	case CTL_SYSCTL_NAME2OID:
		return (meta_name2oid(req));
	case CTL_SYSCTL_OIDFMT:
	case CTL_SYSCTL_OIDDESCR:
		oid = sysctl_find(name + 1, len - 1, &n);
		if (oid == NULL)
			return (ENOENT);
		if (name[0] == CTL_SYSCTL_OIDDESCR)
			return (SYSCTL_OUT(req, oid->oid_descr,
			    strlen(oid->oid_descr) + 1));
		error = SYSCTL_OUT(req, &oid->oid_kind, sizeof(u_int));
		return (error != 0 ? error :
				     SYSCTL_OUT(req, oid->oid_fmt,
					 strlen(oid->oid_fmt) + 1));
	default:
		return (ENOENT);
	}
}

/*
 * One call: find the node, check the right to write, let it do the work.
 * The caller says in req how values are moved.
 */
int
sysctl_root(const int *name, u_int len, struct sysctl_req *req)
{
	struct sysctl_oid *oid;
	int rest[CTL_MAXNAME];
	u_int used = 0;

	if (name[0] == CTL_UNSPEC)
		return (len < 2 ? ENOENT : sysctl_meta(name + 1, len - 1, req));
	oid = sysctl_find(name, len, &used);
	if (oid == NULL)
		return (ENOENT);
	if (is_node(oid) && oid->oid_handler == NULL)
		return (EISDIR);
	if (!is_node(oid) && used != len)
		return (ENOTDIR);
	if (req->newptr != NULL) {
		if ((oid->oid_kind & CTLFLAG_WR) == 0)
			return (EPERM);
		if ((oid->oid_kind & CTLFLAG_ANYBODY) == 0 &&
		    suser(req->td) != 0)
			return (EPERM);
	}
	if (is_node(oid)) {
		memcpy(rest, name + used, (len - used) * sizeof(int));
		return ((*oid->oid_handler)(oid, rest, len - used, req));
	}
	return ((*oid->oid_handler)(oid, oid->oid_arg1, oid->oid_arg2, req));
}

/*
 * See sysctl(2).
 */
int
sys___sysctl(struct thread *td, struct __sysctl_args *uap)
{
	struct sysctl_req req = { .td = td,
		.oldptr = uap->old,
		.newptr = uap->new,
		.newlen = uap->new != NULL ? uap->newlen : 0,
		.oldfunc = sysctl_old_user,
		.newfunc = sysctl_new_user };
	int error, error2, name[CTL_MAXNAME];
	size_t done;

	if (uap->namelen < 1 || uap->namelen > CTL_MAXNAME)
		return (EINVAL);
	error = copyin(uap->name, name, uap->namelen * sizeof(int));
	if (error == 0 && uap->oldlenp != NULL)
		error = copyin(uap->oldlenp, &req.oldlen, sizeof(req.oldlen));
	if (error != 0)
		return (error);
	error = sysctl_root(name, uap->namelen, &req);
	if (error != 0 && error != ENOMEM)
		return (error);
	if (uap->oldlenp != NULL) {
		done = req.oldidx;
		if (req.oldptr != NULL)
			done = MIN(done, req.oldlen);
		error2 = copyout(&done, uap->oldlenp, sizeof(done));
		if (error2 != 0)
			error = error2;
	}
	return (error);
}
