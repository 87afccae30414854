#!/bin/sh
# SPDX-License-Identifier: MIT
# Every plugin of the build tree against the contracts of the ABI: one TAP line per component.
: "${srcdir:=.}" "${NNPIPE:=./nnpipe}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
n=0

# Small files for the loaders, 8 rows each.
printf 'w,d,n,y\na,2020-01-01,1,1\nb,,2,0\n,2020-01-03,NA,1\n' >"$work/words.csv"
for i in 1 2 3 4 5 6 7 8; do echo "w$((i % 3)),2021-01-0$i,1.$i,$((i % 2))" >>"$work/words.csv"; done
printf '\0\0\10\3\0\0\0\10\0\0\0\2\0\0\0\2abcdefghijklmnopqrstuvwxyzABCDEF' >"$work/images"
printf '\0\0\10\1\0\0\0\10\0\1\2\0\1\2\0\1' >"$work/labels"
{
    printf '\223NUMPY\1\0\166\0'
    printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (8, 2), }"
    head -c 64 /dev/zero
} >"$work/x.npy"
mkdir "$work/cifar10"
for i in 1 2 3 4; do head -c 3073 /dev/zero; done | tee "$work/cifar10/test_batch.bin" >"$work/cifar10/data_batch_1.bin"

mkdir "$work/images_dir"
for i in 1 2 3 4 5 6 7 8; do
    printf '\211PNG\015\012\032\012\000\000\000\015IHDR\000\000\000\001\000\000\000\001\010\000\000\000\000:~\233U\000\000\000\012IDATx\234c\250\000\000\000z\000y\263a\265{\000\000\000\000IEND\256B`\202' >"$work/images_dir/$i.png"
done

# What a component needs to be told: KIND/NAME, TAB, flags of `plugin test`, one per TAB. What
# is not listed is tested with its defaults, and with guesses for what has none.
cat >"$work/table" <<TABLE
loader/cifar10	--with	{dir: $work/cifar10}
loader/csv	--with	{file: $work/words.csv, text: one_hot, dates: days, fill: mean, indicator: true}
loader/images	--with	{dir: $work/images_dir, size: 2}
loader/idx	--with	{images: $work/images, labels: $work/labels}
loader/npy	--with	{x: $work/x.npy}
loader/table	--with	{columns: {x: [a], y: [b]}, rows: [[1, 2], [3, 4], [5, 6]]}
loader/mnist	--limit	120
layer/groupnorm	--with	{groups: 2}
layer/rgb	--in	f32 6x1x3x4	--in	f32 6x2x3x4
transform/chroma	--in	f32 6x3x3x4
transform/grey	--in	f32 6x3x3x4
loss/ssim	--with	{window: 3}	--in	f32 6x2x4x5	--in	f32 6x2x4x5
metric/cluster_accuracy	--with	{most: 6}
metric/ssim	--with	{window: 3}	--in	f32 6x2x4x5	--in	f32 6x2x4x5
estimator/kmeans	--with	{k: 3, n_init: 2}
estimator/forest	--with	{n_estimators: 5}
estimator/boosting	--with	{n_estimators: 8}
optimizer/clip	--with	{norm: 1}
initializer/values	--with	[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
TABLE

# Why a component cannot be tested here; nothing: it can.
excused() {
    case $1 in
    report/tree_view) echo "the run of plugin test has no tree; tests/estimators.sh has" ;;
    loader/mnist) [ -f "${NNPIPE_DATA:-/none}/mnist/train-images-idx3-ubyte" ] ||
        [ -f "${NNPIPE_DATA:-/none}/mnist/train-images-idx3-ubyte.gz" ] || echo "no MNIST" ;;
    esac
}

"$NNPIPE" plugin list >"$work/list" || exit 99
# KIND, TAB, NAME and its flags.
tab=$(printf '\t')
sort -u -k1,2 "$work/list" | awk -v OFS="$tab" '
    FS == "\t" { key = $1; sub(/^[^\t]*/, ""); flags[key] = $0; next }
    $3 ~ /^\/.*\.so$/ { print $1, $2 flags[$1 "/" $2] }' FS="$tab" "$work/table" FS=' ' - >"$work/components"
if [ ! -s "$work/components" ]; then
    echo "Bail out! no plugin was found in NNPIPE_PLUGIN_PATH=$NNPIPE_PLUGIN_PATH"
    exit 99
fi
echo "1..$(wc -l <"$work/components")"
while IFS= read -r line; do
    n=$((n + 1))
    IFS=$tab
    set -f
    # shellcheck disable=SC2086 # words are what stands between tabs
    set -- $line
    set +f
    unset IFS
    kind=$1 name=$2
    shift 2
    why=$(excused "$kind/$name")
    if [ -n "$why" ]; then
        echo "ok $n - $kind $name # SKIP $why"
    elif "$NNPIPE" plugin test "$name" --kind "$kind" "$@" -q >"$work/log" 2>&1; then
        echo "ok $n - $kind $name"
    else
        echo "not ok $n - $kind $name"
        sed 's/^/# /' "$work/log"
    fi
done <"$work/components"
