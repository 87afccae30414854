#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetches the four files of Fashion-MNIST and checks them; as datasets/mnist/fetch.sh, which
# it uses.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
: "${MIRROR:=http://fashion-mnist.s3-website.eu-central-1.amazonaws.com}"
SUMS=$here/sha256sums
export MIRROR SUMS
exec "$here/../mnist/fetch.sh" "${1:-$here}"
