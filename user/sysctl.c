/*
 * sysctl: show and set the kernel's variables.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

static int	values_only;

/*
 * Ask node 0 about another one: an array of bytes, or -1.
 */
static int
ask(int what, const int *oid, size_t len, void *buf, size_t *size)
{
	int name[CTL_MAXNAME + 2];

	name[0] = CTL_UNSPEC;
	name[1] = what;
	memcpy(name + 2, oid, len * sizeof(int));
	return (sysctl(name, len + 2, buf, size, NULL, 0));
}

static void
print_value(unsigned kind, const char *fmt, const char *buf, size_t len)
{
	unsigned long long quad;
	size_t i;

	switch (kind & CTLTYPE) {
	case CTLTYPE_STRING:
		printf("%.*s", (int)len, buf);
		break;
	case CTLTYPE_INT:
	case CTLTYPE_UINT:
		for (i = 0; i + sizeof(int) <= len; i += sizeof(int))
			printf((kind & CTLTYPE) == CTLTYPE_INT ? "%s%d" :
								 "%s%u",
			    i > 0 ? " " : "", *(const int *)(buf + i));
		break;
	case CTLTYPE_U64:
		memcpy(&quad, buf, sizeof(quad));
		printf("%llu", quad);
		break;
	default:
		printf("Format:%s Length:%zu Dump:0x", fmt, len);
		for (i = 0; i < len && i < 16; i++)
			printf("%02x", (unsigned char)buf[i]);
		if (len > 16)
			printf("...");
	}
}

static int
show(const int *oid, size_t len, int quiet)
{
	char fmt[64], name[128], *buf;
	size_t size = sizeof(fmt) - 1, room = 0;
	unsigned kind;

	memset(fmt, 0, sizeof(fmt));
	if (ask(CTL_SYSCTL_OIDFMT, oid, len, fmt, &size) == -1)
		return (-1);
	memcpy(&kind, fmt, sizeof(kind));
	size = sizeof(name);
	if (ask(CTL_SYSCTL_NAME, oid, len, name, &size) == -1)
		return (-1);
	if (quiet && (kind & CTLTYPE) != CTLTYPE_INT &&
	    (kind & CTLTYPE) != CTLTYPE_UINT &&
	    (kind & CTLTYPE) != CTLTYPE_U64 &&
	    (kind & CTLTYPE) != CTLTYPE_STRING)
		return (0);
	if (sysctl(oid, len, NULL, &room, NULL, 0) == -1) {
		if (!quiet)
			warn("%s", name);
		return (-1);
	}
	room += room / 2 + 64;
	buf = calloc(1, room);
	if (buf == NULL)
		err(1, NULL);
	if (sysctl(oid, len, buf, &room, NULL, 0) == -1) {
		warn("%s", name);
		free(buf);
		return (-1);
	}
	if (!values_only)
		printf("%s: ", name);
	print_value(kind, fmt + sizeof(kind), buf, room);
	printf("\n");
	free(buf);
	return (0);
}

/*
 * All leaves below a node; with a length of 0, all there are.
 */
static int
show_below(const int *top, size_t toplen)
{
	int next[CTL_MAXNAME], oid[CTL_MAXNAME];
	size_t len = toplen, size;

	memcpy(oid, top, toplen * sizeof(int));
	for (;;) {
		size = sizeof(next);
		if (ask(CTL_SYSCTL_NEXT, oid, len, next, &size) == -1)
			return (errno == ENOENT ? 0 : -1);
		len = size / sizeof(int);
		if (len < toplen ||
		    memcmp(next, top, toplen * sizeof(int)) != 0)
			return (0);
		memcpy(oid, next, size);
		(void)show(oid, len, 1);
	}
}

/*
 * Whether others are below it, and nothing to be read is there itself.
 */
static int
is_node(const int *oid, size_t len)
{
	char fmt[64];
	size_t size = sizeof(fmt);
	unsigned kind;

	if (ask(CTL_SYSCTL_OIDFMT, oid, len, fmt, &size) == -1)
		return (0);
	memcpy(&kind, fmt, sizeof(kind));
	return ((kind & CTLTYPE) == CTLTYPE_NODE &&
	    sysctl(oid, len, NULL, &size, NULL, 0) == -1 && errno == EISDIR);
}

static int
set(const char *name, const char *text, const int *oid, size_t len)
{
	char fmt[64], *end;
	size_t size = sizeof(fmt);
	const void *new = text;
	size_t newlen = strlen(text);
	long long number;
	unsigned kind;
	int value;

	if (ask(CTL_SYSCTL_OIDFMT, oid, len, fmt, &size) == -1) {
		warn("%s", name);
		return (-1);
	}
	memcpy(&kind, fmt, sizeof(kind));
	if ((kind & CTLTYPE) != CTLTYPE_STRING) {
		errno = 0;
		number = strtoll(text, &end, 0);
		if (end == text || *end != '\0' || errno != 0 ||
		    number < INT_MIN || number > UINT_MAX) {
			warnx("%s: \"%s\" is not a number", name, text);
			return (-1);
		}
		value = (int)number;
		new = &value;
		newlen = sizeof(value);
	}
	if (sysctl(oid, len, NULL, NULL, new, newlen) == -1) {
		warn("%s", name);
		return (-1);
	}
	return (show(oid, len, 0));
}

static int
one(char *arg)
{
	int oid[CTL_MAXNAME];
	size_t len = CTL_MAXNAME;
	char *value = strchr(arg, '=');

	if (value != NULL)
		*value++ = '\0';
	if (sysctlnametomib(arg, oid, &len) == -1) {
		if (errno == ENOENT)
			warnx("unknown name: %s", arg);
		else
			warn("%s", arg);
		return (-1);
	}
	if (value != NULL)
		return (set(arg, value, oid, len));
	return (is_node(oid, len) ? show_below(oid, len) : show(oid, len, 0));
}

int
main(int argc, char *argv[])
{
	int all = 0, c, failed = 0, top = 0;

	while ((c = getopt(argc, argv, "an")) != -1)
		if (c == 'a')
			all = 1;
		else if (c == 'n')
			values_only = 1;
		else
			goto usage;
	if (all)
		return (finish(show_below(&top, 0) == 0 ? 0 : 1, 1));
	if (optind == argc)
		goto usage;
	for (; optind < argc; optind++)
		failed |= one(argv[optind]) != 0;
	return (finish(failed, 1));
usage:
	fprintf(stderr,
	    "usage: sysctl [-n] name[=value] ...\n"
	    "       sysctl [-n] -a\n");
	return (2);
}
