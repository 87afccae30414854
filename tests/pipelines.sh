#!/bin/sh
# SPDX-License-Identifier: MIT
# Every file in pipelines/ passes check and says what it is for. The small ones run to their end;
# those that take minutes or need data not in the tree run a few steps on glyphs, the drawn digits, or
# on noise where they want colour. Left out are X where glyphs_X is the same net on glyphs, and some of
# many stages; `pipelines.sh --all`, which `make check-slow` calls, runs these too. What they should
# reach is seen to by pipelines_slow.sh.
: "${srcdir:=.}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
long='dnn_parameters glyphs_autoencoder glyphs_hinton glyphs_overfit kmeans_codes'
all=${1-}
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

# A file and those it extends.
with_bases() {
    cat "$1"
    sed -n 's/^extends: *//p' "$1" | while read -r base; do with_bases "${1%/*}/$base"; done
}

for f in "$src"/pipelines/*.yaml; do
    name=$(basename "$f" .yaml)
    "$NNPIPE" check "$f" >log 2>&1
    result $? "$name passes check"
    grep -q '^about:' "$f"
    result $? "$name says what it is about"
    if [ "$all" != --all ]; then
        [ ! -e "$src/pipelines/glyphs_$name.yaml" ] || continue
        case " $long " in *" $name "*) continue ;; esac
    fi
    with_bases "$f" >whole
    set --
    if grep -q 'cifar10:' whole; then
        set -- --set 'data.source={random: {shape: [3, 32, 32], n: 144}}'
    elif grep -q 'mnist:\|glyphs:' whole; then
        set -- --set 'data.source={glyphs: {n: 134, test: 10}}'
    fi
    [ $# = 0 ] || set -- "$@" --set 'data.split={train: 0..127, val: 128..133, test: 134..143}'
    if [ $# != 0 ] || grep -q 'random:' whole; then
        set -- "$@" --set train.epochs= --set train.steps=2 --set train.batch=16 --set report=
        for stage in $(awk '/^  - name: / { name = $3 } /^    train:.*epochs/ { print name }' whole); do
            set -- "$@" --set "stages.$stage.train.epochs="
        done
    fi
    ! grep -q '^search:' whole || set -- "$@" --set search.trials=4 --set search.then= --set search.report=
    "$NNPIPE" "$f" -q -o "$name" "$@" >log 2>&1
    result $? "$name runs"
done
echo "1..$n"
