#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two builds of nnpipe in turn: is one faster than the other?

    bench/turn.py NEW-BUILD OLD-BUILD [--pairs N] [--window S] [--threads N] [WORKLOAD ...]

A pair is one window of each on the same file, a moment apart, the one that goes first changing
from pair to pair. What counts is the median of the pairs' ratios, new over old; 1.02 is two
percent faster. Without PyTorch; bench/run.py has the peer.
"""
import argparse
import json
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = {
    "w0": ("w0", []), "w1": ("w1", []), "w2": ("w2", []), "w3": ("w3", []), "w4": ("w4", []),
    "w6-w1-1": ("w1", ["--predict", "--set", "train.batch=1"]),
    "w6-w1-256": ("w1", ["--predict", "--set", "train.batch=256"]),
    "w6-w3-1": ("w3", ["--predict", "--set", "train.batch=1"]),
    "w6-w3-256": ("w3", ["--predict", "--set", "train.batch=256"]),
}


def rate(build, workload, opt):
    pipeline, flags = WORK[workload]
    build = os.path.abspath(build)
    env = dict(os.environ, NNPIPE_PLUGIN_PATH=os.path.join(build, "plugins"))
    command = [os.path.join(build, "nnpipe"), "bench",
               os.path.join(HERE, "pipelines", pipeline + ".yaml"), "--json", "--repeat", "1",
               "--window", str(int(1000 * opt.window)), "--threads", str(opt.threads)] + flags
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["samples_per_s"]


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("new")
    p.add_argument("old")
    p.add_argument("workload", nargs="*")
    p.add_argument("--pairs", type=int, default=7)
    p.add_argument("--window", type=float, default=1.0, help="seconds")
    p.add_argument("--threads", type=int, default=2)
    opt = p.parse_intermixed_args()
    for workload in opt.workload or WORK:
        ratios = []
        for pair in range(opt.pairs):
            order = [opt.new, opt.old] if pair % 2 == 0 else [opt.old, opt.new]
            got = {build: rate(build, workload, opt) for build in order}
            ratios.append(got[opt.new] / got[opt.old])
        print("%-10s %.3f (%.3f to %.3f), %d pairs" % (
            workload, statistics.median(ratios), min(ratios), max(ratios), opt.pairs), flush=True)


if __name__ == "__main__":
    main()
