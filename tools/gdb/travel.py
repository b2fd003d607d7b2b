"""tine end, tine who-wrote, tine who-freed, tine back-to: backwards in a
recorded run.

Most of them set a watchpoint and let the machine run backwards, which QEMU
does by going back to the beginning and forward again to the last hit before.
If the place one stands at is a hit itself, that may be where it ends; so the
user's breakpoints are off meanwhile, and the first step back is one of a
single instruction.
"""

import os
import re

import gdb

import memory
import target
from command import Wrong, command, number

END = "cpu_halt_exit"           # where the kernel ends the emulator
BORN = "fork_finish"            # where fork1 has published the child, p2
FREE = "VPT_FREE"
FIRST_PC = 0xfff0               # where there is nothing left before


def replaying():
    return bool(os.environ.get("TINE_REPLAY"))


def check():
    if not replaying():
        raise Wrong("this wants a recorded run: make record, then make "
                    "replay")


class Alone:
    """The user's breakpoints are off."""

    def __enter__(self):
        self.points = [p for p in gdb.breakpoints() or () if p.enabled]
        for point in self.points:
            point.enabled = False

    def __exit__(self, *_):
        for point in self.points:
            if point.is_valid():
                point.enabled = True


class Watch(gdb.Breakpoint):
    """Stops at each write to so many bytes at an address."""

    def __init__(self, address, size):
        kind = {1: "unsigned char", 2: "unsigned short"}.get(
            size, "unsigned int")
        super().__init__(f"*({kind} *){address:#x}", gdb.BP_WATCHPOINT,
                         gdb.WP_WRITE, internal=True)
        self.silent = True


def pc():
    return int(gdb.parse_and_eval("(unsigned int)$pc"))


def run(command):
    """Let the machine run.  What gdb says of stops on the way is not for the
    user, and goes to its standard output whatever it has been told."""
    gdb.flush()
    terminal, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        gdb.execute(command, to_string=True)
    finally:
        gdb.flush()
        os.dup2(terminal, 1)
        os.close(terminal)
        os.close(nowhere)


def backwards():
    """Back to what is hit last before this moment, or to the beginning;
    false if that is where it ends.  A watchpoint has been hit when the
    instruction that writes is done."""
    quiet_console()
    run("reverse-stepi")
    run("reverse-continue")
    return pc() != FIRST_PC


def to_beginning():
    """With nothing to stop at, backwards leads there."""
    if pc() != FIRST_PC:
        backwards()


def moment():
    """How many instructions have been run until now."""
    said = gdb.execute("monitor info replay", to_string=True)
    return int(re.search(r"instruction count = (\d+)", said)[1])


def nothing(stood, why):
    """What was asked for is not in this run: go back to the moment where the
    machine stood, and say so."""
    with Alone():
        to_beginning()
        if moment() < stood:
            gdb.execute(f"monitor replay_break {stood}", to_string=True)
            run("continue")
    raise Wrong(f"{why}; the machine stands where it stood")


def quiet_console():
    """What the console says again on the way has been seen."""
    if os.environ.get("TINE_KEYS"):
        os.write(int(os.environ["TINE_KEYS"]), b"\n")


def here():
    """Say where the machine stands now, and for whom."""
    try:
        print(f"in pid {target.name_of(target.current())}:")
    except (Wrong, gdb.error):
        print("while the kernel starts:")
    gdb.execute("backtrace 8")


@command("end")
def end():
    """end: in a recorded run, go to its end."""
    check()
    with Alone():
        if gdb.newest_frame().name() != END:
            point = gdb.Breakpoint(END, internal=True, temporary=True)
            point.silent = True
            run("continue")
    print("The machine is about to stop; backwards from here.")


def size_of(text):
    """The address and the size of what is named: a variable, or a number,
    which is that of a word."""
    try:
        value = gdb.parse_and_eval(text)
    except gdb.error as error:
        raise Wrong(f"\"{text}\": {error}") from None
    if value.address is not None:
        return int(value.address) & 0xffffffff, min(value.type.sizeof, 4)
    return int(value) & 0xffffffff, 4


@command("who-wrote", 1, 1)
def who_wrote(what):
    """who-wrote ADDR: in a recorded run, go back to the last write to a
    variable, or to the word at an address.  A user's address is taken in
    whichever process has it: QEMU watches the address."""
    check()
    where, size = size_of(what)
    stood = moment()
    with Alone():
        watch = Watch(where, size)
        try:
            found = backwards()
        finally:
            watch.delete()
        if found:
            run("reverse-stepi")
    if not found:
        nothing(stood, f"nobody has written to {where:#x} before")
    print(f"{where:#x} was written last")
    here()


@command("who-freed", 1, 1)
def who_freed(pa):
    """who-freed PA: in a recorded run, go back to the moment when the page
    at a physical address was last given to the free list."""
    check()
    m = memory.page_of(number(pa, "a physical address"))
    free = memory.kinds().index(FREE)
    where = int(m["type"].address) & 0xffffffff
    stood = moment()
    with Alone():
        watch = Watch(where, 1)
        try:
            found = backwards()
            while found and target.read(where, 1)[0] != free:
                found = backwards()
        finally:
            watch.delete()
        if found:
            run("reverse-stepi")
    if not found:
        nothing(stood, "the page was not freed before")
    print(f"page {target.page_address(m):#x} was freed last")
    here()


@command("back-to", 1, 1)
def back_to(which):
    """back-to pid=N: in a recorded run, go to the moment when fork has made
    process N, whether that is before or behind this one."""
    check()
    name, _, text = which.partition("=")
    if name != "pid" or not text:
        raise Wrong("what is known is back-to pid=N")
    wanted = number(text, "a process id")
    stood = moment()
    with Alone():
        to_beginning()
        born = gdb.Breakpoint(BORN, internal=True)
        born.silent = True
        born.condition = f"p2->p_pid == {wanted}"
        last = gdb.Breakpoint(END, internal=True)
        last.silent = True
        try:
            run("continue")
            found = born.hit_count != 0
        finally:
            born.delete()
            last.delete()
    if not found:
        nothing(stood, f"no process {wanted} is made in this run")
    print(f"pid {wanted} has just been made")
    here()
