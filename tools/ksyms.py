#!/usr/bin/env python3
"""Make what the kernel knows of itself: names and frames.

    readelf -wF KERNEL >FRAMES
    nm -n KERNEL | ksyms.py --frames FRAMES -o TABLE.asm
    ksyms.py --empty -o TABLE.asm                 tables without lines
    nm -n KERNEL | ksyms.py --frames FRAMES --verify TABLE.asm

The tables (see their user, arch/i386/db_trace.c): ksyms_count, the sorted
addresses ksyms_addr[], the offsets ksyms_name[] into the strings
ksyms_strings[]; and ksyms_frames, ksyms_frame_addr[] and the rules
ksyms_frame_rule[].  They are linked behind everything else, so that filling
them moves no address; --verify proves that, after the last link.
"""

import argparse
import re
import sys

# The table's own symbols move, as do the marks behind it.
IGNORED = re.compile(r"ksyms_\w+|end|_end|kernel_end|\.L.*|__(start|stop)_\w+")


def read_nm(lines):
    """Return [(address, name)] sorted, one name an address, globals first."""
    symbols = {}
    for line in lines:
        fields = line.split()
        if len(fields) != 3 or fields[1] not in "TtRrDdBbW":
            continue
        address, kind, name = int(fields[0], 16), fields[1], fields[2]
        if IGNORED.fullmatch(name):
            continue
        old = symbols.get(address)
        if old is None or (old[0].islower() and kind.isupper()):
            symbols[address] = (kind, name)
    return [(address, symbols[address][1]) for address in sorted(symbols)]


# A row of readelf: an address, where the CFA is, where registers are.
COMMON = re.compile(r"(\w+) .* CIE .*")
FUNCTION = re.compile(r".* FDE cie=(\w+) pc=(\w+)\.\.(\w+)")
CFA = re.compile(r"(esp|ebp)\+(\d+)")
UNKNOWN, REALIGNED, BY_EBP = 0, 0x8000, 0x8000


def rule(row):
    """A row as db_trace.c has it; row maps a column's name to its text."""
    if row["ra"] != "c-4":
        return UNKNOWN          # an entry, or where a thread begins
    if row["CFA"] == "exp":
        return REALIGNED        # the only expression that GCC uses
    cfa = CFA.fullmatch(row["CFA"])
    saved = row.get("ebp", "u")
    if not cfa or saved[:2] not in ("u", "s", "c-"):
        return UNKNOWN
    words = int(cfa[2]) // 4
    slot = int(saved[2:]) // 4 if saved.startswith("c-") else 0
    if words > 0x7ff or slot > 0xf:
        sys.exit(f"ksyms: a frame that db_trace.c cannot know: {row}")
    return (BY_EBP if cfa[1] == "ebp" else 0) | slot << 11 | words


def read_frames(lines):
    """Return [(address, rule)], sorted, of what readelf -wF prints."""
    rules, commons, columns = {}, {}, []
    into, base = commons, None
    for line in lines:
        fields = line.split()
        common = COMMON.fullmatch(line.rstrip())
        function = FUNCTION.fullmatch(line.rstrip())
        if common:              # what functions begin with
            into, base = commons, common[1]
        elif function:
            into, base = rules, None
            rules[int(function[2], 16)] = commons[function[1]]
            rules.setdefault(int(function[3], 16), UNKNOWN)
        elif fields and fields[0] == "LOC":
            columns = fields
        elif fields and columns:
            into[base or int(fields[0], 16)] = rule(dict(zip(columns, fields)))
        else:
            columns = []
    out = []
    for address in sorted(rules):
        if not out or out[-1][1] != rules[address]:
            out.append((address, rules[address]))
    return out


def table(symbols, frames):
    offsets = {}
    strings = []
    position = 0
    for _, name in symbols:
        if name not in offsets:
            offsets[name] = position
            strings.append(name)
            position += len(name) + 1
    out = ["; Made by tools/ksyms.py: the kernel's own symbols.",
           "section .ksyms progbits alloc noexec nowrite align=4",
           "global ksyms_count:data, ksyms_addr:data, ksyms_name:data",
           "global ksyms_strings:data, ksyms_frames:data",
           "global ksyms_frame_addr:data, ksyms_frame_rule:data",
           f"ksyms_count: dd {len(symbols)}",
           f"ksyms_frames: dd {len(frames)}", "ksyms_addr:"]
    out += [f"\tdd {address:#010x}" for address, _ in symbols]
    out.append("ksyms_name:")
    out += [f"\tdd {offsets[name]}" for _, name in symbols]
    out.append("ksyms_frame_addr:")
    out += [f"\tdd {address:#010x}" for address, _ in frames]
    out.append("ksyms_frame_rule:")
    out += [f"\tdw {how:#06x}" for _, how in frames]
    out.append("ksyms_strings:")
    out += [f"\tdb '{name}', 0" for name in strings]
    if not strings:
        out.append("\tdb 0")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description="the kernel's own tables")
    parser.add_argument("-o", "--output")
    parser.add_argument("--frames", metavar="FRAMES")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--verify", metavar="TABLE")
    options = parser.parse_args()
    frames = []
    if options.frames:
        with open(options.frames, encoding="ascii") as file:
            frames = read_frames(file)
    text = table([] if options.empty else read_nm(sys.stdin), frames)
    if options.verify:
        with open(options.verify, encoding="ascii") as made:
            if made.read() != text:
                sys.exit("ksyms: addresses moved when the tables were "
                         "linked in; is .ksyms still last in linker.ld?")
    else:
        with open(options.output, "w", encoding="ascii") as out:
            out.write(text)


if __name__ == "__main__":
    main()
