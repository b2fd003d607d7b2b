"""tine locks: who holds which lock, and who waits for it."""

import target
import values
from command import command

# Where WITNESS is not there to keep lists, the locks that have names.
GLOBALS = ("Giant", "sched_lock", "allproc_lock", "proctree_lock",
           "ppeers_lock")


def held(td):
    """The locks of a thread, and the spin mutexes of its processor while it
    runs, in the order in which they were taken: (name, file, line).  None in a
    kernel without WITNESS."""
    if not target.has(td, "td_held"):
        return None
    lists = [(td["td_held"], td["td_zero"]["locks"])] + \
        [(cpu["pc_spins"], cpu["pc_nspins"]) for cpu in target.cpus()
         if int(cpu["pc_curthread"]) & 0xffffffff == target.address(td)]
    return [(target.string(entries[i]["li_lock"]["lo_name"]),
             target.string(entries[i]["li_file"]), int(entries[i]["li_line"]))
            for entries, n in lists for i in range(min(int(n), 16))]


def threads():
    """Of all processes, and the idle ones, which are on no list."""
    for p in target.processes():
        yield p["p_thread"]
    for cpu in target.cpus():
        if int(cpu["pc_idlethread"]):
            yield cpu["pc_idlethread"].dereference()


def free(lock):
    if target.has(lock, "mtx_lock"):
        return int(lock["mtx_lock"]) & ~0x7 == 0
    return int(lock["sx_lock"]) & ~0x1 == 0


def print_words():
    """By the locks' own words."""
    count = 0
    for name in GLOBALS:
        lock = target.variable(name)
        if not free(lock):
            count += 1
            state = values.owner if target.has(lock, "mtx_lock") else \
                values.sx_state
            print(f"{name}: {state(lock)}")
    for p in target.processes():
        if not free(p["p_mtx"]):
            count += 1
            print(f"process lock of pid {target.name_of(p)}: "
                  f"{values.owner(p['p_mtx'])}")
    return count


@command("locks")
def locks():
    """locks: the locks that are held, by whom, where they were taken, and who
    waits for a mutex.  A release kernel keeps no lists; there it is the
    locks of all processes and the global ones."""
    count, seen = 0, set()
    for td in threads():
        if target.address(td) in seen:
            continue
        seen.add(target.address(td))
        who = values.holder(target.address(td))
        for name, file, line in held(td) or []:
            count += 1
            print(f"pid {who} holds {name}, taken at {file}:{line}")
        if int(td["td_zero"]["blocked"]) != 0:
            mtx = td["td_zero"]["blocked"].dereference()
            name = target.string(mtx["mtx_object"]["lo_name"])
            print(f"pid {who} waits for {name}, {values.owner(mtx)}")
    if not target.has(target.variable("proc0")["p_thread"], "td_held"):
        count += print_words()
    if count == 0:
        print("no lock is held")
