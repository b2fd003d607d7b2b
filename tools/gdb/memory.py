"""tine pmap, tine page, tine pte: address spaces, pages and who maps them."""

import gdb

import headers
import printers
import target
import values
from command import Wrong, command, number, table

PAGE = target.PAGE_SIZE
ENTRIES = 1024
USER_ENTRIES = target.KERNBASE >> 22
V, RW, LARGE, PRIVATE = 0x1, 0x2, 0x80, 0x200
FRAME = 0xfffff000


def bits(entry):
    return headers.names_of(entry & ~FRAME, *values.PTE)


def kinds():
    return [f.name for f in gdb.lookup_type("enum vm_page_type").fields()]


def page_of(pa):
    """The struct vm_page of a physical address."""
    if pa // PAGE >= int(target.variable("vm_page_frames")):
        raise Wrong(f"{pa:#x} is not the address of a page of RAM")
    return target.variable("vm_page_array")[pa // PAGE]


def references(pa):
    try:
        return int(page_of(pa)["ref_count"])
    except Wrong:
        return 0


class Space:
    """The page tables of an address space, read when they are looked at."""

    def __init__(self, pdir):
        self.pdir = pdir
        self.directory = target.words(target.read_physical(pdir, PAGE))
        self.tables = {}

    def table(self, index):
        if index not in self.tables:
            self.tables[index] = target.words(target.read_physical(
                self.directory[index] & FRAME, PAGE))
        return self.tables[index]

    def used(self):
        """Indexes of the user's tables."""
        return [i for i in range(USER_ENTRIES)
                if self.directory[i] & V and not self.directory[i] & LARGE]

    def entries(self, start, end):
        """(address, directory entry, entry) of all that are not empty."""
        for index in range(start >> 22, (end - 1 >> 22) + 1):
            if not self.directory[index] & V:
                continue
            if self.directory[index] & LARGE:
                continue
            for place, entry in enumerate(self.table(index)):
                va = index << 22 | place << 12
                if entry and start <= va < end:
                    yield va, self.directory[index], entry


def space_of(p):
    if int(p["p_vmspace"]) == 0:
        raise Wrong(f"pid {target.name_of(p)} has no address space")
    return Space(int(p["p_vmspace"]["vm_pmap"]["pm_pdirpa"]))


def entries_of(vmspace):
    """The map entries of an address space."""
    header = vmspace["vm_map"]["header"]
    entry = header["next"]
    while int(entry) & 0xffffffff != target.address(header):
        yield entry.dereference()
        entry = entry["next"]


def meaning_of(entry):
    """What fork does to an entry, and what it stands for."""
    how = ["share", "copy", "none", "zero"][int(entry["inheritance"]) & 3]
    cow = int(entry["eflags"]) & 1
    what = "anonymous" if int(entry["object"]) == 0 else \
        "private file" if cow else "shared"
    return how, what + (" stack" if int(entry["eflags"]) & 2 else "")


@command("pmap", 1, 1)
def pmap(pid):
    """pmap PID: the ranges of a process: what fork does to each, how many
    pages there are, how many of these others map too, how many may be
    written; and its page tables, with the number of those who share them."""
    p = target.process(number(pid, "a process id"))
    space = space_of(p)
    rows = []
    for entry in entries_of(p["p_vmspace"]):
        start, end = int(entry["start"]), int(entry["end"])
        seen = list(space.entries(start, end))
        shared = sum(1 for _, pde, pte in seen if pte & PRIVATE and
                     (references(pte & FRAME) > 1 or
                      references(pde & FRAME) > 1))
        writable = sum(1 for _, pde, pte in seen if pte & pde & RW)
        how, what = meaning_of(entry)
        rows.append([f"{start:08x}-{end:08x}",
                     printers.protection(int(entry["protection"])), how,
                     str(len(seen)), str(shared), str(writable), what])
    vmspace = p["p_vmspace"]
    print(f"pid {target.name_of(p)}: address space at "
          f"{int(vmspace) & 0xffffffff:#x}, "
          f"{int(vmspace['vm_refcnt'])} references, directory at "
          f"{space.pdir:#x}")
    table(rows, ["RANGE", "PROT", "FORK", "PAGES", "SHARED", "WRITABLE",
                 "WHAT"])
    for index in space.used():
        pde = space.directory[index]
        print(f"table of {index << 22:08x}: page {pde & FRAME:#x}, "
              f"{references(pde & FRAME)} references, {bits(pde)}")


def spaces():
    """(pids, Space) of all address spaces."""
    by_space = {}
    for p in target.processes(zombies=False):
        vmspace = int(p["p_vmspace"]) & 0xffffffff
        if vmspace:
            by_space.setdefault(vmspace, []).append(int(p["p_pid"]))
    return [(pids, Space(int(target.at(vmspace, "vmspace")
                             ["vm_pmap"]["pm_pdirpa"])))
            for vmspace, pids in by_space.items()]


def print_mappers(pa):
    count = 0
    for pids, space in spaces():
        who = "pid " + ", ".join(str(pid) for pid in pids)
        if space.pdir == pa:
            print(f"  it is the page directory of {who}")
            count += 1
        for index in space.used():
            if space.directory[index] & FRAME == pa:
                print(f"  it is the page table of {index << 22:08x} of {who}")
                count += 1
        for va, pde, entry in space.entries(0, target.KERNBASE):
            if entry & FRAME == pa:
                table_refs = references(pde & FRAME)
                by = f", in a table that {table_refs} share" \
                    if table_refs > 1 else ""
                print(f"  {who} at {va:08x}: {bits(entry)}{by}")
                count += 1
    if count == 0:
        print("  no process maps it")


@command("page", 1, 1)
def page(pa):
    """page PA: a physical page: what it is used for, how often it is
    counted, and which processes map it where."""
    pa = number(pa, "a physical address") & FRAME
    m = page_of(pa)
    kind = kinds()[int(m["type"])]
    print(f"page {pa:#x}: {kind}, {int(m['ref_count'])} references")
    if kind == "VPT_OBJECT":
        print(f"  number {int(m['pindex'])} of the object at "
              f"{int(m['object']) & 0xffffffff:#x}")
    elif kind == "VPT_TABLE":
        print(f"  {int(m['entries'])} entries in use, "
              f"{int(m['privates'])} of private pages")
    elif kind == "VPT_FREE":
        flags = headers.names_of(int(m["flags"]), "vm/vm_page.h", r"VPF_\w+")
        print(f"  on a free list, {flags}")
    print_mappers(pa)


def explain(entry):
    """What an entry that is present means, in words."""
    words = ["may be written" if entry & RW else "read-only",
             "user" if entry & 0x4 else "kernel only"]
    words += [word for bit, word in ((0x20, "used"), (0x40, "written to"),
                                     (0x100, "global"),
                                     (PRIVATE, "private")) if entry & bit]
    return ", ".join(words)


@command("pte", 1, 2)
def pte(va, pid=None):
    """pte VA [PID]: the directory entry and the table entry of an address, in
    the process that runs or in PID, and the page behind them, whose address
    is then in $pa, for "tine page $pa"."""
    va = number(va, "an address")
    p = target.process(number(pid, "a process id")) if pid else \
        target.current()
    pdir = int(p["p_vmspace"]["vm_pmap"]["pm_pdirpa"]) \
        if int(p["p_vmspace"]) else \
        int(target.variable("kernel_pmap_store")["pm_pdirpa"])
    print(f"{va:#010x} of pid {target.name_of(p)}")
    space = Space(pdir)
    pde = space.directory[va >> 22]
    print(f"directory entry {va >> 22}: {pde:#010x} {bits(pde)}")
    if not pde & V:
        print("  not present: nothing is mapped in these 4 MB")
        return
    if pde & LARGE:
        print(f"  a 4 MB page at {pde & 0xffc00000:#x}: {explain(pde)}")
        return
    refs = references(pde & FRAME)
    shared = f"shared by {refs}: a write first makes a copy of the table" \
        if refs > 1 else "of this address space alone"
    print(f"  table at {pde & FRAME:#x}, {shared}")
    entry = space.table(va >> 22)[va >> 12 & 0x3ff]
    print(f"table entry {va >> 12 & 0x3ff}: {entry:#010x} {bits(entry)}")
    if not entry & V:
        print("  not present: the next access is a page fault")
        return
    refs = references(entry & FRAME)
    print(f"  page {entry & FRAME:#x}, {refs} references: {explain(entry)}")
    gdb.set_convenience_variable("pa", entry & FRAME)
    if entry & PRIVATE and refs > 1:
        print("  a write makes a copy of the page")
