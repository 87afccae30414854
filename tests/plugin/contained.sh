#!/bin/sh
# SPDX-License-Identifier: MIT
# A plugin that goes wrong in the middle of a run is named with its item and the line of the file,
# the exit code is 4, and the run goes on from its checkpoint once the plugin is mended.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
folder=$(cd "$(dirname "$NNPIPE")" && pwd)/tests/plugin/faulty
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

true_that() {
    n=$((n + 1))
    name=$1
    shift
    if "$@"; then echo "ok $n - $name"; else
        echo "not ok $n - $name"
        sed 's/^/# /' log
    fi
}

# Two outputs of 4 x 4 floats fill their 64 bytes: what is written behind is somebody's.
cat >net.yaml <<'EOF'
nnpipe: 1
name: net
data: {source: {toy: {kind: xor}}}
model:
  - faulty: 4
    as: first
  - tanh
  - dense: 1
loss: bce
optim: {adam: {lr: 0.05}}
train: {epochs: 60, batch: 4, seed: 2, keep: {every: 10}}
EOF
run() { # NUMBER FLAGS...: with that fault
    layer=$folder/layer$1.so
    shift
    "$NNPIPE" net.yaml -q --plugin "$layer" "$@" >out 2>log
    code=$?
}

# Begins now, for it takes seconds: the first SIGTERM ends a run whose plugin never returns.
"$NNPIPE" net.yaml -q --plugin "$folder/layer15.so" -o stuck >stuck.out 2>stuck.log &
stuck=$!
while ! test -s stuck/pipeline.yaml && kill -0 $stuck; do sleep 0.01; done 2>"/dev/null"
sleep 0.05
kill -TERM $stuck

run 0 -o whole --guard
true_that "a right plugin runs under --guard" test $code = 0
run 0 -o plain
true_that "to the same bits as without" cmp whole/best.nnw plain/best.nnw

run 25 -o crashed
true_that "a plugin that faults: exit 4" test $code = 4
true_that "item and line are named" grep -q \
    "^net.yaml:5:5: error: layer first (faulty 1.0, .*layer25.so): forward: crashed with SIGSEGV" log
true_that "its checkpoint is there" test -e crashed/state.nnw
"$NNPIPE" run --resume crashed -q --plugin "$folder/layer0.so" >out 2>log
true_that "and goes on with the plugin mended" cmp whole/best.nnw crashed/best.nnw

run 26 -o past --guard
true_that "a plugin that writes past its output: exit 4" test $code = 4
true_that "item, line and tensor are named" grep -q \
    "^net.yaml:5:5: error: layer first (faulty 1.0, layer26.so): forward: writes past the end of out .y." log
"$NNPIPE" run --resume past -q --plugin "$folder/layer0.so" >out 2>log
true_that "what it wrote has spoilt nothing" cmp whole/best.nnw past/best.nnw

run 29 -o unready
true_that "a plugin that breaks its promise to say what is ready: exit 4" test $code = 4
true_that "item, line and numbers are named" grep -q \
    "^net.yaml:5:5: error: layer first (faulty) promises READY, but in forward said so of 0 of its 16 numbers" log
run 29 -o unasked --guard
true_that "it is not asked under --guard" test $code = 0

run 62 -o late
true_that "a plugin that declares a tensor outside of setup: exit 4" test $code = 4
true_that "item, line and reason are named" grep -q \
    "^net.yaml:5:5: error: layer first (faulty 1.0, .*layer62.so): forward: declare is for setup" log

run 15 -o endless --call-limit 0.5
true_that "a plugin that does not end: exit 4" test $code = 4
true_that "item and line are named too" grep -q \
    "^net.yaml:5:5: error: layer first (faulty 1.0, .*layer15.so): forward: does not end" log
run 0 -o quick --call-limit 60
true_that "one that ends is left alone" test $code = 0
run 0 -o none --call-limit soon
true_that "a limit is a number" test $code = 2
# A constructor that prints and sets umask and locale: nothing of it is in the results or the files.
sed 's/faulty: 4/fault.loud: 2/; s/net$/loud/' net.yaml >loud.yaml
(umask 027 && exec "$NNPIPE" loud.yaml --plugin "$folder/quiet4.so" -o loud --json >out 2>log)
true_that "a plugin that changes the process when it is loaded runs" test $? = 0
true_that "what it prints is not among the results" sh -c '! grep hello out && grep -q hello log'
true_that "its umask is not that of the run" sh -c 'ls -l loud/best.nnw | grep -q "^-rw-r-----"'
true_that "that is said" grep -q 'quiet4.so: when it is loaded, it changes the locale to C.UTF-8; changes the umask to 000' out

wait $stuck
true_that "the first SIGTERM ends a run whose plugin never comes back: exit 143" test $? = 143
cp stuck.log log
true_that "item and line are named again" grep -q \
    "^net.yaml:5:5: error: layer first (faulty 1.0, .*layer15.so): forward: has not come back 3 s after SIGTERM" log
echo "1..$n"
