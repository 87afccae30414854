# SPDX-License-Identifier: MIT
"""Writes the tables that tests/estimators.sh reads: python3 estimators.py FOLDER. Row i is
row 37 i modulo n of scikit-learn's table, so that the first 80 % hold all classes."""
import os
import sys

import numpy as np
from sklearn import datasets

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
for name in ("iris", "wine", "breast_cancer", "digits"):
    d = getattr(datasets, "load_" + name)()
    rows = (37 * np.arange(len(d.data))) % len(d.data)
    x, y = d.data[rows].astype(np.float32), d.target[rows]
    with open(os.path.join(folder, name + ".csv"), "w") as f:
        f.write(",".join(f"x{i}" for i in range(x.shape[1])) + ",y\n")
        for r, t in zip(x, y):
            f.write(",".join(f"{v:g}" for v in r) + f",{t}\n")
