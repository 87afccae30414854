#!/bin/sh
# SPDX-License-Identifier: MIT
# Every file in pipelines/ passes check, says what it is for, and runs: the small ones to their end,
# those that need data not in the tree are checked and planned, and run for a few steps when
# NNPIPE_DATA is set.
: "${srcdir:=.}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

result() { # CODE NAME
    n=$((n + 1))
    if [ "$1" = 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        sed 's/^/# /' log | tail -n 15
    fi
}

for f in "$src"/pipelines/*.yaml; do
    name=$(basename "$f" .yaml)
    "$NNPIPE" check "$f" >log 2>&1
    result $? "$name passes check"
    grep -q '^about:' "$f"
    result $? "$name says what it is about"
    if grep -q 'mnist' "$f" && [ ! -e "${NNPIPE_DATA-/nowhere}/mnist" ]; then
        n=$((n + 1))
        echo "ok $n - $name # SKIP needs MNIST: datasets/mnist/fetch.sh or NNPIPE_DATA"
        continue
    fi
    if grep -q 'mnist\|random:' "$f"; then
        "$NNPIPE" "$f" -q -o "$name" --set train.epochs= --set train.steps=3 \
            --set report= >log 2>&1 # what it should reach takes longer
    else
        "$NNPIPE" "$f" -q -o "$name" >log 2>&1
    fi
    result $? "$name runs"
done
echo "1..$n"
