#!/bin/sh
# SPDX-License-Identifier: MIT
# A run that is killed at some moment and resumed ends at the bits of a run that was never stopped:
# kill -9, Ctrl-C, another number of threads, a checkpoint that was cut off.
#   RUNS=100 NNPIPE=build/nnpipe tests/resume.sh       the long form; make check does 6
: "${srcdir:=.}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
runs=${RUNS:-6}
n=0 stopped=0

true_that() {
    n=$((n + 1))
    name=$1
    shift
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}

cat >net.yaml <<'EOF'
nnpipe: 1
name: net
data:
  source: {toy: {kind: spiral, n: 3000, noise: 0.05}}
  split: {train: 0..2499, val: 2500..2999}
  map:
    - standardize
    - noise.gauss: {std: 0.05}
      when: train
model: [{dense: 24}, tanh, {dropout: 0.1}, {dense: 24}, tanh, {dense: 2}]
loss: xent
optim: {adam: {lr: 0.01}, schedule: {cosine: {warmup: 20}}, clip: 1}
train: {epochs: 60, batch: 16, seed: 1, keep: {every: 1}, stop: {patience: 60}}
metrics: [accuracy]
EOF
# moment K: somewhere between 5 % and 95 % of the time that the whole run takes
moment() {
    awk -v k="$1" -v t="$took" 'BEGIN { printf "%.3f", t * (0.05 + 0.9 * ((k * 7919) % 997) / 997) }'
}

begin=$(date +%s%N)
"$NNPIPE" net.yaml -q -o whole >/dev/null || echo "Bail out! the net does not train"
took=$(awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { print ns / 1e9 }')
for k in $(seq "$runs"); do
    sig=$([ $((k % 3)) = 0 ] && echo INT || echo KILL)
    "$NNPIPE" net.yaml -q -o "part$k" >/dev/null 2>&1 &
    pid=$!
    sleep "$(moment "$k")"
    kill -s $sig $pid 2>/dev/null
    wait $pid 2>/dev/null
    [ -e "part$k/state.nnw" ] || [ -e "part$k/state.prev.nnw" ] || rm -rf "part$k"
    [ -e "part$k/best.nnw" ] || stopped=$((stopped + 1))
    if [ -e "part$k" ]; then
        "$NNPIPE" run --resume "part$k" -q --threads $((k % 4 + 1)) >/dev/null 2>log
    else # killed before the first checkpoint: there is nothing to lose
        "$NNPIPE" net.yaml -q -o "part$k" >/dev/null 2>log
    fi
    same=yes
    for f in best.nnw last.nnw; do
        cmp -s whole/$f "part$k/$f" || same=no
    done
    cut -d, -f1,2,4- whole/metrics.csv >a
    cut -d, -f1,2,4- "part$k/metrics.csv" >b
    cmp -s a b || same=no
    true_that "run $k, $sig, resumed: the same weights and figures" test $same = yes
done

# a checkpoint that was cut off by a power cut
"$NNPIPE" net.yaml -q -o cut >/dev/null 2>&1 &
pid=$!
sleep "$(moment 2)"
kill -s KILL $pid 2>/dev/null
wait $pid 2>/dev/null
if [ -e cut/state.nnw ] && [ -e cut/state.prev.nnw ]; then
    head -c 2000 cut/state.nnw >cut/half && mv cut/half cut/state.nnw
    "$NNPIPE" run --resume cut >/dev/null 2>log
    true_that "a damaged checkpoint: the one before it serves" cmp -s whole/best.nnw cut/best.nnw
    true_that "and the user is told" grep -q "going on from the one before it" log
fi
"$NNPIPE" run --resume whole -q >/dev/null 2>&1
true_that "a finished run stays what it was" test $? = 0
"$NNPIPE" run --resume nowhere >/dev/null 2>log
true_that "no such run: wrong usage" test $? = 2
sed 's/dense: 24/dense: 25/' net.yaml >other.yaml
"$NNPIPE" run other.yaml --resume whole >/dev/null 2>log
true_that "another model is refused" grep -q "it belongs to another model" log
echo "# $stopped of $runs runs were stopped before their end, the whole one takes $took s"
echo "1..$n"
