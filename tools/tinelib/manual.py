"""The manual pages of docs/man, as the tools need to know them."""

import collections
import os
import re

from .places import TREE

FOLDER = os.path.join("docs", "man")
PAGE = re.compile(r"(.+)\.([1-9])")
ERROR = re.compile(r"\.It Bq Er (E\w+)")


class Page:
    """One page: its names, what it says of errors, and whom it names."""

    def __init__(self, file):
        self.file = file
        self.path = os.path.join(FOLDER, file)
        self.name, section = PAGE.fullmatch(file).groups()
        self.section = int(section)
        with open(os.path.join(TREE, self.path), encoding="ascii") as text:
            self.lines = text.read().splitlines()
        head = self.part("NAME")
        # \& before a name keeps mandoc from taking it for a bracket.
        self.names = [line.split()[1].replace("\\&", "") for line in head
                      if line.startswith(".Nm")]
        self.about = " ".join(line[4:] for line in head
                              if line.startswith(".Nd"))

    def part(self, title):
        """The lines below .Sh TITLE."""
        found, inside = [], False
        for line in self.lines:
            if line.startswith(".Sh"):
                inside = line[4:].strip('"') == title
            elif inside:
                found.append(line)
        return found

    def titles(self):
        return [line[4:].strip('"') for line in self.lines
                if line.startswith(".Sh")]

    def references(self):
        """(line, name, section) of each .Xr."""
        for count, line in enumerate(self.lines, 1):
            match = re.search(r"\bXr (\S+) ([1-9])", line)
            if match:
                yield count, match[1], int(match[2])

    def errors(self):
        """{(call, errno): how often} for all that ERRORS lists.  A list is
        about the calls that the text before it names by .Fn, or about all."""
        found, calls, inside = collections.Counter(), [], False
        for line in self.part("ERRORS"):
            error = ERROR.match(line)
            if line.startswith(".Bl"):
                inside = True
            elif line.startswith(".El"):
                calls, inside = [], False
            elif line.startswith(".Fn ") and not inside:
                calls.append(line.split()[1])
            elif error:
                found.update((call, error[1]) for call in calls or self.names)
        return found


def pages():
    """All pages, sorted."""
    folder = os.path.join(TREE, FOLDER)
    return [Page(file) for file in sorted(os.listdir(folder))
            if PAGE.fullmatch(file)]


def by_name(all_pages):
    """{(name, section): page}, by the names it describes and the file's."""
    return {(name, page.section): page
            for page in all_pages for name in page.names + [page.name]}
