/*
 * The letters by which ktrace and kdump are told what to trace and show.
 */
#ifndef _KTRPOINTS_H_
#define	_KTRPOINTS_H_

#define	DEF_TRACEFILE	"ktrace.out"

/* The KTRFAC_* that the letters stand for, or -1 if one is unknown. */
int	 getpoints(const char *letters);

/* What they stand for without an option. */
#define	DEF_POINTS	"cinsu"

#endif /* !_KTRPOINTS_H_ */
