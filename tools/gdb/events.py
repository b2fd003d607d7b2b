"""tine ktr: the last events of the kernel's trace rings.

What the kinds are, and what their arguments mean, is said by the table in
sys/ktr.h; how the rings lie in memory, by the kernel's debug information.
"""

import functools
import re

import gdb

import headers
import target
from command import Wrong, command, number

MOST = 20                       # events that are shown without a number


@functools.lru_cache(None)
def kinds():
    """[(name, [(argument, letter)])], in the order of enum ktr_kind."""
    table = headers.text_of("sys/ktr.h").partition("KTR_KIND_TABLE(X)")[2]
    return [(name, [tuple(word.split(":")) for word in words.split()])
            for name, words in re.findall(
                r"\tX\(\w+,\s*\w+,\s*\"(\w+)\",\s*\"([^\"]*)\"\)",
                table.partition("\n\n")[0])]


def argument(letter, value):
    if letter == "d":
        return str(value - (1 << 32) if value >> 31 else value)
    if letter == "u":
        return str(value)
    if letter == "c":
        return "\"" + target.string(gdb.Value(value).cast(
            gdb.lookup_type("char").pointer())) + "\""
    if letter == "p":
        block = gdb.block_for_pc(value)
        function = block.function if block else None
        return function.name if function else f"{value:#x}"
    return f"{value:#x}" if value else "0"  # as %#x does


def line_of(event):
    name, arguments = kinds()[int(event["ktr_kind"])]
    given = [int(event["ktr_arg"][i]) for i in range(4)]
    if [letter for _, letter in arguments] == ["s"]:
        data = b"".join(word.to_bytes(4, "little") for word in given)
        words = [f"{arguments[0][0]}=\""
                 + data.partition(b"\0")[0].decode("latin-1") + "\""]
    else:
        words = [f"{what}={argument(letter, value)}"
                 for (what, letter), value in zip(arguments, given)]
    return " ".join([name] + words)


def ring_events(ring, most):
    """The newest events of a ring."""
    end, start = int(ring["kr_next"]), int(ring["kr_start"])
    entries = int(ring["kr_entries"])
    for n in range(max(start, end - min(entries, most)), end):
        yield ring["kr_events"][n % entries]


def last(most):
    """The newest events of all processors, the oldest first."""
    try:
        rings = target.variable("ktr_rings")
    except Wrong:
        raise Wrong("a release kernel has no trace rings") from None
    found = [event for cpu in target.cpus()
             for event in ring_events(rings[int(cpu["pc_cpuid"])], most)]
    found.sort(key=lambda event: int(event["ktr_tsc"]))
    return found[-most:]


@command("ktr", 0, 1)
def ktr(most=str(MOST)):
    """ktr [N]: the last N events of the trace rings, 20 without N, the
    newest last: the time in ticks of the processor's counter, processor, pid,
    and the event as in /dev/ktr."""
    most = number(most, "a number of events")
    if most == 0:
        raise Wrong("0 is not a number of events")
    found = last(most)
    for event in found:
        print(f"{int(event['ktr_tsc'])} {int(event['ktr_cpu'])} "
              f"{int(event['ktr_pid'])} {line_of(event)}")
    if not found:
        print("no events; sysctl debug.ktr.mask says what is traced")
