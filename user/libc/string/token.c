/*
 * Strings: cutting into words.
 */
#include <string.h>

/*
 * strsep(3): cut *stringp at its first byte of the set, and let it point
 * behind.  Two such bytes in a row make an empty word.  Returns the word,
 * or NULL when nothing is left.
 */
char *
strsep(char **stringp, const char *delim)
{
	char *word = *stringp, *end;

	if (word == NULL)
		return (NULL);
	end = word + strcspn(word, delim);
	if (*end != '\0') {
		*end = '\0';
		*stringp = end + 1;
	} else
		*stringp = NULL;
	return (word);
}

/*
 * strtok_r(3): the next word of s, or of where the last call stopped if s
 * is NULL.  Bytes of the set in a row count as one, so that no word is
 * empty.  Returns the word, or NULL.
 */
char *
strtok_r(char *s, const char *delim, char **last)
{
	if (s == NULL)
		s = *last;
	if (s == NULL)
		return (NULL);
	s += strspn(s, delim);
	if (*s == '\0') {
		*last = NULL;
		return (NULL);
	}
	*last = s;
	return (strsep(last, delim));
}

/*
 * strtok(3): strtok_r with a place of its own.
 */
char *
strtok(char *__restrict s, const char *__restrict delim)
{
	static char *last;

	return (strtok_r(s, delim, &last));
}
