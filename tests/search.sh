#!/bin/sh
# SPDX-License-Identifier: MIT
# A search by one process and by several with kill -9 in between comes to the same trials with
# the same bits; what crashes is a result; what is wrong is said where it stands. --all (make
# check-slow): 150 trials, five times by three or four processes with at least 14 kills each.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
n=0
trials=40 rounds=1 kills_wanted=4
[ "$1" != --all ] || { trials=150 rounds=5 kills_wanted=14; }

ok() { # NAME COMMAND...
    n=$((n + 1))
    name=$1
    shift
    if "$@" >log 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' log
    fi
}

net() {
    cat <<'END'
nnpipe: 1
name: xor
vars: {hidden: 2}
data:
  source:
    table:
      columns: {x: [x1, x2], y: [out]}
      rows: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
model:
  - dense: $hidden
  - tanh
  - dense: 1
loss: bce
optim: {adam: {lr: 0.05}}
train: {epochs: 243, batch: 4, seed: 3}
metrics: [accuracy]
END
}

space() {
    cat <<'END'
  space:
    optim: [{adam: {}}, {sgd: {momentum: 0.9}}]
    optim.adam.lr: {log: [1e-4, 1e-1], when: optim == 'adam'}
    optim.sgd.lr: {log: [1e-3, 1], when: optim == 'sgd'}
    vars.hidden: {int: [1, 8]}
END
}

{
    net
    printf 'search:\n  goal: {min: loss}\n  sampler: {tpe: {startup: 6}}\n  pruner: asha\n  lag: 8\n  trials: %s\n' "$trials"
    space
} >s.yaml

# Settings and results of all trials, each once: torn lines are none, equal ones are one.
lines() {
    cat "$1"/trials-*.jsonl | sed -n \
        -e 's/.*"e":"ask","t":\([0-9]*\),.*"x":\(\[.*\]\)}$/\1 x \2/p' \
        -e 's/.*"e":"told","t":\([0-9]*\),"claim":[0-9]*,\("state":.*"value":[^,]*\),.*\("curve":.*"sha256":"[0-9a-f]*"\).*/\1 v \2 \3/p' |
        sort -u | sort -n
}
whole() { # FOLDER: each trial has settings and a result, and no other ones
    lines "$1" >"$1.lines"
    test "$(grep -c ' x ' "$1.lines")" -eq "$trials" && test "$(grep -c ' v ' "$1.lines")" -eq "$trials"
}
same() {
    whole one && whole "$1" && cmp one.lines "$1.lines"
}

alone() {
    "$NNPIPE" search s.yaml -o one && whole one
}
ok "one process makes all trials" alone

finds() {
    test -s one/best.yaml && test -s one/report/index.html && test -s one/report/best_so_far.svg &&
        test "$(wc -l <one/report/trials.csv)" -eq $((trials + 1)) &&
        test "$(find one/trials -name best.nnw | wc -l)" -eq 1 && "$NNPIPE" run one/best.yaml -o best
}
ok "it leaves the best as a file that runs, reports, and the weights of the best alone" finds

four() {
    "$NNPIPE" search s.yaml -o four --parallel 4 && same four
}
ok "four processes make the same trials with the same bits" four

# A process and all that it began are killed at any moment, with what they were writing.
begin() { # NUMBER
    "$NNPIPE" search s.yaml -o "$out" -q >/dev/null 2>&1 &
    eval "pid$1=$!"
}
killed() { # PROCESSES
    out=killed kills=0 i=0
    rm -rf "$out"
    for k in $(seq "$1"); do begin "$k"; done
    while [ $kills -lt "$kills_wanted" ] && [ $i -lt 400 ]; do
        i=$((i + 1))
        sleep 0.0$((i % 4 + 2))
        k=$((i % $1 + 1))
        eval "p=\$pid$k"
        kill -9 "$p" 2>/dev/null || break
        kills=$((kills + 1))
        wait "$p" 2>/dev/null
        printf '{"crc":"00000000","e":"to' >>"$out/trials-torn-$i-1.jsonl"
        begin "$k"
    done
    wait
    "$NNPIPE" search --resume "$out" -q || return 1
    echo "$kills kills"
    same "$out"
}
# A machine may be done before it was killed so often: then once more, until all its kills
# together are enough.
often() {
    all=0
    for try in 1 2 3 4 5 6; do
        killed "$1" || return 1
        all=$((all + kills))
        [ "$all" -lt "$kills_wanted" ] || return 0
    done
    return 1
}
for round in $(seq "$rounds"); do
    ok "$((3 + round % 2)) processes and $kills_wanted kill -9 make the same trials with the same bits" \
        often $((3 + round % 2))
done

replay() {
    "$NNPIPE" search one --replay 3 >out && grep "trial 3 again: same bits" out
}
ok "a trial is trained again to the same bits" replay

further() {
    "$NNPIPE" search --resume one --trials $((trials + 2)) && lines one >more &&
        test "$(grep -c ' v ' more)" -eq $((trials + 2)) && grep -v "^$trials \|^$((trials + 1)) " more | cmp - one.lines
}
ok "it goes further with more trials, and those before stay" further

below() {
    ! "$NNPIPE" eval one 2>err && grep "one: a search has left this folder; a training is needed" err &&
        grep "one of one/trials" err && "$NNPIPE" eval "$(dirname one/trials/*/*/best.nnw)"
}
ok "a trial can be evaluated, and for the search it is said where they lie" below

other() {
    ! "$NNPIPE" search s.yaml -o one --set search.seed=4 2>err && grep "holds the search of another file" err
}
ok "another search does not join" other

free() {
    "$NNPIPE" search s.yaml -o free --parallel 3 --set search.order=free --set search.trials=20 --set train.epochs=9 &&
        test "$(lines free | grep -c ' v ')" -eq 20 && "$NNPIPE" search free --replay 12 | grep "same bits"
}
ok "in a free order a trial can be trained again to the same bits" free

stopped() {
    sed -e 's/trials: .*/trials: 4/; s/pruner: .*/report: []/; s/epochs: 243/epochs: 4000/' s.yaml >i.yaml
    "$NNPIPE" search i.yaml -o i1 -q && { "$NNPIPE" search i.yaml -o i2 -q & } && pid=$!
    sleep 0.2
    kill -TERM $pid && ! wait $pid
    ls -d i2/trials/*/* && "$NNPIPE" search --resume i2 -q && lines i1 >i1.lines && lines i2 | cmp - i1.lines
}
ok "what SIGTERM stops goes on from its checkpoint to the same bits" stopped

several() {
    { net; printf 'seeds: 2\nsearch:\n  goal: {min: loss}\n  sampler: grid\n  trials: 2\n  report: []\n  space: {vars.hidden: [2, 3]}\n'; } >m.yaml
    "$NNPIPE" search m.yaml -o m --set train.epochs=9 &&
        "$NNPIPE" run m/best.yaml -o m9 --set vars.hidden=2 &&
        mean=$(cat m9/seed*/results.csv | awk -F, '$1 == "kept" && $2 == "train.loss" { s += $3 / 2 } END { printf "%.6f", s }') &&
        lines m | grep "^0 v " | grep '"epochs":18,"value":'"${mean%?}"
}
ok "a trial of several seeds is their mean" several

staged() {
    {
        net
        printf 'stages:\n  - {name: first}\n  - {name: second, after: first}\n'
        printf 'search:\n  goal: {min: loss}\n  sampler: sobol\n  trials: 3\n  report: []\n  space: {stages.second.optim.adam.lr: {log: [1e-3, 1e-1]}}\n'
    } >st.yaml
    "$NNPIPE" search st.yaml -o st --set train.epochs=9 && test "$(lines st | grep -c '"state":"done","epochs":18')" -eq 3
}
ok "a trial of several stages has the figure of the last" staged

fails() {
    {
        net
        printf 'search:\n  goal: {min: loss}\n  sampler: grid\n  trials: 9\n  report: trials\n'
        printf '  space: {vars.hidden: [1, 2], optim.adam.lr: [1e-3, 1e300]}\n'
    } >f.yaml
    "$NNPIPE" search f.yaml -o fails --set train.epochs=60 >out 2>err
    cat out err
    test "$(grep -c '"state":"failed".*"reason":"[^"]*not finite' fails/trials-*.jsonl)" -eq 2 &&
        grep "^best: trial" out && grep "4 trials (0 stopped, 2 failed)" err
}
ok "a trial that diverges is a result with a reason" fails

crashes() {
    {
        net | sed 's/  - tanh/  - {tanh: {}, as: bend}/'
        printf 'search:\n  goal: {min: loss}\n  sampler: random\n  trials: 3\n  report: []\n'
        printf '  space: {model.bend: [tanh, relu, crash_in_forward]}\n'
    } >c.yaml
    bad=$NNT_BAD_PLUGINS/crash_in_forward.so
    "$NNPIPE" search c.yaml -o crashes --plugin "$bad" --set train.epochs=9 >out 2>err
    cat out err crashes/trials-*.jsonl
    grep '"reason":"[^"]*layer crash_in_forward1 (crash_in_forward [^"]*forward: crashed with SIGSEGV' crashes/trials-*.jsonl &&
        grep "^best: trial" out && grep "3 trials (0 stopped, 1 failed)" err
}
[ ! -f "$NNT_BAD_PLUGINS/crash_in_forward.so" ] || ok "a trial whose plugin crashes is a result with a reason" crashes

then_yaml() {
    {
        net
        printf 'search:\n  goal: {max: accuracy}\n  sampler: random\n  budget: 30\n  keep: none\n  report: []\n'
        printf '  then: {train: {epochs: $(best.epoch + 2)}, vars: {hidden: 3}}\n  space: {optim.adam.lr: {log: [1e-3, 1e-1]}}\n'
    } >t.yaml
    "$NNPIPE" t.yaml -o t --set train.epochs=9 && test -s t/best/best.nnw && grep "epochs: " t/best/pipeline.yaml &&
        test "$(lines t | grep -c ' v ')" -eq 4 && ! find t/trials -name '*.nnw' | grep .
}
ok "a budget of epochs ends it, and then the best is trained as the file says" then_yaml

events() {
    "$NNPIPE" search s.yaml -o events --json --set train.epochs=9 --set search.trials=3 >out
    test "$(grep -c '"event":"trial"' out)" -eq 3 && grep '"event":"best","trial":[0-2],"value":0' out
}
ok "programs are told of each trial" events

says() { # MESSAGE YAML-UNDER-SEARCH
    { net; printf 'search:\n%s\n' "$2"; } >w.yaml
    "$NNPIPE" check w.yaml >out 2>&1 && { cat out; return 1; }
    grep -F "$1" out || { cat out; return 1; }
}
rest='  goal: {min: loss}
  sampler: random
  trials: 3
'
ok "says what a value does to the file" says "w.yaml:22:22: error: search.space: vars.hidden = 0: units: 0 is outside [1,inf)" "$rest  space:
    vars.hidden: [1, 0]"
ok "says a wrong parameter" says "adam: no parameter is called 'lt'; 'lr' is" "$rest  space:
    optim.adam.lt: {log: [1e-3, 1]}"
ok "says that a logarithm needs a range above 0" says "search.space: optim.adam.lr: log needs a range above 0" "$rest  space:
    optim.adam.lr: {log: [0, 1]}"
ok "says what a grid needs" says "optim.adam.lr has no step; n: 5 says how many points" "  goal: {min: loss}
  sampler: grid
  trials: 3
  space:
    optim.adam.lr: {range: [0.1, 1]}"
ok "says which key was meant in a condition" says "no key of search.space is called 'optm'; 'optim' is" "$rest  space:
    optim: [adam, sgd]
    optim.adam.lr: {log: [1e-3, 1], when: optm == 'adam'}"
ok "says which samplers there are" says "search.sampler is missing: what proposes the settings? There are grid, random, sobol, tpe" "  goal: {min: loss}
  trials: 3
  space: {vars.hidden: [1]}"
ok "says which metric was meant" says "no metric is called 'acuracy'; 'accuracy' is" "  goal: {max: acuracy}
  sampler: random
  trials: 3
  space: {vars.hidden: [1]}"
ok "says that a variable is none" says "search.space: no variable is called 'hiden'" "$rest  space: {vars.hiden: [1]}"
echo "1..$n"
