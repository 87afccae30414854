#!/bin/sh
# SPDX-License-Identifier: MIT
# `nnpipe plugin test` names the fault of each planted layer, and finds none in the right one.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
folder=$(dirname "$NNPIPE")/tests/plugin/faulty
n=0

# finds NUMBER CHECK SENTENCE: that check fails with that sentence, and the exit code is 7.
finds() {
    n=$((n + 1))
    said=$("$NNPIPE" plugin test "$folder/fault$1.so" -q --limit 3 2>&1)
    code=$?
    if [ $code -eq 7 ] && echo "$said" | grep -q "^  FAIL *$2  .*$3"; then
        echo "ok $n - fault $1: $3"
    else
        echo "not ok $n - fault $1: $3 (exit $code)"
        echo "$said" | sed 's/^/# /'
    fi
}

echo "1..26"
n=$((n + 1))
if said=$("$NNPIPE" plugin test "$folder/fault0.so" 2>&1); then
    echo "ok $n - nothing is found in the right one"
else
    echo "not ok $n - nothing is found in the right one"
    echo "$said" | sed 's/^/# /'
fi
finds 1 5 'of the gradient of in\[0\]: backward says .*, differences say'
finds 2 6 'backward overwrites the gradient of weight `w`'
finds 3 6 'gradient of in\[0\] unwritten (or adds to what was there)'
finds 4 8 'promises FREE_IN, but backward reads in'
finds 5 3 'forward writes past the end of out `y`'
finds 6 4 'the result depends on the number of threads: with 2, gradient of weight `b`'
finds 7 4 'the same run twice gives two results: out `y` .*static variable'
finds 8 2 'setup was repeated and `w` has another shape'
finds 9 10 'memory leaks: [0-9]* bytes with every open and close'
finds 10 3 'forward leaves element 23 of out `y` unwritten'
finds 11 13 'row 0 of out `y` changes when only row 5 of the input does'
finds 12 11 'prints to stdout or stderr'
finds 13 9 'promises REENTRANT, but forward changes self'
finds 14 12 'exports `helper` beside nnp_plugin_v1'
finds 15 3 'does not end: more than 3 s in a run'
finds 16 7 'crashes in backward while the gradient of weight `b` is not wanted'
finds 17 10 'setup goes on although declare of `y` failed'
finds 18 11 'changes the floating-point mode'
finds 19 10 'files stay open: [0-9]* after'
finds 20 3 'forward changes in\[0\], which it may only read'
finds 21 3 'crashes in a run: SIGSEGV'
finds 22 4 'the same run twice gives two results: out `y`'
finds 23 8 'promises INPLACE, but in place out `y`'
finds 24 2 'out `y` does not have the 1 rows of its input first'
n=$((n + 1))
if "$NNPIPE" plugin test "$folder/fault1.so" --json |
    grep -q '^{"kind":"layer","name":"faulty","check":5,"result":"fail","text":"element 0 of'; then
    echo "ok $n - the same as JSON"
else
    echo "not ok $n - the same as JSON"
fi
