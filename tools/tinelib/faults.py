"""Explain a machine that reset: read QEMU's log of interrupts."""

import re

VECTORS = {
    0: "divide error", 1: "debug", 2: "NMI", 3: "breakpoint", 4: "overflow",
    5: "bound", 6: "invalid opcode", 7: "no FPU", 8: "double fault",
    10: "invalid TSS", 11: "segment not present", 12: "stack fault",
    13: "general protection", 14: "page fault", 16: "FPU error",
    17: "alignment check", 18: "machine check", 19: "SIMD error",
}
RECORD = re.compile(r"\bv=([0-9a-f]{2}) e=([0-9a-f]{4}) i=(\d) cpl=(\d) "
                    r"IP=[0-9a-f]+:([0-9a-f]+) pc=[0-9a-f]+ "
                    r"SP=[0-9a-f]+:([0-9a-f]+)(?: CR2=([0-9a-f]+))?")
TAIL = 1 << 20          # the end of the log is what is read


def describe(match, symbols, places):
    vector, code = int(match[1], 16), int(match[2], 16)
    name = VECTORS.get(vector, f"vector {vector}")
    address = int(match[5], 16)
    text = f"{name} at {symbols.name(address)}"
    if address in places:
        text += f" ({places[address]})"
    text += f", stack {int(match[6], 16):#010x}"
    if vector == 14:
        address = int(match[7] or "0", 16)
        text += f": {'write to' if code & 2 else 'read of'} {address:#010x}"
        text += ", a protected page" if code & 1 else ", no page there"
    elif code:
        text += f", error code {code:#x}"
    return text


def same_place(one, other):
    """The second came while the processor was delivering the first."""
    return one[5] == other[5] and one[6] == other[6]


def explain(path, symbols, lines_of=lambda addresses: {}):
    """Return the lines that tell what led to the reset.  lines_of() gives
    the places in the sources of some addresses."""
    try:
        with open(path, "rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - TAIL))
            text = log.read().decode("ascii", "replace")
    except OSError as error:
        return [f"no log of interrupts: {error}"]
    end = text.rfind("Triple fault")
    if end < 0:
        return ["the second run did not end in a triple fault; the first "
                "reset did not come from a fault, or is not repeatable"]
    faults = []
    for match in RECORD.finditer(text[:end]):
        # Hardware and software interrupts are no links of the chain.
        if match[3] == "0" and int(match[1], 16) < 32:
            faults.append(match)
    lines = ["triple fault; the last faults before it:"]
    last = faults[-4:]
    places = lines_of(sorted({int(match[5], 16) for match in last}))
    for before, match in zip([None] + last, last):
        text = describe(match, symbols, places)
        if before is not None and same_place(before, match):
            text = "its handler could not be entered: " + text
        lines.append("  " + text)
    lines.append("  and no handler for that one either: the processor resets")
    return lines
