#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes layers.txt: layers and their gradients in double precision, by PyTorch 1.13.

    python3 layers.py > layers.txt

tests/layers/test_reference.c compares our layers with it; make check does not run this.
A case is a line `layer NAME YAML`, then tensors, `ROLE N: sizes : numbers`. All inputs are
multiples of 1/64, so that they are the same in single precision.
"""
import torch
import torch.nn.functional as F

torch.manual_seed(20)


def draw(*shape, spread=4.0):
    x = (torch.rand(*shape, dtype=torch.float64) * 2 - 1) * spread
    return torch.round(x * 64) / 64


def write(role, number, t):
    sizes = " ".join(str(n) for n in t.shape)
    print(f"{role} {number}: {sizes} : " + " ".join(f"{v:.10g}" for v in t.flatten().tolist()))


def case(name, yaml, f, x, *weights):
    """f(x, *weights) and its gradients for a dout drawn here."""
    leaves = [t.clone().requires_grad_(True) for t in (x, *weights)]
    y = f(*leaves)
    dy = draw(*y.shape, spread=2.0)
    y.backward(dy)
    print(f"layer {name} {yaml}")
    write("in", 0, x)
    for i, w in enumerate(weights):
        write("weight", i, w)
    write("dout", 0, dy)
    write("out", 0, y.detach())
    write("din", 0, leaves[0].grad)
    for i, w in enumerate(leaves[1:]):
        write("dweight", i, w.grad)


def dense(x, w, b=None):
    return F.linear(x.flatten(1), w, b)


case("dense", "{units: 4}", dense, draw(3, 5), draw(4, 5), draw(4))
case("dense", "{units: 2, bias: false}", dense, draw(2, 3, 2), draw(2, 6))
case("dense", "{units: 1}", dense, draw(6, 17), draw(1, 17), draw(1))

points = torch.cat([draw(2, 8, spread=8.0), draw(2, 8, spread=0.25)])
points[0, 0], points[0, 1] = 60.0, -60.0
for name, yaml, f in [
    ("linear", "{}", lambda x: x * 1),
    ("sigmoid", "{}", torch.sigmoid),
    ("tanh", "{}", torch.tanh),
    ("relu", "{}", torch.relu),
    ("leaky_relu", "{}", F.leaky_relu),
    ("leaky_relu", "{slope: 0.25}", lambda x: F.leaky_relu(x, 0.25)),
    ("elu", "{}", F.elu),
    ("elu", "{alpha: 0.5}", lambda x: F.elu(x, 0.5)),
    ("gelu", "{}", F.gelu),
    ("gelu", "{approximate: tanh}", lambda x: F.gelu(x, approximate="tanh")),
    ("silu", "{}", F.silu),
    # Beyond the threshold PyTorch takes y = x; ours has none.
    ("softplus", "{}", lambda x: F.softplus(x, threshold=1e4)),
    ("softplus", "{beta: 3}", lambda x: F.softplus(x, beta=3, threshold=1e4)),
    ("softmax", "{}", lambda x: F.softmax(x, -1)),
]:
    case(name, yaml, f, points)
case("softmax", "{axis: 1}", lambda x: F.softmax(x, 1), draw(2, 3, 2, 2))
case("prelu", "{}", F.prelu, draw(3, 4), torch.tensor([0.25, 0.5, 0.0, -0.125]).double())
case("prelu", "{}", F.prelu, draw(2, 3, 2, 2), torch.tensor([0.25, 0.5, 2.0]).double())
case("prelu", "{shared: true}", F.prelu, draw(3, 4), torch.tensor([0.25]).double())


def same(x, k, stride=1, dilation=1):
    """Pads as `pad: same` does: the odd pixel to the right and below."""
    pads = []
    for n in (x.shape[3], x.shape[2]):
        p = max((-(-n // stride) - 1) * stride + (k - 1) * dilation + 1 - n, 0)
        pads += [p // 2, p - p // 2]
    return F.pad(x, pads)


def conv(k=3, stride=1, pad="same", dilation=1, groups=1):
    def f(x, w, b=None):
        if pad == "same":
            x = same(x, k, stride, dilation)
        p = 0 if isinstance(pad, str) else pad
        return F.conv2d(x, w, b, stride, p, dilation, groups)
    return f


case("conv", "{out: 2}", conv(), draw(1, 1, 5, 5), draw(2, 1, 3, 3), draw(2))
case("conv", "{out: 2, stride: 2}", conv(stride=2), draw(2, 2, 4, 5), draw(2, 2, 3, 3), draw(2))
case("conv", "{out: 1, k: 2}", conv(k=2), draw(2, 2, 3, 4), draw(1, 2, 2, 2), draw(1))
case("conv", "{out: 2, k: 4, stride: 3}", conv(k=4, stride=3), draw(1, 1, 7, 8),
     draw(2, 1, 4, 4), draw(2))
case("conv", "{out: 3, pad: valid}", conv(pad="valid"), draw(2, 1, 5, 4), draw(3, 1, 3, 3), draw(3))
case("conv", "{out: 1, padding: 2}", conv(pad=2), draw(1, 2, 4, 3), draw(1, 2, 3, 3), draw(1))
case("conv", "{out: 1, padding: [0, 2], stride: 2}", conv(pad=(0, 2), stride=2),
     draw(1, 2, 5, 4), draw(1, 2, 3, 3), draw(1))
case("conv", "{out: 2, dilation: 2}", conv(dilation=2), draw(1, 2, 6, 5), draw(2, 2, 3, 3), draw(2))
case("conv", "{out: 2, dilation: 2, stride: 2, pad: valid}",
     conv(dilation=2, stride=2, pad="valid"), draw(1, 1, 8, 9), draw(2, 1, 3, 3), draw(2))
case("conv", "{out: 4, groups: 2}", conv(groups=2), draw(2, 4, 3, 3), draw(4, 2, 3, 3), draw(4))
case("conv", "{out: 3, groups: 3, bias: false}", conv(groups=3), draw(2, 3, 3, 4), draw(3, 1, 3, 3))
case("conv", "{out: 3, k: 1}", conv(k=1), draw(3, 2, 2, 3), draw(3, 2, 1, 1), draw(3))


def transposed(stride=1, padding=0, dilation=1, groups=1):
    def f(x, w, b=None):
        return F.conv_transpose2d(x, w, b, stride, padding, 0, groups, dilation)
    return f


case("conv_transpose", "{out: 2, k: 2, stride: 2}", transposed(2), draw(1, 2, 3, 4),
     draw(2, 2, 2, 2), draw(2))
case("conv_transpose", "{out: 1, pad: valid, stride: 3}", transposed(3), draw(2, 1, 2, 3),
     draw(1, 1, 3, 3), draw(1))
case("conv_transpose", "{out: 4, padding: [1, 0], groups: 2}", transposed(1, (1, 0), 1, 2),
     draw(1, 4, 3, 2), draw(4, 2, 3, 3), draw(4))
case("conv_transpose", "{out: 1, pad: valid, dilation: 2, bias: false}", transposed(1, 0, 2),
     draw(1, 2, 3, 4), draw(2, 1, 3, 3))

case("maxpool", "2", lambda x: F.max_pool2d(x, 2), draw(2, 2, 5, 4))
case("maxpool", "{k: 3, stride: 2}", lambda x: F.max_pool2d(x, 3, 2), draw(1, 2, 7, 5))
case("avgpool", "3", lambda x: F.avg_pool2d(x, 3), draw(2, 1, 7, 6))
case("avgpool", "{k: 2, stride: 1}", lambda x: F.avg_pool2d(x, 2, 1), draw(1, 2, 3, 5))
case("global_avgpool", "{}", lambda x: x.mean((2, 3)), draw(3, 2, 3, 5))
case("global_maxpool", "{}", lambda x: x.amax((2, 3)), draw(3, 2, 3, 5))

case("upsample", "2", lambda x: F.interpolate(x, scale_factor=2, mode="nearest"),
     draw(1, 2, 3, 2))
for factor, shape in [(2, (2, 1, 3, 4)), (3, (1, 2, 1, 3))]:
    case("upsample", f"{{factor: {factor}, mode: bilinear}}",
         lambda x: F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False),
         draw(*shape))

for name, mode in [("value", "constant"), ("reflect", "reflect"), ("edge", "replicate")]:
    case("pad", f"{{size: [1, 2, 0, 3], mode: {name}}}",
         lambda x: F.pad(x, (0, 3, 1, 2), mode=mode), draw(1, 2, 3, 5))
case("pad", "{size: 1, value: -2.5}", lambda x: F.pad(x, (1, 1, 1, 1), value=-2.5),
     draw(2, 1, 1, 2))

case("batchnorm", "{}", lambda x, g, b: F.batch_norm(x, None, None, g, b, True), draw(4, 3),
     draw(3), draw(3))
case("batchnorm", "{eps: 0.01}",
     lambda x, g, b: F.batch_norm(x, None, None, g, b, True, 0.1, 0.01), draw(2, 3, 3, 2),
     draw(3), draw(3))
case("layernorm", "{}", lambda x, g, b: F.layer_norm(x, (7,), g, b), draw(3, 7), draw(7), draw(7))
case("layernorm", "{axis: 1, eps: 0.1}", lambda x, g, b: F.layer_norm(x, (2, 3, 3), g, b, 0.1),
     draw(1, 2, 3, 3), draw(2, 3, 3), draw(2, 3, 3))
case("groupnorm", "3", lambda x, g, b: F.group_norm(x, 3, g, b), draw(2, 6, 3, 1), draw(6), draw(6))
case("groupnorm", "{groups: 1, eps: 0.1}", lambda x, g, b: F.group_norm(x, 1, g, b, 0.1),
     draw(1, 3, 3, 5), draw(3), draw(3))
case("slice", "{size: 2, begin: 1, axis: -1}", lambda x: x[..., 1:3], draw(2, 3, 5))
case("crop", "[1, 2, 0, 3]", lambda x: x[..., 1:-2, 0:-3], draw(2, 2, 5, 4))
case("crop", "1", lambda x: F.pad(x, (-1, -1, -1, -1)), draw(1, 3, 3, 4))
