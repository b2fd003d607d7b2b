"""tine fork: a guided walk through one fork, from phase to phase.

Each step is a place in the kernel (or in the program) and who has to be there:
the parent or the child.  After commit the two go on independently, so what is
waited for is any of the steps that are left; the walk is over when both have
come to their ends.
"""

import functools

import gdb

import changes
import target
import values
from command import Wrong, command

PARENT, CHILD = "parent", "child"
RFPROC, RFPPWAIT = 1 << 4, 1 << 31
FORK, VFORK = 0x14, 0x80000034
KINDS = {"fork": lambda flags: flags == FORK,
         "vfork": lambda flags: bool(flags & RFPPWAIT),
         "rfork": lambda flags: flags != FORK and not flags & RFPPWAIT}


class Step:
    """A place to stop at: its name, the function, who gets there, what has
    been done when it is reached, and what comes next."""

    def __init__(self, name, place, who, title, following):
        self.name, self.place, self.who = name, place, who
        self.title, self.following = title, following


STEPS = [
    Step("decide", "fork1", PARENT, "decide",
         "fork_check_flags() refuses flags that make no sense together"),
    Step("charge", "fork_charge", PARENT, "reserve: the flags are good",
         "count the process, for the system and for its user, before "
         "anything is allocated"),
    Step("alloc", "proc_alloc", PARENT, "reserve: the process is charged",
         "take an empty process and a kernel stack"),
    Step("inherit", "fork_inherit", PARENT, "reserve: there is a child, "
         "which nobody else can see",
         "clear its zeroed fields, copy its copied ones, take references "
         "that need no memory"),
    Step("files", "fork_reserve_files", PARENT, "reserve: plain fields and "
         "references are there",
         "the descriptor table: copied, shared, or lent by a vfork"),
    Step("actions", "fork_reserve_actions", PARENT,
         "reserve: the descriptor table is there",
         "the signal actions: copied, shared, or lent by a vfork"),
    Step("memory", "vm_forkproc", PARENT,
         "reserve: the signal actions are there",
         "the memory: with RFMEM the parent's own, else a copy of the map, "
         "and page tables that are shared until somebody writes"),
    Step("registers", "cpu_fork", PARENT, "reserve: the memory is there",
         "the registers: the parent's trap frame, but eax 0; and a first "
         "switch to the child will go to fork_trampoline"),
    Step("commit", "fork_commit", PARENT,
         "commit: all that can fail or sleep is done",
         "take the locks by which a child can be found"),
    Step("publish", "pid_alloc", PARENT, "commit: inside the critical section",
         "a pid; then the lists, the group, the parent"),
    Step("finish", "fork_finish", PARENT, "commit: the child is public, and "
         "nothing fails from here on",
         "count the fork, run the fork callouts"),
    Step("callouts", "fork_schedule", PARENT, "callouts: all have been told",
         "put the child on a run queue"),
    Step("runnable", None, PARENT, "runnable: the child may run, on any "
         "processor, and be gone at any moment",
         "the parent goes back to user mode, or waits if this is a vfork"),
    Step("wait", "vfork_wait_for", PARENT, "vfork: the parent waits",
         "it sleeps until the child has called exec or exit"),
    Step("trampoline", "*fork_trampoline", CHILD,
         "trampoline: the child has been switched to for the first time",
         "fork_exit() lets go of sched_lock, which came with the switch; "
         "fork_return() ends the system call"),
    Step("first", None, CHILD, "the child's first instruction in user mode",
         "it runs on by itself"),
    Step("done", "vfork_done", CHILD, "vfork: the child gives the memory back",
         "it wakes the parent"),
    Step("returns", None, PARENT, "the parent's return from the system call",
         "it runs on by itself"),
    Step("undo", "proc_free", PARENT, "undo: something cannot be had",
         "give back what was taken, by the function that ends zombies too"),
    Step("failed", None, PARENT, "failed: fork1() returns an error",
         "the system call returns it"),
    Step("ends", "exit1", CHILD, "the child ends before its first "
         "instruction", "its parent will wait for it"),
]
AFTER_COMMIT = ("runnable", "wait", "trampoline", "first", "done", "returns",
                "ends")


class Walk:
    """One walk; there is at most one.  It is dropped when the machine stops
    for somebody else, since steps may have been passed by then."""
    now = None
    runs = False                # the machine, for the walk

    def __init__(self, kind):
        self.accepts = KINDS.get(kind, lambda flags: True)
        self.td = {PARENT: None, CHILD: None}   # addresses
        self.flags = 0
        self.child = None       # its struct proc
        self.at = None          # the step that was reached last
        self.left = list(STEPS)
        self.address = {}       # of steps whose place is known late
        self.facts = {}

    # -------------------------------------------------------------- what is left

    def wanted(self):
        """The steps that can come next."""
        if self.at is None:
            return [self.left[0]]
        if self.at.name in AFTER_COMMIT:
            return [s for s in self.left if s.name in AFTER_COMMIT]
        return [s for s in self.left if s.name not in ("first", "ends")]

    def reached(self, step):
        """Take it, and those before it of the same process, off the list."""
        if step.who == PARENT or step.name not in ("first", "done", "ends"):
            before = self.left[:self.left.index(step)]
            self.left = [s for s in self.left
                         if s not in before or s.who != step.who]
        if step.name == "returns":
            self.left = [s for s in self.left if s.who == CHILD]
        if step.name in ("first", "ends"):
            self.left = [s for s in self.left if s.name not in
                         ("first", "ends", "trampoline")]
        if step in self.left:
            self.left.remove(step)
        if self.flags & RFPPWAIT == 0 or step.name in ("done", "ends"):
            self.left = [s for s in self.left if s.name not in
                         ("done", "wait")]
        if step.name == "finish":   # nothing fails from here on
            self.left = [s for s in self.left if s.name not in
                         ("undo", "failed")]
        if step.name == "failed":
            self.left, self.child = [], None
        self.at = step

    def over(self):
        names = [s.name for s in self.left]
        return self.at is not None and \
            not any(n in names for n in ("returns", "first", "done"))

    def stands(self, event):
        """Is it known what has been passed?  So it is while the user steps
        through the kernel with one of the two."""
        return type(event) is gdb.StopEvent and \
            not target.in_user_mode() and \
            target.address(target.current_thread()) in self.td.values()

    # ------------------------------------------------------------------ stopping

    def begins(self):
        """In fork1(): is it a fork to be followed?"""
        frame = gdb.newest_frame()
        flags = int(frame.read_var("flags")) & 0xffffffff
        td = frame.read_var("td")
        proc0 = int(target.variable("proc0").address) & 0xffffffff
        if not flags & RFPROC or not self.accepts(flags) or \
                int(td["td_proc"]) & 0xffffffff == proc0:
            return False
        self.flags = flags
        self.td[PARENT] = int(td) & 0xffffffff
        return True

    def is_at(self, step):
        """The machine has come to the place; is it this fork that has?"""
        if step.name == "decide":
            return self.begins()
        actor = int(target.current_cpu()["pc_curthread"]) & 0xffffffff
        if actor != self.td[step.who]:
            return False
        if step.name in ("first", "returns"):
            return target.in_user_mode()
        if step.name == "undo":
            p = int(gdb.newest_frame().read_var("p")) & 0xffffffff
            return p == (target.address(self.child) if self.child is not None
                         else 0)
        return True

    def note(self, step):
        """Learn what this step has to tell."""
        frame = gdb.newest_frame()
        p1 = target.at(self.td[PARENT], "thread")["td_proc"]
        if step.name == "decide":
            self.address["failed"] = frame.older().pc()
            self.address["returns"] = int(
                p1["p_thread"]["td_frame"]["tf_eip"]) & 0xffffffff
            self.address["first"] = self.address["returns"]
        elif step.name == "inherit":
            self.child = frame.read_var("p2").dereference()
            self.td[CHILD] = target.address(self.child["p_thread"])
        elif step.name == "callouts":
            self.address["runnable"] = frame.older().pc()

    def place(self, step):
        if step.place is not None:
            return step.place
        known = self.address.get(step.name)
        return f"*{known:#x}" if known else None


def advance(walk):
    """Let the machine run to the next step; the step, or None if it stopped
    for another reason."""
    steps = [step for step in walk.wanted() if walk.place(step) is not None]
    points = [target.Stop(walk.place(step),
                          functools.partial(walk.is_at, step))
              for step in steps]
    Walk.runs = True
    try:
        hit = target.run_to(*points)
    except Wrong:
        Walk.now = None
        raise
    finally:
        Walk.runs = False
    return steps[points.index(hit)] if hit else None


def print_step(walk, step):
    p1 = target.at(walk.td[PARENT], "thread")["td_proc"].dereference()
    where = gdb.newest_frame().find_sal()
    place = f"{where.symtab.filename}:{where.line}" if where.symtab else \
        f"{gdb.newest_frame().pc():#x}"
    print(f"== {step.title}")
    print(f"   pid {target.name_of(target.current())} at {place}")
    if step.name == "decide":
        print(f"   pid {target.name_of(p1)} asks for "
              f"{values.fork_flags(walk.flags)}")
    new = changes.facts(p1, walk.child, step.name)
    for line in changes.between(walk.facts, new):
        print("   " + line)
    walk.facts = new
    if not walk.over():
        print(f"   next: {step.following}")


def go(walk):
    """One step of the walk; false if it is at its end."""
    step = advance(walk)
    if step is None:
        Walk.now = None
        print("The walk has ended: the machine stopped for another reason.")
        return False
    walk.note(step)
    walk.reached(step)
    print_step(walk, step)
    if walk.over():
        Walk.now = None
        print("== this was the fork" + (
            "; parent and child go on by themselves"
            if step.name != "failed" else ", which has failed"))
        return False
    return True


def stopped(event):
    """The machine has stopped."""
    walk = Walk.now
    try:
        if walk is None or Walk.runs or walk.stands(event):
            return
    except (gdb.error, Wrong):
        pass
    Walk.now = None
    print("The walk through the fork has been left.")


def follow():
    gdb.events.stop.connect(stopped)


@command("fork", 0, 2)
def fork(*words):
    """fork [fork|vfork|rfork] [all]: go to the next fork (of that kind), and
    tell at each of its phases what has changed.  The same again, or just the
    return key, goes on to the next phase; "all" goes through to the end;
    "tine fork off" leaves the walk, as does a stop at a breakpoint of your
    own.  One may step through the kernel in between."""
    if gdb.lookup_static_symbol("fork_reserve_files") is None:
        raise Wrong("the walk wants the debug kernel, where each step is a "
                    "function of its own")
    known = list(KINDS) + ["all", "off"]
    for word in words:
        if word not in known:
            raise Wrong(f"\"{word}\" is none of " + ", ".join(known))
    if "off" in words:
        Walk.now = None
        return
    kind = next((word for word in words if word in KINDS), None)
    if Walk.now is None:
        Walk.now = Walk(kind)
    while go(Walk.now) and "all" in words:
        pass


