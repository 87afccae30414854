#!/bin/sh
# SPDX-License-Identifier: MIT
# What rests on the kernels works on every path of them: the tests of products, convolutions and
# whole steps under each NNPIPE_KERNELS that this processor runs, but for the widest, under which they
# run elsewhere, each test in a process of its own; here it is a process for each program.
flags=$(grep -m 1 '^flags' /proc/cpuinfo 2>/dev/null)
n=0
case "$flags " in *' avx512f '*) widest=avx512 ;; *' avx2 '*) widest=avx2 ;; *) widest=base ;; esac
[ -z "$NNPIPE_KERNELS" ] || widest= # the others run under that one
for path in base avx2 avx512; do
    [ "$path" != "$widest" ] || continue
    needs=
    case $path in avx2) needs=avx2 ;; avx512) needs=avx512f ;; esac
    for t in kernels/test_convolve kernels/test_matmul kernels/test_taps kernels/test_tiles \
        layers/test_dense layers/test_conv layers/test_conv_transpose layers/test_reference run/test_step train/test_trainer; do
        n=$((n + 1))
        case "$flags " in
        *" $needs "*) ;;
        *)
            if [ "$needs" ]; then
                echo "ok $n - $path: $t # SKIP this processor has no $needs"
                continue
            fi
            ;;
        esac
        if CK_FORK=no NNPIPE_KERNELS=$path "tests/$t" >kernels.out 2>&1 && ! grep '^not ok' kernels.out; then
            echo "ok $n - $path: $t"
        else
            echo "not ok $n - $path: $t"
            grep '^not ok' kernels.out | sed 's/^/# /'
        fi
    done
done
rm -f kernels.out
echo "1..$n"
