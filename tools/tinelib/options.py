"""The options of a program: what its source takes, what its usage message
says, and what a manual page has of both."""

import re

from . import sources

GETOPT = re.compile(r'\bgetopt(?:_long)?\(\s*argc,\s*argv,\s*("[^"]*"|\w+)')
LONG = re.compile(r'\{ "([\w-]+)", (?:no|required|optional)_argument,')
# Programs without getopt compare; the shell has a table, and looks itself
# for the two letters that are not in it.
COMPARED = re.compile(r'strcmp\(argv\[\w+\], "-(\w)"\)')
TABLE = re.compile(r"""\{ '(\w)', "\w+" \}|\*p [!=]= '(\w)'""")
STRINGS = re.compile(r'"(usage: (?:[^"\\]|\\.)*)"((?:\s*"(?:[^"\\]|\\.)*")*)')
# Macros of mdoc that may stand within a line.
MACROS = set("Ac Ad An Ao Ap Aq Ar At Bc Bo Bq Brc Bro Brq Bsx Bx Cd Cm Dc Do "
             "Dq Dv Ec Em En Eo Er Ev Fa Fl Fn Fr Ft Fx Ic It Li Ms Mt Nm No "
             "Ns Nx Oc Oo Op Ot Ox Pa Pc Po Pq Qc Qo Qq Sc So Sq Sx Sy Tn Ux "
             "Va Vt Xc Xo Xr".split())


def of_source(text):
    """The options that are looked for: letters, and -name for --name."""
    text = sources.without_comments(text)
    strings = GETOPT.findall(text)
    if strings:
        defined = dict(re.findall(r'^#define\s+(\w+)\s+("[^"]*")$', text, re.M))
        found = {letter for string in strings
                 for letter in defined.get(string, string)}
        return found - set('+-:"') | {"-" + name for name in LONG.findall(text)}
    found = set(COMPARED.findall(text))
    if "option_names[" in text:
        found.update(a or b for a, b in TABLE.findall(text))
    return found


def usage(text, name):
    """The forms of the usage message, as NAME [-x] ..., or none."""
    text = sources.without_comments(text)
    match = STRINGS.search(text)
    if not match:
        return [name] if "no_arguments(" in text else []
    message = match[1] + "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[2]))
    lines = [line.split() for line in
             message.replace("usage: ", "", 1).split("\\n")]
    return [" ".join(words) for words in lines if words]


def of_lines(lines):
    """The options that lines of mdoc name by .Fl."""
    found = set()
    for line in lines:
        words = line[1:].split() if line.startswith(".") else []
        flag = False
        for word in words:
            if word in MACROS:
                flag = word == "Fl"
            elif word in "[]|(),.:;":
                continue
            elif flag and word.startswith("-"):
                found.add(word)
            elif flag:
                found.update(word)
    return found


def synopses(page):
    """{name: lines} of a page's SYNOPSIS."""
    found, name = {}, None
    for line in page.part("SYNOPSIS"):
        words = line.replace("\\&", "").split()
        if words[:1] == [".Nm"]:
            name = words[1] if len(words) > 1 else page.names[0]
            found.setdefault(name, [])
        elif name is not None:
            found[name].append(line)
    return found


def show(letters):
    """Options as one would type them."""
    return " ".join("-" + letter for letter in sorted(letters))


def faults(name, where, text, page, forms):
    """What a page says otherwise than the program's source does.  forms are
    the lines of its SYNOPSIS as they are read."""
    lines = synopses(page).get(name)
    if lines is None:
        yield f"no SYNOPSIS of {name}"
        return
    takes, has = of_source(text), of_lines(lines)
    if has - takes:
        yield f"options of {name}: only in the SYNOPSIS: {show(has - takes)}"
    if takes - has:
        yield f"options of {name}: only in {where}: {show(takes - has)}"
    told = of_lines(line for title in page.titles() if title != "SYNOPSIS"
                    for line in page.part(title))
    if (has & takes) - told:
        yield f"options of {name}: not described: {show((has & takes) - told)}"
    message = usage(text, name)
    if message and message != forms:
        yield "\n    ".join([f"{name}: the SYNOPSIS is not the usage message of "
                            f"{where}:", *forms, "is not", *message])
