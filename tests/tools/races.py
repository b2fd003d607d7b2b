#!/usr/bin/env python3
"""The races around fork under a thousand seeded schedules each, on a machine
that does the same thing every time (--icount)."""

import re

import tap
from tap import tine

SEEDS = 1000
LIMIT = 800             # seconds; a loaded machine is slow


def races(*names):
    command = " ".join(["/usr/tests/forkraces", "-n", str(SEEDS), *names])
    done = tine("--icount", "--timeout", str(LIMIT), "--exec", command,
                limit=LIMIT + 60)
    done.expect(0)
    told = re.findall(r"^ok \d+ - ", done.out, re.MULTILINE)
    assert len(told) == len(names), done.out


def test_groups():
    races("killpg", "sigint", "terminal", "setpgid")


def test_exits():
    races("leader", "parent", "vfork", "ignored")


def test_waits():
    races("wait", "stops", "list")


if __name__ == "__main__":
    tap.main(globals())
