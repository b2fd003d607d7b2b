/*
 * Classes of characters.  The arguments are those of unsigned char, and
 * EOF; characters above 127 belong to no class (the "C" locale).
 */
#ifndef _CTYPE_H_
#define	_CTYPE_H_

#include <sys/cdefs.h>

#define	_U	0x01	/* upper case */
#define	_L	0x02	/* lower case */
#define	_D	0x04	/* digit */
#define	_S	0x08	/* white space */
#define	_P	0x10	/* punctuation */
#define	_C	0x20	/* control */
#define	_X	0x40	/* hexadecimal letter */
#define	_B	0x80	/* the blank */

__BEGIN_DECLS
extern const unsigned char _ctype_[1 + 256];	/* EOF comes first */

int	isalnum(int);
int	isalpha(int);
int	isascii(int);
int	isblank(int);
int	iscntrl(int);
int	isdigit(int);
int	isgraph(int);
int	islower(int);
int	isprint(int);
int	ispunct(int);
int	isspace(int);
int	isupper(int);
int	isxdigit(int);
int	toascii(int);
int	tolower(int);
int	toupper(int);
__END_DECLS

#endif /* !_CTYPE_H_ */
