#!/usr/bin/env python3
"""Tests of the generators and of the runner's parts; no machine is booted."""

import importlib.machinery
import importlib.util
import io
import os
import struct
import subprocess
import sys
import tarfile
import tempfile

import tap
from tap import TOOLS, TREE, run

# pylint: disable=wrong-import-position,wrong-import-order
import forkfields
import genassym
import kcsanfields
import ksyms
import makesyscalls
import mkroot
from tinelib import console, faults, manual, options, places, races


def raises(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


# ------------------------------------------------------------- makesyscalls.py

def master(*lines):
    return makesyscalls.parse_master(lines)


def test_syscall_line():
    call = master("199 G sys off_t lseek(int fd, int pad, off_t offset, "
                  "int whence)")[0]
    assert (call.number, call.name, call.handler) == (199, "lseek",
                                                      "sys_lseek")
    assert [name for _, name in call.args] == ["fd", "pad", "offset", "whence"]


def test_syscall_pointers():
    call = master("59 M yes int execve(const char *fname, char **argv)")[0]
    assert call.args == [("const char *", "fname"), ("char **", "argv")]


def test_syscall_exit_stub_is_underscored():
    call = master("1 M yes void _exit(int rval) as sys_exit")[0]
    text = makesyscalls.stub_asm(call)
    assert "global __sys_exit:function" in text
    assert "$_exit:" in text and "mov\teax, 1\n" in text


def test_syscall_sys_only_stub():
    text = makesyscalls.stub_asm(master("2 M sys int fork(void) as fork")[0])
    assert "__sys_fork:" in text and "$fork" not in text


def test_syscall_faults_are_named():
    for line, word in (
            ("3 M yes int read", "expected"),
            ("3 X yes int read(void)", "lock"),
            ("3 M maybe int read(void)", "stub"),
            ("3 M yes int read(int)", "without a name")):
        text = raises(makesyscalls.MasterError, master, line)
        assert word in text and ":1:" in text, text
    two = "3 M yes int read(void)", "3 M yes int write(void)"
    assert "follow" in raises(makesyscalls.MasterError, master, *two)
    two = "3 M yes int read(void)", "4 M yes int read(void)"
    assert "twice" in raises(makesyscalls.MasterError, master, *two)


def test_syscall_table_has_no_holes():
    calls = master("2 M no int fork(void) as fork", "4 G no int w(int fd)")
    text = makesyscalls.init_sysent_c(calls)
    assert text.count("\n\tCALL(") == 5
    assert "CALL(3, 0, sys_nosys" in text
    assert "CALL(SYS_w, NARG(w), sys_w, 0," in text
    assert "CALL(SYS_fork, 0, fork, SYF_MPSAFE," in text


def test_syscall_numbers_are_freebsds():
    with open(os.path.join(TREE, "kern/syscalls.master"),
              encoding="ascii") as lines:
        calls = {c.name: c.number for c in makesyscalls.parse_master(lines)}
    for name, number in (("exit", 1), ("fork", 2), ("wait4", 7),
                         ("execve", 59), ("vfork", 66), ("mmap", 197),
                         ("rfork", 251), ("sigaction", 416),
                         ("sigreturn", 417)):
        assert calls[name] == number, name


# ----------------------------------------------------- genassym.py and ksyms.py

def test_genassym_values():
    found = genassym.read_markers(["\t.text", "->TF_EIP $56", "->NEG -1",
                                   "#APP", " ->HEX $0x10 "])
    assert found == {"TF_EIP": 56, "NEG": -1, "HEX": 16}


def test_genassym_faults():
    raises(ValueError, genassym.read_markers, ["nothing"])
    raises(ValueError, genassym.read_markers, ["->A $1", "->A $2"])
    raises(ValueError, genassym.read_markers, ["->A %eax"])


def test_ksyms_sorts_and_prefers_globals():
    found = ksyms.read_nm(["c0101010 T zwei", "c0101000 t eins_local",
                           "c0101000 T eins", "c0109000 A abs",
                           "c0108000 R ksyms_addr", "         U none"])
    assert found == [(0xc0101000, "eins"), (0xc0101010, "zwei")]


FRAMES = """\
Contents of the .debug_frame section:


00000000 00000014 ffffffff CIE "" cf=1 df=-4 ra=8
   LOC   CFA      ra
00000000 esp+4    c-4

00000018 00000020 00000000 FDE cie=00000000 pc=00000100..00000120
   LOC   CFA      ebx   ebp   ra
00000100 esp+4    u     u     c-4
00000101 esp+8    u     c-8   c-4
00000103 ebp+8    u     c-8   c-4
00000105 ebp+8    c-12  c-8   c-4

0000003c 00000020 00000000 FDE cie=00000000 pc=00000120..00000130
   LOC   CFA      ra
00000120 esp+4    c-4
00000124 exp      c-4

00000060 00000020 00000000 FDE cie=00000000 pc=00000140..00000148
   LOC   CFA      esp   ra
00000140 esp+12   vexp  c-12

00000090 0000000c 00000000 FDE cie=00000000 pc=00000150..00000155
"""


def test_ksyms_reads_frames():
    assert ksyms.read_frames(FRAMES.splitlines()) == [
        (0x100, 1), (0x101, 2 << 11 | 2), (0x103, 0x8000 | 2 << 11 | 2),
        (0x120, 1), (0x124, 0x8000), (0x130, 0), (0x150, 1),
        (0x155, 0)]


def test_ksyms_assembles():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.asm")
        with open(path, "w", encoding="ascii") as out:
            out.write(ksyms.table([(0x100, "a"), (0x200, "add")],
                                  [(0x100, 1)]))
        run("nasm", "-f", "elf32", "-o", path + ".o", path).expect(0)


def test_ksyms_notices_moved_addresses():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.asm")
        with open(path, "w", encoding="ascii") as out:
            out.write(ksyms.table([(0x100, "a")], []))
        tool = [sys.executable, os.path.join(TOOLS, "ksyms.py"), "--verify",
                path]
        good = subprocess.run(tool, input=b"00000100 T a\n", check=False,
                              stderr=subprocess.PIPE)
        bad = subprocess.run(tool, input=b"00000104 T a\n", check=False,
                             stderr=subprocess.PIPE)
    assert good.returncode == 0
    assert bad.returncode == 1 and b"moved" in bad.stderr


# ----------------------------------------------------------------- check-elf.py

def check_elf(change=None, cut=None):
    """Run the checker on a copy of the kernel with some bytes changed."""
    with open(places.Build().kernel, "rb") as file:
        data = bytearray(file.read())
    for offset, value in (change(data) if change else []):
        data[offset:offset + len(value)] = value
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "kernel")
        with open(path, "wb") as out:
            out.write(data[:cut])
        return run(sys.executable, os.path.join(TOOLS, "check-elf.py"), path)


def program_header(data, wanted_flags):
    start = struct.unpack_from("<I", data, 28)[0]
    for at in range(start, start + 32 * data[44], 32):
        kind, flags = struct.unpack_from("<I20xI", data, at)
        if kind == 1 and flags == wanted_flags:
            return at
    raise AssertionError("no such segment")


def test_elf_accepts_ours():
    check_elf().expect(0)


def test_elf_multiboot_checksum():
    def change(data):
        return [(data.index(struct.pack("<I", 0x1BADB002)) + 8, b"\1\2\3\4")]
    assert "checksum" in check_elf(change).expect(1).err


def test_elf_multiboot_missing():
    def change(data):
        return [(data.index(struct.pack("<I", 0x1BADB002)), b"\0\0\0\0")]
    assert "no Multiboot header" in check_elf(change).expect(1).err


def test_elf_load_address():
    """The fault that made a linker's new release reset machines silently."""
    def change(data):
        at = program_header(data, 6)
        return [(at + 12, data[at + 8:at + 12])]        # LMA = VMA
    assert "not obeyed" in check_elf(change).expect(1).err


def test_elf_entry():
    def change(_data):
        return [(24, struct.pack("<I", 0xC0101000))]
    assert "entry point" in check_elf(change).expect(1).err


def test_elf_writable_code():
    def change(data):
        return [(program_header(data, 6) + 24, struct.pack("<I", 7))]
    assert "writable and executable" in check_elf(change).expect(1).err


def test_elf_cut_short():
    for length in (0, 3, 40, 60, 5000):
        check_elf(cut=length).expect(1)


def test_elf_wrong_machine():
    assert "i386" in check_elf(lambda _: [(18, b"\x3e")]).expect(1).err


# --------------------------------------------------------------- kcsanfields.py

STRUCTURE = """
#define	in_short	inner.deep
/* struct commented { int out; }; */
struct thing {
	int	a, b;			/* (c) two */
	volatile struct other whole;
	struct	other *pointer, several[4];
	void	(*call)(int, struct thing *);
	TAILQ_ENTRY(thing) link;
	u_int	bit : 3;
	union {
		struct	thing *next;
		u_short	first;
	};
	struct thing_inner {
		u_int64_t deep;
	} inner;
#ifdef SOMETHING
	char	more[MAX + 1];
#endif
	MACRO_FIELDS;
	char	rest[];
};
"""


def test_kcsan_fields():
    text = kcsanfields.without_comments(STRUCTURE)
    assert kcsanfields.structures(text) == {"thing": [
        ("a", None), ("b", None), ("whole", "other"), ("pointer", None),
        ("several", None), ("call", None), ("link", None), ("next", None),
        ("first", None), ("inner.deep", None), ("#ifdef SOMETHING", None),
        ("more", None), ("#endif", None)]}, kcsanfields.structures(text)
    assert kcsanfields.aliases(STRUCTURE) == {"inner.deep": "in_short"}


def test_race_reports():
    console = b"""
data race: p_flag of pid 1 (idle: cpu0): psignal and userret\r
  write of 4 bytes at 0xf80dbab0 on processor 1 by pid 88 (stress)\r
  #0  0xc0124f02 psignal+0xee\r
  #1  0xc0124f82 kill_pid+0xee\r
  marked read of 4 bytes at 0xf80dbab0 on processor 0 by pid 122 (x)\r
  #0  0xc0109a10 userret+0x80\r
data race: cnt: f and code that is not watched
  read of 4 bytes at 0xf80dbab0 on processor 0 by pid 122 (x)\r
  #0  0xc0109a10 userret+0x80\r
  its value changed meanwhile\r
"""
    assert list(races.explain(console, "/nonexistent")) == [
        "data race: p_flag of pid 1 (idle: cpu0): write at 0xc0124f01 and "
        "marked read at 0xc0109a0f",
        "data race: cnt: read at 0xc0109a0f"]
    assert not list(races.explain(b"all is well\n", "/nonexistent"))


# -------------------------------------------------------------------- mkroot.py

def root(*lines, add=()):
    """The members of an archive made of these lines."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = os.path.join(folder, "manifest")
        with open(manifest, "w", encoding="ascii") as out:
            out.write("\n".join(lines) + "\n")
        output = os.path.join(folder, "root.tar")
        mkroot.make_root(manifest, output, add)
        with open(output, "rb") as file:
            data = file.read()
    return data, {m.name: m for m in tarfile.open(fileobj=io.BytesIO(data))}


def test_root_is_repeatable():
    lines = "dir 1777 /tmp", f"file 0644 /etc/x {__file__}"
    first, members = root(*lines)
    second, _ = root(*reversed(lines))
    assert first == second
    assert members["tmp"].mode == 0o1777 and members["tmp"].isdir()
    assert members["etc"].isdir()       # made for etc/x
    assert members["etc/x"].uid == 0
    assert data_magic(first) == b"ustar"


def data_magic(data):
    return data[257:262]


def test_root_add():
    with tempfile.TemporaryDirectory() as folder:
        inner = os.path.join(folder, "tree", "sub")
        os.makedirs(inner)
        with open(os.path.join(inner, "f"), "w", encoding="ascii") as out:
            out.write("x")
        os.chmod(os.path.join(inner, "f"), 0o700)
        tree = os.path.join(folder, "tree")
        file = os.path.join(inner, "f")
        _, members = root("dir 755 /bin", "dir 755 /etc", add=[
            tree, f"{tree}:/opt", file, f"{file}:/etc", f"{file}:/etc/g"])
    for name in ("tree/sub/f", "opt/sub/f", "bin/f", "etc/f", "etc/g"):
        assert name in members, (name, sorted(members))
    assert members["bin/f"].mode == 0o700


def test_root_links():
    _, members = root(f"file 755 /bin/test {__file__}",
                      "link /bin/[ /bin/test", "symlink /a bin")
    assert members["bin/["].islnk() and members["a"].issym()


def test_root_faults():
    for line in ("file 755 /x /no/such/file", "dir 9 /x", "dir /x",
                 "hole 755 /x", "link /a /b", f"file 755 /../x {__file__}",
                 f"file 755 /{'n' * 300} {__file__}"):
        raises(mkroot.RootError, root, line)


# --------------------------------------------------------------- the runner's parts

def test_percent_encoding():
    encode = console.percent_encode
    assert encode("ls -l") == "ls%20-l"
    assert encode("a=b,c'\"$%\n") == "a%3Db%2Cc%27%22%24%25%0A"
    assert encode("\u00e9") == "%C3%A9"


def exec_output(*pieces):
    said = []
    output = console.ExecOutput(said.append)
    newlines = console.Newlines()
    for piece in pieces:
        output.feed(newlines.feed(piece))
    status = output.finish()
    return b"".join(said), status


def test_exec_output():
    whole = b"boot\r\ntine: exec begin\r\nhello\r\ntine: exit status 7\r\n"
    assert exec_output(whole) == (b"hello\n", 7)
    for cut in range(len(whole)):
        assert exec_output(whole[:cut], whole[cut:]) == (b"hello\n", 7), cut
    single = [whole[i:i + 1] for i in range(len(whole))]
    assert exec_output(*single) == (b"hello\n", 7)


def test_exec_output_without_newline():
    assert exec_output(b"tine: exec begin\nabctine: exit status 0\n") == \
        (b"abc", 0)


def test_exec_output_not_fooled():
    """A program that prints the status line does not end the run."""
    text, status = exec_output(
        b"tine: exec begin\ntine: exit status 0\nmore\npanic: x\n")
    assert status is None
    assert text == b"tine: exit status 0\nmore\npanic: x\n"
    text, status = exec_output(
        b"tine: exec begin\ntine: exit status 0\ntine: exit status 3\n")
    assert (text, status) == (b"tine: exit status 0\n", 3)
    assert exec_output(b"tine: exec begin\ntine: exit status 999\n")[1] is None


def tap_of(text):
    return console.Tap().read(text)


def test_tap_counts():
    result = tap_of("1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP why\n")
    assert [r[1] for r in result.results] == ["ok", "not ok", "skip"]
    assert not result.all_ok


def test_tap_plan_must_be_complete():
    assert not tap_of("1..3\nok 1 - a\nok 2 - b\n").all_ok
    assert not tap_of("ok 1 - a\n").all_ok
    assert not tap_of("").all_ok
    assert not tap_of("1..2\nok 1 - a\nok 1 - a\n").all_ok
    assert tap_of("1..1\nok 1 - a\n").all_ok


def test_tap_nested():
    result = tap_of("KTAP version 1\n1..2\n    KTAP version 1\n    1..2\n"
                    "    ok 1 x\n    not ok 2 y\nnot ok 1 s\nok 2 t\n")
    assert [r[0] for r in result.results] == ["s: x", "s: y", "t"]
    assert [r[1] for r in result.results] == ["ok", "not ok", "ok"]
    assert not tap_of("1..1\n    1..2\n    ok 1 x\nok 1 s\n").all_ok


def test_fault_chain():
    log = ("     0: v=0e e=0002 i=0 cpl=0 IP=0008:c0101234 pc=c0101234 "
           "SP=0010:c0200000 env->regs[R_EAX]=0\n")
    log = log.replace("env->regs[R_EAX]=0", "CR2=00000010")
    log += log.replace("v=0e", "v=08") + "Triple fault\n"
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(log)
        file.flush()
        lines = faults.explain(file.name, places.Symbols("/dev/null"))
    assert "write to 0x00000010, no page there" in lines[1], lines
    assert "double fault" in lines[2], lines


# -------------------------------------------------------------- forkfields.py

HEADER = """
#define p_pending	p_zero.pending
#define p_trap	p_zero.trap
struct proc {
	u_int	p_magic;		/* (b) not; a field */
	LIST_ENTRY(proc) p_list;
	struct proc_zero {
		char	pending[4];
		struct {
			int sig;
		} trap;
	} p_zero;
#ifdef WITNESS
	struct	lock_instance td_held[MAXHELD];
#endif
};
"""
DOCUMENT = """
### struct proc
| field | fork | note |
|---|---|---|
| `p_magic` | made | |
| `p_list` | linked | on a list |
| `p_pending` | zeroed | |
| `p_trap` | zeroed | |
| `td_held` | untouched | |
## Next
| `p_other` | set | not of the table |
"""


def test_forkfields_reads_both():
    assert forkfields.compare(DOCUMENT, HEADER) == [
        ("proc", "p_magic", "p_magic", None, "made"),
        ("proc", "p_list", "p_list", None, "linked"),
        ("proc", "p_pending", "p_zero.pending", None, "zeroed"),
        ("proc", "p_trap", "p_zero.trap", None, "zeroed"),
        ("proc", "td_held", "td_held", "WITNESS", "untouched")]


def test_forkfields_refuses():
    for old, new, said in (
            ("| `p_magic` | made | |\n", "", "not in the document: p_magic"),
            ("`p_list`", "`p_lost`", "p_list"),
            ("linked", "chained", "not one of"),
            ("| `td_held`", "| `p_magic`", "twice"),
            ("| `td_held` | untouched | |",
             "| `td_held` | untouched | |\n| `td_new` | set | |",
             "no field td_new"),
            ("struct proc", "struct thread", "no struct thread"),
            ("### struct proc", "", "no \"### struct NAME\"")):
        assert DOCUMENT.count(old) == 1, old
        told = raises(forkfields.Mismatch, forkfields.compare,
                      DOCUMENT.replace(old, new), HEADER)
        assert said in told, told


def test_forkfields_knows_every_field_of_a_process():
    """What it reads of sys/proc.h is what the compiler lays out."""
    with open(os.path.join(TREE, "sys/proc.h"), encoding="ascii") as file:
        text = file.read()
    found = forkfields.fields(text, "proc")
    for name in ("p_magic", "p_flag", "p_itcallout", "p_siglist", "p_trapsig",
                 "p_sigmask", "p_cpulimit"):
        assert name in found, name
    assert found["p_siglist"] == ("p_zero.siglist", None)


# -------------------------------------------------- manual pages and programs

PROGRAM = """
/* getopt(argc, argv, "xyz") in a comment */
	while ((c = getopt(argc, argv, "+abn:")) != -1)
		if (c == '?')
			fprintf(stderr,
			    "usage: prog [-ab] [-n number] "
			    "[file ...]\\n"
			    "       prog -n number -b\\n");
"""
PAGE = """
.Sh NAME
.Nm prog ,
.Nm \\&[
.Nd do
.Sh SYNOPSIS
.Nm
.Op Fl ab
.Op Fl n Ar number
.Op Ar
.Nm
.Fl n Ar number
.Fl b
.Nm \\&[
.Sh DESCRIPTION
.Bl -tag -width Ds
.It Fl a , b
.It Fl n Ar number
.El
"""
FORMS = ["prog [-ab] [-n number] [file ...]", "prog -n number -b"]


def page_faults(source=PROGRAM, text=PAGE, forms=None):
    page = manual.Page.__new__(manual.Page)
    page.lines, page.names = text.splitlines(), ["prog", "["]
    return list(options.faults("prog", "user/prog.c", source, page,
                               forms or FORMS))


def test_options_agree():
    assert page_faults() == []


def test_options_differ():
    for old, new, said in (
            (".Op Fl ab", ".Op Fl abc",
             "options of prog: only in the SYNOPSIS: -c"),
            (".Op Fl ab", ".Op Fl b",
             "options of prog: only in user/prog.c: -a"),
            (".It Fl a , b", ".It Fl b", "options of prog: not described: -a"),
            (".Nm\n.Op Fl ab", ".Nm other\n.Op Fl ab", "-a"),
            (".Sh SYNOPSIS", ".Sh SYN", "no SYNOPSIS of prog")):
        assert PAGE.count(old) == 1, old
        told = page_faults(text=PAGE.replace(old, new))
        assert any(said in fault for fault in told), (told, said)
    told, = page_faults(forms=["prog [-ab]"])
    assert "is not the usage message of user/prog.c" in told, told
    assert "prog -n number -b" in told, told


def test_options_of_sources():
    for text, found in (
            ('getopt(argc, argv, "")', ""),
            ('#define\tOPTIONS\t"ab:"\ngetopt(argc, argv, OPTIONS)', "ab"),
            ('strcmp(argv[1], "-k") == 0 || strcmp(argv[i], "-name")', "k"),
            ('strcmp(a[0], "-o")', ""),
            ('option_names[N] = { [O] = { \'e\', "errexit" } }; *p != \'o\'',
             "eo")):
        assert options.of_source(text) == set(found), text
    text = """getopt_long(argc, argv, "f:", options, NULL)
        { "fork", required_argument, NULL, 'f' },"""
    assert options.of_source(text) == {"f", "-fork"}


def test_options_of_pages():
    for line, found in ((".Op Fl Rh", {"R", "h"}), (".Op Fl G | Fl g", {"G", "g"}),
                        (".Op Fl s Ar signal | Fl Ns Ar signal", {"s"}),
                        (".Op Fl f | Fl -fork Ar n", {"f", "-fork"}),
                        (".Op Fl", set()), ("Fl a is text", set())):
        assert options.of_lines([line]) == found, line


def test_options_usage():
    assert options.usage(PROGRAM, "prog") == FORMS
    assert options.usage("no_arguments(argc, argv)", "pwd") == ["pwd"]
    assert options.usage('puts("x")', "true") == []


# --------------------------------------------------------------------- mutants

def load_tool(name):
    """A tool without an ending, as a module."""
    loader = importlib.machinery.SourceFileLoader(
        name, os.path.join(TOOLS, name))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def test_mutants_are_listed():
    done = run(os.path.join(TOOLS, "mutants"), "--list").expect(0)
    assert len(done.out.splitlines()) >= 40, done.out


MUTANT = """# a comment
mutant one
why It is wrong.
test ktest:a.b
in FILE f
- x = 1;
+ x = 2;
+ y = 3;
- z();
"""
SOURCE = """void
f(void)
{
	x = 1;
	g();
	z();
}

void
g(void)
{
	x = 1;
}
"""


def test_mutants_replace_lines():
    mutants = load_tool("mutants")
    one, = mutants.parse(MUTANT, "FILE")
    text = SOURCE
    for _, function, old, new in one.edits:
        text = mutants.replace(text, function, old, new)
    assert text == SOURCE.replace("\tx = 1;\n\tg", "\tx = 2;\n\ty = 3;\n\tg") \
        .replace("\tz();\n", ""), text


def test_mutants_must_fit():
    mutants = load_tool("mutants")
    for function, old in (("f", ["x = 2;"]), ("h", ["x = 1;"]),
                          ("g", ["x = 1;", "g();"])):
        raises(mutants.Stale, mutants.replace, SOURCE, function, old, [])
    raises(mutants.Stale, mutants.replace,
           SOURCE.replace("g();", "x = 1;"), "f", ["x = 1;"], [])
    for bad in (MUTANT.replace("why It is wrong.\n", ""),
                MUTANT.replace("test ktest:a.b\n", ""),
                MUTANT.replace("ktest:", "guess:"),
                MUTANT.replace("- x = 1;\n", "").replace("- z();\n", ""),
                MUTANT.replace("in FILE f", "in FILE"),
                MUTANT.replace("+ x", "* x")):
        raises(mutants.Stale, mutants.parse, bad, "FILE")


if __name__ == "__main__":
    tap.main(globals())
