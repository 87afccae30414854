#!/bin/sh
# SPDX-License-Identifier: MIT
# An estimator that promises ALL_ROWS learns from all training rows in one call: a median, which no
# two batches of them would give. A figure that a report adds is one of its training's results.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
plugin=$(cd "$(dirname "$NNPIPE")" && pwd)/tests/plugin/faulty/kind51.so
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

true_that() {
    n=$((n + 1))
    name=$1
    shift
    if "$@" >out 2>log; then echo "ok $n - $name"; else
        echo "not ok $n - $name"
        sed 's/^/# /' out log
    fi
}

# The median of the training rows is 4, that of what is left of them 0.
cat >median.yaml <<'EOF2'
nnpipe: 1
name: median
data:
  source: {table: {columns: {x: [a]}, rows: [[100], [1], [8], [2], [4], [7], [-50]]}}
  split: {train: 0..4, test: 5..6}
model:
  - faulty:
    as: once
  - faulty:
    as: twice
train: {batch: 2, seed: 1}
metrics:
  - mae: {of: once, to: x}
  - mae: {of: twice, to: once}
    as: again
EOF2
cat >net.yaml <<'EOF2'
nnpipe: 1
name: net
data: {source: {toy: {kind: spiral, n: 90}}}
model: [faulty, {dense: 8}, tanh, {dense: 2}]
loss: xent
optim: {adam: {lr: 0.01}}
train: {epochs: 3, batch: 32, seed: 2}
EOF2

run() { "$NNPIPE" run "$@" --plugin "$plugin"; }

true_that "it is fitted" run median.yaml -o median --progress plain
cp log fitted
true_that "to all training rows at once" grep -q '^once fitted in 2 passes .*: median 4$' fitted
true_that "also behind another" grep -q '^twice fitted in 2 passes .*: median 0$' fitted
true_that "batches come out by it" "$NNPIPE" eval median --plugin "$plugin"
cp out evaluated
true_that "... those of training" grep -q '^train.mae  *4$' evaluated
true_that "... and of test" grep -q '^test.mae  *4$' evaluated
true_that "no call writes past a tensor" run median.yaml -o guarded --guard -q
true_that "to the same model" cmp median/best.nnw guarded/best.nnw
true_that "layers behind it are trained" run net.yaml -o one --threads 1 -q
true_that "by any number of threads" run net.yaml -o many --threads 3 -q
true_that "to the same bits" cmp one/best.nnw many/best.nnw

cat >counted.yaml <<'EOF2'
nnpipe: 1
name: counted
data: {source: {toy: {kind: xor}}}
model: [{dense: 1}]
loss: bce
optim: {sgd: {lr: 0.1}}
train: {epochs: 1, batch: 4, seed: 2}
stages: [{name: first}, {name: second, after: first}]
report:
  - {faulty: {}, stage: first, as: counted}
  - compare: {stages: [first, second], metric: counted.rows, beat: {first: 4}}
EOF2
plugin=${plugin%51.so}54.so
true_that "a report adds a figure" run counted.yaml -o counted --seed 2
true_that "which is kept with the results of its stage" \
    grep -q '^kept,counted.rows,4$' counted/first/results.csv
true_that "and can be compared behind it" \
    grep -q '^first  *1  4 .*<= 4  met$' counted/second/report/compare.txt
true_that "another stage has none" grep -q '^second  *0  - ' counted/second/report/compare.txt
rm counted/second/results.csv
true_that "a resumed run knows it from there" \
    "$NNPIPE" run --resume counted --plugin "$plugin"
true_that "as before" grep -q '^first  *1  4 .*<= 4  met$' counted/second/report/compare.txt
sed -i 's/counted.rows/conted.rows/' counted.yaml
true_that "a misspelt one is refused before" sh -c '! "$0" "$@"' "$NNPIPE" run counted.yaml -o no \
    --plugin "$plugin"
cp log refused
true_that "by its name" grep -q "compare.metric: no figure is called 'conted.rows'" refused
echo "1..$n"
