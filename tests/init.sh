#!/bin/sh
# SPDX-License-Identifier: MIT
# What `nnpipe init` writes runs as it is, in a folder where nothing else is; a table of the
# user's becomes a pipeline whose guesses are said.
: "${srcdir:=.}" "${NNPIPE:?}"
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

# ok NAME COMMAND...
ok() {
    n=$((n + 1))
    name=$1
    shift
    if "$@" >out 2>&1; then echo "ok $n - $name"; else
        echo "not ok $n - $name"
        sed 's/^/# /' out
    fi
}

# says TEXT COMMAND...: it fails and says so.
refuses() {
    text=$1
    shift
    ! "$@" >said 2>&1 || { echo "it was accepted"; return 1; }
    grep -F -- "$text" said || { cat said; return 1; }
}

holds() { # FILE TEXT
    grep -qF -- "$2" "$1" || { cat "$1"; return 1; }
}

ok "lists its templates" sh -c '"$NNPIPE" init --list | grep -q "^  autoencoder "'
for t in $("$NNPIPE" init --list | awk '{ print $1 }'); do
    ok "writes $t" "$NNPIPE" init "$t"
    ok "which has no mistake" "$NNPIPE" check "$t.yaml"
    ok "and its own name" grep -qx "name: $t" "$t.yaml"
done
ok "xor runs" "$NNPIPE" xor.yaml -q
ok "csv runs" "$NNPIPE" csv.yaml -q
ok "no template speaks of files that are not there" sh -c '! grep -n "pipelines/" *.yaml'
echo mine >xor.yaml
ok "overwrites nothing" refuses "xor.yaml is already there; nothing was written" "$NNPIPE" init
ok "so that it is as it was" holds xor.yaml mine
ok "but with -f" "$NNPIPE" init -f
ok "into a folder that is not there yet" "$NNPIPE" init csv -o sub/
ok "with all that it needs" "$NNPIPE" sub/csv.yaml -q
ok "under another name" "$NNPIPE" init classify -o two.yaml
ok "names the nearest template" refuses "no template is called 'xro'; 'xor' is" "$NNPIPE" init xro
ok "by another word, too" refuses "'images' is" "$NNPIPE" init imagefolder
ok "takes a table for no template" refuses "try   nnpipe init csv two.yaml" "$NNPIPE" init two.yaml
ok "says which template takes a table" refuses '`nnpipe init csv a.csv` does' "$NNPIPE" init xor a.csv

printf 'a;b;"c d";on;sort\n1;2;x;4;u\n2;3;y;5;v\n3;4;z;6;u\n4;4;z;6;v\n5;4;z;6;u\n' >'My table.csv'
"$NNPIPE" init csv 'My table.csv' -o mine.yaml >guessed
ok "a table with a header" "$NNPIPE" mine.yaml -q
ok "its last column is to be predicted" holds guessed "y is the last column, sort: text, so it names classes"
ok "every column is described" grep -q "^'c d'  *words  *0  *3\$" guessed
ok "columns are listed by their names" holds mine.yaml "x: [a, b, 'c d', 'on']"
ok "words are coded" holds mine.yaml "text: one_hot"
awk 'BEGIN { print "id,day,size,kind,price"; for (i = 0; i < 60; i++)
    printf "n%d,2024-01-%02d,%s,%s,%s\n", i, i % 28 + 1, i % 9 ? i : "NA", i % 2 ? "a" : "b", i % 7 ? i + 0.5 : "" }' >real.csv
"$NNPIPE" init csv real.csv >guessed
ok "a table with words, dates and holes" "$NNPIPE" real.yaml -q
ok "what has too many words is left out, and it is said" holds guessed "left out, with more than 50 different words or without values: id"
ok "and it is in the file" holds real.yaml "# left out"
ok "dates, missing values, rows without y" sh -c 'grep -q "dates: days" real.yaml && grep -q "fill: median" real.yaml && grep -q "missing: drop" real.yaml'
printf '1,2,3.5\n4,5,6\n1,2,3\n4,3,2\n1,2,3\n' >amounts.csv
"$NNPIPE" init csv amounts.csv >guessed
ok "a table without a header" "$NNPIPE" amounts.yaml -q
ok "has columns by number" holds amounts.yaml "x: [0, 1]"
ok "an amount is no class" holds guessed "2: numbers, so it is an amount"
ok "and gets the squared error" holds amounts.yaml "loss: mse"
printf 'a\tb\n1\t0\n2\t1\n1\t0\n2\t1\n3\t1\n' >tabs.csv
"$NNPIPE" init csv tabs.csv >guessed
ok "tabs between the columns, whole numbers as classes" "$NNPIPE" tabs.yaml -q
ok "which is said" holds guessed "few different whole numbers, so they are classes"
printf 'a,a,b\n1,2,0.5\n2,3,1.5\n' >twice.csv
"$NNPIPE" init csv twice.csv >guessed
ok "columns of one name are told apart by number" holds twice.yaml "x: [0, 1]"
printf 'a,b\n1,\n2,NA\n' >holes.csv
ok "nothing to predict" refuses "is what is to be predicted, but it has no values" "$NNPIPE" init csv holes.csv
printf 'a,b\n,1\n,1\n' >words.csv
ok "nothing to predict from" refuses "no column but the last holds numbers, dates or at most 50 different words" "$NNPIPE" init csv words.csv
printf 'a,b\n1,2\n1,2,3\n' >ragged.csv
ok "lines of different length" refuses "ragged.csv:3: fields: 3, the first line has 2" \
    "$NNPIPE" init csv ragged.csv
ok "a table that is not there" refuses "none.csv" "$NNPIPE" init csv none.csv
ok "leaves no pipeline" test ! -e none.yaml -a ! -e ragged.yaml
echo "1..$n"
