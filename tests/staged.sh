#!/bin/sh
# SPDX-License-Identifier: MIT
# Several trainings in one file: order, weights carried over, folders, resume, reports.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# ok NAME COMMAND...
ok() {
    n=$((n + 1))
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$work/log" | head -40
    fi
}

# exits CODE COMMAND...
exits() {
    want=$1
    shift
    "$@"
    got=$?
    [ $got -eq "$want" ] || { echo "exit $got, not $want"; return 1; }
}

same() { cmp "$1" "$2"; }
# What a file of weights says of itself, the run among it, may differ.
tensors() { tail -c +$(($(od -An -t u8 -N 8 "$1") + 9)) "$1" >"$2"; }
same_tensors() { tensors "$1" tensors.1 && tensors "$2" tensors.2 && cmp tensors.1 tensors.2; }
differ() { ! cmp -s "$1" "$2" || { echo "$1 is $2"; return 1; }; }
has() { grep -F -- "$1" "$2" || { cat "$2"; return 1; }; }
lacks() { ! grep -F -- "$1" "$2"; }

cat >three.yaml <<'YAML'
nnpipe: 1
name: three
about: Two layers, each trained by itself, then both.
vars: {hidden: 6}
data:
  source: {toy: {kind: spiral, n: 200, noise: 0.1}}
  split: {train: 0..149, val: 150..199}
blocks:
  crush:
    args: {layer: e1, back: 2}
    layers:
      - use: $layer
      - tanh
      - dense: $back
model:
  - dense: $hidden
    as: e1
  - tanh:
    as: h1
  - dense: 4
    as: e2
  - tanh:
    as: h2
  - dense: 2
    as: out
loss: {xent: {of: out, to: y}}
optim: {adam: {lr: 0.02}}
train: {epochs: 3, batch: 20, seed: 5}
metrics: [accuracy]
stages:
  - name: axes
    model:
      - pca: 1
        as: code
    metrics: []
  - name: pre1
    model:
      - crush: {layer: e1, back: 2}
        as: back
    loss: {mse: {of: back, to: x}}
  - name: pre2
    after: pre1
    input: h1
    model:
      - crush: {layer: e2, back: $hidden}
        as: back
    loss: {mse: {of: back, to: h1}}
  - name: tune
    after: pre2
    train: {epochs: 4}
  - name: plain
    train: {epochs: 4}
  - name: clusters
    after: tune
    input: h2
    model:
      - whiten
      - kmeans: 2
    metrics: [cluster_accuracy]
report:
  - compare: {stages: [tune, plain], metric: val.accuracy, beat: {tune: 0.1}}
  - curves:
    stage: tune
  - curves: {metrics: loss, stages: [pre1, tune, plain], file: stages.svg}
YAML

tensor() { # FILE NAME: its bytes; a safetensors file is a length, a header, the data
    python3 - "$1" "$2" <<'PY'
import json, struct, sys
b = open(sys.argv[1], "rb").read()
n = struct.unpack("<Q", b[:8])[0]
first, last = json.loads(b[8:8 + n])[sys.argv[2]]["data_offsets"]
sys.stdout.buffer.write(b[8 + n + first:8 + n + last])
PY
}
carried() { # FILE FILE NAME
    tensor "$1" "$3" >a.bin && tensor "$2" "$3" >b.bin && [ -s a.bin ] && cmp a.bin b.bin
}

ok "check looks at every stage" "$NNPIPE" check three.yaml
ok "all stages are trained" "$NNPIPE" run three.yaml -o one --threads 2
for s in axes pre1 pre2 tune plain clusters; do
    ok "$s has a folder of its own" test -s one/$s/best.nnw -a -s one/$s/results.csv
done
ok "the input of a stage is frozen" carried one/pre1/best.nnw one/pre2/best.nnw e1.weight
ok "what it was given is trained further" sh -c \
    '. /dev/null; [ "$(tail -1 one/tune/metrics.csv | cut -d, -f1)" = 4 ]'
ok "the table compares stages" sh -c "'$NNPIPE' run three.yaml -o two -q | grep -E 'tune +1 '"
ok "two runs are the same" same one/tune/best.nnw two/tune/best.nnw
ok "one thread gives the same" "$NNPIPE" run three.yaml -o single --threads 1 -q
ok "... bits" same one/clusters/best.nnw single/clusters/best.nnw
ok "a stage starts where the one before ended" sh -c "
    '$NNPIPE' run three.yaml -o still -q --set stages.tune.optim.adam.lr=1e-30"
ok "... with its weights" carried still/pre2/best.nnw still/tune/best.nnw e2.weight
ok "... and those from further back" carried still/pre1/best.nnw still/tune/best.nnw e1.weight
ok "without after it starts anew" "$NNPIPE" run three.yaml -o alone -q --stage plain
ok "... alone" sh -c 'test -d alone/plain && ! test -e alone/tune'
ok "... as ever" same alone/plain/best.nnw one/plain/best.nnw
ok "--stage trains what it builds on" "$NNPIPE" run three.yaml -o chain -q --stage pre2
ok "... and no more" sh -c 'test -d chain/pre1 && test -d chain/pre2 && ! test -e chain/tune'
ok "a stage's own value is set" "$NNPIPE" run three.yaml -o set -q --set stages.tune.train.epochs=2
ok "... alone" sh -c '[ "$(tail -1 set/tune/metrics.csv | cut -d, -f1)" = 2 ] &&
    [ "$(tail -1 set/plain/metrics.csv | cut -d, -f1)" = 4 ]'

ok "eval goes through the stages" sh -c "'$NNPIPE' eval one >eval.txt"
ok "... under their names" has "stage clusters" eval.txt
ok "... with their metrics" has "cluster_accuracy" eval.txt
ok "eval --stage" sh -c "'$NNPIPE' eval one --stage tune >tune.txt"
ok "... is that stage alone" lacks "stage" tune.txt
ok "a stage's folder is a run" sh -c "'$NNPIPE' eval one/tune >own.txt && cmp own.txt tune.txt"
ok "predict from a stage with an input" "$NNPIPE" predict one --stage clusters --on val
ok "show --stage" sh -c "'$NNPIPE' show three.yaml --stage pre2 | grep e2"
ok "the resolved file is a file" sh -c "'$NNPIPE' check three.yaml --resolved >resolved.yaml &&
    '$NNPIPE' check resolved.yaml"
ok "... of the same trainings" "$NNPIPE" run resolved.yaml -o three -q
ok "... bit for bit" same one/tune/best.nnw three/tune/best.nnw
ok "... with an input" same one/clusters/best.nnw three/clusters/best.nnw

ok "the whole run has a page" has '<a href="../tune/report/index.html">tune</a>' one/report/index.html
ok "... with a row each" sh -c '[ $(grep -c "^<tr><th><a " one/report/index.html) = 6 ]'
ok "... with the table that compares them" grep -qE '^tune +1 +0\.[0-9]+ .*  &#62;= 0.1  met$' one/report/index.html
ok "... and the pictures" sh -c '[ $(grep -o "data:image/svg+xml;base64," one/report/index.html | wc -l) = 2 ]'
ok "... of reports about several alone" lacks /curves.svg one/report/index.html
ok "what a report prints is a file" sh -c "grep -qE '^tune +1 ' one/clusters/report/compare.txt"
ok "curves of stages are one picture" sh -c 'grep -c "</svg>" one/clusters/report/stages.svg | grep -qx 1'
ok "... a line each in one panel" sh -c "sed -n 's/.*M[0-9]* [0-9]*h22\"\/><text[^>]*>\([a-z0-9]*\)<.*/\1/p' \
    one/clusters/report/stages.svg | tr '\n' ';' | grep -qx 'pre1;tune;plain;' &&
    [ \$(grep -c 'weight=\"600\"' one/clusters/report/stages.svg) = 1 ]"
ok "a stage has a page" test -s one/tune/report/index.html
ok "runs list has each training" sh -c "'$NNPIPE' runs list one >list.txt && [ \$(wc -l <list.txt) = 6 ]"
ok "runs show takes one" "$NNPIPE" runs show one/tune
ok "... of several" exits 2 sh -c "'$NNPIPE' runs show one 2>show.err"
ok "... and says so" has "name the folder of one" show.err
ok "runs clean leaves them alone" sh -c "'$NNPIPE' runs clean one --keep 0 --force &&
    test -s one/pre1/best.nnw && test -s one/clusters/best.nnw"
ok "a folder is that of one process" sh -c "
    ( flock 9 && '$NNPIPE' run --resume one; [ \$? = 1 ] ) 9<one 2>busy.err"
ok "... and says so" has "another nnpipe is at work" busy.err

# A run that lacks its last stages and a part of one goes on to the same bits.
mkdir -p runs/three && cp -r one runs/three/001
rm -rf runs/three/001/tune/results.csv runs/three/001/tune/best.nnw
ok "resume finds the latest of a file" "$NNPIPE" run three.yaml --resume -q
ok "... and is the same" same one/tune/best.nnw runs/three/001/tune/best.nnw
cp -r one half
rm -rf half/plain half/clusters half/tune/results.csv half/tune/best.nnw
ok "resume does what is missing" "$NNPIPE" run --resume half
ok "... with the page of the whole" same one/report/index.html half/report/index.html
ok "... with the curves of what was done before" same one/clusters/report/stages.svg half/clusters/report/stages.svg
for s in tune plain clusters; do
    ok "... and $s is the same" same one/$s/best.nnw half/$s/best.nnw
done
echo elsewhere >elsewhere.txt
echo "shown,compare,../../../elsewhere.txt" >>half/clusters/results.csv
ok "a whole run's page is made again" "$NNPIPE" run --resume half -q
ok "... of nothing but what its reports left" same one/report/index.html half/report/index.html
ok "stopped in the middle" exits 130 sh -c "
    '$NNPIPE' run three.yaml -o cut -q --set stages.tune.train.epochs=4000 & pid=\$!
    while ! test -s cut/tune/metrics.csv && kill -0 \$pid; do sleep 0.05; done
    kill -INT \$pid; wait \$pid"
ok "... it goes on" sh -c "'$NNPIPE' run --resume cut -q >cut.log 2>&1 & pid=\$!
    sleep 0.2; kill -INT \$pid; wait \$pid; rc=\$?
    [ \$rc = 130 ] || [ \$rc = 0 ] || { cat cut.log; exit 1; }"

cat >seeds.yaml <<'YAML'
nnpipe: 1
extends: three.yaml
seeds: 3
report:
  - compare: {stages: [tune, plain], metric: val.accuracy, beat: {plain: 1.01}}
YAML
ok "a mark that is missed" sh -c "'$NNPIPE' run seeds.yaml -o seeds >seeds.txt 2>seeds.err; [ \$? = 7 ]"
ok "... is said with its place" has "val.accuracy of stage plain" seeds.err
ok "a mark missed in a stage" sh -c "sed 's/beat: {tune: 0.1}}/beat: {tune: 0.1}}\\n  - compare: {beat: {val.loss: 0}}\\n    stage: pre1/' \
    three.yaml >miss.yaml; '$NNPIPE' run miss.yaml -o miss -q >miss.txt 2>miss.err; [ \$? = 7 ]"
ok "... is said" has "0 was expected" miss.err
ok "... and takes no other training with it" same one/clusters/best.nnw miss/clusters/best.nnw
ok "... on the page with its stage" has "0 was expected (pre1)" miss/report/index.html
ok "a missed mark stays missed" sh -c "cp -r miss again; rm -r again/plain again/report
    '$NNPIPE' run --resume again -q >again.txt 2>again.err; [ \$? = 7 ]"
ok "... is said again" has "0 was expected" again.err
ok "... with who missed it" has "by    again/pre1, which was done before" again.err
ok "... and on the page" same miss/report/index.html again/report/index.html
ok "every seed has a folder" test -s seeds/plain/seed7/best.nnw
ok "... another training" differ seeds/plain/seed6/best.nnw seeds/plain/seed7/best.nnw
ok "the whole run's page has a row for each" has "plain, seed 6" seeds/report/index.html
ok "... and what was missed" has "missed: val.accuracy of stage plain" seeds/report/index.html
ok "... a link to each" sh -c '[ $(grep -o "href=\"../[a-z0-9]*/seed" seeds/report/index.html | wc -l) = \
    $(ls -d seeds/*/seed* | wc -l) ]'
ok "the first is that of one seed" same_tensors seeds/plain/seed5/best.nnw one/plain/best.nnw
ok "results say whose they are" has "plain/seed6: val " seeds.txt
ok "mean and spread" sh -c "grep -E 'plain +3 .* \+- ' seeds.txt"
ok "seeds without stages" sh -c "sed '/^stages:/,\$d' three.yaml >flat.yaml &&
    '$NNPIPE' run flat.yaml -o flat -q --set seeds=2 --set train.epochs=4"
ok "... train as stages do" same_tensors flat/seed5/best.nnw one/plain/best.nnw

sed 's/toy: {kind: spiral.*/csv: none.csv}/' three.yaml >none.yaml
ok "missing data are said first" exits 5 sh -c "'$NNPIPE' run none.yaml -o none 2>none.err"
ok "... before there is a folder" sh -c 'grep -F none.csv none.err && ! test -e none'

# What another stage uses, another block, another variable or a report is used; the rest is not.
cat >used.yaml <<'YAML'
nnpipe: 1
extends: three.yaml
vars: {fine: 5, base: 2, twice: $(base * 2), alone: 3}
blocks:
  inner: {args: {n: 2}, layers: [{dense: $n}, tanh]}
  outer: {layers: [{inner: {n: $twice}}]}
  lonely: {layers: [tanh]}
stages+:
  - {name: deep, model: [outer, {dense: 2, as: out}]}
report+:
  - {boundary: {grid: $fine}, stage: deep}
YAML
for stage in axes plain deep; do
    ok "what stage $stage does not use is used elsewhere" sh -c "'$NNPIPE' check used.yaml --stage $stage 2>used.err"
    ok "... but not all" sh -c 'grep -o "[a-z]* .[a-z]*. is never used" used.err | sort | tr "\n" " " |
        grep -x "block .lonely. is never used variable .alone. is never used "'
done

ok "--stage of a file without any" exits 2 "$NNPIPE" run flat.yaml --stage tune
ok "an unknown --stage" exits 2 "$NNPIPE" check three.yaml --stage tine
ok "an unknown stage in --set" sh -c "! '$NNPIPE' check three.yaml --set stages.tine.train.epochs=1 2>set.err"
ok "... is said" has "no stage is called 'tine'" set.err
ok "--seeds is for one training" exits 2 "$NNPIPE" run three.yaml --seeds 3 --expect 'accuracy > 0'
echo "1..$n"
