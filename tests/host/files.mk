HOST_TESTS += tests/host/pid
tests/host/pid_SRCS := tests/host/pid.c kern/kern_pid.c
tests/host/pid_CFLAGS := -D_KERNEL -Itests/host/shim -idirafter .
