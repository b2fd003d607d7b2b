#!/usr/bin/env python3
"""Make the table of structures and fields for reports of data races.

    tools/kcsanfields.py HEADER... -o kcsan_fields.c

Every structure that a kernel header defines is read, and each field that can
be told from it gets a name; one that cannot be read has none, and the report
then says the next larger thing and an offset.
"""

import argparse
import re
import sys

PREFIXES = ("sys/", "vm/", "fs/")
SKIPPED = {"name"}              # of the macros in <sys/queue.h>


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    # A macro's body is no declaration.
    return re.sub(r"^#\s*define\b(?:.*\\\n)*.*", "", text, flags=re.MULTILINE)


def aliases(text):
    """{"td_zero.flags": "td_flags"} of all such #defines."""
    return {member: name for name, member in re.findall(
        r"^#define\s+(\w+)\s+(\w+\.\w+)$", text, re.MULTILINE)}


def block(text, start):
    """What is between the brace at start and its partner; the end's place."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + 1:at], at + 1
    raise ValueError("braces do not match")


def statements(body):
    """The declarations of a structure's body, and its #if lines."""
    while body.strip():
        body = body.lstrip()
        if body.startswith("#"):
            line, _, body = body.partition("\n")
            yield line
            continue
        depth = 0
        for at, letter in enumerate(body):
            depth += {"{": 1, "}": -1}.get(letter, 0)
            if letter == ";" and depth == 0:
                break
        else:
            return
        yield body[:at]
        body = body[at + 1:]


def declared(text):
    """(name, structure or None) of each name that a declaration declares."""
    text = re.sub(r"\b(?:LIST|TAILQ|STAILQ|SLIST)_(?:ENTRY|HEAD)\([^)]*\)",
                  "int", text)
    text = re.sub(r"__\w+\([^()]*\)|\b__\w+\b", "", text)
    pointer = re.match(r"[^()]*\(\s*\*\s*(\w+)\s*\)\s*\(", text)
    if pointer:
        yield pointer[1], None
        return
    if ":" in text or "(" in text:
        return                  # a bit-field has no address
    embedded = re.match(r"\s*(?:volatile\s+|const\s+)*struct\s+(\w+)\s+\w",
                        text)
    for part in text.split(","):
        part = re.sub(r"\[[^]]*\]", "", part)
        name = re.search(r"(\w+)\s*$", part)
        if name:
            yield name[1], embedded[1] if embedded else None


def members(body, path=""):
    """("#..." | (path, structure)) of each member, groups opened."""
    for statement in statements(body):
        if statement.startswith("#"):
            yield statement, None
            continue
        nested = re.match(r"\s*(?:struct|union)\s*\w*\s*\{", statement)
        if nested:
            inner, end = block(statement, nested.end() - 1)
            name = re.search(r"(\w+)\s*$", statement[end:])
            yield from members(inner, f"{path}{name[1]}." if name else path)
            continue
        # Members by a macro, and arrays without a size, have no name here.
        if statement.strip().isupper() or "[]" in statement:
            continue
        array = "[" in statement
        for name, struct in declared(statement):
            yield path + name, None if array else struct


def structures(text):
    """{name: [(path, structure or None)]}"""
    found = {}
    for match in re.finditer(r"^struct (\w+) \{", text, re.MULTILINE):
        if match[1] not in SKIPPED:
            found[match[1]] = list(members(
                block(text, match.end() - 1)[0]))
    return found


def emit(headers, found, names, out):
    out.write("/* Made by tools/kcsanfields.py. */\n#include <sys/param.h>\n")
    for header in headers:
        out.write(f"#include <{header}>\n")
    out.write("#include <sys/kcsan.h>\n\n")
    for struct in found:
        out.write(f"static const struct kcsan_struct of_{struct};\n")
    for struct, fields in found.items():
        out.write(f"\nstatic const struct kcsan_field in_{struct}[] = {{\n")
        for path, inner in fields:
            if path.startswith("#"):
                out.write(path + "\n")
                continue
            inner = f"&of_{inner}" if inner in found else "NULL"
            out.write(f"\t{{ \"{names.get(path, path)}\", "
                      f"offsetof(struct {struct}, {path}),\n"
                      f"\t    sizeof(((struct {struct} *)0)->{path}), "
                      f"{inner} }},\n")
        out.write("\t{ NULL, 0, 0, NULL }\n};\n"
                  f"static const struct kcsan_struct of_{struct} = {{\n"
                  f"\t\"{struct}\", sizeof(struct {struct}), in_{struct},\n"
                  f"\tnitems(in_{struct}) - 1\n}};\n")
    out.write("\nconst struct kcsan_struct *const kcsan_structs[] = {\n")
    for struct in found:
        out.write(f"\t&of_{struct},\n")
    out.write("};\nconst u_int kcsan_nstructs = nitems(kcsan_structs);\n")


def main():
    parser = argparse.ArgumentParser(description="names of fields, in C")
    parser.add_argument("headers", nargs="+")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    found, names = {}, {}
    try:
        for path in options.headers:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            names.update(aliases(text))
            found.update(structures(without_comments(text)))
        with open(options.output, "w", encoding="ascii") as out:
            emit(options.headers, found, names, out)
    except (OSError, ValueError) as error:
        sys.exit(f"kcsanfields: {error}")


if __name__ == "__main__":
    main()
