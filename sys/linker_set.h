/*
 * Linker sets: arrays that the linker gathers from all files.
 */
#ifndef _SYS_LINKER_SET_H_
#define	_SYS_LINKER_SET_H_

#include <sys/cdefs.h>

#define	DATA_SET(set, sym)						\
	static void const *__CONCAT(__set_##set##_sym_, sym)		\
	    __attribute__((__section__("set_" #set), __used__)) = &(sym)

#define	SET_DECLARE(set, type)						\
	extern type *__start_set_##set[];				\
	extern type *__stop_set_##set[]
#define	SET_BEGIN(set)	(&__start_set_##set[0])
#define	SET_LIMIT(set)	(&__stop_set_##set[0])
#define	SET_FOREACH(pvar, set)						\
	for ((pvar) = SET_BEGIN(set); (pvar) < SET_LIMIT(set); (pvar)++)
#define	SET_COUNT(set)	(SET_LIMIT(set) - SET_BEGIN(set))

#endif /* !_SYS_LINKER_SET_H_ */
