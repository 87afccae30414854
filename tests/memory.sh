#!/bin/sh
# SPDX-License-Identifier: MIT
# The bytes that are said before a run are what the run then takes of its own: pages of files
# (program, libraries) are the system's affair, see framework/run/peak.h. Those of `nnpipe show`:
# what a net of 22 MiB and data of 8 MiB take more than tiny ones, within 5 %. Those of the run
# itself: at most what was said, and no more than it touches in its step and its end below that.
# Several trainings in one file take what one of them takes.
: "${srcdir:=.}"
if ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP python3 measures"
    exit 0
fi
if ! grep -q '^Anonymous:' /proc/self/smaps_rollup 2>/dev/null; then
    echo "1..0 # SKIP this system does not tell a process's own pages"
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
for width in 1 1000; do
    cat >net$width.yaml <<EOF
nnpipe: 1
name: net$width
data:
  source: {random: {shape: [64], classes: 3, n: 512}}
model: [{dense: $width}, tanh, {dense: $width}, tanh, {dense: 3}]
loss: xent
optim: {adam: {lr: 1e-3}}
train: {epochs: 1, batch: 256}
EOF
done
for rows in 100 2000; do
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
number = 0
def result(good, text, *bytes):
    global number
    number += 1
    print("%sok %d - %s" % ("" if good else "not ", number, text % tuple(b / 2**20 for b in bytes)))
def npy(name, kind, shape, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s}" % (kind, shape)
    head += " " * (117 - len(head)) + "\n"
    with open(name, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data)
def planned(file):
    return json.loads(subprocess.check_output([nnpipe, "show", file, "--json"]))["bytes"]
def run(file, seeds=1, threads=1):
    """What the last training of the file said before it began, and what it took."""
    out = subprocess.check_output([nnpipe, file, "--json", "--threads", str(threads), "--force",
                                   "-o", "run", "--set", "seeds=%d" % seeds])
    events = [json.loads(line) for line in out.splitlines() if line.startswith(b"{")]
    said = [e["expected_own_bytes"] for e in events if e.get("event") == "start"]
    took = [e["own_bytes"] for e in events if e.get("event") == "end"]
    assert len(said) == len(took) == seeds
    return said[-1], took[-1]
for rows in 100, 2000:
    npy("x%d.npy" % rows, "<f4", (rows, 1000), struct.pack("<2f", 0.5, 1.0) * (rows * 500))
    npy("y%d.npy" % rows, "|u1", (rows,), bytes([0, 1]) * (rows // 2))
runs = {f: run(f) for f in ("net1.yaml", "net1000.yaml", "rows100.yaml", "rows2000.yaml")}
def compare(what, large, small):
    said = planned(large) - planned(small)
    took = runs[large][1] - runs[small][1]
    result(abs(took - said) < 0.05 * said,
           "of " + what + " %.2f MiB were planned, %.2f MiB were taken", said, took)
compare("a net", "net1000.yaml", "net1.yaml")
compare("data", "rows2000.yaml", "rows100.yaml")
one, three = runs["net1000.yaml"][1], run("net1000.yaml", seeds=3)[1]
result(three < 1.05 * one, "one training takes %.2f MiB, three take %.2f MiB", one, three)
# Untouched may stay: the heap that reports would take (0.3 MiB), and with large products a
# second place for a batch and what a thread packs (0.5 MiB a thread).
runs["net1000.yaml with 2 threads"] = run("net1000.yaml", threads=2)
for name in "xor", "spiral":
    runs[name] = run(os.path.join(os.environ["pipelines"], name + ".yaml"))
for file, (said, took) in runs.items():
    spare = 1.5 * 2**20 if file.startswith("net1000") else 0.8 * 2**20
    result(took <= said <= took + spare,
           "all of " + file + ": %.2f MiB were said, %.2f MiB were taken", said, took)
print("1..%d" % number)
EOF
