#!/usr/bin/env python3
"""The monitor on the console, ddb(4), as typed: entered by its three ways,
each command, break- and watchpoints, and the end after a panic."""

import re

import panics
import shell
import tap

MACHINE = {}
PROMPT = rb"\r*\nddb> "
ESCAPE = b"\x1d\x02"    # ^] ^B


class Monitor(shell.Terminal):
    """A console that may be in the monitor."""

    def enter(self):
        self.type(ESCAPE)
        return self.answer()

    def answer(self):
        text = self.wait_for(PROMPT).decode("utf-8", "replace")
        return re.sub(r"\r+\n", "\n", text)

    def ddb(self, line):
        """What the monitor says to a line, without its echo."""
        self.type(line.encode() + b"\r")
        return self.answer().partition("\n")[2]

    def enter_asleep(self):
        """The same, when the shell waits for input: it comes a moment after
        its prompt."""
        for _ in range(50):
            self.enter()
            if re.search(r" sleep +ttyin +sh$", self.ddb("ps"), re.M):
                return
            self.go_on()
        raise AssertionError("the shell does not wait for input")

    def go_on(self):
        """Let the machine run, and have the shell prove it."""
        self.type(b"continue\r")
        self.wait_for(rb"continue\r*\n")
        self.type(b"echo o''n\r")
        self.wait_for(rb"\non\r*\n")
        self.wait_for(re.escape(shell.PROMPT))


def monitor():
    """The machine of all tests, in its shell; booted by the first."""
    if "monitor" not in MACHINE:
        MACHINE["monitor"] = Monitor("--smp", "2")
        MACHINE["monitor"].wait_for(re.escape(shell.PROMPT))
    return MACHINE["monitor"]


def said(text, *patterns):
    for pattern in patterns:
        assert re.search(pattern, text, re.MULTILINE), f"{pattern}:\n{text}"


def test_sequence_on_the_console():
    """In the middle of a line, whose rest is not lost, nor another ^]."""
    terminal = monitor()
    terminal.type(b"echo x''y")
    said(terminal.enter(), r"stopped: from the console, pid \d+ \(")
    terminal.type(b"continue\r")
    terminal.wait_for(rb"continue\r*\n")
    terminal.type(b"z | wc -c\r")
    terminal.wait_for(rb"\n *4\r")
    terminal.wait_for(re.escape(shell.PROMPT))
    # A program says when it reads: what is typed before is the shell's.
    terminal.type(b"echo re''ady; head -n 1 >/tmp/t\r")
    terminal.wait_for(rb"\nready\r")
    terminal.type(b"A\x1dB\x1d\x1dC\r")
    terminal.wait_for(re.escape(shell.PROMPT))
    said(terminal.command("hexdump /tmp/t"), "1d41 1d42 431d 000a")


def test_break():
    """On the line; also while characters go out, which have its status read."""
    terminal = monitor()
    terminal.type(b"while :; do echo abcdefghijklmnopqrstuvwxyz; done &\r")
    terminal.wait_for(rb"\nabc")
    for _ in range(20):
        terminal.type(b"\x01b")
        said(terminal.answer(), r"stopped: break on the console's line")
        terminal.type(b"continue\r")
        terminal.wait_for(rb"continue\r*\n")
        terminal.wait_for(rb"\nabc")
    terminal.type(b"kill $!\r")
    terminal.go_on()


def test_sysctl():
    terminal = monitor()
    terminal.type(b"sysctl debug.kdb.enter=1\r")
    said(terminal.answer(), r"stopped: sysctl debug.kdb.enter, pid \d+ "
         r"\(sysctl\), processor [01]")
    text = terminal.ddb("bt")
    said(text, r"^pid \d+ \(sysctl\):$", r"--- trap 3 \(breakpoint",
         r" kdb_enter\+", r" sysctl_debug_kdb_enter\+",
         r"--- system call 202, from user mode")
    terminal.go_on()


def test_looking():
    """Each command that shows something, in one stop."""
    terminal = monitor()
    terminal.command("sleep 1000 &")
    terminal.command("sysctl kern.quiet")   # it does sleep then
    text = terminal.command("ps ax")
    sleeper = int(re.search(r"^ *(\d+) .*sleep 1000", text, re.MULTILINE)[1])
    terminal.enter()
    said(terminal.ddb("ps"), rf"^ *{sleeper} .* sleep .* sleep$",
         r"^ *1 .* init$")
    said(terminal.ddb("tree"), r"^  0 swapper", r"^    1 init", r"^      \d+ sh",
         rf"^        {sleeper} sleep")
    said(terminal.ddb(f"bt {sleeper}"), rf"^pid {sleeper} \(sleep\):$",
         r" mi_switch\+", r" msleep\+", r" syscall\+",
         r"from user mode: eip 0x0")
    said(terminal.ddb(f"show proc {sleeper}"), rf"pid {sleeper} \(sleep\)",
         r", state sleep$", r"p_flag 0x\w+.* EXEC", r"parent \d+ \(sh\)", r"children: none")
    said(terminal.ddb("show proc 1"), r"children:(.* )?\d+")
    said(terminal.ddb(f"show thread {sleeper}"), r"sleeps on \"",
         r"td_flags 0x\w+.* SINTR", r"eip c0\w+  mi_switch\+")
    said(terminal.ddb(f"show map {sleeper}"), r"^0x08048000-0x\w+ r-x",
         r"^0x\w+-0xbfc00000 rw. ?, .*stack")
    text = terminal.ddb(f"show pmap {sleeper}")
    said(text, r"^pmap of pid", r"table 0x\w+: \d+ entries",
         r"0x08048000: page 0x\w+, \d+ references")
    page = re.search(r"0x08048000: page (0x\w+)", text)[1]
    said(terminal.ddb(f"show page {page}"), rf"page {page}: object",
         rf"pid {sleeper} \(sleep\) has it at 0x08048000, read-only")
    said(terminal.ddb("show address panic"), r"^panic\+0$", r"a 4 MB page")
    said(terminal.ddb("show lock Giant"), r'^mutex "Giant", rank \d+')
    said(terminal.ddb("show lock allproc_lock"), r'^sx lock "allproc"', "free")
    said(terminal.ddb("show lock initproc"), "is no lock")
    terminal.ddb("show locks")
    said(terminal.ddb("show witness"), r"^ *1 kqueues$", r"\d+ process lock$")
    said(terminal.ddb("show registers"), r"^eip \w+  cs")
    said(terminal.ddb("show cpus"), r"^processor 0:", r"^processor 1:")
    said(terminal.ddb("ktr 5"), r"ktr: end events=5")
    said(terminal.ddb("x hz 1"), r"^0x\w+: 0x00000064 +100")
    said(terminal.ddb("print *hz+1"), r"^101, 0x00000065")
    said(terminal.ddb("print $eip"), r"[a-z]\w+\+0x")
    said(terminal.ddb("call fls 0x10"), r"no such name")
    said(terminal.ddb("call strlen ostype"), r"^= 4 \(0x4\)$")
    said(terminal.ddb("help"), r"^  ps ", r"^  continue ")
    said(terminal.ddb("help show"), r"^  pmap ")
    terminal.go_on()


def test_mistakes_do_no_harm():
    terminal = monitor()
    terminal.enter()
    said(terminal.ddb("nonsense"), "no such command")
    said(terminal.ddb("p"), r"p: ps or print\?")
    said(terminal.ddb("x 0"), "0x00000000 cannot be read")
    said(terminal.ddb("x 0xfffffff0"), "cannot be read")
    said(terminal.ddb("write 0 1"), "cannot be written")
    said(terminal.ddb("print *12"), "0x0000000c cannot be read")
    said(terminal.ddb("print nosuchname"), "no such name")
    said(terminal.ddb("bt 77777"), "no process 77777")
    said(terminal.ddb("bt 0xc0100000"), "is no struct proc")
    said(terminal.ddb("break 0x10"), "no memory there")
    for line in ("x", "show lock", "show page", "show address", "break",
                 "watch", "write"):
        said(terminal.ddb(line), "^an address is needed$")
    said(terminal.ddb("write hz"), "^a value is needed$")
    said(terminal.ddb("call"), "^a function is needed$")
    said(terminal.ddb("print"), "^an expression is needed$")
    said(terminal.ddb("print 0xffffffff"), "^-1, 0xffffffff")
    said(terminal.ddb("print 0x100000000"), "^no more than 32 bits: 0x1")
    said(terminal.ddb("print 1+12abc"), "^not understood: abc$")
    said(terminal.ddb("watch hz 3"), "not at that address, or not so long")
    for line in ("break alltraps", "break Xbreakpoint", "hbreak doreti",
                 "break lapic_send_nmi", "watch stop_owner"):
        said(terminal.ddb(line), "not at that address, or not so long")
    # A call that faults, and one that panics.
    said(terminal.ddb("call 0"), "this part ends here: page fault")
    said(terminal.ddb("call _mtx_unlock plant_session ostype 7"),
         "this part ends here: mtx_unlock of session, which is free, at Tine:7")
    # Two double faults, of which nothing is left when the machine goes on.
    for _ in range(2):
        said(terminal.ddb("call plant_deeper 1"),
             "this part ends here: double fault")
    said(terminal.ddb("show proc 1"), r"pid 1 \(init\)")
    # A line that is corrected.
    terminal.type(b"psx\x7f\r")
    said(terminal.answer(), r" init$")
    terminal.type(b"reboot\x03")
    terminal.answer()
    terminal.go_on()


def test_breakpoint():
    terminal = monitor()
    terminal.enter()
    said(terminal.ddb("break fork1"), r"^break fork1\+0$")
    terminal.type(b"continue\r")
    terminal.wait_for(rb"continue\r*\n")
    terminal.type(b"id\r")
    said(terminal.answer(), r"^breakpoint at fork1\+0, pid \d+ \(sh\)")
    said(terminal.ddb("bt"), r"#0 .* fork1\+0", r" v?fork\+", r"--- system call")
    said(terminal.ddb("step"), r"^at fork1\+0x")
    said(terminal.ddb("step 3"), r"(?s)at \w+\+0x.*at \w+\+0x.*at \w+\+0x")
    said(terminal.ddb(""), r"^at ")
    said(terminal.ddb("show breaks"), r"^  break  fork1\+0, length 1$")
    said(terminal.ddb("delete fork1"), r"^1 deleted$")
    terminal.type(b"continue\r")
    terminal.wait_for(rb"uid=0")
    terminal.wait_for(re.escape(shell.PROMPT))


def test_no_end():
    """Of a list of processes that is a circle, and of a long step."""
    terminal = monitor()
    terminal.type(b"sysctl debug.kdb.enter=1\r")
    terminal.answer()
    terminal.ddb("write proc0+4 *allproc")
    said(terminal.ddb("ps"), r"^more than there can be; list broken$")
    terminal.ddb("write proc0+4 0")
    # What is typed meanwhile is read at the first step.
    terminal.type(b"step 4000000000\r\x03")
    said(terminal.answer(), r"^at \w+\+0x")
    terminal.go_on()


def test_watchpoint():
    """The next pid that is given is a write, wherever it comes from."""
    terminal = monitor()
    terminal.enter()
    said(terminal.ddb("watch lastpid"), r"^watch lastpid\+0$")
    terminal.type(b"continue\r")
    terminal.wait_for(rb"continue\r*\n")
    terminal.type(b"id\r")
    said(terminal.answer(), r"^watchpoint lastpid\+0, now 0x\w+, before pid_")
    said(terminal.ddb("delete"), r"^1 deleted$")
    terminal.type(b"continue\r")
    terminal.wait_for(rb"uid=0")
    terminal.wait_for(re.escape(shell.PROMPT))


def test_write_memory():
    terminal = monitor()
    terminal.enter()
    terminal.ddb("write watch_seconds+0 0x11")
    said(terminal.ddb("write nosuchname 1"), "no such name")
    said(terminal.ddb("x watch_seconds 1"), r"0x00000011")
    terminal.go_on()
    said(terminal.command("sysctl debug.watchdog.seconds"), ": 17$")


def play(terminal, example):
    """Type what stands behind # and ddb> in an example, and compare."""
    text = ""
    for line in example:
        if line.startswith("# "):
            terminal.type(line[2:].encode() + b"\r")
            terminal.wait_for(re.escape(shell.PROMPT))
            terminal.command("sysctl kern.quiet")
            terminal.enter_asleep()
        elif line == "ddb> continue":
            terminal.type(b"continue\r")
            terminal.wait_for(rb"continue\r*\n")
            if any(l.startswith("breakpoint at") for l in example):
                terminal.type(b"id\r")
                text += terminal.answer() + "\n"
        elif line.startswith("ddb> "):
            text += terminal.ddb(line[5:]) + "\n"
    return text


def test_examples_of_the_documentation():
    """In a machine of their own: they name processes by their numbers."""
    terminal = Monitor()
    try:
        terminal.wait_for(re.escape(shell.PROMPT))
        hang, wakeup, fork = panics.blocks("# sysctl") + panics.blocks("ddb> ")
        for example in (hang, wakeup, fork):
            if example is fork:
                    terminal.enter()
            text = play(terminal, example)
            panics.agrees([line for line in example
                           if not line.startswith(("# ", "ddb> "))], text)
            if example is wakeup:
                terminal.type(b"wait; echo do''ne\r")
                terminal.wait_for(rb"\ndone\r*\n")
    finally:
        terminal.close()


def test_panic_by_request():
    terminal = Monitor()
    try:
        terminal.wait_for(re.escape(shell.PROMPT))
        terminal.enter()
        terminal.type(b"panic\r")
        terminal.wait_for(rb"panic: by request of the monitor")
        terminal.wait_for(rb"run: in the sources: backtrace")
        assert terminal.process.wait(20) == 125
    finally:
        terminal.close()


def test_panic():
    """The report, then the monitor, then the end with the lines of the
    sources."""
    terminal = monitor()
    terminal.type(b"sysctl debug.plant=null\r")
    said(terminal.answer(), r"^panic: page fault: read of", "^backtrace:",
         r"^stopped by a panic, pid \d+ \(sysctl\)")
    said(terminal.ddb("bt"), " kdb_enter\\+", r" plant_null\+")
    said(terminal.ddb("ps"), r" init$")
    said(terminal.ddb("panic"), "it has already")
    terminal.type(b"continue\r")
    terminal.wait_for(rb"run: in the sources: backtrace")
    terminal.wait_for(rb"plant\.c:\d+  plant_null")
    assert terminal.process.wait(20) == 125


if __name__ == "__main__":
    try:
        tap.main(globals())
    finally:
        if "monitor" in MACHINE:
            MACHINE["monitor"].close()
