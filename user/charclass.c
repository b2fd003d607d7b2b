/*
 * Classes of characters: see charclass.h.
 */
#include <ctype.h>
#include <string.h>

#include "charclass.h"

char_test
char_class(const char *name, size_t len)
{
	static const struct {
		const char *name;
		char_test test;
	} classes[] = {
		{ "alpha", isalpha },
		{ "digit", isdigit },
		{ "alnum", isalnum },
		{ "upper", isupper },
		{ "lower", islower },
		{ "space", isspace },
		{ "blank", isblank },
		{ "punct", ispunct },
		{ "print", isprint },
		{ "graph", isgraph },
		{ "cntrl", iscntrl },
		{ "xdigit", isxdigit },
	};
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strlen(classes[i].name) == len &&
		    strncmp(classes[i].name, name, len) == 0)
			return (classes[i].test);
	return (NULL);
}
