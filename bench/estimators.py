#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Seconds that tree, forest and svm take to fit digits, beside scikit-learn on the same rows
and as many threads: python3 bench/estimators.py [REPEATS]. NNPIPE says which nnpipe."""
import os
import re
import subprocess
import sys
import tempfile
import time

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

NNPIPE = os.environ.get("NNPIPE", "nnpipe")
REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
THREADS = 2
OURS = {"tree": "tree", "forest": "forest", "svm": "svm"}
THEIRS = {
    "tree": lambda: DecisionTreeClassifier(random_state=0),
    "forest": lambda: RandomForestClassifier(100, random_state=0, n_jobs=THREADS),
    "svm": lambda: SVC(),
}


def write(folder, x, y):
    with open(os.path.join(folder, "digits.csv"), "w") as f:
        f.write(",".join(f"p{i}" for i in range(x.shape[1])) + ",digit\n")
        for row, label in zip(x, y):
            f.write(",".join(f"{v:g}" for v in row) + f",{label}\n")


def ours(folder, model):
    path = os.path.join(folder, "t.yaml")
    with open(path, "w") as f:
        f.write("nnpipe: 1\nname: t\ndata:\n  source: {csv: {file: digits.csv, label: true}}\n"
                f"  split: {{train: all}}\nmodel: [{model}]\nmetrics: [accuracy]\n")
    done = subprocess.run([NNPIPE, path, "-o", os.path.join(folder, "run"), "--force", "--threads",
                           str(THREADS)], capture_output=True, text=True, check=True)
    return float(re.search(r"fitted in .*?\(([0-9.]+) s\)", done.stdout + done.stderr).group(1))


def theirs(model, x, y):
    begin = time.perf_counter()
    model.fit(x, y)
    return time.perf_counter() - begin


x, y = load_digits(return_X_y=True)
with tempfile.TemporaryDirectory() as folder:
    write(folder, x, y)
    print("model    nnpipe  scikit-learn   seconds, the best of", REPEATS)
    for name, model in OURS.items():
        a = min(ours(folder, model) for _ in range(REPEATS))
        b = min(theirs(THEIRS[name](), x, y) for _ in range(REPEATS))
        print(f"{name:8} {a:6.3f}  {b:12.3f}")
