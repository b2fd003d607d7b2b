"""A trace of the kernel as text: one line an event, indented by generation."""

from . import ktr


def line_of(event, width):
    process = event.process
    name = process.names[0][1]
    for since, later in process.names:
        if since <= event.time:
            name = later
    who = f"{process.pid} {name}"
    return (f"{event.time:12.3f} {event.cpu} {who:{width}} "
            f"{'  ' * process.depth}{event.kind} {ktr.words_of(event)}"
            ).rstrip()


def family(process, lines):
    """A line for each process, its children below it."""
    times = [f"born {process.born:.3f}" if process.born is not None else
             "there before"]
    if process.flags is not None:
        times[0] += f" by {ktr.fork_call(process.flags)}"
    if process.ran is not None:
        times.append(f"first ran {process.ran:.3f}")
    times += [f"exec {name} {since:.3f}" for since, name in process.names[1:]]
    if process.ended is not None:
        times.append(f"{ktr.status_words(process.status)} "
                     f"{process.ended:.3f}")
    if process.reaped is not None:
        times.append(f"reaped by {process.reaper.pid} {process.reaped:.3f}")
    lines.append(f"{'  ' * process.depth}{process.pid} "
                 f"{process.names[0][1]}: " + ", ".join(times))
    for child in process.children:
        family(child, lines)


def text(trace, title):
    lines = [title, f"{len(trace.events)} events in {trace.end:.3f} "
             f"microseconds on {trace.cpus} processor"
             f"{'s' if trace.cpus != 1 else ''}; {trace.lost} lost", ""]
    for process in trace.processes:
        if process.parent is None and process.own_doing:
            family(process, lines)
    width = max(len(f"{p.pid} {name}") for p in trace.processes
                for _, name in p.names)
    lines += ["", f"{'microseconds':>12} c {'process':{width}} event"]
    lines += [line_of(event, width) for event in trace.events]
    return "\n".join(lines) + "\n"
