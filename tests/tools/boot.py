#!/usr/bin/env python3
"""Tests of booting: GRUB, memory sizes, determinism, bad input."""

import os
import shutil
import tarfile
import tempfile
from contextlib import closing

import shell
import tap
from tap import Skip, TOOLS, run, tine
from tinelib.places import Build


def test_grub():
    tine("--iso", "--exec", "echo ok").expect(0, "ok\n")


def test_grub_release():
    tine("--iso", "--release", "--exec", "echo ok").expect(0, "ok\n")


def test_release():
    tine("--release", "--exec", "echo ok; exit 3").expect(3, "ok\n")


def test_memory_32():
    tine("--mem", "32", "--exec", "forktest").expect(0)


def test_memory_1024():
    tine("--mem", "1024", "--exec", "forktest").expect(0)


def test_memory_beyond_the_direct_map():
    tine("--mem", "2048", "--exec", "echo ok").expect(0, "ok\n")


def test_icount_is_deterministic():
    with tempfile.TemporaryDirectory() as folder:
        texts = []
        for number in range(2):
            log = os.path.join(folder, f"log{number}")
            tine("--icount", "--log", log, "--timeout", "120", "--exec",
                 "forktest").expect(0)
            with open(log, "rb") as file:
                texts.append(file.read())
    assert texts[0] == texts[1]


def test_two_processors_are_no_harm():
    tine("--smp", "2", "--exec", "echo ok").expect(0, "ok\n")


def test_kernel_test_by_name():
    done = tine("--ktest", "*")
    assert done.status == 0 and "KTAP version 1" in done.out, done.out[-2000:]


def test_kernel_test_unknown():
    done = tine("--ktest", "no-such-test")
    assert done.status not in (0, 124, 125), done.status
    assert done.out.endswith('no test matches "no-such-test"\n'), done.out
    assert "no-such-test" in done.out, done.out


def test_unknown_tunable_is_reported():
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        tine("--cmdline", "kern.nosuch=1", "--log", log, "--exec",
             "true").expect(0)
        with open(log, encoding="utf-8", errors="replace") as file:
            text = file.read()
    assert "unknown tunable" in text and "kern.nosuch" in text, text


def with_root(change):
    """Boot with a root archive that was changed; what came of it."""
    with open(Build().root, "rb") as file:
        data = file.read()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("root.manifest",):
            os.symlink(os.path.join(Build().folder, name),
                       os.path.join(folder, name))
        with open(os.path.join(folder, "root.tar"), "wb") as out:
            out.write(change(data))
        return tine("--build", folder, "--kernel", Build().kernel,
                    "--timeout", "40", "--exec", "echo ok")


def panics_in_words(done):
    done.expect(125)
    assert "panic: " in done.out and "triple fault" not in done.err, \
        done.out + done.err


def test_root_corrupt_checksum():
    panics_in_words(with_root(lambda d: d[:148] + b"9" * 8 + d[156:]))


def test_root_no_archive():
    panics_in_words(with_root(lambda d: b"\xff" * 4096))


def test_root_truncated_in_a_file():
    def cut(data):
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            with tarfile.open(file.name) as archive:
                member = next(m for m in archive if m.size > 1024)
                return data[:member.offset_data + 512]
    panics_in_words(with_root(cut))


def test_root_without_init():
    def no_init(data):
        at = data.index(b"sbin/init\0")
        return data[:at] + b"sbin/xnit\0" + data[at + 10:]
    # The header's checksum is wrong then; both faults end in words.
    panics_in_words(with_root(no_init))


def test_root_empty():
    panics_in_words(with_root(lambda d: b""))


def test_root_out_of_memory():
    """QEMU puts the archive where a small machine has no memory."""
    done = tine("--mem", "4", "--timeout", "40", "--exec", "true")
    panics_in_words(done)
    assert "root archive does not lie in memory" in done.out, done.out


def test_memory_too_small():
    """Whether 8 MB are enough depends on the archive; 4 never are."""
    for megabytes in ("8", "4", "2"):
        done = tine("--mem", megabytes, "--timeout", "40", "--exec",
                    "echo ok")
        if megabytes != "8" or done.status != 0:
            panics_in_words(done)


def bad_init(text, mode, words):
    """Boot with a file as init that cannot be run."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "badinit")
        with open(path, "wb") as out:
            out.write(text)
        os.chmod(path, mode)
        done = tine("--add", path + ":/sbin/badinit", "--cmdline",
                    "init=/sbin/badinit", "--timeout", "40", "--exec", "true")
    panics_in_words(done)
    assert "cannot run /sbin/badinit" in done.out and words in done.out, \
        done.out


def test_init_missing():
    done = tine("--cmdline", "init=/no/such", "--exec", "true")
    panics_in_words(done)
    assert "cannot run /no/such: the root archive has no such file" in \
        done.out, done.out


def test_init_not_executable():
    bad_init(b"text", 0o644, "it is not an executable file")


def test_init_no_program():
    bad_init(b"\x00\x01 no program", 0o755, "(error")


def test_init_damaged():
    bad_init(b"\x7fELF\x01\x01\x01" + b"\xff" * 5000, 0o755, "(error")


def test_tunable_with_a_bad_value():
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        tine("--cmdline", "kern.maxproc=12x kern.maxfilesperproc="
             "99999999999999999999 debug.smp_jitter=-2147483649",
             "--log", log, "--exec", "true").expect(0)
        with open(log, encoding="utf-8", errors="replace") as file:
            text = file.read()
    for name, value in (("kern.maxproc", "12x"),
                        ("kern.maxfilesperproc", "99999999999999999999"),
                        ("debug.smp_jitter", "-2147483649")):
        assert f'tunable {name}: "{value}" is not a number' in text, text


def test_few_process_ids():
    """There are enough for all processes, those left alone not counted."""
    done = tine("--cmdline", "kern.maxproc=30 kern.pid_max=90", "--exec",
                "for i in $(seq 60); do echo $i | cat | cat || exit 1; done; "
                "sysctl -n kern.pid_max; sysctl kern.randompid=5000; true")
    done.expect(0)
    assert "60\n190\nkern.randompid: 90\n" in done.out, done.out


def test_long_command_lines():
    text = "a" * 3900
    tine("--exec", f"echo {text}").expect(0, text + "\n")
    done = tine("--exec", "echo " + "a" * 5000).expect(125)
    assert "the command line would be longer" in done.err, done.err


RESETTING = """
bits 32
org 0x100000
header:	dd 0x1BADB002, 0x00010000, -(0x1BADB002 + 0x00010000)
	dd header, header, file_end, file_end, start
start:	lidt [nothing]
	mov dword [0xfffffff0], 0
	int3
nothing: dw 0
	dd 0
file_end:
"""


def test_reset_is_explained():
    """A kernel without an IDT: three faults, and the runner says which."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "k.asm")
        kernel = os.path.join(folder, "k")
        with open(source, "w", encoding="ascii") as out:
            out.write(RESETTING)
        run("nasm", "-f", "bin", "-o", kernel, source).expect(0)
        done = tine("--kernel", kernel, "--exec", "true").expect(125)
    assert "the machine was reset" in done.err, done.err
    assert "triple fault" in done.err, done.err
    assert "general protection" in done.err, done.err
    assert "double fault" in done.err, done.err


def test_reboot():
    """It is one, and no fault to be explained."""
    with closing(shell.Terminal()) as terminal:
        terminal.wait_for(b"# ")
        terminal.type(b"touch /left; reboot\r")
        terminal.wait_for(b"# ")
        terminal.type(b"ls /left; poweroff\r")
        terminal.wait_for(b"/left: No such file")
        assert terminal.process.wait(10) == 0
    done = tine("--exec", "reboot").expect(125)
    assert "was to be started again" in done.err, done.err
    assert "reset" not in done.err, done.err


def test_reset_is_not_run_again():
    """Nothing could be learnt from a machine that nobody types on."""
    with closing(shell.Terminal()) as terminal:
        terminal.wait_for(b"# ")
        terminal.type(b"sysctl debug.plant=triple\r")
        terminal.wait_for(b"the machine was reset")
        terminal.wait_for(b"--exec with the command that did it tells why")
        assert terminal.process.wait(10) == 125


def test_no_qemu():
    environment = dict(os.environ, QEMU="no-such-qemu")
    done = run(os.path.join(TOOLS, "run"), "--no-build", "--exec", "true",
               env=environment)
    assert done.status == 125
    assert "no-such-qemu is not installed" in done.err
    assert "tools/setup" in done.err


def test_options_are_checked():
    for options in (["--mem", "0"], ["--timeout", "-1"], ["--gdb=x"],
                    ["--exec", "a", "--ktest", "b"], ["--nonsense"],
                    ["--mem", "abc"], ["--smp", "x"], ["--timeout", "nan"],
                    ["--input", "/dev/null"], ["--gdb-arg=-q"],
                    ["--replay", "x", "--smp", "1"],
                    ["--replay", "x", "--qemu=-S"]):
        done = tine(*options).expect(2)
        assert done.err.splitlines()[-1].startswith("run: error: "), done.err


def test_other_tools_check_theirs():
    for words in (["soak", "--minutes", "nan"], ["soak", "--minutes", "inf"],
                  ["scaling", "--runs", "0"], ["mktoolchain", "--help"]):
        done = run(os.path.join(TOOLS, words[0]), *words[1:]).expect(2, "")
        assert "usage: " in done.err and "Traceback" not in done.err, done.err


def test_empty_smp_is_none():
    done = run(os.path.join(TOOLS, "run"), "--no-build", "--exec", "true",
               env={**os.environ, "SMP": ""}).expect(0, "")
    assert done.err == "", done.err


def test_standard_files():
    """Closed, full, or with nobody who reads."""
    command = os.path.join(TOOLS, "run") + " --no-build --exec 'echo a; echo b'"
    assert run("sh", "-c", command + " <&- >&-").expect(0, "").err == ""
    done = run("sh", "-c", f"{{ {command}; echo $? >&2; }} | true")
    assert done.err == "141\n", done.err
    done = run("sh", "-c", command + " --log /dev/full").expect(125)
    assert "No space left" in done.err and "Traceback" not in done.err, \
        done.err


def setup(*words, **more):
    return run(os.path.join(TOOLS, "setup"), "--dry-run", *words,
               env={**os.environ, **more})


def test_setup_names_a_thing_once():
    """And takes options anywhere."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("sh", "grep", "uname"):
            os.symlink(shutil.which(name), os.path.join(folder, name))
        done = setup("check", "man", PATH=folder).expect(1, "")
        assert done.err.count("mandoc") == 1, done.err
        done = run(os.path.join(TOOLS, "setup"), "man", "-n", "--prefix",
                   env={"PATH": folder}).expect(1, "")
        assert "missing: mandoc" in done.err, done.err


def test_setup_wants_a_gdb_for_the_i386():
    with tempfile.TemporaryDirectory() as folder:
        gdb = os.path.join(folder, "gdb")
        for said, status in (("Undefined item: \"i386\".", 1), ("", 0)):
            with open(gdb, "w", encoding="ascii") as file:
                file.write(f"#!/bin/sh\necho '{said}'\n")
            os.chmod(gdb, 0o755)
            setup("gdb", GDB=gdb).expect(status)


def test_doctor_goes_by_cross():
    done = run(os.path.join(TOOLS, "doctor"),
               env={**os.environ, "CROSS": "bad-"}).expect(1)
    assert "bad-gcc" in done.out and "is here" not in done.out, done.out


def test_compiler_cannot_write():
    environment = {**os.environ, "BUILD": "/dev/null/b"}
    environment.pop("TINE_NO_BUILD", None)
    done = run(os.path.join(TOOLS, "tine-cc"), "x.c", env=environment)
    assert done.status == 1 and "Traceback" not in done.err, done.err
    assert "/dev/null/b: Not a directory" in done.err, done.err


def test_compiler_is_told_nonsense():
    compiler = os.path.join(TOOLS, "tine-cc")
    for options, words in ((["-o", "/dev/null", "/no/such.c"], "/no/such.c"),
                           (["--nonsense"], "--nonsense"), ([], "tine-cc")):
        done = run(compiler, *options)
        assert done.status == 1 and words in done.err, done.err


def test_added_file_is_missing():
    done = tine("--add", "/no/such/file", "--exec", "true").expect(125)
    assert "/no/such/file" in done.err


def test_gdb_attaches():
    """gdb reaches the kernel's first C function through --gdb, also where
    QEMU takes its time to start: what --gdb says to type works at once."""
    import subprocess
    if shutil.which("gdb") is None:
        raise Skip("gdb is not installed")
    kernel = Build().kernel
    slow = os.path.join(tempfile.mkdtemp(), "qemu")
    with open(slow, "w", encoding="ascii") as file:
        qemu = os.environ.get("QEMU", "qemu-system-i386")
        file.write(f'#!/bin/sh\nsleep 1\nexec {qemu} "$@"\n')
    os.chmod(slow, 0o755)
    runner = subprocess.Popen(
        [os.path.join(TOOLS, "run"), "--no-build", "--gdb", "--exec", "true"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "QEMU": slow})
    try:
        line = runner.stderr.readline()
        assert "target remote " in line, line
        target = line.split("target remote ")[1].rstrip("'\n")
        done = run("gdb", "-nx", "-batch", kernel,
                   "-ex", f"target remote {target}",
                   "-ex", "hbreak mi_startup", "-ex", "continue",
                   "-ex", "backtrace", "-ex", "delete", "-ex", "detach")
        assert "mi_startup" in done.out and "#0" in done.out, \
            done.out + done.err
        runner.wait(60)
        assert runner.returncode == 0, runner.returncode
    finally:
        runner.terminate()
        runner.wait()
        shutil.rmtree(os.path.dirname(slow))


if __name__ == "__main__":
    tap.main(globals())
