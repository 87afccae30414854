#!/bin/sh
# SPDX-License-Identifier: MIT
# Files that ask for too much are refused with a sentence, before memory is taken for them: all
# with 100 MiB of address space more than the program itself has.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# refused CODE SENTENCE NAME: reads NAME.yaml
refused() {
    n=$((n + 1))
    (
        [ -n "$free" ] || ulimit -v 150000
        exec timeout 60 "$NNPIPE" "$3.yaml" -q --threads 1 -o "out-$3"
    ) >out 2>err
    code=$?
    if [ $code = "$1" ] && grep -qF -- "$2" err && ! [ -e "out-$3/best.nnw" ]; then
        echo "ok $n - $3: $2"
    else
        echo "not ok $n - $3 (exit $code, not $1): no '$2' in:"
        head -n 3 err | sed 's/^/# /'
    fi
}

# A sanitizer maps terabytes for itself.
free=
(ulimit -v 150000; exec "$NNPIPE" --version) >/dev/null 2>&1 || free=yes

file() { # NAME [UNITS]: a small net to spoil
    cat >"$1.yaml" <<EOF
nnpipe: 1
name: x
data: {source: {toy: {kind: xor}}}
model:
  - dense: ${2:-2}
  - dense: 1
loss: bce
optim: {sgd: {lr: 0.1}}
train: {epochs: 1}
EOF
}
say_times() { # COUNT TEXT
    awk -v n="$1" -v t="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'
}

file large && { printf '# ' && say_times 1048576 x; } >>large.yaml
refused 3 "larger than the 1048576 bytes allowed" large
file deep && echo "x-a: $(say_times 70 '[')$(say_times 70 ']')" >>deep.yaml
refused 3 "nested deeper than 64" deep
file many && echo "x-a: [$(say_times 120000 '1, ')1]" >>many.yaml
refused 3 "more than 100000 values" many
file aliases && {
    echo "x-a0: &a0 [$(say_times 10 '1, ')1]"
    for i in 1 2 3 4 5 6 7 8 9; do
        echo "x-a$i: &a$i [$(say_times 10 "*a$((i - 1)), ")1]"
    done
} >>aliases.yaml
refused 3 "more than 100000 values once '*a3' is put in" aliases
file units 1e12
refused 1 "the plan needs" units
file wide 3037000500 && sed -i 's/dense: 1$/dense: 3037000500/' wide.yaml
refused 3 "a tensor of more than 10^15 elements" wide
file batch && sed -i 's/epochs: 1/epochs: 1, batch: 1000000000000/' batch.yaml
refused 1 "the plan needs" batch
file repeat && sed -i 's/- dense: 2/&\n    repeat: 1000000000/' repeat.yaml
refused 3 "the model has more than 4096 items" repeat
file nothing && {
    echo "blocks: {none: {layers: [{dense: 2, when: 1 > 2}]}}"
} >>nothing.yaml && sed -i 's/- dense: 2/- none:\n    repeat: 1000000000/; s/sgd/sgdd/' nothing.yaml
refused 3 "called 'sgdd'" nothing
file blocks && {
    echo "blocks:"
    echo "  b0: {layers: [dense: 2]}"
    for i in $(seq 20); do
        echo "  b$i: {layers: [b$((i - 1)), b$((i - 1)), b$((i - 1)), b$((i - 1))]}"
    done
} >>blocks.yaml && sed -i 's/- dense: 2$/- b20/' blocks.yaml
refused 3 "the model has more than 4096 items" blocks
file columns && sed -i 's/toy: .*/random: {shape: [1000000000000], n: 10}}}/' columns.yaml
refused 3 "1000000000000 is outside" columns
file name && sed -i 's#^name: x#name: ../x#' name.yaml
refused 3 "cannot be the name of a folder" name
file report && echo "report: [{curves: {file: ../outside.svg}}]" >>report.yaml
n=$((n + 1))
"$NNPIPE" report.yaml -q -o out-report >out 2>err
if [ $? = 1 ] && grep -q "the file of a report is a plain name" err && ! [ -e outside.svg ]; then
    echo "ok $n - report: no file outside of the run's folder"
else
    echo "not ok $n - report: no file outside of the run's folder"
fi
ln -s loop2.yaml loop1.yaml && ln -s loop1.yaml loop2.yaml
refused 3 "Too many levels of symbolic links" loop1
echo "extends: self.yaml" >self.yaml
refused 3 "extends" self

# --max-mem is asked before anything is allocated.
file maximal 100000
n=$((n + 1))
(
    [ -n "$free" ] || ulimit -v 150000
    exec "$NNPIPE" maximal.yaml -q --threads 1 --max-mem 8M -o out-max
) >out 2>err
if [ $? = 1 ] && grep -q "the plan needs .* MiB, --max-mem allows 8.0 MiB" err; then
    echo "ok $n - --max-mem refuses"
else
    echo "not ok $n - --max-mem refuses"
    sed 's/^/# /' err
fi

# Memory runs out in the middle: a message and nothing half-written. The net fits the machine,
# the address space is short.
file short 300000
n=$((n + 1))
if [ -n "$free" ]; then
    echo "ok $n - out of memory # SKIP sanitizers need the address space"
else
    bad=
    for kib in 30000 40000 50000 60000 70000 80000; do
        rm -rf out-short
        (ulimit -v $kib; exec "$NNPIPE" short.yaml -q --threads 1 -o out-short) >out 2>err
        code=$?
        [ $code = 0 ] || [ $code = 1 ] || [ $code = 4 ] || bad="$bad $kib:$code"
        ls out-short 2>/dev/null | grep -q tmp- && bad="$bad $kib:tmp"
        [ $code = 0 ] || [ -s err ] || bad="$bad $kib:silent"
    done
    if [ -z "$bad" ]; then
        echo "ok $n - out of memory: a message, nothing half-written"
    else
        echo "not ok $n - out of memory:$bad"
        sed 's/^/# /' err
    fi
fi
echo "1..$n"
