#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What nnpipe's speed does when there is more: threads, and rows of data.

    bench/scaling.py [--build DIR] [--data DIR] [--pairs N] [--window S]

Two threads beside one on w2 and w4, and w1 on all 60,000 rows beside 6,000, in turn; medians of
the pairs' ratios. Leaves results/scaling.json.
"""
import argparse
import json
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))

# name: pipeline, flags of one side, of the other, ratio of the rates to reach
PAIRS = {
    "w2, 2 threads over 1": ("w2", ["--threads", "2"], ["--threads", "1"], 1.7),
    "w4, 2 threads over 1": ("w4", ["--threads", "2"], ["--threads", "1"], 1.7),
    "w1, 60000 rows over 6000": ("w1", ["--threads", "2"],
                                 ["--threads", "2", "--set", "data.split.train=0..5999"], 1),
}


def options():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--build", default="build")
    p.add_argument("--data", default=os.environ.get("NNPIPE_DATA", os.path.join(HERE, "../datasets")))
    p.add_argument("--pairs", type=int, default=5)
    p.add_argument("--window", type=float, default=0.5, help="seconds")
    return p.parse_args()


OPT = options()
ENV = dict(os.environ, NNPIPE_DATA=OPT.data)
if os.path.isdir(os.path.join(OPT.build, "plugins")):
    ENV["NNPIPE_PLUGIN_PATH"] = os.path.join(os.path.abspath(OPT.build), "plugins")


def rate(pipeline, flags):
    command = [os.path.join(os.path.abspath(OPT.build), "nnpipe"), "bench",
               os.path.join(HERE, "pipelines", pipeline + ".yaml"), "--json", "--repeat", "1",
               "--window", str(int(1000 * OPT.window))] + flags
    done = subprocess.run(command, env=ENV, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["samples_per_s"]


def main():
    results = {}
    for name, (pipeline, one, other, goal) in PAIRS.items():
        ratios = [rate(pipeline, one) / rate(pipeline, other) for _ in range(OPT.pairs)]
        results[name] = {"min": min(ratios), "median": statistics.median(ratios), "max": max(ratios),
                         "goal": goal, "pairs": OPT.pairs}
        print("%s: %.2f (%.2f to %.2f), goal %g" % (name, statistics.median(ratios), min(ratios),
                                                   max(ratios), goal), flush=True)
    with open(os.path.join(HERE, "results/scaling.json"), "w") as f:
        json.dump(results, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
