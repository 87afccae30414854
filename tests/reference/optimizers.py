#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The trajectories that tests/optimizers/test_*.c follow, from PyTorch in double precision.

    ./optimizers.py adam        prints the table of one test as C; without a name, of all

Four weights take ten steps. Their gradients do not depend on them, so that each error shows
where it is made: g[t][i] = ((7 t + 5 i) mod 11 - 5) / 8, exact in single precision.
Made with PyTorch 1.13; make check does not need it.
"""
import sys

import torch

START = [0.5, -0.25, 0.125, -0.75]
STEPS = 10

# name of our plugin -> [(our parameters, PyTorch's optimizer, its parameters)]
RUNS = {
    "sgd": [
        ("{lr: 0.1}", torch.optim.SGD, dict(lr=0.1)),
        ("{lr: 0.1, momentum: 0.9}", torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
        ("{lr: 0.1, momentum: 0.9, nesterov: true, l2: 0.01}", torch.optim.SGD,
         dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)),
        ("{lr: 0.1, momentum: 0.8, dampening: 0.5}", torch.optim.SGD,
         dict(lr=0.1, momentum=0.8, dampening=0.5)),
        ("{lr: 0.1, l2: 0.5}", torch.optim.SGD, dict(lr=0.1, weight_decay=0.5)),
    ],
    "adagrad": [
        ("0.1", torch.optim.Adagrad, dict(lr=0.1)),
        ("{lr: 0.1, initial: 0.5, eps: 1e-3, l2: 0.1}", torch.optim.Adagrad,
         dict(lr=0.1, initial_accumulator_value=0.5, eps=1e-3, weight_decay=0.1)),
    ],
    "adadelta": [
        (None, torch.optim.Adadelta, dict()),
        ("{lr: 20, rho: 0.8, eps: 1e-3, l2: 0.1}", torch.optim.Adadelta,
         dict(lr=20, rho=0.8, eps=1e-3, weight_decay=0.1)),
    ],
    "rmsprop": [
        (None, torch.optim.RMSprop, dict()),
        ("{lr: 0.01, alpha: 0.9, centered: true}", torch.optim.RMSprop,
         dict(lr=0.01, alpha=0.9, centered=True)),
        ("{lr: 0.01, momentum: 0.9, l2: 0.1}", torch.optim.RMSprop,
         dict(lr=0.01, momentum=0.9, weight_decay=0.1)),
        ("{lr: 0.01, alpha: 0.9, eps: 1e-3, centered: true, momentum: 0.5}",
         torch.optim.RMSprop,
         dict(lr=0.01, alpha=0.9, eps=1e-3, centered=True, momentum=0.5)),
    ],
    "adam": [
        (None, torch.optim.Adam, dict()),
        ("{lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 1e-3, l2: 0.1}", torch.optim.Adam,
         dict(lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1)),
        ("{lr: 0.01, beta2: 0.5, amsgrad: true}", torch.optim.Adam,
         dict(lr=0.01, betas=(0.9, 0.5), amsgrad=True)),
    ],
    "adamw": [
        (None, torch.optim.AdamW, dict()),
        ("{lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 1e-3, decay: 0.5}", torch.optim.AdamW,
         dict(lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.5)),
        ("{lr: 0.01, beta2: 0.5, amsgrad: true, decay: 0}", torch.optim.AdamW,
         dict(lr=0.01, betas=(0.9, 0.5), amsgrad=True, weight_decay=0)),
    ],
}


def trajectory(make, settings):
    w = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    o = make([w], **settings)
    for t in range(STEPS):
        w.grad = torch.tensor([((7 * t + 5 * i) % 11 - 5) / 8 for i in range(len(START))],
                              dtype=torch.float64)
        o.step()
        yield w.detach().tolist()


def main():
    for name in sys.argv[1:] or RUNS:
        print(f"/* {name} */")
        for yaml, make, settings in RUNS[name]:
            print("    { " + (f'"{yaml}"' if yaml else "NULL") + ",")
            rows = ["{ " + ", ".join(f"{v:.9f}" for v in w) + " }"
                    for w in trajectory(make, settings)]
            print("      { " + ",\n        ".join(rows) + " } },")


if __name__ == "__main__":
    main()
