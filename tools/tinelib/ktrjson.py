"""A trace of the kernel as trace events in JSON, which Perfetto and
chrome://tracing show: a track for each process, spans for system calls, fork's
phases, sleeps and exits, arrows from fork to child and from exit to wait."""

import json

from . import ktr

MEMORY = "free pages"


class Track:
    """The spans of one process that are open."""

    def __init__(self, out, process):
        self.out, self.process = out, process
        self.open = []          # names
        self.asleep = False     # it has switched away

    def add(self, phase, name, time, **more):
        self.out.append({"ph": phase, "name": name, "ts": round(time, 3),
                         "pid": self.process.id, "tid": self.process.id,
                         **more})

    def begin(self, name, time, category, **args):
        self.open.append(name)
        self.add("B", name, time, cat=category, args=args)

    def end(self, time, **args):
        self.add("E", self.open.pop(), time, args=args)

    def end_to(self, depth, time, **args):
        """End the inner spans, and the one at that depth with the args."""
        while len(self.open) > depth + 1:
            self.end(time)
        if len(self.open) > depth:
            self.end(time, **args)

    def depth_of(self, names):
        """Where the innermost of these is; None if none is open."""
        for depth in reversed(range(len(self.open))):
            if self.open[depth] in names:
                return depth
        return None

    def instant(self, name, event):
        args = {name: ktr.words_of(event)} if event.args else {}
        self.add("i", name, event.time, s="t", cat=event.kind, args=args)


FORKS = ("fork", "vfork", "rfork")
PHASES = {"fork_reserve": "reserve", "fork_commit": "commit",
          "fork_callouts": "callouts", "fork_runnable": "runnable",
          "fork_ppwait": "wait for exec or exit"}


class Writer:
    """All of a trace, event by event."""

    def __init__(self, trace):
        self.trace = trace
        self.out = []
        self.tracks = {}
        self.flows = {}         # (what, process): the arrow's id

    def track(self, process):
        if process not in self.tracks:
            self.tracks[process] = Track(self.out, process)
        return self.tracks[process]

    def flow(self, track, what, child, phase, time):
        """One end of an arrow; both ends are in the trace.  Without a span
        to stand on, for want of system calls in the trace, it has its own."""
        number = self.flows.setdefault((what, child), len(self.flows) + 1)
        more = {"bp": "e"} if phase == "f" else {}
        alone = not track.open
        if alone:
            track.begin(what, time, what)
        track.add(phase, what, time, id=number, cat=what, **more)
        if alone:
            track.end(time)

    # Each of these writes one kind of event.

    def sysenter(self, track, event):
        track.begin(event["name"], event.time, "syscall")
        track.call = len(track.open) - 1

    def sysexit(self, track, event):
        depth = getattr(track, "call", None)
        if depth is not None:
            track.end_to(depth, event.time, error=event["error"],
                         value=event["value"])
        track.call = None

    def fork(self, track, event):
        call = ktr.fork_call(event["flags"])
        # The system call has that name too: this is inside it.
        track.begin("fork1", event.time, "fork", call=call,
                    flags=ktr.fork_flags(event["flags"]))
        track.begin("decide", event.time, "fork")

    def phase(self, track, event):
        depth = track.depth_of(["fork1"])
        if depth is None:
            return
        if len(track.open) > depth + 1:
            track.end_to(depth + 1, event.time)
        name = PHASES[event.kind]
        if event.kind == "fork_reserve":
            name += " " + event["step"]
        track.begin(name, event.time, "fork")

    def fork_committed(self, track, event):
        track.instant(event.kind, event)
        child = next(c for c in event.process.children
                     if c.born == event.time)
        if child.ran is not None:
            self.flow(track, "fork", child, "s", event.time)

    def fork_done(self, track, event):
        depth = track.depth_of(["fork1"])
        if depth is not None:
            track.end_to(depth, event.time, child=event["child"],
                         error=event["error"])

    def fork_trampoline(self, track, event):
        if event["fn"] != "fork_return":
            track.instant(event.kind, event)
            return
        track.begin("fork_trampoline", event.time, "fork")
        if event.process.born is not None:
            self.flow(track, "fork", event.process, "f", event.time)

    def fork_return(self, track, event):
        depth = track.depth_of(["fork_trampoline"])
        if depth is not None:
            track.end_to(depth, event.time)

    def exit(self, track, event):
        track.begin("exit1", event.time, "exit",
                    status=ktr.status_words(event["status"]))

    def zombie(self, track, event):
        if event.process.reaped is not None:
            self.flow(track, "exit", event.process, "s", event.time)
        track.end_to(0, event.time)

    def reap(self, track, event):
        track.instant(event.kind, event)
        child = next((p for p in self.trace.processes
                      if p.reaped == event.time and p.reaper is event.process
                      and p.pid == event["child"]), None)
        if child is not None and child.ended is not None:
            self.flow(track, "exit", child, "f", event.time)

    def sleep(self, track, event):
        track.begin("sleep " + event["wmesg"], event.time, "sleep")
        track.asleep = False

    def pages(self, track, event):
        self.out.append({"ph": "C", "name": MEMORY, "ts": round(event.time, 3),
                         "pid": 0, "tid": 0, "args": {"free": event["free"]}})

    def fault(self, track, event):
        track.instant("fault " + event["how"], event)

    def exec(self, track, event):
        track.instant("exec " + event["name"], event)

    def write(self, event):
        track = self.track(event.process)
        if track.open and track.open[-1].startswith("sleep "):
            if event.kind == "switch" and not track.asleep:
                track.asleep = True
            else:
                track.end(event.time)   # it runs again
        if event.kind == "fork_decide":
            self.fork(track, event)
        elif event.kind in PHASES:
            self.phase(track, event)
        else:
            getattr(self, event.kind, lambda track, event:
                    track.instant(event.kind, event))(track, event)

    def names(self):
        """Tracks in the order of births, and what they are called."""
        metadata = [(0, "process_name", {"name": "kernel"})]
        for order, process in enumerate(self.trace.processes):
            if process in self.tracks and process.id != 0:
                title = " > ".join(dict.fromkeys(
                    name for _, name in process.names))
                metadata += [
                    (process.id, "process_name", {"name": title}),
                    (process.id, "thread_name",
                     {"name": f"pid {process.pid}"}),
                    (process.id, "process_sort_index",
                     {"sort_index": order})]
        return [{"ph": "M", "name": name, "pid": pid, "tid": pid, "ts": 0,
                 "args": args} for pid, name, args in metadata]


def trace_events(trace):
    """The list of trace events."""
    writer = Writer(trace)
    for event in trace.events:
        writer.write(event)
    for track in writer.tracks.values():
        while track.open:               # they go on behind the trace
            track.end(trace.end, cut=True)
    return writer.names() + writer.out


def text(trace, title):
    return json.dumps({
        "traceEvents": trace_events(trace), "displayTimeUnit": "ns",
        "otherData": {"title": title, "hz": trace.hz, "cpus": trace.cpus,
                      "lost": trace.lost}}, indent=0) + "\n"
