#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The principal components of eight rows, for tests/estimators/test_pca.c."""
import torch

x = torch.tensor(
    [[1, 2, 0, 4], [3, 1, 1, 0], [2, 5, 1, 2], [4, 4, 0, 1],
     [0, 1, 3, 5], [5, 2, 2, 2], [1, 0, 1, 3], [2, 3, 4, 1]], dtype=torch.float64)
mean = x.mean(0)
values, vectors = torch.linalg.eigh((x - mean).T @ (x - mean) / len(x))
values, axes = values.flip(0), vectors.T.flip(0)
axes = axes * torch.sign(axes.gather(1, axes.abs().argmax(1, keepdim=True)))
codes = (x - mean) @ axes[:2].T
torch.set_printoptions(precision=8, sci_mode=False)
print("variance", values)
print("axes", axes[:2])
print("codes", codes)
print("reconstruction of row 0", mean + codes[0] @ axes[:2])
print("explained", float(values[:2].sum() / values.sum()))
