#!/bin/sh
# SPDX-License-Identifier: MIT
# Parts that are dealt by chance are the same ones for whoever looks at a run, and folds
# are run one after the other.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# check NAME COMMAND...
check() {
    name=$1
    shift
    n=$((n + 1))
    if "$@" >check.out 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' check.out | head -n 10
    fi
}

# 30 rows sorted by class, as most files are; u is the number of the row.
{
    echo u,kind
    for i in 0 1 2 3 4 5 6 7 8 9; do echo "$i,a"; done
    for i in 10 11 12 13 14 15 16 17 18 19; do echo "$i,b"; done
    for i in 20 21 22 23 24 25 26 27 28 29; do echo "$i,c"; done
} >d.csv
cat >p.yaml <<'Y'
nnpipe: 1
data:
  source: {csv: {file: d.csv, label: true}}
  split: {train: 60%, val: 20%, test: 20%}
  map: [standardize]
model: [{dense: 3}]
loss: xent
optim: {adam: 0.1}
train: {epochs: 20, batch: 7, threads: 1}
metrics: [accuracy]
Y
part() { "$NNPIPE" predict "$1" --on "$2" --stream "$3"; }
classes() { part "$1" "$2" y | sort | uniq -c | tr -s ' \n' ' '; }

"$NNPIPE" p.yaml -q -o run >out 2>err
check "a run trains" test -s run/best.nnw
check "its parts have every class in proportion" \
    test "$(classes run train)|$(classes run val)|$(classes run test)" = \
    " 6 0 6 1 6 2 | 2 0 2 1 2 2 | 2 0 2 1 2 2 "
check "its record says how it was dealt" \
    grep -q '"classes_in_proportion":3' run/env.json
tail -n 3 out >first
"$NNPIPE" eval run | sed -n 's/^\(test.accuracy\) *\(.*\)/\1 \2/p' >second
check "eval sees the test part of the run" \
    test "$(sed -n 's/^test .*accuracy \(.*\)/test.accuracy \1/p' first)" = "$(cat second)"

"$NNPIPE" p.yaml -q -o again --set train.epochs=3 >/dev/null 2>&1
check "another run from the seed has the same parts" \
    test "$(part run test x)" = "$(part again test x)"
"$NNPIPE" p.yaml -q -o other --seed 2 >/dev/null 2>&1
check "another seed deals others" test "$(part run test x)" != "$(part other test x)"
"$NNPIPE" p.yaml -q -o fixed --seed 2 --set data.split.seed=1 >/dev/null 2>&1
fixed=$("$NNPIPE" predict fixed --on test --stream y | tr -d '\n')
check "a seed of the split holds the parts fixed" \
    test "$fixed" = "$(part run test y | tr -d '\n')"
"$NNPIPE" run --resume again --set train.epochs=20 >/dev/null 2>&1
check "a resumed run has the same parts" test "$(part run test x)" = "$(part again test x)"
# What a file of weights says of itself, the run among it, may differ.
for r in run again; do
    tail -c +$(($(od -An -t u8 -N 8 $r/last.nnw) + 9)) $r/last.nnw >$r.tensors
done
check "and the same weights as one that was not interrupted" cmp run.tensors again.tensors

"$NNPIPE" p.yaml --folds --set 'data.split={folds: 5, val: 25%}' >out 2>err
check "all folds run" grep -q '^5 folds, mean and standard deviation' out
check "with mean and deviation" grep -q '^test.accuracy  *[0-9.]* +- ' out
"$NNPIPE" p.yaml --folds --set 'data.split={folds: 3}' --expect 'test.accuracy >= 0' >out 2>err
check "a condition is asked of each" grep -q '^3 of 3 folds: ' out
for i in 0 1 2; do
    "$NNPIPE" p.yaml -q -o fold$i --fold $i --set 'data.split={folds: 3}' \
        --set data.map=null >/dev/null 2>&1
    part fold$i test x
done | sort -n | tr '\n' ' ' >rows
check "the folds have every row once" \
    test "$(cat rows)" = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 \
25 26 27 28 29 "
"$NNPIPE" p.yaml --folds >out 2>err
check "a file without folds is refused" test $? = 2
"$NNPIPE" p.yaml --seeds 3 >out 2>err
check "seeds have mean and deviation as well" grep -q '^val.accuracy  *[0-9.]* +- ' out
"$NNPIPE" p.yaml -o lack --set 'data.split={train: 0%..60%, val: 60%..100%}' >out 2>err
check "a part without a class is told" \
    grep -q 'split.val has no row of class a, which other parts have' err

# The test part in a file of its own, without class a and its columns the other way round:
# classes are numbered as in training.
printf 'kind,u\nb,12\nc,25\nc,27\n' >t.csv
"$NNPIPE" p.yaml -q -o two --set 'data.split={val: 20%, test: {csv: {file: t.csv, label: true}}}' \
    >out 2>err
check "a test part has a file of its own" test "$(part two test y | tr '\n' ' ')" = "1 2 2 "
check "eval of the run reads it again" \
    test "$("$NNPIPE" eval two --on test | sed -n 's/^test.accuracy *//p')" = \
    "$(sed -n 's/^test .*accuracy //p' out)"
check "its hash is in the record" grep -q '"t.csv":"' two/env.json
check "check knows it" "$NNPIPE" check two/pipeline.yaml
echo z,3 >>t.csv
"$NNPIPE" p.yaml -q -o three --set 'data.split={test: {csv: {file: t.csv, label: true}}}' 2>err
check "a class that training does not know is refused" grep -q "'z' is no class" err
echo "1..$n"
