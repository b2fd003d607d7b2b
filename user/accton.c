/*
 * accton: have the kernel keep accounts of the processes that end, in a
 * file that exists; without a name, no longer.
 *	accton [file]
 */
#include <sys/types.h>
#include <sys/acct.h>
#include <err.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	if (getopt(argc, argv, "") != -1 || argc - optind > 1) {
		fprintf(stderr, "usage: accton [file]\n");
		return (2);
	}
	if (acct(argv[optind]) == -1)
		err(1, "%s", argc > optind ? argv[optind] : "acct");
	return (0);
}
