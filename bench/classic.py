#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Four classic tables: test accuracy of nnpipe beside scikit-learn's MLPClassifier.

    bench/classic.py [--build DIR] [--seeds N] [DATA ...]

The tables come with scikit-learn and are written as CSV. Each seed deals the rows anew, 80 %
to train and 20 % to test, each class in proportion; nnpipe deals, and scikit-learn gets the same
rows. Both standardize by the training rows and train one hidden layer of relu with Adam, as many
epochs of as large batches, without weight decay and without early stopping; the weights of the
last epoch count. Each side begins with its own default weights, `--init` gives nnpipe those of
MLPClassifier. Leaves results/classic.json and the table in README.md.
"""
import argparse
import csv
import json
import os
import re
import statistics
import subprocess
import tempfile
import warnings

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = ["iris", "wine", "breast_cancer", "digits"]
UNITS, RATE, BATCH, EPOCHS = 32, 0.003, 16, 100


def options():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("data", nargs="*", default=TABLES)
    p.add_argument("--build", default="build")
    p.add_argument("--seeds", type=int, default=10)
    p.add_argument("--init", action="store_true", help="the initial weights of MLPClassifier for both")
    return p.parse_args()


OPT = options()
NNPIPE = os.path.join(os.path.abspath(OPT.build), "nnpipe")
ENV = dict(os.environ)
if os.path.isdir(os.path.join(OPT.build, "plugins")):
    ENV["NNPIPE_PLUGIN_PATH"] = os.path.join(os.path.abspath(OPT.build), "plugins")


# ---- nnpipe ---------------------------------------------------------------------------------

def write_csv(path, x, y):
    with open(path, "w") as f:
        f.write(",".join("x%d" % i for i in range(x.shape[1])) + ",y,row\n")
        for row, (features, label) in enumerate(zip(x, y)):
            f.write(",".join("%.9g" % v for v in features) + ",%d,%d\n" % (label, row))


def init_of(fan_in, fan_out):
    """What MLPClassifier draws weights and biases from."""
    if not OPT.init:
        return ""
    bound = (6 / (fan_in + fan_out)) ** 0.5
    draw = "{uniform: {low: %.9g, high: %.9g}}" % (-bound, bound)
    return ", init: {weight: %s, bias: %s}" % (draw, draw)


def pipeline(name, x, classes):
    """Two classes are one probability, as MLPClassifier has it."""
    two = classes == 2
    return """nnpipe: 1
name: %s
data:
  source: {csv: {file: %s.csv, columns: {x: ["x*"], y: [y], row: [row]}, label: %s}}
  split: {train: 80%%, test: 20%%}
  map: [standardize]
model:
  - {dense: %d, as: hidden%s}
  - relu
  - {dense: %d, as: out%s}
loss: %s
optim: {adam: %g}
train: {epochs: %d, batch: %d, keep: {best: last}}
""" % (name, name, "false" if two else "true", UNITS, init_of(x.shape[1], UNITS),
       1 if two else classes, init_of(UNITS, 1 if two else classes),
       "bce" if two else "xent", RATE, EPOCHS, BATCH)


def nnpipe(*words):
    return subprocess.run([NNPIPE, *words], env=ENV, stdout=subprocess.PIPE, check=True, text=True).stdout


def numbers(run, part, stream=None):
    said = nnpipe("predict", run, "--on", part, "-q", *(["--stream", stream] if stream else []))
    return list(csv.reader(said.splitlines()))


def train(path, out, seed):
    """Rows of both parts, and the class that each of the test part is given."""
    nnpipe(path, "-q", "-o", out, "--seed", str(seed))
    rows = [np.array([int(float(r[0])) for r in numbers(out, part, "row") if r[0] != "row"])
            for part in ("train", "test")]
    said = numbers(out, "test")
    if "class" in said[0]:
        return rows, [int(r[-1]) for r in said[1:]]
    return rows, [int(float(r[0]) >= 0.5) for r in said]


# ---- both sides -------------------------------------------------------------------------------

def peer(x, y, rows, seed):
    scale = StandardScaler().fit(x[rows[0]])
    net = MLPClassifier((UNITS,), alpha=0, batch_size=BATCH, learning_rate_init=RATE,
                        max_iter=EPOCHS, n_iter_no_change=EPOCHS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged, which it was not told to
        net.fit(scale.transform(x[rows[0]]), y[rows[0]])
    return net.predict(scale.transform(x[rows[1]]))


def compare(name):
    x, y = getattr(datasets, "load_" + name)(return_X_y=True)
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        path = "%s/%s.yaml" % (folder, name)
        write_csv("%s/%s.csv" % (folder, name), x, y)
        with open(path, "w") as f:
            f.write(pipeline(name, x, len(set(y))))
        for seed in range(1, OPT.seeds + 1):
            rows, ours = train(path, "%s/%d" % (folder, seed), seed)
            assert sorted([*rows[0], *rows[1]]) == list(range(len(y)))
            theirs = peer(x, y, rows, seed)
            pairs.append([float(np.mean(ours == y[rows[1]])), float(np.mean(theirs == y[rows[1]]))])
    return {"rows": [len(rows[0]), len(rows[1])], "columns": x.shape[1], "classes": len(set(y)),
            "accuracy": pairs}


# ---- the table ---------------------------------------------------------------------------------

def spread(values):
    return "%.3f (%.3f to %.3f)" % (statistics.mean(values), min(values), max(values))


def line(name, found):
    ours, theirs = zip(*found["accuracy"])
    off = [a - b for a, b in found["accuracy"]]
    error = statistics.stdev(off) / len(off) ** 0.5
    return "| %s | %d, %d | %s | %s | %+.3f ± %.3f |" % (
        name.replace("_", " "), *found["rows"], spread(ours), spread(theirs), statistics.mean(off), error)


def table(found):
    head = ["| | rows to train, to test | nnpipe | MLPClassifier | difference |",
            "| --- | --- | --- | --- | --- |"]
    return "\n".join(head + [line(name, found[name]) for name in TABLES if name in found])


def main():
    found = {name: compare(name) for name in OPT.data}
    print(table(found))
    if OPT.data != TABLES or OPT.init:
        return
    found["made_with"] = {"nnpipe": nnpipe("--version").strip(), "scikit-learn": sklearn.__version__,
                          "units": UNITS, "rate": RATE, "batch": BATCH, "epochs": EPOCHS}
    with open(os.path.join(HERE, "results/classic.json"), "w") as f:
        json.dump(found, f, indent=1)
        f.write("\n")
    path = os.path.join(HERE, "README.md")
    text = open(path).read()
    with open(path, "w") as f:
        f.write(re.sub("<!-- classic -->.*?<!-- end -->",
                       "<!-- classic -->\n%s\n<!-- end -->" % table(found), text, flags=re.S))


if __name__ == "__main__":
    main()
