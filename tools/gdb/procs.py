"""tine ps, tine tree, tine proc, tine runq, and $proc(), $curproc, $td."""

import gdb

import headers
import target
import values
from command import Wrong, command, guarded, number, table


def wait_of(p):
    """What a process waits for: a message, a lock, or nothing."""
    td = p["p_thread"]
    if int(td["td_zero"]["blocked"]) != 0:
        return "lock " + values.pointer(td["td_zero"]["blocked"])
    return target.string(td["td_zero"]["wmesg"]) \
        if int(td["td_zero"]["wchan"]) != 0 else ""


def state_of(p, running):
    td = target.address(p["p_thread"])
    name = headers.name_of(int(p["p_stat"]), *values.ONE["p_stat"])
    return f"{name} cpu {running[td]}" if td in running else name


@command("ps")
def ps():
    """ps: list the processes: ids, group, user, state, and what they wait
    for.  A state with "cpu N" is that of a process which runs."""
    running = target.running()
    rows = []
    for p in target.processes():
        group, cred = p["p_pgrp"], p["p_ucred"]
        rows.append([
            str(int(p["p_pid"])), str(target.pid_of(p["p_pptr"]) or 0),
            str(int(group["pg_id"])) if int(group) else "-",
            str(int(cred["cr_uid"])) if int(cred) else "-",
            state_of(p, running), wait_of(p),
            headers.names_of(int(p["p_flag"]), *values.FLAGS["p_flag"]),
            target.chars(p["p_copied"]["comm"])])
    table(rows, ["PID", "PPID", "PGID", "UID", "STATE", "WAITS", "FLAGS",
                 "COMMAND"])


def draw(p, depth):
    zombie = " (zombie)" if values.text("p_stat", p["p_stat"]) == "SZOMB" \
        else ""
    print(f"{'  ' * depth}{int(p['p_pid'])} "
          f"{target.chars(p['p_copied']['comm'])}{zombie}")
    for child in target.linked(p["p_children"], "p_sibling"):
        draw(child, depth + 1)


@command("tree")
def tree():
    """tree: the processes, each below its parent."""
    draw(target.variable("proc0"), 0)


def member(value, path):
    for part in path.split("."):
        value = value[part]
    return value


def print_fields(struct, value):
    key = headers.lock_key("sys/proc.h")
    used = set()
    rows = []
    for field in headers.fields(struct):
        if not target.has(value, field.path.partition(".")[0]):
            continue            # not in this kernel
        shown = "see below" if field.rule == "below" else \
            values.text(field.name, member(value, field.path))
        used |= {letter for letter in key
                 if letter in field.lock.replace(",", " ").split()}
        meaning = field.meaning
        if field.note:
            meaning += ("; " if meaning else "") + "fork: " + field.note
        rows.append([field.name, shown.replace("\n", " ")[:48], field.rule,
                     field.lock, meaning])
    print(f"struct {struct} at {target.address(value):#x}")
    table(rows, ["FIELD", "VALUE", "FORK", "LOCK", "MEANING"])
    return used


@command("proc", 1, 1)
def proc(pid):
    """proc PID: every field of a process and its thread: its value, what
    fork does to it, the letter of the lock that guards it, its meaning.
    These come from sys/proc.h and docs/fork.md."""
    p = target.process(number(pid, "a process id"))
    print(f"pid {target.name_of(p)}")
    used = print_fields("proc", p)
    used |= print_fields("thread", p["p_thread"])
    used |= print_fields("kse", p["p_kse"])
    used |= print_fields("ksegrp", p["p_ksegrp"])
    print("locks:")
    for letter, meaning in headers.lock_key("sys/proc.h").items():
        if letter in used:
            print(f"  {letter}  {meaning}")


@command("runq")
def runq():
    """runq: the run queues that are not empty, best priority first, and who
    runs on which processor."""
    for cpu in target.cpus():
        td = cpu["pc_curthread"]
        print(f"cpu {int(cpu['pc_cpuid'])} runs pid "
              f"{values.holder(int(td))}")
    queues = target.variable("runqs")
    found = False
    for index in range(queues.type.range()[1] + 1):
        for td in target.linked(queues[index]["rq_threads"], "td_runq"):
            found = True
            print(f"queue {index}: pid {values.holder(target.address(td))}, "
                  f"priority {int(td['td_copied']['priority'])}")
    if not found:
        print("no thread waits for a processor")


class ProcFunction(gdb.Function):
    """$proc(PID): the struct proc of a process, by its address."""

    def __init__(self):
        super().__init__("proc")

    @guarded
    def invoke(self, *arguments):
        if len(arguments) != 1 or \
                arguments[0].type.strip_typedefs().code != gdb.TYPE_CODE_INT:
            raise Wrong("$proc() takes a process id")
        return target.process(int(arguments[0])).address


ProcFunction()


def set_current(_event=None):
    """$td and $curproc: the thread that runs on the selected processor, and
    its process; void where the kernel is not up yet."""
    try:
        td = target.current_thread().address
        p = td["td_proc"]
    except (Wrong, gdb.error):
        td = p = None
    gdb.set_convenience_variable("td", td)
    gdb.set_convenience_variable("curproc", p)


def follow():
    """The prompt, too: the user may have selected another processor."""
    gdb.events.stop.connect(set_current)
    gdb.events.before_prompt.connect(set_current)
