#!/usr/bin/env python3
"""gdb with tools/gdb: its commands against what the kernel says itself,
backtraces, the walk through forks, and recorded runs.

One machine is looked at in gdb, one run is recorded and replayed; the tests
are about what was seen.  gdb/scene.c is the program that runs in both.  The
sessions in docs/debugging.md are run as they stand there.
"""

import fcntl
import functools
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "gdb"))

# pylint: disable=wrong-import-position
import document
import gdbstub
import tap
from tap import TOOLS, TREE, Skip, run
from tinelib.places import Build

FOLDER = tempfile.mkdtemp(prefix="tine-gdb-")
SCENE = os.path.join(FOLDER, "scene")
RECORD = os.path.join(FOLDER, "record")
LONG_NAME = "scene_by_a_longer_name"    # longer than the kernel keeps
SCRIPT = os.path.join(TREE, "tests/tools/gdb/script.py")
VANISH = os.path.join(TREE, "tests/tools/gdb/vanish.py")
STOP = "break marker if number == {}"


def need_gdb():
    if shutil.which("gdb") is None:
        raise Skip("gdb is not installed")


@functools.lru_cache(None)
def scene():
    """The program, with its symbols."""
    run(os.path.join(TOOLS, "tine-cc"), "-g", "-O1", "-Wall", "-o", SCENE,
        os.path.join(TREE, "tests/tools/gdb/scene.c")).expect(0, "")
    return SCENE


def parts(output):
    """Each command and what was said to it, in turn."""
    return re.split(r"^\(gdb\) (.*)\n", output, flags=re.MULTILINE)[1:]


class Session:
    """What gdb and the machine said: by command, and on the console."""

    def __init__(self, commands, *options, gdb=""):
        need_gdb()
        script = os.path.join(FOLDER, "commands")
        log = os.path.join(FOLDER, "console")
        output = os.path.join(FOLDER, "output")
        if os.path.exists(output):
            os.remove(output)
        with open(script, "w", encoding="utf-8") as file:
            file.write("\n".join(commands))
        done = run(os.path.join(TOOLS, "run"), "--no-build", "--debug",
                   "--log", log, "--gdb-arg=-batch", "--gdb-arg=-x",
                   "--gdb-arg=" + SCRIPT, *options, limit=300,
                   env={**os.environ, "GDB": gdb, "GDB_SCRIPT": script,
                        "GDB_OUTPUT": output})
        self.status, self.err = done.status, done.out + done.err
        with open(output, encoding="utf-8", errors="replace") as file:
            self.out = file.read()
        self.said = parts(self.out)
        with open(log, encoding="utf-8", errors="replace") as file:
            self.console = file.read().replace("\r", "")

    def of(self, command, which=0):
        """The output of a command."""
        found = [self.said[i + 1] for i in range(0, len(self.said), 2)
                 if self.said[i] == command]
        assert len(found) > which, f"no {command}:\n{self.out}\n{self.err}"
        return found[which]

    def see(self, command, *patterns, which=0):
        """Each pattern is in the output of a command, in this order."""
        text = self.of(command, which)
        at = 0
        for pattern in patterns:
            match = re.compile(pattern, re.MULTILINE).search(text, at)
            assert match, f"{command}: no /{pattern}/ (after {at}) in\n{text}"
            at = match.end()
        return text


@functools.lru_cache(None)
def session():
    """The one machine that is looked at."""
    return Session([
        "tine ps", "run", "tine exec scene", "tine syms",
        "tine syms scene", STOP.format(1), "continue", "bt",
        "tine ps", "tine tree", "tine runq", "tine locks", "tine syms",
        "tine proc sleeper", "tine pmap sleeper", "tine pmap 2",
        "tine pte &planted", "tine page $pa",
        "tine pte &copied sleeper", "tine pte main", "tine pte 0x1000",
        "tine bt sleeper", "tine bt 11", "tine tf sleeper", "bt 1",
        "print *$curproc", "print $td", "print $proc(sleeper)",
        "print $curproc->p_siglist", "print $proc(sleeper)->p_sigmask",
        "print $curproc->p_zero", "print *$curproc->p_sigacts",
        "print *$proc(11)->p_thread.td_pcb",
        "print *$proc(sleeper)->p_vmspace->vm_map.header.next",
        "print vm_page_array[1]", "print *$td->td_frame",
        "tine proc 4711", "tine proc @", "tine proc",
        "tine tf 11", "tine page 0xfffff000", "tine syms nothing",
        "tine who-wrote planted", "tine fork sideways", "print $proc(1.5)",
        "print $proc()", "tine tf 0", "tine ktr 0", "tine bt 0",
        # A fault in the kernel: read() into a page that is not there.
        "tbreak vm_fault if va == (unsigned int)&fresh[4096]",
        "continue", "bt", "tine locks", "tine tf",
        "tine bt sleeper", "tine bt 11", "tine bt 1",
        # Forks of all kinds.
        "delete", STOP.format(2), "continue", "delete",
        "tine fork fork", "next", "tine fork fork", "tine fork all",
        STOP.format(3), "continue", "delete", "tine fork vfork all",
        STOP.format(4), "continue", "delete", "tine fork rfork all",
        STOP.format(5), "continue", "tine ktr 12", "tine locks",
        "delete",
        # A fresh child, which has not run, then has; the walk is left.
        "tine fork", "tbreak fork_finish", "continue", "tine bt p2->p_pid",
        "break fork_return", "continue", "bt 20", "tine pmap 2",
        "tine pte &planted 2", "tine page $pa", "delete",
        # Forks that fail: memory, the system's limit; and one that does not.
        STOP.format(6), "continue", "delete",
        "set var $td->td_failcount = 4", "tine fork all",
        "set var $most = maxproc", "set var maxproc = 1", "tine fork all",
        "set var maxproc = $most", "tine fork all",
        "tine exec " + LONG_NAME, "tine syms", "info symbol planted", "continue",
    ], "--icount", "--add", scene(), "--add", f"{scene()}:/bin/{LONG_NAME}",
        "--exec", "scene")


# -------------------------------------------------------------------- commands

def kernel_ps():
    """{pid: (ppid, name)} of the ps that the scene has run."""
    part = session().console.partition("STAT TTY")[2].partition("planted")[0]
    found = {}
    for line in part.splitlines()[1:]:
        words = line.split(None, 11)
        if len(words) == 12:
            name = words[11].split()[0].strip("[]:")
            found[int(words[1])] = (int(words[2]), os.path.basename(name))
    return found


def test_ps():
    """tine ps lists what ps lists, but for ps itself."""
    said = kernel_ps()
    assert {0, 1, 2, 11} <= set(said), session().console
    ours = {}
    for line in session().of("tine ps", 1).splitlines()[1:]:
        words = line.split()
        ours[int(words[0])] = (int(words[1]), line)
    for pid, (ppid, name) in said.items():
        if name == "ps":
            assert pid not in ours
            continue
        assert ours[pid][0] == ppid and name in ours[pid][1], (pid, name, ours)
    assert set(ours) == {p for p in said if said[p][1] != "ps"}, (ours, said)
    session().see("tine ps", r"^3 +2 +2 +0 +SSLEEP +pause", which=1)


def test_tree():
    session().see("tine tree", r"^0 swapper$", r"^  1 init$", r"^    2 scene$",
                  r"^      3 scene$", r"^  11 softclock$")


def test_too_early():
    """Before the kernel is there, the commands say so."""
    session().see("tine ps", "is the kernel up yet")


def test_run_explains_itself():
    session().see("run", "started already", "continue")


def test_wrong_arguments():
    for command, words in (
            ("tine proc 4711", "there is no process 4711"),
            ("tine proc @", "\"@\" is not a process id"),
            ("tine proc", "usage: tine proc PID"),
            ("tine tf 11", "never was in user mode"),
            ("tine page 0xfffff000", "is not the address of a page"),
            ("tine syms nothing", "no program nothing"),
            ("tine who-wrote planted", "wants a recorded run"),
            ("tine fork sideways", "is none of fork, vfork"),
            ("print $proc(1.5)", "takes a process id"),
            ("print $proc()", "takes a process id"),
            ("tine tf 0", "never was in user mode"),
            ("tine ktr 0", "0 is not a number of events")):
        session().see(command, "^error: .*" + re.escape(words))


def test_proc():
    """Every field of the four structures, as sys/proc.h and docs/fork.md
    describe them."""
    text = session().see(
        "tine proc sleeper", r"^pid 3 \(scene\)$",
        r"^p_pid +3 +set +b", r"^p_stat +SSLEEP +set +j +SIDL",
        r"^p_pptr +pid 2 \(scene\) +flags +c \+ e +parent",
        r"^p_children +empty +made +e \+ c +zombies first",
        r"^p_acflag +AFORK ", r"^p_comm +\"scene\" +copied +c ",
        r"^td_wmesg +\"pause\" +zeroed +j +why", r"^locks:", r"^  c  process lock")
    with open(os.path.join(TREE, "docs/fork.md"), encoding="utf-8") as file:
        document = file.read().partition("### struct pstats")[0]
    fields = re.findall(r"^\| `(\w+)` \| \w+ \|", document, re.MULTILINE)
    missing = [f for f in fields if not re.search(rf"^{f} ", text,
                                                  re.MULTILINE)]
    assert len(fields) > 80 and not missing, missing


def pagemap():
    """{address: (frame, writable, kind, references)} the kernel printed."""
    return {int(va, 16): (int(frame, 16) << 12, access, kind, int(refs))
            for va, frame, access, kind, refs in re.findall(
                r"^(0x\w{8}) (0x\w+) (\S+) (\w+) +(\d+)", session().console,
                re.MULTILINE)}


def test_pmap():
    """The ranges and numbers of pages are those of /proc/PID/map."""
    text = session().of("tine pmap sleeper")
    part = session().console.partition("== /proc/3/map\n")[2] \
        .partition("==")[0]
    ranges = re.findall(r"^0x(\w+) 0x(\w+) (\d+) ", part, re.MULTILINE)
    assert len(ranges) >= 4, session().console
    for start, end, pages in ranges:
        assert re.search(rf"^{start:0>8}-{end:0>8} +\S+ +copy +{pages} ", text,
                         re.MULTILINE), (start, end, pages, text)
    assert re.search(r"^table of \w+: page \w+, \d+ reference", text,
                     re.MULTILINE), text


def test_pte_and_page():
    """The page behind an address, which is that of /proc/curproc/pagemap."""
    text = session().see("tine pte &planted", r"of pid 2 \(scene\)",
                         "^directory entry 32: ", "^table entry", "^  page ")
    page = int(re.search(r"page (0x\w+), (\d+) ref", text)[1], 16)
    va = int(re.search(r"^(0x\w+) of pid", text)[1], 16) & ~0xfff
    frame, access, kind, refs = pagemap()[va]
    assert (frame, kind) == (page, "private"), (pagemap(), text)
    assert ("may be written" in text) == ("w" in access), text
    session().see("tine page $pa", f"^page {page:#x}: VPT_PRIVATE, {refs} ref",
                  f"pid 2 at {va:08x}: .*PG_V")
    session().see("tine pte main", "read-only")
    session().see("tine pte 0x1000", "not present")


def test_shared_page():
    """A page that neither the new child nor its parent has written to."""
    session().see("tine pmap 2", r"^0805.000-0805.000 +rw- +copy +1 +1 +0 ",
                  which=1)
    session().see("tine pte &planted 2", "2 references: read-only",
                  "a write makes a copy of the page")
    text = session().of("tine page $pa", 1)
    mappers = re.findall(r"^  pid (\d+) at 0805", text, re.MULTILINE)
    assert len(mappers) == 2 and "2" in mappers, text


def test_runq_and_locks():
    session().see("tine runq", r"^cpu 0 runs pid 2 \(scene\)")
    session().see("tine locks", "^no lock is held")
    session().see("tine locks", r"^pid 2 \(scene\) holds Giant, taken at kern/",
                  which=1)


def test_ktr():
    """The lines are those of /dev/ktr, a moment later; the next one there is
    what the program did next."""
    lines = session().of("tine ktr 12").splitlines()
    assert len(lines) == 12, lines
    together = "".join(f"ktr: {line}\n" for line in lines)
    following = session().console.partition(together)[2]
    assert re.match(r"ktr: \d+ 0 2 sysenter name=\"fork\"", following), \
        together + session().console[-2000:]


def test_printers():
    session().see("print *$curproc", r"= pid 2 \(scene\), SRUN, child of 1",
                  r"p_flag = P_CONTROLT\|P_EXEC", "p_sflag = PS_INMEM")
    session().see("print $td", r"thread of pid 2 \(scene\)")
    session().see("print $proc(sleeper)", r"pid 3 \(scene\)")
    session().see("print *$proc(sleeper)->p_vmspace->vm_map.header.next",
                  "= 08048000-0805.000 r-x", "eflags = MAP_ENTRY_COW")
    session().see("print vm_page_array[1]", "= page 0x1000, VPT_")
    session().see("print *$td->td_frame", "= system call from user mode",
                  r"tf_eflags = .*PSL_I")
    session().see("print *$proc(11)->p_thread.td_pcb",
                  r"= goes on at mi_switch \+ \d+ = ")


def test_printers_of_sets():
    """Signals by name, in a part of a structure too."""
    session().see("print $curproc->p_siglist", "= none$")
    session().see("print $proc(sleeper)->p_sigmask", "= SIGUSR2$")
    session().see("print $curproc->p_zero", "p_siglist = none",
                  "p_sigparent = SIGCHLD", "p_acflag = ")
    session().see("print *$curproc->p_sigacts",
                  "signal actions, 1 references", "ps_sigignore = .*SIGCHLD",
                  "ps_flag = ")


# ------------------------------------------------------------------ backtraces

ENTRY = (r"^#\d+ .* syscall ", "<signal handler called>")


def test_user_symbols():
    """They follow the process: a stop in the program knows its callers."""
    session().see("tine exec scene", r"^pid 2 \(scene\) begins", "_start")
    session().see("tine syms", r"program: .*/scene$")
    session().see("bt", r"^#0  marker \(number=.*1\)", r"^#1 .* main \(")


def test_symbols_by_another_name():
    """A program's name in the guest may be another than that of its file,
    and longer than what the kernel keeps of it."""
    session().see("tine exec " + LONG_NAME, r"^pid 2 .* begins", "_start")
    session().see("tine syms", r"program: .*/scene$", which=2)


def test_backtrace_of_a_fault_in_the_kernel():
    """From the fault's handler through two trap frames to main."""
    text = session().see("bt", "^#0  vm_fault", r" trap ",
                         "<signal handler called>", r"copyout \(", *ENTRY,
                         r" main \(", which=1)
    assert text.count("<signal handler called>") == 2, text
    assert "?? ()" not in text and "corrupt" not in text, text


def test_backtrace_of_a_sleeper():
    """tine bt: down to user mode; and the registers are as before."""
    session().see("tine bt sleeper", r"^pid 3 \(scene\), SSLEEP", "^#0  .*mi_switch",
                  " msleep ", *ENTRY, "^user mode: eip 0x0804")
    session().see("tine bt 11", "^#0  .*mi_switch", " fork_exit ",
                  r" fork_trampoline \(\)")
    session().see("tine bt 0", " msleep ", r" mi_startup \(",
                  r"^#\d .* thread0_start \(\)[^\n]*\n\Z")
    # On whichever side of the others its stack is.
    for pid, end in (("sleeper", "^user mode: eip 0x0804"),
                     ("1", "^user mode: eip 0x0804"),
                     ("11", r" fork_trampoline \(\)")):
        session().see(f"tine bt {pid}", "^#0  .*mi_switch", end,
                      which=0 if pid == "1" else 1)
    session().see("bt 1", r"^#0  marker \(number=.*1\)")
    session().see("tine tf sleeper", "system call from user mode", "eip 0804",
                  "^  eflags .*PSL_I")


def test_backtrace_of_a_new_process():
    """fork_trampoline is the outermost frame, before it runs as after."""
    session().see("tine bt p2->p_pid", r"^pid \d+ \(scene\), SIDL",
                  r"^#0  fork_trampoline \(\) at arch/i386/exception.S:\d+$",
                  "^it has not run yet")
    text = session().see("bt 20", "^#0  fork_return", "^#1 .* fork_exit ",
                         r"^#2 .* fork_trampoline \(\)")
    assert "#3" not in text, text


# ------------------------------------------------------------------------ fork

def test_fork_walk():
    """Phase after phase, with what has changed."""
    first = session().of("tine fork fork")
    assert "== decide" in first and "RFFDG|RFPROC" in first, first
    assert "== reserve: the flags are good" in session().of("tine fork fork", 1)
    session().see(
        "tine fork all", "^== reserve: the process is charged",
        r"nprocs\): (\d+) -> ", r"ui_proccnt\): (\d+) -> ",
        "^== reserve: there is a child", "process and kernel stack: 0x",
        "^== reserve: plain fields", "references to the parent's limits",
        "^== reserve: the descriptor table", "descriptor table: its own",
        "^== reserve: the signal actions are", "signal actions: its own",
        "^== reserve: the memory is there",
        "page table for 08000000: .*writable, not shared -> .*write-protected,"
        " shared by 2", "^== commit: all that can fail",
        "return to user mode with: eip 0x804.*, eax 0, edx 1",
        "^== commit: inside", r"locks held here: \+ proctree .*\+ allproc",
        "^== commit: the child is public", r"on allproc: \+ \d+ \(scene\)",
        r"lastpid\): \d+ -> ", r"parent's children: \+ ", "the child's pid: ",
        "^== callouts", r"counted: (\d+) .* -> ", "^== runnable",
        "SIDL -> SRUN, on a run queue")
    text = session().of("tine fork all")
    assert re.search(r"^== the parent's return.*?the call returns, to pid 2 "
                     r"\(scene\): [1-9]", text, re.MULTILINE | re.DOTALL), text
    assert re.search(r"^== trampoline: .*?^== the child's first instruction"
                     r".*?the call returns, to pid \d+ \(scene\): 0$", text,
                     re.MULTILINE | re.DOTALL), text
    assert text.rstrip().endswith("go on by themselves"), text


def test_fork_walk_goes_on():
    """One may step on in between; a breakpoint elsewhere ends the walk."""
    session().see("next", r"^\d+\t")
    text = session().of("continue", 6)
    assert "fork_finish (" in text and text.endswith(
        "The walk through the fork has been left.\n"), text


def test_walk_of_failed_forks():
    """Of memory after some steps, of a limit at once; then one that works,
    which the failed ones leave nothing behind for."""
    session().see("tine fork all", "^== decide", "^== reserve: there is a",
                  "^== undo", "^== failed", r"nprocs\): (\d+) -> ",
                  r"fork1\(\) returns: error ENOMEM", "which has failed$",
                  which=1)
    text = session().see(
        "tine fork all", "^== decide", "^== reserve: the flags are good",
        "^== failed", r"fork1\(\) returns: error EAGAIN", "which has failed$",
        which=2)
    assert "undo" not in text and " -> " not in text, text
    text = session().see(
        "tine fork all", "^== decide", "^== commit: the child is public",
        "^== the parent's return", "^== trampoline", "go on by themselves$",
        which=3)
    assert "failed" not in text, text


def test_vfork_walk():
    text = session().see(
        "tine fork vfork all", "^== decide", "RFPPWAIT", "^== reserve: the d",
        "child's descriptor table: the parent's",
        "^== reserve: the memory is there", "address space: the parent's",
        "^== vfork: the parent waits", "^== trampoline",
        "asleep on ppwait", "^== the child's first instruction",
        "returns, to pid .*: 0$", "^== vfork: the child gives",
        "^== the parent's return", r"returns, to pid 2 \(scene\): [1-9]",
        "go on by themselves")
    assert "shared by 2" not in text, text


def test_rfork_walk():
    text = session().see(
        "tine fork rfork all", "^== decide", r"RFFDG\|RFPROC\|RFMEM",
        "^== reserve: the memory is there", "address space: 1 -> 2",
        "address space: the parent's", "^== commit: the child is public")
    for part in ("== trampoline", "== the child's first instruction",
                 "== the parent's return", "go on by themselves"):
        assert part in text, text


# ----------------------------------------------------------------- the machine

def test_machine_ends_with_gdb():
    """tools/run, and with it QEMU, has ended, though the machine had not; and
    gdb where the machine had."""
    assert session().status == 0, session().err
    assert travelled().status == 0, travelled().err
    assert "the end" in session().console


class Terminal:
    """gdb as a user has it: on a terminal, of which it is the foreground."""

    def __init__(self, *command):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=TREE,
            preexec_fn=self.lead)
        os.close(slave)
        self.text = ""

    @staticmethod
    def lead():
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def until(self, what, limit=60.0):
        """Read until it has said that, after what was read before."""
        end = time.monotonic() + limit
        while what not in self.text:
            left = end - time.monotonic()
            assert left > 0 and select.select([self.master], [], [], left)[0],\
                f"no {what!r} in {self.text!r}"
            self.text += os.read(self.master, 4096).decode("utf-8", "replace")
        at = self.text.index(what) + len(what)
        before, self.text = self.text[:at], self.text[at:]
        return before

    def type(self, text):
        os.write(self.master, text.encode())


def children_of(pid):
    """{name: pid}"""
    done = subprocess.run(["ps", "-o", "comm=,pid=", "--ppid", str(pid)],
                          stdout=subprocess.PIPE, check=False)
    words = done.stdout.decode().split()
    return {name: int(child) for name, child in zip(words[::2], words[1::2])}


def test_on_a_terminal():
    """^C stops the machine, a line is typed on its console, and a gdb that is
    killed takes the machine along."""
    need_gdb()
    user = Terminal(os.path.join(TOOLS, "run"), "--no-build", "--debug")
    try:
        assert "first instruction" in user.until("(gdb) ")
        user.type("continue\n")
        user.until("\n# ")
        user.type("\x03")
        user.until("(gdb) ")
        user.type("tine type echo \"a  $((1+1))\"b\n")
        user.until("(gdb) ")
        user.type("continue\n")
        user.until("a  2b")
        children = children_of(user.process.pid)
        assert len(children) == 2, children     # QEMU and gdb
        os.kill(next(pid for name, pid in children.items() if "gdb" in name),
                signal.SIGKILL)
        user.process.wait(30)
        left = [name for name, pid in children.items()
                if os.path.exists(f"/proc/{pid}")]
        assert not left, left
    finally:
        user.process.terminate()
        user.process.wait()
        os.close(user.master)


@functools.lru_cache(None)
def recorded():
    """The console of the run that is recorded."""
    need_gdb()
    if shutil.which("qemu-img") is None:
        raise Skip("qemu-img is not installed")
    return run(os.path.join(TOOLS, "run"), "--no-build", "--add", scene(),
               "--exec", "scene", "--record", RECORD).expect(0).out


def test_record_refuses_several_processors():
    """Before it touches the record that is there."""
    before = recorded(), os.listdir(RECORD)
    done = run(os.path.join(TOOLS, "run"), "--no-build", "--exec", "true",
               "--smp", "2", "--record", RECORD)
    assert done.status == 2 and "one processor" in done.err, done.err
    assert before[1] == os.listdir(RECORD)


def test_replay_is_the_same():
    """Twice the same console, byte for byte, with the times in the trace."""
    assert "the end" in recorded()
    for _ in range(2):
        run(os.path.join(TOOLS, "run"), "--replay", RECORD) \
            .expect(0, recorded())


@functools.lru_cache(None)
def travelled():
    recorded()
    return Session([
        "tine end", "tine syms scene", "tine who-wrote &planted", "print planted",
        "stepi", "print planted", "tine who-wrote lastpid",
        "tine back-to pid=3", "tine ps", "tine who-wrote 0xdead0000",
        "tine ps", "print $curproc", "tine back-to pid=4711", "tine ps",
        "tine back-to name=init",
        "tine end", "tine who-freed " + freed_page(),
    ], "--replay", RECORD)


def freed_page():
    """A page that was the scene's stack, and was freed with it."""
    return re.search(r"^0xbfbff000 (0x\w+) ", recorded(), re.MULTILINE)[1] + \
        "000"


def test_who_wrote():
    """The write is found that a child made on shared memory."""
    travelled().see("tine who-wrote &planted", "was written last",
                    r"in pid \d+ \(scene\)", r"^#0 .*plant ")
    travelled().see("print planted", "= 1$")
    travelled().see("print planted", "= 42$", which=1)
    travelled().see("tine who-wrote lastpid", "was written last",
                    "^#0 .*pid_alloc", " fork_commit ")


def test_back_to():
    travelled().see("tine back-to pid=3", "pid 3 has just been made",
                    "^#0 .*fork_finish", " make_sleeper ")
    travelled().see("tine ps", r"^3 +2 +2 +0 +SIDL")
    travelled().see("tine back-to pid=4711", "^error: .*no process 4711",
                    "stands where it stood")
    travelled().see("tine who-wrote 0xdead0000", "^error: .*nobody has written",
                    "stands where it stood")
    for which in (1, 2):
        assert travelled().of("tine ps", which) == travelled().of("tine ps")
    travelled().see("tine back-to name=init", "^error: .*pid=N")


def test_who_freed():
    travelled().see("tine who-freed " + freed_page(), "was freed last",
                    "^#[0-2] .*vm_page_free_list")


# ------------------------------------------------- other kernels, other gdbs

OTHER = ["tine exec forktest", "break fork1", "continue", "tine bt 1",
         "tine bt 0", "tine bt cpu_pcpu[1]->pc_idlethread->td_proc->p_pid",
         "tine bt $curproc->p_pid", "bt", "print $td->td_flags", "tine fork"]


def see_other(other):
    """The release kernel on two processors."""
    other.see("tine bt 1", r"^pid 1 \(init\), SSLEEP", "^#0  .*mi_switch", *ENTRY,
              "^user mode: eip 0x0804")
    other.see("tine bt 0", r" mi_startup \(", r" \w+ \(.*machdep.c:\d+\n\Z")
    other.see(OTHER[5], r"^pid \d+ \(idle: cpu1\), SRUN", "^#0 ",
              r" ap_main \(\) .*\n\Z")
    other.see("tine bt $curproc->p_pid", r"^pid 2 \(forktest\), SRUN\n#0  fork1 ",
              *ENTRY, "^user mode: eip 0x0804")
    other.see("bt", "^#0  fork1 ", *ENTRY, r" main \(")
    other.see("print $td->td_flags", r"= \d+$")
    other.see("tine fork", "^error: .*debug kernel")
    assert other.status == 0, other.err


def test_release_kernel():
    see_other(Session(OTHER, "--release", "--smp", "2", "--exec", "forktest"))


def test_gdb_multiarch():
    if shutil.which("gdb-multiarch") is None:
        raise Skip("gdb-multiarch is not installed")
    see_other(Session(OTHER, "--release", "--smp", "2", "--exec", "forktest",
                      gdb="gdb-multiarch"))


def test_readme():
    """Its few lines lead into a fork: typed as they stand there."""
    need_gdb()
    with open(os.path.join(TREE, "README.md"), encoding="utf-8") as file:
        part = file.read().partition("## Debug it\n")[2].partition("\n## ")[0]
    lines = [re.sub(r"\s+# .*", "", line)
             for line in part.split("```")[1].strip().splitlines()]
    assert lines[0].startswith("$ make gdb ") and \
        all(line.startswith("(gdb) ") for line in lines[1:]), lines
    typed = "".join(line[6:] + "\n" for line in lines[1:])
    done = subprocess.run(["sh", "-c", lines[0][2:]], input=typed.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          cwd=TREE, timeout=120, check=False)
    text = done.stdout.decode("utf-8", "replace")
    for pattern in ("^== decide$", r"^   pid \d+ .* at kern/kern_fork",
                    r"^\(gdb\) Breakpoint 1 at .*kern_fork.c, line \d+\.$",
                    r"^(Thread 1 hit )?Breakpoint 1, fork1 \(td=",):
        assert re.search(pattern, text, re.MULTILINE), (pattern, text)
    assert done.returncode == 0 and "rror" not in text, text


def test_quit_of_what_is_gone():
    """The machine does not wait until gdb has heard that it goes."""
    need_gdb()
    where = os.path.join(FOLDER, "vanish")
    with subprocess.Popen([sys.executable, "-u", VANISH, where],
                          stdout=subprocess.PIPE) as other:
        done = run("gdb", "-nx", "-q", "-batch", "-x",
                   os.path.join(TREE, "tools/gdb/tine.py"), "-ex", "quit",
                   Build().kernel, limit=60,
                   env={**os.environ, "TINE_TARGET": where})
        other.kill()
        assert other.stdout.read() == b"gone\n", done.out + done.err
    done.expect(0)
    assert "rror" not in done.err, done.err


# ------------------------------------------------------------------- document

def documented(example):
    """Run a session of docs/debugging.md: its commands' outputs, and what
    the console said."""
    need_gdb()
    if example.kind == "gdb-stub":
        return by_stub(example)
    if example.kind == "replay":
        folder = os.path.join(FOLDER, "documented")
        run(os.path.join(TOOLS, "run"), "--no-build", "--exec",
            example.program, "--record", folder).expect(0)
        options = ["--replay", folder]
    else:
        options = ["--icount", "--exec", example.program]
    done = Session([command.text for command in example.commands], *options)
    return done.said[1::2], done.console.splitlines()


def by_stub(example):
    """The same with the kernel's own end of gdb's protocol."""
    script, output = (os.path.join(FOLDER, name) for name in ("stub", "said"))
    with open(script, "w", encoding="utf-8") as file:
        file.write("\n".join(command.text for command in example.commands))
    os.environ.update(GDB_SCRIPT=script, GDB_OUTPUT=output)
    guest = gdbstub.Guest(example.program)
    try:
        guest.wait_for("gdb: waiting on the second serial line")
        guest.gdb("source " + SCRIPT)
    finally:
        guest.close()
    with open(output, encoding="utf-8", errors="replace") as file:
        return parts(file.read())[1::2], []


def traced(program):
    """A trace of a program: as text, and as lines of what a viewer shows."""
    name = os.path.join(FOLDER, "trace")
    run(os.path.join(TOOLS, "trace"), "--no-build", "--icount", "-o", name,
        "--exec", program).expect(0)
    with open(name + ".txt", encoding="utf-8") as text, \
            open(name + ".json", encoding="utf-8") as file:
        return text.read(), document.viewer(file.read())


def test_documented_trace():
    """The fork in the trace viewer is the one that is there today."""
    with open(document.DOCUMENT, encoding="utf-8") as file:
        (program, *commands), = document.traces(file.read())
    assert len(commands) == 2
    for command, output in zip(commands, traced(program)):
        missing = list(document.differences(command, output))
        assert not missing, f"{missing} not in\n{output}"


def test_document():
    """Each line of gdb's in docs/debugging.md is what it says today."""
    with open(document.DOCUMENT, encoding="utf-8") as file:
        examples = document.read(file.read())
    assert [e.kind for e in examples] == ["gdb", "replay", "gdb-stub"]
    for example in examples:
        outputs, _ = documented(example)
        assert len(outputs) == len(example.commands)
        for command, output in zip(example.commands, outputs):
            missing = list(document.differences(command, output))
            assert not missing, f"{command.text}: {missing} not in\n{output}"


if __name__ == "__main__":
    try:
        tap.main(globals())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
