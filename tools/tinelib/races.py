"""Reports of data races, read from the console: where in the sources."""

import os
import re
import shutil
import subprocess

from .places import TREE

HEAD = re.compile(r"^data race: (.*): \S+ and .*$")
SIDE = re.compile(r"^  ((?:marked )?(?:read|write)) of ")
FRAME = re.compile(r"^  #0 +0x([0-9a-f]{8}) ")
TOOLS = ("i686-elf-addr2line", "i686-linux-gnu-addr2line", "addr2line")


def lines_of(kernel, addresses):
    """{address: "FILE:LINE"}, as far as a tool can tell."""
    tool = next((t for t in TOOLS if shutil.which(t)), None)
    if tool is None or not addresses:
        return {}
    done = subprocess.run([tool, "-e", kernel] + [hex(a) for a in addresses],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False)
    found = {}
    for address, line in zip(addresses, done.stdout.decode().splitlines()):
        path, _, rest = line.partition(":")
        if rest and "?" not in path + rest:
            # Headers are seen through links in the build folder.
            path = os.path.relpath(os.path.realpath(path),
                                   os.path.realpath(TREE))
            found[address] = f"{path}:{rest.split()[0]}"
    return found


def explain(console, kernel):
    """A line for each report: what it is about, and the two places."""
    reports = []
    for line in console.decode("utf-8", "replace").splitlines():
        head = HEAD.match(line)
        side = SIDE.match(line)
        frame = FRAME.match(line)
        if head:
            reports.append((head[1], []))
        elif side and reports:
            reports[-1][1].append([side[1], None])
        elif frame and reports and reports[-1][1] and \
                reports[-1][1][-1][1] is None:
            # A return address: the call is in front of it.
            reports[-1][1][-1][1] = int(frame[1], 16) - 1
    places = lines_of(kernel, sorted({address for _, sides in reports
                                      for _, address in sides if address}))
    for name, sides in reports:
        yield f"data race: {name}: " + " and ".join(
            f"{kind} at {places.get(address, hex(address or 0))}"
            for kind, address in sides)
