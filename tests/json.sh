#!/bin/sh
# SPDX-License-Identifier: MIT
# What is written as JSON is JSON, as Python reads it: numbers that are not finite, letters that
# a message cuts, files in folders with odd names.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
python=$(command -v python3) || { echo "1..0 # SKIP there is no python3"; exit 0; }
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

ok() { # NAME COMMAND...
    name=$1
    shift
    n=$((n + 1))
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}

cat >lines.py <<'EOF'
import json, sys
def bad(word):
    raise ValueError(word)
for file in sys.argv[1:]:
    text = open(file, "rb").read().decode("utf-8")
    for part in [text] if file.endswith(".json") else text.splitlines():
        json.loads(part, parse_constant=bad)
    if not text:
        bad("nothing")
EOF
is_json() { "$python" lines.py "$@" || { head -n 3 "$@" | sed 's/^/# /'; false; }; }

# ---- a folder with a quote, a backslash and a letter of two bytes
odd='q"d\é'
mkdir "$odd"
cat >"$odd/p.yaml" <<'EOF'
nnpipe: 1
name: t
data: {source: {csv: {file: d.csv}}}
model:
  - dense: 1
    init: {weight: {values: [[1e3]]}, bias: zeros}
loss: mse
optim: {sgd: {lr: 0}}
train: {epochs: 1, batch: 4, threads: 1}
metrics: [psnr]
EOF
printf 'a,y\n0,0\n0,0\n' >"$odd/d.csv"
"$NNPIPE" check "$odd/p.yaml" --json >check.json
ok "check says the file" is_json check.json
"$NNPIPE" "$odd/p.yaml" --json -q -o run >run.jsonl 2>log || sed 's/^/# /' log
ok "a run and what it leaves" is_json run.jsonl run/env.json run/events.jsonl
"$NNPIPE" runs list run --json >list.jsonl
ok "runs list" is_json list.jsonl
mv "$odd/d.csv" away
"$NNPIPE" eval run >out 2>err
ok "messages of a run name its own file, and its data where they were" \
    grep -q '^run/pipeline.yaml:[0-9]*:.*/q"d.é/d.csv: cannot be opened' err
mv away "$odd/d.csv"

# ---- what is not finite: psnr of what is right is infinite
"$NNPIPE" eval run --json >eval.json
ok "eval" is_json eval.json
printf '0\n3e38\n' >rows.csv
"$NNPIPE" predict run rows.csv --as jsonl >rows.jsonl
ok "predict" is_json rows.jsonl
ok "what is infinite is null" grep -qx '\[null\]' rows.jsonl
"$NNPIPE" predict run rows.csv >rows.txt
ok "and inf as CSV" grep -qx inf rows.txt
"$NNPIPE" runs show run --json >show.json
ok "runs show" is_json show.json

# ---- a cell of more letters than a message takes, for every place where it may be cut
for fill in '' x xx xxx; do
    printf 'a,y\n1,%séééééééééééééééééééééééééééééé\n' "$fill" >"$odd/d.csv"
    "$NNPIPE" check "$odd/p.yaml" --data --json >long.jsonl 2>err
    "$NNPIPE" check "$odd/p.yaml" --data >plain 2>&1
    ok "a cell cut after '$fill'" is_json long.jsonl
    ok "in words too" "$python" -c 'open("plain", "rb").read().decode("utf-8")'
done
echo "1..$n"
