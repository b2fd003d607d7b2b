"""What the kernel says on its console, and how the tools read it."""

import re

EXEC_BEGIN = b"tine: exec begin\n"
STATUS_MARK = b"tine: exit status "
STATUS_LINE = re.compile(rb"tine: exit status (\d{1,3})\n?")


def percent_encode(text):
    """Make one word of any text, for the kernel's command line."""
    plain = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
            b"0123456789-_./:@+"
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}"
                   for byte in text.encode("utf-8", "surrogateescape"))


class Newlines:
    """Turn the terminal's CR LF into LF, across any division of the data."""

    def __init__(self):
        self.held = b""

    def feed(self, data):
        data = self.held + data
        self.held = b""
        while data.endswith(b"\r"):
            self.held += b"\r"
            data = data[:-1]
        return re.sub(rb"\r+\n", b"\n", data)


class StatusFilter:
    """Passes console output on, and keeps the kernel's last line to itself.

    A program may print the words of the status line too; only what stands
    at the very end of the console is the kernel's.
    """

    def __init__(self, emit):
        self.emit = emit
        self.held = b""

    def feed(self, data):
        self.held += data
        while True:
            at = self.held.find(STATUS_MARK)
            if at < 0:
                self._pass(len(self.held) - self._possible_start())
                return
            self._pass(at)
            match = STATUS_LINE.match(self.held)
            if match is None:
                if len(self.held) < len(STATUS_MARK) + 4:
                    return              # the rest of the line is to come
                self._pass(len(STATUS_MARK))
            elif match.end() < len(self.held):
                self._pass(match.end())
            else:
                return

    def _possible_start(self):
        """How many bytes at the end may begin the mark."""
        for length in range(min(len(STATUS_MARK), len(self.held)), 0, -1):
            if self.held.endswith(STATUS_MARK[:length]):
                return length
        return 0

    def _pass(self, length):
        if length > 0:
            self.emit(self.held[:length])
            self.held = self.held[length:]

    def finish(self):
        """Return the status that the kernel gave, or None."""
        match = STATUS_LINE.fullmatch(self.held)
        if match is not None and int(match[1]) <= 255:
            return int(match[1])
        self._pass(len(self.held))
        return None


def take_status(text):
    """(the text without the kernel's last line, the status in that)."""
    match = re.search(rb"tine: exit status (\d{1,3})\n?$", text)
    return (text[:match.start()], int(match[1])) if match else (text, None)


class ExecOutput:
    """Splits the console of --exec: boot messages, the command, the status."""

    def __init__(self, emit):
        self.boot = b""
        self.begun = False
        self.filter = StatusFilter(emit)

    def feed(self, data):
        if self.begun:
            self.filter.feed(data)
            return
        self.boot += data
        # The mark is a line of its own.
        at = (b"\n" + self.boot).find(b"\n" + EXEC_BEGIN)
        if at >= 0:
            rest = self.boot[at + len(EXEC_BEGIN):]
            self.boot = self.boot[:at]
            self.begun = True
            self.filter.feed(rest)

    def finish(self):
        if self.begun:
            return self.filter.finish()
        self.boot, status = take_status(self.boot)
        return status


class KtapOutput:
    """Passes the console on from the first line of KTAP."""

    def __init__(self, emit):
        self.boot = b""
        self.begun = False
        self.text = b""
        self.emit = emit
        self.filter = StatusFilter(self._take)

    def _take(self, data):
        self.text += data
        self.emit(data)

    def feed(self, data):
        if self.begun:
            self.filter.feed(data)
            return
        self.boot += data
        at = (b"\n" + self.boot).find(b"\nKTAP version ")
        if at >= 0:
            rest = self.boot[at:]
            self.boot = self.boot[:at]
            self.begun = True
            self.filter.feed(rest)

    def finish(self):
        if self.begun:
            return self.filter.finish()
        self.boot, status = take_status(self.boot)
        return status


class Tap:
    """The results in a TAP or KTAP text.

    A test whose result stands above subtests is counted by its subtests; the
    plan of each level must be complete.
    """

    RESULT = re.compile(r"^( *)(not )?ok (\d+)(?:\s+-)?\s*([^#]*)"
                        r"(?:#\s*(SKIP|TODO)\b\s*(.*))?$", re.IGNORECASE)
    PLAN = re.compile(r"^( *)1\.\.(\d+)(?:\s*#\s*SKIP\b(.*))?\s*$",
                      re.IGNORECASE)

    def __init__(self):
        self.results = []       # (name, "ok" | "not ok" | "skip", text)
        self.problems = []
        self.levels = {}        # indent -> [planned, seen, first result]
        self.diagnostics = []
        self.skipped_all = False

    def read(self, text):
        for line in text.splitlines():
            self._line(line.rstrip())
        for indent in sorted(self.levels, reverse=True):
            self._close(indent, "the plan")
        if not self.results and not self.problems and not self.skipped_all:
            self.problems.append("no test reported a result")
        return self

    def _line(self, line):
        plan = self.PLAN.match(line)
        if plan:
            self._plan(len(plan[1]), int(plan[2]), plan[3])
            return
        result = self.RESULT.match(line)
        if result is None:
            self.diagnostics.append(line)
            return
        indent = len(result[1])
        self._result(indent, result)

    def _plan(self, indent, count, skip):
        if indent in self.levels and self.levels[indent][0] is None:
            self.levels[indent][0] = count
        else:
            self.levels[indent] = [count, 0, len(self.results)]
        if count == 0:
            self.skipped_all = True
            if skip is not None:
                self.results.append((skip.strip() or "all", "skip", ""))

    def _result(self, indent, result):
        name = result[4].strip() or result[3]
        inner = [i for i in self.levels if i > indent]
        had_subtests = bool(inner)
        failed_inside = False
        for level in sorted(inner, reverse=True):
            first = self.levels[level][2]
            failed_inside |= any(r[1] == "not ok"
                                 for r in self.results[first:])
            self.results[first:] = [(f"{name}: {r[0]}", r[1], r[2])
                                    for r in self.results[first:]]
            self._close(level, name)
        level = self.levels.setdefault(indent,
                                       [None, 0, len(self.results)])
        level[1] += 1
        if int(result[3]) != level[1]:
            self.problems.append(f"{name}: number {result[3]} where "
                                 f"{level[1]} was due")
        if result[2] and (result[5] or "").upper() != "TODO":
            state = "not ok"
        elif result[5]:
            state = "skip"
        else:
            state = "ok"
        if not had_subtests or (state == "not ok" and not failed_inside):
            self.results.append((name, state,
                                 "\n".join(self.diagnostics[-12:])))
        self.diagnostics = []

    def _close(self, indent, name):
        planned, seen, _ = self.levels.pop(indent)
        if planned is None:
            self.problems.append(f"{name}: results without a plan")
        elif planned != seen:
            self.problems.append(f"{name}: {planned} tests were planned, "
                                 f"{seen} reported")

    @property
    def all_ok(self):
        return not self.problems and \
            all(state != "not ok" for _, state, _ in self.results)
