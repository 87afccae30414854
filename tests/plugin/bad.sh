#!/bin/sh
# SPDX-License-Identifier: MIT
# Every fault gets its own sentence with the file in it and exit code 4, from tables of the
# wrong shape to plugins that crash; nnpipe never goes down before it has said them.
: "${NNPIPE:?}" "${NNT_BAD_PLUGINS:?}"
bad=$NNT_BAD_PLUGINS
tmp=$(mktemp -d) || exit 99
chmod 755 "$tmp"
trap 'rm -rf "$tmp"' EXIT
umask 022
n=0

# ok NAME WANT GOT: one result line.
ok() {
    n=$((n + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        printf 'wanted: %s\ngot:    %s\n' "$2" "$3" | sed 's/^/# /'
    fi
}

# Without the folders' names, and the exit code behind it.
said() {
    "$@" >"$tmp/out" 2>"$tmp/err"
    code=$?
    sed "s,$bad/,,g; s,$tmp/,,g" "$tmp/err"
    echo "exit $code"
}

# refused NAME SENTENCE: what is said of a file that is looked at.
refused() {
    ok "$1" "error: $1.so: $2
exit 4" "$(said "$NNPIPE" plugin info "$bad/$1.so")"
}

# refused_file NAME.so SENTENCE: the same of a file made here, given by --plugin.
refused_file() {
    ok "$1" "error: $1: $2
exit 4" "$(said "$NNPIPE" plugin list --plugin "$tmp/$1")"
}

# ---- what is no plugin for this machine

echo 'hello' >"$tmp/text.so"
refused_file text.so "not a shared object (it has no ELF header)"
: >"$tmp/empty.so"
refused_file empty.so "empty"
mkdir "$tmp/folder.so"
ok folder.so "error: --plugin folder.so: no plugin is in this folder
exit 4" "$(said "$NNPIPE" plugin list --plugin "$tmp/folder.so")"
# ELF headers by hand: class, order, version, padding; type 3 (shared), machine.
rest='\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\3\0\3\0'"$rest" >"$tmp/i386.so"
printf '\177ELF\2\2\1\0\0\0\0\0\0\0\0\0\0\3\0\26\0\0\0'"$rest" >"$tmp/s390.so"
printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\363\0'"$rest" >"$tmp/riscv.so"
case $(uname -m) in
x86_64 | aarch64)
    own=$(uname -m | sed 's/_/-/')
    refused_file i386.so "built for 32-bit i386, this nnpipe is 64-bit $own"
    refused_file s390.so "built for a machine with the other byte order"
    refused_file riscv.so "built for 64-bit riscv, this nnpipe is 64-bit $own"
    size=$(wc -c <"$bad/good.so")
    head -c 3000 "$bad/good.so" >"$tmp/cut.so"
    got=$(said "$NNPIPE" plugin list --plugin "$tmp/cut.so" | sed 's/least [0-9]*/least N/')
    [ "$size" -gt 3000 ] &&
        ok cut.so "error: cut.so: cut off: 3000 of at least N bytes are there
exit 4" "$got"
    ;;
esac
cp "$bad/good.so" "$tmp/open.so" && chmod 757 "$tmp/open.so"
refused_file open.so "writable by everybody (chmod o-w)"
ok "--trust does not ask" "exit 0" \
    "$(said "$NNPIPE" plugin list --plugin "$tmp/open.so" --trust)"
# A file that its group may write is the user's word if she names it; found in a folder it is not,
# unless the group is her own. Only root can give a file to another group.
chmod 775 "$tmp/open.so"
ok "a named file of one's own" "exit 0" "$(said "$NNPIPE" plugin list --plugin "$tmp/open.so")"
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$tmp/plugins/layers" "$tmp/plugins/losses"
    cp "$bad/good.so" "$tmp/plugins/layers/good.so"
    cp "$bad/described.so" "$tmp/plugins/losses/described.so"
    chgrp 54321 "$tmp/plugins/layers" "$tmp/plugins/losses"
    chmod 775 "$tmp/plugins/layers" "$tmp/plugins/losses"
    ok "all folders are named at once, and --trust" "error: layer 'good' cannot be used: \
plugins/layers/good.so: in the folder plugins/layers, which is writable by a group with others \
in it (chmod g-w)
  try   chmod go-w plugins/layers plugins/losses
  or    --trust, if you know who may write there
exit 4" "$(NNPIPE_PLUGIN_PATH=$tmp/plugins said "$NNPIPE" plugin info layer:good)"
    chgrp 0 "$tmp/plugins/layers" "$tmp/plugins/losses"
    ok "a group of one's own may write" "exit 0" \
        "$(NNPIPE_PLUGIN_PATH=$tmp/plugins said "$NNPIPE" plugin info layer:good)"
else
    n=$((n + 2))
    echo "ok $((n - 1)) - all folders are named at once # SKIP only root can give a file away"
    echo "ok $n - a group of one's own may write # SKIP only root can give a file away"
fi
ok "the good one is accepted" "exit 0" "$(said "$NNPIPE" plugin info "$bad/good.so")"

# ---- what the bytes say

refused other_major "made for plugin ABI 2, this nnpipe speaks 1; rebuild it with this \
nnpipe's nnpipe/plugin.h"
refused no_tag 'not a plugin (it has no tag "@(#)nnp1:KIND:NAME")'
refused bad_name "its tag 'layer:Bad-Name' is not KIND:NAME, with a-z in the kind and a-z, \
0-9, _ and . in the name"

# ---- what the loader says

refused no_symbol "does not export nnp_plugin_v1; NNP_PLUGIN(...) defines it"
refused undefined_symbol "needs the symbol \`not_anywhere\`, which it does not bring along; \
link it with the library that has it"
refused constructor_aborts "crashed with SIGABRT (it called abort) while it was being loaded"
refused constructor_crashes "crashed with SIGSEGV (memory that is not there) while it was \
being loaded"
refused constructor_exits "called exit while it was being loaded"

# ---- what the tables say

refused null_table "nnp_plugin_v1 returned nothing"
refused wild_table "crashed with SIGSEGV (memory that is not there) while it was being loaded"
refused table_major "made for plugin ABI 2.0, this nnpipe speaks 1.0; rebuild it with this \
nnpipe's nnpipe/plugin.h"
refused minor_too_high "needs plugin ABI 1.7, this nnpipe speaks 1.0; a newer nnpipe is \
needed, or a build with NNP_MINOR 0"
refused truncated_table "the plugin's table of 16 bytes is truncated, at least 56 are needed"
refused truncated_component "component 1: its table of 24 bytes is truncated, at least 112 \
are needed"
refused nameless_plugin "the plugin has no name or no version"
refused no_components "offers 0 components; 1 to 1024 are possible"
refused other_tag "a component calls itself layer says_that, the tags in the file say \
otherwise (layer:says_this)"
refused stray_tag "the file has the tag layer:nobody, but no component is called that"
refused unknown_kind "wizard unknown_kind: this nnpipe knows no kind 'wizard'"
refused missing_slot "layer missing_slot: has no forward, which every layer needs"
refused no_doc "layer no_doc: has no doc; its first line is what \`plugin info\` shows"
refused inputs_swapped "layer inputs_swapped: min_in is 3, but max_in is 2"
refused lr_not_live "optimizer lr_not_live: parameter lr: must be NNP_REAL | NNP_LIVE, the \
host schedules it"

# ---- what the rows of parameters say

refused default_outside "layer default_outside: parameter p: default 1.5 is outside [0,1)"
refused default_no_number "layer default_no_number: parameter n: default 'ten' is not a \
whole number"
refused default_no_word "layer default_no_word: parameter pad: default 'full' is not one of \
same|valid"
refused range_malformed "layer range_malformed: parameter p: range '0..1': a number needs an \
interval"
refused enum_without_words "layer enum_without_words: parameter pad: an NNP_ENUM needs its \
words as range, \"same|valid\""
refused offset_outside "layer offset_outside: parameter p: its 8 bytes at offset 8 are \
outside self (8 bytes)"
refused offset_unaligned "layer offset_unaligned: parameter p: offset 4 is not a multiple \
of 8"
refused overlap "layer overlap: parameters p and q overlap in self"
refused param_name "layer param_name: parameter Slope: a name is a letter a-z, then a-z, 0-9 \
and _"
refused param_type "layer param_type: parameter p: type 200 is not known to this nnpipe"
refused param_no_doc "layer param_no_doc: parameter p: has no doc"
refused live_text "layer live_text: parameter s: is NNP_LIVE, which only NNP_INT and \
NNP_REAL can be"

# ---- what happens in a run: the item, its line, the slot, the file

# pipeline NAME: a file with the layer NAME in line 9, where its gradient is wanted.
pipeline() {
    cat >"$tmp/net.yaml" <<END
nnpipe: 1
name: bad
data:
  source:
    table:
      columns: {x: [a, b], y: [c]}
      rows: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
model:
  - dense: 2
  - $1
  - dense: 1
loss: mse
optim: {sgd: {lr: 0.1}}
train: {epochs: 1, batch: 4}
END
}

# crashes NAME SLOT SENTENCE
crashes() {
    pipeline "$1"
    ok "$1 while training" "net.yaml:10:5: error: layer ${1}1 ($1 1.0, $1.so): $2: $3
  try   nnpipe plugin test $1.so
exit 4" "$(said "$NNPIPE" "$tmp/net.yaml" --plugin "$bad/$1.so" --threads 2 -o "$tmp/run" -f -q)"
}

crashes crash_in_setup setup "crashed with SIGSEGV (memory that is not there)"
crashes crash_in_forward forward "crashed with SIGSEGV (memory that is not there)"
crashes crash_in_backward backward "crashed with SIGSEGV (memory that is not there)"
crashes crash_in_body forward "crashed with SIGSEGV (memory that is not there)"
crashes crash_in_worker forward "crashed with SIGSEGV (memory that is not there)"
crashes stack_in_worker forward "crashed with SIGSEGV (memory that is not there)"
crashes stack_in_forward forward "crashed with SIGSEGV (memory that is not there)"
crashes abort_in_forward forward "crashed with SIGABRT (it called abort)"
crashes exit_in_forward forward "called exit, which a plugin must not do"
cat >"$tmp/net.yaml" <<'END'
nnpipe: 1
name: ahead
data: {source: {random: {shape: [4096], n: 64}}, map: [crash_ahead]}
model: [dense: 10]
loss: xent
optim: {sgd: {lr: 0.1}}
train: {epochs: 1, batch: 8}
END
ok "crash_ahead while the net learns" "net.yaml:3:56: error: transform crash_ahead1 \
(crash_ahead 1.0, crash_ahead.so): forward: crashed with SIGSEGV (memory that is not there)
  try   nnpipe plugin test crash_ahead.so
exit 4" "$(said "$NNPIPE" "$tmp/net.yaml" --plugin "$bad/crash_ahead.so" --threads 2 -o "$tmp/run" -f -q)"
pipeline fails_silently
ok "fails_silently while training" "net.yaml:10:5: error: layer fails_silently1 \
(fails_silently 1.0, fails_silently.so): forward: failed and gave no reason
   10 |   - fails_silently
      |     ^
exit 1" "$(said "$NNPIPE" "$tmp/net.yaml" --plugin "$bad/fails_silently.so" -o "$tmp/run" -f -q)"

# ---- what only `plugin test` can see

# found NAME SENTENCE: some check of `plugin test` says it, and it ends with 7.
found() {
    "$NNPIPE" plugin test "$bad/$1.so" >"$tmp/out" 2>&1
    code=$?
    grep -q "$2" "$tmp/out" && hit=$2 || hit=$(cat "$tmp/out")
    ok "$1 under plugin test" "$2, exit 7" "$hit, exit $code"
}

found writes_past "forward writes past the end of out \`y\`"
found liar_shape "forward writes past the end of out \`y\`"
found writes_input "forward changes in\[0\], which it may only read"
found crash_in_setup "crashes in setup on f32 [0-9x]*: SIGSEGV (memory that is not there)"

# ---- two of one name

mkdir -p "$tmp/a/layers" "$tmp/b/layers"
cp "$bad/good.so" "$tmp/a/layers" && cp "$bad/good.so" "$tmp/b/layers"
ok "two files of one name" "error: two files offer layer good: a/layers/good.so and \
b/layers/good.so
  try   --plugin FILE, which wins, or remove one of them
exit 4" "$(NNPIPE_PLUGIN_PATH=$tmp/a:$tmp/b said "$NNPIPE" plugin info good)"

echo "1..$n"
