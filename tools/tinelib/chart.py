"""A chart of curves with logarithmic axes, as SVG."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 80, 150, 40, 50
LINE = 14               # between two names
COLOURS = ("#c0392b", "#2471a3", "#1e8449", "#9a7d0a", "#6c3483", "#555555")


def decades(low, high):
    """The powers of ten that enclose a range: (first, last) exponents."""
    first = math.floor(math.log10(low))
    return first, max(math.ceil(math.log10(high)), first + 1)


class Axis:
    """Values low to high along the picture's units from start to end."""

    def __init__(self, values, start, end):
        self.first, self.last = decades(min(values), max(values))
        self.start, self.end = start, end

    def place(self, value):
        part = (math.log10(value) - self.first) / (self.last - self.first)
        return self.start + part * (self.end - self.start)

    def marks(self):
        return [10 ** n for n in range(self.first, self.last + 1)]


def short(value):
    """A power of ten as people write it."""
    for unit, name in ((10 ** 9, "G"), (10 ** 6, "M"), (10 ** 3, "k")):
        if value >= unit:
            return f"{value // unit}{name}"
    return f"{value:g}"


def text(x, y, what, anchor="middle", more=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>'
            f'{escape(str(what))}</text>')


def frame(title, x_name, y_name, across, up):
    """The title, the axes and their lines."""
    parts = [text(LEFT, 22, title, "start", ' font-weight="bold"'),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_name),
             text(-HEIGHT / 2, 16, y_name,
                  more=' transform="rotate(-90)"')]
    for value in across.marks():
        x = across.place(value)
        parts += [f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" '
                  'stroke="#ddd"/>',
                  text(x, HEIGHT - BOTTOM + 18, short(value))]
    for value in up.marks():
        y = up.place(value)
        parts += [f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" '
                  'stroke="#ddd"/>',
                  text(LEFT - 6, y + 4, short(value), "end")]
    return parts


def curve(places, colour):
    """One curve and its points."""
    parts = ['<polyline fill="none" stroke-width="2" '
             f'stroke="{colour}" points="' +
             " ".join(f"{x:.1f},{y:.1f}" for x, y in places) + '"/>']
    return parts + [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
        for x, y in places]


def names(ends):
    """The names of curves beside their ends, none upon another."""
    parts, last = [], TOP - LINE
    for (x, y), name, colour in sorted(ends, key=lambda end: end[0][1]):
        last = max(y, last + LINE)
        parts.append(text(x + 8, last + 4, name, "start",
                          f' fill="{colour}"'))
    return parts


def chart(title, x_name, y_name, curves):
    """curves: {name: [(x, y), ...]}, all above zero.  The SVG's text."""
    curves = {name: points for name, points in curves.items() if points}
    across = Axis([x for points in curves.values() for x, _ in points],
                  LEFT, WIDTH - RIGHT)
    up = Axis([y for points in curves.values() for _, y in points],
              HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
             f'height="{HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    parts += frame(title, x_name, y_name, across, up)
    ends = []
    for number, (name, points) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [(across.place(x), up.place(y)) for x, y in points]
        parts += curve(places, colour)
        ends.append((places[-1], name, colour))
    return "\n".join(parts + names(ends) + ["</svg>", ""])
