#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""nnpipe beside PyTorch on the same cores, one after the other in turn.

    bench/run.py [--build DIR] [--pairs N] [--window S] [WORKLOAD ...]

A pair is one window of nnpipe and one of the peer, a few seconds apart, so that what else the
machine does hits both. What counts is the median of the pairs' ratios. Each workload leaves
results/WORKLOAD.json, and README.md's table is written anew from all of them.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(HERE, "results")

# name: pipeline, flags of nnpipe bench, arguments of the peer, ratio to reach, unit
WORK = {
    "w0": ("w0", [], ["w0"], 100, "runs/s"),
    "w1": ("w1", [], ["w1"], 2.5, "samples/s"),
    "w2": ("w2", [], ["w2"], 1.6, "samples/s"),
    "w3": ("w3", [], ["w3"], 2.5, "samples/s"),
    "w4": ("w4", [], ["w4"], 1.6, "samples/s"),
    # w5, a character LSTM, comes with the recurrent layers
    "w6-w1-1": ("w1", ["--predict", "--set", "train.batch=1"], ["w6-w1-1"], 5, "samples/s"),
    "w6-w1-256": ("w1", ["--predict", "--set", "train.batch=256"], ["w6-w1-256"], 1.5, "samples/s"),
    "w6-w3-1": ("w3", ["--predict", "--set", "train.batch=1"], ["w6-w3-1"], 3, "samples/s"),
    "w6-w3-256": ("w3", ["--predict", "--set", "train.batch=256"], ["w6-w3-256"], 1.5, "samples/s"),
    "w7": ("w7", [], ["w7"], 1, "samples/s"),
    "w8-64": ("w8", ["--set", "vars.width=64"], ["w8", "--width", "64"], 4, "samples/s"),
    "w8-256": ("w8", ["--set", "vars.width=256"], ["w8", "--width", "256"], 1.8, "samples/s"),
    "w8-1024": ("w8", ["--set", "vars.width=1024"], ["w8", "--width", "1024"], 1.4, "samples/s"),
    "w8-4096": ("w8", ["--set", "vars.width=4096"], ["w8", "--width", "4096"], 1.2, "samples/s"),
}


def options():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("workload", nargs="*")
    p.add_argument("--build", default="build")
    p.add_argument("--data", default=os.environ.get("NNPIPE_DATA", os.path.join(HERE, "../datasets")))
    p.add_argument("--pairs", type=int, default=7)
    p.add_argument("--window", type=float, default=1.5, help="seconds")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--python", default="/usr/bin/python3", help="the one with torch")
    p.add_argument("--table", action="store_true", help="only write README.md's table")
    return p.parse_args()


OPT = options()
NNPIPE = os.path.join(os.path.abspath(OPT.build), "nnpipe")
ENV = dict(os.environ, NNPIPE_DATA=OPT.data)
if os.path.isdir(os.path.join(OPT.build, "plugins")):
    ENV["NNPIPE_PLUGIN_PATH"] = os.path.join(os.path.abspath(OPT.build), "plugins")


def spread(values):
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


# ---- nnpipe ---------------------------------------------------------------------------------

def ours(pipeline, flags):
    """One window: what `nnpipe bench --json` says, with the rate added."""
    command = [NNPIPE, "bench", os.path.join(HERE, "pipelines", pipeline + ".yaml"), "--json",
               "--repeat", "1", "--window", str(int(1000 * OPT.window)),
               "--threads", str(OPT.threads)] + flags
    done = subprocess.run(command, env=ENV, stdout=subprocess.PIPE, check=True)
    said = json.loads(done.stdout)
    said["rate"] = said["samples_per_s"]
    if pipeline == "w7":
        said["rate"] = 60000 / (said["open_ms"] + said["pass_ms"]) * 1e3
    return said


def our_process():
    """All of W0: a process, its folder, its result."""
    with tempfile.TemporaryDirectory() as folder:
        command = [NNPIPE, os.path.join(HERE, "pipelines/w0.yaml"), "-q", "-o", folder + "/run"]
        begin = time.perf_counter()
        subprocess.run(command, env=ENV, stdout=subprocess.DEVNULL, check=True)
        seconds = time.perf_counter() - begin
    return dict(ours("w0", []), rate=1 / seconds)


# ---- the peer ---------------------------------------------------------------------------------

class Peer:
    def __init__(self, arguments):
        self.command = [OPT.python, os.path.join(HERE, "peer.py"), "--data", OPT.data,
                        "--threads", str(OPT.threads)] + arguments
        self.process, self.arguments = None, arguments

    def window(self):
        if self.arguments == ["w0"]:
            begin = time.perf_counter()
            out = subprocess.run(self.command, stdout=subprocess.PIPE, check=True).stdout
            seconds = time.perf_counter() - begin
            said = json.loads(out)
            return dict(said, step_rate=said["rate"], rate=1 / seconds)
        if not self.process:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True)
            self.process.stdout.readline()
        self.process.stdin.write("%g\n" % OPT.window)
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()


def no_peer():
    """Why there is no peer, or None."""
    done = subprocess.run([OPT.python, "-c", "import torch"], stderr=subprocess.PIPE, text=True)
    return done.stderr.strip().split("\n")[-1] if done.returncode else None


# ---- one workload -----------------------------------------------------------------------------

def inflate_seconds():
    with open(os.path.join(OPT.data, "mnist/train-images-idx3-ubyte.gz"), "rb") as f:
        packed = f.read()
    begin = time.perf_counter()
    zlib.decompress(packed, 31, 47040016)
    return time.perf_counter() - begin


def measure(name, why_no_peer):
    pipeline, flags, arguments, goal, unit = WORK[name]
    peer = None if why_no_peer else Peer(arguments)
    a, b, inflate = [], [], []
    for _ in range(OPT.pairs):
        a.append(our_process() if name == "w0" else ours(pipeline, flags))
        if peer:
            b.append(peer.window())
        if name == "w7":
            inflate.append(inflate_seconds())
    if peer:
        peer.close()
    result = {"workload": name, "unit": unit, "pairs": OPT.pairs, "threads": OPT.threads,
              "nnpipe": spread([x["rate"] for x in a]), "goal": goal,
              "nnpipe_peak_bytes": max(x["peak_bytes"] for x in a),
              "planned_bytes": a[0]["planned_bytes"], "gflops": statistics.median(x["gflops"] for x in a),
              "profile": sorted(a, key=lambda x: x["rate"])[len(a) // 2]["items"]}
    if peer:
        result["peer"] = spread([x["rate"] for x in b])
        result["peer_peak_bytes"] = max(x["peak_bytes"] for x in b)
        result["ratio"] = spread([x["rate"] / y["rate"] for x, y in zip(a, b)])
    else:
        result["no_peer"] = why_no_peer
    if name == "w0" and peer:
        result["step_ratio"] = spread([x["samples_per_s"] / y["step_rate"] for x, y in zip(a, b)])
    if name == "w7":
        result["over_inflate"] = spread([60000 / x["rate"] / s for x, s in zip(a, inflate)])
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, name + ".json"), "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")
    return result


# ---- the table ----------------------------------------------------------------------------------

def three(v, digits):
    return "%s (%s to %s)" % tuple("%.*f" % (digits, v[k]) for k in ("median", "min", "max"))


def line(r):
    digits = 2 if r["unit"] == "runs/s" else 0
    peer = three(r["peer"], digits) if "peer" in r else "none: " + r["no_peer"]
    ratio = three(r["ratio"], 2) if "ratio" in r else ""
    memory = "%.0f" % (r["nnpipe_peak_bytes"] / 2 ** 20)
    if "peer" in r:
        memory += " / %.0f" % (r["peer_peak_bytes"] / 2 ** 20)
    note = "step %.0f" % r["step_ratio"]["median"] if "step_ratio" in r else ""
    note = "%.2f of zlib" % r["over_inflate"]["median"] if "over_inflate" in r else note
    return "| %s | %s | %s | %s | %g | %s | %.1f | %s |" % (
        r["workload"], three(r["nnpipe"], digits), peer, ratio, r["goal"], memory, r["gflops"], note)


def write_table():
    found = [os.path.join(RESULTS, n + ".json") for n in WORK]
    rows = [line(json.load(open(f))) for f in found if os.path.exists(f)]
    head = ["| workload | nnpipe | PyTorch | ratio | goal | peak MiB | GFLOP/s | |", "| --- |" + " --- |" * 7]
    path = os.path.join(HERE, "README.md")
    text = open(path).read()
    table = "<!-- table -->\n" + "\n".join(head + rows) + "\n<!-- end -->"
    text = re.sub(r"<!-- table -->.*?<!-- end -->", lambda _: table, text, flags=re.S)
    with open(path, "w") as f:
        f.write(text)


def main():
    wanted = OPT.workload or list(WORK)
    unknown = [w for w in wanted if w not in WORK]
    if unknown:
        sys.exit("no workload is called %s; there are %s" % (unknown[0], ", ".join(WORK)))
    why = None if OPT.table else no_peer()
    if why:
        print("the peer is left out: %s (Debian package python3-torch)" % why, file=sys.stderr)
    for name in [] if OPT.table else wanted:
        if not os.path.exists(os.path.join(HERE, "pipelines", WORK[name][0] + ".yaml")):
            print("%s: no pipeline yet" % name, file=sys.stderr)
            continue
        print(line(measure(name, why)), flush=True)
    write_table()


if __name__ == "__main__":
    main()
