"""gdb, started beside a machine: which one, and with what."""

import os
import re
import shutil
import subprocess
import sys
import threading

from .machine import MachineError
from .places import TREE

SCRIPT = os.path.join(TREE, "tools/gdb/tine.py")
OLDEST = 12                     # the release of gdb that tools/gdb needs
NAMES = ("gdb", "gdb-multiarch", "i686-elf-gdb", "i386-elf-gdb",
         "x86_64-elf-gdb")


def fault_of(path):
    """Why this gdb will not do; None if it does."""
    done = subprocess.run(
        [path, "-nx", "-batch", "-ex", "set architecture i386",
         "-ex", "python print('release', gdb.VERSION)"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode("utf-8", "replace")
    release = re.search(r"^release \D*(\d+)", text, re.MULTILINE)
    if release is None:
        return "has no Python"
    if int(release[1]) < OLDEST:
        return f"is release {release[1]}; {OLDEST} or newer is needed"
    if "Undefined item" in text:
        return "does not know the i386"
    return None


def find_gdb():
    """The path of a gdb that works."""
    given = os.environ.get("GDB")
    faults = []
    for name in (given,) if given else NAMES:
        path = shutil.which(name)
        if path is None:
            continue
        fault = fault_of(path)
        if fault is None:
            return path
        faults.append(f"{path} {fault}")
    raise MachineError("; ".join(faults) or
                       f"{given or 'gdb'} is not installed; "
                       "tools/setup gdb installs it")


class Debugger:
    """A gdb that has this terminal, while the machine's console is copied
    beside it.  What it writes to "keys" is typed on the console; in a replay
    it means that the run goes backwards, and that what the console says from
    then on has been seen."""

    def __init__(self, target, kernel, build, programs, more=(), replay=False):
        self.keys, keys = os.pipe()
        self.replay, self.quiet = replay, False
        environment = dict(
            os.environ, TINE_TARGET=target, TINE_BUILD=build.folder,
            TINE_PROGRAMS="\n".join(programs), TINE_KEYS=str(keys),
            TINE_REPLAY="1" if replay else "")
        try:
            self.process = subprocess.Popen(
                [find_gdb(), "-nx", "-q", "-x", SCRIPT, *more, kernel],
                env=environment, pass_fds=[keys])
        finally:
            os.close(keys)

    def attend(self, machine, take):
        """Copy the console until gdb ends; its exit status."""
        threads = [threading.Thread(target=work, args=(machine, take),
                                    daemon=True)
                   for work in (self.copy_console, self.copy_keys)]
        for thread in threads:
            thread.start()
        status = self.process.wait()
        machine.end()
        threads[0].join(5)
        return status

    def copy_console(self, machine, take):
        while True:
            data = machine.read_console(3600.0)
            if data == b"":
                break
            if data is not None and not self.quiet:
                take(data)
        try:
            self.process.wait(1.0)      # it may be that which ended it
        except subprocess.TimeoutExpired:
            print("run: the machine has ended; \"quit\" leaves gdb",
                  file=sys.stderr, flush=True)

    def copy_keys(self, machine, _take):
        while True:
            data = os.read(self.keys, 256)
            if not data:
                return
            if self.replay:
                self.quiet = True
            else:
                machine.write_console(data)
