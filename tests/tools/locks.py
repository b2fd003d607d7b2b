#!/usr/bin/env python3
"""Tests of locks on several processors, from outside: a spin mutex that is
never given back, and the program lockstat."""

import re

import tap
from tap import tine


def test_spin_mutex_lost():
    """Two processes want a mutex that the first never gives back."""
    done = tine("--smp", "2", "--cmdline", "debug.spin_seconds=2", "--exec",
                "sysctl debug.spin_hang=1 & sysctl debug.spin_hang=1")
    done.expect(125)
    said = done.out + done.err
    assert re.search(r"panic: spin mutex spin hang held too long by process "
                     r"\d+ \(sysctl\) on processor [01], taken at "
                     r"kern/kern_spin\.c:\d+; wanted at kern/kern_spin\.c:",
                     said), said[-3000:]
    owner = re.search(r"on processor (\d), taken", said).group(1)
    trace = re.search(rf"\nprocessor {owner}: process \d+ \(sysctl\)"
                      r"(.*?)(\n\S*processor|\Z)", said, re.S)
    assert trace and "sysctl_debug_spin_hang" in trace.group(1), said[-3000:]


def test_spin_hang_needs_two():
    tine("--smp", "1", "--exec", "sysctl debug.spin_hang=1").expect(1)


ROW = re.compile(r"^ *(\d+) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +"
                 r"(mtx|spin|sx|sx-r) +(\S.*) at (\S+):(\d+)$", re.M)


def lockstat(*options, smp="2", command="forkbench -p 2 -n 30 fork_min",
             more=""):
    done = tine("--release", "--smp", smp, "--exec",
                " ".join(["lockstat", *options, command]) + more)
    return done, [(int(r[0]), int(r[1]), *map(float, r[2:6]), *r[6:])
                  for r in ROW.findall(done.out)]


def test_lockstat():
    # Long reads, in which Giant is held, so that somebody has to wait.
    done, rows = lockstat("-n 2000 sh -c", command="""'
        forkbench -p 2 -n 30 fork_min
        head -c 20000000 /dev/zero >/dev/null &
        head -c 20000000 /dev/zero >/dev/null
        wait'""")
    done.expect(0)
    assert len(rows) > 50, done.out
    names = {row[7] for row in rows}
    assert {"proctree", "allproc", "process lock", "sched lock"} <= names
    for count, waited, wait, longest_wait, held, longest, *_ in rows:
        assert 0 <= waited <= count and longest_wait <= wait, done.out
        assert longest <= held and (waited > 0 or wait == 0), done.out
    waits = [row[2] for row in rows]
    assert waits == sorted(waits, reverse=True), waits
    assert sum(row[1] for row in rows) > 0, "nobody ever had to wait"
    assert "not counted" not in done.out, done.out


def test_lockstat_alone():
    """On one processor nobody waits for a spin mutex."""
    done, rows = lockstat("-s hold -n 2000", smp="1")
    done.expect(0)
    assert all(row[1] == 0 for row in rows if row[6] == "spin"), done.out
    holds = [row[4] for row in rows]
    assert holds == sorted(holds, reverse=True), holds


def test_lockstat_options():
    done, rows = lockstat("-s count -n 3", command="true", smp="1",
                          more="; lockstat -n 1; sysctl debug.lockstat")
    done.expect(0)
    assert len(rows) == 4 and rows[0][0] >= rows[1][0], done.out
    assert "debug.lockstat: 0" in done.out, done.out


def test_lockstat_status():
    for command, status in (("false", 1), ("none", 127),
                            ("sh -c 'kill -9 $$'", 137)):
        lockstat(command=command, smp="1")[0].expect(status)
    done, rows = lockstat(command="", smp="1")
    done.expect(0)
    assert not rows, done.out


if __name__ == "__main__":
    tap.main(globals())
