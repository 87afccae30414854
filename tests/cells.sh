#!/bin/sh
# SPDX-License-Identifier: MIT
# Words, dates and missing values from a file to a prediction: what the training rows taught is
# what rows given later are read by, and a test part of its own.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# is NAME OUTPUT COMMAND...: all that the command says.
is() {
    name=$1 want=$2
    shift 2
    got=$("$@" 2>&1)
    n=$((n + 1))
    if [ "$got" = "$want" ]; then
        printf 'ok %s - %s\n' $n "$name"
    else
        printf 'not ok %s - %s\n' $n "$name"
        printf 'wanted: %s\ngot:    %s\n' "$want" "$got" | sed 's/^/# /'
    fi
}

# The rows from 'zebra' on are in other parts; z = 100 would shift a mean of all rows.
cat >d.csv <<'EOT'
s,n,when,y
ant,1,2020-01-01,0
bee,NA,2020-01-02,1
ant,3,2020-01-03,0
bee,5,2020-01-04,1
zebra,100,2020-01-05,1
ant,?,2020-01-06,0
EOT
cat >other.csv <<'EOT'
y,when,n,s
1,2021-01-01,7,bee
0,2021-01-02,,wasp
EOT
cat >p.yaml <<'EOT'
nnpipe: 1
name: p
data:
  source: {csv: {file: d.csv, text: one_hot, dates: [day], fill: mean}}
  split: {train: 0..3, val: 4..5}
model: [{dense: 1}]
loss: bce
optim: {sgd: {lr: 0}}
train: {epochs: 1}
EOT
quiet() { "$NNPIPE" "$@" 2>/dev/null; }
said() { "$NNPIPE" "$@" 2>&1 >out | grep warning; }

is 'what is filled in and unknown is said' \
    "p.yaml:4:12: warning: csv: filled in for missing: 2 of n by 3
p.yaml:4:12: warning: csv: in no row of the training: 1 of s ('zebra'); 1 such word counts as 0" \
    said p.yaml -o run
is 'rows of other parts teach nothing' '0,0,100,5
1,0,3,6' quiet predict run --on val --stream x
is 'the shape is that of the training' '    x  f32, 4' \
    sh -c "\"$NNPIPE\" show p.yaml --after=spec 2>&1 | grep '  x  f32'"

cat >q.csv <<'EOT'
when,s,n
2022-03-04,bee,none
2022-03-05,wasp,2
EOT
mv d.csv gone.csv # a run needs no data to answer
is 'given rows are read by what was learnt' '0,1,3,4
0,0,2,5' quiet predict run q.csv --stream x
is 'and said too' 'warning: csv: filled in for missing: 1 of n by 3
warning: csv: line 3, column s: '"'wasp'"' is in no row of the training; 1 such word counts as 0' \
    sh -c "\"$NNPIPE\" predict run q.csv 2>&1 >out | grep '^warning'"

cat >q.jsonl <<'EOT'
{"s": "bee", "n": null, "when": "2022-03-04"}

{"n": 2, "s": "wasp", "when": "2022-03-05"}
{"s": "ant", "when": "2022-03-06", "id": "x"}
EOT
is 'lines of JSON too, what is null or left out is missing' '0,1,3,4
0,0,2,5
1,0,3,6' quiet predict run q.jsonl --stream x
is 'with its lines' "warning: csv: filled in for missing: 2 of n by 3
warning: csv: line 3, column s: 'wasp' is in no row of the training; 1 such word counts as 0" \
    sh -c "\"$NNPIPE\" predict run q.jsonl 2>&1 >out | grep '^warning'"
echo '{"s": "ant", "n": 1, "when": "soon"}' >bad.jsonl
is 'and its mistakes' "line 1: column when: 'soon' is no date of the form 2024-12-31 or 2024-12-31T23:59" \
    sh -c "\"$NNPIPE\" predict run bad.jsonl 2>&1 | sed -n '1s/.*bad.jsonl: //p'"
mv gone.csv d.csv

sed 's/split: .*/split: {train: all, test: {csv: {file: other.csv}}}/' p.yaml >own.yaml
is 'a test part of its own follows' '0,1,0,7,1
0,0,0,27.25,2' sh -c "\"$NNPIPE\" own.yaml -q -o own >log 2>&1
    \"$NNPIPE\" predict own --on test --stream x 2>log"

sed 's/fill: mean/missing: drop/; s/split: .*/split: {train: 50%, val: 50%, stratify: y}/' \
    p.yaml >drop.yaml
is 'rows without a value are left out' \
    'p.yaml:4:12: warning: csv: 2 of 6 rows are left out: they have no value in n (2)' \
    sh -c "\"$NNPIPE\" drop.yaml -o drop 2>&1 | grep left | sed 's/drop.yaml/p.yaml/'"
is 'but not those that want a prediction' "error: q.csv: line 2: column n: 'none' stands for a \
missing value, and the run knows nothing that could stand for it" \
    sh -c "\"$NNPIPE\" predict drop q.csv 2>&1 | sed -n 's/loader csv.*setup: //; /^error/p'"

is 'a file that cannot be read says what helps' \
    'line 3: column n: '"'NA'"' stands for a missing value; `fill: {n: median}` or `missing: drop` helps' \
    sh -c "\"$NNPIPE\" check p.yaml --set data.source.csv.fill=null 2>&1 | sed -n '1s/.*d.csv: //p'"
# ---- large files: read from their pages, refused before memory is taken
awk 'BEGIN { print "a,y"; for (i = 0; i < 150000; i++) print i "," i % 2 }' >large.csv
sed 's/{csv: .*/{csv: large.csv}/; s/split: .*/split: {train: 0..9, test: 149998..149999}/' p.yaml >large.yaml
is 'a large file is read to its end' '149998
149999' sh -c "\"$NNPIPE\" large.yaml -q -o large >log 2>&1; \"$NNPIPE\" predict large --on test --stream x"
is 'what it needs is said before it is taken' 'large.csv: its rows need 1.1 MiB, --max-mem allows 1.0 MiB' \
    sh -c "\"$NNPIPE\" large.yaml -q -o none --max-mem 1M 2>&1 | sed -n '1s/.*setup: //p'"
echo "1..$n"
