#!/usr/bin/env python3
"""Make the kernel's and libc's system-call files from kern/syscalls.master.

    makesyscalls.py MASTER OUTDIR

writes below OUTDIR
    sys/syscall.h    SYS_name numbers and SYS_MAXSYSCALL, for everybody
    sys/sysproto.h   struct name_args and the handlers' prototypes (kernel)
    init_sysent.c    the table sysent[] (kernel)
    syscallnames.h   the initialisers of an array of names (kdump)
    fuzzcalls.h      number, name and kinds of arguments (tests/user/fuzz.c)
    stubs/*.asm      libc's stubs, one call a file, so that a static program
                     gets only what it uses
    stubs.mk         the list of the stubs, for the Makefile

A file is only touched when its contents change.
"""

import argparse
import os
import re
import sys

NOTICE = "Made by tools/makesyscalls.py from kern/syscalls.master."
LINE = re.compile(r"(?P<number>\d+)\s+(?P<lock>\S+)\s+(?P<stub>\S+)\s+"
                  r"(?P<type>[\w\s]+?[\s*]+)(?P<name>\w+)\s*"
                  r"\((?P<args>[^()]*)\)\s*(?:as\s+(?P<handler>\w+))?")
ARGUMENT = re.compile(r"(?P<type>.*?[\s*])(?P<name>\w+)")


class MasterError(Exception):
    """The master file is wrong; the text says where and why."""


class Call:
    """One line of the master file."""

    def __init__(self, match, where):
        self.number = int(match["number"])
        self.lock = match["lock"]
        self.stub = match["stub"]
        self.stub_name = match["name"]
        # _exit is the stub's name; everywhere else the call is "exit".
        self.name = "exit" if match["name"] == "_exit" else match["name"]
        self.handler = match["handler"] or "sys_" + self.name
        self.args = parse_arguments(match["args"], where)
        if self.lock not in ("M", "G", "-"):
            raise MasterError(f"{where}: lock is M, G or -, not {self.lock}")
        if self.stub not in ("yes", "sys", "no"):
            raise MasterError(f"{where}: stub is yes, sys or no, "
                              f"not {self.stub}")

    @property
    def has_handler(self):
        return self.lock != "-"


def parse_arguments(text, where):
    """Split "int a, char *b" into [("int ", "a"), ("char *", "b")]."""
    text = text.strip()
    if text == "void":
        return []
    arguments = []
    for part in text.split(","):
        match = ARGUMENT.fullmatch(part.strip())
        if match is None:
            raise MasterError(f"{where}: argument without a name: {part!r}")
        arguments.append((match["type"], match["name"]))
    return arguments


def parse_master(lines, filename="syscalls.master"):
    """Return the list of calls, which must be sorted by number."""
    calls = []
    names = set()
    for count, line in enumerate(lines, 1):
        where = f"{filename}:{count}"
        line = line.split("#")[0].strip()
        if not line:
            continue
        match = LINE.fullmatch(line)
        if match is None:
            raise MasterError(f"{where}: expected "
                              "\"number lock stub type name(arguments)\"")
        call = Call(match, where)
        if calls and call.number <= calls[-1].number:
            raise MasterError(f"{where}: number {call.number} does not "
                              f"follow {calls[-1].number}")
        if call.name in names:
            raise MasterError(f"{where}: {call.name} is there twice")
        names.add(call.name)
        calls.append(call)
    if not calls:
        raise MasterError(f"{filename}: no calls")
    return calls


def syscall_h(calls):
    out = [f"/*\n * The system-call numbers.\n * {NOTICE}\n */",
           "#ifndef _SYS_SYSCALL_H_", "#define\t_SYS_SYSCALL_H_", ""]
    out += [f"#define\tSYS_{c.name}\t{c.number}" for c in calls]
    out += [f"#define\tSYS_MAXSYSCALL\t{calls[-1].number + 1}", "",
            "#endif /* !_SYS_SYSCALL_H_ */"]
    return "\n".join(out) + "\n"


def sysproto_h(calls):
    structs = sorted({s for c in calls for t, _ in c.args
                      for s in re.findall(r"struct (\w+)", t)} | {"thread"})
    out = ["/*\n * The arguments of the system calls, as the entry code "
           "copies them from\n * the user's stack, and the handlers.\n"
           f" * {NOTICE}\n */",
           "#ifndef _SYS_SYSPROTO_H_", "#define\t_SYS_SYSPROTO_H_", "",
           "#include <sys/types.h>", "#include <sys/signal.h>", ""]
    out += [f"struct {s};" for s in structs]
    out += ["", "/* Every argument begins at a slot of a register's size. */",
            "#define\t__syscallarg __aligned(sizeof(register_t))", ""]
    for call in calls:
        if not call.has_handler:
            continue
        out.append(f"struct {call.name}_args {{")
        for ctype, name in call.args:
            out.append(f"\t{ctype}{name} __syscallarg;")
        if not call.args:
            out.append("\tregister_t dummy;")
        out += ["};",
                f"int\t{call.handler}(struct thread *, "
                f"struct {call.name}_args *);", ""]
    out += ["/* What the numbers without a call lead to: SIGSYS and ENOSYS. */",
            "struct nosys_args {", "\tregister_t dummy;", "};",
            "int\tsys_nosys(struct thread *, struct nosys_args *);", "",
            "#endif /* !_SYS_SYSPROTO_H_ */"]
    return "\n".join(out) + "\n"


def init_sysent_c(calls):
    table = {c.number: c for c in calls}
    out = [f"/*\n * The system-call table.\n * {NOTICE}\n */",
           "#include <sys/types.h>", "#include <sys/sysent.h>",
           "#include <sys/sysproto.h>", "#include <sys/syscall.h>", "",
           "/* The slots that the arguments of a call take. */",
           "#define\tNARG(name)\t(sizeof(struct name ## _args) / "
           "sizeof(register_t))",
           "#define\tCALL(number, narg, handler, flags, name)\t\t\t\\",
           "\t[number] = { narg, (sy_call_t *)handler, flags, name }", "",
           "struct sysent sysent[SYS_MAXSYSCALL] = {"]
    for number in range(calls[-1].number + 1):
        call = table.get(number)
        if call is None:
            out.append(f"\tCALL({number}, 0, sys_nosys, SYF_MPSAFE, "
                       f"\"#{number}\"),")
            continue
        handler = call.handler if call.has_handler else "sys_nosys"
        narg = f"NARG({call.name})" if call.args and call.has_handler else "0"
        flags = "0" if call.lock == "G" else "SYF_MPSAFE"
        out.append(f"\tCALL(SYS_{call.name}, {narg}, {handler}, {flags}, "
                   f"\"{call.name}\"),")
    out.append("};")
    return "\n".join(out) + "\n"


def syscallnames_h(calls):
    out = [f"/* {NOTICE} */"]
    out += [f"\t[{c.number}] = \"{c.name}\"," for c in calls]
    return "\n".join(out) + "\n"


# What is put in for an argument: by its name, or else its type, the first
# that fits.  Letters as in tests/user/fuzz.c; 64 bits take two.
KINDS = (
    (r"^(fd|from|to|kq)$", r"^(?!.*\*)", "f"),
    (r"^(pid|pgid|who)$", r"^(?!.*\*)", "p"),
    (r"[ug]id$", r"^(int|[ug]id_t) $", "u"),
    (r"^name$", r"int \*", "y"),
    (r"", r"const char \*", "s"),
    (r"", r"struct (timeval|timespec|itimerval)\b.*\*", "t"),
    (r"", r"struct iovec\b.*\*", "v"),
    (r"", r"struct pollfd\b.*\*", "l"),
    (r"", r"struct __ucontext\b.*\*", "x"),
    (r"", r"\*|caddr_t", "b"),
    (r"^(sig|signum)$", r"", "g"),
    (r"^com$", r"", "c"),
    (r"^(nbyte|len|count|buflen|namelen|newlen|nfds|iovcnt|nd|.*size)$", r"",
     "n"),
    (r"", r"off_t|quad_t", "oi"),
    (r"", r"", "i"),
)


def fuzzcalls_h(calls):
    out = [f"/* {NOTICE} */"]
    for call in calls:
        if not call.has_handler:
            continue
        kinds = ""
        for ctype, name in call.args:
            kinds += next(k for n, t, k in KINDS
                          if re.search(n, name) and re.search(t, ctype))
        out.append(f"\t{{ {call.number}, \"{call.name}\", \"{kinds}\" }},")
    return "\n".join(out) + "\n"


def stub_asm(call):
    """A stub: the arguments lie above its return address, where the kernel
    looks for them; an error comes back as carry and errno in eax."""
    weak = f"${call.stub_name}"     # "$": not an instruction's name
    out = [f"; {call.stub_name}(2).  {NOTICE}", "bits 32", "",
           "extern cerror", f"global __sys_{call.name}:function"]
    if call.stub == "yes":
        out.append(f"global {weak}:function weak")
    out += ["", "section .text", f"__sys_{call.name}:"]
    if call.stub == "yes":
        out.append(f"{weak}:")
    out += [f"\tmov\teax, {call.number}", "\tint\t0x80", "\tjc\tcerror",
            "\tret", "", "section .note.GNU-stack noalloc noexec nowrite "
            "progbits"]
    return "\n".join(out) + "\n"


def stubs_mk(calls):
    names = [c.name for c in calls if c.stub != "no"]
    return f"# {NOTICE}\nSYSCALL_STUBS := \\\n" + \
        " \\\n".join(f"\t{n}" for n in names) + "\n"


def outputs(calls):
    """Map each file's name to its text."""
    files = {"sys/syscall.h": syscall_h(calls),
             "sys/sysproto.h": sysproto_h(calls),
             "init_sysent.c": init_sysent_c(calls),
             "syscallnames.h": syscallnames_h(calls),
             "fuzzcalls.h": fuzzcalls_h(calls),
             "stubs.mk": stubs_mk(calls)}
    for call in calls:
        if call.stub != "no":
            files[f"stubs/{call.name}.asm"] = stub_asm(call)
    return files


def write_if_changed(path, text):
    try:
        with open(path, encoding="ascii") as old:
            if old.read() == text:
                return
    except FileNotFoundError:
        pass
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as new:
        new.write(text)


def main():
    parser = argparse.ArgumentParser(
        description="Make the system-call files from the master file.")
    parser.add_argument("master", help="kern/syscalls.master")
    parser.add_argument("outdir", help="folder of the generated files")
    options = parser.parse_args()
    try:
        with open(options.master, encoding="ascii") as master:
            calls = parse_master(master, options.master)
    except (OSError, UnicodeDecodeError, MasterError) as error:
        sys.exit(f"makesyscalls: {error}")
    files = outputs(calls)
    for name, text in files.items():
        write_if_changed(os.path.join(options.outdir, name), text)
    stubs = os.path.join(options.outdir, "stubs")
    for name in os.listdir(stubs):
        # A call that was dropped leaves no stub behind.
        if name.endswith(".asm") and f"stubs/{name}" not in files:
            os.unlink(os.path.join(stubs, name))


if __name__ == "__main__":
    main()
