#!/usr/bin/env python3
"""Panics that explain: each bug of tests/mutants/panics gives a report that
names the cause, and ends the machine with a status."""

import os
import re

import tap
from tap import TREE, tine

FOLDER = os.path.join(TREE, "tests", "mutants", "panics")


def bugs():
    """[(name, command line, [regular expression])] of panics.txt."""
    found = []
    with open(os.path.join(FOLDER, "panics.txt"), encoding="ascii") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            if line.startswith("  "):
                found[-1][2].append(line.strip())
            else:
                name, _, cmdline = line.partition("|")
                found.append((name.strip(), cmdline.strip(), []))
    return found


def check(name, cmdline, sentences, *options):
    done = tine("--cmdline", cmdline, "--timeout", "30", *options, "--exec",
                f"sysctl debug.plant={name}").expect(125)
    said = done.out + done.err
    for sentence in sentences:
        assert re.search(rf"^.*{sentence}", said, re.MULTILINE), \
            f"not said: {sentence}\n{said[-6000:]}"
    assert "another panic" not in said, said
    return said


def one(name, cmdline, sentences):
    def test():
        said = check(name, cmdline, sentences)
        if name == "triple":
            return
        # The sections that any report has, and none that failed.
        for section in (r"^process \d+ \(", "^registers:$", "^backtrace:$",
                        r"^ktr: end events=\d+",
                        r"^the family of pid \d+:\n  [01] \w+ "):
            assert re.search(section, said, re.MULTILINE), \
                f"no {section}\n{said}"
        assert "this part ends here" not in said, said
        # The frame of a bad iret is a program's: there is nothing behind it.
        assert "\nrun: in the sources: backtrace\n" in said or \
            name == "iret", said
    return test


for NAME, CMDLINE, SENTENCES in bugs():
    globals()[f"test_{NAME}"] = one(NAME, CMDLINE, SENTENCES)


def test_every_bug_is_described():
    with open(os.path.join(FOLDER, "plant.c"), encoding="ascii") as file:
        planted = re.findall(r'^\t\{ "(\w+)", plant_\w+ \},$', file.read(),
                             re.MULTILINE)
    assert planted == [name for name, _, _ in bugs()], planted
    assert len(planted) >= 12


if __name__ == "__main__":
    tap.main(globals())
