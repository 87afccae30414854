#!/bin/sh
# SPDX-License-Identifier: MIT
# What `plugin list`, `plugin info` and `schema` make of one plugin that has a parameter of
# each type, compared with the files in info/. With --write they are written anew.
: "${srcdir:=.}" "${NNPIPE:?}" "${NNT_BAD_PLUGINS:?}"
want=$srcdir/tests/plugin/info
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
umask 022
mkdir -p "$tmp/layers"
chmod 755 "$tmp"
cp "$NNT_BAD_PLUGINS/described.so" "$tmp/layers"
echo hello >"$tmp/text.so"
NNPIPE_PLUGIN_PATH=$tmp
export NNPIPE_PLUGIN_PATH
n=0

# shown FILE ARGUMENTS...: the output of nnpipe is FILE, without the folder's name.
shown() {
    file=$1
    shift
    "$NNPIPE" "$@" 2>&1 | sed "s,$tmp,TOP,g" >"$tmp/$file"
    if [ "$write" ]; then
        cp "$tmp/$file" "$want/$file"
        return
    fi
    n=$((n + 1))
    if diff -u "$want/$file" "$tmp/$file" >"$tmp/diff" 2>&1; then
        echo "ok $n - nnpipe $*"
    else
        echo "not ok $n - nnpipe $*"
        sed 's/^/# /' "$tmp/diff"
    fi
}

[ "$1" = --write ] && write=yes
shown list.txt plugin list
shown list_layer.txt plugin list layer
shown list_kind.txt plugin list layr
shown list.jsonl plugin list --json
shown info.txt plugin info acme.described
shown info_kind.txt plugin info loss:acme.described
shown info_near.txt plugin info acme.describd
shown info.json plugin info layer:acme.described --json
shown info.md plugin info acme.described --markdown
shown schema.json schema
[ "$write" ] || echo "1..$n"
