#!/bin/sh
# SPDX-License-Identifier: MIT
# What leaves each room for pipelines/xor.yaml is what is written in tests/stages/: the tour
# shows these files. UPDATE=1 writes them anew.
: "${srcdir:=.}"
cd "$srcdir" || exit 99
n=0
for room in tree spec graph shapes plan layout; do
    n=$((n + 1))
    golden=tests/stages/xor.$room
    got=$("$NNPIPE" show --after=$room pipelines/xor.yaml 2>&1)
    [ "${UPDATE-}" ] && printf '%s\n' "$got" >"$golden"
    if printf '%s\n' "$got" | cmp -s - "$golden"; then
        echo "ok $n - what leaves $room"
    else
        echo "not ok $n - what leaves $room"
        printf '%s\n' "$got" | diff "$golden" - | sed 's/^/# /'
    fi
done
echo "1..$n"
