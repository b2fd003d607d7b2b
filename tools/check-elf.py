#!/usr/bin/env python3
"""Check a linked kernel before anybody boots it.

A linker that lays the kernel out differently makes a machine that resets
without a word; here it is an error with a reason.  Checked: 32-bit i386
executable; Multiboot header (first 8 KB of the file, 4-aligned, checksum,
only flags that every loader knows); load addresses (KERNBASE below the
virtual ones, or equal for the boot code; from 1 MB up, not overlapping); the
entry point, by its physical address, in a loaded executable segment; no
segment both writable and executable; no relocations and undefined symbols
left.
"""

import struct
import sys

KERNBASE = 0xC0000000
LOAD = 0x100000
MULTIBOOT_MAGIC = 0x1BADB002
MULTIBOOT_SEARCH = 8192
MULTIBOOT_KNOWN = 0x00010003    # page-align modules, memory map, addresses
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PF_X, PF_W = 1, 2
SHT_SYMTAB, SHT_RELA, SHT_REL = 2, 4, 9


class Bad(Exception):
    """What is wrong with the file."""


def need(condition, message):
    if not condition:
        raise Bad(message)


def check_header(data):
    need(data[:4] == b"\x7fELF", "it is not an ELF file")
    need(data[4] == 1 and data[5] == 1, "it is not a 32-bit little-endian file")
    kind, machine = struct.unpack_from("<HH", data, 16)
    need(kind == 2, "it is not an executable (a position-independent one?)")
    need(machine == 3, "it is not for the i386")


def segments(data):
    """Yield (type, offset, vaddr, paddr, filesz, memsz, flags)."""
    start = struct.unpack_from("<I", data, 28)[0]
    size, count = struct.unpack_from("<HH", data, 42)
    for index in range(count):
        fields = struct.unpack_from("<8I", data, start + index * size)
        yield fields[:7]


def check_multiboot(data):
    for offset in range(0, min(len(data), MULTIBOOT_SEARCH) - 12 + 1, 4):
        magic, flags, check = struct.unpack_from("<3I", data, offset)
        if magic != MULTIBOOT_MAGIC:
            continue
        need((magic + flags + check) & 0xFFFFFFFF == 0,
             f"the Multiboot header at {offset:#x} has a wrong checksum")
        need(flags & ~MULTIBOOT_KNOWN == 0,
             f"the Multiboot flags {flags:#x} ask for what not every loader "
             "knows (allowed: bits 0, 1, 16)")
        return
    raise Bad("there is no Multiboot header in the first 8 KB: is the "
              ".multiboot section still first in linker.ld?")


def check_segments(data):
    entry = struct.unpack_from("<I", data, 24)[0]
    loads = []
    entry_ok = False
    for kind, offset, vaddr, paddr, filesz, memsz, flags in segments(data):
        need(kind not in (PT_DYNAMIC, PT_INTERP),
             "it is linked dynamically")
        if kind != PT_LOAD or memsz == 0:
            continue
        where = f"segment {vaddr:#x}"
        need(offset + filesz <= len(data), f"{where}: the file is cut short")
        need(not (flags & PF_X and flags & PF_W),
             f"{where} is writable and executable")
        if vaddr < KERNBASE:
            need(paddr == vaddr, f"{where} is linked low, but loaded at "
                 f"{paddr:#x}")
        else:
            need(vaddr - paddr == KERNBASE,
                 f"{where} is loaded at {paddr:#x}, not at "
                 f"{vaddr - KERNBASE:#x}: linker.ld's AT() was not obeyed")
        need(paddr >= LOAD, f"{where} is loaded at {paddr:#x}, below 1 MB")
        loads.append((paddr, paddr + memsz))
        if flags & PF_X and paddr <= entry < paddr + filesz:
            entry_ok = True
    need(loads, "nothing is loaded")
    need(min(loads)[0] == LOAD,
         f"it is loaded at {min(loads)[0]:#x}, not at {LOAD:#x}")
    loads.sort()
    for (_, end), (start, _) in zip(loads, loads[1:]):
        need(end <= start, f"segments overlap at {start:#x}")
    need(entry_ok, f"the entry point {entry:#x} is not a physical address in "
         "loaded code")


def sections(data):
    """Yield (type, offset, size, link) of each section."""
    start = struct.unpack_from("<I", data, 32)[0]
    size, count = struct.unpack_from("<HH", data, 46)
    for index in range(count):
        fields = struct.unpack_from("<10I", data, start + index * size)
        yield fields[1], fields[4], fields[5], fields[6]


def check_symbols(data):
    table = list(sections(data))
    for kind, offset, size, link in table:
        need(kind not in (SHT_REL, SHT_RELA) or size == 0,
             "relocations are left")
        if kind != SHT_SYMTAB:
            continue
        strings = table[link][1]
        for at in range(offset + 16, offset + size, 16):
            name, value, _, info, _, section = \
                struct.unpack_from("<IIIBBH", data, at)
            text = data[strings + name:data.index(b"\0", strings + name)]
            text = text.decode("ascii", "replace")
            need(section != 0 or info >> 4 == 2,
                 f"{text} is undefined")
            # An undefined weak function is a call of address 0.
            need(section != 0, f"{text} is weak and undefined")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check-elf.py kernel.elf\n\n" + __doc__.strip())
    path = sys.argv[1]
    try:
        with open(path, "rb") as file:
            data = file.read()
        check_header(data)
        check_multiboot(data)
        check_segments(data)
        check_symbols(data)
    except OSError as error:
        sys.exit(f"check-elf: {error}")
    except (struct.error, IndexError, ValueError):
        sys.exit(f"check-elf: {path}: the file is cut short or damaged")
    except Bad as error:
        sys.exit(f"check-elf: {path}: {error}")


if __name__ == "__main__":
    main()
