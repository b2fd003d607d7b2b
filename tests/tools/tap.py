"""TAP for the tests of the tools: each test_* function of a file is a test.

A test fails by an exception (assert); Skip skips it with a reason.  The
helper run() runs a command, tine() boots the machine.
"""

import os
import signal
import subprocess
import sys
import traceback

TREE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
TOOLS = os.path.join(TREE, "tools")
sys.dont_write_bytecode = True
sys.path.insert(0, TOOLS)


class Skip(Exception):
    """Why a test cannot be run here."""


class Done:
    """How a command ended."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def expect(self, status, out=None):
        """Assert the exit status, and the whole output if it is given."""
        assert self.status == status and out in (None, self.out), \
            f"status {self.status}, expected {status}\n" \
            f"output {self.out!r}" + \
            (f"\nexpected {out!r}" if out is not None else "") + \
            f"\nerrors {self.err[-1500:]}"
        return self


def run(*command, limit=120, **more):
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=limit, check=False, cwd=TREE, **more)
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"),
                done.stderr.decode("utf-8", "replace"))


def tine(*options, limit=180):
    """tools/run with what is built."""
    return run(os.path.join(TOOLS, "run"), "--no-build", *options,
               limit=limit)


def main(module):
    """Run the tests of a module (its globals())."""
    # Who is given up takes its machines along: "finally" is run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tests = [(n, f) for n, f in module.items()
             if n.startswith("test_") and callable(f)]
    if len(sys.argv) > 1:
        tests = [(n, f) for n, f in tests if sys.argv[1] in n]
    print("TAP version 13")
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        label = f"{number} - {name[len('test_'):]}"
        try:
            function()
        except Skip as reason:
            print(f"ok {label} # SKIP {reason}")
        except Exception:       # pylint: disable=broad-except
            failed += 1
            for line in traceback.format_exc().splitlines()[-25:]:
                print("# " + line)
            print(f"not ok {label}")
        else:
            print(f"ok {label}")
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
