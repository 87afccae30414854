#!/bin/sh
# SPDX-License-Identifier: MIT
# The weights of eleven pipelines after a few updates, as one SHA-256 each, are what they were when
# tests/reference/bits was written. Bits depend on compiler, C library, processor and kernels, so
# the file says for which it holds: elsewhere the test is skipped. UPDATE=1 writes the file anew,
# which is right only where a change of numbers was meant. THREADS=N: with so many (any must do).
: "${srcdir:=.}"
src=$(cd "$srcdir" && pwd)
known=$src/tests/reference/bits
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
NNPIPE_KERNELS=avx2
export NNPIPE_KERNELS
case $(${CC:-cc} --version) in *clang*) compiler=clang ;; *) compiler=gcc ;; esac
case $(cat /proc/cpuinfo) in *avx512f*) processor=AVX-512 ;; *) processor=AVX2 ;; esac
key="kernels avx2 on $processor, $compiler $(${CC:-cc} -dumpversion), $(getconf GNU_LIBC_VERSION), $(uname -m)"
skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
grep -q ' avx2 .* fma \| fma .* avx2 ' /proc/cpuinfo 2>/dev/null || skip "the processor has no AVX2"
case $(ldd "$NNPIPE" 2>/dev/null) in *libasan* | *libubsan*) skip "sanitizers compile other code" ;; esac
[ "${UPDATE-}" ] || [ "$(sed -n '1s/^# //p' "$known")" = "$key" ] || skip "tests/reference/bits is not for $key"

# weights FILE FLAGS...: one hash over the weights of all its trainings, by name.
weights() {
    file=$1
    shift
    rm -rf run
    "$NNPIPE" run "$file" -q -o run --threads "${THREADS:-2}" --set report= "$@" >log 2>&1
    code=$?
    if [ $code != 0 ] && [ $code != 7 ]; then # 7: a figure was not reached, as these short ones do not
        echo "exit-$code"
        return
    fi
    find run -name best.nnw | LC_ALL=C sort | while read -r f; do
        header=$(od -An -t u8 -N 8 "$f") # what the file says of itself may change, the tensors not
        echo "$f $(tail -c +$((header + 9)) "$f" | sha256sum)"
    done | sha256sum | sed 's/ .*//'
}

# Fewer images, for most of the time went into what is measured on them at the end; the split of
# the files is one by rows.
small='--set data.source.glyphs.n=450 --set data.source.glyphs.test=40'
few="$small --set train.epochs= --set train.steps=6 --set data.split.train=0..399 --set data.split.val=400..449"

hashes() {
    p=$src/pipelines
    echo "xor $(weights "$p/xor.yaml")"
    echo "spiral $(weights "$p/spiral.yaml" --set train.epochs=20)"
    echo "points_csv $(weights "$p/points_csv.yaml")"
    echo "joined $(weights "$src/tests/stages/joined.yaml")"
    # shellcheck disable=SC2086 # flags are words
    for f in glyphs_denoise glyphs_denoise_conv glyphs_inpaint_conv glyphs_obstacles; do
        echo "$f $(weights "$p/$f.yaml" $few)"
    done
    # shellcheck disable=SC2086
    echo "glyphs_pca $(weights "$p/glyphs_pca.yaml" $small)"
    # shellcheck disable=SC2086
    echo "glyphs_sparse $(weights "$p/glyphs_sparse.yaml" $small --set seeds=1 --set train.epochs=1)"
    echo "glyphs_hinton $(weights "$p/glyphs_hinton.yaml" --set vars.pre=1 --set vars.tune=1 \
        --set data.source.glyphs.n=300 --set data.source.glyphs.test=50)"
}
hashes >bits
if [ "${UPDATE-}" ]; then
    { echo "# $key"; cat bits; } >"$known"
    exit 0
fi
n=0
while read -r name hash; do
    n=$((n + 1))
    if [ "$hash" = "$(sed -n "s/^$name //p" "$known")" ]; then
        echo "ok $n - $name has the bits it had"
    else
        echo "not ok $n - $name has the bits it had: $hash"
    fi
done <bits
echo "1..$n"
