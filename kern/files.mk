KERN_SRCS += kern/init_proc.c
KERN_SRCS += kern/kern_exit.c
KERN_SRCS += kern/kern_fork.c
KERN_SRCS += kern/kern_kinfo.c
KERN_SRCS += kern/kern_pid.c
KERN_SRCS += kern/kern_proc.c
KERN_SRCS += kern/kern_prot.c
KERN_SRCS += kern/kern_resource.c
