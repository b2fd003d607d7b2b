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


def blocks(mark):
    """The examples of docs/debugging.md that begin with that: their lines."""
    with open(os.path.join(TREE, "docs", "debugging.md"),
              encoding="utf-8") as file:
        found = re.findall(r"^```console\n(.*?)^```$", file.read(),
                           re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in found if block.startswith(mark)]


def plain(line):
    """A line without its numbers, and with single spaces."""
    line = re.sub(r"0x[0-9a-f]+|\b[0-9a-f]{8}\b", "H", line.rstrip())
    return re.sub(r" +", " ", re.sub(r"\d+", "N", line))


def agrees(example, text):
    """Each line of an example is there, in that order; ... is anything."""
    lines = iter([plain(line) for line in text.splitlines()])
    for line in example:
        if line == "...":
            continue
        wanted = re.escape(plain(line)).replace(r"\.\.\.", ".*")
        assert any(re.fullmatch(wanted, line) for line in lines), \
            f"{text}\nnot so: {line}"


def test_examples_of_the_documentation():
    found = blocks("$ tools/run ")
    assert len(found) == 2
    for example in found:
        command = re.fullmatch(r"\$ tools/run --exec '(.*)'", example[0])[1]
        done = tine("--timeout", "30", "--exec", command).expect(125)
        agrees(example[1:], done.out + done.err)


for NAME, CMDLINE, SENTENCES in bugs():
    globals()[f"test_{NAME}"] = one(NAME, CMDLINE, SENTENCES)


def test_the_watchdog_lets_stopped_processes_wait():
    tine("--cmdline", "debug.watchdog.panic=1 debug.watchdog.seconds=1",
         "--exec", "sh -c 'kill -STOP $$' & sleep 4; kill -KILL $!; echo fine"
         ).expect(0, "fine\n")


def test_the_watchdog_tells_and_goes_on():
    done = tine("--smp", "2", "--cmdline", "debug.watchdog.seconds=1",
                "--exec", "sysctl debug.plant=wakeup & sleep 3; echo fine")
    done.expect(0)
    told = re.findall(r'^watchdog: pid \d+ \(sysctl\) has slept on "plant" .*\n'
                      r"  #0 .* mi_switch\+.*\n(?:  #.*\n)* *#\d+ .* "
                      r"plant_wakeup\+", done.out + done.err, re.MULTILINE)
    assert len(told) == 1, done.out + done.err
    assert done.out.endswith("\nfine\n"), done.out


def test_every_bug_is_described():
    with open(os.path.join(FOLDER, "plant.c"), encoding="ascii") as file:
        planted = re.findall(r'^\t\{ "(\w+)", plant_\w+ \},$', file.read(),
                             re.MULTILINE)
    assert planted == [name for name, _, _ in bugs()], planted
    assert len(planted) >= 12


if __name__ == "__main__":
    tap.main(globals())
