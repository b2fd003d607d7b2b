"""tine syms, tine exec: the user program that runs, and its symbols.

"tine exec" goes to the beginning of one.  Whenever the machine stops, the
symbols of the current process's program are loaded, and those of the one
before are forgotten: all programs lie at the same addresses.
"""

import functools
import os

import gdb

import headers
import target
from command import Wrong, command

FOLDERS = ("bin", "sbin", "usr/bin", "usr/tests")
# How much of a program's name the kernel keeps.
KEPT = headers.constants("sys/param.h", "MAXCOMLEN")["MAXCOMLEN"][0]


class Loaded:
    """What is loaded now."""
    path = None


@functools.lru_cache(None)
def known():
    """{name of a program: its file with symbols}: ours, and over them those
    that this run has added, each as HOST:GUEST."""
    found = {}
    for folder in FOLDERS:
        found.update(files(os.path.join(build(), "user", folder)))
    for added in os.environ.get("TINE_PROGRAMS", "").splitlines():
        host, _, guest = added.partition(":")
        if os.path.isdir(host):
            found.update(files(host))
        else:
            found[os.path.basename(guest) or os.path.basename(host)] = host
    return found


def files(top):
    """{name: path} of all files below a folder."""
    return {name: os.path.join(folder, name)
            for folder, _, names in os.walk(top) for name in names}


def build():
    """The build folder; the kernel is in a folder of it."""
    kernel = gdb.current_progspace().filename or "build/debug/kernel.elf"
    return os.environ.get("TINE_BUILD") or \
        os.path.dirname(os.path.dirname(kernel))


def find(name):
    """The file of a program, by as much of its name as the kernel keeps."""
    return known().get(name) or next(
        (path for full, path in known().items()
         if full[:KEPT] == name[:KEPT]), None)


def unload():
    if Loaded.path is not None:
        try:
            gdb.execute(f"remove-symbol-file {Loaded.path}", to_string=True)
        except gdb.error:
            pass                # it has changed on the disk
        Loaded.path = None


def load(path):
    if path == Loaded.path:
        return
    unload()
    if path is not None:
        gdb.execute(f"add-symbol-file {path}", to_string=True)
        Loaded.path = path


def load_current():
    """The program of the process that runs; nothing if it is the same."""
    p = target.current()
    if int(p["p_vmspace"]) == 0 or int(p["p_flag"]) & 0x4:
        return                  # a kernel thread: whatever was there
    load(find(target.chars(p["p_copied"]["comm"])))


def stopped(_event):
    try:
        load_current()
    except (Wrong, gdb.error):
        pass                    # the kernel is not that far yet


def follow():
    gdb.events.stop.connect(stopped)


@command("syms", 0, 1)
def syms(name=None):
    """syms [PROGRAM]: whose symbols are loaded beside the kernel's; with
    PROGRAM, load that one's, to set a breakpoint before it runs.  At the
    next stop in another program its symbols take their place."""
    if name is not None:
        path = find(name) or (name if os.path.isfile(name) else None)
        if path is None:
            raise Wrong(f"no program {name} with symbols is in the build")
        load(path)
    kernel = gdb.current_progspace().filename
    print(f"kernel:  {kernel}")
    print(f"program: {Loaded.path or 'none'}")


@command("exec", 0, 1)
def exec_command(name=None):
    """exec [PROGRAM]: go on until a process has called exec for PROGRAM, or
    for any, and stop at its first instruction, with its symbols."""
    def wanted():
        p = gdb.newest_frame().read_var("td")["td_proc"]
        return name is None or \
            name[:KEPT] == target.chars(p["p_copied"]["comm"])

    if target.run_to(target.Stop("setregs", wanted)) is None:
        raise Wrong("the machine stopped for another reason")
    frame = gdb.newest_frame()
    td = int(frame.read_var("td")) & 0xffffffff
    entry = int(frame.read_var("entry")) & 0xffffffff

    def begun():
        return target.address(target.current_thread()) == td

    if target.run_to(target.Stop(f"*{entry:#x}", begun)) is None:
        raise Wrong("the machine stopped before the program began")
    print(f"pid {target.name_of(target.current())} begins its program")
    gdb.execute("frame")
