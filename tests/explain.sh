#!/bin/sh
# SPDX-License-Identifier: MIT
# `nnpipe explain`: the numbers of one step of XOR against those of an independent computation
# in double precision, to 2e-6; what larger nets, pages and TeX have of it.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
steps=$srcdir/pipelines/xor_steps.yaml
n=0

# ok NAME COMMAND...
ok() {
    name=$1
    shift
    n=$((n + 1))
    if "$@" >"$tmp/said" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$tmp/said"
    fi
}

# comes FILE: every line NAME VALUE of standard input is a line of FILE, "NAME = ... = VALUE",
# and what follows three blanks is a remark. The first line of a name counts, of E the last.
comes() {
    cat >"$tmp/want"
    awk -v file="$1" '
        NR == FNR { want[$1] = $2; next }
        { line = $0; sub(/^[0-9]  [a-z -]*  +/, "", line); sub(/^ +/, "", line)
          name = line; sub(/ = .*/, "", name); sub(/   .*/, "", line)
          k = split(line, side, " = ")
          if (name in want && k > 1 && (!is[name] || name == "E")) { got[name] = side[k]; is[name] = 1 } }
        END { for (name in want) {
            d = got[name] - want[name]
            if (!is[name] || d > 2e-6 || d < -2e-6) {
                print name, "is", got[name], "and not", want[name]; bad = 1 } }
          exit bad }' "$tmp/want" "$1"
}

explain() { # FILE ARGUMENTS...: what it says goes into FILE
    to=$1
    shift
    "$NNPIPE" explain "$@" --as ascii >"$tmp/$to"
}

ok "a sample of XOR is explained" explain sample "$steps" --sample 2
ok "... with the numbers of a computation by hand" comes "$tmp/sample" <<END
g1 0.645656306
g2 0.524979187
h1 0.583454844
dE/dh1 -0.833090313
sigma'(h1) 0.243035289
dE/dg1 -0.141728742
dE/dg2 0.121481779
dE/dv10 -0.202470345
dE/dv11 -0.130726255
dE/dv12 -0.106292717
sigma'(g1) 0.228784241
sigma'(g2) 0.249376040
dE/du10 -0.0324253026
dE/du11 -0.0324253026
dE/du12 0
dE/du20 0.0302946450
dE/du21 0.0302946450
dE/du22 0
v10 0.301235172
v11 0.765363128
v12 -0.546853641
u10 0.116212651
u11 0.516212651
u12 -0.4
u20 -0.215147323
u21 0.284852678
u22 0.8
E 0.139351
END
ok "... and says that differences say the same" grep -q "checked: .* to [4-6] digits" "$tmp/sample"
ok "all four samples are explained as a batch" explain batch "$steps" --sample all
ok "... with the mean of their gradients" comes "$tmp/batch" <<END
dE/dv10 0.0276907
dE/dv11 0.0159473
dE/dv12 0.0146466
dE/du10 0.00567882
dE/du11 0.00350498
dE/du12 0.00153735
dE/du20 -0.00302808
dE/du21 -0.000689422
dE/du22 -0.000181910
E 0.253632
END
ok "the step of adam is explained" explain adam "$steps" --sample 2 --set "optim={adam: {lr: 0.05}}"
ok "... it is the rate times the sign of the gradient" comes "$tmp/adam" <<END
u11 0.55
u12 -0.4
u21 0.25
u22 0.8
v11 0.75
v12 -0.55
END

sed '/^  - sigmoid$/{x;s/^/x/;/^xx/{x;d;};x;}; s/^loss: mse/loss: bce/' "$steps" >"$tmp/bce.yaml"
ok "a loss on logits is explained" explain bce "$tmp/bce.yaml" --sample 2
ok "... with p - t for its gradient" comes "$tmp/bce" <<END
dE/dh1 -0.416545
dE/dv11 -0.268945
END
ok "... and its value" grep -q "E = .* = 0.53878" "$tmp/bce"
ok "the third step follows two that were trained" explain third "$steps" --step 3 --set train.epochs=4
ok "... from other weights" sh -c "! grep -q '= sigma(0.1 + 0.5' '$tmp/third'"
ok "a convolution shows its largest terms and counts the others" \
    explain conv "$srcdir/pipelines/glyphs_conv.yaml" --item conv2
ok "... by the names of the file" grep -q "^     conv2\[[0-9]*\] = .* + \.\.\. = .* more terms: " "$tmp/conv"
ok "... with no number that its layers do not agree with" sh -c "! grep -q 'by other readers and' '$tmp/conv'"

ok "one unit is explained" explain unit "$steps" --sample 2 --unit g1
ok "... with its own numbers" comes "$tmp/unit" <<END
g1 0.645656306
dE/dg1 -0.141728742
sigma'(g1) 0.228784241
dE/du10 -0.0324253026
dE/du11 -0.0324253026
dE/du12 0
u10 0.116212651
u11 0.516212651
u12 -0.4
END
ok "... and with none of the others" sh -c "! grep -Eq 'g2 =|du2|dE/dv|v1. =' '$tmp/unit'"
ok "a unit of a convolution has its window" explain place "$srcdir/pipelines/glyphs_conv.yaml" --unit 'conv2[5]'
ok "... and its kernel" sh -c "grep -q 'conv2\[5\] = ' '$tmp/place' && grep -q 'd(E, conv2.weight\|dE/dconv2.weight\[' '$tmp/place'"

"$NNPIPE" explain "$steps" --as html -o "$tmp/page.html" 2>"$tmp/err"
ok "a page asks nobody for anything" sh -c "grep -q '<svg' '$tmp/page.html' &&
    ! sed 's,xmlns=\"http://www.w3.org/2000/svg\",,' '$tmp/page.html' | grep -Eq 'http|<script|url\\('"
ok "... and has both colours" grep -q "prefers-color-scheme:dark" "$tmp/page.html"
"$NNPIPE" explain "$srcdir/pipelines/glyphs_conv.yaml" --as tex -o "$tmp/conv.tex" 2>"$tmp/err"
ok "TeX opens what it closes" sh -c "[ \$(grep -c 'begin{align' '$tmp/conv.tex') -eq \$(grep -c 'end{align' '$tmp/conv.tex') ]"

# refuses MESSAGE ARGUMENTS...
refuses() {
    message=$1
    shift
    ! "$NNPIPE" explain "$@" >"$tmp/out" 2>"$tmp/err" && grep -qF -- "$message" "$tmp/err"
}
ok "a row that there is not is refused" refuses "--sample 4: train has rows 0 to 3" "$steps" --sample 4
ok "... and what is no row" refuses "--sample x: the number of a row, from 0, or \`all\`" "$steps" --sample x
ok "... and a split without rows" refuses "--split val: there are no such rows" "$steps" --split val
ok "... and a layer that there is not" refuses "no layer is called 'dense9'; 'dense1' is" "$steps" --item dense9
ok "... and a unit that there is not" refuses "units  g1 to g2, h1" "$steps" --unit g7
ok "a step behind the end is refused" refuses "--step 9: the training ends after 1 updates" "$steps" --step 9
ok "a file without a loss has nothing to explain" refuses "there is no loss to explain" \
    "$srcdir/pipelines/xor_by_hand.yaml"
ok "a unit at a bend is said to be not checked" explain bend "$srcdir/pipelines/or.yaml"
ok "... and not to be wrong" sh -c "grep -q 'not checked: .* at a bend' '$tmp/bend' && ! grep -q otherwise '$tmp/bend'"
echo "1..$n"
