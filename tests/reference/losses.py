#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The values of tests/losses/test_*.c, from PyTorch in double precision.

Prints loss and gradient of every row, for the inputs that the tests use. Made with
PyTorch 1.13; make check does not need it.
"""
import torch
import torch.nn.functional as F

X = [[0.5, -1.25, 2, 0.25], [-3, 0.75, 0, 1]]


def show(title, x, loss):
    """loss: a function of x that gives one value per row (or token)."""
    x = torch.as_tensor(x, dtype=torch.float64).clone().requires_grad_(True)
    rows = loss(x)
    rows.sum().backward()
    print(title)
    print("  loss    ", ", ".join(f"{v:.8f}" for v in rows.flatten().tolist()))
    print("  gradient", ", ".join(f"{v:.8f}" for v in x.grad.flatten().tolist()))


def tensor(v, dtype=torch.float64):
    return torch.tensor(v, dtype=dtype)


T = tensor([[1, -1, 2.5, 0.25], [-3, -1.25, -2, 1.5]])
P = tensor([[0, 1, 1, 0.25], [0, 1, 0.5, 1]])
M = tensor([[1, 0, 2, 1], [0.5, 0.5, 0, 1]])
CLASS = tensor([2, 0], torch.int64)
SOFT = tensor([[0.5, 0.25, 0.25, 0], [0, 0, 0, 1]])
PROBS = [[0.1, 0.2, 0.6, 0.1], [0.25, 0.25, 0.4, 0.1]]

none = dict(reduction="none")
show("mse", X, lambda x: F.mse_loss(x, T, **none).mean(1))
show("mse, mask", X, lambda x: (F.mse_loss(x, T, **none) * M).sum(1) / M.sum(1))
show("mae", X, lambda x: F.l1_loss(x, T, **none).mean(1))
show("huber 1", X, lambda x: F.huber_loss(x, T, **none).mean(1))
show("huber 0.5", X, lambda x: F.huber_loss(x, T, delta=0.5, **none).mean(1))
show("bce", X, lambda x: F.binary_cross_entropy_with_logits(x, P, **none).mean(1))
show("bce, mask", X,
     lambda x: (F.binary_cross_entropy_with_logits(x, P, **none) * M).sum(1) / M.sum(1))
show("bce on probabilities", PROBS, lambda x: F.binary_cross_entropy(x, P, **none).mean(1))
show("bce, certain and wrong", [[0, 1, 1, 0]],
     lambda x: F.binary_cross_entropy(x, tensor([[1, 0, 1, 0]]), **none).mean(1))
show("xent", X, lambda x: F.cross_entropy(x, CLASS, **none))
show("xent, smoothing 0.2", X,
     lambda x: F.cross_entropy(x, CLASS, label_smoothing=0.2, **none))
show("xent, weights", X, lambda x: F.cross_entropy(x, SOFT, **none))
show("xent, weights, smoothing 0.2", X,
     lambda x: F.cross_entropy(x, SOFT, label_smoothing=0.2, **none))
show("xent on probabilities", PROBS, lambda x: F.nll_loss(torch.log(x), CLASS, **none))
show("hinge, class numbers", X, lambda x: F.multi_margin_loss(x, CLASS, **none))
show("hinge, class numbers, margin 2", X,
     lambda x: F.multi_margin_loss(x, CLASS, margin=2, **none))
show("softmax", X, lambda x: F.softmax(x, 1))
show("sigmoid", X, lambda x: torch.sigmoid(x))

# Images: multiples of 1/16 that follow a rule, so that a test can make them again.
IMAGES = torch.tensor([(7 * i * i + 3 * i) % 17 for i in range(80)]).double().reshape(2, 2, 4, 5) / 16
CLEAN = torch.tensor([(5 * i * i + i) % 16 for i in range(80)]).double().reshape(2, 2, 4, 5) / 16


def ssim_loss(x, window=3, sigma=1.5, peak=1.0):
    d = torch.arange(window).double() - (window - 1) / 2
    g = torch.exp(-(d / sigma) ** 2 / 2)
    g = (g[:, None] * g / g.sum() ** 2).expand(2, 1, window, window)
    blur = lambda a: F.conv2d(a, g, groups=2)
    mx, mt = blur(x), blur(CLEAN)
    vx, vt, cov = blur(x * x) - mx ** 2, blur(CLEAN ** 2) - mt ** 2, blur(x * CLEAN) - mx * mt
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    s = (2 * mx * mt + c1) * (2 * cov + c2) / ((mx ** 2 + mt ** 2 + c1) * (vx + vt + c2))
    return 1 - s.mean((1, 2, 3))


show("ssim, window 3", IMAGES, ssim_loss)
show("ssim, window 4, peak 2", IMAGES, lambda x: ssim_loss(x, 4, 1.0, 2.0))
