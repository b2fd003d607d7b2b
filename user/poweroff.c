/*
 * poweroff, halt, reboot: end the machine, in the way of the program's name.
 */
#include <sys/reboot.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"

int
main(int argc, char **argv)
{
	const char *name = getprogname();

	no_arguments(argc, argv);
	if (strcmp(name, "reboot") == 0)
		reboot(RB_AUTOBOOT);
	else if (strcmp(name, "halt") == 0)
		reboot(RB_HALT);
	else
		reboot(RB_POWEROFF);
	err(1, "reboot");
}
