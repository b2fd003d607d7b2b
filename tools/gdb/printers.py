"""How print shows the kernel's structures: a line that says what it is, and
the fields with their flags by name."""

import gdb
import gdb.printing

import headers
import target
import values

# The groups that fork treats alike are structures in these structures; the
# #defines that name their members put this in front.
PREFIXES = {"proc": "p_", "thread": "td_", "ksegrp": "kg_", "kse": "ke_",
            "sigacts": "ps_"}
PARTS = {f"{kind}_{group}": kind for kind in PREFIXES
         for group in ("zero", "copied", "sets")}


def tag_of(value):
    kind = value.type.strip_typedefs()
    return kind.tag if kind.code == gdb.TYPE_CODE_STRUCT else None


def flat(value):
    """(name, value) of all fields, those of the groups among them."""
    prefix = PREFIXES.get(PARTS.get(tag_of(value)), "")
    for field in value.type.strip_typedefs().fields():
        inner = value[field]
        if field.name is None or tag_of(inner) in PARTS:
            yield from flat(inner)
        else:
            yield prefix + field.name, inner


def title_proc(p):
    stat = values.text("p_stat", p["p_stat"])
    parent = target.pid_of(p["p_pptr"])
    return f"pid {target.name_of(p)}, {stat}, " + \
        (f"child of {parent}" if parent is not None else "no parent")


def title_thread(td):
    what = f"thread of pid {values.holder(target.address(td))}"
    message = target.string(td["td_zero"]["wmesg"])
    return what + (f", asleep on {message}" if message else "")


def title_entry(entry):
    prot = int(entry["protection"])
    return f"{int(entry['start']):08x}-{int(entry['end']):08x} " + \
        protection(prot)


def title_page(page):
    kinds = [f.name for f in gdb.lookup_type("enum vm_page_type").fields()]
    return f"page {target.page_address(page):#x}, {kinds[int(page['type'])]}, " \
        f"{int(page['ref_count'])} references"


def title_frame(frame):
    return f"{trap_name(int(frame['tf_trapno']))} from " + \
        ("user mode" if int(frame["tf_cs"]) & 3 else "the kernel")


def protection(prot):
    return "".join(letter if prot & bit else "-"
                   for letter, bit in (("r", 1), ("w", 2), ("x", 4)))


def trap_name(number):
    if number >= 0x200:
        return f"local interrupt {number - 0x200}"
    if number >= 0x100:
        return f"interrupt {number - 0x100}"
    if number == 0x80:
        return "system call"
    for name, (value, meaning) in headers.constants(
            "arch/i386/include/trap.h", r"T_[A-Z]+").items():
        if value == number and name != "T_NEXCEPTIONS":
            return meaning or name
    return f"trap {number}"


def title_sigacts(actions):
    return f"signal actions, {int(actions['ps_refcnt'])} references"


def title_pcb(pcb):
    eip = int(pcb["pcb_eip"]) & 0xffffffff
    symbol = gdb.execute(f"info symbol {eip:#x}", to_string=True)
    return "goes on at " + symbol.partition(" in section ")[0]


TITLES = {"proc": title_proc, "thread": title_thread,
          "vm_map_entry": title_entry, "vm_page": title_page,
          "trapframe": title_frame, "sigacts": title_sigacts,
          "pcb": title_pcb}


class Printer:
    """One of those structures, or a part of one."""

    def __init__(self, value):
        self.value = value
        self.kind = tag_of(value)

    def to_string(self):
        if self.kind in PARTS:
            return None
        try:
            return TITLES[self.kind](self.value)
        except (gdb.error, IndexError):
            return "(cannot be read)"

    def children(self):
        for name, value in flat(self.value):
            yield name, values.text(name, value, self.kind)


class SetPrinter:
    """A set of signals."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        return values.signals(self.value)


class PointerPrinter:
    """A pointer to a process or a thread, as in the lines of a backtrace."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        word = int(self.value) & 0xffffffff
        if word < target.KERNBASE:
            return f"{word:#x}"
        return f"{word:#x} ({values.pointer(self.value)})"


def lookup(value):
    kind, tag = value.type.strip_typedefs(), tag_of(value)
    if tag in TITLES or tag in PARTS:
        return Printer(value)
    if tag == "__sigset":
        return SetPrinter(value)
    if kind.code == gdb.TYPE_CODE_PTR:
        aim = kind.target().strip_typedefs().unqualified()
        if aim.code == gdb.TYPE_CODE_STRUCT and aim.tag in ("proc", "thread"):
            return PointerPrinter(value)
    return None


def register():
    gdb.pretty_printers.insert(0, lookup)
    # A release kernel does not say, nor does a program, what p_siglist is.
    for path in ("sys/proc.h", "sys/signalvar.h"):
        for name, member in headers.members(path):
            gdb.execute(f"macro define {name} {member}")
