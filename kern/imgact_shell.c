/*
 * Scripts: a first line "#! interpreter [argument]".
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/imgact.h>

static bool
isblank(char c)
{
	return (c == ' ' || c == '\t');
}

/*
 * Run a script by its interpreter, which finds its own name, the argument
 * if there is one, and the script's path in the place of argv[0].  The
 * argument is the rest of the line, blanks inside it included.
 *
 * The line must end within MAXINTERP bytes.  The interpreter may not be a
 * script: then the file is ENOEXEC, as if it were anything else.
 */
int
exec_shell_imgact(struct image_params *image)
{
	struct exec_args *ea = image->ip_args;
	const char *path = ea->ea_buf + IMG_HEADER;
	char strings[MAXINTERP + 1 + MAXPATHLEN];
	char *line = image->ip_interp, *arg, *end;
	size_t len, n;

	n = MIN(image->ip_headlen, MAXINTERP);
	if (n < 2 || ea->ea_buf[0] != '#' || ea->ea_buf[1] != '!' ||
	    line[0] != '\0')
		return (ENOEXEC);
	end = memchr(ea->ea_buf, '\n', n);
	if (end == NULL || memchr(ea->ea_buf, '\0', end - ea->ea_buf) != NULL)
		return (ENOEXEC);

	/* Cut off the blanks at both ends. */
	arg = ea->ea_buf + 2;
	while (end > arg && isblank(end[-1]))
		end--;
	while (arg < end && isblank(*arg))
		arg++;
	if (arg == end)
		return (ENOEXEC);
	memcpy(line, arg, end - arg);
	line[end - arg] = '\0';

	/* The interpreter ends at the first blank, the argument begins. */
	for (arg = line; *arg != '\0' && !isblank(*arg); arg++)
		continue;
	while (isblank(*arg))
		*arg++ = '\0';

	len = strlcpy(strings, line, sizeof(strings)) + 1;
	if (*arg != '\0')
		len += strlcpy(strings + len, arg, sizeof(strings) - len) + 1;
	n = *arg != '\0' ? 3 : 2;
	len += strlcpy(strings + len, path, sizeof(strings) - len) + 1;
	KASSERT(len <= sizeof(strings), ("exec_shell_imgact: %zu", len));
	return (exec_args_replace_first(ea, strings, len, n));
}
