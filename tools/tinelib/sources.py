"""The sources of the tree, for the checkers and the counter."""

import os
import re
import subprocess

from .places import TREE

MI_FOLDERS = ("kern", "vm", "fs", "libkern")


def files(*endings):
    """All files of the tree with these endings, sorted; never outputs."""
    try:
        done = subprocess.run(
            ["git", "-C", TREE, "ls-files", "-co", "--exclude-standard"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        names = done.stdout.decode().splitlines()
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, inside in os.walk(TREE):
            folders[:] = [f for f in folders if f not in ("build", ".git")]
            names += [os.path.relpath(os.path.join(folder, name), TREE)
                      for name in inside]
    return sorted({name for name in names if name.endswith(endings) and
                   os.path.exists(os.path.join(TREE, name))})


def read(name):
    with open(os.path.join(TREE, name), encoding="utf-8") as file:
        return file.read()


def of_tree(name):
    """A file as the tree names it: headers are also seen through links."""
    path = os.path.relpath(os.path.realpath(os.path.join(TREE, name)),
                           os.path.realpath(TREE))
    return name if path.startswith("..") else path


def below(name, folders):
    return any(name.startswith(folder + "/") for folder in folders)


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'
                   r"'(?:\\.|[^'\\\n])+'", re.DOTALL)


def without_comments(text, strings=False):
    """Blank out comments, and strings if asked; lines stay where they are."""
    def blank(match):
        token = match[0]
        if token[0] == "/" or strings:
            return re.sub(r"[^\n]", " ", token)
        return token
    return TOKEN.sub(blank, text)


def make_variable(build, name):
    """The value of a variable of the Makefile."""
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    done = subprocess.run(
        ["make", "-s", "-C", TREE, "--no-print-directory",
         f"print-{name}", *build.variables()],
        stdout=subprocess.PIPE, env=environment, check=True)
    return done.stdout.decode().split()
