#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The race is over the same work: nnpipe and PyTorch from the same weights, on the same rows.

    bench/same.py [--build DIR] [--data DIR] [--steps N] [WORKLOAD ...]

For w1 to w4: one batch is written as .npy, nnpipe's initial weights are read from its file of
tensors and copied into PyTorch's net, both sides take the same number of steps on that batch,
and the losses before the first step and after each are compared. Leaves results/same.json.
"""
import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch.nn import functional as F

import peer

HERE = os.path.dirname(os.path.abspath(__file__))


def options():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("workload", nargs="*", default=["w1", "w2", "w3", "w4"])
    p.add_argument("--build", default="build")
    p.add_argument("--data", default=os.environ.get("NNPIPE_DATA", os.path.join(HERE, "../datasets")))
    p.add_argument("--steps", type=int, default=50)
    return p.parse_args()


OPT = peer.OPT = options()
NNPIPE = os.path.join(os.path.abspath(OPT.build), "nnpipe")
ENV = dict(os.environ)
if os.path.isdir(os.path.join(OPT.build, "plugins")):
    ENV["NNPIPE_PLUGIN_PATH"] = os.path.join(os.path.abspath(OPT.build), "plugins")


# ---- the batch: stream x, and y where the pipeline reads something beside it ------------------

def w1():
    return peer.mnist_images()[:128], peer.mnist_labels()[:128].int(), peer.perceptron(784, 256, 128, 10)


def w2():
    return peer.mnist_images()[:256], None, peer.autoencoder()


def w3():
    x = peer.mnist_images()[:128].reshape(-1, 1, 28, 28)
    return x, (x + 0.5 * torch.randn_like(x)).clamp(0, 1), peer.denoiser()


def w4():
    x = peer.cifar_images()[:64]
    masked = x.clone()
    masked[:, :, 10:22, 10:22] = 0
    return x.contiguous(), masked, peer.inpainter()


BATCH = {"w1": w1, "w2": w2, "w3": w3, "w4": w4}
LOSS = {"w1": lambda out, x, y: F.cross_entropy(out, y.long()),
        "w2": lambda out, x, y: F.binary_cross_entropy_with_logits(out, x),
        "w3": lambda out, x, y: F.binary_cross_entropy_with_logits(out, x),
        "w4": lambda out, x, y: F.mse_loss(out, x)}


# ---- nnpipe ---------------------------------------------------------------------------------

def pipeline(name, x, y, folder):
    """The workload's file with this batch in the place of its data."""
    text = open(os.path.join(HERE, "pipelines", name + ".yaml")).read()
    np.save(folder + "/x.npy", x.numpy())
    source = "x: x.npy"
    if y is not None:
        np.save(folder + "/y.npy", y.numpy())
        source += ", y: y.npy" + (", classes: 10" if name == "w1" else "")
    text = re.sub(r"\ndata:.*?\nmodel:", "\ndata: {source: {npy: {%s}}}\nmodel:" % source, text,
                  flags=re.S)
    text = re.sub(r"from: (noisy|masked)", "from: y", text)
    path = "%s/%s.yaml" % (folder, name)
    with open(path, "w") as f:
        f.write(text)
    return path


def train(path, out, steps, rate):
    subprocess.run([NNPIPE, path, "-q", "-o", out, "--seed", "1", "--set", "train.epochs=%d" % steps,
                    "--set", "train.shuffle=false", "--set", "optim.adam.lr=%g" % rate,
                    "--set", "metrics="],
                   env=ENV, stdout=subprocess.DEVNULL, check=True)
    with open(out + "/metrics.csv") as f:
        return list(csv.DictReader(f))


def tensors(path):
    with open(path, "rb") as f:
        data = f.read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    found = {}
    for name, t in header.items():
        first, last = t["data_offsets"]
        found[name] = np.frombuffer(data[8 + length + first:8 + length + last], "<f4").reshape(t["shape"])
    return found


# ---- both sides -------------------------------------------------------------------------------

def losses_of_peer(name, net, start, x, y):
    """Layers are numbered in the order of the model on both sides."""
    order = sorted(start, key=lambda n: (int(re.search(r"\d+", n).group()), n.endswith("bias")))
    with torch.no_grad():
        for p, key in zip(net.parameters(), order, strict=True):
            p.copy_(torch.from_numpy(start[key].copy()))
    update = torch.optim.Adam(net.parameters(), lr=1e-3)
    seen = []
    for _ in range(OPT.steps + 1):
        update.zero_grad(set_to_none=True)
        loss = LOSS[name](net(x if name in ("w1", "w2") else y), x, y)
        loss.backward()
        update.step()
        seen.append(loss.item())
    return seen


def compare(name):
    torch.manual_seed(1)
    x, y, net = BATCH[name]()
    with tempfile.TemporaryDirectory() as folder:
        path = pipeline(name, x, y, folder)
        rows = train(path, folder + "/start", 1, 0)  # a rate of 0 leaves the initial weights
        start = tensors(folder + "/start/best.nnw")
        rows += train(path, folder + "/run", OPT.steps, 1e-3)
    ours = [float(row["train.loss"]) for row in rows]  # each after the step
    theirs = losses_of_peer(name, net, start, x, y)
    assert len(ours) == len(theirs) == OPT.steps + 1
    off = [abs(a - b) / abs(b) for a, b in zip(ours, theirs)]
    return {"steps": OPT.steps, "rows": len(x), "first": [ours[0], theirs[0]], "last": [ours[-1], theirs[-1]],
            "largest_relative_difference": max(off), "after_steps": off.index(max(off))}


def main():
    results = {}
    for name in OPT.workload:
        r = results[name] = compare(name)
        print("%s: loss %.6f to %.6f, PyTorch %.6f to %.6f, at most %.1e apart (after %d steps)" % (
            name, r["first"][0], r["last"][0], r["first"][1], r["last"][1],
            r["largest_relative_difference"], r["after_steps"]))
    with open(os.path.join(HERE, "results/same.json"), "w") as f:
        json.dump(results, f, indent=1)
        f.write("\n")
    return any(r["largest_relative_difference"] > 1e-2 for r in results.values())


if __name__ == "__main__":
    sys.exit(main())
