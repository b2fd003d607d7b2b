"""Values of the kernel's, in words: flags by name, pointers by what they
point to, lists by their length."""

import gdb

import headers
import target

PROC = "sys/proc.h"
STATES = "S(IDL|RUN|SLEEP|STOP|ZOMB|WAIT|MTX)"
# Fields that are sets of flags, or one of some names: where these are.
FLAGS = {
    "p_flag": (PROC, r"P_\w+"), "p_sflag": (PROC, r"PS_\w+"),
    "td_flags": (PROC, r"TDF_\w+"), "p_acflag": ("sys/acct.h", r"A[A-Z]+"),
    "p_traceflag": ("sys/ktrace.h", r"KTRFAC_\w+"),
    "pcb_flags": ("arch/i386/include/pcb.h", r"PCB_[A-Z]+"),
    "eflags": ("vm/vm_map.h", r"MAP_ENTRY_\w+"),
    "ps_flag": ("sys/signalvar.h", r"PS_\w+"),
    "vm_page.flags": ("vm/vm_page.h", r"VPF_\w+"),
    "tf_eflags": ("arch/i386/include/psl.h", r"PSL_(?!US|KE|MBO)\w+"),
}
ONE = {
    "p_stat": (PROC, STATES),
    "p_sigparent": ("sys/signal.h", r"SIG[A-Z0-9]+"),
}
FORK = ("sys/unistd.h", r"RF(?!SPAWN|TSIGSHIFT|TSIGMASK)[A-Z]+")
PTE = ("arch/i386/include/pmap.h", r"PG_(?!FRAME|GONE)\w+")
NO_DECIMAL = ("magic", "eip", "esp", "ebp", "cr3", "kstack", "taddr",
              "daddr", "maxsaddr")


def fork_flags(flags):
    return headers.names_of(flags, *FORK)


def signals(value):
    """A set of signals by name."""
    known = {number: name for name, (number, _) in headers.constants(
        "sys/signal.h", r"SIG[A-Z]+\d?").items()
        if 0 < number <= 32 and not name.startswith("SIG_")}
    array = value[value.type.strip_typedefs().fields()[0].name]
    names = []
    for word in range(array.type.sizeof // 4):
        bits = int(array[word])
        names += [known.get(word * 32 + bit + 1, str(word * 32 + bit + 1))
                  for bit in range(32) if bits >> bit & 1]
    if len(names) > 24:
        return f"{len(names)} signals"
    return " ".join(names) or "none"


def owner(mtx):
    """Who has a mutex."""
    word = int(mtx["mtx_lock"])
    td = word & ~0x7
    if td == 0:
        return "free"
    waits = ", waited for" if word & 1 else ""
    return f"held by pid {holder(td)}{waits}"


def holder(td):
    return target.name_of(target.at(td, "thread")["td_proc"].dereference())


def sx_state(sx):
    word = int(sx["sx_lock"])
    if word & 2:
        return f"exclusive, pid {holder(word & ~0x3)}"
    readers = word >> 2
    return f"shared by {readers}" if readers else "free"


def ucred(pointer):
    cred = pointer.dereference()
    return f"uid {int(cred['cr_uid'])}, {int(cred['cr_ref'])} references"


def referenced(field):
    return lambda pointer: f"{int(pointer)& 0xffffffff:#x}, " \
        f"{int(pointer[field])} references"


def proc_pointer(pointer):
    return "pid " + target.name_of(pointer.dereference())


def thread_pointer(pointer):
    return "thread of pid " + holder(int(pointer))


def pargs(pointer):
    length = int(pointer["ar_length"])
    text = target.read(int(pointer["ar_args"].address), min(length, 80))
    return repr(text.rstrip(b"\0").replace(b"\0", b" ").decode("latin-1"))


POINTERS = {
    "proc": proc_pointer, "thread": thread_pointer, "ucred": ucred,
    "filedesc": referenced("fd_refcnt"), "plimit": referenced("pl_refcnt"),
    "sigacts": referenced("ps_refcnt"), "vmspace": referenced("vm_refcnt"),
    "pgrp": lambda p: f"group {int(p['pg_id'])}, session "
                      f"{int(p['pg_session']['s_sid'])}",
    "pargs": pargs, "mtx": lambda p: target.string(
        p["mtx_object"]["lo_name"]),
    "vnode": referenced("v_usecount"),
}
STRUCTS = {
    "mtx": owner, "sx": sx_state, "__sigset": signals, "sigset": signals,
    "thread": lambda td: f"see $proc({int(td['td_proc']['p_pid'])})->p_thread",
}


def callout(value):
    armed = any(f.name == "c_flags" for f in value.type.fields()) and \
        int(value["c_flags"]) & 0x4
    return "armed" if armed else "not armed"


STRUCTS["callout"] = callout


def pointer(value):
    word = int(value) & 0xffffffff
    if word == 0:
        return "NULL"
    name = value.type.strip_typedefs().target().unqualified() \
        .strip_typedefs().name
    try:
        if name == "char":
            return f"\"{target.string(value)}\""
        if name in POINTERS:
            return POINTERS[name](value)
    except gdb.error:
        return f"{word:#x}, which cannot be read"
    return f"{word:#x}"


def structure(value):
    kind = value.type.strip_typedefs()
    name = kind.name or kind.tag
    if name in STRUCTS:
        return STRUCTS[name](value)
    names = [f.name or "" for f in kind.fields()]
    ends = {n.rpartition("_")[2] for n in names}
    if names and ends <= {"first", "last"}:
        return "empty" if int(value[names[0]]) == 0 else \
            f"begins at {int(value[names[0]]) & 0xffffffff:#x}"
    if names and ends <= {"next", "prev"}:
        return f"next {int(value[names[0]]) & 0xffffffff:#x}"
    return value.format_string(max_elements=4, pretty_structs=False,
                               raw=True, max_depth=1)


def text(name, value, owner_tag=None):
    """A field's value, of a structure whose tag may matter."""
    kind = value.type.strip_typedefs()
    flags = FLAGS.get(name) or FLAGS.get(f"{owner_tag}.{name}")
    if flags is not None:
        return headers.names_of(int(value), *flags)
    if name in ONE:
        return headers.name_of(int(value), *ONE[name])
    if kind.code == gdb.TYPE_CODE_PTR:
        return pointer(value)
    if kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return structure(value)
    if kind.code == gdb.TYPE_CODE_ARRAY:
        if kind.target().strip_typedefs().sizeof == 1:
            return f"\"{target.chars(value)}\""
        if kind.target().strip_typedefs().code == gdb.TYPE_CODE_STRUCT:
            return f"{kind.range()[1] + 1} elements"
        return value.format_string(max_elements=4)
    if kind.code == gdb.TYPE_CODE_INT and name.endswith(NO_DECIMAL):
        return f"{int(value) & 0xffffffff:#x}"
    if kind.code == gdb.TYPE_CODE_INT:
        return str(int(value))  # not as a character
    return value.format_string()
