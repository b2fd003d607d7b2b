#!/usr/bin/env python3
"""The races around fork, of address spaces, and stress, on several processors
that lose time at random where another may come between: a hundred seeds of
debug.smp_jitter, many in one machine.

A seed makes a failure likely again, not certain: the processors really run
at the same time.
"""

import tap
from tap import tine

LIMIT = 800             # seconds; a loaded machine is slow

# One seed.  Whatever fails says so, and ends the loop with its status.
MIX = ("sysctl debug.smp_jitter=$seed >/dev/null; "
       "forkraces -s $seed -n 1 >/tmp/out && tlb -q >/tmp/out && "
       "stress --seconds 1 --seed $seed >/tmp/out || "
       "{ echo seed $seed; cat /tmp/out; exit 1; }")
FORKS = ("sysctl debug.smp_jitter=$seed >/dev/null; "
         "forktest >/tmp/out && rforktest >/tmp/out && "
         "vforktest >/tmp/out || "
         "{ echo seed $seed; cat /tmp/out; exit 1; }")
MEMORY = ("sysctl debug.smp_jitter=$seed >/dev/null; "
          "cow >/tmp/out && vmtree -s $seed -n 1 >/tmp/out || "
          "{ echo seed $seed; cat /tmp/out; exit 1; }")


def seeds(smp, first, last, body):
    script = ("PATH=$PATH:/usr/tests; "
              f"for seed in $(seq {first} {last}); do {body}; done; "
              "sysctl debug.smp_jitter=0 >/dev/null; rm /tmp/out")
    tine("--smp", str(smp), "--timeout", str(LIMIT), "--exec",
         "leaks sh -c '" + script + "'", limit=LIMIT + 60).expect(0)


def test_mix_2():
    seeds(2, 1, 50, MIX)


def test_mix_4():
    seeds(4, 51, 100, MIX)


def test_forks_2():
    seeds(2, 1, 4, FORKS)


def test_forks_4():
    seeds(4, 5, 8, FORKS)


def test_memory_4():
    seeds(4, 9, 10, MEMORY)


def test_kernel_4():
    """All of the kernel's own tests."""
    done = tine("--smp", "4", "--cmdline", "debug.smp_jitter=3", "--timeout",
                str(LIMIT), "--ktest", "*", limit=LIMIT + 60).expect(0)
    assert done.out.count("\nok ") > 250 and "not ok" not in done.out, done.out


if __name__ == "__main__":
    tap.main(globals())
