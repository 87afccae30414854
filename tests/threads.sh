#!/bin/sh
# SPDX-License-Identifier: MIT
# The same final weights, bit for bit, with 1, 2, 3 and 7 threads: XOR, spiral, and MNIST where
# NNPIPE_DATA has it.
: "${srcdir:=.}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

same() { # NAME FILE FLAGS...
    name=$1 file=$2
    shift 2
    for t in 1 2 3 7; do
        n=$((n + 1))
        if "$NNPIPE" "$file" -q -o "$name$t" --threads $t "$@" >log 2>&1 &&
            cmp -s "$name$t/best.nnw" "${name}1/best.nnw"; then
            echo "ok $n - $name with $t threads"
        else
            echo "not ok $n - $name with $t threads"
            sed 's/^/# /' log
        fi
    done
}

same xor "$src/pipelines/xor.yaml"
same spiral "$src/pipelines/spiral.yaml"
if [ -e "${NNPIPE_DATA-/nowhere}/mnist" ]; then
    same mnist "$src/pipelines/mnist_mlp.yaml" --set train.epochs= --set train.steps=100 \
        --set report=
else
    n=$((n + 1))
    echo "ok $n - mnist # SKIP needs NNPIPE_DATA with MNIST"
fi
echo "1..$n"
