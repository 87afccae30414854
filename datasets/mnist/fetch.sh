#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetches the four files of MNIST and checks them.
#
#   datasets/mnist/fetch.sh [FOLDER]      default: the folder of this script
#
# MIRROR=URL takes them from there (the files lie right below it). A file that is there and
# right is not fetched again. What is wrong or incomplete is never left under its final name.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
folder=${1:-$here}
sums=${SUMS:-$here/sha256sums}
mirrors=${MIRROR:-https://ossci-datasets.s3.amazonaws.com/mnist
https://storage.googleapis.com/cvdf-datasets/mnist}

say() { echo "fetch.sh: $*" >&2; }

if command -v curl >/dev/null; then
    get() { curl -fsSL --connect-timeout 20 --retry 2 -o "$2" "$1"; }
elif command -v wget >/dev/null; then
    get() { wget -q --connect-timeout=20 --tries=3 -O "$2" "$1"; }
else
    say "neither curl nor wget is installed"
    exit 1
fi

# right FILE SUM: the sums are those of the unpacked files, so that it does not matter how
# a mirror has packed them.
right() {
    [ -s "$1" ] && [ "$(gzip -dc "$1" 2>/dev/null | sha256sum | cut -d ' ' -f 1)" = "$2" ]
}

# fetch NAME SUM
fetch() {
    right "$folder/$1.gz" "$2" && { say "$1.gz is there"; return 0; }
    part=$folder/$1.gz.part-$$
    trap 'rm -f "$part"' EXIT
    trap 'exit 1' HUP INT TERM
    for mirror in $mirrors; do
        if ! get "${mirror%/}/$1.gz" "$part"; then
            say "no $1.gz from $mirror"
        elif ! right "$part" "$2"; then
            say "$1.gz from $mirror is damaged: its SHA-256 is not that in $sums"
        else
            mv "$part" "$folder/$1.gz" && say "$1.gz fetched" && return 0
        fi
        rm -f "$part"
    done
    return 1
}

mkdir -p "$folder" || exit 1
missing=0
while read -r sum name; do
    fetch "$name" "$sum" || missing=$((missing + 1))
done <"$sums"
[ "$missing" = 0 ] && exit 0
say "$missing files are missing; MIRROR=URL $0 takes them from another place"
exit 1
