#!/bin/sh
# SPDX-License-Identifier: MIT
# nnpipe runs: what was run, what was different, which was best, what may go.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
plugins=$NNPIPE_PLUGIN_PATH
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

expect() { # CODE NAME COMMAND...
    want=$1 name=$2
    shift 2
    n=$((n + 1))
    "$@" >out 2>err </dev/null
    got=$?
    if [ $got = "$want" ]; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name (exit $got, not $want)"
        sed 's/^/# /' out err | head -n 10
    fi
}

ok() { # NAME COMMAND...
    name=$1
    shift
    expect 0 "$name" "$@"
}

says() { # FILE REGEX NAME
    n=$((n + 1))
    if grep -qE -- "$2" "$1"; then
        echo "ok $n - $3"
    else
        echo "not ok $n - $3: no '$2' in:"
        sed 's/^/# /' "$1" | head -n 10
    fi
}

printf 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n' >data.csv
cat >net.yaml <<'EOF'
nnpipe: 1
name: net
data: {source: {csv: {file: data.csv, columns: {x: [a, b], y: [y]}}}}
model: [{dense: 3}, tanh, {dense: 1}]
loss: bce
optim: {adam: {lr: 0.05}}
train: {epochs: 20, batch: 4, seed: 1}
metrics: [accuracy]
EOF
expect 0 "a run" "$NNPIPE" net.yaml -q
expect 0 "the same run again" "$NNPIPE" net.yaml -q
expect 0 "another rate" "$NNPIPE" net.yaml -q --set optim.adam.lr=0.2

expect 0 "list" "$NNPIPE" runs list
says out '^runs/net/001 .*done .*epoch 20 of 20  train.loss' "a line tells when, how far, how good"
expect 0 "list --json" "$NNPIPE" runs list --json
says out '"run":"runs/net/003","name":"net",.*"state":"done","end":\{' "one object a run"
expect 0 "show" "$NNPIPE" runs show runs/net/001
says out '^  compiler  *[a-z]* [0-9]' "the compiler"
says out '^  cpu  *[^ ]' "the processor"
says out '^  layer:dense  *1.0  [0-9a-f]{16}' "the hash of a plugin"
says out '^  initializer:' "also of one that the file does not name"
says out '^  .*data.csv  *[0-9a-f]{64}' "the hash of the data"
expect 0 "runs that are alike" "$NNPIPE" runs diff runs/net/001 runs/net/002
says out 'do not differ' "do not differ"
mkdir elsewhere && cp net.yaml data.csv elsewhere
ok "in another folder, with more threads" "$NNPIPE" elsewhere/net.yaml -q -o elsewhere/run --set train.threads=3
ok "the weights are the same file" cmp runs/net/001/best.nnw elsewhere/run/best.nnw
expect 0 "another parameter" "$NNPIPE" runs diff runs/net/001 runs/net/003
says out '^pipeline  optim.adam.lr  *0.05 -> 0.2$' "is told by its path"
says out '^result    train.loss ' "with what came of it"
says out '^weights   best.nnw ' "and that the weights are others"

# one byte of a plugin, where the compiler has put its name
LC_ALL=C sed 's/GCC: (/GCC: [/; s/clang version/clang wersion/' "$(find -L "$plugins/layers" -name tanh.so | head -n 1)" >tanh.so
expect 0 "a run with one byte of a plugin changed" "$NNPIPE" net.yaml -q --plugin ./tanh.so
expect 0 "diff" "$NNPIPE" runs diff runs/net/001 runs/net/004
says out '^plugin    layer:tanh.sha256  *[0-9a-f]{64} -> [0-9a-f]{64}' "names the plugin"
n=$((n + 1))
grep -qE '^(weights|result|pipeline)' out && echo "not ok $n - and nothing else" ||
    echo "ok $n - and that nothing else came of it"
printf '1,1,1\n' >>data.csv
expect 0 "a run with other data" "$NNPIPE" net.yaml -q
expect 0 "diff of them" "$NNPIPE" runs diff runs/net/001 runs/net/005
says out '^data  *.*data.csv  *[0-9a-f]{64} -> [0-9a-f]{64}' "names the file"

expect 0 "best" "$NNPIPE" runs best --by train.loss
says out '^runs/net/003 ' "the smallest loss"
expect 0 "best by a metric that is to be large" "$NNPIPE" runs best --by train.accuracy
expect 2 "best by what there is not" "$NNPIPE" runs best --by val.f1
says err "no run that has ended has a figure called 'val.f1'" "is said"

mkdir -p runs/net/006 runs/other && cp runs/net/001/pipeline.yaml runs/net/001/env.json runs/net/006
expect 0 "clean" "$NNPIPE" runs clean
says out '^would remove runs/net/006 \(empty\)' "says what would go"
n=$((n + 1))
test -e runs/net/006 && echo "ok $n - and leaves it" || echo "not ok $n - and leaves it"
expect 0 "clean --keep" "$NNPIPE" runs clean --keep 2 --force
says out '^removed runs/net/001' "the oldest go"
n=$((n + 1))
[ "$(echo runs/net/*)" = "runs/net/004 runs/net/005" ] &&
    echo "ok $n - two are left" || echo "not ok $n - left: $(echo runs/net/*)"

# two at work in one folder
sed 's/epochs: 20/epochs: 100000000/' net.yaml >slow.yaml
"$NNPIPE" slow.yaml -q -o busy >/dev/null 2>&1 &
pid=$!
for _ in $(seq 100); do
    test -s busy/env.json && break
    sleep 0.1
done
kill -s USR1 $pid
for _ in $(seq 100); do
    test -s busy/state.nnw && break
    sleep 0.1
done
expect 1 "a run that goes on is not resumed beside it" "$NNPIPE" run --resume busy
says err "busy: another nnpipe is at work in this folder" "it is said why"
expect 0 "nor cleaned away" "$NNPIPE" runs clean busy --keep 0 --force
says out "^busy  *busy" "it is said too"
kill -s KILL $pid
wait $pid 2>/dev/null
expect 0 "a killed run is called so" "$NNPIPE" runs list busy
says out " killed" "in the list"

# what an earlier run left
printf 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n' >mine.csv
sed 's/file: data.csv/file: mine.csv/' net.yaml >mine.yaml
sed 's/^optim:.*/optim: {sgd: {lr: 1e30}}/; s/bce/mse/' mine.yaml >bad.yaml
expect 0 "a run that keeps every epoch" "$NNPIPE" mine.yaml -q -o again --set train.keep.every=5
: >again/notes.txt
expect 6 "another one in its place, which diverges" "$NNPIPE" bad.yaml -q -f -o again --set train.batch=1
ok "leaves no weights of the one before" sh -c 'test ! -e again/best.nnw && test ! -e again/last.nnw &&
    test ! -e again/epoch-005.nnw && test ! -e again/report/index.html'
ok "but what the user put there" test -e again/notes.txt
expect 1 "so it predicts nothing" "$NNPIPE" eval again

# data that change
expect 0 "a run on data that will change" "$NNPIPE" mine.yaml -q -o was
expect 0 "is told from its data as they were" "$NNPIPE" eval was
n=$((n + 1))
[ -s err ] && echo "not ok $n - without a word" || echo "ok $n - without a word"
printf '1,1,1\n' >>mine.csv
expect 0 "and as they are now" "$NNPIPE" eval was
says err "mine.csv: other data than was was trained on" "with a word"
expect 1 "but is not gone on with" "$NNPIPE" run --resume was -q
says err "cannot go on with them" "it is said why"
expect 0 "data from a pipe" sh -c 'cat data.csv | "$NNPIPE" net.yaml -q -o piped --set data.source.csv.file=/dev/stdin'
ok "are known by their hash too" grep -q "$(sha256sum <data.csv | cut -c1-64)" piped/env.json

expect 2 "no folder" "$NNPIPE" runs list nowhere
expect 2 "no run" "$NNPIPE" runs diff busy nowhere
expect 2 "no such verb" "$NNPIPE" runs lst
says err "'list' is" "the nearest is named"
sed 's/^name: net/name: wild/; s/^loss: bce/loss: mse/; s/^optim:.*/optim: {sgd: 1e30}/; s/^metrics:.*//' net.yaml >wild.yaml
expect 6 "a run that diverges" "$NNPIPE" wild.yaml -q
expect 0 "it is in the list" "$NNPIPE" runs list runs/wild
says out '^runs/wild/001 .* diverged ' "as what it is"
expect 0 "and shown" "$NNPIPE" runs show runs/wild/001
says out ' diverged ' "as that"
expect 0 "a run of another pipeline" "$NNPIPE" net.yaml -q --set name=other
expect 2 "the best of several problems" "$NNPIPE" runs best
says err 'runs of .* and of .*, whose losses cannot be compared' "is not known without a figure"
expect 0 "with one it is" "$NNPIPE" runs best --by train.accuracy
expect 2 "a misspelt figure" "$NNPIPE" runs best --by train.acuracy
says err "'train.accuracy' is one" "gets the nearest one"
expect 2 "a figure as others call it" "$NNPIPE" runs best --by train.acc
says err "'train.accuracy' is one" "gets ours"
expect 0 "a run with many figures" "$NNPIPE" net.yaml -q --set name=many \
    --set 'metrics=[accuracy, error, mae, mse, {mae: {}, as: another_long_name}, {mse: {}, as: and_one_more}]'
expect 0 "in a list" "$NNPIPE" runs list runs/many
says out '^.{60,100} \.\.\.$' "has a line that is not too long"
expect 0 "show has all of them" "$NNPIPE" runs show runs/many/001
says out 'and_one_more' "to the last"
echo "1..$n"
