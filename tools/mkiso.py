#!/usr/bin/env python3
"""Make a CD image that GRUB boots: kernel, root file system, menu.

    mkiso.py -o TINE.iso --kernel KERNEL --root ROOT.tar [--cmdline "..."]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAKERS = ("grub-mkrescue", "grub2-mkrescue", "i686-elf-grub-mkrescue")
PLATFORMS = ("/usr/lib/grub/i386-pc", "/usr/lib/grub2/i386-pc",
             "/usr/local/lib/grub/i386-pc")


class IsoError(Exception):
    """The image could not be made; the text says why."""


def quote(cmdline):
    """Each word as GRUB's script language wants it."""
    words = []
    for word in cmdline.split():
        if "'" in word:
            raise IsoError(f"{word}: a ' cannot be given to GRUB")
        words.append(f"'{word}'")
    return " ".join(words)


def make_iso(output, kernel, root, cmdline=""):
    """Write the image; raises IsoError."""
    maker = next((m for m in MAKERS if shutil.which(m)), None)
    if maker is None:
        raise IsoError("grub-mkrescue is not installed; tools/setup iso "
                       "installs it")
    with tempfile.TemporaryDirectory(prefix="tine-iso-") as folder:
        boot = os.path.join(folder, "boot")
        os.makedirs(os.path.join(boot, "grub"))
        try:
            shutil.copyfile(kernel, os.path.join(boot, "kernel.elf"))
            shutil.copyfile(root, os.path.join(boot, "root.tar"))
            with open(os.path.join(TREE, "boot/grub.cfg"),
                      encoding="ascii") as template:
                menu = template.read().replace("@CMDLINE@", quote(cmdline))
            with open(os.path.join(boot, "grub/grub.cfg"), "w",
                      encoding="ascii") as out:
                out.write(menu)
        except OSError as error:
            raise IsoError(str(error)) from error
        command = [maker, "-o", output, "--fonts=", "--locales=", "--themes="]
        platform = next((p for p in PLATFORMS if os.path.isdir(p)), None)
        if platform:
            # Only the PC's boot code: no EFI image is made.
            command.append(f"--directory={platform}")
        done = subprocess.run(command + [folder], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0 or not os.path.exists(output):
        raise IsoError(f"{maker} failed:\n" +
                       done.stdout.decode("utf-8", "replace"))


def main():
    parser = argparse.ArgumentParser(description="make a bootable CD image")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--cmdline", default="")
    options = parser.parse_args()
    try:
        make_iso(options.output, options.kernel, options.root,
                 options.cmdline)
    except IsoError as error:
        sys.exit(f"mkiso: {error}")


if __name__ == "__main__":
    main()
