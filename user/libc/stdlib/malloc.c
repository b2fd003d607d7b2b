/*
 * Memory allocation.
 *
 * Sizes are rounded up to one of the classes 16, 32, 48, 64, 80, ... (four
 * for each doubling); a block that is freed goes on the list of its class
 * and is used again by the next request of that class.  Fresh blocks are
 * cut from the end of the heap, which sbrk(2) makes longer.  Blocks of more
 * than MAXSMALL bytes are mappings of their own, which go back to the
 * system when they are freed.
 *
 * In front of each block lie eight bytes:
 *
 *	+--------+--------+------------------------
 *	|  size  |  check |  what malloc returned
 *	+--------+--------+------------------------
 *	                  ^ a multiple of 16
 *
 * size is the whole length of the block (of an aligned block: the distance
 * to the one it lies in).  check is a constant for the state, mixed with
 * the address, so that free() recognizes what is free already or never was
 * a block; both end the program.
 *
 * One spin lock guards everything: processes that share their memory, made
 * by rfork_thread(3), may all use the heap.  fork(2) takes the lock, so
 * that the child never gets a heap that is being changed.
 */
#include <sys/mman.h>

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

#define	ALIGNMENT	16U
#define	HEADER		8U
#define	PAGE		4096U
#define	MAXSMALL	(96U * 1024)
#define	NCLASSES	56
#define	GROWTH		(64U * 1024)	/* asked from sbrk at a time */

#define	CHECK_USED	0x75a3c96eU
#define	CHECK_FREE	0xf4ee51deU
#define	CHECK_MAPPED	0x6d8b1397U
#define	CHECK_ALIGNED	0xa11c39b5U

struct header {
	uint32_t	size;
	uint32_t	check;
};

struct free_block {
	struct header	header;
	struct free_block *next;
};

static struct free_block *free_lists[NCLASSES];
static char *heap_next;			/* not yet cut: from here */
static char *heap_end;			/* up to here */
static volatile int heap_lock;

static void
lock(void)
{
	while (__atomic_exchange_n(&heap_lock, 1, __ATOMIC_ACQUIRE) != 0)
		sched_yield();
}

static void
unlock(void)
{
	__atomic_store_n(&heap_lock, 0, __ATOMIC_RELEASE);
}

void
__malloc_prefork(void)
{
	lock();
}

void
__malloc_postfork(void)
{
	unlock();
}

/*
 * Say what is wrong, without the heap, and end the program.
 */
static void __dead2
corrupt(const char *what)
{
	static const char tail[] = "\n";

	(void)write(STDERR_FILENO, __progname, strlen(__progname));
	(void)write(STDERR_FILENO, what, strlen(what));
	(void)write(STDERR_FILENO, tail, 1);
	abort();
}

static inline uint32_t
check_of(const struct header *h, uint32_t state)
{
	return ((uint32_t)(uintptr_t)h ^ state);
}

/*
 * The class of a block of the given length (header included, a multiple of
 * 16): one for each 16 up to 128, then four for each doubling.
 */
static int
class_of(uint32_t size)
{
	int shift;

	if (size <= 128)
		return ((int)(size / 16) - 1);
	size--;
	shift = 31 - __builtin_clz(size); /* 2^shift <= size */
	return (8 + (shift - 7) * 4 + (int)((size >> (shift - 2)) & 3));
}

/*
 * The length of the blocks of a class.
 */
static uint32_t
class_size(int class)
{
	int shift;

	if (class < 8)
		return ((uint32_t)(class + 1) * 16);
	shift = 7 + (class - 8) / 4;
	return ((uint32_t)(5 + (class - 8) % 4) << (shift - 2));
}

/*
 * Make the heap longer by at least size bytes.  What was left at its end
 * goes to the free lists if the new part does not follow it.  Returns 0,
 * or -1.
 */
static int
grow(uint32_t size)
{
	struct free_block *b;
	uint32_t want = (size + ALIGNMENT + GROWTH - 1) / GROWTH * GROWTH;
	char *p = sbrk((intptr_t)want);
	int class;

	if (p == (char *)-1) {
		/* Perhaps there is room for just this. */
		want = size + ALIGNMENT;
		if ((p = sbrk((intptr_t)want)) == (char *)-1)
			return (-1);
	}
	if (p != heap_end) {
		while (heap_end - heap_next >= 16) {
			class = class_of((uint32_t)(heap_end - heap_next) &
			    ~(ALIGNMENT - 1));
			if (class >= NCLASSES ||
			    class_size(class) >
				(uint32_t)(heap_end - heap_next))
				class --;
			b = (struct free_block *)(void *)heap_next;
			heap_next += class_size(class);
			b->header.size = class_size(class);
			b->header.check = check_of(&b->header, CHECK_FREE);
			b->next = free_lists[class];
			free_lists[class] = b;
		}
		/* Blocks begin 8 bytes behind a multiple of 16. */
		heap_next = p + ((HEADER - (uintptr_t)p) & (ALIGNMENT - 1));
	}
	heap_end = p + want;
	return (0);
}

static void *
malloc_small(uint32_t size)
{
	struct free_block *b;
	int class;

	class = class_of((size + HEADER + ALIGNMENT - 1) & ~(ALIGNMENT - 1));
	size = class_size(class);
	lock();
	if ((b = free_lists[class]) != NULL) {
		free_lists[class] = b->next;
		if (b->header.check != check_of(&b->header, CHECK_FREE)) {
			unlock();
			corrupt(": malloc: a free block was written to");
		}
	} else {
		if ((uint32_t)(heap_end - heap_next) < size &&
		    grow(size) != 0) {
			unlock();
			errno = ENOMEM;
			return (NULL);
		}
		b = (struct free_block *)(void *)heap_next;
		heap_next += size;
		b->header.size = size;
	}
	unlock();
	b->header.check = check_of(&b->header, CHECK_USED);
	return ((char *)b + HEADER);
}

static void *
malloc_mapped(size_t size)
{
	struct header *h;
	size_t length;
	char *p;

	if (size > (size_t)PTRDIFF_MAX - 2 * PAGE) {
		errno = ENOMEM;
		return (NULL);
	}
	length = (size + ALIGNMENT + PAGE - 1) & ~(size_t)(PAGE - 1);
	p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE,
	    -1, 0);
	if (p == MAP_FAILED) {
		errno = ENOMEM;
		return (NULL);
	}
	h = (struct header *)(void *)(p + ALIGNMENT - HEADER);
	h->size = (uint32_t)length;
	h->check = check_of(h, CHECK_MAPPED);
	return (h + 1);
}

/*
 * malloc(3): size bytes, aligned to 16.  Returns them, or NULL: ENOMEM.
 * A size of zero gives a block that can only be freed.
 */
void *
malloc(size_t size)
{
	return (size <= MAXSMALL ? malloc_small((uint32_t)size) :
				   malloc_mapped(size));
}

/*
 * The header of the block that ptr, from the program, points to.  An
 * aligned block is replaced by the one it lies in.
 */
static struct header *
header_of(void **ptr, const char *freed_twice, const char *no_block)
{
	struct header *h;

	if ((uintptr_t)*ptr % ALIGNMENT != 0)
		corrupt(no_block);
	h = (struct header *)*ptr - 1;
	if (h->check == check_of(h, CHECK_ALIGNED)) {
		*ptr = (char *)*ptr - h->size;
		h = (struct header *)*ptr - 1;
	}
	if (h->check != check_of(h, CHECK_USED) &&
	    h->check != check_of(h, CHECK_MAPPED))
		corrupt(h->check == check_of(h, CHECK_FREE) ? freed_twice :
							      no_block);
	return (h);
}

/*
 * free(3): give a block back; NULL is nothing.  Ends the program if ptr is
 * free already or is no block.  Leaves errno alone.
 */
void
free(void *ptr)
{
	struct free_block *b;
	struct header *h;
	int class, saved;

	if (ptr == NULL)
		return;
	h = header_of(&ptr, ": free: the block is free already",
	    ": free: this is no block of malloc");
	if (h->check == check_of(h, CHECK_MAPPED)) {
		saved = errno;
		(void)munmap((char *)ptr - ALIGNMENT, h->size);
		errno = saved;
		return;
	}
	b = (struct free_block *)h;
	class = class_of(h->size);
	lock();
	h->check = check_of(h, CHECK_FREE);
	b->next = free_lists[class];
	free_lists[class] = b;
	unlock();
}

/*
 * malloc_usable_size(3): how many bytes a block really has; 0 for NULL.
 */
size_t
malloc_usable_size(const void *ptr)
{
	void *p = (void *)(uintptr_t)ptr;
	struct header *h;

	if (ptr == NULL)
		return (0);
	h = header_of(&p, ": malloc_usable_size: the block is free",
	    ": malloc_usable_size: this is no block of malloc");
	return (h->size -
	    (h->check == check_of(h, CHECK_MAPPED) ? ALIGNMENT : HEADER) -
	    (size_t)((const char *)ptr - (const char *)p));
}

/*
 * realloc(3): change the size of a block, which may move; NULL is a block
 * without contents.  Returns it, or NULL (ENOMEM) with the old block
 * unchanged.
 */
void *
realloc(void *ptr, size_t size)
{
	size_t have;
	void *new;

	if (ptr == NULL)
		return (malloc(size));
	have = malloc_usable_size(ptr);
	/* Stay, unless more than half of it would be lost. */
	if (size <= have && (size > have / 2 || have <= 64))
		return (ptr);
	if ((new = malloc(size)) == NULL)
		return (size <= have ? ptr : NULL);
	memcpy(new, ptr, size < have ? size : have);
	free(ptr);
	return (new);
}

/*
 * calloc(3): n items of size bytes, all zero.  Returns them, or NULL:
 * ENOMEM.
 */
void *
calloc(size_t n, size_t size)
{
	size_t total;
	void *p;

	if (__builtin_mul_overflow(n, size, &total)) {
		errno = ENOMEM;
		return (NULL);
	}
	p = malloc(total);
	/* Mappings are zero already. */
	if (p != NULL && total <= MAXSMALL)
		memset(p, 0, total);
	return (p);
}

/*
 * reallocarray(3): realloc to n items of size bytes, with a check.
 */
void *
reallocarray(void *ptr, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		errno = ENOMEM;
		return (NULL);
	}
	return (realloc(ptr, total));
}

/*
 * reallocf(3): realloc that frees the old block when it fails.
 */
void *
reallocf(void *ptr, size_t size)
{
	void *new = realloc(ptr, size);

	if (new == NULL)
		free(ptr);
	return (new);
}

/*
 * posix_memalign(3): size bytes, aligned to a power of two that is a
 * multiple of a pointer's size; *ptr is set to them.  Returns 0, EINVAL or
 * ENOMEM; errno stays as it is.
 */
int
posix_memalign(void **ptr, size_t alignment, size_t size)
{
	struct header *h;
	char *block, *p;
	int saved = errno;

	if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0)
		return (EINVAL);
	if (alignment <= ALIGNMENT) {
		block = p = malloc(size);
	} else if (size > PTRDIFF_MAX || alignment > PTRDIFF_MAX) {
		block = p = NULL;
	} else {
		block = p = malloc(size + alignment);
		if (block != NULL && (uintptr_t)block % alignment != 0) {
			p += alignment - (uintptr_t)block % alignment;
			h = (struct header *)(void *)p - 1;
			h->size = (uint32_t)(p - block);
			h->check = check_of(h, CHECK_ALIGNED);
		}
	}
	errno = saved;
	if (block == NULL)
		return (ENOMEM);
	*ptr = p;
	return (0);
}

/*
 * aligned_alloc(3): posix_memalign that returns the block, or NULL and
 * errno.
 */
void *
aligned_alloc(size_t alignment, size_t size)
{
	void *p;
	int error;

	error = posix_memalign(&p,
	    alignment < sizeof(void *) ? sizeof(void *) : alignment, size);
	if (error != 0) {
		errno = error;
		return (NULL);
	}
	return (p);
}
