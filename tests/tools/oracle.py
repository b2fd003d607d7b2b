#!/usr/bin/env python3
"""Tests of the memory oracle of the debug kernel: debug.vm_recount, and
debug.vm_oracle, which recounts after system calls.  debug.vm_miscount plants
a fault: a reference too many to a page of the caller's."""

import re

import tap
from tap import tine


def test_names_call_process_page_and_counts():
    """The panic comes with the first call that is wrong."""
    done = tine("--cmdline", "debug.vm_oracle=1", "--exec",
                "sysctl debug.vm_miscount=1; echo on").expect(125)
    said = re.search(r"^panic: oracle: 2 errors after __sysctl by pid (\d+) "
                     r"\(sysctl\); the last count was after \w+ by pid \d+$",
                     done.out, re.MULTILINE)
    assert said, done.out
    assert f"oracle: pid {said[1]}, address 0x" in done.out, done.out
    assert re.search(r"^oracle: page 0x[0-9a-f]+ \(private\): references 2, "
                     r"should be 1$", done.out, re.MULTILINE), done.out


def test_every_so_many_calls():
    """Not before: there is time to see by hand that something is wrong."""
    done = tine("--cmdline", "debug.vm_oracle=1000000", "--exec",
                "sysctl debug.vm_miscount=1; sysctl debug.vm_recount")
    done.expect(0)
    # The process has ended, and left its page behind.
    assert "references 1, should be 0" in done.out, done.out
    assert "debug.vm_recount: 1\n" in done.out, done.out


def test_fault_is_a_leak():
    """Every user test is run by leaks, which fails then."""
    done = tine("--exec", "leaks sysctl debug.vm_miscount=1").expect(1)
    assert "leaks: the recount of all pages found 1 faults" in done.out, \
        done.out


def test_fork_programs():
    """All ways to make a process, with a count every now and then: forktest
    fills the table of processes, so that one takes long, and in rforktest
    processes that wait make calls all the time."""
    for program, calls in (("forktest", 199), ("rforktest", 199),
                           ("vforktest", 7)):
        done = tine("--cmdline", f"debug.vm_oracle={calls}", "--exec",
                    program).expect(0)
        assert f"\n{program}: OK\n" in "\n" + done.out, done.out


def test_threads():
    """What several do with the memory that they share: now and then, for
    the threads that wait for each other make calls all the time."""
    done = tine("--cmdline", "debug.vm_oracle=997", "--exec",
                "/usr/tests/tlb -q").expect(0)
    assert "minherit: no write is lost" in done.out, done.out


def test_not_in_the_release_kernel():
    done = tine("--release", "--exec", "sysctl debug.vm_oracle=1")
    assert done.status == 1 and "debug.vm_oracle" in done.out, done.out


if __name__ == "__main__":
    tap.main(globals())
