#!/bin/sh
# SPDX-License-Identifier: MIT
# Pictures and pages of runs: what a browser gets is whole, whatever stands in the data.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# ok NAME COMMAND...
ok() {
    name=$1
    shift
    n=$((n + 1))
    if "$@" >out 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' out
    fi
}

utf8() {
    for f; do
        iconv -f UTF-8 -t UTF-8 "$f" >/dev/null || return
    done
}

# ---- names of columns may hold any bytes ----

cat >names.yaml <<'END'
nnpipe: 1
name: names
data: {source: {csv: {file: names.csv}}}
model: [{dense: 1}]
loss: bce
optim: {sgd: {lr: 0.01}}
train: {epochs: 2}
metrics: [accuracy]
report: [truth_table]
END
# named NAME PRINTF-STRING: a run over data whose first column is called so.
named() {
    printf "$2"',b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n' >names.csv
    "$NNPIPE" names.yaml -q -f -o "$1" >"$1.out" 2>&1
}
ok "a name in Latin-1 trains" named latin 'gr\366\337e'
ok "... and all that is left is UTF-8" utf8 latin.out latin/report/* latin/*.json* latin/*.csv
ok "... with its letters" grep -q 'größe' latin/report/truth_table.txt
named utf 'gr\303\266\303\237e'
ok "a name in UTF-8 stays as it is" grep -q 'größe' utf/report/truth_table.txt
named line '"a\nb"'
ok "a line end in a name tears no table" grep -q '^a b ' line/report/truth_table.txt
named html '<b onclick=x>'
ok "markup in a name is text" sh -c '! grep -q "<b onclick" html/report/index.html'

# ---- activations ----

ok "an activation has a picture" sh -c '"$NNPIPE" plugin info relu --plot >relu.svg'
ok "... that is whole" sh -c 'tail -n 1 relu.svg | grep -qx "</svg>"'
ok "... and goes into a file" "$NNPIPE" plugin info layer:relu --plot -o other.svg
ok "... the same" cmp relu.svg other.svg
ok "... and ends at 4" grep -q ">relu 4</text>" relu.svg
ok "a layer of rows has none" sh -c '! "$NNPIPE" plugin info dense --plot 2>err && grep -q "maps no numbers one by one" err'

# ---- networks ----

xor=$src/pipelines/xor.yaml
"$NNPIPE" "$xor" -q -f -o xor >log 2>&1
"$NNPIPE" show "$xor" --svg >untrained.svg
"$NNPIPE" show xor --svg >trained.svg
# holds NUMBER TEXT FILE: so many times.
holds() {
    [ "$(grep -c "$2" "$3")" = "$1" ]
}
ok "a small net has a circle for each unit" holds 5 "<circle" untrained.svg
ok "... and a line for each weight" holds 6 "<path" untrained.svg
ok "... with those of a run" sh -c '! cmp -s untrained.svg trained.svg'
ok "... which its page shows" grep -q "<h2>network</h2>" xor/report/index.html
{
    printf 'nnpipe: 1\nname: long\ndata: {source: {toy: xor}}\nmodel:\n'
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do printf '  - dense: 40\n  - relu\n'; done
    printf '  - dense: 1\nloss: bce\noptim: {sgd: {lr: 0.1}}\ntrain: {epochs: 1}\n'
} >long.yaml
"$NNPIPE" show long.yaml --svg >long.svg
ok "a long net is boxes" holds 44 "<rect" long.svg
ok "... in columns, not one strip" sh -c 'set -- $(sed -n "1s/.*viewBox=\"0 0 \([0-9]*\) \([0-9]*\)\".*/\1 \2/p" long.svg); [ $2 -lt $((2 * $1)) ]'

# ---- curves ----

cat >moons.yaml <<'END'
nnpipe: 1
name: moons
data: {source: {toy: moons}, split: {train: 0..199, val: 200..299}}
model: [{dense: 4}, tanh, {dense: 2}]
loss: xent
optim: {adam: 1e-2}
train: {epochs: 3, measure: both}
metrics: [accuracy, confusion]
report: [curves]
END
"$NNPIPE" moons.yaml -q -f -o moons >log 2>&1
ok "training rows are measured beside those of validation" grep -q '^epoch,.*,train.accuracy,.*,val.accuracy,' moons/metrics.csv
ok "... and drawn" holds 3 ">train</text>" moons/report/curves.svg
ok "... a panel each, none for a cell" holds 3 'font-weight="600"' moons/report/curves.svg
echo "1..$n"
