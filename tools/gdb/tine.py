"""gdb for Tine: "gdb -nx -x tools/gdb/tine.py KERNEL", or make gdb.

The commands are "tine ..." ("help tine" lists them), the function $proc(PID),
the variables $curproc and $td.  With TINE_TARGET in the environment, which tools/run
--debug sets, gdb is connected to the machine.
"""

import os
import sys

import gdb

sys.dont_write_bytecode = True
OURS = os.path.dirname(os.path.abspath(__file__))
for folder in (os.path.dirname(OURS), OURS):
    if folder not in sys.path:
        sys.path.insert(0, folder)

# pylint: disable=wrong-import-position,unused-import
import events
import frames
import habits
import locks
import memory
import printers
import procs
import programs
import target
import travel
import walk


def settings():
    for line in ("set pagination off", "set confirm off",
                 "set print pretty on", "set architecture i386",
                 "set breakpoint pending off", "set auto-load no",
                 # The kernel takes arguments in registers, which gdb
                 # does not know; even a string would call malloc().
                 "set may-call-functions off"):
        gdb.execute(line, to_string=True)
    folder = os.path.dirname(os.path.dirname(OURS))
    gdb.execute(f"directory {folder}", to_string=True)


def main():
    settings()
    printers.register()
    programs.follow()
    procs.follow()
    walk.follow()
    if os.environ.get("TINE_TARGET"):
        target.connect(os.environ["TINE_TARGET"])
        print(habits.WELCOME_REPLAY if travel.replaying() else habits.WELCOME)


main()
