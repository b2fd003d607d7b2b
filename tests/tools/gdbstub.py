#!/usr/bin/env python3
"""gdb and the kernel's own end of its protocol, on the second serial line:
processes as threads, registers, memory, breakpoints, steps, and the four ways
to stop, and forks and execs as reasons to; on both kernels; and a panic."""

import os
import re
import signal
import subprocess
import tempfile
import time

import tap
# tap has put tools/ in the path.
from tinelib.debugger import find_gdb
from tinelib.places import Build

PATIENCE = 60
# What the guest does: it stops for gdb, and waits for gdb to change a value.
SCRIPT = ("echo o''ne; sysctl debug.gdb=1; ls / >/dev/null; "
          "vforktest >/dev/null; "
          "/usr/tests/fpu show && echo t''wo; "
          "while [ $(sysctl -n kern.panic_ddb) != 5 ]; do echo tick; "
          "sleep 0.05; done; "
          "echo th''ree")


class Guest:
    """tools/run with a stub, and gdbs that come and go."""

    def __init__(self, command, *options, pty=False, release=False):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = "pty" if pty else os.path.join(self.folder.name, "stub")
        self.log = os.path.join(self.folder.name, "log")
        self.kernel = Build(release=release).kernel
        if release:
            options += ("--release",)
        self.process = subprocess.Popen(
            [os.path.join(tap.TREE, "tools/run"), "--no-build", "--gdb-stub",
             self.socket, "--log", self.log, *options, "--exec", command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        if pty:
            told = self.process.stdout.readline().decode()
            self.socket = re.search(r"target remote (\S+)'", told)[1]

    def console(self):
        with open(self.log, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def wait_for(self, text, times=1):
        end = time.monotonic() + PATIENCE
        while not os.path.exists(self.log) or \
                self.console().count(text) < times:
            assert time.monotonic() < end and self.process.poll() is None, \
                f"\"{text}\" did not come:\n" + self.console()
            time.sleep(0.05)

    def gdb_command(self, *commands):
        """A gdb that connects, does this and ends."""
        args = [find_gdb(), "-nx", "-batch", "-ex", "set pagination off",
                "-ex", "set remotetimeout 20",
                "-ex", "target remote " + self.socket]
        for command in commands:
            args += ["-ex", command]
        return args + [self.kernel]

    def gdb(self, *commands):
        """What it says."""
        done = subprocess.run(self.gdb_command(*commands), timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.stdout.decode("utf-8", "replace")

    def end(self):
        """The status of tools/run, and what it said."""
        said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said.decode("utf-8", "replace")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate()
        self.folder.cleanup()


def said(text, *patterns):
    at = 0
    for pattern in patterns:
        found = re.compile(pattern, re.MULTILINE).search(text, at)
        assert found, f"{pattern}:\n{text}"
        at = found.end()


def choose(which):
    """A gdb command: choose the process, given its pid as t.ptid[1]."""
    return ("python max((t for t in gdb.selected_inferior().threads() "
            f"if t.ptid[1] < 100000 and {which}), "
            "key=lambda t: t.ptid[1]).switch()")


def first_gdb(guest):
    """At boot: threads, a breakpoint in fork1, memory, registers, a step."""
    guest.wait_for("gdb: waiting on the second serial line")
    text = guest.gdb(
        "info threads", "break fork1", "hbreak fork_commit", "continue",
        "backtrace", "print panic_ddb", "set var panic_ddb = 3",
        "print panic_ddb", "set var $old = $eax", "set var $eax = 0x1234567",
        "flushregs", "info registers eax", "set var $eax = $old",
        "x/i $pc", "stepi", "x/i $pc", "delete 1", "continue", "backtrace 2",
        "delete", "watch lastpid", "continue", "print *(int *)16",
        "print *(int *)0x10 = 5", "thread apply all backtrace -3",
        "thread 1", "print $_thread", "delete",
        "set var proc0.p_list.le_next = allproc.lh_first",
        "maint packet T7777", "set var proc0.p_list.le_next = 0", "detach")
    said(text,
         r"Thread 100000.1 \(pid 1 \(init\): being made\) .* fork_trampoline",
         r"^\* .*Thread 100000.100000 \(pid 0 \(swapper\): stopped here\)",
         r"^Thread \d+ hit Breakpoint 1, fork1 \(td=0x",
         r"^#0 +fork1 ", r"^#\d+ .* mi_startup ",
         r"= 0$", r"= 3$", r"^eax +0x1234567 ",
         r"^=> 0x[0-9a-f]+ <fork1>:", r"^=> 0x[0-9a-f]+ <fork1\+\d+>:",
         r"^Thread \d+ hit (Hardware assisted b|B)reakpoint 2, fork_commit ",
         r"^#0 +fork_commit ", r"^#1 .* fork1 ",
         r"hit Hardware watchpoint 3: lastpid", r"^New value = \d+$",
         r"Cannot access memory at address 0x10",
         r"Cannot access memory at address 0x10",
         r"^Thread \d+ \(Thread 100000.\d+ \(pid \d+ \(softclock\)",
         r"(fork_trampoline|fork_exit)", r"= 1$",
         # Of a list of processes that is a circle there is an end.
         r'^received: "E03"$', r"detached")


def events_gdb(guest):
    """A fork, an exec and a vfork are caught; the kernel stays the kernel."""
    text = guest.gdb(
        "info threads", "backtrace", "print panic_ddb", "print maxproc",
        "tbreak sys_execve", "continue", "catch fork", "catch vfork", "monitor events", "continue",
        "info threads", "monitor events exec", "catch exec", "continue",
        "backtrace", "info symbol fork1", "monitor events vfork", "continue",
        "tbreak fork_exit", "continue", "monitor event",
        "monitor events spoon", "monitor events none",
        *("maint packet vCont;" + x for x in ("t", "c;C", "s:p186a0.zero")),
        "set scheduler-locking on", "continue", "x/i $pc", "stepi", "x/i $pc",
        choose("t.ptid[1] == 1"), "stepi", "set scheduler-locking off", "detach")
    said(text, r"^\* .*\(pid \d+ \(sysctl\): stopped here\)",
         # On the other processor it may be on its way there.
         r"\(pid \d+ \(sh\): (asleep on wait|runnable)\)",
         r"^#\d+ .* sysctl_debug_gdb ", r"^#\d+ .* syscall ",
         r"= 3$", r"= \d+$",
         # gdb takes its breakpoints out of a child, not out of the kernel.
         r"^\[Detaching after fork from child process \d+\]",
         r"hit Temporary breakpoint 1, sys_execve ",
         r"^events: fork vfork$", r"hit Catchpoint 2 \(forked process \d+\)",
         r"^\* .*\(pid \d+ \(sh\): stopped here\)",
         r"\(pid \d+ \(sh\): being made\)",
         r"^events: exec$", r"hit Catchpoint 4 \(exec'd /bin/vforktest\)",
         r"^#\d+ .* kern_execve ", r"^fork1 in section .text",
         r"^events: vfork$", r"hit Catchpoint 3 \(vforked process \d+\)",
         # While gdb waits for the end of a vfork it takes breakpoints out.
         r"hit Temporary breakpoint 5, fork_exit ",
         r"^monitor events \[none\]", r"^monitor events \[none\]",
         r"^events: none",
         *[r'^received: "E16"$'] * 3,
         r"^gdb: a thread cannot go on without the others$",
         r"^=> 0x[0-9a-f]+ <fork_exit>:", r"^=> 0x[0-9a-f]+ <fork_exit\+\d+>:",
         r"^gdb: only the thread that was stopped can step$", r"detached")


def fpu_gdb(guest):
    """Those of /usr/tests/fpu: in the processor, and of a child asleep."""
    text = guest.gdb(
        "info registers st0", "p/x $xmm0.v4_int32[0]", "p/x $xmm7.v16_int8[15]",
        "p/x $mxcsr", "p/x $fctrl", "p/x $ftag", "set $ftag = 0xbf70",
        "set $xmm1.v4_int32[2] = 0x01010101", "set $mxcsr = 0xffffffff",
        "flushregs", "p/x $mxcsr", "set $mxcsr = 0x1f80", "set $fctrl = 0x37f",
        "set $st1 = 2", choose("True"), "p/x $xmm0.v4_int32[0]", "p/x $mxcsr",
        "set $xmm0.v4_int32[0] = 1", choose("t.ptid[1] == 1"), "p/x $fctrl",
        "p/x $ftag", "detach")
    said(text, r"raw 0x0e0f0001020304050607\)", r"= 0xa090807$", r"= 0x86$",
         r"= 0x7f80$", r"= 0xf7f$", r"= 0xbf7c$", r"= 0xffff$",
         r"= 0xc0b0a09$", r"= 0x3f80$", r"^Could not write register \"xmm0\"",
         r"= 0x37f$", r"= 0xffff$", r"detached")


def interrupted_gdb(guest):
    """One that lets the machine run, and gets a ^C when it does."""
    gdb = subprocess.Popen(
        guest.gdb_command("info threads", "continue", "backtrace",
                          "set var panic_ddb = 5", "detach"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    text = b""
    while b"Id   Target" not in text or not text.endswith(b"\n"):
        text += gdb.stdout.read1()
    ticks = guest.console().count("tick")
    guest.wait_for("tick", ticks + 5)
    gdb.send_signal(signal.SIGINT)
    text += gdb.communicate(timeout=PATIENCE)[0]
    said(text.decode("utf-8", "replace"), r"^\* .*: stopped here\)",
         r"Detaching after fork from child", r"received signal SIGINT",
         # It may have come when a fork was told.
         r"^#\d+ .* (port_intr|told_fork) ", r"detached")


def machine(release):
    guest = Guest(SCRIPT, "--smp", "2", release=release)
    try:
        first_gdb(guest)
        guest.wait_for("gdb: waiting on the second serial line", 2)
        events_gdb(guest)
        guest.wait_for("gdb: waiting on the second serial line", 3)
        fpu_gdb(guest)
        # It runs now: gdb stops it by what it says first, and then by ^C.
        guest.wait_for("tick\r")
        interrupted_gdb(guest)
        status, output = guest.end()
        assert status == 0 and "one\n" in output and "three\n" in output, \
            (status, output)
    finally:
        guest.close()


def test_debug():
    machine(release=False)


def test_release():
    machine(release=True)


def test_panic():
    """Over a pseudo terminal, as on a serial line."""
    guest = Guest("sysctl debug.panic=1", "--cmdline", "gdb=panic", pty=True)
    try:
        guest.wait_for("gdb: waiting on the second serial line")
        text = guest.gdb("backtrace", "print panicstr", "detach")
        said(text, r"^#\d+ .* (v?panic|panic_end) ", r"^\$1 = 0x.*\"",
             r"detached")
        status, output = guest.end()
        assert status == 125 and "panic: " in output, (status, output)
    finally:
        guest.close()


if __name__ == "__main__":
    tap.main(globals())
