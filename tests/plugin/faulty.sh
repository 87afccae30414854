#!/bin/sh
# SPDX-License-Identifier: MIT
# `nnpipe plugin test` names the fault of each planted component, and finds none in right ones.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
folder=$(dirname "$NNPIPE")/tests/plugin/faulty
n=0

# tell WORKED NAME OUTPUT
tell() {
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        echo "$3" | sed 's/^/# /'
    fi
}

right() { # FILE
    said=$("$NNPIPE" plugin test "$folder/$1.so" -q 2>&1)
    tell $? "nothing is found in $1" "$said"
}

# Those that never come back are waited for while the others are tested.
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
try() { # FILE FLAGS...
    "$NNPIPE" plugin test "$folder/$1.so" -q ${2:+"$2" "$3"} >"$work/$1" 2>&1
    echo $? >"$work/$1.code"
}
for i in layer15 quiet2 quiet3 quiet5; do try $i --limit 1 & done

# finds FILE CHECK SENTENCE: that check fails with that sentence, and the exit code is 7.
finds() {
    [ -f "$work/$1.code" ] || try "$1"
    code=$(cat "$work/$1.code")
    said=$(cat "$work/$1")
    echo "$said" | grep -q "^  FAIL *$2  .*$3"
    tell $(($? || code != 7)) "$1: $3" "$said"
}

# says CODE SENTENCE ARGUMENT...
says() {
    code=$1
    sentence=$2
    shift 2
    said=$("$NNPIPE" plugin test "$@" 2>&1)
    [ $? -eq "$code" ] && echo "$said" | grep -qF -- "$sentence"
    tell $? "exit $code: $sentence" "$said"
}

right layer0
finds layer1 5 'of the gradient of in\[0\]: backward says .*, differences say'
finds layer2 6 'backward overwrites the gradient of weight `w`'
finds layer3 6 'gradient of in\[0\] unwritten (or adds to what was there)'
finds layer4 8 'promises FREE_IN, but backward reads in'
finds layer5 3 'forward writes past the end of out `y`'
finds layer6 4 'the result depends on the number of threads: with 2, gradient of weight `b`'
finds layer7 4 'the same run twice gives two results: out `y` .*static variable'
finds layer8 2 'setup was repeated and `w` has another shape'
finds layer9 10 'memory leaks: [0-9]* bytes are still held after each instance'
finds layer10 3 'forward leaves element 23 of out `y` unwritten'
finds layer11 13 'row 0 of out `y` changes when only row 5 of the input does'
finds layer12 11 'prints to stdout or stderr'
finds layer13 9 'forward changes self'
finds layer14 12 'exports `helper` beside nnp_plugin_v1'
finds layer16 7 'crashes in backward while the gradient of weight `b` is not wanted'
finds layer17 10 'setup goes on although declare of `y` failed'
finds layer18 11 'changes the floating-point mode'
finds layer19 10 'files stay open: [0-9]* after'
finds layer20 3 'forward changes in\[0\], which it may only read'
finds layer21 3 'crashes in a run: SIGSEGV'
finds layer22 4 'the same run twice gives two results: out `y`'
finds layer23 8 'promises INPLACE, but in place out `y`'
finds layer24 2 'out `y` does not have the 1 rows of its input first'
finds layer27 13 'promises READY, but says so of out `y`, element 0, 2 times'
finds layer28 13 'promises READY, but out `y`, element 0, was said to be ready at .* and became'
finds layer29 13 'promises READY, but says so of out `y`, element 0, 0 times'
finds layer61 13 'promises READY, but says so of out `y`, element 0, 0 times'
finds layer60 6 'promises BETA, but element 0 of the gradient of weight `w` is .* with beta 0'

for i in 30 31 32 33 34 35 36 51 54; do right kind$i; done
finds kind37 13 'a loss is not divided by the rows'
finds kind38 13 'elements where the mask is 0 change the figure'
finds kind39 13 'promises ELEMENTWISE, but two slices of a weight come out other'
finds kind40 13 'an update leaves the weight as it was'
finds kind41 13 '`faulty` is .* for the whole and .* absorbed in two halves'
finds kind42 13 'finish does not report `faulty`, the main figure'
finds kind43 13 'state `sums` does not say how parts of an evaluation are put together'
finds kind44 13 'row 4 of out `x` is another one when read alone'
finds kind45 13 'setup does not set c->rows->count, the number of rows'
finds kind46 13 'has no state, but the value at step 0 is 0.5 first and'
finds kind47 13 'not a number, or not set'
finds kind48 6 'backward overwrites the gradient of weight\[0\]'
finds kind49 13 'a projected weight is changed by a second projection'
finds kind50 13 'state `sums`, element 0, is .* after one batch and'
finds kind52 13 'element 0 of out `y` is .* once it is set up for one of 3: only STATE is learned'
finds kind55 13 'nnp.inverse/1 makes element 0 .*, which was '
finds kind56 13 'finish reports `faulty.sum`, but no DETAILS are promised'
finds kind53 3 'backward leaves element 0 of out `loss` unwritten'

for i in 1 4 6; do right promise$i; done
finds promise2 5 'backward says .*, differences say .*; NNP_SURROGATE promises that this is meant'
finds promise3 13 'promises CORRUPTS, but out `y` is not of the type and shape of in\[0\]'
says 7 'declare: `my gain` is no name for a weight or a state; letters, digits and _ make one' \
    "$folder/promise5.so"
finds promise9 13 'promises PROBABILITIES, but element [0-9]* of out `y` is -'
finds promise7 13 'c->rows->count is 9, but row 8 cannot be read: .*there is no such row'
says 7 'c->rows->count is 35, but one of those rows cannot be read' \
    "$folder/promise8.so"

# Many components in one file, tested at once. finds_in NAME CHECK SENTENCE: the only findings of
# that component are those of that check (3, or "3|5"), and one of them says so.
all=$("$NNPIPE" plugin test "$folder/quiet1.so" --json 2>&1)
of() { echo "$all" | grep "\"name\":\"fault.$1\".*\"result\":\"fail\""; }
finds_in() {
    of "$1" | grep -Ev "\"check\":($2),"
    others=$?
    of "$1" | grep -q "$3"
    tell $(($? || ! others)) "$1: $3" "$(of "$1")"
}
tell "$([ -z "$(of table_made_once)" ]; echo $?)" "a table that is made once is no fault" "$(of table_made_once)"
finds_in counts_evaluation 3 'forward without TRAIN changes state `seen` (element 0: 18, not 6): in inference states are only read'
finds_in zero_over_zero 13 'gradient of in\[0\], element 0, is NaN where the input is exactly 0, and a number at 0.001'
finds_in overflows 13 'out `y`, element 0, is NaN where the input is 10000, and a number at 1.5'
finds_in small_values_only 5 'values to [630]*: .*backward says 0, differences say'
finds_in rows_in_twos '5|13' 'element 40 of out `y` is .* in a batch of 6, and 0 once it is set up for one of 11'
finds_in past_one_row '2|5' 'in a batch of 1: forward writes past the end of out `y`'
finds_in shared_buffer 4 'a static variable, shared_buffer[.0-9]*, changes in a run: instances and threads share it'
finds_in shared_factor 4 'a static variable, last_factor, changes in a run with another `k`'
finds_in sets_the_process 11 'changes the umask to 000; changes the environment variables'
finds_in exits_with_0 '2|5|13' 'calls exit in a run with 1 row, which a plugin must not do'
tell "$(echo "$all" | grep -q '^error'; [ $? -ne 0 ]; echo $?)" "... and nothing else is said of it" "$all"
finds_in own_rate 13 'an update at twice the rate is the same: the rate is c->lr'
finds_in counts_on_the_heap 9 'takes over weights and states, as a resumed run does, goes on differently: weight\[0\]'
finds_in decay 13 '`decay` moves element 0 of the weight by .* at a rate of 0.01, and by .*: its part does not follow'
finds_in shared_heap 9 'as a resumed run does, goes on differently: weight\[0\]'
finds_in gain_of_zero 13 'gradient of weight `gain`, element 0, is NaN where the weight is exactly 0, and a number at 0.001'
finds_in target_of_zero 13 'out `loss`, element 0, is NaN where the target is exactly 0, and a number at 0.001'
finds_in counts_in_self 9 'forward changes self (byte 8)'
finds_in direction 13 'weight\[0\], element 0, is NaN where the gradient is exactly 0, and a number at 0.001'
finds_in other_slope 13 'nnp.formula/1: backward comes to .* at element 0, and the slot to'
finds_in other_sum 13 'nnp.formula/1: the sum of terms comes to .* at element 0, and the slot to'
finds_in far_term 13 'nnp.formula/1: a term of element 0 is of a tensor or an element that there is not'
finds_in unreadable 13 "nnp.formula/1: forward: 'y = k (x': ')' is needed at ''"
finds_in without_its_factor 5 'of the gradient of weight\[0\]: backward says'
finds_in without_its_value 13 'the same whether the file says 1 or 0.5: c->value, where a schedule starts from, is ignored'
finds_in mean_as_sum 13 'state `mean` says NNP_SUM, but element 0 is .* when those of two halves are added'
finds_in short_name 13 'finish reports `short_name`: the main figure is called `fault.short_name`'
finds_in stray_detail 13 'finish reports `stray.class1`: the main figure is called `fault.stray_detail`, a detail'
finds quiet4 11 'when it is loaded, it changes the locale to C.UTF-8; changes the umask to 000 (it was put back)'
finds quiet4 11 'when it is loaded, it prints to stdout or stderr'

says 7 '{"kind":"layer","name":"faulty","check":5,"result":"fail","text":"element 0 of' \
    "$folder/layer1.so" --json
says 0 '13 ok, 0 failed, 0 skipped' "$folder/layer0.so" --in-process --seed 5
says 0 'with f32 5x3' "$folder/layer0.so" --in 'f32 5x3' --with '{units: 2}'
says 7 'a run fails: layer faulty (faulty 1.0, layer0.so): setup: rows of f32 are needed' "$folder/layer0.so" --in 'i64 6'
says 7 'units: 0 is outside [1,inf)' "$folder/layer0.so" --with '{units: 0}'
says 2 'plugin test: which file or plugin?' -q
says 2 "no plugin is called 'no_such_thing'" no_such_thing
says 2 "no plugin is called 'dens'; 'dense' is" dens
says 2 "no loss is called 'ms'; 'mse' is" ms --kind loss
says 2 "--in 'f23 6x4': 'f23' is no type; f32, " "$folder/layer0.so" --in 'f23 6x4'
says 2 "--in 'f32 6y4': '6y4' is no shape; 6x4 is one" "$folder/layer0.so" --in 'f32 6y4'
says 2 "--in 'f32 6x4 prt': 'prt' is no kind of values; spread, part" "$folder/layer0.so" --in 'f32 6x4 prt'
says 2 "--in 'i64 5': 5 rows, where the first input has 6" mse --in 'f32 6x4' --in 'i64 5'
says 2 '--set units: NAME=VALUE, a parameter, is needed' "$folder/layer0.so" --set units
says 0 '13 ok, 0 failed, 0 skipped' "$folder/layer0.so" --in 'f32 1x4' --set units=2
says 0 'with no inputs, rows: x' grid
says 7 'the finished run that it is shown has weights (dense1.weight, dense1.bias), streams (x, y, prediction), figures' \
    grid --with '{rows: [nosuch]}'
says 0 'with weight f32 1x4' adam --in 'f32 1x4'
says 2 '--limit soon: a number of seconds is needed' "$folder/layer0.so" --limit soon
says 4 'nowhere.so' ./nowhere.so
wait
finds layer15 3 'does not end: more than 1 s in a run'
finds quiet2 2 'does not end: more than 1 s in a run with 1 row'
finds quiet3 3 'does not end: more than 1 s in a run'
tell "$([ "$(cat "$work/quiet5.code")" = 4 ] && grep -q 'it does not come back from being loaded: more than 1 s' "$work/quiet5"; echo $?)" \
    "a file that does not come back from being loaded" "$(cat "$work/quiet5")"
echo "1..$n"
