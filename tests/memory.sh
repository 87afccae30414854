#!/bin/sh
# SPDX-License-Identifier: MIT
# The bytes that `nnpipe show` says before a run are what the run then takes, within 5 %: peak
# resident memory of a net of some 40 MiB, less that of the same program with a tiny net.
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
python3 - <<'EOF'
import json, os, subprocess
nnpipe = os.environ["NNPIPE"]
def predicted(file):
    return json.loads(subprocess.check_output([nnpipe, "show", file, "--json"]))["bytes"]
def measured(file):
    out = subprocess.check_output([nnpipe, file, "--json", "--threads", "1", "--force", "-o", "run"])
    return json.loads(out.splitlines()[-1])["peak_bytes"]
said = predicted("net2000.yaml") - predicted("net1.yaml")
took = measured("net2000.yaml") - measured("net1.yaml")
good = abs(took - said) < 0.05 * said
print("%sok 1 - %.1f MiB were said, %.1f MiB were taken" %
      ("" if good else "not ", said / 2**20, took / 2**20))
print("1..1")
EOF
