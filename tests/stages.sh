#!/bin/sh
# SPDX-License-Identifier: MIT
# What leaves each room is what is written in tests/stages/: for pipelines/xor.yaml, which the tour
# shows, and for both stages of tests/stages/joined.yaml, which joins what can be joined. UPDATE=1
# writes them anew.
: "${srcdir:=.}"
cd "$srcdir" || exit 99
n=0

# leaves NAME FILE FLAGS...
leaves() {
    name=$1
    shift
    for room in tree spec graph shapes plan layout; do
        n=$((n + 1))
        golden=tests/stages/$name.$room
        got=$("$NNPIPE" show --after=$room "$@" 2>&1)
        [ "${UPDATE-}" ] && printf '%s\n' "$got" >"$golden"
        if printf '%s\n' "$got" | cmp -s - "$golden"; then
            echo "ok $n - what leaves $room of $name"
        else
            echo "not ok $n - what leaves $room of $name"
            printf '%s\n' "$got" | diff "$golden" - | sed 's/^/# /'
        fi
    done
}

leaves xor pipelines/xor.yaml
leaves joined.rebuild tests/stages/joined.yaml --stage=rebuild
leaves joined.name_it tests/stages/joined.yaml --stage=name_it
echo "1..$n"
