/*
 * Classes of characters, ctype(3).
 */
#include <ctype.h>

#define	C_	_C
#define	S_	(_C | _S)	/* white space that is control */
#define	B_	(_S | _B)	/* the blank */
#define	P_	_P
#define	D_	_D
#define	U_	_U
#define	UX	(_U | _X)
#define	L_	_L
#define	LX	(_L | _X)

/* Indexed by the character plus one, so that EOF is the first. */
const unsigned char _ctype_[1 + 256] = {
	0,
	C_, C_, C_, C_, C_, C_, C_, C_, C_, S_, S_, S_, S_, S_, C_, C_,
	C_, C_, C_, C_, C_, C_, C_, C_, C_, C_, C_, C_, C_, C_, C_, C_,
	B_, P_, P_, P_, P_, P_, P_, P_, P_, P_, P_, P_, P_, P_, P_, P_,
	D_, D_, D_, D_, D_, D_, D_, D_, D_, D_, P_, P_, P_, P_, P_, P_,
	P_, UX, UX, UX, UX, UX, UX, U_, U_, U_, U_, U_, U_, U_, U_, U_,
	U_, U_, U_, U_, U_, U_, U_, U_, U_, U_, U_, P_, P_, P_, P_, P_,
	P_, LX, LX, LX, LX, LX, LX, L_, L_, L_, L_, L_, L_, L_, L_, L_,
	L_, L_, L_, L_, L_, L_, L_, L_, L_, L_, L_, P_, P_, P_, P_, C_,
};

/* Zero for what is neither EOF nor an unsigned char, too. */
static inline int
class_of(int c, int classes)
{
	return (c >= -1 && c <= 255 ? _ctype_[c + 1] & classes : 0);
}

int
isalnum(int c)
{
	return (class_of(c, _U | _L | _D));
}

int
isalpha(int c)
{
	return (class_of(c, _U | _L));
}

int
isascii(int c)
{
	return ((c & ~0x7f) == 0);
}

int
isblank(int c)
{
	return (c == ' ' || c == '\t');
}

int
iscntrl(int c)
{
	return (class_of(c, _C));
}

int
isdigit(int c)
{
	return (class_of(c, _D));
}

int
isgraph(int c)
{
	return (class_of(c, _P | _U | _L | _D));
}

int
islower(int c)
{
	return (class_of(c, _L));
}

int
isprint(int c)
{
	return (class_of(c, _P | _U | _L | _D | _B));
}

int
ispunct(int c)
{
	return (class_of(c, _P));
}

int
isspace(int c)
{
	return (class_of(c, _S));
}

int
isupper(int c)
{
	return (class_of(c, _U));
}

int
isxdigit(int c)
{
	return (class_of(c, _D | _X));
}

int
toascii(int c)
{
	return (c & 0x7f);
}

int
tolower(int c)
{
	return (isupper(c) ? c - 'A' + 'a' : c);
}

int
toupper(int c)
{
	return (islower(c) ? c - 'a' + 'A' : c);
}
