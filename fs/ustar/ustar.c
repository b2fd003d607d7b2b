/*
 * Reading ustar archives (POSIX.1-1988, IEEE 1003.1 "ustar interchange
 * format").  An archive is a row of 512-byte blocks: for each file a
 * header and then its contents; a block of zeros ends it.
 *
 * The archive is not trusted: every number is checked before it is used,
 * and what is wrong is said in words, with the place.
 */
#include <sys/types.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/stat.h>
#include <fs/ustar/ustar.h>

#define	USTAR_BLOCK	512

struct ustar_header {
	char	name[100];
	char	mode[8];
	char	uid[8];
	char	gid[8];
	char	size[12];
	char	mtime[12];
	char	chksum[8];
	char	typeflag;
	char	linkname[100];
	char	magic[6];
	char	version[2];
	char	uname[32];
	char	gname[32];
	char	devmajor[8];
	char	devminor[8];
	char	prefix[155];
	char	pad[12];
};
_Static_assert(sizeof(struct ustar_header) == USTAR_BLOCK,
    "a ustar header is one block");

/*
 * A number in octal: spaces, digits, and then a space, a NUL or the end of
 * the field.  An empty field is 0.  false if it is anything else or does
 * not fit into 32 bits.
 */
static int
ustar_number(const char *field, size_t len, unsigned long *result)
{
	unsigned long n = 0;
	size_t i = 0;

	while (i < len && field[i] == ' ')
		i++;
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++) {
		if (n > 0xffffffffUL >> 3)
			return (0);
		n = n << 3 | (unsigned)(field[i] - '0');
	}
	if (i < len && field[i] != ' ' && field[i] != '\0')
		return (0);
	*result = n;
	return (1);
}

/*
 * The sum of all bytes of the header, its own field taken as spaces.
 */
static int
ustar_checksum_ok(const struct ustar_header *h)
{
	const unsigned char *p = (const unsigned char *)h;
	unsigned long sum = 0, stored;
	size_t i;

	for (i = 0; i < USTAR_BLOCK; i++)
		sum += p[i];
	for (i = 0; i < sizeof(h->chksum); i++)
		sum += ' ' - (unsigned char)h->chksum[i];
	return (ustar_number(h->chksum, sizeof(h->chksum), &stored) &&
	    stored == sum);
}

static int
ustar_is_end(const char *block)
{
	size_t i;

	for (i = 0; i < USTAR_BLOCK; i++)
		if (block[i] != '\0')
			return (0);
	return (1);
}

/* Append a field that need not be terminated; returns the new length. */
static size_t
ustar_append(char *to, size_t len, const char *field, size_t fieldlen)
{
	size_t i;

	for (i = 0; i < fieldlen && field[i] != '\0'; i++)
		to[len++] = field[i];
	to[len] = '\0';
	return (len);
}

/*
 * Bring a path into its plain form: components with one "/" between them,
 * and none of them ".".  false if there is a component "..".
 */
static int
ustar_clean(char *path)
{
	char *from = path, *to = path;
	size_t len;

	for (; *from != '\0'; from += len + (from[len] == '/')) {
		for (len = 0; from[len] != '/' && from[len] != '\0'; len++)
			continue;
		if (len == 2 && from[0] == '.' && from[1] == '.')
			return (0);
		if (len == 0 || (len == 1 && from[0] == '.'))
			continue;
		if (to != path)
			*to++ = '/';
		memmove(to, from, len);
		to += len;
	}
	*to = '\0';
	return (1);
}

/*
 * The type of an entry as S_IFMT bits; 0 for one that we have no use for.
 */
static unsigned
ustar_type(char flag)
{
	switch (flag) {
	case '0':
	case '1':
	case '7':
	case '\0':
		return (S_IFREG);
	case '2':
		return (S_IFLNK);
	case '3':
		return (S_IFCHR);
	case '5':
		return (S_IFDIR);
	default:
		return (0);
	}
}

/*
 * Turn a header into an entry.  NULL, or what is wrong with it.
 */
static const char *
ustar_parse(const struct ustar_header *h, struct ustar_entry *e)
{
	unsigned long mode, uid, gid, size, major, minor;
	size_t len = 0;

	/* a GNU tar puts spaces where the NUL and the version go */
	if (memcmp(h->magic, "ustar", 5) != 0)
		return ("not a ustar header");
	if (!ustar_checksum_ok(h))
		return ("wrong checksum");
	memset(e, 0, sizeof(*e));
	if (h->magic[5] == '\0' && h->prefix[0] != '\0') {
		len = ustar_append(e->ue_path, 0, h->prefix, sizeof(h->prefix));
		len = ustar_append(e->ue_path, len, "/", 1);
	}
	ustar_append(e->ue_path, len, h->name, sizeof(h->name));
	if (e->ue_path[0] == '\0')
		return ("empty name");
	if (!ustar_clean(e->ue_path))
		return ("name with \"..\"");
	ustar_append(e->ue_link, 0, h->linkname, sizeof(h->linkname));
	e->ue_hardlink = h->typeflag == '1';
	if (e->ue_hardlink && !ustar_clean(e->ue_link))
		return ("link with \"..\"");
	if (!ustar_number(h->mode, sizeof(h->mode), &mode) ||
	    !ustar_number(h->uid, sizeof(h->uid), &uid) ||
	    !ustar_number(h->gid, sizeof(h->gid), &gid) ||
	    !ustar_number(h->size, sizeof(h->size), &size) ||
	    !ustar_number(h->mtime, sizeof(h->mtime), &e->ue_mtime) ||
	    !ustar_number(h->devmajor, sizeof(h->devmajor), &major) ||
	    !ustar_number(h->devminor, sizeof(h->devminor), &minor))
		return ("bad number in the header");
	e->ue_mode = (mode & 07777) | ustar_type(h->typeflag);
	e->ue_uid = uid;
	e->ue_gid = gid;
	e->ue_major = major;
	e->ue_minor = minor;
	e->ue_size = size;
	return (NULL);
}

/*
 * Check an entry whose header is at offset off, and hand it on.  *next:
 * where the next header is.  NULL, or what is wrong.
 */
static const char *
ustar_entry(const char *archive, size_t size, size_t off, size_t *next,
    ustar_entry_fn *fn, void *arg, struct ustar_error *ue)
{
	const struct ustar_header *h = (const struct ustar_header *)(archive +
	    off);
	struct ustar_entry e;
	const char *what;
	size_t room;

	what = ustar_parse(h, &e);
	if (what != NULL)
		return (what);
	memcpy(ue->ue_name, e.ue_path, sizeof(ue->ue_name));
	room = size - off - USTAR_BLOCK;
	if (e.ue_size > room)
		return ("truncated: the contents end behind the archive");
	*next = off + USTAR_BLOCK +
	    (e.ue_size + USTAR_BLOCK - 1) / USTAR_BLOCK * USTAR_BLOCK;
	if (h->typeflag == 'g')
		return (NULL); /* a comment on the whole archive */
	if ((e.ue_mode & S_IFMT) == 0)
		return ("entry of an unknown type");
	e.ue_data = archive + off + USTAR_BLOCK;
	ue->ue_errno = fn(arg, &e);
	if (ue->ue_errno == ENOSPC || ue->ue_errno == ENOMEM)
		return ("it does not fit into the memory");
	if (ue->ue_errno == ENOENT && e.ue_hardlink)
		return ("a link to a file that does not come before it");
	if (ue->ue_errno != 0)
		return ("it cannot be made: names collide");
	ue->ue_entries++;
	return (NULL);
}

/*
 * Hand all entries of an archive of that size to fn, in their order.
 * 0, or an errno, and *ue says where and why.
 */
int
ustar_unpack(const char *archive, size_t size, ustar_entry_fn *fn,
    void *arg, struct ustar_error *ue)
{
	size_t next, off;

	memset(ue, 0, sizeof(*ue));
	for (off = 0;; off = next) {
		ue->ue_offset = off;
		ue->ue_name[0] = '\0';
		if (off >= size || size - off < USTAR_BLOCK) {
			ue->ue_what = "truncated: no end-of-archive block";
			break;
		}
		if (ustar_is_end(archive + off)) {
			if (ue->ue_entries > 0)
				return (0);
			ue->ue_what = "the archive is empty";
			break;
		}
		ue->ue_what = ustar_entry(archive, size, off, &next, fn, arg,
		    ue);
		if (ue->ue_what != NULL)
			break;
	}
	if (ue->ue_errno == 0)
		ue->ue_errno = EINVAL;
	return (ue->ue_errno);
}
