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
    about.update(more)
    with open(os.path.join(folder, ABOUT), "w", encoding="utf-8") as file:
        json.dump(about, file, indent=1)
    use(settings, "record")


def load(folder, settings):
    """Settings for the run that is in the folder; what begin() was given."""
    try:
        with open(os.path.join(folder, ABOUT), encoding="utf-8") as file:
            about = json.load(file)
    except OSError as error:
        raise MachineError(f"there is no recorded run in {folder} (make "
                           "record)") from error
    for name in KEPT:
        setattr(settings, name, about[name])
    use(settings, "replay")
    return about


def use(settings, mode):
    settings.replay = mode
    settings.kernel, settings.root = KERNEL, ROOT
