"""A trace of the kernel as a picture: the family tree over time, as SVG.

A process is a bar from its birth to its end, thick where it runs on a
processor, in a new colour after each exec, grey until it is reaped.  Arrows
go from fork to the child and, dashed, from the end to who reaps it.
"""

import math
from xml.sax.saxutils import escape

from . import ktr
from .chart import text as label

WIDTH, LEFT, RIGHT = 1200, 190, 30
TOP, BOTTOM, ROW = 64, 56, 34
THIN, THICK = 8, 18
LETTER = 5              # the width of a small one
LEAST = 0.6             # what is shorter is drawn as long as this
COLOURS = ("#2471a3", "#1e8449", "#b9770e", "#6c3483", "#a93226", "#117a65",
           "#5d6d7e", "#7d6608")
FAULTS = {"copy": "#c0392b", "zero": "#7f8c8d", "reuse": "#27ae60",
          "object": "#2980b9", "read": "#8e44ad", "refused": "#000000"}


def tooltip(words):
    return f"<title>{escape(words)}</title>"


def story(process):
    """What the tooltip of a process says."""
    lines = [f"pid {process.pid}: " +
             " > ".join(name for _, name in process.names)]
    if process.parent is not None:
        lines.append(f"{ktr.fork_call(process.flags)} by pid "
                     f"{process.parent.pid} at {process.born:.1f} us "
                     f"({ktr.fork_flags(process.flags)})")
    if process.ran is not None:
        lines.append(f"first ran at {process.ran:.1f} us")
    lines += [f"exec {name} at {since:.1f} us"
              for since, name in process.names[1:]]
    if process.ended is not None:
        lines.append(f"{ktr.status_words(process.status)} at "
                     f"{process.ended:.1f} us")
    if process.reaped is not None:
        lines.append(f"reaped by pid {process.reaper.pid} at "
                     f"{process.reaped:.1f} us")
    faults = [e["how"] for e in process.events if e.kind == "fault"]
    if faults:
        lines.append("faults: " + ", ".join(
            f"{faults.count(how)} {how}" for how in dict.fromkeys(faults)))
    return "\n".join(lines)


def in_tree_order(processes):
    """Those to be shown, children below their parents."""
    def below(process):
        yield process
        for child in process.children:
            yield from below(child)
    for process in processes:
        if process.parent is None and process.own_doing:
            yield from below(process)


class Picture:
    """Where things are, and what has been drawn."""

    def __init__(self, trace):
        self.trace = trace
        self.rows = list(in_tree_order(trace.processes))
        self.row = {process: n for n, process in enumerate(self.rows)}
        self.length = max(trace.end, 1e-3)
        self.height = TOP + ROW * len(self.rows) + BOTTOM
        self.colours = {}
        self.parts = []

    def x(self, time):
        return LEFT + (WIDTH - LEFT - RIGHT) * time / self.length

    def y(self, process):
        return TOP + ROW * self.row[process] + ROW / 2

    def colour(self, name):
        return self.colours.setdefault(
            name, COLOURS[len(self.colours) % len(COLOURS)])

    def bar(self, process, start, end, thickness, style):
        x = self.x(start)
        self.parts.append(
            f'<rect x="{x:.2f}" y="{self.y(process) - thickness / 2:.1f}" '
            f'width="{max(self.x(end) - x, LEAST):.2f}" '
            f'height="{thickness}" {style}/>')

    def line(self, x, y1, y2, style, x2=None, words=""):
        end = x if x2 is None else x2
        self.parts.append(f'<path d="M{x:.2f} {y1:.1f}L{end:.2f} {y2:.1f}" '
                          f'fill="none" {style}>' +
                          (tooltip(words) if words else "") + "</path>")

    # ------------------------------------------------------------ the parts

    def axis(self):
        step = 10 ** math.floor(math.log10(self.length))
        step = next(s for s in (step / 5, step / 2, step)
                    if self.length / s <= 12)
        unit, divisor = ("ms", 1000) if self.length >= 5000 else ("us", 1)
        bottom = TOP + ROW * len(self.rows)
        for n in range(int(self.length / step) + 1):
            x = self.x(n * step)
            self.line(x, TOP - 6, bottom, 'stroke="#e5e5e5"')
            self.parts.append(label(x, TOP - 12,
                                    f"{n * step / divisor:g} {unit}"))

    def life(self, process):
        """The bar, part by part, with what it did on it."""
        end = process.ended if process.ended is not None else self.length
        self.parts.append(f"<g>{tooltip(story(process))}")
        names = process.names + [(end, None)]
        for (since, name), (until, _) in zip(names, names[1:]):
            fill = f'fill="{self.colour(name)}"'
            self.bar(process, since, until, THIN, fill + ' opacity="0.35"')
            for start, stop in process.running:
                start, stop = max(start, since), min(stop, until)
                if start < stop:
                    self.bar(process, start, stop, THICK, fill)
        if process.ended is not None:
            self.bar(process, end, process.reaped if process.reaped is not None
                     else self.length, 4, 'fill="#aaaaaa"')
        self.parts.append("</g>")

    def name(self, process):
        x = 10 + 12 * min(process.depth, 8)
        names = [name for _, name in process.names]
        words = f"{process.pid} " + " > ".join(dict.fromkeys(names))
        if len(words) > 24:
            words = words[:23] + "\u2026"
        self.parts.append(label(x, self.y(process) + 4, words, "start"))
        for since, name in process.names[1:]:
            self.line(self.x(since), self.y(process) - ROW / 2 + 2,
                      self.y(process) + ROW / 2 - 2, 'stroke="#222"')
        # Of names that would lie on each other the last is to be read.
        free = WIDTH
        for since, name in reversed(process.names[1:]):
            x, words = self.x(since) + 3, f"exec {name}"
            if x + len(words) * LETTER <= free:
                self.parts.append(label(x, self.y(process) - THICK / 2 - 1,
                                        words, "start", ' font-size="9"'))
                free = x

    def faults(self, process):
        for event in process.events:
            if event.kind == "fault":
                x, y = self.x(event.time), self.y(process) + THICK / 2
                self.parts.append(
                    f'<path d="M{x:.2f} {y:.1f}v5" stroke="'
                    f'{FAULTS.get(event["how"], "#000")}">' +
                    tooltip(f"fault at {event.time:.1f} us: " +
                            ktr.words_of(event)) + "</path>")

    def arrows(self, process):
        y = self.y(process)
        if process.parent is not None:
            self.line(self.x(process.born), self.y(process.parent),
                      y - THICK / 2, 'stroke="#333" stroke-width="1.3" '
                      'marker-end="url(#head)"',
                      words=f"{ktr.fork_call(process.flags)}: pid "
                      f"{process.parent.pid} makes pid {process.pid}")
        if process.reaped is not None and process.reaper in self.row:
            self.line(self.x(process.ended if process.ended is not None else
                             process.reaped), y, self.y(process.reaper),
                      'stroke="#888" stroke-dasharray="4 3" '
                      'marker-end="url(#head)"', self.x(process.reaped),
                      f"pid {process.reaper.pid} learns of the end of pid "
                      f"{process.pid}: {ktr.status_words(process.status)}")

    def legend(self):
        y = self.height - 20
        x = LEFT
        for how, colour in FAULTS.items():
            self.parts += [f'<path d="M{x} {y - 8}v10" stroke="{colour}" '
                           'stroke-width="2"/>',
                           label(x + 6, y, f"fault: {how}", "start")]
            x += 105
        self.parts.append(label(x, y, "arrow: fork; dashed: end to wait; "
                                "thick: on a processor", "start"))

    def draw(self, title):
        self.parts += [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{self.height}" font-family="sans-serif" '
            'font-size="12">',
            '<defs><marker id="head" markerWidth="7" markerHeight="7" '
            'refX="6" refY="3" orient="auto"><path d="M0 0L7 3L0 6z" '
            'fill="#333"/></marker></defs>',
            f'<rect width="{WIDTH}" height="{self.height}" fill="white"/>',
            label(10, 24, title, "start",
                  ' font-weight="bold" font-size="15"')]
        self.axis()
        for process in self.rows:
            self.life(process)
            self.faults(process)
        for process in self.rows:
            self.arrows(process)
            self.name(process)
        self.legend()
        return "\n".join(self.parts + ["</svg>", ""])


def text(trace, title):
    return Picture(trace).draw(title)
