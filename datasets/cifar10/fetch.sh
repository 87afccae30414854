#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetches the binary version of CIFAR-10, checks it and unpacks its six files.
#
#   datasets/cifar10/fetch.sh [FOLDER]      default: the folder of this script
#
# MIRROR=URL takes the archive from there (it lies right below it). Nothing is fetched when the
# six files are there. What is wrong or incomplete is never left under its final name.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
folder=${1:-$here}
mirrors=${MIRROR:-https://www.cs.toronto.edu/~kriz}
read -r sum archive <"${SUMS:-$here/sha256sums}"
files='data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5 test_batch'

say() { echo "fetch.sh: $*" >&2; }

if command -v curl >/dev/null; then
    get() { curl -fsSL --connect-timeout 20 --retry 2 -o "$2" "$1"; }
elif command -v wget >/dev/null; then
    get() { wget -q --connect-timeout=20 --tries=3 -O "$2" "$1"; }
else
    say "neither curl nor wget is installed"
    exit 1
fi

complete() { # FOLDER
    for f in $files; do [ -s "$1/$f.bin" ] || return 1; done
}

unpack() {
    tar -xzf "$part/$archive" -C "$part" && complete "$part/cifar-10-batches-bin" || return 1
    for f in $files; do mv "$part/cifar-10-batches-bin/$f.bin" "$folder" || return 1; done
}

mkdir -p "$folder" || exit 1
complete "$folder" && { say "all files are there"; exit 0; }
part=$folder/part-$$
trap 'rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$part" || exit 1
for mirror in $mirrors; do
    if ! get "${mirror%/}/$archive" "$part/$archive"; then
        say "no $archive from $mirror"
    elif [ "$(sha256sum <"$part/$archive" | cut -d ' ' -f 1)" != "$sum" ]; then
        say "$archive from $mirror is damaged: its SHA-256 is not that in sha256sums"
    elif unpack; then
        say "six files fetched"
        exit 0
    fi
done
say "the data are missing; MIRROR=URL $0 takes them from another place"
exit 1
