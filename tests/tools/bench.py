#!/usr/bin/env python3
"""Tests of tools/bench, and by it of what things cost."""

import json
import os
import xml.etree.ElementTree as xml

import tap
from tap import Skip, TOOLS, run, tine
from tinelib.chart import chart
from tinelib.places import Build

OTHER_COMPILER = 77


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
