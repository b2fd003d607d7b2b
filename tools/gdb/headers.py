"""What the sources say of flags and fields: the headers of the tree, and
docs/fork.md, are the one place where this is written."""

import functools
import os
import re

import forkfields
from tinelib.places import TREE

NAME = re.compile(r"^\t?#define\s+(\w+)\s+(\(?[-\w \t<]+\)?)[ \t]*"
                  r"(?:/\*\s*(.*?)\s*\*/)?[ \t]*$", re.MULTILINE)
PROCESS = ("sys/proc.h", "sys/resourcevar.h")


@functools.lru_cache(None)
def text_of(path):
    with open(os.path.join(TREE, path), encoding="utf-8") as file:
        return file.read()


def value_of(text):
    """The number in a #define, or None."""
    text = text.strip("() \t")
    shifted = re.fullmatch(r"(\w+)\s*<<\s*(\w+)", text)
    try:
        if shifted:
            return int(shifted[1].rstrip("uU"), 0) << int(shifted[2], 0)
        return int(text.rstrip("uU"), 0)
    except ValueError:
        return None


@functools.lru_cache(None)
def constants(path, pattern):
    """{NAME: (value, meaning)} of the #defines that match, in order."""
    found = {}
    for name, text, meaning in NAME.findall(text_of(path)):
        value = value_of(text)
        if value is not None and re.fullmatch(pattern, name):
            found[name] = (value, meaning)
    return found


def members(path):
    """(name, member) of the #defines that name a member of a member."""
    kind = r"(?:p|td|kg|ke|ps)_\w+"
    return re.findall(rf"^#define\s+({kind})\s+({kind}(?:(?:\.|->)\w+)*)$",
                      text_of(path), re.MULTILINE)


def names_of(value, path, pattern):
    """The flags that are set, by name; the rest as a number."""
    value &= 0xffffffff
    names = []
    for name, (bit, _) in constants(path, pattern).items():
        if bit and value & bit == bit:
            names.append(name)
            value &= ~bit
    if value or not names:
        names.append(f"{value:#x}" if value else "0")
    return "|".join(names)


def name_of(value, path, pattern):
    """The one constant with that value, or the number."""
    for name, (number, _) in constants(path, pattern).items():
        if number == value:
            return name
    return str(value)


def lock_key(path):
    """{letter: what it stands for} of a header's first comment."""
    key = {}
    for letter, meaning in re.findall(
            r"^ \*\t(\w)  (.*(?:\n \*\t   .*)*)",
            text_of(path).partition("*/")[0], re.MULTILINE):
        key[letter] = re.sub(r"\s*\n \*\s*", " ", meaning)
    return key


class Field:
    """A field of a structure that fork makes."""

    def __init__(self, name, path, rule, note):
        self.name, self.path = name, path
        self.rule, self.note = rule, note
        self.lock, self.meaning = "", ""


def comments(struct):
    """{member: (lock, meaning)} of a structure in sys/proc.h and its kin."""
    text = "".join(text_of(path) for path in PROCESS)
    start = re.search(rf"^struct {struct} \{{", text, re.MULTILINE)
    body, _ = forkfields.block(text, start.end() - 1)
    found = {}
    for member, comment, more in re.findall(
            r"(\w+)(?:\[[^]]*\])*\s*;\s*/\*(.*?)\*/"
            r"((?:\s*/\*\s*[a-z].*?\*/)?)", body, re.DOTALL):
        found[member] = comment + more
    # Where there is no room behind it, the comment is in front.
    for comment, member in re.findall(
            r"/\*( \([^/]*?)\*/\n\t[^;/]*?(\w+);\n", body):
        found.setdefault(member, comment)
    return {member: split(comment) for member, comment in found.items()}


def split(comment):
    """("c + e", "the parent") of "(c + e) the parent"."""
    comment = " ".join(re.sub(r"/\*|\*/", " ", comment).split())
    match = re.match(r"\(([^)]*)\);? ?(.*)", comment)
    return (match[1], match[2]) if match else ("", comment)


def notes(struct):
    """{field: note} of the table in docs/fork.md."""
    part = text_of("docs/fork.md").partition(f"### struct {struct}\n")[2]
    part = re.split(r"^#", part, flags=re.MULTILINE)[0]
    return {name: note.strip() for name, note in re.findall(
        r"^\| `(\w+)` \| \w+ \| (.*?)\|$", part, re.MULTILINE)}


@functools.lru_cache(None)
def fields(struct):
    """The fields of a structure, as Field."""
    text = "".join(text_of(path) for path in PROCESS)
    rules = forkfields.tables(text_of("docs/fork.md"))[struct]
    said, note = comments(struct), notes(struct)
    found = []
    for name, (path, _) in forkfields.fields(text, struct).items():
        field = Field(name, path, rules.get(name, "?"), note.get(name, ""))
        field.lock, field.meaning = said.get(path.rpartition(".")[2],
                                             ("", ""))
        found.append(field)
    return found
