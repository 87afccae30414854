#!/bin/sh
# SPDX-License-Identifier: MIT
# Every header compiles alone; the public one also in strict C11 and in C++.
: "${srcdir:=.}" "${CC:=cc}" "${CXX:=c++}"
n=0

# try NAME COMPILER FLAG...
try() {
    n=$((n + 1))
    name=$1
    shift
    if said=$("$@" 2>&1); then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        echo "$said" | sed 's/^/# /'
    fi
}

public=$srcdir/framework/include/nnpipe
for h in $(cd "$srcdir" && find framework tests/support -name '*.h' | sort); do
    case $h in
    tests/*) [ -n "$CHECK_FOUND" ] || continue ;;
    esac
    # shellcheck disable=SC2086 # CC may be two words
    try "$h" $CC -fsyntax-only -Wall -Wextra -Werror -I. -I"$srcdir/framework" \
        -I"$srcdir/framework/include" -I"$srcdir/tests" $CHECK_CFLAGS \
        -include ./config.h -x c "$srcdir/$h"
done
for h in "$public"/*.h; do
    # shellcheck disable=SC2086
    try "${h##*/} in strict C11" $CC -std=c11 -pedantic -fsyntax-only -Wall -Wextra -Werror -x c "$h"
    if command -v "$CXX" >/dev/null; then
        try "${h##*/} in C++" "$CXX" -std=c++11 -fsyntax-only -Wall -Wextra -Werror -x c++ "$h"
    else
        n=$((n + 1))
        echo "ok $n - ${h##*/} in C++ # SKIP there is no C++ compiler"
    fi
done
echo "1..$n"
