"""The kernel's trace events: the lines of ktr(4), and what they say of the
processes.  The kinds are those of KTR_KIND_TABLE in sys/ktr.h."""

import re

from . import sources

MARK = "ktr: "
BEGIN = re.compile(r"ktr: begin version=(\d+) hz=([1-9]\d*) cpus=([1-9]\d*)$")
END = re.compile(r"ktr: end events=(\d+) lost=(\d+)$")
PROC = re.compile(r'ktr: proc (\d+) (\d+) ("[^"]*")$')
EVENT = re.compile(r"ktr: (\d+) (\d+) (\d+) (\S+)"
                   r'((?: \w+=(?:"[^"]*"|\S+))*)$')
ARGUMENT = re.compile(r' (\w+)=("[^"]*"|\S+)')
VERSION = 1


class TraceError(Exception):
    """What is wrong with a trace, for people."""


def kinds(text=None):
    """{name: [(argument, letter), ...]} of the kernel's table."""
    text = text if text is not None else sources.read("sys/ktr.h")
    table = re.search(r"#define\s+KTR_KIND_TABLE\(X\)(.*?[^\\])\n", text,
                      re.DOTALL)
    if table is None:
        raise TraceError("sys/ktr.h: there is no KTR_KIND_TABLE")
    rows = re.findall(r'X\(\w+,\s*\w+,\s*"(\w+)",\s*"([^"]*)"\)', table[1])
    return {name: [tuple(word.split(":")) for word in words.split()]
            for name, words in rows}


def unquote(text):
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), text[1:-1])


class Event:
    """One event; its time is in microseconds since the first."""

    def __init__(self, tsc, cpu, pid, kind, args, letters):
        self.tsc, self.cpu, self.pid = tsc, cpu, pid
        self.kind, self.args, self.letters = kind, args, letters
        self.time = 0.0
        self.process = None     # whose it is

    def __getitem__(self, name):
        return self.args[name]


class Trace:
    """All events of one dump, oldest first."""

    def __init__(self, hz, cpus):
        self.hz, self.cpus = hz, cpus
        self.lost = 0
        self.whole = False      # its end is there
        self.names = {}         # pid: (parent's pid, name)
        self.events = []
        self.processes = []     # by birth

    @property
    def end(self):
        return self.events[-1].time if self.events else 0.0


# ------------------------------------------------------------------- reading

def value_of(word, letter):
    if letter in "cs":
        if not word.startswith('"'):
            raise ValueError("no string")
        return unquote(word)
    if letter == "p":
        return word
    return int(word, 0)


def read_event(line, table):
    """The event of a line, or ValueError with what is wrong."""
    match = EVENT.match(line)
    if match is None:
        raise ValueError("it is damaged")
    kind = match[4]
    if kind not in table:
        raise ValueError(f'there is no kind of event "{kind}"; does the '
                         "trace come from another kernel than this sys/ktr.h?")
    words = ARGUMENT.findall(match[5])
    if [name for name, _ in words] != [name for name, _ in table[kind]]:
        raise ValueError(f"{kind} has other arguments")
    try:
        args = {name: value_of(word, letter)
                for (name, word), (_, letter) in zip(words, table[kind])}
    except ValueError:
        raise ValueError("it is damaged") from None
    return Event(int(match[1]), int(match[2]), int(match[3]), kind, args,
                 dict(table[kind]))


def read_line(trace, line, table):
    """Add what a line says; ValueError if it says nothing."""
    end, proc = END.match(line), PROC.match(line)
    if end:
        trace.whole = True
        trace.lost = int(end[2])
        if int(end[1]) != len(trace.events):
            raise ValueError(f"{end[1]} events were written, and "
                             f"{len(trace.events)} are here")
    elif proc:
        trace.names[int(proc[1])] = int(proc[2]), unquote(proc[3])
    else:
        trace.events.append(read_event(line, table))
        if len(trace.events) > 1 and \
                trace.events[-1].tsc < trace.events[-2].tsc:
            raise ValueError("its time is before that of the last event")


def lines_of(text):
    """(number, line) of those with the mark; a command may have left the
    line before the first one unfinished."""
    for number, line in enumerate(text.replace("\r", "").split("\n"), 1):
        if MARK + "begin" in line:
            line = line[line.index(MARK + "begin"):]
        if line.startswith(MARK):
            yield number, line


def read(text, where, partial=False):
    """The last trace in a console's text, a file or a panic.

    where: what the text is called in errors.  partial: a trace without an
    end will do, up to where it breaks off.
    """
    table = kinds()
    trace = None
    for number, line in lines_of(text):
        begin = BEGIN.match(line)
        try:
            if begin:
                if int(begin[1]) != VERSION:
                    raise ValueError(f"version {begin[1]} of the format; "
                                     f"this tool knows {VERSION}")
                trace = Trace(int(begin[2]), int(begin[3]))
            elif trace is None:
                raise ValueError('there is no "ktr: begin" before it')
            elif not trace.whole:
                read_line(trace, line, table)
        except ValueError as problem:
            if partial and trace is not None and not begin:
                break
            raise TraceError(f"{where}: line {number}: {problem}") from None
    if trace is None:
        raise TraceError(f'{where}: no trace is in it: no line has '
                         '"ktr: begin"')
    if not trace.whole and not partial:
        raise TraceError(f'{where}: the trace is truncated: it has no "ktr: '
                         f'end" after {len(trace.events)} events (--partial '
                         "takes what is there)")
    if not trace.events:
        raise TraceError(f"{where}: the trace has no events; is "
                         "debug.ktr.mask none?")
    follow(trace)
    return trace


# ----------------------------------------------------------------- processes

class Process:
    """A process, as far as the trace knows it.  Times are None if what they
    stand for is not in the trace."""

    def __init__(self, pid, name, number):
        self.pid, self.number = pid, number
        self.names = [(0.0, name)]      # (since when, name)
        self.parent = None              # who forked it
        self.children = []
        self.flags = None               # of that fork
        self.born = self.ran = None     # committed; its first event
        self.exiting = self.ended = self.reaped = None
        self.status = None
        self.reaper = None
        self.events = []
        self.running = []               # [from, to] on a processor

    @property
    def name(self):
        return self.names[-1][1]

    @property
    def id(self):
        """Unique, even if a pid is used again."""
        return self.pid + 1000000 * self.number

    @property
    def first(self):
        return self.born if self.born is not None else 0.0

    @property
    def depth(self):
        return 0 if self.parent is None else self.parent.depth + 1

    @property
    def own_doing(self):
        """Did it do more than be there, as the idle thread does?"""
        return self.born is not None or any(
            event.kind in ("sysenter", "exec", "exit", "fork_committed",
                           "reap") for event in self.events)


class Follower:
    """Goes along the events and finds out about the processes."""

    def __init__(self, trace):
        self.trace = trace
        self.alive = {}         # pid: Process
        self.used = {}          # pid: how often
        self.on = {}            # processor: Process

    def new(self, pid, name):
        self.used[pid] = self.used.get(pid, -1) + 1
        process = Process(pid, name, self.used[pid])
        self.trace.processes.append(process)
        self.alive[pid] = process
        return process

    def find(self, pid):
        if pid not in self.alive:
            self.new(pid, self.trace.names.get(pid, (0, "?"))[1])
        return self.alive[pid]

    def switch(self, event):
        """Who ran, and who runs from now on."""
        was, now = event.process, self.find(event["to"])
        if self.on.get(event.cpu) is not was:
            was.running.append([max(was.first, 0.0), event.time])
        was.running[-1][1] = event.time
        now.running.append([event.time, self.trace.end])
        self.on[event.cpu] = now

    def event(self, event):
        process = event.process = self.find(event.pid)
        process.events.append(event)
        if event.kind == "switch":
            self.switch(event)
        elif event.kind == "fork_committed":
            child = self.new(event["child"], process.name)
            child.born, child.flags = event.time, event["flags"]
            child.parent = process
            child.names = [(event.time, process.name)]
            process.children.append(child)
        elif event.kind == "fork_trampoline":
            process.ran = event.time
        elif event.kind == "exec":
            process.names.append((event.time, event["name"]))
        elif event.kind == "exit":
            process.exiting, process.status = event.time, event["status"]
        elif event.kind == "zombie":
            process.ended = event.time
        elif event.kind == "reap":
            child = self.alive.pop(event["child"], None)
            if child is not None:
                child.reaped, child.reaper = event.time, process
                child.status = event["status"]


def follow(trace):
    """Give the events their times and processes."""
    start = trace.events[0].tsc
    for event in trace.events:
        event.time = (event.tsc - start) * 1e6 / trace.hz
    follower = Follower(trace)
    for event in trace.events:
        follower.event(event)


# --------------------------------------------------------------------- words

def flag_names(prefix, header):
    """{bit: name} of a header's single bits."""
    names = {}
    for name, bit in re.findall(rf"#define\s+({prefix}\w+)\s+"
                                r"\(1U? << (\d+)\)", sources.read(header)):
        names.setdefault(1 << int(bit), name)
    return names


def decode(value, names):
    words = [name for bit, name in sorted(names.items()) if value & bit]
    rest = value & ~sum(names)
    return "|".join(words + ([f"{rest:#x}"] if rest or not words else []))


RF_NAMES = {}


def fork_flags(value):
    """RF* flags by their names."""
    if not RF_NAMES:
        RF_NAMES.update(flag_names("RF", "sys/unistd.h"))
    return decode(value, RF_NAMES)


def fork_call(value):
    """Which call it was: fork, vfork or rfork."""
    names = fork_flags(value).split("|")
    if "RFPROC" not in names:
        return "rfork"
    if sorted(names) == ["RFFDG", "RFPROC"]:
        return "fork"
    return "vfork" if "RFPPWAIT" in names else "rfork"


def status_words(status):
    """What wait4 says, as people do."""
    if status is None:
        return "not ended"
    if status & 0x7f:
        return f"signal {status & 0x7f}"
    return f"exit {status >> 8}"


def words_of(event):
    """An event's arguments, decoded."""
    parts = []
    for name, value in event.args.items():
        if name == "flags":
            value = fork_flags(value)
        elif name == "status":
            value = status_words(value)
        elif event.letters[name] == "x":
            value = f"{value:#x}"
        parts.append(f"{name}={value}")
    return " ".join(parts)
