#!/bin/sh
# SPDX-License-Identifier: MIT
# A run that is killed at some moment and resumed ends with the bits of a run that was never
# stopped: kill -9 at any time and in the middle of a write, Ctrl-C, SIGTERM, another number of
# threads, a checkpoint that was cut off or garbled.
#   RUNS=100 NNPIPE=build/nnpipe tests/resume.sh       the long form; make check does 12
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
faults=$(cd "$(dirname "$NNPIPE")" && pwd)/tests/faults/faults.so
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
runs=${RUNS:-12}
n=0 same_runs=0 killed=0 in_write=0
ASAN_OPTIONS=verify_asan_link_order=0:${ASAN_OPTIONS-}
export ASAN_OPTIONS

true_that() {
    n=$((n + 1))
    name=$1
    shift
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}

# Four updates an epoch; the weights go into two groups, and one epoch in a hundred is kept.
cat >xor.yaml <<'EOF'
nnpipe: 1
name: xor
data: {source: {toy: {kind: xor}}}
model: [{dense: 3}, tanh, {dense: 1}]
loss: bce
optim: {adam: {lr: 0.01}, schedule: {cosine: {warmup: 20}}}
train: {epochs: 3000, batch: 1, seed: 4, keep: {every: 100}}
metrics: [accuracy]
EOF
cat >spiral.yaml <<'EOF'
nnpipe: 1
name: spiral
data:
  source: {toy: {kind: spiral, n: 1500, noise: 0.05}}
  split: {train: 0..1249, val: 1250..1499}
  map: [standardize]
model: [{dense: 24}, tanh, {dropout: 0.1}, batchnorm, {dense: 24}, tanh, {dense: 2}]
loss: [xent, {l2: {of: weights}, weight: 1e-4}]
optim: {rmsprop: {lr: 0.01}, schedule: {plateau: {watch: val.loss}}, clip: 1}
train: {epochs: 40, batch: 16, seed: 1, accumulate: 3, keep: {every: 4}, stop: {patience: 30}}
metrics: [accuracy]
EOF
# Too fast: it goes back to the best weights several times.
sed 's/optim: .*/optim: {sgd: {lr: 40}}/; s/loss: .*/loss: mse/; s/, accumulate: 3/, health: back/
    s/^model: .*/model: [{dense: 24}, relu, {dense: 1}]/; s/kind: spiral/kind: circle/
    s/train: {/&health: back, /; s/, health: back, keep/, keep/; s/epochs: 40/epochs: 60/' spiral.yaml >back.yaml
# Drawn digits; MNIST if it is here.
cat >autoencoder.yaml <<'EOF'
nnpipe: 1
name: autoencoder
data:
  source: {glyphs: {n: 600, test: 0}}
  split: {train: 0..499, val: 500..599}
  map:
    - scale
    - {noise.gauss: {std: 0.2}, from: x, as: noisy}
model:
  - {flatten: {}, from: x, as: clean}
  - {flatten: {}, from: noisy}
  - {dense: {units: 32, activation: relu}}
  - dropout: 0.2
  - {dense: {units: 784, activation: sigmoid}}
loss: {mse: {}, to: clean}
optim: {adam: {lr: 0.002}}
train: {epochs: 8, batch: 25, seed: 2, keep: {every: 1}}
EOF
[ ! -d "${NNPIPE_DATA:-nowhere}/mnist" ] ||
    sed -i 's/source: .*/source: {mnist: mnist}/' autoencoder.yaml
# Six trainings: an estimator, two layers one after the other on what the one before leaves, both
# with what is behind them, clusters of what that gives; reports in the middle and at the end.
cat >staged.yaml <<'EOF'
nnpipe: 1
name: staged
data:
  source: {toy: {kind: spiral, n: 600, noise: 0.05}}
  split: {train: 0..469, val: 470..599}
  map: [standardize]
blocks:
  crush:
    args: {layer: e1, back: 2}
    layers: [{noise.gauss: {std: 0.1}}, {use: $layer}, tanh, {dense: $back}]
model:
  - {dense: 16, as: e1}
  - {tanh: {}, as: h1}
  - {dense: 12, as: e2}
  - {tanh: {}, as: h2}
  - dropout: 0.1
  - {dense: 2, as: out}
loss: {xent: {of: out, to: y}}
optim: {adam: {lr: 0.01}, schedule: {cosine: {}}}
train: {epochs: 30, batch: 20, seed: 3, keep: {every: 5}}
metrics: [accuracy]
stages:
  - name: axes
    model: [{pca: 1, as: code}]
    metrics: []
  - name: pre1
    model: [{crush: {layer: e1, back: 2}, as: back}]
    loss: {mse: {of: back, to: x}}
  - name: pre2
    after: pre1
    input: h1
    model: [{crush: {layer: e2, back: 16}, as: back}]
    loss: {mse: {of: back, to: h1}}
  - {name: tune, after: pre2}
  - {name: plain, note: from new weights}
  - name: clusters
    after: tune
    input: h2
    model: [{kmeans: 2}]
    metrics: [cluster_accuracy]
report:
  - {curves: {}, stage: pre1}
  - {compare: {}, stage: tune}
  - compare: {stages: [tune, plain], metric: val.accuracy}
EOF
# Six attempts, none of which comes there: the second is the best.
sed 's/dense: 3}, tanh/dense: 2}, relu/; s/optim: .*/optim: {sgd: {lr: 0.5}}/
    s/train: .*/train: {epochs: 400, batch: 4, seed: 1, keep: {every: 100}, retry: {times: 5, unless: accuracy > 2}}/' \
    xor.yaml >retry.yaml
files="xor spiral back autoencoder staged retry"

results() { # FOLDER: everything that must come out the same
    (cd "$1" && find . \( -name '*.nnw' ! -name 'state*' \) -o -name results.csv | sort | xargs sha256sum
        find . -name metrics.csv | sort | xargs cut -d, -f1,2,4-
        find . -path '*/report/*' | sort)
}

# a number below $2 that looks like chance, but is the same every time
chance() {
    awk -v k="$1" -v n="$2" 'BEGIN { print int((k * 7919 + int(k / 7) * 104729) % 99991 / 99991 * n) }'
}

for f in $files; do
    begin=$(date +%s%N)
    LD_PRELOAD=$faults FAULT_COUNT=$f.calls "$NNPIPE" $f.yaml -q -o $f.whole >/dev/null 2>log ||
        { sed 's/^/# /' log; echo "Bail out! $f does not train"; exit 1; }
    echo $((($(date +%s%N) - begin) / 1000000)) >$f.ms
    results $f.whole >$f.want
    echo "# $f: $(cat $f.ms) ms, $(cat $f.calls) calls that write"
done

# 1 in 3 dies within a write, 1 in 3 by kill -9 from outside, the others by a signal it may answer
stop_one() { # K FILE
    case $(($1 % 3)) in
    0)
        at=$(($(chance "$1" "$(cat "$2.calls")") + 1))
        LD_PRELOAD=$faults FAULT_KIND=kill FAULT_AT=$at "$NNPIPE" "$2.yaml" -q -o part >/dev/null 2>&1
        [ $? = 137 ] && in_write=$((in_write + 1)) && killed=$((killed + 1))
        how="SIGKILL in call $at"
        ;;
    *)
        sig=$([ $(($1 % 3)) = 1 ] && echo KILL || { [ $(($1 % 2)) = 0 ] && echo INT || echo TERM; })
        ms=$(($(chance "$1" "$(cat "$2.ms")") + 3))
        "$NNPIPE" "$2.yaml" -q -o part >/dev/null 2>&1 &
        pid=$!
        sleep "$(awk -v ms=$ms 'BEGIN { printf "%.3f", ms / 1000 }')"
        kill -s "$sig" $pid 2>/dev/null && killed=$((killed + 1))
        wait $pid
        how="SIG$sig after $ms ms"
        ;;
    esac
}

for k in $(seq "$runs"); do
    f=$(echo $files | cut -d' ' -f$((k % 6 + 1)))
    rm -rf part
    stop_one "$k" "$f" 2>/dev/null
    if [ -e part/state.nnw ] || [ -e part/state.prev.nnw ] ||
        { [ $f = staged ] && [ -e part/pipeline.yaml ]; }; then
        "$NNPIPE" run --resume part -q --threads $((k % 4 + 1)) >/dev/null 2>log
    else # killed before the first checkpoint: there is nothing to lose
        "$NNPIPE" "$f.yaml" -q -f -o part --threads $((k % 4 + 1)) >/dev/null 2>log
    fi
    results part >got 2>&1
    if cmp -s "$f.want" got && ! ls part | grep -q tmp-; then
        same_runs=$((same_runs + 1))
    else
        echo "# run $k, $f, $how: not the same"
        diff "$f.want" got | head -n 5 | sed 's/^/# /'
        sed 's/^/# /' log
    fi
done
true_that "$same_runs of $runs runs ended with the SHA-256 of the one that was never stopped" \
    test "$same_runs" = "$runs"
echo "# $killed of them were stopped before their end, $in_write in the middle of a write"

# ---- one file that is not whole ----
stopped() { # leaves in `cut` a run with two checkpoints, killed after the second
    rm -rf cut
    LD_PRELOAD=$faults FAULT_KIND=kill FAULT_AT=$(($(cat xor.calls) * 2 / 3)) \
        "$NNPIPE" xor.yaml -q -o cut >/dev/null 2>&1
}
stopped
true_that "a killed run has two checkpoints" test -e cut/state.prev.nnw
[ -e cut/state.nnw ] || cp cut/state.prev.nnw cut/state.nnw
cp -r cut kept
half() { head -c "$(($(wc -c <cut/state.nnw) / 2))" cut/state.nnw >half && mv half cut/state.nnw; }
flip() { # a byte in the last quarter of the file
    at=$(($(wc -c <cut/state.nnw) * 7 / 8))
    printf '\125' | dd of=cut/state.nnw bs=1 seek=$at conv=notrunc 2>/dev/null
    printf '\252' | dd of=cut/state.nnw bs=1 seek=$((at + 1)) conv=notrunc 2>/dev/null
}
turn_digit() { sed -i 's/"seed":"4"/"seed":"5"/' cut/state.nnw; }
empty() { : >cut/state.nnw; }
for how in half flip turn_digit empty; do
    rm -rf cut && cp -r kept cut
    $how
    "$NNPIPE" run --resume cut >/dev/null 2>log
    results cut >got
    true_that "$how: the one before it serves" cmp -s xor.want got
    true_that "$how: the user is told" grep -q "state.nnw: .*; going on from the one before it" log
done
rm -rf cut && cp -r kept cut
half && cp cut/state.nnw cut/state.prev.nnw
"$NNPIPE" run --resume cut >/dev/null 2>log
true_that "both damaged: refused" test $? = 1
true_that "and nothing is taken away" test -e cut/state.nnw

# ---- signals ----
slow() { sed 's/epochs: 3000/epochs: 100000000/; s/every: 100/every: 0/' xor.yaml; }
slow >slow.yaml
wait_for() { # COMMAND...: at most 10 s
    for _ in $(seq 100); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}
"$NNPIPE" slow.yaml --progress=plain -o slow >/dev/null 2>log &
pid=$!
wait_for test -s slow/env.json && sleep 0.3
# Started by nohup, all of this ignores SIGHUP, as it should.
sh -c 'kill -HUP $$' && signals=USR1 || signals="USR1 HUP"
for sig in $signals; do
    rm -f slow/state.nnw
    kill -s $sig $pid
    true_that "SIG$sig writes a checkpoint" wait_for test -e slow/state.nnw
    true_that "and the run goes on" kill -0 $pid
done
kill -s INT $pid
wait $pid
true_that "Ctrl-C: 130" test $? = 130
true_that "and the command to go on is printed" \
    grep -qx "resume with: nnpipe run --resume slow" log
"$NNPIPE" run --resume slow -q >/dev/null 2>log &
pid=$!
sleep 0.5
kill -s TERM $pid
wait $pid
true_that "SIGTERM: 143" test $? = 143

"$NNPIPE" slow.yaml -q -o slow2 >/dev/null 2>log &
pid=$!
wait_for test -s slow2/env.json && sleep 0.3
kill -s XCPU $pid
wait $pid
true_that "SIGXCPU, of a batch queue: 128 + 24" test $? = 152
true_that "... with a checkpoint" test -s slow2/state.nnw
"$NNPIPE" slow.yaml --json -o slow3 2>log | head -n 3 >/dev/null
true_that "a reader that has had enough ends the run, with a checkpoint" wait_for test -s slow3/state.nnw

# ---- other arithmetic ----
cp -r kept others
NNPIPE_KERNELS=base "$NNPIPE" run --resume others -q >/dev/null 2>log
true_that "a quiet resume with other kernels goes on" test $? = 0
rm -r others && cp -r kept others
NNPIPE_KERNELS=base "$NNPIPE" run --resume others >/dev/null 2>log
case $(sed -n 's/.*"kernels":"\(.*\)".*/\1/p' kept/env.json) in
base) true_that "there are no others here" true ;;
*) true_that "... and a resume with other kernels warns" \
    grep -q "written with other kernels, another processor or another compiler" log ;;
esac

# ---- what cannot be resumed ----
"$NNPIPE" run --resume xor.whole -q >/dev/null 2>&1
true_that "a finished run stays what it was" test $? = 0
results xor.whole >got
true_that "to the bit" cmp -s xor.want got
"$NNPIPE" xor.yaml --resume >/dev/null 2>log
true_that "--resume without a run when there is none: wrong usage" test $? = 2
mkdir -p runs/xor/002 && cp -r kept runs/xor/010
"$NNPIPE" xor.yaml -q --resume >/dev/null 2>log
results runs/xor/010 >got
true_that "--resume without a run takes the latest" cmp -s xor.want got
"$NNPIPE" run --resume nowhere >/dev/null 2>log
true_that "no such run: wrong usage" test $? = 2
sed 's/dense: 3}/dense: 4}/' xor.yaml >other.yaml
"$NNPIPE" run other.yaml --resume xor.whole >/dev/null 2>log
true_that "another model is refused" grep -q "it belongs to another model" log
old=$(cd "$OLDPWD" && cd "$srcdir" && pwd)/tests/run/old
mkdir old && cp "$old/pipeline.yaml" "$old/state1.nnw" old && mv old/state1.nnw old/state.nnw
"$NNPIPE" run --resume old >/dev/null 2>log
true_that "a checkpoint of format 1 is refused by name" \
    grep -q "its format is 'nnpipe state 1'; this nnpipe reads 'nnpipe state 4'" log
echo "1..$n"
