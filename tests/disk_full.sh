#!/bin/sh
# SPDX-License-Identifier: MIT
# The disk is full, at every call that writes in turn: nnpipe says so and exits 1, no file is
# there in part, the checkpoint from before is whole, and once there is room the run ends with
# the bits of one that was never stopped.
#   STEP=1 NNPIPE=build/nnpipe tests/disk_full.sh     every call; make check does one in 5
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
faults=$(cd "$(dirname "$NNPIPE")" && pwd)/tests/faults/faults.so
work=$(mktemp -d) || exit 99
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 99
step=${STEP:-5}
n=0
ASAN_OPTIONS=verify_asan_link_order=0:${ASAN_OPTIONS-}
export ASAN_OPTIONS

true_that() {
    n=$((n + 1))
    name=$1
    shift
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}

cat >net.yaml <<'EOF'
nnpipe: 1
name: net
data: {source: {toy: {kind: xor}}}
model: [{dense: 8}, tanh, {dense: 1}]
loss: bce
optim: {adam: {lr: 0.05}}
train: {epochs: 40, batch: 2, seed: 3, keep: {every: 10}}
metrics: [accuracy]
report: [curves, truth_table]
EOF

results() {
    (cd "$1" && find . -name '*.nnw' ! -name 'state*' | sort | xargs sha256sum
        cut -d, -f1,2,4- metrics.csv
        cat report/*)
}

"$NNPIPE" net.yaml -q -o whole >/dev/null
results whole >want
LD_PRELOAD=$faults FAULT_COUNT=calls "$NNPIPE" net.yaml -q -o count >/dev/null
# A run with a checkpoint of epoch 20.
LD_PRELOAD=$faults FAULT_KIND=kill FAULT_AT=$(($(cat calls) * 6 / 10)) \
    "$NNPIPE" net.yaml -q -o kept >/dev/null 2>&1
true_that "a run was killed and left a checkpoint" test -e kept/state.nnw -o -e kept/state.prev.nnw
cp -r kept count2
LD_PRELOAD=$faults FAULT_COUNT=calls "$NNPIPE" run --resume count2 -q >/dev/null
calls=$(cat calls)

whole_files() { # every weight file and checkpoint is complete: Python's reader takes it
    for f in part/*.nnw; do
        size=$(od -An -tu8 -N8 "$f") && [ "$(wc -c <"$f")" -gt "$size" ] || return 1
    done
    ! ls part part/report 2>/dev/null | grep -q tmp-
}

tried=0 exits=0 clean=0 same=0
at=1
while [ "$at" -le "$calls" ]; do
    rm -rf part && cp -r kept part
    LD_PRELOAD=$faults FAULT_KIND=full FAULT_AT=$at FAULT_COUNT=done \
        "$NNPIPE" run --resume part -q >/dev/null 2>log
    code=$?
    [ "$(cat done)" -ge "$at" ] || break # flushes go by the clock: there may be fewer
    tried=$((tried + 1))
    [ $code = 1 ] && grep -q "error: " log && exits=$((exits + 1)) || echo "# call $at: exit $code"
    whole_files && clean=$((clean + 1)) || echo "# call $at: $(ls part | tr '\n' ' ')"
    "$NNPIPE" run --resume part -q >/dev/null 2>log
    results part >got
    cmp -s want got && same=$((same + 1)) || { echo "# call $at: not the same"; sed 's/^/# /' log; }
    at=$((at + step))
done
true_that "disk full at $tried of $calls calls: each exits 1 with a message" test $exits = $tried
true_that "no file is there in part after any of them" test $clean = $tried
true_that "and each goes on to the same bits from the checkpoint before" test $same = $tried

# A limit on the size of a file: stdio's own writes fail too, and SIGXFSZ does not kill.
sed 's/epochs: 40/epochs: 400/' net.yaml >long.yaml
(ulimit -f 8; exec "$NNPIPE" long.yaml -q -o limited) >/dev/null 2>log
true_that "a file may not grow: exit 1" test $? = 1
true_that "and it is said which" grep -q "error: limited[/:]" log

mkdir small
if mount -t tmpfs -o size=64k none small 2>/dev/null; then
    "$NNPIPE" long.yaml -q -o small/run >/dev/null 2>log
    true_that "a small tmpfs fills up: exit 1" test $? = 1
    true_that "and no part of a file is left" sh -c '! ls small/run | grep -q tmp-'
    umount small
else
    n=$((n + 1))
    echo "ok $n - a small tmpfs # SKIP it cannot be mounted here"
fi
echo "1..$n"
