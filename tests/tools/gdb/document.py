#!/usr/bin/env python3
"""The gdb sessions in docs/debugging.md, to be run again.

    python3 tests/tools/gdb/document.py --update    write what gdb says now

A block marked "gdb" begins with "$ make gdb EXEC=..." or "$ make replay", or
goes on with the session of the block before.  Below each "(gdb) command" are
lines of its output, in their order: "..." stands for some that are left out, at
the end of a line for the rest of it.  Numbers may be others than in the
document.
"""

import os
import re
import sys

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
DOCUMENT = os.path.join(TREE, "docs/debugging.md")
WIDTH = 96
BLOCK = re.compile(r"^```gdb\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START = re.compile(r"^\$ make (gdb|record|replay)(?: EXEC=(.*))?$")


class Command:
    """One, with the lines below it."""

    def __init__(self, text):
        self.text, self.lines = text, []


class Run:
    """A session: of make gdb with a program, or of make replay."""

    def __init__(self, replay, program):
        self.replay, self.program, self.commands = replay, program, []


def read(text):
    """The sessions of a document."""
    sessions, recorded = [], None
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            start = START.match(line)
            if start and start[1] == "record":
                recorded = start[2]
            elif start:
                replay = start[1] == "replay"
                sessions.append(Run(replay,
                                    recorded if replay else start[2]))
            elif line.startswith("(gdb) "):
                sessions[-1].commands.append(Command(line[6:]))
            elif sessions[-1].commands:
                sessions[-1].commands[-1].lines.append(line)
    return sessions


def plain(line):
    """A line without what may differ from build to build."""
    line = re.sub(r"\S+/(?=gen/stubs/)", "", " ".join(line.split()))
    return re.sub(r"0x[0-9a-f]+|\b[0-9a-f]{8}\b|\d+", "N", line)


def same(documented, said):
    documented, said = plain(documented), plain(said)
    if documented.endswith("..."):
        return said.startswith(documented[:-3].rstrip())
    return said == documented


def differences(command, output):
    """The documented lines that are not in the output, in that order; and what
    shall not be there."""
    said = output.splitlines()
    for line in command.lines + said:
        if "Error occurred in Python" in line:
            yield line
    at = 0
    for line in command.lines:
        if line.strip() in ("...", ""):
            continue
        found = next((i for i in range(at, len(said)) if same(line, said[i])),
                     None)
        if found is None:
            yield line
        else:
            at = found + 1


def cut(line):
    line = re.sub(r"\S+/(?=gen/stubs/)", "build/", line)
    return line if len(line) <= WIDTH else line[:WIDTH - 4].rstrip() + " ..."


def updated(command, output, console):
    """The lines as they should be: where some were left out, the others
    again; else all, without what was the console's."""
    said = [line.rstrip() for line in output.splitlines()
            if line.strip() and line not in console and
            not line.startswith("[Inferior ")]
    if "..." not in command.lines:
        return [cut(line) for line in said]
    lines = []
    for line in command.lines:
        found = None if line == "..." else \
            next((s for s in said if same(line, s)), None)
        lines.append(cut(found) if found else line)
    return lines


def update(run_session):
    """Write the document anew."""
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    queue = []
    for session in read(text):
        outputs, console = run_session(session)
        queue += [updated(command, output, console) for command, output in
                  zip(session.commands, outputs)]

    def fill(match):
        lines, skipping = [], False
        for line in match[1].splitlines():
            if line.startswith("(gdb) "):
                lines += [line] + queue.pop(0)
                skipping = True
            elif START.match(line):
                lines.append(line)
                skipping = False
            elif not skipping:
                lines.append(line)
        return "```gdb\n" + "\n".join(lines) + "\n```"
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(BLOCK.sub(fill, text))


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit(__doc__)
    import importlib.util
    spec = importlib.util.spec_from_file_location(
        "sessions", os.path.join(TREE, "tests/tools/gdb.py"))
    sys.path.insert(0, os.path.join(TREE, "tests/tools"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    update(module.documented)
