#!/usr/bin/env python3
"""Tests of the Makefile: what is built again, and what clean removes.  Each has
a build folder of its own, in which little is built."""

import os
import shutil
import sys
import tempfile

import tap
from tap import TREE, run
from tinelib import places, sources


def make(*words, **more):
    """make, as somebody would type it."""
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("BUILD", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    environment.update(more)
    return run("make", "--no-print-directory", *words, env=environment)


class Folder:
    """A build folder, for a "with"."""

    def __enter__(self):
        self.name = tempfile.mkdtemp(prefix="tine-build-")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.name)

    def path(self, *names):
        return os.path.join(self.name, *names)

    def make(self, *words):
        return make("-s", f"BUILD={self.name}", *words).expect(0)


def flags(*words, **more):
    return make("-s", *words, "print-KERN_CPPFLAGS", **more).expect(0).out


def test_flags_are_the_same_words():
    """However the build folder is named: make and the tools agree."""
    plain = flags()
    for name in ("build/", "./build", os.path.join(TREE, "build")):
        assert flags("BUILD=" + name) == plain, name
        assert flags(BUILD=name) == plain, name
    for name in ("build", os.path.join(TREE, "build")):
        words = sources.make_variable(places.Build(name), "KERN_CPPFLAGS")
        assert words == plain.split(), words


def test_tools_see_the_tree_through_a_link():
    """make finds the folder's true name; the tools go by what was typed."""
    with Folder() as folder:
        link = folder.path("tree")
        os.symlink(TREE, link)
        text = "from tinelib import places, sources\n" \
            "print(*sources.make_variable(places.Build('build'), " \
            "'KERN_CPPFLAGS'))"
        run(sys.executable, "-B", "-c", text,
            env={**os.environ, "PYTHONPATH": link + "/tools"}) \
            .expect(0, flags())


def test_clean_among_other_goals():
    with Folder() as folder:
        header = folder.path("sysroot/include/stdio.h")
        for _ in range(2):
            folder.make("clean", "headers")
            assert os.path.exists(header)
            assert os.path.exists(folder.path("include/sys/param.h"))
        folder.make("headers", "clean")
        assert not os.path.exists(header)


def test_clean_leaves_only_the_toolchain():
    with Folder() as folder:
        for name in ("toolchain", "mutants", "record"):
            os.mkdir(folder.path(name))
        for name in ("bench.json", "bench-fork.svg", "trace.txt"):
            with open(folder.path(name), "w", encoding="ascii"):
                pass
        folder.make("clean")
        assert os.listdir(folder.name) == ["toolchain"], \
            os.listdir(folder.name)


def test_copy_has_its_own_headers():
    """The links that came with a copied build lead to this tree's folders."""
    with Folder() as folder:
        os.makedirs(folder.path("include/vm"))
        os.makedirs(folder.path("original/sys"))
        os.symlink(folder.path("original/sys"), folder.path("include/sys"))
        folder.make("print-CC")
        for name, where in (("sys", "sys"), ("vm", "vm"),
                            ("machine", "arch/i386/include")):
            assert os.path.samefile(folder.path("include", name),
                                    os.path.join(TREE, where)), name


def test_removed_header_leaves():
    with Folder() as folder:
        os.mkdir(folder.path("libc"))
        for name in ("a.h", "b.h"):
            with open(folder.path("libc", name), "w", encoding="ascii"):
                pass
        own = "LIBC_INCLUDE=" + folder.path("libc")
        folder.make("headers", own)
        assert os.path.exists(folder.path("sysroot/include/b.h"))
        os.remove(folder.path("libc/b.h"))
        folder.make("headers", own)
        assert os.path.exists(folder.path("sysroot/include/a.h"))
        assert not os.path.exists(folder.path("sysroot/include/b.h"))


def test_removed_source_leaves_the_library():
    sources_of = {"divdi3.o": "libkern/divdi3.c",
                  "strdup.o": "user/libc/string/strdup.c"}
    with Folder() as folder:
        library = folder.path("sysroot/lib/libc.a")
        for names in (["divdi3.o", "strdup.o"], ["divdi3.o"]):
            folder.make(library, "SYSCALL_STUBS=", "LIBC_ASM=", "LIBC_SRCS=" +
                        " ".join(sources_of[name] for name in names))
            objects = run("ar", "t", library).expect(0).out.split()
            assert sorted(objects) == names, objects


def test_programs_are_linked_by_their_lists():
    """Only the one whose list has changed."""
    words = ["SYSCALL_STUBS=", "LIBC_ASM=", "LIBC_SRCS=libkern/divdi3.c",
             "USER_LDFLAGS=-m32 -nostdlib -r", "USER_PROGS=true false"]
    with Folder() as folder:
        programs = [folder.path("user/bin", n) for n in ("true", "false")]
        folder.make(*programs, *words)
        before = [os.stat(path).st_mtime_ns for path in programs]
        folder.make(*programs, *words, "true_SRCS=user/false.c")
        after = [os.stat(path).st_mtime_ns for path in programs]
        assert after[0] > before[0] and after[1] == before[1]
        folder.make(*programs, *words, "USER_LDFLAGS=-m32 -nostdlib -r -s")
        assert os.stat(programs[1]).st_mtime_ns > after[1]


def test_folders_that_will_not_do():
    outside = os.path.dirname(TREE)
    for name in (".", "..", "/", "tests", TREE, outside, TREE + "/",
                 os.path.expanduser("~")):
        done = make("-n", "clean", f"BUILD={name}")
        assert done.status == 2 and "no folder for outputs" in done.err, \
            (name, done.out, done.err)
    done = make("-n", "clean", "BUILD=a b")
    assert done.status == 2 and "blank in BUILD" in done.err, done.err
    with Folder() as folder:
        tree = folder.path("a tree")
        os.mkdir(tree)
        shutil.copy(os.path.join(TREE, "Makefile"), tree)
        done = make("-C", tree, "help")
    assert done.status == 2 and "blank in the path" in done.err, done.err


if __name__ == "__main__":
    tap.main(globals())
