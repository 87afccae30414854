#!/bin/sh
# SPDX-License-Identifier: MIT
# Pages that are made of what stands elsewhere: docs/pipelines.md of the comments at the top of
# pipelines/*.yaml, docs/keys.md of the tables of the language, CHANGELOG.md of docs/changes/. With --write (make docs-pages) they are written
# anew; otherwise every difference is one failed line.
: "${srcdir:=.}" "${NNPIPE:?}"
case $NNPIPE in /*) ;; *) NNPIPE=$PWD/$NNPIPE ;; esac
cd "$srcdir" || exit 99
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

# row FILE: a table row of what the file's comment says it shows, needs and reaches.
row() {
    awk -v file="${1##*/}" '
        /^nnpipe:/ { exit }
        match($0, /^# (shows|data|time|expected) +/) {
            key = $2; text[key] = substr($0, RLENGTH + 1); next }
        /^#  +/ && key { sub(/^# +/, ""); text[key] = text[key] " " $0; next }
        { key = "" }
        END {
            for (k in text) gsub(/\|/, "\\|", text[k])
            printf "| [%s](../pipelines/%s) | %s | %s | %s |\n", file, file, text["shows"], text["time"],
                text["expected"]
        }' "$1"
}

# rows WORD: the files whose data have to be fetched, or (WORD "") those that need no download.
rows() {
    printf '| file | shows | time | expected |\n| --- | --- | --- | --- |\n'
    for f in pipelines/*.yaml; do
        fetched=$(sed -n '/^nnpipe:/q; s/.*\(fetch\.sh\).*/\1/p' "$f" | head -n 1)
        [ "$fetched" = "$1" ] && row "$f"
    done
}

{
    echo '# The pipelines'
    echo
    echo 'Written by `make docs-pages` from the comment at the top of each file, which says more.'
    echo
    echo '## Without a download'
    echo
    rows ''
    echo
    echo '## With data that `datasets/NAME/fetch.sh` gets'
    echo
    rows fetch.sh
} >"$tmp/pipelines.md"

# changes VERB TITLE: what begins with that verb, an entry a list item.
changes() {
    cat docs/changes/*.md | awk -v want="$1" -v title="$2" '
        match($0, /^(add|change|remove|fix|fast):? /) {
            verb = $1; sub(/:$/, "", verb)
            $0 = substr($0, RLENGTH + 1)
            lead = "- "
        }
        NF && verb == want {
            if (!any++) printf "\n### %s\n\n", title
            print lead $0; lead = "  "
        }'
}
{
    echo '# Changes'
    echo
    echo 'Written by `make docs-pages` from `docs/changes/`, a small file for each change.'
    echo
    echo '## 0.1.0, not released yet'
    changes add Added
    changes change Changed
    changes fast Faster
    changes fix Fixed
    changes remove Removed
} >"$tmp/CHANGELOG.md"

"$NNPIPE" schema --markdown >"$tmp/keys.md" || exit 99

if [ "$1" = --write ]; then
    cp "$tmp/pipelines.md" docs/pipelines.md
    cp "$tmp/keys.md" docs/keys.md
    cp "$tmp/CHANGELOG.md" CHANGELOG.md
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
    fi
}
same() {
    say "$(diff -u "$1" "$tmp/${1##*/}" 2>&1)" "$1 is what make docs-pages writes"
}
same docs/pipelines.md
same docs/keys.md
same CHANGELOG.md
say "$(for f in docs/changes/*.md; do
    sed -n 1p "$f" | grep -Eq '^(add|change|remove|fix|fast):? ' || echo "$f begins with no verb"
done)" "each change begins with add, change, remove, fix or fast"
say "$(for f in pipelines/*.yaml; do
    for word in shows data time expected; do
        grep -q "^# $word " "$f" || echo "$f does not say '$word'"
    done
done)" "each pipeline says what it shows, needs and reaches"
echo "1..$n"
