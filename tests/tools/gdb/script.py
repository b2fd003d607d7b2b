"""Run in gdb: the commands in the file $GDB_SCRIPT, each announced, and its
error reported instead of ending the script.  What gdb says goes to the file
$GDB_OUTPUT, where the machine's console does not come between."""

import os
import sys

import gdb

gdb.flush()
os.dup2(os.open(os.environ["GDB_OUTPUT"], os.O_WRONLY | os.O_CREAT, 0o644), 1)
with open(os.environ["GDB_SCRIPT"], encoding="utf-8") as commands:
    for line in commands:
        line = line.rstrip("\n")
        print(f"(gdb) {line}")
        sys.stdout.flush()
        try:
            gdb.execute(line)
        except (gdb.error, gdb.GdbError) as error:
            print(f"error: {error}")
        sys.stdout.flush()
