"""A recorded run: a folder with all that is needed to have it again.

QEMU writes down what comes from outside, and when, counted in instructions
("inputs"), and the machine's first state ("snapshots.qcow2").  Kernel and root
file system are kept beside, since the same inputs mean nothing to others.
"""

import json
import os
import shutil
import subprocess

from .machine import INPUTS, SNAPSHOTS, MachineError

KERNEL, ROOT, ABOUT = "kernel.elf", "root.tar", "about.json"
KEPT = ("cmdline", "memory", "smp", "extra")
MORE = ("programs", "exec", "ktest")    # that tools/run wants back


def begin(folder, settings, root, more):
    """Make the folder for a run with these settings, which change to it;
    "more" is kept for who replays it."""
    if shutil.which("qemu-img") is None:
        raise MachineError("qemu-img is not installed; tools/setup gdb "
                           "installs it")
    os.makedirs(folder, exist_ok=True)
    for name in (INPUTS, SNAPSHOTS, ABOUT):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    shutil.copyfile(settings.kernel, os.path.join(folder, KERNEL))
    shutil.copyfile(root, os.path.join(folder, ROOT))
    done = subprocess.run(
        ["qemu-img", "create", "-q", "-f", "qcow2",
         os.path.join(folder, SNAPSHOTS), "256M"],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise MachineError(done.stderr.decode("utf-8", "replace").strip())
    about = {name: getattr(settings, name) for name in KEPT}
    about.update(more, whole=False)
    write(folder, about)
    use(settings, "record")


def finish(folder):
    """The run has come to its own end; else it will look like a reset."""
    write(folder, dict(read(folder), whole=True))


def read(folder):
    path = os.path.join(folder, ABOUT)
    try:
        with open(path, encoding="utf-8") as file:
            about = json.load(file)
    except OSError as error:
        raise MachineError(f"there is no recorded run in {folder} (make "
                           "record)") from error
    except ValueError as error:
        raise MachineError(f"{path} is damaged: {error}") from error
    if not isinstance(about, dict) or {*KEPT, *MORE, "whole"} - about.keys():
        raise MachineError(f"{path} is not of a run recorded by this tool")
    return about


def write(folder, about):
    with open(os.path.join(folder, ABOUT), "w", encoding="utf-8") as file:
        json.dump(about, file, indent=1)


def load(folder, settings):
    """Settings for the run that is in the folder; what begin() was given,
    and whether the run is whole."""
    about = read(folder)
    for name in KEPT:
        setattr(settings, name, about[name])
    use(settings, "replay")
    return about


def use(settings, mode):
    settings.replay = mode
    settings.kernel, settings.root = KERNEL, ROOT
