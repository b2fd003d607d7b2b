# Runs the others, and measures what they leave behind.
USER_PROGS += leaks
leaks_SRCS := tests/user/leaks.c
leaks_DIR := usr/tests
leaks_CFLAGS := -iquote tests/user
TEST_PROGS += badptr
TEST_PROGS += fileio
TEST_PROGS += jobs
TEST_PROGS += pipes
TEST_PROGS += fpu
TEST_PROGS += rfork
TEST_PROGS += rounds
TEST_PROGS += libc
TEST_PROGS += execs
TEST_PROGS += faults
TEST_PROGS += signals
TEST_PROGS += timers
TEST_PROGS += mem
