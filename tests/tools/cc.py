#!/usr/bin/env python3
"""Tests of tools/tine-cc: compile on the host, run in the guest."""

import os
import tempfile

import tap
from tap import TOOLS, run, tine

CC = os.path.join(TOOLS, "tine-cc")

FORK = r"""
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
int main(void) {
	int s; pid_t p = fork();
	if (!p) _exit(42);
	waitpid(p, &s, 0);
	printf("%d %.2f\n", WEXITSTATUS(s), 1.5);
	return 0;
}
"""


class Folder(tempfile.TemporaryDirectory):
    """A folder for sources and programs."""

    def file(self, name, text=None):
        path = os.path.join(self.name, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
        return path


def build_and_run(text, *options):
    with Folder() as name:
        folder = Folder(dir=name)
        prog = folder.file("prog")
        run(CC, *options, "-o", prog, folder.file("prog.c", text)).expect(0)
        return tine("--add", f"{prog}:/bin/prog", "--exec", "prog")


def test_fork_program():
    build_and_run(FORK).expect(0, "42 1.50\n")


def test_optimised():
    build_and_run(FORK, "-O2", "-Wall", "-Werror").expect(0, "42 1.50\n")


def test_macros():
    build_and_run("#if !defined(__TINE__) || __TINE__ != 1\n#error no\n#endif\n"
                  "#if defined(__linux__) || defined(linux) || "
                  "!defined(__unix__)\n#error yes\n#endif\n"
                  "int main(void) { return (9); }\n").expect(9)


def test_several_files_and_objects():
    with Folder() as name:
        folder = Folder(dir=name)
        one = folder.file("one.c", "int two(void);\n"
                          "int main(void) { return (two()); }\n")
        two = folder.file("two.c", "int two(void) { return (22); }\n")
        obj, prog = folder.file("two.o"), folder.file("prog")
        run(CC, "-c", "-o", obj, two).expect(0)
        run(CC, "-o", prog, one, obj).expect(0)
        tine("--add", f"{prog}:/bin/prog", "--exec", "prog").expect(22)


def test_preprocess_and_assembly():
    with Folder() as name:
        folder = Folder(dir=name)
        source = folder.file("t.c", "int x = __TINE__;\n")
        assert "int x = 1;" in run(CC, "-E", source).expect(0).out
        output = folder.file("t.s")
        run(CC, "-S", "-o", output, source).expect(0)
        assert os.path.getsize(output) > 0


def test_compilers_own_headers():
    build_and_run("#include <cpuid.h>\n#include <stdarg.h>\n"
                  "#include <stddef.h>\n#include <float.h>\n"
                  "int main(void) { unsigned a, b, c, d;\n"
                  "return (__get_cpuid(0, &a, &b, &c, &d) ? 4 : 5); }\n") \
        .expect(4)


def test_hosts_headers_are_not_seen():
    with Folder() as name:
        folder = Folder(dir=name)
        source = folder.file("t.c", "#include <linux/version.h>\n")
        assert run(CC, "-c", "-o", "/dev/null", source).status != 0


def test_missing_function_does_not_link():
    with Folder() as name:
        folder = Folder(dir=name)
        source = folder.file("t.c", "int no_such(void);\n"
                             "int main(void) { return (no_such()); }\n")
        done = run(CC, "-o", folder.file("t"), source)
        assert done.status != 0 and "no_such" in done.err


def test_64_bit_arithmetic():
    build_and_run("int main(int c, char **v) { (void)v;\n"
                  "volatile long long a = 1234567890123LL * c, b = 1000003;\n"
                  "return (a / b == 1234564 && a % b == 1234567890123LL - "
                  "1234564LL * 1000003 ? 6 : 7); }\n").expect(6)


def test_arguments_and_environment():
    text = ("#include <stdio.h>\n#include <stdlib.h>\n"
            "int main(int c, char **v) {\n"
            "printf(\"%d %s %s\\n\", c, v[1], getenv(\"X\")); return (0); }\n")
    with Folder() as name:
        folder = Folder(dir=name)
        prog = folder.file("prog")
        run(CC, "-o", prog, folder.file("prog.c", text)).expect(0)
        tine("--add", f"{prog}:/bin/prog", "--exec",
             "X='a b' prog 'c  d'").expect(0, "2 c  d a b\n")


def test_posix_program_as_on_the_host():
    """One source, two compilers, the same output and status."""
    source = os.path.join(tap.TREE, "tests/posix/posix.c")
    options = ("-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static")
    with Folder() as name:
        folder = Folder(dir=name)
        there, here = folder.file("posix"), folder.file("host")
        run(CC, *options, "-o", there, source).expect(0)
        run(os.environ.get("HOSTCC", "cc"), *options, "-o", here,
            source).expect(0)
        for words, status in (("-vn3 a b", 3), ("-n", 2), ("-x", 2)):
            host = run(here, *words.split()).expect(status)
            tine("--add", f"{there}:/bin/posix", "--exec",
                 f"posix {words}").expect(status, host.out)


if __name__ == "__main__":
    tap.main(globals())
