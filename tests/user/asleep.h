/*
 * To know that another process sleeps: a test that sends it something then
 * finds it there, and no time has to be guessed.
 */
#ifndef _ASLEEP_H_
#define	_ASLEEP_H_

#include <sys/types.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

/*
 * Let others run until the process sleeps for that reason (which ps shows);
 * without one, until it is stopped.  Returns 0 as soon as it has ended.
 */
static __inline int
wait_asleep(pid_t pid, const char *wmesg)
{
	int mib[4] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, pid };
	struct kinfo_proc ki;
	size_t len;

	for (;;) {
		len = sizeof(ki);
		if (sysctl(mib, 4, &ki, &len, NULL, 0) != 0 || len == 0 ||
		    ki.ki_stat == SZOMB)
			return (0);
		if (wmesg == NULL ? ki.ki_stat == SSTOP :
				    ki.ki_stat == SSLEEP &&
			    strcmp(ki.ki_wmesg, wmesg) == 0)
			return (1);
		sched_yield();
	}
}

/*
 * Have a child send the caller sig when it sleeps for that reason.  Returns
 * the child, which ends then.
 */
static __inline pid_t
signal_asleep(int sig, const char *wmesg)
{
	pid_t pid = must_fork();

	if (pid == 0) {
		wait_asleep(getppid(), wmesg);
		_exit(kill(getppid(), sig));
	}
	return (pid);
}

#endif /* !_ASLEEP_H_ */
