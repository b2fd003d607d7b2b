/*
 * What a program does wrong, and which signal it gets for it.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

static sigjmp_buf env;
static siginfo_t info;

static void
take(int sig, siginfo_t *si, void *uc)
{
	(void)uc;
	info = *si;
	siglongjmp(env, sig);
}

/* The signal that fn(p) causes, 0 if none; info tells the rest. */
static int
fault(void (*fn)(volatile char *), volatile void *p)
{
	int sig;

	memset(&info, 0, sizeof(info));
	sig = sigsetjmp(env, 1);
	if (sig == 0)
		fn(p);
	return (sig);
}

static void
do_read(volatile char *p)
{
	(void)*p;
}

static void
do_write(volatile char *p)
{
	*p = 1;
}

static void
do_call(volatile char *p)
{
	((void (*)(void))(uintptr_t)p)();
}

static void
do_divide(volatile char *p)
{
	(void)p;
	/* In C the compiler would find a way round. */
	__asm volatile("idivl %2" : : "a"(1), "d"(0), "r"(0));
}

static void
do_ud2(volatile char *p)
{
	(void)p;
	__asm volatile("ud2");
}

static void
do_int3(volatile char *p)
{
	(void)p;
	__asm volatile("int3");
}

static void
do_hlt(volatile char *p)
{
	(void)p;
	__asm volatile("hlt");
}

static void
do_cli(volatile char *p)
{
	(void)p;
	__asm volatile("cli");
}

static void
do_out(volatile char *p)
{
	(void)p;
	__asm volatile("outb %%al, $0xf4" : : "a"(0));
}

static void
do_segment(volatile char *p)
{
	__asm volatile("movw %w0, %%es" : : "r"(p));
}

static void
do_int(volatile char *p)
{
	(void)p;
	__asm volatile("int $0x20");
}

static void
do_sse(volatile char *p)
{
	static const uint32_t unmasked = 0x1f80 & ~0x200, all = 0x1f80;
	static const float one = 1, none = 0;

	(void)p;
	__asm volatile("ldmxcsr %0; movss %1, %%xmm0; divss %2, %%xmm0; "
		       "ldmxcsr %3"
		       :
		       : "m"(unmasked), "m"(one), "m"(none), "m"(all));
}

static void
do_x87(volatile char *p)
{
	static const uint16_t unmasked = 0x037f & ~4;

	(void)p;
	__asm volatile("fninit; fldcw %0; fldz; fld1; fdivp; fwait; fninit"
		       :
		       : "m"(unmasked));
}

static void
test_memory(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);

	ok(fault(do_read, NULL) == SIGSEGV && info.si_code == SEGV_MAPERR &&
		info.si_addr == NULL,
	    "reading at 0");
	ok(fault(do_write, (void *)0x10) == SIGSEGV &&
		info.si_code == SEGV_MAPERR && info.si_addr == (void *)0x10,
	    "writing near 0");
	ok(fault(do_write, (char *)(uintptr_t)do_write) == SIGSEGV &&
		info.si_code == SEGV_ACCERR &&
		info.si_addr == (void *)(uintptr_t)do_write,
	    "writing text");
	ok(fault(do_read, (void *)0xc0100000) == SIGSEGV &&
		info.si_addr == (void *)0xc0100000,
	    "reading the kernel");
	ok(fault(do_write, (void *)0xfffffff0) == SIGSEGV,
	    "writing the last bytes of all");
	ok(fault(do_call, NULL) == SIGSEGV && info.si_addr == NULL,
	    "calling 0");
	ok(fault(do_write, page) == 0, "writing memory");
	mprotect(page, 4096, PROT_READ);
	ok(fault(do_read, page) == 0 && fault(do_write, page) == SIGSEGV &&
		info.si_code == SEGV_ACCERR,
	    "memory that may be read");
	mprotect(page, 4096, PROT_NONE);
	ok(fault(do_read, page) == SIGSEGV && info.si_code == SEGV_ACCERR,
	    "memory that may not be read");
	munmap(page, 4096);
	ok(fault(do_read, page) == SIGSEGV && info.si_code == SEGV_MAPERR,
	    "memory that is gone");
	munmap(page + 4096, 4096);
}

static void
test_file(void)
{
	char *p;
	int fd = open("/tmp/faults", O_RDWR | O_CREAT | O_TRUNC, 0600);

	write(fd, "x", 1);
	p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ok(p != MAP_FAILED && fault(do_read, p) == 0, "a mapped file");
	ok(fault(do_read, p + 4096) == SIGBUS && info.si_code == BUS_ADRERR &&
		info.si_addr == p + 4096,
	    "behind its end");
	munmap(p, 8192);
	close(fd);
	unlink("/tmp/faults");
}

static void
test_instructions(void)
{
	int sig;

	ok(fault(do_divide, NULL) == SIGFPE && info.si_code == FPE_INTDIV,
	    "dividing by 0");
	ok(fault(do_ud2, NULL) == SIGILL && info.si_code == ILL_ILLOPC,
	    "an instruction that is none");
	ok(fault(do_int3, NULL) == SIGTRAP && info.si_code == TRAP_BRKPT,
	    "a breakpoint");
	ok(fault(do_hlt, NULL) != 0, "hlt");
	ok(fault(do_cli, NULL) != 0, "cli");
	ok(fault(do_out, NULL) != 0, "out");
	ok(fault(do_int, NULL) != 0, "int 0x20");
	ok(fault(do_segment, (void *)0x10) != 0, "the kernel's segment");
	ok(fault(do_segment, (void *)0xfff8) != 0, "a segment that is none");
	/* QEMU's own processor does not trap here. */
	sig = fault(do_sse, NULL);
	ok(sig == 0 || (sig == SIGFPE && info.si_code == FPE_FLTDIV),
	    "an SSE division by 0");
	ok(fault(do_x87, NULL) == SIGFPE && info.si_code == FPE_FLTDIV,
	    "an x87 division by 0");
}

/* The status of a child that runs fn. */
static int
child(void (*fn)(void))
{
	int status;

	if (fork() == 0) {
		fn();
		_exit(0);
	}
	wait(&status);
	return (status);
}

static void
segv_plain(void)
{
	signal(SIGSEGV, SIG_DFL);
	do_read(NULL);
}

static void
segv_blocked(void)
{
	sigset_t s;

	sigfillset(&s);
	sigprocmask(SIG_SETMASK, &s, NULL);
	do_read(NULL);
}

static void
segv_ignored(void)
{
	signal(SIGSEGV, SIG_IGN);
	do_read(NULL);
}

static void
wild_handler(void)
{
	signal(SIGSEGV, (sig_t)0xdeadbee0);
	do_read(NULL);
}

static void
no_stack(void)
{
	signal(SIGUSR1, signal(SIGUSR2, SIG_DFL));
	signal(SIGUSR1, (sig_t)no_stack);
	__asm volatile("xorl %%esp, %%esp; int3" : : : "memory");
}

static void
no_stack_handled(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = take;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGTRAP, &sa, NULL);
	no_stack();
}

static void
no_stack_call(void)
{
	signal(SIGTRAP, SIG_DFL);
	__asm volatile("xorl %%esp, %%esp; movl $20, %%eax; int $0x80; int3"
		       :
		       :
		       : "memory", "eax");
}

static void
kernel_stack(void)
{
	signal(SIGTRAP, SIG_DFL);
	__asm volatile("movl $0xc0000000, %%esp; movl $4, %%eax; int $0x80; "
		       "int3"
		       :
		       :
		       : "memory", "eax");
}

/* A number without a call; gives eax, which is the errno. */
static int
nosys(void)
{
	int eax = 100000;

	__asm volatile("int $0x80" : "+a"(eax) : : "memory", "cc", "edx");
	return (eax);
}

static void
no_call(void)
{
	nosys();
}

static volatile int sys_hits;

static void
sys_handler(int sig)
{
	(void)sig;
	sys_hits++;
}

static void
test_deaths(void)
{
	int s;

	s = child(segv_plain);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV, "no handler");
	s = child(segv_blocked);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV, "a blocked one kills");
	s = child(segv_ignored);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV, "an ignored one kills");
	s = child(wild_handler);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV,
	    "a handler that is nowhere");
	s = child(no_stack_handled);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGILL,
	    "no stack for the handler: SIGILL");
	s = child(no_stack_call);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGTRAP,
	    "a system call without a stack");
	s = child(kernel_stack);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGTRAP, "arguments in the kernel");
	s = child(no_call);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGSYS, "a call that is none");
	signal(SIGSYS, sys_handler);
	ok(nosys() == ENOSYS && sys_hits == 1, "with a handler, ENOSYS too");
}

int
main(void)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction sa;
	unsigned i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = take;
	sa.sa_flags = SA_SIGINFO;
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &sa, NULL);
	test_memory();
	test_file();
	test_instructions();
	test_deaths();
	return (tap_done());
}
