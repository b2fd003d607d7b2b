#!/usr/bin/env python3
"""Turn the markers of arch/i386/genassym.c into constants for assembly.

The compiler's output holds one line "->NAME value" for each ASSYM(NAME,
value).  They become #define NAME value for GNU as and C, and %define NAME
value for NASM: no structure offset is ever typed by hand.
"""

import argparse
import re
import sys

MARKER = re.compile(r"^\s*(?:#|/\*)?\s*->(\w+)\s+\$?(-?(?:0x[0-9a-fA-F]+|\d+))\s*$")


def read_markers(lines):
    """Return {name: value}; the values may be any 32-bit constants."""
    constants = {}
    for line in lines:
        if "->" not in line:
            continue
        match = MARKER.match(line)
        if match is None:
            # A "->" in a string or a comment of the compiler is no marker.
            if re.match(r"^\s*->", line):
                raise ValueError(f"not a constant: {line.strip()}")
            continue
        name, value = match[1], int(match[2], 0)
        if constants.setdefault(name, value) != value:
            raise ValueError(f"{name} has two values")
    if not constants:
        raise ValueError("no \"->NAME value\" lines found")
    return constants


def write(path, comment, define, constants):
    with open(path, "w", encoding="ascii") as out:
        out.write(f"{comment}\n")
        for name, value in constants.items():
            out.write(f"{define}\t{name}\t{value & 0xffffffff:#x}\n"
                      if value > 9 or value < 0 else
                      f"{define}\t{name}\t{value}\n")


def main():
    parser = argparse.ArgumentParser(description="make assym.h, assym.inc")
    parser.add_argument("assembly", help="compiled genassym.c")
    parser.add_argument("--header", required=True)
    parser.add_argument("--nasm", required=True)
    options = parser.parse_args()
    try:
        with open(options.assembly, encoding="utf-8") as lines:
            constants = read_markers(lines)
    except (OSError, ValueError) as error:
        sys.exit(f"genassym: {options.assembly}: {error}")
    notice = "Made by tools/genassym.py from arch/i386/genassym.c."
    write(options.header, f"/* {notice} */", "#define", constants)
    write(options.nasm, f"; {notice}", "%define", constants)


if __name__ == "__main__":
    main()
