/*
 * poweroff: end the machine.
 */
#include <sys/reboot.h>
#include <err.h>
#include <unistd.h>

int
main(void)
{
	reboot(RB_POWEROFF);
	err(1, "reboot");
}
