"""The prefix "tine" and what its commands have in common."""

import functools

import gdb


class Wrong(Exception):
    """What was asked cannot be done; the text says why."""


class Prefix(gdb.Command):
    """Commands that speak of processes and pages.  "help tine NAME" tells
    more of each."""

    def __init__(self):
        super().__init__("tine", gdb.COMMAND_USER, gdb.COMPLETE_NONE, True)


Prefix()


def guarded(function):
    """Errors of ours, and of memory that cannot be read, as gdb's own."""
    @functools.wraps(function)
    def call(*words):
        try:
            return function(*words)
        except Wrong as error:
            raise gdb.GdbError(f"tine: {error}") from None
        except gdb.MemoryError as error:
            raise gdb.GdbError(
                f"tine: {error}; is the kernel up yet?") from None
        except gdb.error as error:
            raise gdb.GdbError(f"tine: {error}") from None
    return call


def command(name, least=0, most=0, raw=False):
    """Make function(*words) the command "tine NAME", which takes so many
    words; raw: the line as it was typed is the only one.  The first line of
    its text is "NAME ARGS: what it does"."""
    def make(function):
        run = guarded(function)

        class Command(gdb.Command):
            __doc__ = function.__doc__

            def __init__(self):
                super().__init__("tine " + name, gdb.COMMAND_USER)

            def invoke(self, argument, _from_tty):
                words = gdb.string_to_argv(argument)
                if raw and words:
                    words = [argument]
                if not least <= len(words) <= most:
                    usage = function.__doc__.split(":")[0]
                    raise gdb.GdbError(f"usage: tine {usage}")
                run(*words)

        Command()
        return function
    return make


def number(text, what):
    """An argument that is an expression in gdb's language."""
    try:
        return int(gdb.parse_and_eval(text).cast(
            gdb.lookup_type("unsigned int")))
    except (gdb.error, ValueError):
        raise Wrong(f"\"{text}\" is not {what}") from None


def table(rows, head):
    """Print rows of strings in columns, the last one as it is."""
    rows = [head] + rows
    width = [max(len(row[i]) for row in rows) for i in range(len(head) - 1)]
    for row in rows:
        print("  ".join([f"{row[i]:{width[i]}}" for i in range(len(width))] +
                        [row[-1]]).rstrip())
