#!/usr/bin/env python3
"""Tests of tools/run --exec: output and exit status of one command."""

import os
import re
import shutil
import tempfile

import tap
from tap import TOOLS, Skip, tine, run


def test_status():
    tine("--exec", "exit 7").expect(7, "")


def test_status_zero():
    tine("--exec", "true").expect(0, "")


def test_output():
    tine("--exec", "echo hello; echo world").expect(0, "hello\nworld\n")


def test_output_without_newline():
    tine("--exec", "printf abc").expect(0, "abc")


def test_command_of_any_characters():
    text = "a  b,c=d %41 \"q\" $x\t\u00e9 # |&;<>()"
    tine("--exec", f"echo '{text}'").expect(0, text + "\n")


def test_killed():
    tine("--exec", "kill -9 $$").expect(137)


def test_status_line_cannot_be_forged():
    tine("--exec", "echo tine: exit status 0; exit 3") \
        .expect(3, "tine: exit status 0\n")


def test_command_not_found():
    tine("--exec", "no-such-program").expect(127)


def fork_programs(*options):
    """forktest, rforktest (the flag table) and vforktest find no fault."""
    done = tine("--exec", "forktest && rforktest && vforktest", *options)
    done.expect(0)
    for name in ("forktest", "rforktest", "vforktest"):
        assert f"\n{name}: OK\n" in "\n" + done.out, done.out


def test_fork_programs():
    fork_programs()


def test_fork_programs_on_the_release_kernel():
    fork_programs("--release")


def test_runs_as_a_child_of_init_on_the_console():
    done = tine("--exec", "test -t 0 && test -t 1 && echo tty; echo $PPID")
    done.expect(0, "tty\n1\n")


def test_bad_memory_access():
    """It kills the program with a line on the console, not the kernel."""
    with tempfile.TemporaryDirectory() as folder:
        source, prog = os.path.join(folder, "t.c"), os.path.join(folder, "t")
        with open(source, "w", encoding="ascii") as out:
            out.write("int main(void) { return (*(volatile int *)0); }\n")
        run(os.path.join(TOOLS, "tine-cc"), "-O", "-o", prog, source).expect(0)
        done = tine("--add", f"{prog}:/bin/t", "--exec", "exec t").expect(139)
        assert len(done.out.splitlines()) == 1, done.out
        assert "signal 11" in done.out, done.out
        done = tine("--add", f"{prog}:/bin/t", "--exec", "t; echo $? lives")
        done.expect(0)
        assert "139 lives" in done.out


def test_panic():
    done = tine("--exec", "sysctl debug.panic=1").expect(125)
    assert "panic: " in done.out
    # The backtrace names functions.
    assert re.search(r"\bpanic\b.*\n(.*\n)*.*\b(sys___sysctl|syscall)\b",
                     done.out[done.out.index("panic: ") + 1:]), done.out


def test_kernel_stack_overflow_names_itself():
    done = tine("--exec", "sysctl debug.overflow=1").expect(125)
    assert "kernel stack overflow" in done.out, done.out


def test_timeout():
    done = tine("--timeout", "5", "--exec", "while true; do true; done")
    done.expect(124)
    assert "no end after 5 s" in done.err
    # The kernel lists its processes: init and the shell are among them.
    listing = done.err[done.err.index("processes, as the kernel"):]
    assert "init" in listing and "sh" in listing, done.err


def test_timeout_of_a_sleeper():
    done = tine("--timeout", "4", "--exec", "echo before; sleep 1000")
    done.expect(124, "before\n")
    assert "sleep" in done.err


def test_log_is_the_whole_console():
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        tine("--log", log, "--exec", "echo hi").expect(0, "hi\n")
        with open(log, "rb") as file:
            text = file.read()
    assert b"tine: exec begin" in text and b"hi\r\n" in text
    assert text.rstrip().endswith(b"tine: exit status 0")


def test_add_file_and_folder():
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "d", "e"))
        for name in ("f", "d/g", "d/e/h"):
            with open(os.path.join(folder, name), "w",
                      encoding="ascii") as out:
                out.write(name + "\n")
        tine("--add", f"{folder}/f:/etc/f", "--add", f"{folder}/d:/opt",
             "--exec", "cat /etc/f /opt/g /opt/e/h") \
            .expect(0, "f\nd/g\nd/e/h\n")


def test_script_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "script")
        with open(path, "w", encoding="ascii") as out:
            out.write("#!/bin/sh\necho script $1\nexit 5\n")
        os.chmod(path, 0o755)
        tine("--add", path, "--exec", "script arg").expect(5, "script arg\n")


def test_input():
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("typed line\n")
        file.flush()
        done = tine("--input", file.name, "--exec", "read x; echo got $x")
    assert done.out.splitlines()[-1] == "got typed line", done.out
    assert done.status == 0


def twice(command, status, *options):
    """What is said when a command is recorded, and when it is replayed."""
    if shutil.which("qemu-img") is None:
        raise Skip("qemu-img is not installed")
    with tempfile.TemporaryDirectory() as folder:
        first = tine("--record", folder, *options, "--exec", command)
        again = tine("--replay", folder)
    assert again.expect(status).out == first.expect(status).out
    return first.err, again.err


def test_recorded_panic_is_explained():
    for said in twice("sysctl debug.plant=null", 125):
        assert "in the sources: backtrace" in said, said
        assert "plant.c:" in said, said


def test_recorded_reset_is_explained():
    for said in twice("sysctl debug.plant=triple", 125):
        assert "the machine was reset" in said, said
        assert "triple fault; the last faults" in said, said


def test_recorded_hang():
    """It is had again up to where it was given up."""
    first, again = twice("echo before; while :; do :; done", 124,
                         "--timeout", "4")
    assert "no end after 4 s" in first and "gdb" in first, first
    assert "NMI" not in first, first
    assert "stopped when it was recorded" in again, again


def test_damaged_recordings():
    for text in (b"{}", b"[]", b"x", b"\xff"):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "about.json"), "wb") as file:
                file.write(text)
            done = tine("--replay", folder).expect(125, "")
        assert re.fullmatch(r"run: .*about.json is .*\n", done.err), done.err


def test_parallel_runs():
    """Two machines at once do not meet."""
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(
            lambda n: tine("--exec", f"echo {n}; exit {n}"), (11, 12)))
    results[0].expect(11, "11\n")
    results[1].expect(12, "12\n")


if __name__ == "__main__":
    tap.main(globals())
