#!/bin/sh
# SPDX-License-Identifier: MIT
# Wrong pipeline files and the exact words they get: `nnpipe check NAME.yaml` has to fail and
# to write NAME.err on its standard error, byte for byte. UPDATE=1 writes the .err files anew;
# read what changed before keeping it.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
unset FORCE_COLOR NNPIPE_NOT_SET_ANYWHERE
NO_COLOR=1 LC_ALL=C
export NO_COLOR LC_ALL
out=$(mktemp) || exit 99
trap 'rm -f "$out" "$out.diff"' EXIT
cd "$srcdir/tests/refused" || exit 99

n=0
for file in *.yaml; do
    name=${file%.yaml}
    n=$((n + 1))
    "$NNPIPE" check "$file" >/dev/null 2>"$out"
    rc=$?
    if [ -n "$UPDATE" ]; then
        cp "$out" "$name.err"
    fi
    if [ $rc -lt 3 ] || [ $rc -gt 5 ]; then
        echo "not ok $n - $name: exit code $rc"
    elif diff -u "$name.err" "$out" >"$out.diff" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$out.diff"
    fi
done
echo "1..$n"
