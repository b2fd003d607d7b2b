#!/usr/bin/env python3
"""Tests of several processors: what the firmware's tables tell of them (ACPI,
and the MP table), that all come to work, and at the same time."""

import os
import tempfile

import tap
from tap import tine

# pylint: disable=wrong-import-position
from tinelib.machine import Machine, Settings
from tinelib.places import Build

NO_ACPI = ("--qemu=-machine", "--qemu=pc,acpi=off")


def said(*options):
    """Boot with these options; the console's lines about processors."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        tine("--cmdline", "verbose", "--log", log, *options, "--exec",
             "echo ok").expect(0, "ok\n")
        with open(log, encoding="utf-8", errors="replace") as file:
            return [line.strip() for line in file
                    if line.startswith(("mp:", "ACPI:", "MP table:"))]


def found(number, source, controllers=1):
    return [f"mp: {number} processors, {controllers} I/O APICs ({source})"]


def test_acpi_1():
    assert said("--smp", "1") == found(1, "ACPI")


def test_acpi_2():
    assert said("--smp", "2") == found(2, "ACPI")


def test_acpi_4():
    assert said("--smp", "4") == found(4, "ACPI")


def test_acpi_8():
    assert said("--smp", "8") == found(8, "ACPI")


def test_acpi_beyond_the_direct_map():
    assert said("--smp", "4", "--mem", "1024") == found(4, "ACPI")


def test_acpi_more_than_we_can_use():
    lines = said("--qemu=-smp", "--qemu=10")
    assert lines[-1:] == found(8, "ACPI"), lines
    assert sum("left alone" in line for line in lines) == 2, lines


def test_mp_table_1():
    assert said("--smp", "1", *NO_ACPI) == found(1, "MP table")


def test_mp_table_4():
    # The BIOS lists one processor of each socket in this table.
    lines = said("--smp", "4", *NO_ACPI)
    assert lines == found(4, "MP table"), lines


def cpus(number, *options):
    """How many processors the kernel has at work."""
    tine("--smp", str(number), *options, "--exec",
         "sysctl -n kern.smp.cpus").expect(0, f"{number}\n")


def test_at_work():
    for number in range(1, 9):
        cpus(number)


def test_at_work_release():
    for number in (1, 2, 4, 8):
        cpus(number, "--release")


def test_at_work_icount():
    cpus(4, "--icount")


def test_as_many_as_wanted():
    tine("--smp", "4", "--cmdline", "kern.smp.maxcpus=3", "--exec",
         "sysctl -n kern.smp.cpus").expect(0, "3\n")


def test_out_of_range():
    for number in ("0", "-1", "9"):
        done = tine("--smp", number, "--exec", "true").expect(2, "")
        assert f"--smp: {number} " in done.err, done.err
    tine("--smp", "two", "--exec", "true").expect(2, "")


def test_interrupted_at_once():
    """Not at the next tick, which is told from it only where the load of the
    host does not matter."""
    for number in ("2", "3"):
        tine("--icount", "--smp", number, "--exec",
             "/usr/tests/cpus -s").expect(0)


def threads(icount):
    """How many threads of the host's four processors are."""
    settings = Settings()
    settings.kernel = Build().kernel
    settings.smp, settings.icount = 4, icount
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(settings, folder)
        try:
            listed = machine.ask("query-cpus-fast", limit=30)
        finally:
            machine.kill()
    assert len(listed) == 4, listed
    return len({cpu["thread-id"] for cpu in listed})


def test_really_at_the_same_time():
    assert threads(False) == 4


def test_icount_takes_turns():
    assert threads(True) == 1


if __name__ == "__main__":
    tap.main(globals())
