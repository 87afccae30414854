#!/bin/sh
# SPDX-License-Identifier: MIT
# `nnpipe data`, `inspect`, `gradcheck` and `import`: what they print of a table, a run and a model whose numbers
# are known, and how they refuse.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
src=$(cd "$srcdir" && pwd)
here=$PWD
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# expect CODE NAME COMMAND...: runs it, keeps its output in out and err.
expect() {
    want=$1 name=$2
    shift 2
    n=$((n + 1))
    "$@" >out 2>err </dev/null
    got=$?
    if [ $got = "$want" ]; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name (exit $got, not $want)"
        cat out err | sed 's/^/# /' | head -n 12
    fi
}

# says FILE NAME REGEX...: a line of out or err matches each.
says() {
    file=$1 name=$2
    shift 2
    n=$((n + 1))
    for regex in "$@"; do
        grep -q -- "$regex" "$file" && continue
        echo "not ok $n - $name: no '$regex' in:"
        sed 's/^/# /' "$file" | head -n 12
        return
    done
    echo "ok $n - $name"
}

# ---- data ----

# 10 rows, the last three are val: u is 0..9.
{
    echo u,v,kind
    for i in 0 1 2 3 4 5 6 7 8 9; do
        case $i in [0-4]) k=no ;; *) k=yes ;; esac
        echo "$i,$((i * 10)),$k"
    done
} >d.csv
cat >p.yaml <<'Y'
nnpipe: 1
name: small
data:
  source: {csv: {file: d.csv, label: true}}
  split: {train: 0..6, val: 7..9}
  map: [{scale: {to: [0, 1], from: [0, 10]}}]
model: [{dense: 3}, relu, {dense: 2}]
loss: xent
optim: {sgd: 0.1}
train: {epochs: 2, batch: 2}
Y
expect 0 "data" "$NNPIPE" data p.yaml
says out "parts, streams, classes" '^csv   10 rows: train 7, val 3$' '^x  *f32  2  u, v$' '^no  *5  *0$' '^yes  *2  *3$'
says out "figures of a column" '^u  *0  *6  *3  *2  *0$'
expect 0 "data of another part" "$NNPIPE" data p.yaml --on val
says out "has that one's figures" '^u  *7  *9  *8  *0.816497  *0$'
expect 0 "data after map" "$NNPIPE" data p.yaml --mapped
says out "are mapped" '^train, mapped' '^u  *0  *0.6  *0.3  *0.2  *0$'
expect 0 "rows" "$NNPIPE" data p.yaml --head 2 --on val
says out "as CSV, classes by name" '^u,v,kind$' '^7,70,yes$' '^8,80,yes$'
expect 0 "more rows than there are, over several batches" "$NNPIPE" data p.yaml --head 100
says out "are all of the part" '^6,60,yes$'
expect 0 "data as JSON" "$NNPIPE" data p.yaml --json
says out "is an object" '^{"loader":"csv","rows":10,"parts":{"train":7,"val":3}' '"classes":\["no","yes"\]' '"least":0,"most":6,"mean":3,"deviation":2,'
printf 'area,price\n1,250000\n2,260000\n3,270001\n' >amounts.csv
sed 's/d.csv, label: true/amounts.csv, columns: {x: [area], y: [price]}/; s/  split: .*/  split: {train: all}/; s/xent/mse/; s/dense: 2/dense: 1/; s/  map: .*//' p.yaml >amounts.yaml
expect 0 "data of amounts" "$NNPIPE" data amounts.yaml
says out "figures of them" '^price  *250000  *270001  *260000 '
n=$((n + 1))
[ "$(wc -l <out)" -lt 10 ] && echo "ok $n - and no classes" || echo "not ok $n - and no classes"
expect 2 "a part that is not there" "$NNPIPE" data p.yaml --on test
says err "is refused" "these data have no such part"
expect 2 "no rows" "$NNPIPE" data p.yaml --head 0
expect 2 "data of nothing" "$NNPIPE" data

# ---- inspect ----

"$NNPIPE" "$src/pipelines/xor.yaml" -q -o xor >log 2>&1
cat >idle.yaml <<'Y'
nnpipe: 1
data: {source: {table: {columns: {x: [a], y: [b]}, rows: [[0, 0], [1, 1], [2, 2], [3, 3]]}}}
model:
  - {dense: 2, as: h, init: {weight: {values: [1, -1]}, bias: zeros}}
  - {relu: , as: r}
  - dense: 1
loss: mse
optim: {sgd: 1e-30}
train: {epochs: 1}
Y
"$NNPIPE" idle.yaml -q -o idle >log 2>&1
expect 0 "inspect" "$NNPIPE" inspect idle
says out "figures of a tensor" '^h.weight  *2 x 1  *-1  *1  *0  *1  *0$' '^h.bias  *2  *0  *7.3'
says out "a unit that never fires" '^r: 1 of 2 units say the same for all 4 rows of train$'
expect 0 "inspect as JSON" "$NNPIPE" inspect idle --json
says out "is an object" '"name":"h.weight","type":"f32","shape":\[2,1\],"least":-1,"most":1' '"idle_units":\[{"stream":"r","idle":1,"of":2}\]'
expect 0 "a report once more" "$NNPIPE" inspect xor truth_table 'boundary: {file: b.svg}' -o seen
says out "its words, and its picture" '^ *0  *1 ' '^seen/report/b.svg$'
n=$((n + 1))
[ -s seen/report/b.svg ] && echo "ok $n - which is there" || echo "not ok $n - which is there"
expect 3 "a report that is not there" "$NNPIPE" inspect xor truth_tabel
says err "is told the right word" "'truth_table' is"
"$NNPIPE" pack xor -o xor.nnw -q
expect 0 "a packed model" "$NNPIPE" inspect xor.nnw
says out "has its weights" '^dense1.weight  *2 x 2 '
expect 2 "a report of it" "$NNPIPE" inspect xor.nnw truth_table
says err "needs rows" "brings no rows"
expect 2 "inspect nothing" "$NNPIPE" inspect

# ---- gradcheck ----

expect 0 "gradcheck" "$NNPIPE" gradcheck "$src/pipelines/xor.yaml"
says out "each tensor" '^dense1.weight  *4  *5  *0  *0 ' '^dense2.bias  *1  *1 '
expect 0 "of a run" "$NNPIPE" gradcheck xor
expect 0 "with dropout, batchnorm and noise" "$NNPIPE" gradcheck p.yaml --set 'model=[{dense: 8}, batchnorm, tanh, {dropout: 0.5}, {gaussian_noise: 0.1}, {dense: 2}]' --set train.batch=7
cat >half.c <<'C'
#include <nnpipe/plugin.h>
static void forward(const void *s, const float *x, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * x[i];
    (void)s;
}
static void backward(const void *s, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dx[i] = dy[i] * x[i];
    (void)s, (void)y;
}
static const nnp_sweep sweep = { sizeof sweep, 0, forward, backward };
static const nnp_component half = { NNP_COMPONENT("layer", "half.square"), .doc = "x^2, and half its slope", .sweep = &sweep };
NNP_PLUGIN(half, "1", "MIT", NULL, &half)
C
${CC:-cc} -shared -fPIC -I"$src/framework/include" half.c -o half.so
expect 7 "a layer with half its gradient" "$NNPIPE" gradcheck p.yaml --plugin ./half.so --set 'model=[{dense: 3}, half.square, {dense: 2}]'
says out "is seen in what lies before it" '^dense1.weight .* 5.0e-01  WRONG$' '^dense2.weight .* < noise$'
says err "and named, with both numbers" 'dense1.weight: .*: back-propagation says .*, differences say '
expect 1 "without a loss" "$NNPIPE" gradcheck "$src/pipelines/glyphs_kmeans.yaml"
says err "there is nothing to differentiate" "there is no loss"
for c in data gradcheck explain; do
    expect 2 "$c of a packed model" "$NNPIPE" $c xor.nnw
    says err "which has no rows" "xor.nnw: a packed model brings no rows of its own"
done
expect 0 "data of a run" "$NNPIPE" data xor
expect 2 "a tolerance of 2" "$NNPIPE" gradcheck p.yaml --tol 2

# ---- import ----

xor=$src/pipelines/xor.yaml
expect 0 "weights of another run" "$NNPIPE" import "$xor" xor/best.nnw -o again
"$NNPIPE" predict xor --on train >one
"$NNPIPE" predict again --on train >other
expect 0 "predict the same" cmp one other
expect 1 "a folder that is there" "$NNPIPE" import "$xor" xor/best.nnw -o again
sed 's/^  - dense: \$hidden.*/  - {dense: $hidden, as: first}/' "$xor" >named.yaml
expect 0 "another name for a layer" "$NNPIPE" check named.yaml
expect 1 "under which there are no weights" "$NNPIPE" import named.yaml xor/best.nnw -o named
says err "all of it is told, with what would fit" "there is no tensor 'first.weight', of shape 2 x 2, in it" \
    'try   --map dense1.weight=first.weight' "nobody takes 'dense2.weight', of shape 1 x 2"
n=$((n + 1))
[ ! -e named ] && echo "ok $n - and nothing is written" || echo "not ok $n - and nothing is written"
expect 0 "with names for them" "$NNPIPE" import named.yaml xor/best.nnw -o named \
    --map dense1.weight=first.weight --map dense1.bias=first.bias --map dense2.weight=dense1.weight \
    --map dense2.bias=dense1.bias
"$NNPIPE" predict named --on train >other
expect 0 "predicts the same" cmp one other
expect 1 "a name of nobody" "$NNPIPE" import named.yaml xor/best.nnw -o n2 --map dense1.weight=frist.weight
says err "is told the right one" "no tensor of the model is called 'frist.weight'; 'first.weight' is"
expect 2 "a map that is none" "$NNPIPE" import named.yaml xor/best.nnw --map dense1.weight
expect 2 "no weights" "$NNPIPE" import named.yaml
expect 1 "a file that is none" "$NNPIPE" import named.yaml named.yaml -o n2
if command -v python3 >/dev/null; then
    # A line: y = 2 a - 3 b + 0.5, its weights as f16 and turned, its bias as bf16; and arrays.
    cat >line.yaml <<'Y'
nnpipe: 1
name: line
data: {source: {table: {columns: {x: [a, b], y: [c]}, rows: [[1, 0, 2.5], [0, 1, -2.5], [1, 1, -0.5]]}}}
model: [{dense: 1}]
loss: mse
optim: sgd
train: {epochs: 1}
Y
    python3 - <<'P'
import json, struct, os
def write(path, tensors):
    head, blob = {}, b""
    for name, kind, shape, data in tensors:
        head[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(head).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + blob)
half = struct.pack("<2e", 2, -3)
upper = struct.pack("<f", 0.5)[2:]
write("half.st", [("w", "F16", [2, 1], half), ("b", "BF16", [1], upper)])
write("nan.st", [("dense1.weight", "F32", [1, 2], struct.pack("<2f", 2, float("nan"))), ("dense1.bias", "BOOL", [1], b"\0")])
os.mkdir("arrays")
def npy(name, kind, shape, data):
    text = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    text += " " * (117 - len(text)) + "\n"
    open("arrays/" + name + ".npy", "wb").write(b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode() + data)
npy("dense1.weight", "<f8", "(1, 2)", struct.pack("<2d", 2, -3))
npy("dense1.bias", "<f4", "(1,)", struct.pack("<f", 0.5))
P
    expect 0 "f16, bf16, and a matrix turned" "$NNPIPE" import line.yaml half.st -o line --map w.T=dense1.weight --map b=dense1.bias
    says out "computes the line" '^train   loss 0$'
    expect 1 "not turned" "$NNPIPE" import line.yaml half.st -o line2 --map w=dense1.weight --map b=dense1.bias
    says err "it is told" "'w' has the shape 2 x 1, the pipeline gives dense1.weight the shape 1 x 2" 'try   --map w.T=dense1.weight'
    expect 1 "numbers that are none" "$NNPIPE" import line.yaml nan.st -o line2
    says err "are told" "element 1 of 'dense1.weight' is nan" "'dense1.bias' is of type BOOL"
    expect 0 "a folder of arrays" "$NNPIPE" import line.yaml arrays -o line3
    says out "computes the line, too" '^train   loss 0$'
fi
cd "$here" || exit 99
echo "1..$n"
