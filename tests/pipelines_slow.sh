#!/bin/sh
# SPDX-License-Identifier: MIT
# Every file in pipelines/ that says what it must `beat`, run to its end: minutes each. A missed
# figure is exit 7. `make check-slow` runs it; NNPIPE_DATA names the folder of the data sets.
: "${srcdir:=.}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# A file and those it extends.
with_bases() {
    cat "$1"
    sed -n 's/^extends: *//p' "$1" | while read -r base; do with_bases "${1%/*}/$base"; done
}

for f in "$src"/pipelines/*.yaml; do
    name=$(basename "$f" .yaml)
    grep -q 'beat:' "$f" || continue
    n=$((n + 1))
    with_bases "$f" >whole
    set=
    grep -q 'cifar10:' whole && set=cifar10
    grep -q 'mnist:' whole && set=mnist
    if [ -n "$set" ] && [ ! -e "${NNPIPE_DATA-/nowhere}/$set" ] &&
        ! ls "$src/datasets/$set" | grep -q 'ubyte\|\.bin'; then
        echo "ok $n - $name # SKIP needs datasets/$set/fetch.sh or NNPIPE_DATA"
    elif "$NNPIPE" "$f" -o "$name" >log 2>&1; then
        echo "ok $n - $name reaches what it should"
    else
        echo "not ok $n - $name: exit $?"
        tail -n 15 log | sed 's/^/# /'
    fi
done
echo "1..$n"
