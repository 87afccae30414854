#!/bin/sh
# SPDX-License-Identifier: MIT
# The bytes that are said before a run are what the run then takes, within 5 %. Those of
# `nnpipe show`: peak resident memory of a net of some 40 MiB and of data of that size, each less
# that of the same program with a tiny one. Those of the run itself, with the program and its
# libraries: the process, where of XOR's 4 MiB a system may map 0.3 ahead. Several trainings in one
# file take what one of them takes.
: "${srcdir:=.}"
if ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP python3 measures"
    exit 0
fi
case $(ldd "$NNPIPE" 2>/dev/null) in
*libasan* | *libubsan*)
    echo "1..0 # SKIP the sanitizers take memory of their own"
    exit 0
    ;;
esac
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
pipelines=$(cd "$srcdir/pipelines" && pwd) || exit 99
export pipelines
cd "$work" || exit 99
for width in 1 2000; do
    cat >net$width.yaml <<EOF
nnpipe: 1
name: net$width
data:
  source: {random: {shape: [64], classes: 3, n: 4096}}
model: [{dense: $width}, tanh, {dense: $width}, tanh, {dense: 3}]
loss: xent
optim: {adam: {lr: 1e-3}}
train: {epochs: 1, batch: 512}
EOF
done
for rows in 100 10000; do
    cat >rows$rows.yaml <<EOF
nnpipe: 1
name: rows$rows
data:
  source: {npy: {x: x$rows.npy, y: y$rows.npy}}
model: [dense: 2]
loss: xent
optim: {sgd: {lr: 1e-3}}
train: {epochs: 1, batch: 50}
EOF
done
python3 - <<'EOF'
import json, os, struct, subprocess
nnpipe = os.environ["NNPIPE"]
def npy(name, kind, shape, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s}" % (kind, shape)
    head += " " * (117 - len(head)) + "\n"
    with open(name, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data)
def predicted(file):
    return json.loads(subprocess.check_output([nnpipe, "show", file, "--json"]))["bytes"]
def events(file, seeds=1):
    out = subprocess.check_output([nnpipe, file, "--json", "--threads", "1", "--force", "-o", "run",
                                   "--set", "seeds=%d" % seeds])
    return [json.loads(line) for line in out.splitlines() if line.startswith(b"{")]
def measured(file, seeds=1):
    ends = [e for e in events(file, seeds) if "peak_bytes" in e]
    assert len(ends) == seeds
    return ends[-1]["peak_bytes"]
def compare(number, what, large, small):
    said = predicted(large) - predicted(small)
    took = measured(large) - measured(small)
    good = abs(took - said) < 0.05 * said
    print("%sok %d - of %s %.1f MiB were said, %.1f MiB were taken" %
          ("" if good else "not ", number, what, said / 2**20, took / 2**20))
for rows in 100, 10000:
    npy("x%d.npy" % rows, "<f4", (rows, 1000), struct.pack("<2f", 0.5, 1.0) * (rows * 500))
    npy("y%d.npy" % rows, "|u1", (rows,), bytes([0, 1]) * (rows // 2))
compare(1, "a net", "net2000.yaml", "net1.yaml")
compare(2, "data", "rows10000.yaml", "rows100.yaml")
one, six = measured("net2000.yaml"), measured("net2000.yaml", 6)
print("%sok 3 - one training takes %.1f MiB, six take %.1f MiB" %
      ("" if six < 1.05 * one else "not ", one / 2**20, six / 2**20))
files = ["net2000.yaml", "rows10000.yaml"] + [
    os.path.join(os.environ["pipelines"], f + ".yaml") for f in ("xor", "spiral", "glyphs_denoise")]
for number, file in enumerate(files, 4):
    found = events(file)
    said = [e["expected_peak_bytes"] for e in found if e.get("event") == "start"][-1]
    took = [e["peak_bytes"] for e in found if e.get("event") == "end"][-1]
    print("%sok %d - all of %s: %.2f MiB were said, %.2f MiB were taken" %
          ("" if abs(took - said) < max(0.05 * took, 0.3 * 2**20) else "not ", number,
           os.path.basename(file), said / 2**20, took / 2**20))
print("1..%d" % (3 + len(files)))
EOF
