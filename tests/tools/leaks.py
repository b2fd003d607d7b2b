#!/usr/bin/env python3
"""Tests of what measures the user tests: leaks, kern.leaks, kern.quiet."""

import re

import tap
from tap import tine


def leaks(command, status, *options):
    """Run leaks on a command; the lines it prints, without its name."""
    done = tine("--exec", f"leaks {command}", *options).expect(status)
    return [line[len("leaks: "):] for line in done.out.splitlines()
            if line.startswith("leaks: ")], done.out


def differences(lines):
    """The counters named, with by how much each has grown."""
    found = {}
    for line in lines:
        if " was " in line:
            name, numbers = line.split(" was ")
            before, after = numbers.split(", is ")
            found[name] = int(after) - int(before)
    return found


def test_nothing_is_left():
    assert leaks("true", 0) == ([], "")


def test_nothing_is_left_release():
    assert leaks("true", 0, "--release") == ([], "")


def test_status_of_the_command():
    assert leaks("sh -c 'exit 7'", 7) == ([], "")
    assert leaks("sh -c 'kill -9 $$'", 137)[0] == []


def test_files_are_named():
    found = differences(leaks("touch /tmp/a /tmp/b", 1)[0])
    assert found["ramfs_nodes"] == 2, found
    assert "vnodes" not in found and "procs" not in found, found


def test_a_status_is_not_lost():
    lines, _ = leaks("sh -c 'touch /tmp/a; exit 3'", 3)
    assert differences(lines)["ramfs_nodes"] == 1


def test_process_that_stays_is_named():
    lines, _ = leaks("sh -c 'sleep 1000 &'", 1)
    found = differences(lines)
    for name in ("procs", "kernel_stacks", "zone: vmspace", "zone: sigacts"):
        assert found[name] == 1, found
    assert any("(sleep), child of 1, is left" in line for line in lines), lines


def test_exits_under_way_are_waited_for():
    """Orphans that somebody has killed, and init must still reap."""
    many = "for i in 1 2 3 4 5 6 7 8; do sleep 1000 & all=\"$all $!\"; done"
    assert leaks(f"sh -c '{many}; kill -9 $all'", 0) == ([], "")


def test_no_rest_is_named():
    lines, out = leaks("sh -c 'while :; do :; done &'", 1)
    assert "there is still somebody at work" in lines, lines
    assert "(sh) runs" in out, out


# How memhog ends when it has taken all there is: its status, what is said.
# The next child is killed while it writes, or cannot be made.
MEMHOG = {
    "memhog": (137, r"out of memory: pid \d+ \(memhog\) killed at .*"),
    "memhog -f": (1, r"memhog: \d+ children with 8 MB each; the next was "
                     r"(killed|not made): Cannot allocate memory"),
}


def memory_runs_out(times, *options):
    """By writes, and by forks and writes: each time all ends with a clear
    message, the shell lives, and nothing is lost."""
    for command, (status, message) in MEMHOG.items():
        found, out = leaks(f"sh -c 'for i in $(seq {times}); do {command}; "
                           "echo status $?; done; echo alive'", 0,
                           "--mem", "64", "--timeout", "170", *options)
        assert found == [] and out.endswith("alive\n"), out[-2000:]
        assert out.count(f"status {status}\n") == times, out[-2000:]
        assert len(re.findall(f"^{message}$", out, re.MULTILINE)) == times, \
            out[-2000:]


def test_memory_runs_out():
    memory_runs_out(5)


def test_memory_runs_out_with_no_tables_shared():
    memory_runs_out(5, "--cmdline", "vm.pmap_share=0")


def test_memory_runs_out_a_hundred_times():
    memory_runs_out(100, "--release")


if __name__ == "__main__":
    tap.main(globals())
