"""What a fork changes, as facts that can be compared between two moments."""

import gdb

import headers
import locks
import memory
import target
import values

# When the child's fields begin to mean something: the step before which they
# are what another process has left there.
ORDER = ("decide", "charge", "alloc", "inherit", "files", "actions", "memory",
         "registers", "commit", "publish", "finish", "callouts", "runnable",
         "wait", "trampoline", "first", "done", "returns", "ends")
RW = 0x2


def since(step, first):
    return step in ORDER and ORDER.index(step) >= ORDER.index(first)


def names(head, link):
    return tuple(target.name_of(p) for p in target.linked(head, link))


def counted(name):
    """What all processors have counted of that; one alone may be negative."""
    return sum(int(cpu["pc_cnt"][name]) for cpu in target.cpus()) % (1 << 32)


def system(cred):
    return {
        "processes charged to the system (nprocs)":
            int(target.variable("nprocs")),
        f"processes charged to user {int(cred['cr_ruid'])} (ui_proccnt)":
            int(cred["cr_ruidinfo"]["ui_proccnt"]),
        "on allproc": names(target.variable("allproc"), "p_list"),
        "last pid given (lastpid)": int(target.variable("lastpid")),
        "forks + vforks + rforks counted": " + ".join(
            str(counted(name)) for name in ("v_forks", "v_vforks", "v_rforks")),
        "free pages": counted("v_free_count"),
        "page tables in use": counted("v_pt_count"),
    }


def tables(p, whose):
    """Each page table of the user's part, and how it is shared."""
    if int(p["p_vmspace"]) == 0:
        return {}
    space = memory.space_of(p)
    found = {}
    for index in space.used():
        pde = space.directory[index]
        refs = memory.references(pde & memory.FRAME)
        found[f"{whose} page table for {index << 22:08x}"] = \
            f"page {pde & memory.FRAME:#x}, " \
            f"{'writable' if pde & RW else 'write-protected'}, " + \
            (f"shared by {refs}" if refs > 1 else "not shared")
    return found


def state(p):
    td = p["p_thread"]
    words = [values.text("p_stat", p["p_stat"])]
    if target.address(td) in target.running():
        words.append("running")
    if int(td["td_zero"]["wchan"]):
        words.append("asleep on " + target.string(td["td_zero"]["wmesg"]))
    elif int(td["td_zero"]["flags"]) & 0x20:
        words.append("on a run queue")
    return ", ".join(words)


def parent(p):
    found = {
        "the parent": state(p),
        "the parent's children": names(p["p_children"], "p_sibling"),
        f"members of group {int(p['p_pgrp']['pg_id'])}":
            names(p["p_pgrp"]["pg_members"], "p_pglist"),
        "references to the parent's credentials": int(p["p_ucred"]["cr_ref"]),
        "references to the parent's limits": int(p["p_limit"]["pl_refcnt"]),
        "references to the parent's descriptor table":
            int(p["p_fd"]["fd_refcnt"]),
        "references to the parent's signal actions":
            int(p["p_sigacts"]["ps_refcnt"]),
    }
    if int(p["p_vmspace"]):
        found["references to the parent's address space"] = \
            int(p["p_vmspace"]["vm_refcnt"])
    found.update(tables(p, "the parent's"))
    return found


def same(p1, p2, field):
    """Whose a thing of the child's is."""
    mine, its = int(p1[field]), int(p2[field])
    if its == 0:
        return "none"
    return "the parent's" if mine == its else \
        f"its own, at {its & 0xffffffff:#x}"


def registers(p2):
    tf = p2["p_thread"]["td_frame"].dereference()
    return f"eip {int(tf['tf_eip']) & 0xffffffff:#x}, " \
        f"eax {int(tf['tf_eax'])}, edx {int(tf['tf_edx'])}"


def child(p1, p2, step):
    found = {"the child's process and kernel stack":
             f"{target.address(p2):#x} and "
             f"{int(p2['p_thread']['td_kstack']) & 0xffffffff:#x}"}
    if since(step, "files"):
        found["the child"] = state(p2)
        found["the child's flags"] = values.text("p_flag", p2["p_flag"])
    if since(step, "actions"):
        found["the child's descriptor table"] = same(p1, p2, "p_fd")
    if since(step, "memory"):
        found["the child's signal actions"] = same(p1, p2, "p_sigacts")
    if since(step, "registers"):
        found["the child's address space"] = same(p1, p2, "p_vmspace")
        if int(p1["p_vmspace"]) != int(p2["p_vmspace"]):
            found.update(tables(p2, "the child's"))
    if since(step, "commit") and not since(step, "trampoline"):
        found["the child will return to user mode with"] = registers(p2)
    if since(step, "finish"):
        found["the child's pid"] = int(p2["p_pid"])
        found["the child's parent"] = \
            "pid " + target.name_of(p2["p_pptr"].dereference())
    return found


def callouts():
    """The registered ones, by name."""
    hooks = target.variable("fork_list")["hl_hooks"]
    link = next(f.name for f in target.struct("hook").fields()
                if f.type.strip_typedefs().code ==
                gdb.TYPE_CODE_STRUCT)
    fn = next(f.name for f in target.struct("hook").fields()
              if f.type.strip_typedefs().code == gdb.TYPE_CODE_PTR)
    return tuple(str(hook[fn]) for hook in target.linked(hooks, link))


def errno(value):
    return "error " + headers.name_of(value, "sys/errno.h", r"E[A-Z0-9]+")


def result():
    """What the call that has just come back returns."""
    value = int(gdb.parse_and_eval("(int)$eax"))
    if int(gdb.parse_and_eval("(unsigned int)$eflags")) & 1:
        return errno(value)
    return value


def facts(p1, p2, step):
    """{what: value} of all that a fork may change."""
    found = system(p1["p_ucred"].dereference())
    found.update(parent(p1))
    gone = p2 is not None and since(step, "runnable") and \
        int(p2["p_magic"]) & 0xffffffff != headers.constants(
            "sys/proc.h", "P_MAGIC")["P_MAGIC"][0]
    if p2 is not None and not gone:
        found.update(child(p1, p2, step))
    if step == "callouts":
        found["fork callouts"] = callouts() or "none are registered"
    if step in ("first", "returns"):
        found[f"the call returns, to pid {target.name_of(target.current())}"
              ] = result()
    if step == "failed":
        found["fork1() returns"] = errno(int(gdb.parse_and_eval("(int)$eax")))
    if step in ("runnable", "trampoline"):
        found["sched_lock"] = values.owner(target.variable("sched_lock"))
    held = locks.held(target.current_thread())
    if held is not None:
        found["locks held here"] = tuple(
            f"{name} ({file}:{line})" for name, file, line in held)
    return found


def words(what, value):
    if isinstance(value, tuple):
        value = ", ".join(value) or "none"
    return f"{what}: {value}"


def between(old, new):
    """Lines that say what is new or has changed; at first, what there is."""
    for what, value in new.items():
        before = old.get(what)
        if before == value:
            continue
        if what not in old:
            if old == {} or value not in ("none", ()):
                yield words(what, value)
        elif isinstance(value, tuple) and isinstance(before, tuple):
            parts = ["+ " + name for name in value if name not in before] + \
                    ["- " + name for name in before if name not in value]
            yield f"{what}: " + ", ".join(parts or ["in another order"])
        else:
            yield f"{what}: {before} -> {value}"
