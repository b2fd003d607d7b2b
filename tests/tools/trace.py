#!/usr/bin/env python3
"""Tests of the kernel's trace, from the program that is traced to the pictures
that tools/trace makes of it."""

import json
import os
import re
import struct
import subprocess
import tempfile
import xml.etree.ElementTree
import zlib

import tap
from tap import TOOLS, run, tine

from tinelib import ktr, ktrjson, ktrsvg, ktrtext   # tap has the path

TRACE = os.path.join(TOOLS, "trace")
FOLDER = tempfile.TemporaryDirectory()
SVG = "{http://www.w3.org/2000/svg}"

# Makes seven processes; one has a grandchild, two get another program.
FAMILY = r"""
#include <sys/wait.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static int told;
static volatile int page[4096];
static void tell(int sig) { told = sig; }
static void await(pid_t pid) {
	if (pid == -1 || waitpid(pid, NULL, 0) != pid)
		exit(99);
}
int main(void) {
	pid_t pid;
	page[2048] = 1;
	if ((pid = fork()) == 0) { page[2048] = 2; _exit(3); }
	await(pid);
	if ((pid = fork()) == 0) { execl("/bin/true", "true", NULL); _exit(98); }
	await(pid);
	if ((pid = vfork()) == 0) { execl("/bin/false", "false", NULL); _exit(97); }
	await(pid);
	if ((pid = fork()) == 0) {
		if ((pid = fork()) == 0) _exit(7);
		await(pid);
		_exit(5);
	}
	await(pid);
	if ((pid = rfork(RFPROC)) == 0) { sleep(100); _exit(96); }
	kill(pid, SIGTERM);
	await(pid);
	signal(SIGUSR1, tell);
	kill(getpid(), SIGUSR1);
	if (rfork(RFFDG | RFCFDG) != -1 || told != SIGUSR1)
		return (95);
	return (0);
}
"""
CALLS = ["fork", "fork", "vfork", "fork", "rfork"]
ENDS = ["exit 3", "exit 0", "exit 1", "exit 5", "signal 15"]


def path(name):
    return os.path.join(FOLDER.name, name)


def write(name, text):
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)
    return path(name)


def family():
    """The program, compiled."""
    if not os.path.exists(path("family")):
        source = write("family.c", FAMILY)
        run(os.path.join(TOOLS, "tine-cc"), "-o", path("family"),
            source).expect(0)
    return path("family") + ":/bin/family"


SAID = {}


def console(name, *options):
    """What a machine said; each is booted once."""
    if name not in SAID:
        SAID[name] = tine("--add", family(), *options)
    return SAID[name]


def first():
    """The console with all events of the family, then with some classes."""
    return console("first", "--cmdline",
                   "ktr=fork,exit debug.ktr.entries=8192", "--exec",
                   "sysctl debug.ktr.mask debug.ktr.entries; ktr family;"
                   "ktr -m exec,exit true; sysctl debug.ktr.mask;"
                   "setuidgid nobody cat /dev/ktr;"
                   "(cat /dev/ktr) <>/dev/ktr; ktr -m forks true; ktr;"
                   "ktr -m none nothing; ktr -m none sh -c 'kill -9 $$'; "
                   "echo killed $?").expect(0)


def dumps(text):
    """The text up to the end of each trace in it."""
    return [text[:match.end()] for match in
            re.finditer(r"ktr: end .*\n", text)]


def trace_of_family():
    return ktr.read(dumps(first().out)[0], "first")


def the_family(trace):
    """The process that ran the program."""
    return next(p for p in trace.processes if p.name == "family" and
                p.parent and p.parent.name == "ktr")


# --------------------------------------------------------------- the events

def test_family_is_there():
    """Each fork, exec, exit and wait is there, as the program made it."""
    father = the_family(trace_of_family())
    children = father.children
    assert [ktr.fork_call(c.flags) for c in children] == CALLS
    assert [ktr.status_words(c.status) for c in children] == ENDS
    assert [[n for _, n in c.names[1:]] for c in children] == \
        [[], ["true"], ["false"], [], []]
    assert [len(c.children) for c in children] == [0, 0, 0, 1, 0]
    assert ktr.status_words(children[3].children[0].status) == "exit 7"
    for child in children:
        assert child.reaper is father and \
            child.born < child.ran <= child.ended < child.reaped, vars(child)
        assert child.exiting <= child.ended
    assert ktr.status_words(father.status) == "exit 0"


def test_phases_in_order():
    """decide < reserve < commit < callouts < runnable < first instruction <
    first return, in each fork of the family."""
    trace = trace_of_family()
    father = the_family(trace)
    for child in father.children:
        end = next(n for n, e in enumerate(trace.events)
                   if e.kind == "fork_committed" and e["child"] == child.pid)
        start = max(n for n, e in enumerate(trace.events[:end])
                    if e.kind == "fork_decide" and e.pid == father.pid)
        parents = [e for e in trace.events[start:] if e.pid == father.pid and
                   e.kind.startswith("fork_")]
        done = next(n for n, e in enumerate(parents)
                    if e.kind == "fork_done")
        steps = [e["step"] if e.kind == "fork_reserve" else e.kind
                 for e in parents[:done + 1]]
        waits = ["fork_ppwait"] if child is father.children[2] else []
        assert steps == ["fork_decide", "charge", "process", "inherit",
                         "files", "signals", "memory", "fork_commit",
                         "fork_committed", "fork_callouts", "fork_runnable",
                         *waits, "fork_done"], steps
        runnable = parents[steps.index("fork_runnable")].time
        begun = [e for e in child.events if e.kind in
                 ("fork_trampoline", "fork_return")]
        assert [e.kind for e in begun] == ["fork_trampoline", "fork_return"]
        assert runnable < begun[0].time < begun[1].time
    # The one with wrong flags.
    last = [e for e in father.events if e.kind == "fork_done"][-1]
    assert last["child"] == 0 and last["error"] == 22, last.args


def test_other_events():
    """Faults by how they ended, signals, sleeps and calls."""
    father = the_family(trace_of_family())
    writer = father.children[0]
    copies = [e for e in writer.events if e.kind == "pagecopy"]
    faults = [e for e in writer.events if e.kind == "fault"]
    assert any(f["how"] == "copy" and f["write"] == 1 and
               any(c["va"] == f["va"] & ~4095 for c in copies)
               for f in faults), [vars(f) for f in faults]
    assert all(c["from"] != c["to"] for c in copies)
    assert any(e.kind == "unshare" for e in writer.events)
    posts = [(e["sig"], e["to"]) for e in father.events
             if e.kind == "sigpost"]
    assert posts == [(15, father.children[4].pid), (30, father.pid)], posts
    assert [e["sig"] for e in father.events if e.kind == "sigdeliver"] == [30]
    assert "wait" in [e["wmesg"] for e in father.events if e.kind == "sleep"]
    calls = [e["name"] for e in father.events if e.kind == "sysenter"]
    assert calls.count("fork") == 3 and calls.count("vfork") == 1 and \
        calls.count("wait4") == 5 and calls[-1] == "exit", calls
    results = [e["value"] for e in father.events if e.kind == "sysexit" and
               e["code"] == 7]
    assert results == [c.pid for c in father.children], results
    kinds = {e.kind for e in father.events}
    assert {"switch", "wakeup", "reap", "wait", "pages", "exec", "exit",
            "zombie"} <= kinds | {e.kind for e in writer.events}, kinds


def test_masks():
    """Only what was asked for; what was set before comes back."""
    done = first()
    assert done.out.startswith("debug.ktr.mask: fork,exit\n"
                               "debug.ktr.entries: 8192\n"), done.out[:200]
    trace = ktr.read(dumps(done.out)[1], "second")
    assert {e.kind for e in trace.events} == {"exec", "exit", "zombie"}
    assert [e["name"] for e in trace.events if e.kind == "exec"] == ["true"]
    assert [e["status"] for e in trace.events if e.kind == "exit"] == [0]
    check_events(ktrjson.trace_events(trace))
    assert trace.lost == 0
    rest = done.out[len(dumps(done.out)[1]):]
    assert rest.startswith("debug.ktr.mask: fork,exit\n"), rest[:200]
    assert "killed 137" in rest, rest


def test_refusals():
    text = first().out + first().err
    for words in ("cat: /dev/ktr: Permission denied",
                  "cat: /dev/ktr: Device busy",
                  "ktr: debug.ktr.mask: Invalid argument",
                  "usage: ktr [-m classes] command",
                  "ktr: nothing: No such file or directory"):
        assert words in text, (words, text[-2000:])


def test_no_such_class():
    """A wrong word on the command line is told of, and changes nothing."""
    done = tine("--cmdline", "ktr=fork,execs", "--exec",
                "sysctl debug.ktr.mask; dmesg | grep ktr").expect(0)
    assert done.out.startswith("debug.ktr.mask: all\n") and \
        "ktr=fork,execs: no such class of events" in done.out, done.out


def test_lost_and_panic():
    """A ring of 64: what is lost is counted; a panic has the last 32."""
    done = console("second", "--smp", "1", "--cmdline",
                   "ktr=none debug.ktr.entries=60", "--exec", "ktr -m fork,exec,exit family;"
                   "sysctl debug.ktr.mask=all,-mark; sysctl debug.panic=1")
    done.expect(125)
    traces = dumps(done.out)
    assert len(traces) == 2, done.out[-3000:]
    full = [e for e in trace_of_family().events if e.kind in
            ("exec", "exit", "zombie", "reparent") or
            e.kind.startswith("fork_")]
    trace = ktr.read(traces[0], "second")
    assert len(trace.events) == 64, len(trace.events)
    # The first trace has all of them.  The idle thread may begin in either.
    assert abs(len(full) - 64 - trace.lost) <= 1, (len(full), trace.lost)
    assert [e.kind for e in trace.events[-2:]] == ["exit", "zombie"]
    panic = ktr.read(traces[1], "panic")
    assert len(panic.events) == 32 and panic.lost > 0
    last = [e["name"] for e in panic.events if e.kind == "sysenter"][-1]
    assert last == "__sysctl", last
    out = run(TRACE, "-o", path("panic"), write("panic.log", done.out))
    out.expect(0)
    assert "32 events" in out.err, out.err


def test_release_has_none():
    done = tine("--release", "--exec", "ktr true; ls /dev/ktr")
    assert done.status != 0 and "is it a debug kernel?" in done.out + done.err
    assert "/dev/ktr: No such file" in done.out + done.err, done.out


# ------------------------------------------------------------------ the JSON

class Rules:
    """The rules of the trace-event format, event by event."""

    def __init__(self):
        self.stacks, self.last, self.flows = {}, {}, {}
        self.named, self.seen = set(), set()
        self.counts = {}

    def span(self, event, stack):
        if event["ph"] == "B":
            stack.append(event["name"])
        else:
            assert stack and stack.pop() == event["name"], event

    def flow(self, event, stack):
        """Each has one beginning, then one end, both inside a span."""
        ends = self.flows.setdefault(event["id"], [])
        assert len(ends) < 2 and (event["ph"] == "f") == (len(ends) == 1)
        assert all(end["name"] == event["name"] and end["cat"] == event["cat"]
                   and end["ts"] <= event["ts"] for end in ends), event
        assert stack, f"an arrow from or to nothing: {event}"
        assert event["ph"] == "s" or event["bp"] == "e"
        ends.append(event)

    def check(self, event):
        track = event["pid"], event["tid"]
        assert all(isinstance(n, int) and n >= 0 for n in track), event
        assert event["name"] and event["ts"] >= 0, event
        kind = event["ph"]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind == "M":
            self.named.add((event["pid"], event["name"]))
            return
        assert event["ts"] >= self.last.get(track, 0), event
        self.last[track] = event["ts"]
        self.seen.add(event["pid"])
        stack = self.stacks.setdefault(track, [])
        if kind in "BE":
            self.span(event, stack)
        elif kind in "sf":
            self.flow(event, stack)
        elif kind == "i":
            assert event["s"] == "t", event
        else:
            assert kind == "C" and isinstance(event["args"]["free"], int)

    def finish(self):
        assert not any(self.stacks.values()), self.stacks
        assert all(len(ends) == 2 for ends in self.flows.values()), self.flows
        assert all((pid, "process_name") in self.named
                   for pid in self.seen), self.seen
        assert all((pid, "thread_name") in self.named
                   for pid in self.seen if pid != 0), self.seen
        return self


def check_events(events):
    rules = Rules()
    for event in events:
        rules.check(event)
    return rules.finish()


def drawn():
    """The three files of the family's trace, made once."""
    if not os.path.exists(path("out.txt")):
        write("console", dumps(first().out)[0])
        run(TRACE, "-o", path("out"), "--title", "a <known> family",
            path("console")).expect(0)
    texts = []
    for ending in ("json", "svg", "txt"):
        with open(path("out." + ending), encoding="utf-8") as file:
            texts.append(file.read())
    return texts


def test_json():
    found = json.loads(drawn()[0])
    events = found["traceEvents"]
    rules = check_events(events)
    assert found["otherData"]["title"] == "a <known> family"
    assert set("MBEsfiC") == set(rules.counts), rules.counts
    father = the_family(trace_of_family())
    arrows = {(e["name"], e["ph"]): 0 for e in events}
    for event in events:
        arrows[event["name"], event["ph"]] += 1
    # ktr's child and its six descendants.
    for what in ("fork", "exit"):
        assert arrows[what, "s"] == arrows[what, "f"] == 7, arrows
    spans = [e["name"] for e in events if e["ph"] == "B" and
             e["pid"] == father.id]
    assert spans.count("fork1") == 6 and spans.count("wait4") == 5
    assert spans.count("reserve memory") == 5 and \
        spans.count("commit") == 5 and spans.count("runnable") == 5
    assert any(e["ph"] == "i" and e["name"] == "fault copy" for e in events)
    for child in father.children:
        last = [e for e in events if e["ph"] == "E" and
                e["pid"] == child.id][-1]
        assert last["ts"] == round(child.ended, 3), (last, vars(child))


def test_json_of_any_part():
    """A trace may begin and end anywhere: the rules hold for each part."""
    lines = dumps(first().out)[0].splitlines()
    lines = lines[next(n for n, line in enumerate(lines)
                       if line.startswith("ktr: begin")):]
    events = [line for line in lines if re.match(r"ktr: \d", line)]
    rest = [line for line in lines if line not in events][:-1]
    for cut in range(1, len(events), 7):
        for part in (events[:cut], events[cut:]):
            trace = ktr.read("\n".join(rest + part), "part", partial=True)
            assert len(trace.events) == len(part)
            check_events(ktrjson.trace_events(trace))
            xml.etree.ElementTree.fromstring(ktrsvg.text(trace, "part"))
            assert ktrtext.text(trace, "part")


def test_pids_used_again():
    """Two processes of one pid are two tracks."""
    one = ("ktr: {0}1 0 5 fork_committed child=6 flags=0x14 parent=5\n"
           "ktr: {0}2 0 6 fork_trampoline fn=fork_return\n"
           "ktr: {0}3 0 6 exit status=0x100\nktr: {0}4 0 6 zombie parent=5\n"
           "ktr: {0}5 0 5 reap child=6 status=0x100\n")
    trace = ktr.read('ktr: begin version=1 hz=1000000 cpus=1\n'
                     'ktr: proc 5 1 "a \\042b\\042"\n' + one.format(1) +
                     one.format(2) + "ktr: end events=10 lost=3\n", "twice")
    assert [p.pid for p in trace.processes] == [5, 6, 6]
    assert len({p.id for p in trace.processes}) == 3
    assert trace.processes[2].born == 10.0 and trace.lost == 3
    assert {p.name for p in trace.processes} == {'a "b"'}
    assert trace.processes[1].status == 0x100
    # The same if forks are not recorded.
    last = "ktr: 30 0 6 zombie parent=5\nktr: 31 0 5 reap child=6 " \
        "status=0x200\n"
    trace = ktr.read("ktr: begin version=1 hz=1000000 cpus=1\n" + last +
                     last.replace("3", "4").replace("0x2", "0x1") +
                     "ktr: end events=4 lost=0\n", "twice")
    assert [(p.pid, p.status) for p in trace.processes if p.pid == 6] == \
        [(6, 0x200), (6, 0x100)]


# --------------------------------------------------------------- the picture

def rendered(svg):
    """The picture that rsvg-convert makes: width, height, rows of pixels."""
    run("rsvg-convert", "-o", path("out.png"), svg).expect(0)
    with open(path("out.png"), "rb") as file:
        data = file.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        size, = struct.unpack(">I", data[at:at + 4])
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colours in (2, 6), (depth, colours)
        packed += body if kind == b"IDAT" else b""
        at += size + 12
    return width, height, unfiltered(zlib.decompress(packed), width, height,
                                     4 if colours == 6 else 3)


def paeth(a, b, c):
    near = [(abs(b - c), a), (abs(a - c), b), (abs(a + b - 2 * c), c)]
    return min(near, key=lambda pair: pair[0])[1]


def unfiltered(data, width, height, size):
    """The rows of a PNG as lists of (red, green, blue)."""
    before, rows = bytearray(width * size), []
    for y in range(height):
        start = y * (width * size + 1)
        how, row = data[start], bytearray(data[start + 1:start + 1 +
                                               width * size])
        for x in range(len(row) if how else 0):
            left = row[x - size] if x >= size else 0
            corner = before[x - size] if x >= size else 0
            row[x] = (row[x] + (0, left, before[x], (left + before[x]) // 2,
                                paeth(left, before[x], corner))[how]) & 255
        rows.append([tuple(row[x:x + 3])
                     for x in range(0, len(row), size)])
        before = row
    return rows


def test_svg():
    """Well formed, with its texts; and these are seen when it is drawn."""
    root = xml.etree.ElementTree.fromstring(drawn()[1])
    words = [e.text for e in root.iter(SVG + "text")]
    titles = "\n".join(e.text for e in root.iter(SVG + "title"))
    father = the_family(trace_of_family())
    assert "a <known> family" in words
    for process in (father, *father.children, *father.children[3].children):
        assert any(word.startswith(f"{process.pid} ") for word in words), \
            (process.pid, words)
    assert "exec true" in words and "exec false" in words, words
    for part in ("exit 3 at", "signal 15 at", "vfork by pid", "exec true at",
                 "how=copy", "RFFDG|RFPROC", f"pid {father.pid} makes pid",
                 f"pid {father.pid} learns of the end of pid"):
        assert part in titles, (part, titles)
    heads = [e for e in root.iter(SVG + "path") if e.get("marker-end")]
    assert len(heads) == 14, "seven forks and seven ends"
    width, height, rows = rendered(path("out.svg"))
    assert (width, height) == (int(root.get("width")),
                               int(root.get("height")))
    for label in root.iter(SVG + "text"):
        x, y = float(label.get("x")), int(float(label.get("y")))
        if label.get("text-anchor") != "start" or x > 150:
            continue
        ink = sum(max(pixel) < 128 for row in rows[y - 9:y + 2]
                  for pixel in row[int(x):int(x) + 40])
        assert ink > 20, f"{label.text} is not to be seen: {ink}"
    bars = {e.get("fill") for e in root.iter(SVG + "rect")}
    assert len(bars) >= 5, bars


def test_text():
    text = drawn()[2]
    father = the_family(trace_of_family())
    tree = text.split("\n\n")[1]
    assert re.search(rf"^  {father.pid} ktr: born [\d.]+ by fork, .* exec "
                     r"family [\d.]+, exit 0 [\d.]+, reaped by", tree,
                     re.M), tree
    assert re.search(r"^      \d+ family: .* exit 7", tree, re.M), tree
    lines = [line for line in text.split("\n") if " fork_decide " in line]
    assert len(lines) == 8 and lines[-1].endswith("flags=RFFDG|RFCFDG"), lines
    assert len(re.findall(r"^ *\d+\.\d{3} \d ", text, re.M)) == \
        len(trace_of_family().events)


# -------------------------------------------------------------------- errors

def trace_fails(text, *words, options=()):
    done = run(TRACE, *options, "-o", path("bad"), write("bad.log", text))
    assert done.status == 1 and done.err.startswith("trace: ") and \
        "Traceback" not in done.err, (done.status, done.err)
    for word in words:
        assert word in done.err, (word, done.err)


BEGIN = "ktr: begin version=1 hz=1000 cpus=1\n"
ONE = "ktr: 10 0 5 reap child=6 status=0x0\n"


def test_bad_input():
    trace_fails("Tine\nlogin:\n", "bad.log", "no trace is in it")
    trace_fails("", "no trace is in it")
    trace_fails(BEGIN + ONE, "truncated", "after 1 events", "--partial")
    trace_fails(BEGIN + "ktr: 10 0 5 teleport to=6\n", "line 2",
                '"teleport"', "sys/ktr.h")
    trace_fails(BEGIN + "ktr: 10 0 5 reap child=6\n", "line 2", "arguments")
    trace_fails(BEGIN + "ktr: 10 0 5 reap child=x status=0x0\n", "damaged")
    trace_fails(BEGIN + ONE + "ktr: 1 zzz\n", "line 3", "damaged")
    trace_fails(BEGIN + ONE + ONE.replace("10", "9"), "line 3", "time")
    trace_fails(BEGIN + ONE + "ktr: end events=2 lost=0\n", "2 events were")
    trace_fails(BEGIN + "ktr: end events=0 lost=0\n", "has no events")
    trace_fails(BEGIN.replace("=1 ", "=9 "), "version 9")
    trace_fails(ONE, "begin")
    trace_fails(BEGIN.replace("hz=1000", "hz=0") + ONE, "line 1", "begin")
    trace_fails(BEGIN.replace("cpus=1", "cpus=0") + ONE, "line 1", "begin")
    done = subprocess.run([TRACE, "-o", path("bytes"), "-"], check=False,
                          input=b"\xff\xfe\n" + (BEGIN + ONE + "ktr: end "
                                 "events=1 lost=0\n").encode(),
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    for number in ("-5", "0", "x"):
        run(TRACE, "--exec", "true", f"--entries={number}").expect(2)
    run(TRACE, "-o", path("bad"), "/nowhere").expect(1)
    run(TRACE).expect(2)
    run(TRACE, "--exec", "true", "file").expect(2)


def test_bad_mask():
    """What ktr says of it is not taken for a trace."""
    done = run(TRACE, "--no-build", "-o", path("bad"), "--mask", "nosuch",
               "--exec", "true").expect(1)
    assert "ktr: debug.ktr.mask: Invalid argument" in done.out, done.out
    assert done.err == "trace: true: was not traced\n", done.err


def test_partial():
    write("cut.log", BEGIN + ONE + "ktr: 20 0 5 rea")
    done = run(TRACE, "--partial", "-o", path("cut"), path("cut.log"))
    done.expect(0)
    assert "1 events" in done.err, done.err


def test_table_is_whole():
    """Each line of the kernel's table is understood."""
    table = ktr.kinds()
    text = ktr.sources.read("sys/ktr.h")
    rows = text[text.index("#define\tKTR_KIND_TABLE"):
                text.index("#define\t_KTR_CLASS")].count("X(")
    assert len(table) == rows > 25, (len(table), rows)
    for name, args in table.items():
        assert len(args) <= 4 and all(letter in "duxcps"
                                      for _, letter in args), (name, args)


def test_make_trace():
    """All of it in one go, on two processors."""
    done = run("make", "-s", "trace", "EXEC=echo 'a  b' && sh -c 'exit 9'",
               f"ARGS=--smp 2 -o {path('made')}")
    assert done.status != 0 and done.out == "a  b\n", (done.out, done.err)
    assert "Error 9" in done.err and "made.json" in done.err, done.err
    with open(path("made.json"), encoding="utf-8") as file:
        found = json.load(file)
    check_events(found["traceEvents"])
    assert found["otherData"]["cpus"] == 2
    assert found["otherData"]["lost"] == 0


if __name__ == "__main__":
    tap.main(globals())
