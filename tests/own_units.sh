#!/bin/sh
# SPDX-License-Identifier: MIT
# A target that was standardized or scaled comes back in its own unit, wherever it is told, and nothing
# else does.
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

# figure RUN NAME: of `nnpipe eval`.
figure() { "$NNPIPE" eval "$1" | awk -v n="$2" '$1 == n { print $2 }'; }
# near A B: within 1e-4 of B.
near() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; d = d < 0 ? -d : d; b = b < 0 ? -b : b; exit !(a != "" && d <= 1e-4 * b + 1e-9) }'; }
numbers() { sed 's/[[:space:]]//g' | tr '\n' ' '; }

# price = 1000 + 10 area: its mean is 1055, its deviation 28.7228.
{
    echo area,price
    for i in 1 2 3 4 5 6 7 8 9 10; do echo "$i,$((1000 + 10 * i))"; done
} >d.csv
cat >exact.yaml <<'Y'
nnpipe: 1
data:
  source: {csv: {file: d.csv, columns: {x: [area], y: [price]}}}
  split: {train: all}
  map: [standardize, {standardize: , from: y}]
model: [{ridge: {alpha: 1e-9}, to: y}]
metrics: [mae, rmse, r2]
Y
"$NNPIPE" exact.yaml -q -o exact >out 2>err
check "a line is fitted" test -s exact/best.nnw
check "predict answers with the table's own numbers" test "$("$NNPIPE" predict exact --on train | numbers)" = \
    "1010 1020 1030 1040 1050 1060 1070 1080 1090 1100 "
check "a stream by its own name is what was computed" near \
    "$("$NNPIPE" predict exact --on train --stream ridge1 | head -n 1)" -1.5666989
check "the target comes back as well" test "$("$NNPIPE" predict exact --on train --stream target | numbers)" = \
    "1010 1020 1030 1040 1050 1060 1070 1080 1090 1100 "
mkdir away && cp -r exact away && "$NNPIPE" pack exact -o away/m.nnw -q >/dev/null 2>&1
echo 12 >away/in.csv
check "rows of a file, without the data" test "$(cd away && "$NNPIPE" predict exact in.csv)" = 1120
check "a packed model" test "$(cd away && "$NNPIPE" predict m.nnw in.csv)" = 1120
check "JSON lines" test "$("$NNPIPE" predict exact away/in.csv --as jsonl)" = "[1120]"

# The first weights, which are not trained: the answer is 0, the mean.
sed 's/model: .*/model: [{dense: 1, init: zeros}]/; $a loss: mse\noptim: {sgd: 1e-30}\ntrain: {epochs: 1}' exact.yaml >zero.yaml
"$NNPIPE" zero.yaml -q -o zero >out 2>err
check "the mean is answered in its unit" test "$("$NNPIPE" predict zero --on train | sort -u)" = 1055
check "mae is in the unit" near "$(figure zero train.mae)" 25
check "rmse is in the unit" near "$(figure zero train.rmse)" 28.7228132
check "the loss is not" near "$(figure zero train.loss)" 1
check "R2 has none" near "1$(figure zero train.r2)" 10
check "the run says it once" test "$("$NNPIPE" zero.yaml -o said 2>&1 | grep -c \
    'mae, rmse, predictions: in the unit of y, before standardize2; the loss is not')" = 1
check "and the graph" sh -c "'$NNPIPE' show zero.yaml --after=graph | grep -q 'mae .*, in the unit of y#1'"
check "rows given to eval, too" near "$("$NNPIPE" eval zero --on d.csv 2>/dev/null | awk '$1 == "mae" { print $2 }')" 25

# In two steps, and in batches of which the last is short.
sed 's/{standardize: , from: y}\]/{scale: [-1, 1], from: y}, {standardize: , from: y}]/; s/epochs: 1/epochs: 1, batch: 4/' zero.yaml >two.yaml
"$NNPIPE" two.yaml -q -o two >out 2>err
check "two transforms are undone, the last first" test "$("$NNPIPE" predict two --on train | sort -u)" = 1055
check "short batches count by their rows" near "$(figure two train.mae)" 25
check "on three threads, too" test "$("$NNPIPE" eval two --threads 3)" = "$("$NNPIPE" eval two --threads 1)"

# Who keeps what it is given.
same() { # NAME FILE
    check "$1" sh -c "'$NNPIPE' check $2 && ! '$NNPIPE' show $2 --after=graph | grep 'in the unit'"
}
cat >auto.yaml <<'Y'
nnpipe: 1
data: {source: {csv: {file: d.csv, columns: {x: [area, price]}}}, split: {train: all}, map: [standardize]}
model: [{dense: 1}, {dense: 2}]
loss: mse
optim: sgd
train: {epochs: 1}
metrics: [mae]
Y
same "an autoencoder keeps the unit of its input" auto.yaml
printf 'area,price\n1,10\n2,10\n3,20\n4,20\n' >two.csv
sed 's/standardize: , from: y/scale: [0, 1], from: y/; s/d.csv/two.csv/; s/^loss: mse/loss: bce/; s/mae, rmse, r2/mae, accuracy/' zero.yaml >bits.yaml
same "probabilities stay probabilities" bits.yaml
check "in predict, too" sh -c "'$NNPIPE' bits.yaml -q -o bits && '$NNPIPE' predict bits --on train | sort -u | grep -x 0.5"
echo "1..$n"
