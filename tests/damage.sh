#!/bin/sh
# SPDX-License-Identifier: MIT
# What a run has kept and is damaged, or belongs to another run, is refused with a sentence that
# names the file. What somebody else has laid there does no harm. STEP=1: every byte of the weights is turned once, else every 23rd.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

true_that() { # NAME COMMAND...
    name=$1
    shift
    n=$((n + 1))
    if "$@" >check.out 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' check.out err 2>/dev/null | head -n 10
    fi
}
# refused NAME CODE WORDS COMMAND...
refused() {
    name=$1 want=$2 words=$3
    shift 3
    "$@" >out 2>err
    code=$?
    true_that "$name" sh -c '[ "$1" = "$2" ] && grep -qF -- "$3" err' sh $code "$want" "$words"
}
# Turns one bit of byte $2 of file $1.
turn() {
    old=$(od -An -t u1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf %o $((old ^ 4)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

cat >net.yaml <<'Y'
nnpipe: 1
name: net
data: {source: {toy: {kind: xor}}}
model: [{dense: 2}, tanh, {dense: 1}]
loss: bce
optim: {adam: {lr: 0.05}}
train: {epochs: 6, batch: 4, keep: {every: 2}}
Y
"$NNPIPE" net.yaml -q -o good >/dev/null 2>&1 && "$NNPIPE" net.yaml -q -o other --seed 7 >/dev/null 2>&1
true_that "two runs to begin with" test -s other/best.nnw

size=$(wc -c <good/best.nnw) taken='' at=0
cp -r good r
while [ $at -lt "$size" ]; do
    cp good/best.nnw r/ && turn r/best.nnw $at
    "$NNPIPE" predict r >out 2>err
    [ $? = 1 ] && [ ! -s out ] && grep -q 'r/best.nnw: ' err || taken="$taken $at"
    at=$((at + ${STEP:-23}))
done
true_that "weights with one bit turned are refused, wherever it is ($taken)" test -z "$taken"
truncate -s -8 r/best.nnw
refused "... and cut weights" 1 "r/best.nnw: " "$NNPIPE" predict r
cp good/best.nnw r && printf x >>r/best.nnw
refused "... and with a byte behind them" 1 "its checksum is not that of what it holds" "$NNPIPE" predict r
cp other/best.nnw r
refused "weights of another run are refused" 1 "r/best.nnw: it is of another run" "$NNPIPE" predict r
refused "... by eval too" 1 "r/best.nnw: it is of another run" "$NNPIPE" eval r

rm -r r && cp -r good r && cp other/state.nnw r && rm -f r/state.prev.nnw
refused "the checkpoint of another run is refused" 1 "r/state.nnw: it is of another run" \
    "$NNPIPE" run --resume r -q
true_that "... and the weights stay" cmp good/best.nnw r/best.nnw
rm -r r && cp -r good r && turn r/state.nnw 400 && cp r/state.nnw r/state.prev.nnw
refused "a damaged checkpoint is refused" 1 "r/state.prev.nnw: it is damaged" "$NNPIPE" run --resume r -q

rm -r r && cp -r good r && truncate -s -250 r/pipeline.yaml
refused "a cut pipeline.yaml is refused by its name" 3 "r/pipeline.yaml: it is damaged or was changed" \
    "$NNPIPE" predict r
sed 's/dense: {units: 2/dense: {units: 3/' good/pipeline.yaml >r/pipeline.yaml
refused "... and a changed one" 3 "r/pipeline.yaml: it is damaged or was changed" "$NNPIPE" predict r
true_that "which is a pipeline file like others" "$NNPIPE" check r/pipeline.yaml
rm -r r && mkdir r && sed '$d' good/pipeline.yaml >r/pipeline.yaml && cp good/best.nnw r
true_that "a folder made by hand, of a file and weights, is taken" "$NNPIPE" predict r
rm -r r && cp -r good r && rm r/env.json
true_that "a run without env.json is shown all the same" "$NNPIPE" runs show r
rm -r r && cp -r good r && rm r/*.nnw
"$NNPIPE" run --resume r >out 2>err
true_that "a run without a checkpoint yet begins anew" cmp good/best.nnw r/best.nnw
true_that "... which is said" grep -q "r: there is no checkpoint in it yet, so it begins anew" err

mkdir links others && echo precious >others/a && echo precious >others/b
ln -s ../others/a links/metrics.csv && ln -s ../others/b links/events.jsonl && ln -s ../others links/report
refused "a folder whose report is a link is refused" 1 "links/report: is a link" "$NNPIPE" net.yaml -f -q -o links
rm links/report
refused "... and one with a link for a file" 1 "links/events.jsonl: is a link" "$NNPIPE" net.yaml -f -q -o links
true_that "nothing is written where links lead" test "$(cat others/a others/b && ls others)" = "precious
precious
a
b"
mkfifo pipe
sed 's/toy: {kind: xor}/csv: {file: pipe, label: true}/; s/dense: 1}/dense: 2}/; s/bce/xent/' net.yaml >pipe.yaml
timeout -s KILL 10 "$NNPIPE" check pipe.yaml >out 2>err
true_that "check does not wait for what a pipe may say" test $? = 0
true_that "... and says so" grep -q "pipe: is no file but a stream" out
(printf 'a,b,k\n0,1,0\n1,0,1\n0,0,0\n1,1,1\n' >pipe) &
true_that "a run reads what is written to it" timeout -s KILL 10 "$NNPIPE" pipe.yaml -q -o piped
printf 'extends: pipe\nnnpipe: 1\n' >extends.yaml
refused "a pipeline does not build on one" 3 "extends: 'pipe' is no file but a stream" \
    timeout -s KILL 10 "$NNPIPE" check extends.yaml
printf 'x1,x2\033[2J,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n' >esc.csv
sed 's/file: pipe/file: esc.csv/; s/^loss/report: [truth_table]\nloss/' pipe.yaml >esc.yaml
"$NNPIPE" esc.yaml -q -o esc >out 2>&1
"$NNPIPE" predict esc --stream nothing >>out 2>&1
for what in run "runs show" "runs list" eval; do
    # shellcheck disable=SC2086 # words are words
    "$NNPIPE" $what esc -q >>out 2>&1
done
true_that "a column's name cannot steer the terminal" sh -c '! grep -q "$(printf "\033")" out'
echo "1..$n"
