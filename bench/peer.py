#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""PyTorch doing the work of one pipeline of bench/pipelines, for run.py.

    peer.py WORKLOAD [--data DIR] [--threads N] [--width N]

Says {"ready": ...} when everything is loaded and warm, then answers each line on stdin, a
length in seconds, with one window: {"rate": samples a second, "peak_bytes": ...}. A window of
training holds all of a step: choosing rows, corrupting them, forward, loss, backward, update.

PyTorch is driven as fast as we could make it go on two cores: OpenBLAS built for OpenMP, so
that it shares PyTorch's threads, tcmalloc in place of glibc's malloc, images stored channels
last where that is faster, gradients dropped rather than zeroed. Both libraries are chosen when
a process starts, so the script begins by starting itself again.
"""
import argparse
import gzip
import json
import os
import sys
import sysconfig
import time


def options():
    p = argparse.ArgumentParser(description="the PyTorch side of bench/run.py")
    p.add_argument("workload")
    p.add_argument("--data", default=os.environ.get("NNPIPE_DATA", "."))
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--width", type=int, default=256)
    return p.parse_args()


def restart_with_fast_libraries(threads):
    if os.environ.get("NNPIPE_PEER"):
        return
    lib = os.path.join("/usr/lib", sysconfig.get_config_var("MULTIARCH") or "")
    env = dict(os.environ, NNPIPE_PEER="1", OMP_NUM_THREADS=str(threads),
               OPENBLAS_NUM_THREADS=str(threads))
    if os.path.isdir(lib + "/openblas-openmp"):
        env["LD_LIBRARY_PATH"] = lib + "/openblas-openmp"
    if os.path.exists(lib + "/libtcmalloc_minimal.so.4"):
        env["LD_PRELOAD"] = lib + "/libtcmalloc_minimal.so.4"
    os.execve(sys.executable, [sys.executable] + sys.argv, env)


OPT = None  # same.py takes the nets and data from here and has flags of its own
if __name__ == "__main__":
    OPT = options()
    restart_with_fast_libraries(OPT.threads)

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

LAST = torch.channels_last


def peak_bytes():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024


# ---- data ---------------------------------------------------------------------------------

def unpack(name, header):
    with open(os.path.join(OPT.data, name), "rb") as f:
        raw = bytearray(gzip.decompress(f.read()))
    return torch.frombuffer(raw, dtype=torch.uint8, offset=header)


def mnist_images():
    return unpack("mnist/train-images-idx3-ubyte.gz", 16).reshape(-1, 784).float().div_(255)


def mnist_labels():
    return unpack("mnist/train-labels-idx1-ubyte.gz", 8).long()


def cifar_images():
    rows = unpack("cifar10/data_batch_1.bin.gz", 0).reshape(-1, 3073)
    return rows[:, 1:].float().div_(255).reshape(-1, 3, 32, 32)


class Picker:
    """Batches of row numbers, each epoch in a new order, the short last batch left out."""

    def __init__(self, rows, batch):
        self.rows, self.batch, self.at, self.order = rows, batch, rows, None

    def __call__(self):
        if self.at + self.batch > self.rows:
            self.order, self.at = torch.randperm(self.rows), 0
        self.at += self.batch
        return self.order[self.at - self.batch:self.at]


# ---- nets: the layers of the pipelines of the same name ---------------------------------------

def perceptron(*sizes):
    parts = []
    for a, b in zip(sizes, sizes[1:]):
        parts += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def autoencoder():
    return nn.Sequential(perceptron(784, 1000, 500, 250, 30), perceptron(30, 250, 500, 1000, 784))


def conv(a, b, stride=1):
    return nn.Conv2d(a, b, 3, stride, padding=1)


def denoiser():
    return nn.Sequential(conv(1, 32), nn.ReLU(), nn.MaxPool2d(2),
                         conv(32, 32), nn.ReLU(), nn.MaxPool2d(2),
                         conv(32, 32), nn.ReLU(), nn.Upsample(scale_factor=2),
                         conv(32, 32), nn.ReLU(), nn.Upsample(scale_factor=2),
                         conv(32, 1)).to(memory_format=LAST)


def inpainter():
    return nn.Sequential(conv(3, 64, 2), nn.ReLU(), conv(64, 128, 2), nn.ReLU(),
                         conv(128, 128), nn.ReLU(), nn.Upsample(scale_factor=2),
                         conv(128, 64), nn.ReLU(), nn.Upsample(scale_factor=2),
                         conv(64, 3), nn.Sigmoid())


# ---- one step of each training: a function of nothing, and its rows ------------------------------

def training(net, loss, batch):
    update = torch.optim.Adam(net.parameters(), lr=1e-3)

    def step():
        update.zero_grad(set_to_none=True)
        loss().backward()
        update.step()
    return step, batch


def classifier(*sizes):
    x, y, net, pick = mnist_images(), mnist_labels(), perceptron(*sizes), Picker(60000, 128)

    def loss():
        rows = pick()
        return F.cross_entropy(net(x[rows]), y[rows])
    return training(net, loss, 128)


def w2():
    x, net, pick = mnist_images(), autoencoder(), Picker(60000, 256)

    def loss():
        rows = x[pick()]
        return F.binary_cross_entropy_with_logits(net(rows), rows)
    return training(net, loss, 256)


def w3():
    x, net, pick = mnist_images().reshape(-1, 1, 28, 28), denoiser(), Picker(60000, 128)

    def loss():
        clean = x[pick()]
        noisy = torch.randn_like(clean).mul_(0.5).add_(clean).clamp_(0, 1)
        return F.binary_cross_entropy_with_logits(net(noisy.contiguous(memory_format=LAST)),
                                                  clean)
    return training(net, loss, 128)


def w4(hole=12):
    x, net = cifar_images(), inpainter()
    pick, place = Picker(len(x), 64), torch.arange(32)

    def loss():
        clean = x[pick()]
        first = torch.randint(0, 33 - hole, (2, 64, 1))
        down, across = (place >= first) & (place < first + hole)
        shut = (down[:, :, None] & across[:, None, :])[:, None]
        return F.mse_loss(net(clean.masked_fill(shut, 0)), clean)
    return training(net, loss, 64)


# ---- predictions ------------------------------------------------------------------------------------

def frozen(net, x):
    with torch.no_grad():
        return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net.eval(), x)))


def prediction(net, shape, batch, last=False):
    x = torch.rand(batch, *shape)
    if last:
        x = x.contiguous(memory_format=LAST)
    run = frozen(net, x)

    def step():
        with torch.no_grad():
            run(x)
    return step, batch


def predict_w1(batch):
    net = nn.Sequential(perceptron(784, 256, 128, 10), nn.Softmax(1))
    return prediction(net, (784,), batch)


def predict_w3(batch):
    """Either memory layout may win: the faster one is taken."""
    tries = [prediction(nn.Sequential(denoiser(), nn.Sigmoid()), (1, 28, 28), batch, True),
             prediction(nn.Sequential(denoiser().to(memory_format=torch.contiguous_format),
                                      nn.Sigmoid()), (1, 28, 28), batch)]
    return max(tries, key=lambda t: window(*t, 0.5))


# ---- the rest -----------------------------------------------------------------------------------------

def reading():
    def step():
        assert mnist_images().shape == (60000, 784)
    return step, 60000


def xor_process():
    """The whole of W0: what this process takes from its start is the runner's to time."""
    x = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
    y = torch.tensor([[0.], [1.], [1.], [0.]])
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
    update = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    begin = time.perf_counter()
    for _ in range(2000):
        update.zero_grad(set_to_none=True)
        F.binary_cross_entropy(net(x), y).backward()
        update.step()
    print(json.dumps({"rate": 4 * 2000 / (time.perf_counter() - begin), "peak_bytes": peak_bytes()}))


WORK = {"w1": lambda: classifier(784, 256, 128, 10), "w2": w2, "w3": w3, "w4": w4,
        "w6-w1-1": lambda: predict_w1(1), "w6-w1-256": lambda: predict_w1(256),
        "w6-w3-1": lambda: predict_w3(1), "w6-w3-256": lambda: predict_w3(256), "w7": reading,
        "w8": lambda: classifier(784, OPT.width, OPT.width, 10)}


def window(step, rows, seconds):
    begin, n = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        step()
        n += 1
    return n * rows / (time.perf_counter() - begin)


def main():
    torch.set_num_threads(OPT.threads)
    torch.manual_seed(1)
    if OPT.workload == "w0":
        return xor_process()
    step, rows = WORK[OPT.workload]()
    window(step, rows, 0.5)
    print(json.dumps({"ready": OPT.workload, "torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        rate = window(step, rows, float(line))
        print(json.dumps({"rate": rate, "peak_bytes": peak_bytes()}), flush=True)


if __name__ == "__main__":
    main()
