#!/bin/sh
# SPDX-License-Identifier: MIT
# The YAML in the documentation is true: every fenced block tagged yaml in docs/*.md and
# README.md that says nnpipe: 1 passes `nnpipe check`; the others are only excerpts. A block
# whose first line is "# file: NAME" is kept as NAME for the blocks after it to extend; one whose
# first line is "# pipelines/NAME" is that file but for its comments.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
NO_COLOR=1
export NO_COLOR
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

n=0
for doc in "$srcdir"/docs/*.md "$srcdir"/README.md; do
    [ -f "$doc" ] || continue
    rm -rf "$dir"/*
    awk -v dir="$dir" '
        /^```yaml/ { inside = 1; name = sprintf("%s/line%04d.yaml", dir, FNR + 1); next }
        /^```/ { inside = 0; next }
        inside && $1 == "#" && $2 == "file:" { name = dir "/" $3 }
        inside { print > name }' "$doc"
    for block in "$dir"/*.yaml; do
        [ -f "$block" ] && grep -q '^nnpipe:' "$block" || continue
        n=$((n + 1))
        label="${doc##*/} ${block##*/}"
        if (cd "$dir" && "$NNPIPE" check "${block##*/}") >"$dir/out" 2>&1; then
            echo "ok $n - $label"
        else
            echo "not ok $n - $label"
            sed 's/^/# /' "$dir/out"
        fi
        stands_for=$(sed -n '1s/^# \(pipelines\/.*\)/\1/p' "$block")
        [ -n "$stands_for" ] || continue
        n=$((n + 1))
        "$NNPIPE" show --after=tree "$srcdir/$stands_for" >"$dir/want" 2>&1
        if "$NNPIPE" show --after=tree "$block" 2>&1 | diff "$dir/want" - >"$dir/out"; then
            echo "ok $n - ${doc##*/} shows $stands_for as it is"
        else
            echo "not ok $n - ${doc##*/} shows $stands_for as it is"
            sed 's/^/# /' "$dir/out"
        fi
    done
done
echo "1..$n"
