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

int	isalnum(int) __pure2;
int	isalpha(int) __pure2;
int	isascii(int) __pure2;
int	isblank(int) __pure2;
int	iscntrl(int) __pure2;
int	isdigit(int) __pure2;
int	isgraph(int) __pure2;
int	islower(int) __pure2;
int	isprint(int) __pure2;
int	ispunct(int) __pure2;
int	isspace(int) __pure2;
int	isupper(int) __pure2;
int	isxdigit(int) __pure2;
int	toascii(int) __pure2;
int	tolower(int) __pure2;
int	toupper(int) __pure2;
__END_DECLS

#endif /* !_CTYPE_H_ */
