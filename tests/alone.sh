#!/bin/sh
# SPDX-License-Identifier: MIT
# A run stands alone: asked about rows that are given, it needs neither the data of its training
# nor the folder where it was trained, and answers to the bit as before.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
mkdir home empty
cd home || exit 99
n=0

awk 'BEGIN {
    for (i = 0; i < 40; i++) {
        a = (i * 37 % 40) / 40; b = (i * 11 % 40) / 40
        print a "," b "," (a < 0.3 ? "ant" : a < 0.6 ? "bee, tall" : "cat") >"kinds"
        print a "," b "," 100 * a + 7 * b >"sums"
    }
}'
{ echo 'a,"b, wide",kind'; sed 's/bee, tall/"&"/' kinds; } >kinds.csv
{ echo 'a,b,sum'; cat sums; } >sums.csv
sed -n '1p;5,9p' kinds.csv >../rows.csv
sed -n '1p;5,9p' sums.csv >../sums_rows.csv
sed -n '1p;20,30p' sums.csv >part.csv
printf '[0.1, 0.2]\n{"b, wide": 0.5, "a": 0.9}\n' >../rows.jsonl

cat >kinds.yaml <<'EOF'
nnpipe: 1
name: kinds
data:
  source: {csv: {file: kinds.csv, label: true}}
  map: [standardize]
  split: {train: 60%, val: 20%, test: 20%}
model:
  - dense: 4
  - tanh
  - dense: $data.classes
loss:
  - xent:
    class_weight: balanced
optim: {adam: 0.01}
train: {epochs: 3, batch: 8}
metrics: [accuracy]
EOF
cat >staged.yaml <<'EOF'
nnpipe: 1
name: staged
data:
  source: {csv: sums.csv}
  map: [standardize]
  split: {train: "0..29", val: "30..39", test: {csv: part.csv}}
stages:
  - name: first
    model:
      - dense: 3
        as: code
      - dense: 2
    loss: {mse: {}, to: x}
    optim: {adam: 0.01}
    train: {epochs: 2, batch: 8}
  - name: last
    after: first
    model:
      - dense: 3
        as: code
        freeze: true
      - dense: 1
    loss: mse
    optim: {adam: 0.01}
    train: {epochs: 2, batch: 8}
EOF

# Pictures of four by four pixels, of two classes, with noise and a hole that a training makes.
pictures=
if "$NNPIPE" plugin info loader:images >/dev/null 2>&1; then
    pictures=1
    mkdir -p pics/dark pics/light
    for k in 1 2 3; do
        printf '\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\004\000\000\000\004\010\000\000\000\000\214\232\301\242\000\000\000\034IDATx\332c\340\342\346\341e\340\343\027\020d\020\022\026\021e\020\023\227\220\004\000\011\140\001\031V\355\264\013\000\000\000\000IEND\256B\140\202' >pics/dark/$k.png
        printf '\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\004\000\000\000\004\010\000\000\000\000\214\232\301\242\000\000\000\037IDATx\332\001\024\000\353\377\000\310\311\312\313\000\314\315\316\317\000\320\321\322\323\000\324\325\326\327\200\040\014\371\303\356H\043\000\000\000\000IEND\256B\140\202' >pics/light/$k.png
    done
    cp pics/light/1.png ../picture.png
fi
# 16 pixels of the dark picture, and the mask of a hole in it, as arrays of NumPy.
npy() # TYPE SHAPE
{
    printf '\223NUMPY\001\000\166\000%-117s\n' \
        "{'descr': '$1', 'fortran_order': False, 'shape': ($2), }"
}
{ npy '|u1' '1, 1, 4, 4'; printf '\012\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031'; } >../picture.npy
cat >signs.yaml <<'EOF'
nnpipe: 1
name: signs
data:
  source: {images: {dir: pics, size: 4, channels: grey}}
  map:
    - scale
    - noise.gauss: 0.4
      as: noisy
model:
  - dense: {units: $data.classes}
    from: noisy
loss: xent
optim: {adam: 0.01}
train: {epochs: 3, batch: 4}
EOF
cat >painter.yaml <<'EOF'
nnpipe: 1
name: painter
data:
  source: {images: {dir: pics, size: 4, channels: grey}}
  map:
    - scale
    - mask.box: {size: 2, train: centre}
      from: x
      as: [holed, mask]
model:
  - flatten:
    from: holed
  - dense: 16
  - reshape: [1, 4, 4]
    as: paint
  - blend:
    from: {keep: holed, paint: paint, mask: mask}
loss: {mse: {}, to: x}
optim: {adam: 0.01}
train: {epochs: 3, batch: 4}
EOF
all="kinds staged ${pictures:+signs painter}"

result() # NAME CONDITION... ; ok if the command succeeds
{
    n=$((n + 1))
    name=$1
    shift
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}
fail()
{
    echo "Bail out! $*"
    exit 99
}
ask() # COMMAND...; what it says, whatever comes of it
{
    "$NNPIPE" "$@" 2>&1 || echo "exit $?"
}
# Everything that is asked, by paths that stay true from another folder beside this one.
answers() # TO KINDS STAGED SIGNS
{
    mkdir -p "$1"
    ask predict "$2" ../rows.csv >"$1/csv"
    ask predict "$2" ../rows.jsonl --as jsonl >"$1/jsonl"
    ask eval "$2" --on ../rows.csv >"$1/eval"
    ask predict "$3" ../sums_rows.csv >"$1/staged"
    ask eval "$3" --on ../sums_rows.csv | tail -n 1 >"$1/staged_eval"
    test -z "$pictures" || {
        ask predict "$4" ../picture.npy >"$1/npy"
        ask predict "$4" ../picture.png >"$1/png"
    }
}

for k in $all; do
    "$NNPIPE" $k.yaml -q -o ../$k >log 2>&1 || fail "$(cat log)"
done
answers ../before ../kinds ../staged ../signs
for k in $all; do
    "$NNPIPE" show ../$k >../before/show_$k
done
cd ../empty && rm -r ../home || fail "no folder"

answers ../after ../kinds ../staged ../signs
for k in $all; do
    ask show ../$k >../after/show_$k
done
result "a run answers without its data, in another folder" diff -r ../before ../after
result "classes have their names" grep -q 'ant,"bee, tall",cat,class' ../after/csv
result "what needs the data says so" eval \
    '! "$NNPIPE" predict ../kinds --on test >log 2>&1 && grep -q "kinds.csv.*cannot be opened" log &&
    grep -q "rows of a file need no data of the training: nnpipe predict RUN FILE" log'

# ---- in one file ----

pack() # RUN FLAG...
{
    run=$1
    shift
    "$NNPIPE" pack ../$run -q -o ../moved/$run.nnw "$@" >log 2>&1
}
mkdir ../moved
for k in $all; do
    result "$k is packed" pack $k
done
result "nothing is overwritten" eval '! pack kinds && grep -q "is there already; --force overwrites" log'
result "but with --force" pack kinds --force
result "figures and the pipeline are in it" eval \
    "grep -q 'test.accuracy' ../moved/kinds.nnw && grep -q 'file: kinds.csv' ../moved/kinds.nnw"
result "no path of the training is in it" eval '! grep -q "$work" ../moved/kinds.nnw'
for k in $all; do
    rm -r ../$k
    mv ../moved/$k.nnw ../$k
done
rmdir ../moved
answers ../packed ../kinds ../staged ../signs
for k in $all; do
    ask show ../$k >../packed/show_$k
done
refused() # NAME TEXT COMMAND...
{
    name=$1 text=$2
    shift 2
    ! "$NNPIPE" "$@" >log 2>&1 && grep -q -- "$text" log
    result "$name" test $? = 0
}
result "the file answers as the run did" diff -r ../before ../packed
refused "a packed model has no rows of its own" "brings no rows of its own" eval ../kinds
refused "... for predict neither" "brings no rows of its own" predict ../kinds
refused "... and is not trained on" "it has no checkpoint" run --resume ../kinds
refused "... nor packed again" "is packed already" pack ../kinds -o again.nnw
refused "what is no run is not packed" "a run folder is needed" pack ../rows.csv
cp ../kinds torn && printf x | dd of=torn bs=1 seek=900 conv=notrunc 2>/dev/null
refused "a damaged file is refused" "torn: " predict torn ../rows.csv

# ---- line by line ----

# A partner that sends a line only when the one before was answered; it gives up after a while.
mkfifo to from
timeout 20 "$NNPIPE" predict ../kinds - <to >from 2>log &
exec 3>to 4<from
echo '0.125,0.325' >&3
read -r names <&4 && read -r one <&4
echo '0.225,0.475' >&3
read -r two <&4
exec 3>&- 4<&-
wait
printf '0.125,0.325\n0.225,0.475\n' >two.csv
"$NNPIPE" predict ../kinds two.csv >whole
printf '%s\n' "$names" "$one" "$two" >slow
result "each line is answered before the next is sent" cmp whole slow
{ sed -n 1p ../rows.csv; sleep 0.05; sed 1d ../rows.csv; } | "$NNPIPE" predict ../kinds - >slow
result "a line of names is for all that follow" cmp slow ../after/csv
{ sed -n 1p ../rows.jsonl; sleep 0.05; sed 1d ../rows.jsonl; } | "$NNPIPE" predict ../kinds - --as jsonl >slow
result "JSON lines too" cmp slow ../after/jsonl
{ cat two.csv; sleep 0.05; printf '\n1,2\nx,1\n'; } | "$NNPIPE" predict ../kinds - >slow 2>log
result "what is wrong is told with its line, what came before is answered" eval \
    'grep -q "line 5: .*.x. is not" log && test $(wc -l <slow) = 4'
result "an array comes whole" eval \
    'test -z "$pictures" || { cat ../picture.npy | "$NNPIPE" predict ../signs - | cmp - ../after/npy; }'

# ---- noise and masks ----

if test "$pictures"; then
    "$NNPIPE" show ../signs --io >io 2>&1
    result "what a model reads and answers is shown" eval \
        'grep -q "^in   x  *u8  *1 x 4 x 4$" io && grep -q "^out  prediction  *f32  *2  classes dark, light$" io'
    "$NNPIPE" show ../painter --io --json >io 2>&1
    result "what else a mask makes is an input" eval \
        'grep -q "\"name\":\"mask\",\"type\":\"f32\",\"shape\":\[1,4,4\]" io && grep -q "\"left_out\":\"holed\"" io'
    "$NNPIPE" predict ../signs ../picture.npy --corrupt >noisy
    result "--corrupt takes the noise in" eval '! cmp -s noisy ../after/npy'

    # A hole in the whole picture: what is painted stands there, elsewhere stays what was given.
    printf '{"x": [[[%s]]], "mask": [[[%s]]]}\n' \
        '[255, 255, 255, 255], [255, 0, 0, 255], [255, 0, 0, 255], [255, 255, 255, 255]' \
        '[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]' >holed.jsonl
    "$NNPIPE" predict ../painter holed.jsonl >painted 2>&1
    result "a picture with a hole and its mask are given" eval \
        'cut -d, -f1-5,8,9,12-16 painted | grep -qx "1,1,1,1,1,1,1,1,1,1,1,1"'

fi

echo "1..$n"
