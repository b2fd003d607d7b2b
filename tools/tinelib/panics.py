"""Panics, read from the console: where in the sources the report points."""

import re

from .races import lines_of

HEAD = re.compile(r"^panic: ", re.MULTILINE)
FRAME = re.compile(r"^  #(\d+) +0x([0-9a-f]{8})(?: (\w[\w.]*)\+0x)?")
ENTRY = re.compile(r"^  --- ")


MOST = 12               # backtraces that are looked up


def traces(report):
    """[(what the report says before it, [(number, address, name)])]: the
    address is one inside the instruction that was executed."""
    found = []
    title, interrupted, current = "", False, None
    for line in report.splitlines():
        frame = FRAME.match(line)
        if frame:
            if current is None:
                current = []
                found.append((title, current))
            address = int(frame[2], 16)
            # A return address: the call is in front of it.
            current.append((int(frame[1]),
                            address if interrupted else address - 1,
                            frame[3] or ""))
            interrupted = False
        elif ENTRY.match(line):
            interrupted = True
        elif not line.startswith("    "):
            title, current, interrupted = line.rstrip(":"), None, False
    return found[:MOST]


def explain(console, kernel):
    """Lines that say where the functions of the report's backtraces are."""
    text = console.decode("utf-8", "replace").replace("\r", "")
    head = HEAD.search(text)
    if not head:
        return
    found = traces(text[head.start():])
    places = lines_of(kernel, sorted({address for _, trace in found
                                      for _, address, _ in trace}))
    for title, trace in found:
        lines = [f"  #{number:<2} {places[address]}  {name}".rstrip()
                 for number, address, name in trace if address in places]
        if lines:
            yield f"in the sources: {title}"
            yield from lines
