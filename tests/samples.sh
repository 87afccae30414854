#!/bin/sh
# SPDX-License-Identifier: MIT
# Plugins made outside the tree: the samples in C, C++, Rust and Fortran are built with their Makefile,
# held to the contracts and run in their pipeline; so is every complete plugin in
# docs/plugin-author.md (```c blocks that begin with "/* file: NAME.c */").
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
PKG_CONFIG_PATH=$(dirname "$NNPIPE")
export PKG_CONFIG_PATH
samples=$srcdir/docs/samples
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

skip() { # NAME REASON
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

sample() { # NAME
    make -s -C "$samples" OUT="$work" CFLAGS='-O1 -Wall -Wextra -Werror' \
        CXXFLAGS='-O1 -Wall -Wextra -Werror' "$work/$1.so" &&
        "$NNPIPE" plugin test "$work/$1.so" &&
        "$NNPIPE" run "$samples/$1.yaml" --plugin "$work/$1.so" -o "$work/run-$1"
}

# The outlier must not pull the line: its error is 87, spread over 7 rows.
ignores_outlier() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /mae/) at = i }
        { last = $at } END { print last; exit !(last > 10 && last < 14) }' "$work/run-tukey/metrics.csv"
}

example() { # FILE.c FLAGS...
    file=$1
    shift
    # shellcheck disable=SC2046
    cc $(pkg-config --cflags nnpipe) -std=gnu11 -O1 -Wall -Wextra -Werror -fPIC \
        -fvisibility=hidden -shared -Wl,-z,defs -o "${file%.c}.so" "$file" -lm &&
        "$NNPIPE" plugin test "${file%.c}.so" "$@"
}

if ! command -v pkg-config >/dev/null || ! command -v cc >/dev/null; then
    echo "1..0 # SKIP no cc or no pkg-config"
    exit 0
fi
ok "sample in C" sample swish
if command -v c++ >/dev/null && echo 'int x;' | c++ -std=c++20 -fsyntax-only -xc++ - 2>/dev/null; then
    ok "sample in C++" sample tukey
    ok "the C++ loss ignores an outlier" ignores_outlier
else
    skip "sample in C++" "no compiler for C++20"
fi
if command -v rustc >/dev/null && rustc --version |
    awk '{ split($2, v, "."); exit !(v[1] > 1 || v[2] >= 63) }'; then
    ok "sample in Rust" sample lion
else
    skip "sample in Rust" "no rustc of version 1.63 or newer"
fi
if command -v gfortran >/dev/null; then
    ok "sample in Fortran" sample softsign
else
    skip "sample in Fortran" "no gfortran"
fi
ok "the Rust header is the one that plugin new writes" \
    cmp "$samples/nnpipe.rs" "$srcdir/framework/cli/skeletons/nnpipe.rs.in"

awk -v dir="$work" '
    /^```c$/ { inside = 1; name = ""; next }
    /^```/ { inside = 0; next }
    inside && /^\/\* file: .* \*\/$/ { name = dir "/" $3 }
    inside && name { print >name }' "$srcdir/docs/plugin-author.md"
printf 'one\nthree\nseventeen\n\nfive\nsix\nseven\n' >"$work/text"
for file in "$work"/*.c; do
    name=${file##*/}
    case $name in
    lines.c) ok "example $name" example "$file" --with "{file: $work/text}" ;;
    *) ok "example $name" example "$file" ;;
    esac
done
echo "1..$n"
