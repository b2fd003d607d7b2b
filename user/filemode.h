/*
 * Permissions as they are written: an octal number, or a list of
 * [ugoa][+-=][rwxXst] or [ugoa][+-=][ugo] with commas between.
 */
#ifndef _FILEMODE_H_
#define	_FILEMODE_H_

/*
 * What the text makes of the old mode, which has the file's type, too; or -1
 * if it is no mode.  Bits of the mask are left alone where [ugoa] is missing.
 */
int	 file_mode(const char *, int old, int mask);

#endif /* !_FILEMODE_H_ */
