"""What a user of gdb does without thinking, and the keyboard of the machine."""

import os

import gdb

from command import Wrong, command

WELCOME = """\
The machine stands before its first instruction; its console is shown here.
  tine fork          go to the next fork, and from phase to phase of it
  break fork1        or set breakpoints of your own, then: continue
  tine type ls       type a line on the machine's console
  help tine          the other commands; quit ends the machine too"""
WELCOME_REPLAY = """\
A recorded run stands at its beginning; nothing in it can be changed.
  tine end           go to its end; from there backwards:
  tine who-wrote X   back to the last write to a variable or address
  tine who-freed PA  back to where a page was freed last
  tine back-to pid=N back to the moment when fork made process N"""


class Run(gdb.Command):
    """The machine runs already; see continue."""

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_RUNNING)

    def invoke(self, _argument, _from_tty):
        raise gdb.GdbError(
            "The machine has been started already and waits where it was\n"
            "stopped: type \"continue\" (c).  Programs are started by typing "
            "their\nname on its console: tine type NAME.  To begin again, "
            "quit and run make gdb.")


for habit in ("run", "r", "start", "starti"):
    Run(habit)


def leave():
    """Before quit: a machine that is ours ends here, and runs no further."""
    if not os.environ.get("TINE_TARGET") or not gdb.selected_inferior().pid:
        return
    try:
        gdb.execute("kill", to_string=True)
    except gdb.error:
        # It may be gone before gdb has acknowledged that it goes.
        if gdb.selected_inferior().pid:
            raise


gdb.execute("define hook-quit\npython habits.leave()\nend")


@command("type", 1, 1, raw=True)
def type_line(line):
    """type LINE: type a line on the machine's console.  It is read when the
    machine runs."""
    keys = os.environ.get("TINE_KEYS")
    if not keys:
        raise Wrong("the console is in another window")
    os.write(int(keys), line.encode() + b"\n")
