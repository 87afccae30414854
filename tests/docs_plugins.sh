#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/plugins/ and pipelines/schema.json are what the plugins' own tables say. With --write
# (make docs-plugins) they are written anew; otherwise every difference is one failed line.
: "${srcdir:=.}" "${NNPIPE:?}"
docs=$srcdir/docs/plugins
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

"$NNPIPE" plugin list | awk '$1 != "skipped" && $1 != "unknown" && $1 != "try" { print $1, $2 }' >"$tmp/list"
kind_before=
cat >"$tmp/README.md" <<'END'
# Plugins

One page for each; written by `make docs-plugins` from the tables that the plugins carry.
`nnpipe plugin info NAME` prints the same.
END
while read -r kind name; do
    "$NNPIPE" plugin info "$kind:$name" --markdown >"$tmp/$kind-$name.md" || exit 99
    ! grep -q '^!\[' "$tmp/$kind-$name.md" ||
        "$NNPIPE" plugin info "$kind:$name" --plot -o "$tmp/$kind-$name.svg" || exit 99
    [ "$kind" = "$kind_before" ] || printf '\n## %s\n\n' "$kind" >>"$tmp/README.md"
    kind_before=$kind
    echo "- [$name]($kind-$name.md): $(sed -n 3p "$tmp/$kind-$name.md")" >>"$tmp/README.md"
done <"$tmp/list"

"$NNPIPE" schema >"$tmp/schema.json" || exit 99

if [ "$1" = --write ]; then
    cp "$tmp/schema.json" "$srcdir/pipelines/schema.json"
    mkdir -p "$docs"
    rm -f "$docs"/*.md "$docs"/*.svg
    cp "$tmp"/*.md "$tmp"/*.svg "$docs"
    exit
fi

n=0
# say FINDINGS RULE
say() {
    n=$((n + 1))
    if [ -z "$1" ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        echo "$1" | sed 's/^/# /'
        echo "# make docs-plugins writes them anew"
    fi
}

say "$(for page in "$tmp"/*-*.md "$tmp"/*.svg; do
    diff -u "$docs/${page##*/}" "$page" 2>&1
done)" "each plugin's page says what its table says, and has its picture"
# A plugin that could not be built here (its library is missing) keeps its page.
say "$(for page in "$docs"/*-*.md; do
    page=${page##*/}
    name=${page#*-}
    tag="(\"${page%%-*}\", \"${name%.md}\")"
    [ -e "$tmp/$page" ] || grep -Frq "$tag" "$srcdir/plugins" || echo "$page: no such plugin"
done)" "there is a plugin for each page"
if [ "$(ls "$docs"/*.md | wc -l)" -eq "$(ls "$tmp"/*.md | wc -l)" ]; then
    say "$(diff -u "$docs/README.md" "$tmp/README.md")" "the list of plugins is complete"
    say "$(diff "$srcdir/pipelines/schema.json" "$tmp/schema.json")" "the schema is that of the plugins"
else
    n=$((n + 2))
    echo "ok $((n - 1)) - the list of plugins is complete # SKIP some plugins are not built here"
    echo "ok $n - the schema is that of the plugins # SKIP some plugins are not built here"
fi
echo "1..$n"
