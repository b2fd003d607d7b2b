#!/usr/bin/env python3
"""Tests of many processes, and of the memory that only their stacks use."""

import os
import re
import shutil
import tempfile

import tap
from tap import tine
from tinelib.places import Build

BIG = ("--mem", "1024")


def crowd(least, maxproc, *options, limit=180):
    """Run the user test of that name on a big machine, and look for leaks."""
    done = tine(*BIG, "--timeout", str(limit - 10), "--cmdline",
                f"kern.maxproc={maxproc}", "--exec",
                f"leaks /usr/tests/crowd {least}", *options, limit=limit)
    done.expect(0)
    assert "not ok" not in done.out and "1..9" in done.out, done.out
    assert "Resource temporarily unavailable" in done.out, done.out
    assert "maxproc limit exceeded by uid 0" in done.out, done.out


def log_of(*options):
    """All that the console shows of a machine that prints kern.maxproc."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        tine("--log", log, "--exec", "sysctl -n kern.maxproc",
             *options).expect(0)
        with open(log, encoding="utf-8", errors="replace") as file:
            return file.read()


def test_thirty_thousand():
    crowd(30000, 30100, "--release")


def test_more_than_the_smallest_kernel_map_holds():
    crowd(11900, 12000)


def test_no_memory_left():
    """fork says ENOMEM; whoever writes to a page meanwhile may be killed."""
    for megabytes in range(60, 63):
        done = tine("--mem", str(megabytes), "--cmdline",
                    "kern.maxproc=30100", "--exec",
                    "leaks /usr/tests/crowd 1000").expect(0)
        assert "Cannot allocate memory" in done.out or \
            "out of memory: pid" in done.out, done.out


def test_kernel_tests_with_high_memory():
    for options in ((), ("--release", "--cmdline", "kern.maxproc=30100")):
        done = tine(*BIG, "--ktest", "vm_*", *options).expect(0)
        assert re.search(r"^ok \d+ vm_kern.kmem_high$", done.out,
                         re.MULTILINE), done.out


def test_overflow_of_a_stack_in_high_memory():
    done = tine(*BIG, "--exec", "sysctl debug.overflow=1").expect(125)
    assert "kernel stack overflow" in done.out, done.out


def test_who_gets_which_memory():
    text = log_of("--mem", "2048")
    assert "1027 MB above 1020 MB cannot be used" in text, text
    assert "124 MB above 896 MB serve the kernel map only" in text, text
    text = log_of("--mem", "1024", "--cmdline", "kern.maxproc=30100")
    assert "404 MB above 616 MB serve the kernel map only" in text, text
    text = log_of("--cmdline", "kern.maxproc=30100")
    assert " MB above " not in text, text


def test_maxproc_is_checked():
    for asked, given, why in (
            (5, 16, "the kernel needs some itself"),
            (-1, 16, "the kernel needs some itself"),
            (50000, 33333, "one for every three process ids")):
        text = log_of("--cmdline", f"kern.maxproc={asked}")
        assert f"kern.maxproc: {given} instead of {asked}: {why}" in text and \
            f"\n{given}\n" in text.replace("\r", ""), text
    text = log_of("--cmdline", "kern.maxproc=33333")
    assert "instead of" not in text and "33333" in text, text


def test_large_root_archive():
    """It takes its place in the direct map before the stacks take theirs."""
    build = Build()
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(build.folder, "root.manifest"),
                   os.path.join(folder, "root.manifest"))
        root = os.path.join(folder, "root.tar")
        shutil.copyfile(build.root, root)
        os.truncate(root, 120 << 20)
        text = log_of(*BIG, "--build", folder, "--kernel", build.kernel,
                      "--cmdline", "kern.maxproc=33333")
    line = re.search(r"kern.maxproc: (\d+) instead of 33333: the boot modules "
                     r"leave no room", text)
    assert line and 25000 < int(line[1]) < 30000, text


if __name__ == "__main__":
    tap.main(globals())
