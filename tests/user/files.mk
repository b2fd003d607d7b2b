TEST_PROGS += badptr
TEST_PROGS += fileio
TEST_PROGS += jobs
TEST_PROGS += pipes
TEST_PROGS += fpu
