#!/bin/sh
# SPDX-License-Identifier: MIT
# What `nnpipe plugin new` writes builds without a warning, passes `nnpipe plugin test`, and
# stands in a pipeline that runs. One TAP line per kind and language.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
builddir=$(dirname "$NNPIPE")
PKG_CONFIG_PATH=$builddir
PATH=$builddir:$PATH
export PKG_CONFIG_PATH PATH
n=0

# ok NAME COMMAND...: the command succeeds; what it said otherwise.
ok() {
    n=$((n + 1))
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$work/log"
    fi
}

skip() {
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

# builds KIND LANG: everything that a new author would do.
builds() {
    d=$work/$1-$2
    "$NNPIPE" plugin new "$1" acme.thing --lang "$2" -o "$d" &&
        make -s -C "$d" CFLAGS='-O1 -Wall -Wextra -Werror' \
            CXXFLAGS='-O1 -Wall -Wextra -Werror' thing.so &&
        make -s -C "$d" test || return
    [ "$1" = backend ] && return
    (cd "$d" && "$NNPIPE" run thing.yaml --plugin ./thing.so --set train.epochs=2)
}

refuses() { # MESSAGE ARGUMENT...
    want=$1
    shift
    if "$NNPIPE" plugin new "$@" >"$work/out" 2>&1; then
        echo "it was accepted"
        return 1
    fi
    grep -F -- "$want" "$work/out" || { cat "$work/out"; return 1; }
}

if ! command -v pkg-config >/dev/null || ! command -v cc >/dev/null; then
    echo "1..0 # SKIP no cc or no pkg-config"
    exit 0
fi
for kind in layer loss optimizer regularizer schedule initializer metric loader transform \
    estimator report sampler pruner backend; do
    ok "$kind in c" builds "$kind" c
done
# A name with a dot is the metric's everywhere: printed, in metrics.csv, watched, asked for.
run() { "$NNPIPE" run thing.yaml --plugin ./thing.so --set train.epochs=2 --out run -f "$@"; }
printed() { run | grep 'train   loss .*  acme.thing ' && grep '^epoch,.*,train.acme.thing,' run/metrics.csv; }
watched() {
    "$NNPIPE" check thing.yaml --plugin ./thing.so "$@" && run "$@"
}
detail() {
    run --set "train.stop=$1"
    [ $? -ne 0 ] && run --set "train.stop=$1" 2>&1 | grep "called 'acme.thing.x'; 'acme.thing' is"
}
listed() { run && "$NNPIPE" runs list run | grep ' train.acme.thing [0-9]' && "$NNPIPE" runs best run --by train.acme.thing; }
cd "$work/metric-c" || exit 99
ok "a metric with a dot in its name is printed" printed
for set in train.stop.on_best=train.acme.thing train.keep.best=acme.thing \
    'train.stop={when: train.acme.thing < 100}' 'train.retry={times: 1, unless: acme.thing < 100}' \
    'report=[{compare: {beat: {train.acme.thing: 100}}}]' \
    'optim={adam: {lr: 0.05}, schedule: {plateau: {watch: train.acme.thing}}}'; do
    ok "... $set" watched --set "$set"
done
ok "... by another name" watched --set 'metrics=[{acme.thing: , as: e}]' --set train.stop.on_best=train.e
ok "... --expect" run --expect 'train.acme.thing < 100'
ok "... a detail that it does not report is refused where it is watched" detail '{on_best: acme.thing.x}'
ok "... and where it is a condition" detail '{when: acme.thing.x < 1}'
ok "... runs list, runs best" listed
cd "$OLDPWD" || exit 99
for kind in layer loss transform; do
    if command -v c++ >/dev/null; then
        ok "$kind in c++" builds "$kind" c++
    else
        skip "$kind in c++" "no c++"
    fi
done
rust=no
command -v rustc >/dev/null && rustc --version |
    awk '{ split($2, v, "."); exit !(v[1] > 1 || v[2] >= 63) }' && rust=yes
for kind in layer loss metric optimizer; do
    if [ $rust = yes ]; then
        ok "$kind in rust" builds "$kind" rust
    else
        skip "$kind in rust" "no rustc of version 1.63 or newer"
    fi
done
cp "$work/layer-c/thing.c" "$work/before"
ok "refuses to overwrite" refuses "thing.c is already there; nothing was written" \
    layer acme.thing -o "$work/layer-c"
ok "leaves what is there" cmp "$work/before" "$work/layer-c/thing.c"
ok "names the nearest kind" refuses "no kind is called 'lyer'; 'layer' is" lyer acme.x
ok "refuses a name that no tag can hold" refuses "'Acme.X' is not a name of a plugin" \
    layer Acme.X
ok "refuses a language it does not know" refuses "--lang zig: c, c++ or rust" \
    layer acme.x --lang zig
ok "says what it has no skeleton of" refuses "there is no skeleton of a report in rust" \
    report acme.x --lang rust
echo "1..$n"
