/*
 * Small functions around system calls.
 */
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/*
 * creat(2): open(2) for writing, of a new or emptied file.
 */
int
creat(const char *path, mode_t mode)
{
	return (open(path, O_WRONLY | O_CREAT | O_TRUNC, mode));
}

/*
 * setpgrp(2): 4.2BSD's name of setpgid(2).
 */
int
setpgrp(pid_t pid, pid_t pgrp)
{
	return (setpgid(pid, pgrp));
}

/*
 * closefrom(2): close all descriptors from lowest on.  The limit may have
 * been lowered since some were opened, but none is beyond OPEN_MAX.
 */
void
closefrom(int lowest)
{
	int fd;

	for (fd = lowest < 0 ? 0 : lowest; fd < OPEN_MAX; fd++)
		(void)close(fd);
}

/*
 * setlocale(3): there is only "C".  Returns it, or NULL for any other.
 */
char *
setlocale(int category, const char *locale)
{
	static char name[] = "C";

	if (category < LC_ALL || category > LC_MESSAGES)
		return (NULL);
	if (locale != NULL && *locale != '\0' && strcmp(locale, "C") != 0 &&
	    strcmp(locale, "POSIX") != 0)
		return (NULL);
	return (name);
}

/*
 * localeconv(3): how the locale writes numbers.
 */
struct lconv *
localeconv(void)
{
	static char point[] = ".", none[] = "";
	static struct lconv conv = {
		.decimal_point = point,
		.thousands_sep = none,
		.grouping = none,
		.int_curr_symbol = none,
		.currency_symbol = none,
		.mon_decimal_point = none,
		.mon_thousands_sep = none,
		.mon_grouping = none,
		.positive_sign = none,
		.negative_sign = none,
		.int_frac_digits = 127,
		.frac_digits = 127,
		.p_cs_precedes = 127,
		.p_sep_by_space = 127,
		.n_cs_precedes = 127,
		.n_sep_by_space = 127,
		.p_sign_posn = 127,
		.n_sign_posn = 127,
	};

	return (&conv);
}
