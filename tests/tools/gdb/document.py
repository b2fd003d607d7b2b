#!/usr/bin/env python3
"""The sessions with gdb and tools/trace in docs/debugging.md, to be run again.

    python3 tests/tools/gdb/document.py --update    write what they say now

A block marked "gdb" begins with "$ make gdb EXEC=...", "$ make replay" or
"$ tools/run --gdb-stub --exec ...", or goes on with the session of the block
before.  Below each "(gdb) command" are lines of its output, in their order: "..."
stands for some that are left out, at the end of a line for the rest of it.
Numbers may be others than in the document.  A block marked "trace" has, below
"$ make trace EXEC=...", lines of trace.txt; one marked "viewer" what trace.json
of the same run shows, see viewer().
"""

import json
import os
import re
import sys

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
DOCUMENT = os.path.join(TREE, "docs/debugging.md")
WIDTH = 96
BLOCK = re.compile(r"^```gdb\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START = re.compile(r"^\$ (?:make |tools/run --)(gdb-stub|gdb|record|replay)"
                   r"(?: (?:EXEC=|--exec )(.*))?$")
TRACED = re.compile(r"^```(trace|viewer)\n(?:\$ make trace EXEC='([^'\n]*)'\n)?"
                    r"(.*?)^```$", re.MULTILINE | re.DOTALL)


class Command:
    """One, with the lines below it."""

    def __init__(self, text):
        self.text, self.lines = text, []


class Run:
    """A session: "gdb", "replay" or "gdb-stub", with a program."""

    def __init__(self, kind, program):
        self.kind, self.program, self.commands = kind, program, []


def read(text):
    """The sessions of a document."""
    sessions, recorded = [], None
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            start = START.match(line)
            if start and start[1] == "record":
                recorded = start[2]
            elif start:
                sessions.append(Run(start[1], recorded if start[1] ==
                                    "replay" else start[2]))
            elif line.startswith("(gdb) "):
                sessions[-1].commands.append(Command(line[6:]))
            elif sessions[-1].commands:
                sessions[-1].commands[-1].lines.append(line)
    return sessions


def traces(text):
    """[(command to be traced, Command with lines of trace.txt, one with those
    of the viewer)]"""
    found = []
    for kind, program, lines in TRACED.findall(text):
        command = Command(kind)
        command.lines = lines.splitlines()
        if kind == "trace":
            found.append([program, command])
        else:
            found[-1].append(command)
    return found


def viewer(text):
    """What a viewer shows of trace.json, as lines: "track NAME", below it the
    spans, each behind those it lies in, and the instants."""
    lines, tracks = [], {}
    for event in json.loads(text)["traceEvents"]:
        tracks.setdefault(event.get("tid"), []).append(event)
    for track in tracks.values():
        inside = []
        for event in track:
            if event["ph"] == "M" and event["name"] == "process_name":
                lines.append("track " + event["args"]["name"])
            elif event["ph"] == "B":
                inside.append(event["name"])
                lines.append(" / ".join(inside))
            elif event["ph"] == "E":
                inside.pop()
            elif event["ph"] == "i":
                lines.append("instant " + event["name"])
    return "\n".join(lines)


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
    for line, found in matches(command, said):
        if found is None and line.strip() not in ("...", ""):
            yield line


def matches(command, said):
    """(documented line, the one that was said or None)"""
    at = 0
    for line in command.lines:
        found = None if line.strip() in ("...", "") else next(
            (i for i in range(at, len(said)) if same(line, said[i])), None)
        yield line, None if found is None else said[found]
        at = at if found is None else found + 1


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
    return [cut(found) if found and not brief(line) else line
            for line, found in matches(command, said)]


def brief(line):
    """Cut off before it has to be, so that what comes there may differ."""
    return line.endswith("...") and len(line) < WIDTH - 12


def update(run_session, run_trace):
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
    queued = []
    for program, *commands in traces(text):
        queued += [updated(command, output, [])
                   for command, output in zip(commands, run_trace(program))]

    def fill_trace(match):
        start = f"$ make trace EXEC='{match[2]}'\n" if match[2] else ""
        return f"```{match[1]}\n{start}" + "\n".join(queued.pop(0)) + "\n```"
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(TRACED.sub(fill_trace, BLOCK.sub(fill, text)))


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit(__doc__)
    import importlib.util
    spec = importlib.util.spec_from_file_location(
        "sessions", os.path.join(TREE, "tests/tools/gdb.py"))
    sys.path.insert(0, os.path.join(TREE, "tests/tools"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    update(module.documented, module.traced)
