"""Lists of what a checker is wrong about: "FILE WHAT reason", one a line.

WHAT is the checker's name for it.  The reason is for the reader, and must be
there; an entry that excuses nothing is a fault of the list.
"""

import os

from .places import TREE


class Exceptions:
    def __init__(self, path):
        self.path = path
        self.unused = {}
        self.faults = []
        self.listed = set()
        with open(os.path.join(TREE, path), encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                fields = line.split("#")[0].split(None, 2)
                if len(fields) == 3:
                    if (fields[0], fields[1]) in self.listed:
                        self.faults.append(f"{path}:{number}: {fields[0]} "
                                           f"{fields[1]} stands here twice")
                    self.listed.add((fields[0], fields[1]))
                    self.unused[fields[0], fields[1]] = number
                elif fields:
                    self.faults.append(f"{path}:{number}: no reason given")

    def excuse(self, name, what):
        """Is this listed?"""
        self.unused.pop((name, what), None)
        return (name, what) in self.listed

    def complaints(self):
        """What is wrong with the list, once everything has been looked at."""
        return self.faults + [
            f"{self.path}:{number}: {name} {what} is not needed"
            for (name, what), number in self.unused.items()]
