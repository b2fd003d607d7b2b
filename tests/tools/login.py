#!/usr/bin/env python3
"""Tests of users: a login on the console as typed, and the files of users."""

import atexit
import os
import re

import tap
from tap import TREE, tine

import shell

MACHINE = {}


def console():
    """A machine with login=1; booted by the first test."""
    if "terminal" not in MACHINE:
        MACHINE["terminal"] = shell.Terminal("--cmdline", "login=1")
        MACHINE["terminal"].wait_for(rb"login: ")
    return MACHINE["terminal"]


def answer(prompt, text):
    """Wait for the prompt and type an answer; what came before it."""
    before = console().wait_for(prompt)
    console().type(text + b"\r")
    return before


def test_wrong_password():
    terminal = console()
    terminal.type(b"student\r")
    answer(rb"Password:", b"teacher")
    # Nothing of it is shown.
    assert b"teacher" not in terminal.wait_for(rb"Login incorrect")


def test_no_such_user_is_asked_too():
    answer(rb"login: ", b"nosuch")
    answer(rb"Password:", b"x")
    console().wait_for(rb"Login incorrect")


def test_user_without_password_entry():
    answer(rb"login: ", b"daemon")
    answer(rb"Password:", b"*")
    console().wait_for(rb"Login incorrect")


def test_login():
    terminal = console()
    answer(rb"login: ", b"student")
    answer(rb"Password:", b"student")
    terminal.wait_for(rb"(?s)Welcome to Tine.*[$#] ")
    terminal.type(b"id -un; logname; pwd; echo $0 $HOME; "
                  b"ls -l /dev/console | cut -d' ' -f1; id -Gn; echo e''nd\r")
    text = terminal.wait_for(rb"\r\nend").decode()
    lines = re.sub(r"\r+\n", "\n", text).splitlines()[-6:]
    assert lines == ["student", "student", "/home/student",
                     "sh /home/student", "crw--w----", "student staff"], lines


def test_su_asks_for_the_password():
    terminal = console()
    terminal.type(b"su teacher -c whoami\r")
    answer(rb"Password:", b"wrong")
    terminal.wait_for(rb"Sorry")
    terminal.type(b"su teacher -c whoami\r")
    answer(rb"Password:", b"teacher")
    terminal.wait_for(rb"\nteacher\r")


def test_end_of_session():
    """The next login gets the console back from the last user."""
    terminal = console()
    terminal.type(b"exit\r")
    answer(rb"login: ", b"root")
    terminal.wait_for(rb"(?s)Welcome to Tine.*# ")
    terminal.type(b"logname; id -u; echo e''nd\r")
    text = terminal.wait_for(rb"\r\nend")
    assert re.search(rb"root\r*\n0\r*$", text), text


def test_files_of_users_agree():
    """/etc/passwd has what /etc/master.passwd has, but for the passwords."""
    def entries(name):
        with open(os.path.join(TREE, "rootfs/etc", name),
                  encoding="ascii") as file:
            return [line.rstrip("\n").split(":") for line in file]
    master = entries("master.passwd")
    assert all(len(fields) == 10 for fields in master), master
    assert entries("passwd") == [[f[0], "*"] + f[2:4] + f[7:]
                                 for f in master]


def test_exec_comes_first():
    tine("--cmdline", "login=1", "--exec", "logname").expect(0, "root\n")


def close_machine():
    if "terminal" in MACHINE:
        MACHINE.pop("terminal").close()


if __name__ == "__main__":
    atexit.register(close_machine)
    tap.main(globals())
