#!/usr/bin/env python3
"""Make the symbol table that lies inside the kernel.

    nm -n KERNEL | ksyms.py -o TABLE.asm          the table
    ksyms.py --empty -o TABLE.asm                 one without symbols
    nm -n KERNEL | ksyms.py --verify TABLE.asm    compare after the last link

The table (see its users in the kernel): ksyms_count, the sorted addresses
ksyms_addr[], the offsets ksyms_name[] into the strings ksyms_strings[].  It
is linked behind everything else, so that filling it moves no address;
--verify proves that.
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


def table(symbols):
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
           "global ksyms_strings:data",
           f"ksyms_count: dd {len(symbols)}", "ksyms_addr:"]
    out += [f"\tdd {address:#010x}" for address, _ in symbols]
    out.append("ksyms_name:")
    out += [f"\tdd {offsets[name]}" for _, name in symbols]
    out.append("ksyms_strings:")
    out += [f"\tdb '{name}', 0" for name in strings]
    if not strings:
        out.append("\tdb 0")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description="the kernel's symbol table")
    parser.add_argument("-o", "--output")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--verify", metavar="TABLE")
    options = parser.parse_args()
    text = table([] if options.empty else read_nm(sys.stdin))
    if options.verify:
        with open(options.verify, encoding="ascii") as made:
            if made.read() != text:
                sys.exit("ksyms: addresses moved when the symbol table was "
                         "linked in; is .ksyms still last in linker.ld?")
    else:
        with open(options.output, "w", encoding="ascii") as out:
            out.write(text)


if __name__ == "__main__":
    main()
