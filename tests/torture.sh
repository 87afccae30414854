#!/bin/sh
# SPDX-License-Identifier: MIT
# Every failure once: one allocation, one call of the system, over the commands. Whatever fails,
# nnpipe ends with code 0 and everything as it is without that, or with code 1 and a sentence.
# `make check` lets some of the calls fail, `make check-torture` (TORTURE=1) each of them.
# ONLY="run predict": these alone. What goes wrong stands behind `not ok`, as CASE KIND N.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
src=$(cd "$srcdir" && pwd)
here=$(cd "$(dirname "$NNPIPE")" && pwd)
preload=$here/tests/torture/torture.so
case $(ldd "$NNPIPE" 2>/dev/null) in
*libasan*) echo "1..0 # SKIP AddressSanitizer has a malloc of its own" && exit 0 ;;
esac
[ -e "$preload" ] || { echo "1..0 # SKIP torture.so cannot be built here (it needs glibc)" && exit 0; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
LC_ALL=C SOURCE_DATE_EPOCH=1
export LC_ALL SOURCE_DATE_EPOCH
unset NNPIPE_DATA NNPIPE_BACKEND
n=0

cat >xor.yaml <<'Y'
nnpipe: 1
name: xor
about: as small as a training with all parts can be
data: {source: {csv: {file: d.csv, label: true}}, split: {train: 0..3, val: 4..7}, map: [standardize]}
model: [{dense: 2}, tanh, {dropout: 0.1}, batchnorm, {dense: 2}]
loss: [xent, {l2: {of: weights}, weight: 1e-4}]
optim: {adam: {lr: 0.05}, schedule: {cosine: {warmup: 2}}}
train: {epochs: 4, batch: 2, threads: 2, keep: {every: 2}}
metrics: [accuracy]
report: [truth_table, curves]
Y
{ echo x1,x2,y && for i in 1 2; do printf '0,0,a\n0,1,b\n1,0,b\n1,1,a\n'; done; } >d.csv
cat >staged.yaml <<'Y'
nnpipe: 1
name: staged
data: {source: {toy: {kind: spiral, n: 40}}, split: {train: 0..29, val: 30..39}}
model: [{dense: 4, as: e1}, {tanh: {}, as: h1}, {dense: 2, as: out}]
loss: {xent: {of: out, to: y}}
optim: sgd
train: {epochs: 2, batch: 10, threads: 1}
metrics: [accuracy]
stages:
  - {name: axes, model: [{pca: 1, as: code}], metrics: []}
  - {name: one, model: [{use: e1}, tanh, {dense: 2, as: back}], loss: {mse: {of: back, to: x}}, metrics: []}
  - {name: tune, after: one}
report: [{compare: {stages: [one, tune], metric: val.loss}}]
Y
{ cat xor.yaml && cat <<'Y'; } >search.yaml
search:
  goal: {min: val.loss}
  sampler: random
  trials: 2
  space: {optim.adam.lr: {log: [1e-3, 1e-1]}}
Y
printf 'x1,x2\n0,0\n0,1\n1,1\n' >rows.csv
"$NNPIPE" xor.yaml -q -o base >/dev/null 2>&1 || { echo "Bail out! no training" && exit 99; }

# The words of a case, and whether it works in a copy of the run.
command_of() {
    folder=
    case $1 in
    check) set -- check xor.yaml ;;
    show) set -- show xor.yaml ;;
    run) set -- run xor.yaml -o out ;;
    staged) set -- run staged.yaml -o out ;;
    resume) folder=1 && set -- run --resume out ;;
    predict) folder=1 && set -- predict out rows.csv ;;
    npy) folder=1 && set -- predict out --as npy -o out/p.npy ;;
    eval) folder=1 && set -- eval out ;;
    runs) folder=1 && set -- runs show out ;;
    runslist) folder=1 && set -- runs list out ;;
    schema) set -- schema ;;
    search) set -- search search.yaml -q -f -o found ;;
    complete) set -- completion bash ;;
    explain) folder=1 && set -- explain out ;;
    list) set -- plugin list ;;
    info) set -- plugin info dense ;;
    test) set -- plugin test tanh --kind layer ;;
    esac
    words=$*
}

# What a command left and printed, as one number; clocks aside, and threads: fewer of them, which
# is said, is what there is where no memory was left for another one.
state() {
    {
        sed -E 's/[0-9.]+(e[+-]?[0-9]+)? ?(ms|s|us|KiB|MiB|B)([^a-z]|$)/T\3/g; s/samples_per_s=[^ ]*//; /^ *threads /d' out.txt
        if [ -d out ]; then
            find out -type f ! -name events.jsonl ! -name 'state*' | sort | while read -r f; do
                case $f in
                *metrics.csv) echo "$f" && cut -d, -f1,2,4- "$f" ;;
                *env.json) echo "$f" && grep -v '"threads"' "$f" ;;
                *.html) echo "$f" && grep -c . "$f" ;;
                *) cksum "$f" ;;
                esac
            done
        fi
    } | cksum
}

# Runs the case with the environment given; its code in $code.
once() { # ENVIRONMENT...
    rm -rf out
    [ -z "$folder" ] || cp -r base out
    # shellcheck disable=SC2086 # words are words
    timeout -s KILL 20 env LD_PRELOAD="$preload" "$@" "$NNPIPE" $words >out.txt 2>err.txt </dev/null
    code=$?
}

# What came of it, in one word. A search goes on where a trial failed, and says which.
verdict() {
    case $code in
    0) if [ "$(state)" = "$whole" ]; then
        echo same
    elif grep -q '^ *[0-9][0-9]*  *failed ' out.txt; then
        echo said
    else
        echo silent
    fi ;;
    137) echo hangs ;;
    1) if [ ! -s err.txt ]; then
        echo mute
    elif [ -n "$(find out -name '*.tmp-*' 2>/dev/null)" ]; then
        echo dirty
    elif grep -q 'crashed outside any plugin' err.txt; then
        echo crash
    else
        echo said
    fi ;;
    [2-7]) echo "blames-$code" ;;
    *) echo "crash-$code" ;;
    esac
}

torture() { # CASE KIND HOW-MANY
    case " ${ONLY-$1} " in *" $1 "*) ;; *) return ;; esac
    n=$((n + 1)) bad='' said=0 same=0
    command_of "$1"
    once TORTURE_KIND="$2" TORTURE_COUNT=count
    whole=$(state)
    calls=$(cat count)
    [ $code = 0 ] || bad="fails by itself"
    step=$((calls / $3 + 1))
    [ "${TORTURE-}" ] && step=${TORTURE_STEP:-1}
    at=$((1 + calls % step / 2))
    while [ $at -le "$calls" ]; do
        once TORTURE_KIND="$2" TORTURE_AT=$at
        case $(verdict) in
        same) same=$((same + 1)) ;;
        said) said=$((said + 1)) ;;
        *) bad="$bad $at:$(verdict)" ;;
        esac
        at=$((at + step))
    done
    text="$1 $2: of $calls calls each ${step}. failed, $said said, $same survived"
    if [ -z "$bad" ]; then echo "ok $n - $text"; else echo "not ok $n - $text;$bad"; fi
}

torture check mem 8
torture show mem 5
torture run mem 16
torture run on 5
torture staged mem 5
torture resume mem 5
torture predict mem 6
torture npy mem 5
torture eval mem 4
torture schema mem 4
torture runs mem 5
torture runslist mem 4
torture search mem 5
torture complete mem 3
torture explain mem 4
torture list mem 4
torture info mem 4
torture test mem 4
for kind in EIO EMFILE EINTR; do
    torture check $kind 3
    torture run $kind 10
    torture predict $kind 4
    torture runs $kind 3
done
torture staged EIO 6
torture resume EIO 5
torture npy EIO 4
torture schema EIO 3
torture run short 6
torture predict short 3
torture run zero 4
echo "1..$n"
