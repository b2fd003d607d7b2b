/*
 * pwd: where we are.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	char buf[1024];

	if (getcwd(buf, sizeof(buf)) == NULL)
		err(1, "getcwd");
	puts(buf);
	return (0);
}
