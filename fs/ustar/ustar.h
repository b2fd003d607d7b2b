/*
 * ustar archives in memory, as the boot loader brings them.  Owned by
 * fs/ustar/ustar.c, which builds on the host as well.
 */
#ifndef _FS_USTAR_USTAR_H_
#define	_FS_USTAR_USTAR_H_

#include <sys/types.h>

#define	USTAR_PATHLEN	257		/* prefix, "/", name, NUL */
#define	USTAR_LINKLEN	101

/* One file of an archive. */
struct ustar_entry {
	char	ue_path[USTAR_PATHLEN];	/* no "/" at either end; "": root */
	char	ue_link[USTAR_LINKLEN];	/* text of a symlink, or hard link */
	int	ue_hardlink;		/* another name of ue_link */
	unsigned ue_mode;		/* with S_IFMT */
	unsigned ue_uid;
	unsigned ue_gid;
	unsigned ue_major;		/* of a device */
	unsigned ue_minor;
	unsigned long ue_mtime;		/* seconds */
	const char *ue_data;		/* the contents, in the archive */
	size_t	ue_size;		/* bytes of it */
};

/* How unpacking went. */
struct ustar_error {
	size_t	ue_offset;		/* of the entry that is at fault */
	char	ue_name[USTAR_PATHLEN];	/* its name, if it is known */
	const char *ue_what;		/* in words; NULL: all is well */
	int	ue_errno;		/* the same as a number */
	unsigned ue_entries;		/* entries seen */
};

/* Takes one entry; 0 or an errno, which ends the unpacking. */
typedef int ustar_entry_fn(void *arg, const struct ustar_entry *);

int	ustar_unpack(const char *archive, size_t size, ustar_entry_fn *,
	    void *arg, struct ustar_error *);

#endif /* !_FS_USTAR_USTAR_H_ */
