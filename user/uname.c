/*
 * uname: which system this is.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

static const struct { char letter; const char *name; } parts[] = {
	{ 's', "kern.ostype" }, { 'n', "kern.hostname" },
	{ 'r', "kern.osrelease" }, { 'v', "kern.version" },
	{ 'm', "hw.machine" }
};

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: uname [-amnrsv]\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	char buf[256], wanted[8] = "";
	const char *gap = "";
	size_t i, len;
	int c;

	while ((c = getopt(argc, argv, "amnrsv")) != -1) {
		if (c == '?')
			usage();
		if (c == 'a')
			strcpy(wanted, "snrvm");
		else if (strchr(wanted, c) == NULL)
			wanted[strlen(wanted)] = c;
	}
	if (optind != argc)
		usage();
	if (wanted[0] == '\0')
		wanted[0] = 's';
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strchr(wanted, parts[i].letter) == NULL)
			continue;
		len = sizeof(buf);
		if (sysctlbyname(parts[i].name, buf, &len, NULL, 0) == -1)
			err(1, "%s", parts[i].name);
		printf("%s%s", gap, buf);
		gap = " ";
	}
	printf("\n");
	return (finish(0, 1));
}
