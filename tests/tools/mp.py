#!/usr/bin/env python3
"""Tests of machines with more and with fewer processors than usual, and of
what several do when the kernel comes to its end."""

import os
import re
import tempfile

import tap
from tap import TOOLS, run, tine

CPUS = "kern.smp.cpus: "


def started(*options):
    """Boot with these options; how many processors are at work."""
    done = tine(*options, "--exec", "sysctl kern.smp.cpus").expect(0)
    assert done.out.startswith(CPUS), done.out
    return int(done.out[len(CPUS):])


def test_all_are_started():
    for number in (1, 2, 4, 8):
        assert started("--smp", str(number)) == number


def test_started_by_the_mp_table():
    assert started("--smp", "2", "--qemu=-machine", "--qemu=pc,acpi=off") == 2


def test_not_more_than_wanted():
    assert started("--smp", "4", "--cmdline", "kern.smp.maxcpus=3") == 3
    assert started("--smp", "4", "--cmdline", "kern.smp.maxcpus=1") == 1


def test_no_apic():
    """The 8259s, and a program that needs their interrupts."""
    tine("--qemu=-cpu", "--qemu=pentium3,-apic", "--exec",
         "sleep 1; sysctl kern.smp.cpus").expect(0, CPUS + "1\n")


def test_one_does_not_answer():
    """It is named, and the others are started all the same."""
    done = tine("--smp", "4", "--cmdline", "debug.smp_deaf=2", "--exec",
                "sysctl kern.smp.cpus; dmesg").expect(0)
    assert done.out.startswith(CPUS + "3\n"), done.out
    assert "mp: the processor with APIC id 2 does not answer; left alone\n" \
        in done.out, done.out


def idle_threads(text):
    return sorted(int(n) for n in re.findall(r"\[idle: cpu(\d)\]", text))


def test_the_last_does_not_answer():
    """What was made for it is given back: nobody looks for its processor."""
    done = tine("--smp", "4", "--cmdline", "debug.smp_deaf=3", "--exec",
                "sysctl kern.smp.cpus; ps -A").expect(0)
    assert done.out.startswith(CPUS + "3\n"), done.out
    assert idle_threads(done.out) == [0, 1, 2], done.out


def test_one_answers_and_does_not_go_on():
    done = tine("--smp", "4", "--cmdline", "debug.smp_stuck=2", "--exec",
                "sysctl kern.smp.cpus; ps -A; dmesg").expect(0)
    assert done.out.startswith(CPUS + "2\n"), done.out
    assert idle_threads(done.out) == [0, 1, 2], done.out
    assert "watchdog" not in done.out, done.out
    assert "mp: the processor with APIC id 2 answers, but does not go on; " \
        "no more are started\n" in done.out, done.out


def test_too_old():
    """No cmov: said, not a fault in the first function that has one."""
    done = tine("--timeout", "5", "--qemu=-cpu", "--qemu=pentium", "--exec",
                "true").expect(124)
    assert "Tine needs a processor with " in done.err, done.err


def test_panic_shows_all():
    for kernel in ([], ["--release"]):
        panic_shows_all(*kernel)


def panic_shows_all(*kernel):
    done = tine("--smp", "4", *kernel, "--exec",
                "sysctl debug.panic=1").expect(125)
    out = done.out + done.err
    assert re.search(r"^process \d+ \(sysctl\) on processor \d$", out,
                     re.M), out
    stopped = re.findall(r"^processor (\d): process \d+ \(.+\)\n"
                         r"  --- trap 2 \(non-maskable interrupt\)", out, re.M)
    assert len(set(stopped)) == 3, out
    # From what was interrupted to where that thread began.
    assert len(re.findall(r"^  --- trap 2 .*\n(  #.*\n)*"
                          r"(  #.* ap_main\+|      fork_trampoline: )",
                          out, re.M)) == 3, out
    assert "does not stop" not in out, out


def test_two_panics_at_once():
    """One reports, the other stands still in that report."""
    done = tine("--smp", "2", "--exec",
                "sysctl debug.panic=1 & sysctl debug.panic=1; wait"
                ).expect(125)
    out = done.out + done.err
    assert len(re.findall(r"^panic: debug.panic$", out, re.M)) == 1, out
    assert len(re.findall(r"^processor \d: ", out, re.M)) == 1, out
    assert "another panic" not in out, out


def test_messages_are_whole():
    """Each processor's complaints about its programs, line by line."""
    crash = "for i in 1 2 3 4 5 6 7 8; do crash; done"
    with tempfile.TemporaryDirectory() as folder:
        prog = os.path.join(folder, "crash")
        with open(prog + ".c", "w", encoding="ascii") as out:
            out.write("int main(void) { return (*(volatile int *)0); }\n")
        run(os.path.join(TOOLS, "tine-cc"), "-o", prog,
            prog + ".c").expect(0)
        done = tine("--smp", "4", "--add", f"{prog}:/bin/crash", "--exec",
                    f"({crash}) & ({crash}) & ({crash}) & wait; dmesg")
    out = done.out
    lines = [line for line in out.splitlines() if "signal 11" in line]
    whole = [line for line in lines
             if re.fullmatch(r"pid \d+ \(crash\).* signal 11.*", line)]
    assert len(whole) == len(lines) >= 24, out


def test_hang_shows_all():
    done = tine("--smp", "2", "--timeout", "4", "--exec",
                "while true; do true; done").expect(124)
    assert re.search(r"^NMI: .* mode, pid \d+", done.err, re.M), done.err
    assert re.search(r"^processor 1: process \d+ ", done.err, re.M), done.err


def test_nmi_after_a_panic():
    """It ends nothing: the others stay where they are.

    The one that panicked answers, be it the one that booted or not.
    """
    for cpu in range(2):
        nmi_after_a_panic_on(cpu)


def nmi_after_a_panic_on(cpu):
    done = tine("--smp", "2", "--timeout", "8", "--cmdline",
                "kern.panic_stop=1", "--exec", "sysctl debug.panic_on=2; "
                f"sysctl debug.panic_on={cpu}").expect(124)
    assert "Invalid argument" in done.out, done.out
    assert f" on processor {cpu}\n" in done.out + done.err, done.err
    assert re.search(r"^stopped$", done.out + done.err, re.M), done.err
    assert re.search(r"^NMI: the machine stands still for a panic$",
                     done.err, re.M), done.err
    assert "NMI: in " not in done.err, done.err


if __name__ == "__main__":
    tap.main(globals())
