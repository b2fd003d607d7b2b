/*
 * The letters by which ktrace and kdump are told what to trace and show.
 */
#include <sys/types.h>
#include <sys/ktrace.h>

#include "ktrpoints.h"

int
getpoints(const char *letters)
{
	int points = 0;

	for (; *letters != '\0'; letters++)
		switch (*letters) {
		case 'c':
			points |= KTRFAC_SYSCALL | KTRFAC_SYSRET;
			break;
		case 'i':
			points |= KTRFAC_GENIO;
			break;
		case 'n':
			points |= KTRFAC_NAMEI;
			break;
		case 's':
			points |= KTRFAC_PSIG;
			break;
		case 'u':
			points |= KTRFAC_USER;
			break;
		case 'w':
			points |= KTRFAC_CSW;
			break;
		case '+':
			points |= getpoints(DEF_POINTS);
			break;
		default:
			return (-1);
		}
	return (points);
}
