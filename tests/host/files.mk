HOST_TESTS += tests/host/pid
tests/host/pid_SRCS := tests/host/pid.c kern/kern_pid.c
tests/host/pid_CFLAGS := -D_KERNEL -Itests/host/shim -idirafter .
HOST_TESTS += tests/host/elf_check
tests/host/elf_check_SRCS := tests/host/elf_check.c kern/elf_check.c
tests/host/elf_check_CFLAGS := -D_KERNEL -Itests/host/shim -idirafter .
