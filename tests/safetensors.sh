#!/bin/sh
# SPDX-License-Identifier: MIT
# What nnpipe writes is read by an independent reader, and what another program writes is read
# by nnpipe: the same figures come out. With Python's own packages too where they are there.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

if ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP no python3"
    exit 0
fi

ok() { # NAME COMMAND...
    n=$((n + 1))
    name=$1
    shift
    if "$@" >log 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' log
    fi
}

cat >net.yaml <<'EOF'
nnpipe: 1
name: net
data: {source: {toy: {kind: spiral, n: 200}}, split: {train: 0..149, val: 150..199}, map: [standardize]}
model: [{dense: 8}, batchnorm, tanh, {dense: 2}]
loss: xent
optim: {adam: {lr: 0.01}}
train: {epochs: 3, batch: 16, keep: {every: 2}}
metrics: [accuracy]
EOF
"$NNPIPE" net.yaml -q -o run >/dev/null 2>&1
cp "$src/tests/train/safetensors.py" reader.py
ok "weights and checkpoint are right to the letter" python3 reader.py check run/best.nnw run/last.nnw \
    run/epoch-002.nnw run/state.nnw
ok "they have the names of the pipeline" sh -c 'python3 reader.py list run/best.nnw |
    grep -q "^dense1.weight F32 \[8, 2\] "'
"$NNPIPE" eval run >before 2>&1
ok "another program's file is written" python3 reader.py again run/best.nnw other.nnw
mv other.nnw run/best.nnw
ok "and read" "$NNPIPE" eval run
"$NNPIPE" eval run >after 2>&1
ok "to the same figures" cmp before after
ok "weights of an earlier version are read" cp "$src/tests/run/old/weights1.nnw" .
mkdir old && cp "$src/tests/run/old/pipeline.yaml" old && cp weights1.nnw old/best.nnw
ok "weights of format 1 give the figures of then" sh -c '"$0" eval old | grep -q "loss .*0.694596"' "$NNPIPE"
if /usr/bin/python3 -c 'import safetensors.torch' 2>/dev/null; then
    ok "Python's safetensors reads them" /usr/bin/python3 -c '
import safetensors.torch
assert list(safetensors.torch.load_file("run/last.nnw")["dense1.weight"].shape) == [8, 2]'
else
    n=$((n + 1))
    echo "ok $n - Python's safetensors reads them # SKIP the package is not installed"
fi
echo "1..$n"
