/*
 * From the first instruction to main().
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

char **environ;
const char *__progname = "";

typedef	void init_fn(int, char **, char **);

/* The linker's: functions to be called before main() and after exit(). */
extern init_fn *__preinit_array_start[] __attribute__((__weak__));
extern init_fn *__preinit_array_end[] __attribute__((__weak__));
extern init_fn *__init_array_start[] __attribute__((__weak__));
extern init_fn *__init_array_end[] __attribute__((__weak__));
extern void (*__fini_array_start[])(void) __attribute__((__weak__));
extern void (*__fini_array_end[])(void) __attribute__((__weak__));

extern int main(int, char **, char **);

static void
run_fini(void)
{
	size_t n = (size_t)(__fini_array_end - __fini_array_start);

	while (n > 0)
		__fini_array_start[--n]();
}

static void
run_init(init_fn **from, init_fn **to, int argc, char **argv)
{
	for (; from < to; from++)
		(*from)(argc, argv, environ);
}

/*
 * getprogname(3), setprogname(3): the name by which the program was
 * called, without the folder.
 */
const char *
getprogname(void)
{
	return (__progname);
}

void
setprogname(const char *name)
{
	const char *slash = strrchr(name, '/');

	__progname = slash != NULL ? slash + 1 : name;
}

/*
 * Called by crt0.  envp follows argv on the initial stack; cleanup, if it
 * is not NULL, is a function that the system wants to be called at exit.
 */
void
__libc_start(int argc, char **argv, void (*cleanup)(void))
{
	environ = argv + argc + 1;
	if (argc > 0 && argv[0] != NULL)
		setprogname(argv[0]);
	if (cleanup != NULL)
		(void)atexit(cleanup);
	if (&__fini_array_start[0] != &__fini_array_end[0])
		(void)atexit(run_fini);
	run_init(__preinit_array_start, __preinit_array_end, argc, argv);
	run_init(__init_array_start, __init_array_end, argc, argv);
	exit(main(argc, argv, environ));
}
