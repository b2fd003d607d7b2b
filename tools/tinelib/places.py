"""Where the tree and the build are, and how to bring the build up to date."""

import fcntl
import os
import subprocess
import sys

TREE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


class Build:
    """The outputs below one build folder, for one of the kernels.

    With KCSAN=1 in the environment the kernel that looks for data races
    takes the place of the debug kernel.
    """

    def __init__(self, folder=None, release=False, kcsan=None):
        folder = folder or os.environ.get("BUILD") or "build"
        self.folder = os.path.join(TREE, folder)
        self.release = release
        if kcsan is None:
            kcsan = bool(os.environ.get("KCSAN"))
        self.kcsan = kcsan and not release
        self.out = os.path.join(self.folder,
                                "release" if release else
                                "kcsan" if self.kcsan else "debug")
        self.kernel = os.path.join(self.out, "kernel.elf")
        self.symbols = os.path.join(self.out, "kernel.sym")
        self.root = os.path.join(self.folder, "root.tar")
        self.manifest = os.path.join(self.folder, "root.manifest")
        self.sysroot = os.path.join(self.folder, "sysroot")

    def variables(self):
        """What make has to be told to mean this kernel; the folder as make
        spells it, which may see the tree under another name."""
        inside = os.path.relpath(self.folder, TREE)
        return ["BUILD=" + (self.folder if inside.startswith("..")
                            else inside),
                "RELEASE=" + ("1" if self.release else ""),
                "KCSAN=" + ("1" if self.kcsan else "")]

    def make(self, *targets):
        """Run make quietly; several tools may call this at once."""
        command = ["make", "-s", "-C", TREE, "--no-print-directory",
                   *targets, *self.variables()]
        # A make above us must not hand its job server or its flags down.
        environment = {k: v for k, v in os.environ.items()
                       if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
        try:
            os.makedirs(self.folder, exist_ok=True)
            lock = open(os.path.join(self.folder, ".lock"), "wb")
        except OSError as error:
            print(f"{error.filename}: {error.strerror}", file=sys.stderr)
            return False
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = subprocess.run(command, stdout=sys.stderr, env=environment,
                                  stdin=subprocess.DEVNULL, check=False)
        return done.returncode == 0


class Symbols:
    """Addresses to names, from the output of nm -n."""

    def __init__(self, path):
        self.table = []
        try:
            with open(path, encoding="ascii", errors="replace") as lines:
                for line in lines:
                    fields = line.split()
                    if len(fields) == 3 and fields[1] in "tTW":
                        self.table.append((int(fields[0], 16), fields[2]))
        except OSError:
            pass        # the addresses are then printed alone

    def find(self, address):
        """(name, offset) of a symbol; (None, None) if there is none near."""
        low, high = 0, len(self.table)
        while low < high:
            middle = (low + high) // 2
            if self.table[middle][0] <= address:
                low = middle + 1
            else:
                high = middle
        if low == 0 or address - self.table[low - 1][0] > 0x10000:
            return None, None
        start, name = self.table[low - 1]
        return name, address - start

    def name(self, address):
        """The address, and where that is if it is known."""
        name, offset = self.find(address)
        if name is None:
            return f"{address:#010x}"
        return f"{address:#010x} {name}+{offset:#x}"
