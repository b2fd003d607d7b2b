/*
 * poweroff, halt, reboot: end the machine, in the way of the program's name.
 */
#include <sys/reboot.h>
#include <err.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;

	name = name != NULL ? name + 1 : argc > 0 ? argv[0] : "";
	if (strcmp(name, "reboot") == 0)
		reboot(RB_AUTOBOOT);
	else if (strcmp(name, "halt") == 0)
		reboot(RB_HALT);
	else
		reboot(RB_POWEROFF);
	err(1, "reboot");
}
