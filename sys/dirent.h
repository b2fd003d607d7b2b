/*
 * Directory entries as getdirentries(2) returns them.
 */
#ifndef _SYS_DIRENT_H_
#define	_SYS_DIRENT_H_

#include <sys/types.h>

#define	MAXNAMLEN	255

struct dirent {
	uint32_t	d_fileno;	/* inode number; 0: empty entry */
	uint16_t	d_reclen;	/* length of this record */
	uint8_t		d_type;		/* DT_* */
	uint8_t		d_namlen;	/* length of the name */
	char		d_name[MAXNAMLEN + 1];
};
#define	d_ino	d_fileno

#define	DT_UNKNOWN	0
#define	DT_FIFO		1
#define	DT_CHR		2
#define	DT_DIR		4
#define	DT_BLK		6
#define	DT_REG		8
#define	DT_LNK		10
#define	DT_SOCK		12
#define	DT_WHT		14

#define	IFTODT(mode)	(((mode) & 0170000) >> 12)
#define	DTTOIF(dirtype)	((dirtype) << 12)

/* The bytes a record with this name needs, rounded up to a word. */
#define	GENERIC_DIRSIZ(dp)						\
	((sizeof(struct dirent) - (MAXNAMLEN + 1)) +			\
	(((dp)->d_namlen + 1 + 3) & ~3U))

#define	DIRBLKSIZ	512

#endif /* !_SYS_DIRENT_H_ */
