/*
 * NULL, for the headers that must define it without <stddef.h>.
 */
#ifndef NULL
#if defined(__cplusplus)
#define	NULL	__null
#else
#define	NULL	((void *)0)
#endif
#endif
