#!/bin/sh
# SPDX-License-Identifier: MIT
# Every header compiles alone; the public one also in strict C11 and in C++. Where there is X.c
# beside X.h, the build has proved it: X.c includes X.h first, lint.sh sees to that.
: "${srcdir:=.}" "${CC:=cc}" "${CXX:=c++}"
n=0
src=$(cd "$srcdir" && pwd)

# try NAME FILE COMPILER FLAG...: FILE is included, not compiled, for a compiler says more of
# static functions in the file it was given.
try() {
    n=$((n + 1))
    name=$1 file=$2
    shift 2
    if said=$(echo "#include \"$file\"" | "$@" - 2>&1); then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        echo "$said" | sed 's/^/# /'
    fi
}

public=$src/framework/include/nnpipe
for h in $(cd "$srcdir" && find framework tests/support -name '*.h' | sort); do
    case $h in
    framework/include/*) continue ;;
    tests/*) [ -n "$CHECK_FOUND" ] || continue ;;
    esac
    [ ! -f "$src/${h%.h}.c" ] || continue
    # shellcheck disable=SC2086 # CC may be two words
    try "$h" "$src/$h" $CC -fsyntax-only -Wall -Wextra -Werror -I. -I"$srcdir/framework" \
        -I"$srcdir/framework/include" -I"$srcdir/tests" $CHECK_CFLAGS \
        -include ./config.h -x c
done
for h in "$public"/*.h; do
    # shellcheck disable=SC2086
    try "${h##*/} in strict C11" "$h" $CC -std=c11 -pedantic -fsyntax-only -Wall -Wextra -Werror \
        -I"$src/framework/include" -x c
done
# That each is whole is proved by then, so one compilation for all of them in C++.
for h in "$public"/*.h; do echo "#include \"$h\""; done >headers.hpp
if command -v "$CXX" >/dev/null; then
    try "all of them in C++" "$PWD/headers.hpp" "$CXX" -std=c++11 -fsyntax-only -Wall -Wextra -Werror \
        -I"$src/framework/include" -x c++
else
    n=$((n + 1))
    echo "ok $n - all of them in C++ # SKIP there is no C++ compiler"
fi
rm -f headers.hpp
echo "1..$n"
