"""tine bt, tine tf: the stack of any process, and the trap frame through which
a thread came into the kernel."""

import re

import gdb
import gdb.unwinder

import headers
import printers
import target
import values
from command import Wrong, command, number

SAVED = ("eip", "esp", "ebp", "ebx", "esi", "edi")


class Place:
    """Where a frame is, as gdb wants to be told: a caller's stack is not below
    that of the called."""

    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class Elsewhere(gdb.unwinder.Unwinder):
    """Tells gdb that the place where the machine stands was called from where
    another thread has left off, so that it can be walked from there; nothing
    in the machine is changed.  Off unless "saved" is set."""

    def __init__(self):
        super().__init__("tine sleeping thread")
        self.saved, self.here = None, None

    def __call__(self, pending):
        if self.saved is None:
            return None
        sp, pc = (pending.read_register(name) for name in ("esp", "eip"))
        if (int(sp) & 0xffffffff, int(pc) & 0xffffffff) != self.here:
            return None
        # The other thread's stack may be below this one: gdb, which would
        # take that for a broken stack, is told that this one is at 0.
        lowest = gdb.Value(0).cast(sp.type)
        info = pending.create_unwind_info(Place(lowest, pc))
        for name, value in self.saved.items():
            kind = pending.read_register(name).type
            info.add_saved_register(name, gdb.Value(value).cast(kind))
        return info

    def walk(self, saved):
        """The text of the backtrace from these registers on, and the first
        frame of user mode, or None."""
        self.here = tuple(int(gdb.parse_and_eval(f"(unsigned int){name}"))
                          for name in ("$esp", "$eip"))
        self.saved = saved
        selected = gdb.selected_frame().level()
        gdb.execute("frame 0", to_string=True)
        gdb.invalidate_cached_frames()
        try:
            count, pc = kernel_frames(gdb.newest_frame().older())
            text = gdb.execute(f"backtrace {count + 1}", to_string=True)
        finally:
            self.saved = None
            gdb.invalidate_cached_frames()
            gdb.execute(f"frame {selected}", to_string=True)
        lines = re.split(r"^(?=#\d)", text, flags=re.MULTILINE)[2:]
        return "".join(re.sub(r"^#(\d+) ", lambda match:
                              f"#{int(match[1]) - 1} ", line)
                       for line in lines), pc


elsewhere = Elsewhere()
gdb.unwinder.register_unwinder(None, elsewhere)


def saved_registers(p):
    """Those with which a thread that does not run will go on.  cpu_switch
    returns to pcb_eip, for which the word at pcb_esp is the place."""
    pcb = p["p_thread"]["td_pcb"]
    if int(pcb) == 0:
        raise Wrong(f"pid {target.name_of(p)} has no stack any more")
    found = {name: int(pcb["pcb_" + name]) & 0xffffffff for name in SAVED}
    found["esp"] = found["esp"] + 4 & 0xffffffff
    return found


def kernel_frames(frame):
    """How many there are from this one on before user mode, and where that
    goes on; None if it never was there."""
    count = 0
    while frame is not None:
        if frame.pc() < target.KERNBASE:
            return count, frame.pc()
        count += 1
        frame = frame.older()
    return count, None


def print_walk(p, text, pc):
    """The user's stack is not in the address space that gdb sees, unless the
    process runs."""
    lines = [line for line in text.splitlines()
             if not line.startswith("(More stack")]
    print("\n".join(lines))
    if pc is not None:
        tf = p["p_thread"]["td_frame"].dereference()
        print(f"user mode: eip {pc:#010x} "
              f"esp {int(tf['tf_esp']) & 0xffffffff:#010x}")


def trampoline():
    return int(gdb.parse_and_eval("(unsigned int)&fork_trampoline"))


def never_ran(p):
    return int(p["p_thread"]["td_pcb"]["pcb_eip"]) & 0xffffffff == \
        trampoline()


@command("bt", 1, 1)
def bt(pid):
    """bt PID: the kernel stack of a process, also of one that sleeps or has
    never run, through trap frames up to user mode or fork_trampoline."""
    p = target.process(number(pid, "a process id"))
    print(f"pid {target.name_of(p)}, {values.text('p_stat', p['p_stat'])}")
    cpu = target.running().get(target.address(p["p_thread"]))
    if cpu is None and never_ran(p):
        where = gdb.find_pc_line(trampoline())
        print(f"#0  fork_trampoline () at {where.symtab.filename}:"
              f"{where.line}")
        print("it has not run yet; nobody has called it")
    elif cpu is None:
        print_walk(p, *elsewhere.walk(saved_registers(p)))
    else:
        here = gdb.selected_thread()
        next(t for t in here.inferior.threads() if t.num == cpu + 1).switch()
        try:
            count, pc = kernel_frames(gdb.newest_frame())
            print_walk(p, gdb.execute(f"backtrace {count}", to_string=True)
                       if count else "", pc)
        finally:
            here.switch()


def print_trapframe(tf):
    print(f"trap frame at {target.address(tf):#x}: {printers.title_frame(tf)}")
    names = ["eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "eip"]
    user = int(tf["tf_cs"]) & 3
    names += ["esp"] if user else []
    for first in range(0, len(names), 4):
        print("  " + "  ".join(
            f"{name} {int(tf['tf_' + name]) & 0xffffffff:08x}"
            for name in names[first:first + 4]))
    print("  " + "  ".join(f"{name} {int(tf['tf_' + name]) & 0xffff:04x}"
                           for name in ("cs", "ds", "es", "fs")))
    print("  eflags " + headers.names_of(int(tf["tf_eflags"]) & ~2,
                                         *values.FLAGS["tf_eflags"]))
    number_of = int(tf["tf_trapno"])
    if number_of == 0x80:
        print(f"  system call {int(tf['tf_eax'])} if it has not returned; "
              f"the instruction is {int(tf['tf_err'])} bytes long")
    else:
        print(f"  trap number {number_of}, error code {int(tf['tf_err']):#x}")


@command("tf", 0, 1)
def tf_command(pid=None):
    """tf [PID]: the registers with which a process came from user mode, of
    the process that runs or of PID.  A fresh child's are those of its
    parent, with eax 0 and edx 1."""
    p = target.process(number(pid, "a process id")) if pid else \
        target.current()
    tf = p["p_thread"]["td_frame"]
    if int(tf) == 0 or int(tf["tf_cs"]) & 3 == 0:
        raise Wrong(f"pid {target.name_of(p)} never was in user mode")
    print_trapframe(tf.dereference())
