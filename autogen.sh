#!/bin/sh
# From a checkout to ./configure; generated files are not in git.
cd "$(dirname "$0")" || exit 1
mkdir -p build-aux
autoreconf --install --force --warnings=all || exit 1
echo "now run ./configure && make && make check"
