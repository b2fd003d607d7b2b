KERN_SRCS += tests/kern/fork_test.c
KERN_SRCS += tests/kern/vfs_test.c
KERN_SRCS += tests/kern/fd_test.c
KERN_SRCS += tests/kern/pipe_test.c
KERN_SRCS += tests/kern/tty_test.c
KERN_SRCS += tests/kern/arch_test.c
KERN_SRCS += tests/kern/sig_test.c
KERN_SRCS += tests/kern/exec_test.c
