/*
 * Jobs: what jobs.c and jobctl.c share.
 */
#ifndef _JOBS_H_
#define	_JOBS_H_

#include <stdbool.h>
#include <stdio.h>

enum job_state { JOB_RUNNING, JOB_STOPPED, JOB_DONE };

struct member {
	pid_t	pid;
	int	status;			/* as wait4() gave it */
	enum job_state state;
};

struct job {
	struct job *next;
	bool	background;
	bool	control;		/* has a process group of its own */
	bool	changed;		/* to be told at the next prompt */
	int	number;			/* as %number, or 0 */
	unsigned used;			/* when: the last one is %+ */
	pid_t	pgid;			/* with control; 0 before the fork */
	char	*text;			/* the command, or NULL */
	int	count;
	struct member *members;		/* in the order of the pipeline */
};

extern struct job *jobs;

/* jobs.c */
enum job_state job_state(const struct job *);
void	 jobs_reap(void);
int	 job_stop_signal(const struct job *);
struct job *job_by_number(int);
int	 jobs_highest(void);
void	 job_number(struct job *);

/* jobctl.c */
void	 terminal_give(pid_t);
void	 terminal_save(void);
void	 terminal_restore(void);
void	 job_control_child(void);
void	 job_show(struct job *, FILE *);
struct job *job_find(const char *, const char *);

#endif /* !_JOBS_H_ */
