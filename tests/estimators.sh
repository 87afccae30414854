#!/bin/sh
# SPDX-License-Identifier: MIT
# What estimators learn from tables that others have measured as well: wrong test rows and
# what is in them, as tests/reference/estimators.py got with scikit-learn 1.2.1. Iris is in
# datasets/; wine, breast_cancer and digits are read from NNPIPE_DATA/tables, where
# tests/reference/estimators.py writes them.
: "${srcdir:=.}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0

ok() { # TEXT: of the latest command
    rc=$?
    n=$((n + 1))
    if [ $rc = 0 ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        sed 's/^/# /' log
    fi
}

table() { # its file, or nothing
    if [ "$1" = iris ]; then
        echo "$src/datasets/iris/iris.csv"
        return
    fi
    for f in "${NNPIPE_DATA-/nowhere}/tables/$1".csv*; do
        [ ! -e "$f" ] || echo "$f"
    done
}

pipeline() { # TABLE STD MODEL
    printf 'nnpipe: 1\nname: t\ndata:\n  source: {csv: {file: "%s", label: true}}\n' \
        "$(table "$1")"
    case $1 in
    digits) echo '  split: {train: 0..1436, test: 1437..1796}' ;;
    *) echo '  split: {by: rows, train: 80%, test: 20%}' ;;
    esac
    [ "$2" = raw ] || printf '  map: [standardize]\n'
    printf 'model: [%s]\nmetrics: [accuracy]\n' "$3"
}

# TABLE raw|std MODEL WRONG [WORDS]: so many test rows are told wrongly, and the line about
# the fit has the words.
wrong() {
    case $1 in iris) rows=30 ;; wine) rows=36 ;; breast_cancer) rows=114 ;; *) rows=360 ;; esac
    if [ -z "$(table "$1")" ]; then
        n=$((n + 1))
        echo "ok $n - $1 # SKIP needs NNPIPE_DATA with tables/$1.csv"
        return
    fi
    pipeline "$1" "$2" "$3" >t.yaml
    "$NNPIPE" t.yaml -o run --force >log 2>&1
    awk -v rows=$rows -v want="$4" -v words="$5" '
        $1 == "test" { wrong = int((1 - $3) * rows + .5) }
        index($0, words) { said = 1 }
        END {
            exit wrong != want || !said
        }' log
    ok "$1 $3: $4 wrong, $5"
}

# The f64 numbers of a tensor, as they lie in the file; nothing: it is not there.
tensor() { # RUN NAME
    head=$(od -An -tu8 -N8 "$1/best.nnw" | tr -d ' ')
    part=$(head -c $((8 + head)) "$1/best.nnw" | tail -c "$head" |
        sed -n "s/.*\"$2\":{[^}]*\"data_offsets\":\[\([0-9]*\),\([0-9]*\)\].*/\1 \2/p")
    from=${part%% *} to=${part##* }
    [ -z "$part" ] || tail -c +$((9 + head + from)) "$1/best.nnw" | head -c $((to - from)) |
        od -An -v -tf8 | tr -s ' ' '\n' | sed '/^$/d'
}

# WHAT WANTED: the numbers in `got` begin with these, to the four digits that are printed.
near() {
    echo "$2" | tr ' ' '\n' >want
    tr ', ' '\n\n' <got | paste want - >both
    awk -F '\t' '
        $1 != "" { n++; if ($2 == "" || ($1 - $2) ^ 2 > 7.5e-5 ^ 2) bad = 1 }
        END { exit bad || !n }' both || { cat both >>log; false; }
    ok "$1"
}

# TABLE raw|std MODEL: fits it into the folder run, or says why not.
fit() {
    if [ -z "$(table "$1")" ]; then
        n=$((n + 1))
        echo "ok $n - what $3 learns of $1 # SKIP needs NNPIPE_DATA with tables/$1.csv"
        return 1
    fi
    pipeline "$1" "$2" "$3" >t.yaml
    "$NNPIPE" t.yaml -o run --force >log 2>&1
}

# TABLE MODEL WIDTH WANTED: a row is that of a class, its intercept last. Intercepts of
# several classes may all be moved alike, so their mean is taken away.
weights() {
    fit "$1" std "$2" || return 0
    tensor run logistic1.weight | awk -v width="$3" '
        { v[NR] = $1; if (NR % width == 0) { sum += $1; classes++ } }
        END {
            for (i = 1; i <= NR; i++)
                print v[i] - (i % width || classes < 2 ? 0 : sum / classes)
        }' >got
    near "$1 $2: weights" "$4"
}

likelihood() { # TABLE WANTED: of the first test row
    fit "$1" raw gaussian_nb || return 0
    "$NNPIPE" predict run --on test --stream gaussian_nb1.1 2>>log | head -n 1 >got
    near "$1 gaussian_nb: joint log-likelihoods" "$2"
}

root() { # TABLE FEATURE THRESHOLD GAIN
    fit "$1" raw tree || return 0
    tensor run tree1.nodes | awk '
        { v[NR - 1] = $1 }
        END {
            a = 5 * v[2]; b = a + 5
            print v[0], v[1], v[4] - (v[a + 3] * v[a + 4] + v[b + 3] * v[b + 4]) / v[3]
        }' >got
    near "$1 tree: the first question and its gain" "$2 $3 $4"
}

# The same bits with any number of threads.
same() { # MODEL
    pipeline iris std "$1" >t.yaml
    for t in 1 2 3; do
        "$NNPIPE" t.yaml -o run$t --force --threads $t >log 2>&1 &&
            cmp -s run$t/best.nnw run1/best.nnw
        ok "$1 with $t threads"
    done
}

wrong iris std logistic 1 "loss 16.8925"
wrong iris std "logistic: {penalty: l1}" 1 "5 of 12 are 0"
wrong iris raw gaussian_nb 1 "3 classes"
wrong iris std "knn: 1" 2 "120 rows"
wrong iris std knn 2 "5 nearest"
wrong wine std logistic 2 "norm of the weights 3.3692"
wrong wine std "logistic: {penalty: l1}" 1 "26 of 39 are 0"
wrong wine raw gaussian_nb 2 "3 classes"
wrong wine std "knn: 1" 2 "142 rows"
wrong wine std knn 1 "142 rows"
wrong breast_cancer std logistic 4 "norm of the weights 3.7470"
wrong breast_cancer raw gaussian_nb 5 "2 classes"
wrong breast_cancer std "knn: 1" 7 "455 rows"
wrong breast_cancer std knn 5 "455 rows"
wrong digits std logistic 12 "norm of the weights 10.2245"
wrong digits raw gaussian_nb 54 "10 classes"
wrong digits std "knn: 1" 11 "1437 rows"
wrong digits std knn 9 "1437 rows"

wrong iris raw tree 1 "9 leaves, depth 6"
wrong iris raw "tree: {criterion: entropy}" 1 "9 leaves, depth 6"
wrong iris raw "tree: 3" 1 "5 leaves, depth 3"
wrong iris raw "tree: {ccp_alpha: .01}" 2 "5 leaves"
wrong wine raw tree 4 "6 leaves, depth 3"
wrong wine raw "tree: {criterion: entropy}" 4 "6 leaves, depth 4"
wrong wine raw "tree: {ccp_alpha: .01}" 4 "6 leaves"
wrong breast_cancer raw tree 7 "18 leaves, depth 7"
wrong breast_cancer raw "tree: {criterion: entropy}" 6 "17 leaves, depth 6"
wrong breast_cancer raw "tree: 3" 9 "8 leaves"
wrong breast_cancer raw "tree: {ccp_alpha: .01}" 8 "5 leaves"
wrong digits raw tree 62 "135 leaves, depth 13"
wrong digits raw "tree: {criterion: entropy}" 45 "133 leaves, depth 12"
wrong digits raw "tree: 3" 206 "8 leaves"
wrong digits raw "tree: {ccp_alpha: .01}" 94 "22 leaves"

wrong iris std "svm: {tol: 1e-6}" 2 "44 support vectors: 8 19 17; b -0.0607 -0.2060 0.0252"
wrong iris std "svm: {C: 10, tol: 1e-6}" 2 "8 14 11; b -0.0594 -0.2055 0.0026"
wrong iris std "svm: {kernel: linear, tol: 1e-6}" 0 "2 13 11; b -0.8977 -0.3538 2.6343"
wrong wine std "svm: {tol: 1e-6}" 2 "15 29 17; b -0.8052 -0.1627 0.4730"
wrong wine std "svm: {C: 10, tol: 1e-6}" 2 "15 25 18"
wrong wine std "svm: {kernel: linear, tol: 1e-6}" 2 "5 12 8; b -0.3572 0.4171 1.5723"
wrong breast_cancer std "svm: {tol: 1e-6}" 3 "54 52; b -0.2064"
wrong breast_cancer std "svm: {C: 10, tol: 1e-6}" 2 "40 45; b -0.2517"
wrong breast_cancer std "svm: {kernel: linear, tol: 1e-6}" 4 "17 19; b 0.0046"
wrong digits std "svm: {tol: 1e-6}" 8 "709 support vectors: 40 82 73 71 73 69 51 69 97 84"
wrong digits std "svm: {C: 10, tol: 1e-6}" 9 "680 support vectors: 40 76 73 71 70 68 48 68 91 75"
wrong digits std "svm: {kernel: linear, tol: 1e-6}" 8 "419 support vectors"

wrong digits raw "bernoulli_nb: {binarize: 8}" 44 "10 classes"
wrong digits raw multinomial_nb 30 "10 classes"

wrong iris raw forest 1 "100 trees"
wrong wine raw forest 1 "100 trees"
wrong digits raw forest 5 "100 trees"

# By scikit-learn 1.9.1, whose random state decides between features that cut as well: the same
# loss to its six digits with all of them (breast_cancer) or with the first.
wrong iris raw boosting 1 "loss 0.000132462"
wrong wine raw boosting 1 "300 trees"
wrong breast_cancer raw boosting 3 "100 trees, 784 leaves, learning rate 0.1; loss 0.00191022"
wrong digits raw "boosting: 20" 23 "200 trees"

weights iris logistic 5 "-.9460 1.2219 -1.6841 -1.6228 -.4496 .5194 -.5480 -.4256 -.7241 1.8479 \
.4266 -.6739 2.1097 2.3469 -1.3984"
weights iris "logistic: {penalty: l1}" 5 "0 1.1697 -3.9310 -.0929 -.2404 .2637 0 0 0 2.4833 \
0 -.2300 3.9695 4.2209 -2.2429"
weights wine logistic 14 ".7681 .1792 .3258 -.9094"
weights breast_cancer logistic 31 "-.2920 -.5940 -.3080 -.4136 .1653 .2827"
weights digits logistic 65 "0 -.0518 .0107 .1520"
likelihood iris "-170.1175 -1.3239 -11.0403"
likelihood wine "-55.1519 -20.3655 -26.1417"
likelihood breast_cancer "-24.5780 10.3249"
likelihood digits "-1283.1193 -93.0782 -176.6164 -113.4682 -97.5892 -58.9206 -838.1289 -2.9425 \
-73.3484 -124.5760"
root iris 2 2.45 .319911
root wine 9 3.945 .267052
root breast_cancer 22 105.95 .338275
root digits 36 .5 .065542

same logistic
same gaussian_nb
same knn
same tree
same forest
same svm
same boosting

# Numbers: petal_width of the other three columns. Their order decides between cuts of equal worth,
# as their random state does: error and leaves in the training rows and the first prediction are theirs
# with any.
cat >n.yaml <<END
nnpipe: 1
name: n
data:
  source: {csv: {file: "$(table iris)", columns: {x: [sepal_length, sepal_width, petal_length], y: [petal_width]}}}
  split: {by: rows, train: 80%, test: 20%}
model: [{boosting: {loss: squared_error}}]
metrics: [mse]
END
"$NNPIPE" n.yaml -o n >log 2>&1 && "$NNPIPE" predict n --on test >out 2>>log &&
    grep -q '100 trees, 706 leaves' log && grep -q '^train   mse 0.00699045' log &&
    awk 'NR == 1 { exit !(($1 - 1.42906582) ^ 2 < 1e-12) }' out
ok "boosting of numbers: mean squared error .00699045"

# A prediction needs the rows alone: neither the target nor what was learned from.
cp "$src/datasets/iris/iris.csv" .
pipeline iris std knn | sed "s|$src/datasets/iris/||" >t.yaml
"$NNPIPE" t.yaml -o knn >log 2>&1
printf 'sepal_length,sepal_width,petal_length,petal_width\n5,3.4,1.5,0.2\n' >rows.csv
"$NNPIPE" predict knn rows.csv >out 2>>log && grep -q 'setosa$' out
ok "a run predicts without a target"
[ "$("$NNPIPE" predict knn rows.csv --stream class 2>>log)" = "class
setosa" ] && [ "$("$NNPIPE" predict knn rows.csv --stream class --as jsonl 2>>log)" = '"setosa"' ] &&
    [ "$("$NNPIPE" predict knn - --stream class <rows.csv 2>>log | tail -n 1)" = setosa ]
ok "the class alone"
"$NNPIPE" predict knn rows.csv --stream class --as npy -o k.npy 2>>log &&
    [ "$(od -An -t d8 -j 128 k.npy | tr -d ' ')" = 0 ] && grep -q "'<i8'.*'shape': (1,)" k.npy
ok "... as an array of whole numbers"
"$NNPIPE" show knn >out 2>>log && grep -q '^knn1 learned: 120 rows, of which the 5 nearest vote' out
ok "show RUN says what was learned"

sed 's/- *accuracy/accuracy/; s/knn/dense: 3/' t.yaml | sed 's/^model.*/model: [{dense: 3, to: y}]/' >bad.yaml
"$NNPIPE" check bad.yaml >out 2>&1
grep -q "'to' has no meaning for dense, which learns no target" out
ok "a layer has no target"
sed 's/^model.*/model: [{knn: 5, to: y, from: [x, y]}]/' t.yaml >bad.yaml
"$NNPIPE" check bad.yaml >out 2>&1
grep -q "knn1: the target is said twice, in .from. and in .to." out
ok "a target is said once"
sed 's/^model.*/model: [{knn: 5, to: z}]/' t.yaml >bad.yaml
"$NNPIPE" check bad.yaml >out 2>&1
grep -q "'z'" out
ok "a target is a stream"

# A run behind a tree goes on where it stopped, with as many nodes as were learned: the
# numbers are the same, the heads of the files name their runs.
pipeline iris raw "tree, {dense: 3}" >t.yaml
printf 'loss: xent\noptim: {adam: {lr: 0.05}}\ntrain: {epochs: 6, keep: {every: 2}}\n' >>t.yaml
"$NNPIPE" t.yaml -o whole >log 2>&1
"$NNPIPE" t.yaml -o half --set train.epochs=4 >>log 2>&1
"$NNPIPE" run --resume half --set train.epochs=6 >>log 2>&1
tail -c 1500 whole/last.nnw >want
tail -c 1500 half/last.nnw >got
cmp -s want got
ok "states that have grown are resumed"

# The limit of memory holds for what is learned, in the fit and in a run that is asked.
seq 1 4000 | awk 'BEGIN { print "a,b,y" } { printf "%d,%d,%d\n", $1 % 61, $1 % 59, ($1 * 7919) % 2 }' >many.csv
printf 'nnpipe: 1\nname: t\ndata:\n  source: {csv: {file: many.csv, label: true}}\n  split: {train: all}\nmodel: [{knn: 5}]\nmetrics: [accuracy]\n' >many.yaml
"$NNPIPE" many.yaml -o many >log 2>&1 && ! "$NNPIPE" many.yaml -o few --max-mem 170k >out 2>log &&
    grep -q 'what is learned needs .* beside .*, --max-mem allows 0.2 MiB' log
ok "--max-mem counts what is learned"
! "$NNPIPE" predict many many.csv --max-mem 90k >out 2>log </dev/null && grep -q -- 'knn1.rows: what is learned needs' log
ok "... also where it is read"

# XOR: which methods learn it, and a ring around each of the four support vectors.
"$NNPIPE" "$src/pipelines/xor_methods.yaml" -o xor >log 2>&1
awk '/^train.accuracy/ { on = 1; next } on && $2 == 1 { printf "%s %s, ", $1, $3 }' log >out
[ "$(cat out)" = "lr 0.5, nb 0.5, stump 0.5, cart 1, svm_line 0.5, svm_rbf 1, knn3 0, boost 1, mlp 1, " ]
ok "which methods learn XOR"
[ "$("$NNPIPE" predict xor --stage cart --on train --stream class 2>>log | tr '\n' ' ')" = "class 0 1 1 0 " ]
ok "the class of a single number is whether it is above one half"
! "$NNPIPE" predict n --on test --stream class >out 2>log && grep -q "the prediction is a number of no class" log
ok "an amount has no class"
[ "$(find xor -name svm_rbf.svg -exec grep -c '<circle' '{}' ';')" = 4 ]
ok "support vectors have rings"
# The methods that the file leaves out, and what is in those that it has.
xor() { # MODEL STREAM WANTED
    cat >x.yaml <<END
nnpipe: 1
name: x
data:
  source:
    table: {columns: {x: [a, b], y: [c]}, rows: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]}
model: [$1]
END
    "$NNPIPE" x.yaml -o x --force >log 2>&1
    "$NNPIPE" predict x --on train ${2:+--stream "$2"} >got 2>>log
    near "XOR by $1" "$3"
}
xor logistic "" ".5 .5 .5 .5"
xor "logistic: {C: 1e6}" "" ".5 .5 .5 .5"
xor gaussian_nb "" ".5 .5 .5 .5"
xor "bernoulli_nb: {binarize: .5}" "" ".5 .5 .5 .5"
xor "tree: 1" "" ".5 .5 .5 .5"
xor tree "" "0 1 1 0"
xor "knn: 1" "" "0 1 1 0"
xor "knn: 3" "" ".6667 .3333 .3333 .6667"
xor "svm: {kernel: linear}" svm1.1 "0 0 0 0"
xor svm svm1.1 "-.7476 .7476 .7476 -.7476"
xor "svm: {C: 10, tol: 1e-6}" svm1.1 "-1 1 1 -1"
xor "svm: {kernel: poly, degree: 2, coef0: 1, tol: 1e-6}" svm1.1 "-1 1 1 -1"
xor boosting "" "0 1 1 0"

cat >want <<'END'
x1 <= 0.5                             4 rows  impurity 0.5  0: 2 1: 2
  yes  x2 <= 0.5                      2 rows  impurity 0.5  0: 1 1: 1
    yes  0                            1 row
    no   1                            1 row
  no   x2 <= 0.5                      2 rows  impurity 0.5  0: 1 1: 1
    yes  1                            1 row
    no   0                            1 row
END
sed 's/ *$//' xor/cart/report/tree_view.txt >got 2>>log
cmp -s want got && [ "$(grep -c 'rx="6"' xor/cart/report/tree.svg)" = 7 ]
ok "a tree is shown as text and as a picture"
echo "1..$n"
