#!/usr/bin/env python3
"""Tests of tools/bench, and by it of what things cost."""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import re
import tempfile
import xml.etree.ElementTree as xml

import tap
from tap import Skip, TOOLS, run, tine
from tinelib.chart import chart
from tinelib.places import Build

OTHER_COMPILER = 77


# What is in tools/bench.
_loader = importlib.machinery.SourceFileLoader("the_bench",
                                               os.path.join(TOOLS, "bench"))
INSIDE = importlib.util.module_from_spec(
    importlib.util.spec_from_loader("the_bench", _loader))
_loader.exec_module(INSIDE)


def said_by(function, *arguments):
    """What a function printed, and its result or what it exited with."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            result = function(*arguments)
        except SystemExit as end:
            result = end.code
    return out.getvalue(), result


def bench(*options):
    if os.environ.get("KCSAN"):
        raise Skip("costs are the release kernel's")
    return run(os.path.join(TOOLS, "bench"), *options, limit=600)


def test_nothing_has_become_worse():
    done = bench("--check")
    if done.status == OTHER_COMPILER:
        raise Skip(done.out.strip())
    done.expect(0)


def test_memory_costs_fork_nothing():
    """Sharing tables is next to constant, copying entries is not."""
    done = bench("--share", "both", "fork_min", "fork_64m").expect(0)
    assert "vm.pmap_share=0" in done.out, done.out
    with open(os.path.join(Build(release=True).folder, "bench.json"),
              encoding="utf-8") as file:
        share = json.load(file)["share"]
    assert share["1"]["fork_64m"][1] < 1.4 * share["1"]["fork_min"][1], share
    assert share["0"]["fork_64m"][1] > 10 * share["0"]["fork_min"][1], share


def test_rows_are_those_of_the_table():
    """forkbench has every row of peers.json, in its order, and no other."""
    with open(os.path.join(tap.TREE, "user/forkbench.c"),
              encoding="utf-8") as file:
        rows = re.findall(r'^\t\{ "(\w+)", ', file.read(), re.MULTILINE)
    peers, _ = INSIDE.read(INSIDE.PEERS)
    assert rows == list(peers), (rows, list(peers))


def test_ids_cost_the_same():
    """With few ids free, or with random ones, fork looks for one longer."""
    done = bench("fork_min", "pid_dense", "pid_random").expect(0)
    peers, _ = INSIDE.read(INSIDE.PEERS)
    for row in ("pid_dense", "pid_random"):
        mean, target = (int(word.replace(",", "")) for word in re.search(
            rf"^{row} +([\d,]+) +[\d,]+ +([\d,]+)[! ]", done.out,
            re.MULTILINE).groups())
        assert peers[row]["within"] == 25, peers[row]
        assert mean <= target, done.out


def test_no_fork_is_far_dearer():
    """The first forks after boot too: their mean is close to the least."""
    done = bench("fork_min").expect(0)
    mean, least = (int(word.replace(",", "")) for word in re.search(
        r"^fork_min +([\d,]+) +([\d,]+) ", done.out, re.MULTILINE).groups())
    assert mean < 1.03 * least, done.out


def test_ids_are_as_wanted():
    """Random steps are put back, pid_dense leaves every second id."""
    if os.environ.get("KCSAN"):
        raise Skip("costs are the release kernel's")
    done = tine("--release", "--mem", "512", "--cmdline",
                "kern.maxproc=12000", "--exec",
                "sysctl kern.randompid=500 >/dev/null;"
                "forkbench -n 1 pid_random >/dev/null;"
                "sysctl -n kern.randompid; sysctl kern.randompid=0 >/dev/null;"
                "forkbench -n 50 pid_dense >/dev/null; sysctl -n kern.lastpid;"
                "setuidgid nobody forkbench -n 1 pid_random | tail -n 1"
                ).expect(0)
    found = re.fullmatch(r"500\n(\d+)\n"
                         r"pid_random +kern.randompid: .*permitted\n",
                         done.out)
    assert found, done.out
    # From 100 on, 51 of every second id.
    assert 201 <= int(found[1]) <= 210, done.out


def live_max(*options):
    """forkbench live_max: how many, bytes of each, why no more."""
    if os.environ.get("KCSAN"):
        raise Skip("sizes are the release kernel's")
    done = tine("--release", "--icount", *options, "--exec",
                "forkbench live_max").expect(0)
    found = re.search(r"^live_max +(\d+) +(\d+)\nlive_max: until (.*)$",
                      done.out, re.MULTILINE)
    assert found, done.out
    return int(found[1]), int(found[2]), found[3]


def test_most_processes_by_limit():
    """Of pages that only the kernel can use, too."""
    count, size, why = live_max("--mem", "1024", "--cmdline",
                                "kern.maxproc=500")
    assert 480 < count < 500 and "temporarily unavailable" in why, (count, why)
    assert 16384 < size < 28672, size


def test_most_processes_by_memory():
    """As many as fit, and all memory is there again."""
    count, size, why = live_max("--mem", "48", "--cmdline",
                                "kern.maxproc=9000")
    assert "limit" not in why and "unavailable" not in why, why
    assert 1000 < count < 2200 and 16384 < size < 28672, (count, size)


def test_boot_is_counted_from_reset():
    """Twice the same; more with more memory, whose pages are listed."""
    small, again, large = (int(bench_boot(memory)) for memory in
                           ("128", "128", "512"))
    assert small == again, (small, again)
    assert 1000000 < small < large < 60000000, (small, large)


def bench_boot(memory):
    if os.environ.get("KCSAN"):
        raise Skip("costs are the release kernel's")
    return tine("--release", "--icount", "--mem", memory, "--exec",
                "sysctl -n debug.boot_ticks").expect(0).out


def test_missing_row_is_noticed():
    text = "row mean min\nfork_min   8000   7000\nfork_1m   killed\n"
    assert INSIDE.figures_in(text, ["fork_min"]) == {"fork_min": [8000, 7000]}
    _, end = said_by(INSIDE.figures_in, text, ["fork_min", "fork_1m", "boot"])
    assert end.startswith("bench: no figures for fork_1m, boot\n"), end


def test_wrong_json_is_named():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "peers.json")
        for text, what in (("{", "JSONDecodeError"), ("[]", "TypeError"),
                           ('{"about": ""}', "KeyError: 'rows'")):
            INSIDE.write(path, text)
            _, end = said_by(INSIDE.read, path)
            assert isinstance(end, str) and "peers.json" in end and \
                what in end, end
        _, end = said_by(INSIDE.read, os.path.join(folder, "none"))
        assert "FileNotFoundError" in end, end


PEERS = {"fork_min": {"linux": 9000, "target": 1000},
         "fork_live_10": {"within": 10}, "pid_dense": {"within": 25}}


def test_relative_targets():
    """Within some percent of fork_min, if that was measured."""
    figures = {"fork_min": [1000, 900], "fork_live_10": [1100, 1],
               "pid_dense": [1251, 1]}
    out, missed = said_by(INSIDE.table, figures, PEERS)
    assert missed == 1 and "1 targets missed" in out, out
    words = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert words["fork_min"][2:4] == ["1,000", "9.0x"], out
    assert words["fork_live_10"][2] == "1,100", out
    assert words["pid_dense"][2] == "1,250!", out
    del figures["fork_min"]
    assert said_by(INSIDE.table, figures, PEERS)[1] == 0


def test_missed_targets_fail():
    """A row with two goals has to reach both."""
    peers = dict(PEERS, fork_256m={"target": 1500, "within": 40})
    good = {"fork_min": [1000, 900], "fork_live_10": [1100, 1],
            "pid_dense": [1250, 1], "fork_256m": [1400, 1]}
    for change, bad in (({}, 0), ({"fork_live_10": [1101, 1]}, 1),
                        ({"fork_256m": [1401, 1]}, 1),
                        ({"fork_min": [1001, 900], "pid_dense": [1252, 1]}, 2),
                        ({"live_max": [1, 1]}, 0)):
        out, found = said_by(INSIDE.misses, {**good, **change}, peers)
        assert found == bad and out.count("more than its target") == bad, out
    peers["fork_256m"]["target"] = 1300
    assert said_by(INSIDE.misses, good, peers)[1] == 1
    peers, _ = INSIDE.read(INSIDE.PEERS)
    assert peers["fork_256m"]["within"] == 40, peers["fork_256m"]
    assert peers["fork_live_10000"]["within"] == 10, peers["fork_live_10000"]


def test_most_processes_are_no_cost():
    peers = {"live_max": {"target": 100, "linux": 50, "xv6": 10, "bytes":
                          {"target": 4096, "linux": 9000}}}
    for figure, missed in (([100, 4096], 0), ([99, 4096], 1),
                           ([100, 4097], 1)):
        out, found = said_by(INSIDE.table, {"live_max": figure}, peers)
        assert found == missed and (f"{missed} targets missed" in out), out


def test_wall_times():
    """The least time beside the others' least."""
    peers = {"fork_min": {"linux": 1, "wall": {"linux": 359, "xv6": 1320}},
             "fork_1m": {"linux": 5}}
    out, slower = said_by(INSIDE.wall_table, {"fork_min": [50, 35.9],
                                              "fork_1m": [1, 1]}, peers)
    assert slower == 0 and re.search(" 10.0x +36.8x\n", out), out
    assert "of one host" in out, out
    out, slower = said_by(INSIDE.wall_table, {"fork_min": [500, 400]}, peers)
    assert slower == 1 and "400.00!" in out, out


def test_worse_rows_fail():
    base = {"fork_min": [110, 100], "boot": [50, 50]}
    for figures, bad in (({"fork_min": [0, 102], "boot": [0, 50]}, 0),
                         ({"fork_min": [0, 103], "boot": [0, 50]}, 1),
                         ({"fork_min": [0, 100]}, 1)):
        out, found = said_by(INSIDE.compare, figures, base)
        assert found == bad, (figures, out)


def test_pictures_have_every_curve():
    """Without shared tables alone there is a curve as well."""
    figures = {"fork_1m": [5, 5], "fork_4m": [6, 6],
               "fork_live_10": [3, 3], "fork_live_100": [4, 4]}
    peers = {"fork_1m": {"linux": 9}, "fork_live_10": {"xv6": 9}}
    for runs, names in (({0: figures}, {"Tine, page by page"}),
                        ({1: figures, 0: figures},
                         {"Tine", "Tine, page by page"})):
        with tempfile.TemporaryDirectory() as folder:
            INSIDE.plots(runs, peers, folder)
            for name, other in (("memory", "Linux"), ("live", "xv6")):
                tree = xml.parse(os.path.join(folder, f"bench-{name}.svg"))
                texts = {t.text for t in
                         tree.iter("{http://www.w3.org/2000/svg}text")}
                assert names | {other} <= texts, texts


def test_figures_repeat():
    first, second = (bench("null_syscall", "vfork_min").expect(0).out
                     for _ in range(2))
    assert first == second, first + second


def test_bad_arguments():
    done = bench("no_such_row")
    assert done.status == 1 and "no_such_row: no such row" in \
        done.out + done.err, done.out + done.err
    bench("--check", "fork_min").expect(2)


def test_where():
    """tools/where finds the function that was called once a call."""
    if os.environ.get("KCSAN"):
        raise Skip("it looks at the release kernel")
    done = run(os.path.join(TOOLS, "where"), "--per", "sys_write",
               "--log", "4", "forkbench -n 1000000 pipe_self",
               limit=300).expect(0)
    rows = [line.split() for line in done.out.splitlines()[2:]]
    calls = {row[2]: float(row[1]) for row in rows if len(row) == 3}
    assert calls["sys_write"] == 1, done.out
    assert 1.9 < calls["syscall"] < 2.1, done.out


def test_where_says_why_not():
    """It has too little memory; with another setting it goes on."""
    if os.environ.get("KCSAN"):
        raise Skip("it looks at the release kernel")
    where = os.path.join(TOOLS, "where")
    done = run(where, "--mem", "32", "forkbench -n 1000000 fork_64m")
    assert done.status == 1 and "ended too soon" in done.err and \
        "fork_64m" in done.err, done.err
    done = run(where, "--cmdline", "vm.pmap_share=0",
               "forkbench -n 1000000 fork_1m").expect(0)
    # The entries of two tables are copied one by one, which is dear.
    assert float(done.out.split()[0]) > 15000, done.out


def test_chart_is_xml():
    tree = xml.fromstring(chart("a < b", "x", "y", {
        "one & all": [(1, 10), (1000, 20000)], "none": []}))
    texts = [t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "a < b" in texts and "one & all" in texts, texts
    assert "100" in texts and "10k" in texts and "none" not in texts, texts


def test_forkbench_says_what_is_missing():
    done = tine("--cmdline", "kern.maxproc=40", "--exec",
                "forkbench -n 1 fork_live_100")
    assert done.status == 1 and "not so many processes" in done.out, done.out


if __name__ == "__main__":
    tap.main(globals())
