#!/bin/sh
# SPDX-License-Identifier: MIT
# Rows that a user gives to predict and eval: every form, every way to spoil it. The model of
# this test adds: what it says of x = (a, b) and z = (c) is a + 10 b + 100 c.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

cat >sum.yaml <<'EOF'
nnpipe: 1
name: sum
data:
  source:
    table:
      columns: {x: [a, b], z: [c], y: [d]}
      rows: [[0, 0, 0, 0], [1, 1, 1, 111]]
model:
  - concat:
    from: [x, z]
  - dense: 1
    init: {weight: {values: [[1, 10, 100]]}, bias: zeros}
loss: mse
metrics: [mae]
optim: {sgd: {lr: 0}}
train: {epochs: 1}
EOF
"$NNPIPE" sum.yaml -q -o run >log 2>&1 || { echo "Bail out! $(cat log)"; exit 99; }

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

says() { # INPUT OUTPUT: predict on that text
    printf '%b' "$1" >in
    is "$1" "$(printf '%b' "$2")" "$NNPIPE" predict run in
}

first_line() { # what it says first, and its exit code
    "$@" >said 2>&1
    code=$?
    head -n 1 said
    echo "exit $code"
}

refuses() { # INPUT MESSAGE
    printf '%b' "$1" >in
    is "refused: $1" "error: in$2
exit 5" first_line "$NNPIPE" predict run in
}

# ---- CSV
says '1,2,3\n' 321
says '1,2,3\n\n4,5,6' '321\n654'
says '1;2;3\r\n' 321
says '1\t2\t3\n' 321
says ' 1  2 3\n' 321
says '"1", "2" ,3\n' 321
says 'b,id,c,a\n2,x,3,1\n' 321
says '\0357\0273\02771,2,3\n' 321
says '1,2,3\r4,5,6\r' '321\n654'
says 'b,"the ""id"", quoted\nin two lines",c,a\n2,"x,\ny",3,1\n' 321
refuses '1,2\n' ':1: 2 numbers, a row has 3'
refuses '1,2,3\n1,2,3,4\n' ':2: fields: 4, the first line has 3'
refuses 'a,b,c\n1,2\n' ':2: fields: 2, the first line has 3'
refuses '1,,3\n' ':1: b: it has no value here'
refuses '1,2,3\n1,x,3\n' ":2: b: 'x' is not a number"
refuses '1,nan,3\n' ":1: b: 'nan' is not a number"
refuses '1,0x1A,3\n' ":1: b: '0x1A' is not a number"
refuses '1,2,1e39\n' ':1: c: 1e+39 is not a finite number'
refuses 'a,b,d\n1,2,3\n' ":1: no column is called 'c'"
refuses 'a,b,a,c\n1,2,3,4\n' ":1: two columns are called 'a'"
refuses '' ': there are no rows'
refuses 'a,b,c\n' ': there are no rows'
refuses '1,2\0000,3\n' ': byte 3 is 0: neither text nor .npy nor .npz'

# ---- JSON lines
says '[1, 2, 3]\n' 321
says '[[1], [2, [3]]]\n' 321
says '{"x": [1, 2], "z": 3}\n{"z": [6], "x": [[4], 5], "y": 0}\n' '321\n654'
says '{"a": 1, "b": 2, "c": 3}\n' 321
refuses '[1, 2, 3' ":1:9: ',' or ']' is missing here"
refuses '[1, 2, 3] 4' ':1:11: a line holds one row; there is more here'
refuses '[1, 2]' ':1: 2 numbers, a row has 3'
refuses '[1, "2", 3]' ":1: b: '2' is not a number"
refuses '[1, NaN, 3]' ':1:5: a number or a list is needed here'
refuses '[1, 1e999, 3]' ':1: b: inf is not a finite number'
refuses '{"x": [1, 2]}' ":1: 'c' is missing"
refuses '{"x": [1], "z": 3}' ':1: x: 1 numbers, 2 are needed'
refuses '{"x": [1, 2], "z": 3, "x": [1, 2]}' ":1: 'x' is given twice"
refuses '{"x": [1, 2], "q": 3}' ":1: 'c' is missing; no stream or column is called 'q'"
says '{"x": [1, 2], "id": {"n": ["a", null]}, "y": "?", "z": 3}' 321
refuses '{"x": [1, 2], z: 3}' ':1:15: a name in quotes is needed here'
refuses '{"x" [1, 2], "z": 3}' ":1:6: ':' is missing here"
refuses '{"x": [1, 2], "z": 3' ":1:21: ',' or '}' is missing here"
deep=$(printf "%065d" 0 | tr 0 "[")
refuses "${deep}1" ":1:66: nested too deep"

# ---- NumPy: npy TYPE SHAPE ELEMENTS, the elements as printf writes them
npy() {
    printf '\223NUMPY\1\0\166\0'
    printf '%-117s\n' "{'descr': '$1', 'fortran_order': ${4-False}, 'shape': $2, }"
    printf "$3"
}
one='\0\0\200\77' two='\0\0\0\100' three='\0\0\100\100' wide='\0\0\0\0\0\0\360\77'
npy '<f4' '(2, 3)' "$one$two$three$three$two$one" >in
is 'npy of f4' "$(printf '321\n123')" "$NNPIPE" predict run in
npy '<f8' '(1, 3)' "$wide$wide$wide" >in
is 'npy of f8' 111 "$NNPIPE" predict run in
npy '|u1' '(3,)' '\1\2\3' >in
is 'npy of one axis is one row' 321 "$NNPIPE" predict run in
gzip -c in >in.gz
is 'gzipped' 321 "$NNPIPE" predict run in.gz
npy_refuses() { # MESSAGE NPY-ARGUMENTS...
    message=$1
    shift
    npy "$@" >in
    is "npy refused: $message" "error: in: $message
exit 5" first_line "$NNPIPE" predict run in
}
npy_refuses 'its shape is (3, 2), rows of 3 are needed' '|u1' '(3, 2)' '\1\2\3\4\5\6'
npy_refuses '2 bytes of elements behind byte 128, the header says 1 rows of 3' '|u1' '(1, 3)' '\1\2'
npy_refuses "header: elements of type '<c8', numbers are needed: f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1" '<c8' '(1, 3)' ''
npy_refuses 'header: the shape is not that of rows' '|u1' '(-1, 3)' ''
npy '|u1' '(2, 3)' '\1\4\2\5\3\6' True >in
is 'npy with columns first' "$(printf '321\n654')" "$NNPIPE" predict run in
npy '>i2' '(1, 3)' '\0\1\0\2\377\375' >in
is 'npy of i2, the high byte first' -279 "$NNPIPE" predict run in
npy_refuses 'row 1: c: inf is not a finite number' '<f4' '(2, 3)' "$one$one$one$one$one\0\0\200\177"

# ---- eval: targets too
printf 'd,c,b,a\n322,3,2,1\n650,6,5,4\n' >in.csv
is 'eval on a CSV file' "loss                     8.5
mae                      2.5" "$NNPIPE" eval run --on in.csv
echo '{"x": [1, 2], "z": 3, "y": 320}' >in.jsonl
is 'eval on JSON lines' '{"loss":1,"mae":1}' "$NNPIPE" eval run --on in.jsonl --json
is 'eval on standard input' '{"loss":1,"mae":1}' \
    sh -c '"$NNPIPE" eval run --on - --json <in.jsonl'
is 'eval needs the targets' "error: in.csv:1: no column is called 'd'
  a row is  x (a, b), z (c), y (d)" sh -c 'echo a,b,c >in.csv; "$NNPIPE" eval run --on in.csv'
is 'eval on no split' "error: --on tset: train, val, test or a file is needed" \
    "$NNPIPE" eval run --on tset
is 'predict --json' '[321]' sh -c 'echo 1,2,3 | "$NNPIPE" predict run - --json'

# ---- a run whose labels are words, and numbers from 1: the file that trained reads the same
# ways. The model says of u, v which is the larger one.
cat >kinds.yaml <<'EOF2'
nnpipe: 1
name: kinds
data:
  source:
    csv: {file: d.csv, label: true}
model:
  - dense: $data.classes
    init: {weight: {values: [[8, -8], [0, 0], [-8, 8]]}, bias: {values: [0, 2, 0]}}
loss: xent
metrics: [accuracy]
optim: {sgd: {lr: 0}}
train: {epochs: 1}
report: [truth_table]
EOF2
printf '\357\273\277u,v,"the ""kind"""\r\n1,0,"bee, red"\r\n\r\n0,0,cat\r\n0,1,dog\r\n' >d.csv
"$NNPIPE" kinds.yaml -q -o kinds >log 2>&1 || sed 's/^/# /' log
# (2 log(1 + e^-6 + e^-16) + log(1 + 2 e^-2)) / 3
is 'eval on the file that trained' "loss                     0.0815
accuracy                 1
classes                  0 bee, red, 1 cat, 2 dog" sh -c \
    '"$NNPIPE" eval kinds --on d.csv | sed "s/0.0814[0-9]*/0.0815/"'
printf 'the "kind",v,u\ndog,1,0\n' >one.csv
printf '"the ""kind""";v;u\ndog;1;0\n' >two.csv
is 'one class of them, other columns first' '{"accuracy":1}' sh -c \
    '"$NNPIPE" eval kinds --on two.csv --json | sed "s/.loss[^,]*,//"'
printf 'u,v,"the ""kind"""\n1,0,wasp\n' >two.csv
is 'a label that was not trained' "two.csv: line 2: column the \"kind\": 'wasp' is no class that was trained; there are bee, red, cat, dog" sh -c \
    '"$NNPIPE" eval kinds --on two.csv 2>&1 | sed "s/.*setup: //; q"'
printf 'u,"the ""kind"""\n1,dog\n' >two.csv
is 'what a row is' "  a row is  x (u, v), y (the \"kind\")" sh -c \
    '"$NNPIPE" eval kinds --on two.csv 2>&1 | sed -n 2p'
is 'an unknown class in JSON' "error: -:1: the \"kind\": 'wasp' is no class that was trained; there are bee, red, cat, dog
exit 5" first_line sh -c 'echo "[1, 0, \"wasp\"]" | "$NNPIPE" eval kinds --on -'
is 'predict names the classes' '"bee, red",cat,dog,class
0.997527,0.0024726,1.1e-07,"bee, red"' sh -c \
    'echo 1,0 | "$NNPIPE" predict kinds - | sed "s/0.997527[0-9]*/0.997527/; s/0.00247[0-9]*/0.0024726/; s/1.12[0-9.e-]*/1.1e-07/"'
is 'in JSON too' '"class":"dog"}' sh -c \
    'echo "{\"v\": 1, \"u\": 0}" | "$NNPIPE" predict kinds - --as jsonl | sed "s/.*},//"'
is 'a truth table has names' 'dog dog' sh -c "sed -n '4s/.*  *\(dog\)  *\(dog\)/\1 \2/p' kinds/report/truth_table.txt"
is 'the weights hold the names' 1 grep -ac 'classes.*{."y.":\[."bee, red.",."cat.",."dog."\]}' kinds/best.nnw
{ cat kinds.yaml; echo "seeds: 2"; } >seeds.yaml
"$NNPIPE" run seeds.yaml -q -o seeds >log 2>&1 || sed 's/^/# /' log
# The training data with a class less now: the others keep their numbers.
sed -i '/bee/d' d.csv
is 'the classes are those of the training' 'train.accuracy 1' sh -c \
    '"$NNPIPE" eval kinds --on train 2>/dev/null | sed -n "s/  */ /; /accuracy/p"'
is 'those of a training of several seeds too' 'train.accuracy 1' sh -c \
    '"$NNPIPE" eval seeds --on train 2>/dev/null | sed -n "s/  */ /; /accuracy/p"'

cat >kinds.yaml <<'EOF2'
nnpipe: 1
data:
  source:
    csv: {file: d.csv, label: true}
model: [{dense: $data.classes}]
loss: xent
metrics: [accuracy]
optim: {sgd: {lr: 1}}
train: {epochs: 40, batch: 3, threads: 1}
EOF2
printf 'u,v,k\n3,0,1\n0,0,2\n0,3,3\n' >d.csv
"$NNPIPE" kinds.yaml -q -o numbers >log 2>&1 || sed 's/^/# /' log
head -n 3 d.csv >part.csv
is 'labels from 1 are found again' '{"accuracy":1}' sh -c \
    '"$NNPIPE" eval numbers --on part.csv --json | sed "s/.loss[^,]*,//"'
is 'in JSON lines' '{"accuracy":1}' sh -c \
    'echo "{\"u\": 0, \"v\": 3, \"k\": 3}" | "$NNPIPE" eval numbers --on - --json | sed "s/.loss[^,]*,//"'
is 'a number that is no label' "error: -:1: k: '0' is no class that was trained; there are 1, 2, 3
exit 5" first_line sh -c 'echo "[0, 3, 0]" | "$NNPIPE" eval numbers --on -'

# ---- images of the MNIST family: another file of them
idx() { printf "\\0\\0\\10\\3\\0\\0\\0\\$1\\0\\0\\0\\1\\0\\0\\0\\2$2"; }
idx 2 '\1\2\3\4' >x
printf '\0\0\10\1\0\0\0\2\0\1' >y
cat >pixels.yaml <<'EOF2'
nnpipe: 1
data:
  source:
    idx: {images: x, labels: y}
  map:
    - scale: [0, 255]
model:
  - flatten
  - dense: 1
    init: {weight: {values: [[1, 10]]}, bias: zeros}
loss: mse
optim: {sgd: {lr: 0}}
train: {epochs: 1}
EOF2
"$NNPIPE" pixels.yaml -q -o pixels >log 2>&1 || sed 's/^/# /' log
idx 3 '\1\2\3\4\377\0' | gzip -c >z.gz
is 'predict of IDX images' '21
43
255' "$NNPIPE" predict pixels z.gz
is 'eval of IDX images has no labels' 'z.gz: holds images, x y is needed' sh -c \
    '"$NNPIPE" eval pixels --on z.gz 2>&1 | sed "s/.*setup: //"'

# ---- what `check` cannot know of a large file from its start it reads
{ echo u,v,k; i=0; while [ $i -lt 9 ]; do printf '%08000d,0,1\n0,1,2\n' $i; i=$((i + 1)); done; } >d.csv
is 'classes of a file above 64 KiB' 'exit 0' sh -c '"$NNPIPE" check kinds.yaml -q; echo "exit $?"'

# ---- many columns, with names: the time must not grow with their square
awk 'BEGIN { for (i = 0; i < 2000; i++) printf "p%d,", i; print "y"
    for (r = 0; r < 4; r++) { for (i = 0; i < 2000; i++) printf "%d,", (i * r) % 9; print r } }' >d.csv
sed 's/, label: true//; s/.data.classes/1/; s/xent/mse/; s/accuracy/mae/; s/lr: 1/lr: 0/; s/40/1/' kinds.yaml >wide.yaml
"$NNPIPE" wide.yaml -q -o wide >log 2>&1 || sed 's/^/# /' log
is '2000 columns' 4 sh -c 'timeout 2 "$NNPIPE" predict wide d.csv | wc -l'
is '2000 columns in JSON' 1 sh -c "sed -n '1!{s/.[0-9]*\$//;s/.*/[&]/p;q}' d.csv | timeout 2 \"$NNPIPE\" predict wide - | wc -l"

sed 's/\[0, 0, 0, 0\]/[1700000001, 0, 0, 0]/; s/sgd/adam/' sum.yaml >narrow.yaml
is 'a number of a table that no float holds' 'warning: table: rows[0][0]: 1700000001 is kept as 1700000000: a float does not tell it from its neighbours' \
    sh -c '"$NNPIPE" check narrow.yaml 2>&1 | sed -n "s/^[^ ]* //;1p"'

# ---- a number that is written is the same when it is read; JSON has no word for inf
cat >echo.yaml <<'EOF2'
nnpipe: 1
data:
  source:
    csv: {file: d.csv, columns: {x: [a], y: [b]}}
model:
  - dense: 1
    init: {weight: zeros, bias: zeros}
loss: mse
metrics: [psnr]
optim: {sgd: {lr: 0}}
train: {epochs: 1}
EOF2
printf 'a,b\n12345678,0\n0.1,0\n1.1754944e-38,0\n3.4028235e38,0\n' >d.csv
"$NNPIPE" echo.yaml -q -o echo >log 2>&1 || sed 's/^/# /' log
sed 's/^a,b/the a,b/' d.csv >e.csv; sed 's/d.csv/e.csv/; s/x: .a./x: [the a]/' echo.yaml >the.yaml
"$NNPIPE" the.yaml -q -o the >log 2>&1 || sed 's/^/# /' log
is 'blanks in the name of the only column' 0 sh -c 'printf "the a\n3\n" | "$NNPIPE" predict the -'
is 'floats are written whole' '12345678
0.1
1.1754944e-38
3.4028235e+38' "$NNPIPE" predict echo --on train --stream x
is 'metrics.csv says inf' inf sh -c "sed -n '2s/.*,\(.*\),.*/\1/p' echo/metrics.csv"
is 'JSON has no word for inf' '{"train.loss":0,"train.psnr":null}' "$NNPIPE" eval echo --json
echo "1..$n"
