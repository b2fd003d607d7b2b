/*
 * Linked lists: LIST (doubly linked, one head pointer), TAILQ (with a tail
 * pointer), SLIST and STAILQ (singly linked).  See queue(3).
 */
#ifndef _SYS_QUEUE_H_
#define	_SYS_QUEUE_H_

/*
 * The debug kernel looks whether the neighbours of an element point to it
 * before it changes them.
 */
#if defined(_KERNEL) && defined(INVARIANTS)
void	queue_broken(const char *what, const void *elm, const char *file,
	    int line) __attribute__((__noreturn__));
#define	QUEUE_CHECK(good, what, elm) do {				\
	if (__builtin_expect(!(good), 0))				\
		queue_broken((what), (elm), __FILE__, __LINE__);	\
} while (0)
#else
#define	QUEUE_CHECK(good, what, elm)	((void)0)
#endif
#define	LIST_CHECK(elm, f) do {						\
	QUEUE_CHECK(LIST_NEXT(elm, f) == (void *)0 ||			\
	    LIST_NEXT(elm, f)->f.le_prev == &LIST_NEXT(elm, f),		\
	    "behind", (elm));						\
	QUEUE_CHECK(*(elm)->f.le_prev == (elm), "before", (elm));	\
} while (0)
#define	TAILQ_CHECK(elm, f) do {					\
	QUEUE_CHECK(TAILQ_NEXT(elm, f) == (void *)0 ||			\
	    TAILQ_NEXT(elm, f)->f.tqe_prev == &TAILQ_NEXT(elm, f),	\
	    "behind", (elm));						\
	QUEUE_CHECK(*(elm)->f.tqe_prev == (elm), "before", (elm));	\
} while (0)

#define	SLIST_HEAD(name, type)						\
struct name { struct type *slh_first; }
#define	SLIST_HEAD_INITIALIZER(head)	{ (void *)0 }
#define	SLIST_ENTRY(type)	struct { struct type *sle_next; }
#define	SLIST_FIRST(head)	((head)->slh_first)
#define	SLIST_EMPTY(head)	(SLIST_FIRST(head) == (void *)0)
#define	SLIST_NEXT(elm, f)	((elm)->f.sle_next)
#define	SLIST_INIT(head)	(SLIST_FIRST(head) = (void *)0)
#define	SLIST_FOREACH(var, head, f)					\
	for ((var) = SLIST_FIRST(head); (var); (var) = SLIST_NEXT(var, f))
#define	SLIST_INSERT_HEAD(head, elm, f) do {				\
	SLIST_NEXT(elm, f) = SLIST_FIRST(head);				\
	SLIST_FIRST(head) = (elm);					\
} while (0)
#define	SLIST_REMOVE_HEAD(head, f)					\
	(SLIST_FIRST(head) = SLIST_NEXT(SLIST_FIRST(head), f))

#define	STAILQ_HEAD(name, type)						\
struct name { struct type *stqh_first; struct type **stqh_last; }
#define	STAILQ_HEAD_INITIALIZER(head)	{ (void *)0, &(head).stqh_first }
#define	STAILQ_ENTRY(type)	struct { struct type *stqe_next; }
#define	STAILQ_FIRST(head)	((head)->stqh_first)
#define	STAILQ_EMPTY(head)	(STAILQ_FIRST(head) == (void *)0)
#define	STAILQ_NEXT(elm, f)	((elm)->f.stqe_next)
#define	STAILQ_INIT(head) do {						\
	STAILQ_FIRST(head) = (void *)0;					\
	(head)->stqh_last = &STAILQ_FIRST(head);			\
} while (0)
#define	STAILQ_FOREACH(var, head, f)					\
	for ((var) = STAILQ_FIRST(head); (var); (var) = STAILQ_NEXT(var, f))
#define	STAILQ_INSERT_TAIL(head, elm, f) do {				\
	STAILQ_NEXT(elm, f) = (void *)0;				\
	*(head)->stqh_last = (elm);					\
	(head)->stqh_last = &STAILQ_NEXT(elm, f);			\
} while (0)
#define	STAILQ_REMOVE_HEAD(head, f) do {				\
	STAILQ_FIRST(head) = STAILQ_NEXT(STAILQ_FIRST(head), f);	\
	if (STAILQ_FIRST(head) == (void *)0)				\
		(head)->stqh_last = &STAILQ_FIRST(head);		\
} while (0)

#define	LIST_HEAD(name, type)						\
struct name { struct type *lh_first; }
#define	LIST_HEAD_INITIALIZER(head)	{ (void *)0 }
#define	LIST_ENTRY(type)						\
struct { struct type *le_next; struct type **le_prev; }
#define	LIST_FIRST(head)	((head)->lh_first)
#define	LIST_EMPTY(head)	(LIST_FIRST(head) == (void *)0)
#define	LIST_NEXT(elm, f)	((elm)->f.le_next)
#define	LIST_INIT(head)		(LIST_FIRST(head) = (void *)0)
#define	LIST_FOREACH(var, head, f)					\
	for ((var) = LIST_FIRST(head); (var); (var) = LIST_NEXT(var, f))
#define	LIST_FOREACH_SAFE(var, head, f, tmp)				\
	for ((var) = LIST_FIRST(head);					\
	    (var) && ((tmp) = LIST_NEXT(var, f), 1); (var) = (tmp))
#define	LIST_INSERT_HEAD(head, elm, f) do {				\
	if ((LIST_NEXT(elm, f) = LIST_FIRST(head)) != (void *)0)	\
		LIST_FIRST(head)->f.le_prev = &LIST_NEXT(elm, f);	\
	LIST_FIRST(head) = (elm);					\
	(elm)->f.le_prev = &LIST_FIRST(head);				\
} while (0)
#define	LIST_INSERT_AFTER(at, elm, f) do {				\
	if ((LIST_NEXT(elm, f) = LIST_NEXT(at, f)) != (void *)0)	\
		LIST_NEXT(at, f)->f.le_prev = &LIST_NEXT(elm, f);	\
	LIST_NEXT(at, f) = (elm);					\
	(elm)->f.le_prev = &LIST_NEXT(at, f);				\
} while (0)
#define	LIST_INSERT_BEFORE(at, elm, f) do {				\
	(elm)->f.le_prev = (at)->f.le_prev;				\
	LIST_NEXT(elm, f) = (at);					\
	*(at)->f.le_prev = (elm);					\
	(at)->f.le_prev = &LIST_NEXT(elm, f);				\
} while (0)
#define	LIST_REMOVE(elm, f) do {					\
	LIST_CHECK(elm, f);						\
	if (LIST_NEXT(elm, f) != (void *)0)				\
		LIST_NEXT(elm, f)->f.le_prev = (elm)->f.le_prev;	\
	*(elm)->f.le_prev = LIST_NEXT(elm, f);				\
} while (0)

#define	TAILQ_HEAD(name, type)						\
struct name { struct type *tqh_first; struct type **tqh_last; }
#define	TAILQ_HEAD_INITIALIZER(head)	{ (void *)0, &(head).tqh_first }
#define	TAILQ_ENTRY(type)						\
struct { struct type *tqe_next; struct type **tqe_prev; }
#define	TAILQ_FIRST(head)	((head)->tqh_first)
#define	TAILQ_EMPTY(head)	(TAILQ_FIRST(head) == (void *)0)
#define	TAILQ_NEXT(elm, f)	((elm)->f.tqe_next)
#define	TAILQ_LAST(head, headname)					\
	(*(((struct headname *)((head)->tqh_last))->tqh_last))
#define	TAILQ_PREV(elm, headname, f)					\
	(*(((struct headname *)((elm)->f.tqe_prev))->tqh_last))
#define	TAILQ_INIT(head) do {						\
	TAILQ_FIRST(head) = (void *)0;					\
	(head)->tqh_last = &TAILQ_FIRST(head);				\
} while (0)
#define	TAILQ_FOREACH(var, head, f)					\
	for ((var) = TAILQ_FIRST(head); (var); (var) = TAILQ_NEXT(var, f))
#define	TAILQ_FOREACH_SAFE(var, head, f, tmp)				\
	for ((var) = TAILQ_FIRST(head);					\
	    (var) && ((tmp) = TAILQ_NEXT(var, f), 1); (var) = (tmp))
#define	TAILQ_INSERT_HEAD(head, elm, f) do {				\
	if ((TAILQ_NEXT(elm, f) = TAILQ_FIRST(head)) != (void *)0)	\
		TAILQ_FIRST(head)->f.tqe_prev = &TAILQ_NEXT(elm, f);	\
	else								\
		(head)->tqh_last = &TAILQ_NEXT(elm, f);			\
	TAILQ_FIRST(head) = (elm);					\
	(elm)->f.tqe_prev = &TAILQ_FIRST(head);				\
} while (0)
#define	TAILQ_INSERT_TAIL(head, elm, f) do {				\
	TAILQ_NEXT(elm, f) = (void *)0;					\
	(elm)->f.tqe_prev = (head)->tqh_last;				\
	*(head)->tqh_last = (elm);					\
	(head)->tqh_last = &TAILQ_NEXT(elm, f);				\
} while (0)
#define	TAILQ_INSERT_BEFORE(at, elm, f) do {				\
	(elm)->f.tqe_prev = (at)->f.tqe_prev;				\
	TAILQ_NEXT(elm, f) = (at);					\
	*(at)->f.tqe_prev = (elm);					\
	(at)->f.tqe_prev = &TAILQ_NEXT(elm, f);				\
} while (0)
#define	TAILQ_INSERT_AFTER(head, at, elm, f) do {			\
	if ((TAILQ_NEXT(elm, f) = TAILQ_NEXT(at, f)) != (void *)0)	\
		TAILQ_NEXT(elm, f)->f.tqe_prev = &TAILQ_NEXT(elm, f);	\
	else								\
		(head)->tqh_last = &TAILQ_NEXT(elm, f);			\
	TAILQ_NEXT(at, f) = (elm);					\
	(elm)->f.tqe_prev = &TAILQ_NEXT(at, f);				\
} while (0)
#define	TAILQ_REMOVE(head, elm, f) do {					\
	TAILQ_CHECK(elm, f);						\
	if (TAILQ_NEXT(elm, f) != (void *)0)				\
		TAILQ_NEXT(elm, f)->f.tqe_prev = (elm)->f.tqe_prev;	\
	else								\
		(head)->tqh_last = (elm)->f.tqe_prev;			\
	*(elm)->f.tqe_prev = TAILQ_NEXT(elm, f);			\
} while (0)
/* Put all of the second list behind the first; it is empty then. */
#define	TAILQ_CONCAT(head, more, f) do {				\
	if (!TAILQ_EMPTY(more)) {					\
		*(head)->tqh_last = TAILQ_FIRST(more);			\
		TAILQ_FIRST(more)->f.tqe_prev = (head)->tqh_last;	\
		(head)->tqh_last = (more)->tqh_last;			\
		TAILQ_INIT(more);					\
	}								\
} while (0)

#endif /* !_SYS_QUEUE_H_ */
