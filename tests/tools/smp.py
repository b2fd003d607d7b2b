#!/usr/bin/env python3
"""Tests of what the kernel learns of processors: ACPI, and the MP table."""

import os
import tempfile

import tap
from tap import tine

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
    lines = said("--smp", "10")
    assert lines[-1:] == found(8, "ACPI"), lines
    assert sum("left alone" in line for line in lines) == 2, lines


def test_mp_table_1():
    assert said("--smp", "1", *NO_ACPI) == found(1, "MP table")


def test_mp_table_4():
    # The BIOS lists one processor of each socket in this table.
    lines = said("--qemu=-smp", "--qemu=4,sockets=4", *NO_ACPI)
    assert lines == found(4, "MP table"), lines


if __name__ == "__main__":
    tap.main(globals())
