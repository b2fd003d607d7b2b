#!/usr/bin/env python3
"""Tests of the interactive console: tools/run on a terminal, as typed.

One machine serves all tests of a row; each waits for the prompt.
"""

import atexit
import os
import pty
import re
import select
import signal
import subprocess
import time

import tap
from tap import TOOLS

PROMPT = b"# "
LIMIT = 30


class Terminal:
    """tools/run on a pseudo terminal."""

    def __init__(self, *options):
        self.master, slave = pty.openpty()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [os.path.join(TOOLS, "run"), "--no-build", *options],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        self.text = b""

    def wait_for(self, pattern, limit=LIMIT):
        """Read until the pattern; return what came before it."""
        end = time.monotonic() + limit
        while True:
            match = re.search(pattern, self.text)
            if match:
                before = self.text[:match.start()]
                self.text = self.text[match.end():]
                return before
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError(f"{pattern!r} did not come in {limit} s; "
                                     f"the console said {self.text[-1500:]!r}")
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"the console ended before {pattern!r}: "
                                     f"{self.text[-1500:]!r}")
            self.text += data

    def type(self, data):
        os.write(self.master, data)

    def command(self, line, limit=LIMIT):
        """Type a command and return its output (the echo is taken off)."""
        self.type(line.encode() + b"\r")
        self.wait_for(re.escape(line.encode()) + rb"\r*\n", limit)
        text = self.wait_for(re.escape(PROMPT), limit)
        # Tine ends a line with CR LF, and the host's terminal adds a CR.
        return re.sub(rb"\r+\n", b"\n", text).decode("utf-8", "replace")

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        os.close(self.master)


MACHINE = {}


def shell():
    """The machine of all tests; booted by the first."""
    if "terminal" not in MACHINE:
        MACHINE["terminal"] = Terminal()
        MACHINE["terminal"].wait_for(re.escape(PROMPT))
    return MACHINE["terminal"]


def test_prompt_comes_soon():
    terminal = shell()
    spent = time.monotonic() - terminal.started
    # Two seconds is the aim on an idle machine; a busy one gets more.
    assert spent < 10, spent


def test_ls():
    text = shell().command("ls -l /")
    for name in ("bin", "dev", "etc", "tmp"):
        assert re.search(rf"d[rwxt-]{{9}}.*\b{name}$", text, re.M), text


def test_pipe():
    with open(os.path.join(tap.TREE, "rootfs/etc/motd"),
              encoding="ascii") as file:
        lines = len(file.readlines())
    text = shell().command("cat /etc/motd | wc -l")
    assert text.split() == [str(lines)], text


def test_redirection():
    text = shell().command("echo hi > /tmp/f; cat /tmp/f")
    assert text == "hi\n", text


def test_background_and_ps():
    shell().command("sleep 5 &")
    # It is still a shell until it has become the program.
    text = shell().command("until ps | grep -q '[s]leep'; do :; done; ps")
    assert re.search(r"\bsleep\b", text) and re.search(r"\binit\b", text), text


def test_for_loop():
    text = shell().command("for i in 1 2 3; do echo $i; done")
    assert text == "1\n2\n3\n", text


def test_or():
    assert shell().command("false || echo no") == "no\n"


def test_grep_in_pipe():
    assert "sh" in shell().command("ps | grep sh")


def test_script():
    shell().command("echo '#!/bin/sh' > /tmp/s; echo 'echo in $0' >> /tmp/s")
    text = shell().command("chmod 755 /tmp/s; /tmp/s")
    assert "in /tmp/s" in text, text


def test_next_shell_when_zombies_fill_the_table():
    """All are init's, and it cannot fork before it has reaped one."""
    terminal = Terminal("--cmdline", "kern.maxproc=40")
    try:
        terminal.wait_for(re.escape(PROMPT))
        # The bombs have taken the place of the sleep when they are killed.
        terminal.type(b"forkbomb & (sleep 1; i=0; while [ $i -lt 1000 ]; do "
                      b"i=$((i+1)); done; kill -9 -$!) & read x; exec true\r")
        terminal.wait_for(rb"forkbomb: fork: ")
        terminal.type(b"\r")
        terminal.wait_for(re.escape(PROMPT))
    finally:
        terminal.close()


def test_interrupt_key():
    terminal = shell()
    terminal.type(b"cat\r")
    terminal.wait_for(rb"cat\r*\n")
    terminal.type(b"line\r")
    terminal.wait_for(rb"line\r*\nline\r*\n")
    terminal.type(b"\x03")
    terminal.wait_for(re.escape(PROMPT))
    # POSIX: 128 + SIGINT.
    assert terminal.command("echo $?") == "130\n"


def test_editing_keys():
    terminal = shell()
    terminal.type(b"echo abx\x7fc\r")
    terminal.wait_for(rb"abc\r*\n")
    terminal.wait_for(re.escape(PROMPT))


def test_keys_with_control():
    terminal = shell()
    terminal.type(b"echo ab\x1b[1;5Dx\r")
    terminal.wait_for(rb"\r*\n")
    text = terminal.wait_for(re.escape(PROMPT))
    assert text.strip() == b"axb", text


def test_expanded_prompts():
    terminal = shell()
    terminal.type(b"n=7 PS1='<$n$(echo x)# ' PS2='$n? '\r")
    terminal.wait_for(rb"<7x# ")
    terminal.type(b"echo \\\r")
    terminal.wait_for(rb"7\? ")
    terminal.type(b"$n\r")
    terminal.wait_for(rb"\n7\r*\n<7x# ")
    # What is wrong with it is no reason to end, or to show none.
    terminal.type(b"PS1='${x?gone}# '\r")
    terminal.wait_for(rb"gone\r*\n\${x\?gone}# ")
    terminal.type(b"PS1='# '\r")
    terminal.wait_for(rb"\n# ")
    assert terminal.command("echo $?") == "0\n"


def test_history_keys():
    terminal = shell()
    terminal.command("echo first")
    terminal.command("echo second")
    terminal.type(b"\x1b[A\x1b[A\x1b[H\x1b[3~E\r")
    terminal.wait_for(rb"Echo first\x1b\[J[^\n]*\n")
    text = terminal.wait_for(re.escape(PROMPT))
    assert b"Echo: not found" in text, text


def test_job_control_keys():
    terminal = shell()
    terminal.type(b"cat\r")
    terminal.wait_for(rb"cat\r*\n")
    terminal.type(b"line\r")
    terminal.wait_for(rb"line\r*\nline\r*\n")
    terminal.type(b"\x1a")
    text = terminal.wait_for(re.escape(PROMPT))
    assert re.search(rb"\[\d\] \+ Suspended {14}cat\r", text), text
    terminal.type(b"fg\r")
    terminal.wait_for(rb"fg\r*\ncat\r*\n")
    terminal.type(b"more\r")
    terminal.wait_for(rb"more\r*\nmore\r*\n")
    terminal.type(b"\x04")
    terminal.wait_for(re.escape(PROMPT))
    assert "cat" not in terminal.command("jobs")


def test_exec_in_vain():
    terminal = shell()
    old = terminal.command("trap 'echo hup' HUP; echo $$")
    text = terminal.command("exec nosuch >/dev/null")
    assert text == "sh: nosuch: not found\n", text
    assert terminal.command("echo $? $$") == "127 " + old
    assert terminal.command("kill -HUP $$; trap - HUP") == "hup\n"


def test_end_of_file_starts_a_new_shell():
    terminal = shell()
    old = terminal.command("echo $$").strip()
    terminal.type(b"\x04")
    terminal.wait_for(re.escape(PROMPT))
    new = terminal.command("echo $$").strip()
    assert new.isdecimal() and new != old, (old, new)


def children_of(parent):
    """The pids of its children, from /proc (Linux)."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", encoding="ascii",
                          errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue        # it has just ended
            if int(fields[1]) == parent:
                found.append(int(name))
    return found


def test_qemu_ends_with_its_runner():
    """Nothing is left behind when the runner is told to stop."""
    terminal = MACHINE.pop("terminal", None)
    if terminal is None:
        terminal = Terminal()
        terminal.wait_for(re.escape(PROMPT))
    children = children_of(terminal.process.pid)
    assert children
    terminal.close()
    for child in children:
        assert not os.path.exists(f"/proc/{child}"), child


def close_machine():
    if "terminal" in MACHINE:
        MACHINE.pop("terminal").close()


if __name__ == "__main__":
    atexit.register(close_machine)
    tap.main(globals())
