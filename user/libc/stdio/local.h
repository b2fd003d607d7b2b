/*
 * The inside of FILE.
 *
 * A stream is in one of three states: idle, reading (buf[pos..end) is still
 * to be read) or writing (buf[0..pos) is still to be written).  It changes
 * from writing to reading by a flush, and from reading to writing by going
 * back to where the program thinks it is.
 */
#ifndef _STDIO_LOCAL_H_
#define	_STDIO_LOCAL_H_

#include <stdio.h>

#define	NUNGET	8			/* characters ungetc takes back */

struct __sFILE {
	unsigned char	*buf;		/* NULL until it is needed */
	size_t		size;		/* of buf */
	size_t		pos;
	size_t		end;
	int		fd;		/* -1: the FILE is free */
	unsigned	flags;		/* F_* */
	unsigned char	unget[NUNGET];	/* a stack: the last comes first */
	int		nunget;
	unsigned char	one[1];		/* buffer of an unbuffered stream */
	char		*line;		/* fgetln's memory */
	size_t		linesize;
	FILE		*next;		/* all streams, see __open_files */
};

#define	F_READ		0x0001		/* opened for reading */
#define	F_WRITE		0x0002		/* opened for writing */
#define	F_APPEND	0x0004		/* writes go to the end */
#define	F_READING	0x0010
#define	F_WRITING	0x0020
#define	F_EOF		0x0040
#define	F_ERR		0x0080
#define	F_LINE		0x0100		/* line buffered */
#define	F_NOBUF		0x0200		/* not buffered */
#define	F_MYBUF		0x0400		/* buf came from malloc */
#define	F_STATIC	0x0800		/* the FILE did not */

extern FILE *__open_files;

int	__sflush(FILE *);
int	__sfill(FILE *);
int	__sread_start(FILE *);
int	__swrite_start(FILE *);
size_t	__swrite(FILE *, const void *, size_t);
int	__smode(const char *, unsigned *, int *);
FILE	*__snew(void);
void	__srelease(FILE *);
off_t	__sseek_back(FILE *);

#endif /* !_STDIO_LOCAL_H_ */
