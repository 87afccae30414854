#!/bin/sh
# SPDX-License-Identifier: MIT
# Plugins made for any released minor of the ABI run on this host. tests/abi/MAJOR.MINOR holds the
# headers as they were then, never changed afterwards: the samples are built with each of them,
# held to the contracts and run. abidiff compares every struct that a plugin sees with today's.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
n=0

ok() { # NAME COMMAND...
    n=$((n + 1))
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$work/log"
    fi
}

skip() {
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

flags="-O1 -g -Wall -Wextra -Werror"
sample() { # VERSION NAME: built with the headers of then
    out=$work/$1
    mkdir -p "$out" && cp "$src"/docs/samples/* "$out" && cp "$src/tests/abi/$1/nnpipe.rs" "$out" &&
        make -s -C "$out" ABI_FLAGS="-I$src/tests/abi/$1" CFLAGS="$flags" CXXFLAGS="$flags" "./$2.so" &&
        "$NNPIPE" plugin test "$out/$2.so" &&
        "$NNPIPE" run "$out/$2.yaml" --plugin "$out/$2.so" -q -o "$out/run-$2"
}

build() { # FOLDER-OF-HEADERS NAME: a plugin from which every struct can be reached
    cc -I"$1" -std=gnu11 -O0 -g -fPIC -fvisibility=hidden -shared -o "$work/$2.so" \
        "$src/docs/samples/swish.c" -lm 2>/dev/null
}

# abidiff does not tell members that were added at the end, which are an addition, from others:
# its words do.
same_abi() { # OLD NEW
    abidiff --no-added-syms "$work/$1.so" "$work/$2.so" >"$work/diff" && return 0
    cat "$work/diff"
    ! grep -qE "offset changed|member deletion|name changed|was (added|removed)|enumerator (change|deletion)" \
        "$work/diff"
}

breaks() {
    ! same_abi "$1" "$2"
}

if ! command -v cc >/dev/null; then
    echo "1..0 # SKIP no cc"
    exit 0
fi
current=$(sed -n 's/^#define NNP_MAJOR \([0-9]*\).*/\1/p' "$src/framework/include/nnpipe/plugin.h")
for folder in "$src"/tests/abi/"$current".*; do
    v=${folder##*/}
    ok "$v: a layer in C" sample "$v" swish
    if command -v c++ >/dev/null && echo 'int x;' | c++ -std=c++20 -fsyntax-only -xc++ - 2>/dev/null; then
        ok "$v: a loss in C++" sample "$v" tukey
    else
        skip "$v: a loss in C++" "no compiler for C++20"
    fi
    if command -v rustc >/dev/null && rustc --version | awk '{ split($2, v, "."); exit !(v[1] > 1 || v[2] >= 63) }'; then
        ok "$v: an optimizer in Rust" sample "$v" lion
    else
        skip "$v: an optimizer in Rust" "no rustc of version 1.63 or newer"
    fi
    if command -v gfortran >/dev/null; then
        ok "$v: a layer in Fortran" sample "$v" softsign
    else
        skip "$v: a layer in Fortran" "no gfortran"
    fi
done
if ! command -v abidiff >/dev/null; then
    skip "abidiff" "abidiff (abigail-tools) is not installed"
    echo "1..$n"
    exit 0
fi
ok "today's headers compile" build "$src/framework/include" now
for folder in "$src"/tests/abi/"$current".*; do
    v=${folder##*/}
    build "$folder" "then-$v"
    ok "abidiff: $v and now are one ABI" same_abi "then-$v" now
done
# The guard itself: a member in the middle, another type, a member taken away.
cp -r "$src/framework/include" "$work/broken"
header=$work/broken/nnpipe/plugin.h
for edit in 's/^    double            epoch; /    double            new, epoch; /' \
    's/^    int32_t  ndim;/    int64_t  ndim;/' 's/^    const char \*ports;.*//' \
    's/^typedef int nnp_fn(nnp_ctx \*c, void \*self);/typedef int nnp_fn(nnp_ctx *c, void *self, ...);/'; do
    cp "$src/framework/include/nnpipe/plugin.h" "$header"
    sed -i "$edit" "$header"
    build "$work/broken" broken
    ok "abidiff finds: $(diff "$src/framework/include/nnpipe/plugin.h" "$header" | sed -n 's/^< *//p' | head -n 1)" \
        breaks now broken
done
sed 's/^} nnp_component;/    const char *more;\n&/' "$src/framework/include/nnpipe/plugin.h" >"$header"
build "$work/broken" longer
ok "a member at the end is no break" same_abi now longer
echo "1..$n"
