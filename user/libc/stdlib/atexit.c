/*
 * The end of a program: exit(3), atexit(3), abort(3).
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "libc.h"

#define	PERBLOCK	32

/* Functions to be called, the last block first. */
struct block {
	struct block	*next;
	int		n;
	void		(*fn[PERBLOCK])(void);
};

static struct block first;	/* so that 32 need no memory, as POSIX asks */
static struct block *blocks = &first;

void (*__stdio_cleanup)(void);

/*
 * atexit(3): have fn called by exit; the last one comes first.  Returns 0,
 * or -1: ENOMEM.
 */
int
atexit(void (*fn)(void))
{
	struct block *b;

	if (blocks->n == PERBLOCK) {
		if ((b = calloc(1, sizeof(*b))) == NULL)
			return (-1);
		b->next = blocks;
		blocks = b;
	}
	blocks->fn[blocks->n++] = fn;
	return (0);
}

/*
 * Call the functions; one may register more, or call exit itself.
 */
void
__run_atexit(void)
{
	while (blocks != NULL) {
		while (blocks->n > 0)
			blocks->fn[--blocks->n]();
		if (blocks->next == NULL)
			return;
		blocks = blocks->next;
	}
}

/*
 * exit(3): call what atexit registered, write what stdio has buffered, and
 * end the process with the lower 8 bits of status.
 */
void
exit(int status)
{
	__run_atexit();
	if (__stdio_cleanup != NULL)
		__stdio_cleanup();
	_exit(status);
}

/*
 * _Exit(3): _exit(2).
 */
void
_Exit(int status)
{
	_exit(status);
}

/*
 * abort(3): raise SIGABRT, which the program may catch but which ends it
 * in any case.
 */
void
abort(void)
{
	struct sigaction sa = { .sa_flags = 0 };
	sigset_t set;

	/* Let nothing but the signal interfere; it is not blocked. */
	(void)sigfillset(&set);
	(void)sigdelset(&set, SIGABRT);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
	(void)kill(getpid(), SIGABRT);
	/* It was ignored, or its handler came back. */
	sa.sa_handler = SIG_DFL;
	(void)sigfillset(&sa.sa_mask);
	(void)sigaction(SIGABRT, &sa, NULL);
	(void)kill(getpid(), SIGABRT);
	_exit(127);
}
