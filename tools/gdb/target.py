"""The kernel's data as gdb sees it: variables, lists, processes, memory."""

import os
import time

import gdb

from command import Wrong
from tinelib.machine import MAX_SMP

KERNBASE = 0xc0000000
PAGE_SIZE = 4096
NO_PID = 100000                 # of sys/pid.h: a process that has none yet
PATIENCE = 30.0                 # seconds for QEMU to begin to listen


def connect(where):
    """Connect to QEMU, which may just be starting."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            gdb.execute(f"target remote {where}", to_string=True)
            return
        except gdb.error as error:
            if time.monotonic() > end:
                raise gdb.GdbError(f"no machine at {where}: {error}") from None
            time.sleep(0.05)


class Stop(gdb.Breakpoint):
    """A breakpoint of ours: stops where test() says so, and says nothing."""

    def __init__(self, place, test):
        super().__init__(place, internal=True)
        self.silent = True
        self.test, self.hit = test, False

    def stop(self):
        try:
            self.hit = bool(self.test())
        except (gdb.error, Wrong):
            self.hit = False
        return self.hit


def run_to(*points):
    """Let the machine run until one of these Stops is hit, which are gone
    then; which it was, or None if it stopped for another reason."""
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error as error:
        raise Wrong(f"the machine has ended before that: {error}") from None
    finally:
        hit = next((point for point in points if point.hit), None)
        for point in points:
            if point.is_valid():
                point.delete()
    return hit


def variable(name):
    """A variable of the kernel's, whatever the place gdb stands at."""
    found = gdb.lookup_global_symbol(name) or gdb.lookup_static_symbol(name)
    if found is None:
        raise Wrong(f"this kernel has no variable {name}")
    return found.value()


def struct(name):
    return gdb.lookup_type("struct " + name)


def at(address, name):
    """The structure at an address."""
    return gdb.Value(address & 0xffffffff).cast(
        struct(name).pointer()).dereference()


def address(value):
    """The address of a value that lies in memory, or that a pointer is."""
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
        return int(value) & 0xffffffff
    return int(value.address) & 0xffffffff


def has(value, field):
    return any(f.name == field for f in value.type.strip_typedefs().fields())


def linked(head, link, most=100000):
    """The elements of a list of sys/queue.h: of any of its four kinds."""
    first = next(f.name for f in head.type.strip_typedefs().fields()
                 if f.name.endswith("_first"))
    pointer = head[first]
    following = None
    while int(pointer) != 0 and most > 0:
        element = pointer.dereference()
        yield element
        if following is None:
            following = next(f.name for f in
                             element[link].type.strip_typedefs().fields()
                             if f.name.endswith("_next"))
        pointer = element[link][following]
        most -= 1


def string(pointer):
    """A C string, at most one line of it."""
    if int(pointer) == 0:
        return ""
    try:
        return pointer.string("latin-1", length=120).partition("\0")[0]
    except gdb.error:
        return "?"


def chars(array):
    """The string in an array of characters."""
    return bytes(int(array[i]) & 0xff for i in range(array.type.sizeof)) \
        .partition(b"\0")[0].decode("latin-1")


# ------------------------------------------------------------------ processes

def processes(zombies=True):
    """All of them, the oldest first, then the zombies."""
    live = list(linked(variable("allproc"), "p_list"))
    dead = list(linked(variable("zombproc"), "p_list")) if zombies else []
    return live[::-1] + dead[::-1]


def process(pid):
    for p in processes():
        if int(p["p_pid"]) == pid:
            return p
    if not processes():
        raise Wrong("there are no processes yet")
    raise Wrong(f"there is no process {pid}; tine ps lists them")


def pid_of(pointer):
    """The pid behind a pointer to a process; None if it is NULL."""
    return int(pointer["p_pid"]) if int(pointer) != 0 else None


def name_of(p):
    pid = int(p["p_pid"])
    return ("none yet" if pid == NO_PID else str(pid)) + \
        f" ({chars(p['p_copied']['comm'])})"


def cpus():
    """The kernel's struct pcpu of each processor."""
    array = variable("cpu_pcpu")
    return [array[i].dereference() for i in range(MAX_SMP)
            if int(array[i]) != 0]


def current_cpu():
    """That of the processor which gdb has selected."""
    known = cpus()
    thread = gdb.selected_thread()
    if thread is None:
        raise Wrong("the machine does not run")
    if not known:
        raise Wrong("the kernel is not up yet")
    return known[min(thread.num, len(known)) - 1]


def current_thread():
    td = current_cpu()["pc_curthread"]
    if int(td) == 0:
        raise Wrong("the kernel has no thread yet")
    return td.dereference()


def current():
    return current_thread()["td_proc"].dereference()


def running():
    """{address of thread: number of its processor}"""
    return {int(cpu["pc_curthread"]) & 0xffffffff: int(cpu["pc_cpuid"])
            for cpu in cpus()}


# --------------------------------------------------------------------- memory

def read(where, length):
    return bytes(gdb.selected_inferior().read_memory(where, length))


def read_physical(where, length):
    """Through the direct map."""
    return read(KERNBASE + where, length)


def page_address(page):
    """The physical address of the page that a struct vm_page is about."""
    index = (address(page) - int(variable("vm_page_array"))) & 0xffffffff
    return index // page.type.sizeof * PAGE_SIZE


def words(data):
    return memoryview(data).cast("I")


def in_user_mode():
    return int(gdb.parse_and_eval("(unsigned int)$cs")) & 3 == 3
