#!/usr/bin/env python3
"""Make the root file system: a ustar archive from a list.

    mkroot.py -o ROOT.tar [--base FOLDER] [--add HOST[:GUEST]]... MANIFEST

A line of the manifest is one of
    dir   MODE PATH [UID GID]
    file  MODE PATH HOSTFILE
    link  PATH TARGET            a hard link to an earlier file
    symlink PATH TARGET
MODE is octal; PATH is absolute; HOSTFILE is looked for from --base (".").  All but folders with an owner
belongs to root, the dates are fixed and
the order is sorted: the same input gives the same bytes.

--add puts a file or a folder with all it holds over the list's entries;
GUEST is /bin/NAME for a file and /NAME for a folder if it is left out, and a
GUEST that ends with "/" is the folder to put it into.
"""

import argparse
import io
import os
import stat
import sys
import tarfile

DATE = 1004572800       # the autumn of 2001


class RootError(Exception):
    """The list or an added file cannot be used; the text says why."""


class Root:
    """The entries of the archive, by path without the leading slash."""

    def __init__(self, base="."):
        self.base = base
        self.entries = {}

    @staticmethod
    def clean(path):
        parts = []
        for part in path.split("/"):
            if part == "..":
                raise RootError(f"{path}: \"..\" has no place in a guest path")
            if part not in ("", "."):
                parts.append(part)
        return "/".join(parts)

    def _entry(self, path, kind, mode):
        name = self.clean(path)
        if not name:
            return None         # the root itself is always there
        self._parents(name)
        info = tarfile.TarInfo(name)
        info.type = kind
        info.mode = mode
        info.mtime = DATE
        info.uname, info.gname = "root", "wheel"
        return info

    def _parents(self, name):
        """A file's folders exist, whether they are listed or not."""
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            parent = "/".join(parts[:depth])
            old = self.entries.get(parent)
            if old is None:
                self.directory("/" + parent, 0o755)
            elif old[0].type != tarfile.DIRTYPE:
                raise RootError(f"/{name}: /{parent} is not a folder")

    def directory(self, path, mode, uid=0, gid=0):
        info = self._entry(path, tarfile.DIRTYPE, mode)
        if info is not None:
            info.uid, info.gid = uid, gid
            self.entries[info.name] = (info, None)

    def file(self, path, mode, source):
        info = self._entry(path, tarfile.REGTYPE, mode)
        if info is None:
            raise RootError(f"{path}: the root is a folder")
        old = self.entries.get(info.name)
        if old is not None and old[0].type == tarfile.DIRTYPE:
            raise RootError(f"{path} is a folder in the guest")
        try:
            with open(source, "rb") as data:
                contents = data.read()
        except OSError as error:
            raise RootError(f"{source}: {error.strerror}") from error
        info.size = len(contents)
        self.entries[info.name] = (info, contents)

    def link(self, path, target, kind):
        info = self._entry(path, kind, 0o777)
        info.linkname = target
        if kind == tarfile.LNKTYPE:
            info.linkname = self.clean(target)
            old = self.entries.get(info.linkname)
            if old is None or old[0].type != tarfile.REGTYPE:
                raise RootError(f"{path}: no file {target} to link to")
            info.mode = old[0].mode
        self.entries[info.name] = (info, None)

    def read_manifest(self, lines, name):
        for count, line in enumerate(lines, 1):
            fields = line.split("#")[0].split()
            if not fields:
                continue
            try:
                self._manifest_line(*fields)
            except (TypeError, ValueError) as error:
                raise RootError(f"{name}:{count}: not an entry: "
                                f"{line.strip()}") from error

    def _manifest_line(self, word, *rest):
        if word == "dir":
            mode, path, *owner = rest
            self.directory(path, int(mode, 8), *map(int, owner))
        elif word == "file":
            mode, path, source = rest
            self.file(path, int(mode, 8), os.path.join(self.base, source))
        elif word == "link":
            path, target = rest
            self.link(path, target, tarfile.LNKTYPE)
        elif word == "symlink":
            path, target = rest
            self.link(path, target, tarfile.SYMTYPE)
        else:
            raise ValueError(word)

    def add(self, item):
        """--add HOST[:GUEST]"""
        host, _, guest = item.partition(":")
        if not host:
            raise RootError(f"--add {item}: no file is named")
        base = os.path.basename(os.path.abspath(host))
        if os.path.isdir(host):
            self._add_tree(host, guest or "/" + base)
            return
        if not guest:
            guest = "/bin/" + base
        elif guest.endswith("/") or self._is_folder(guest):
            guest = guest.rstrip("/") + "/" + base
        self._add_file(host, guest)

    def _is_folder(self, guest):
        name = self.clean(guest)
        return not name or (name in self.entries and
                            self.entries[name][0].type == tarfile.DIRTYPE)

    def _add_file(self, host, guest):
        try:
            mode = stat.S_IMODE(os.stat(host).st_mode)
        except OSError as error:
            raise RootError(f"{host}: {error.strerror}") from error
        self.file(guest, mode, host)

    def _add_tree(self, host, guest):
        if not self._is_folder(guest):
            self.directory(guest, 0o755)
        for name in sorted(os.listdir(host)):
            path = os.path.join(host, name)
            inside = guest.rstrip("/") + "/" + name
            if os.path.islink(path):
                self.link(inside, os.readlink(path), tarfile.SYMTYPE)
            elif os.path.isdir(path):
                self._add_tree(path, inside)
            elif os.path.isfile(path):
                self._add_file(path, inside)

    def write(self, path):
        """Hard links follow the files they name."""
        order = sorted(self.entries.values(),
                       key=lambda e: (e[0].type == tarfile.LNKTYPE, e[0].name))
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
            for info, contents in order:
                data = io.BytesIO(contents) if contents is not None else None
                try:
                    archive.addfile(info, data)
                except ValueError as error:
                    raise RootError(f"/{info.name}: {error}") from error


def make_root(manifest, output, added=(), base="."):
    """Write the archive; raises RootError."""
    root = Root(base)
    try:
        with open(manifest, encoding="utf-8") as lines:
            root.read_manifest(lines, manifest)
        for item in added:
            root.add(item)
        root.write(output)
    except OSError as error:
        raise RootError(str(error)) from error


def main():
    parser = argparse.ArgumentParser(description="make a root file system")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--add", action="append", default=[],
                        metavar="HOST[:GUEST]")
    parser.add_argument("--base", default=".")
    parser.add_argument("manifest")
    options = parser.parse_args()
    try:
        make_root(options.manifest, options.output, options.add, options.base)
    except RootError as error:
        sys.exit(f"mkroot: {error}")


if __name__ == "__main__":
    main()
