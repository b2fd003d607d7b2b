#!/usr/bin/env python3
"""Hold the tables of docs/fork.md against the structures of a process.

    tools/forkfields.py docs/fork.md HEADER... -o fork_fields.c

A section "### struct NAME" of the document lists each field of that
structure once, with a word for what fork does to it.  The structures are
read from the headers.  A field that is missing in the document, or is not in
the header, is an error.  What is written is the table in C, for the kernel
test that compares it with a live fork.
"""

import argparse
import re
import sys

WORDS = ("zeroed", "copied", "reference", "flags", "linked", "set", "made",
         "below", "untouched")
# A nested structure of which each member is a field.
GROUP = re.compile(r"_(zero|copied)$")
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \|")


class Mismatch(Exception):
    """Document and headers do not agree."""


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def aliases(text):
    """{"p_zero.siglist": "p_siglist"} of all such #defines."""
    return {member: name for name, member in re.findall(
        r"^#define\s+(\w+)\s+(\w+\.\w+)$", text, re.MULTILINE)}


def block(text, start):
    """What is between the brace at start and its partner; the end's place."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return text[start + 1:at], at + 1
    raise Mismatch("braces do not match")


def members(body):
    """(name, None or the body of a nested group, condition) of each."""
    condition = None
    found = []
    while body.strip():
        body = body.lstrip()
        line = re.match(r"#\s*(ifdef\s+(\w+)|endif).*\n?", body)
        if line:
            condition = line[2]
            body = body[line.end():]
            continue
        nested = re.match(r"struct\s*(\w*)\s*\{", body)
        if nested:
            inner, end = block(body, nested.end() - 1)
            name = re.match(r"\s*(\w+)\s*;", body[end:])
            if not name:
                raise Mismatch(f"struct {nested[1]}: no member's name")
            found.append((name[1], inner if GROUP.search(nested[1]) else None,
                          condition))
            body = body[end + name.end():]
            continue
        end = body.index(";")
        declaration = re.sub(r"\(.*?\)", "", body[:end])
        declaration = re.sub(r"\[.*?\]", "", declaration)
        if "," in declaration or not re.search(r"\w\s*$", declaration):
            raise Mismatch(f"cannot read \"{body[:end]}\"")
        found.append((re.search(r"(\w+)\s*$", declaration)[1], None,
                      condition))
        body = body[end + 1:]
    return found


def fields(text, struct):
    """{name as the sources say it: (path, condition)}."""
    names = aliases(text)
    text = without_comments(text)
    start = re.search(rf"^struct {struct} \{{", text, re.MULTILINE)
    if not start:
        raise Mismatch(f"no struct {struct} in the headers")
    found = {}
    for name, group, condition in members(
            block(text, start.end() - 1)[0]):
        if group is None:
            found[name] = (name, condition)
            continue
        for member, _, inner in members(group):
            path = f"{name}.{member}"
            found[names.get(path, path)] = (path, inner or condition)
    return found


def tables(text):
    """{struct: {field: word}} of the document."""
    found = {}
    table = None
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"### struct (\w+)$", line)
        if heading:
            table = found.setdefault(heading[1], {})
        elif line.startswith("#"):
            table = None
        row = ROW.match(line)
        if table is None or not row:
            continue
        if row[2] not in WORDS:
            raise Mismatch(f"line {number}: \"{row[2]}\" is not one of " +
                           ", ".join(WORDS))
        if row[1] in table:
            raise Mismatch(f"line {number}: {row[1]} is listed twice")
        table[row[1]] = row[2]
    if not found:
        raise Mismatch("the document has no \"### struct NAME\" section")
    return found


def compare(document, headers):
    """[(struct, field, path, condition, word)], or Mismatch."""
    rows = []
    for struct, table in tables(document).items():
        known = fields(headers, struct)
        missing = [name for name in known if name not in table]
        if missing:
            raise Mismatch(f"struct {struct}: not in the document: " +
                           ", ".join(missing))
        for name, word in table.items():
            if name not in known:
                raise Mismatch(f"struct {struct} has no field {name}")
            rows.append((struct, name, *known[name], word))
    return rows


def emit(rows, out):
    out.write("/* Made by tools/forkfields.py from docs/fork.md. */\n"
              "#include <sys/param.h>\n#include <sys/filedesc.h>\n"
              "#include <sys/proc.h>\n#include <sys/resourcevar.h>\n"
              "#include <sys/signalvar.h>\n#include <vm/vm_map.h>\n\n"
              "#include \"fork_fields.h\"\n\n"
              "const struct fork_field fork_fields[] = {\n")
    for struct, name, path, condition, word in rows:
        if condition:
            out.write(f"#ifdef {condition}\n")
        out.write(f"\t{{ \"{name}\", IN_{struct.upper()}, "
                  f"FORK_{word.upper()},\n"
                  f"\t    offsetof(struct {struct}, {path}),\n"
                  f"\t    sizeof(((struct {struct} *)0)->{path}) }},\n")
        if condition:
            out.write("#endif\n")
    out.write("};\nconst unsigned fork_nfields = nitems(fork_fields);\n")


def main():
    parser = argparse.ArgumentParser(description="the fork table, in C")
    parser.add_argument("document")
    parser.add_argument("headers", nargs="+")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    try:
        with open(options.document, encoding="utf-8") as file:
            document = file.read()
        headers = ""
        for path in options.headers:
            with open(path, encoding="utf-8") as file:
                headers += file.read()
        rows = compare(document, headers)
        with open(options.output, "w", encoding="ascii") as out:
            emit(rows, out)
    except (OSError, Mismatch) as error:
        sys.exit(f"forkfields: {options.document}: {error}")


if __name__ == "__main__":
    main()
