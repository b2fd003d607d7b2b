/*
 * The letters by which ktrace and kdump are told what to trace and show.
 */
#ifndef _KTRPOINTS_H_
#define	_KTRPOINTS_H_

#define	DEF_TRACEFILE	"ktrace.out"

/* The KTRFAC_* that the letters stand for, or -1 if one is unknown. */
int	 getpoints(const char *letters);

/* What is traced without an option; and all that is shown, or cleared. */
#define	DEF_POINTS	"cinsu"
#define	ALL_POINTS	DEF_POINTS "w"

#endif /* !_KTRPOINTS_H_ */
