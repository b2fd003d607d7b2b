KERN_SRCS += tests/kern/fork_test.c
