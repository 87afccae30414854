#!/bin/sh
# SPDX-License-Identifier: MIT
# Pipeline files in an editor: tests/editor.mjs over a real yaml-language-server, which
# NNPIPE_YAML_SERVER names, or which is on the PATH (`npm install -g yaml-language-server`).
: "${srcdir:=.}"
skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
command -v node >/dev/null || skip "there is no node"
server=${NNPIPE_YAML_SERVER:-$(command -v yaml-language-server)}
[ -n "$server" ] && [ -e "$server" ] || skip "there is no yaml-language-server"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cp "$srcdir"/pipelines/*.yaml "$srcdir/pipelines/schema.json" "$work" || exit 99
timeout 300 node "$srcdir/tests/editor.mjs" "$server" "$work"
