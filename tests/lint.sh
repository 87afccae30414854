#!/bin/sh
# SPDX-License-Identifier: MIT
# One TAP line per rule that the compiler does not hold up. Findings that are listed in
# tests/lint_known as "RULE PLACE" are let pass.
: "${srcdir:=.}"
cd "$srcdir" || exit 99
bare=$(mktemp -d) || exit 99
trap 'rm -rf "$bare"' EXIT
n=0
findings=$bare/findings

# rule WORD SENTENCE: one result line for what lies in $findings, each with its PLACE first.
rule() {
    n=$((n + 1))
    found=$(awk -v rule="$1" -v mended="$bare/mended" '
        FILENAME == "tests/lint_known" { if ($1 == rule) known[$2] = 1; next }
        { file = $1; sub(/:.*/, "", file) }
        !(file in known) { print "# " $0; next }
        { known[file] = 2 }
        END { for (f in known) if (known[f] == 1) print f, rule >>mended }' \
        tests/lint_known "$findings")
    if [ -z "$found" ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        echo "$found"
    fi
}

# The sources without their comments, line for line, so that prose breaks no rule.
# What a build in the tree generates is none of them.
files=$(find framework plugins tests -name '*.[ch]' ! -path framework/cli/skeletons.c | sort)
find framework plugins tests -type d | sed "s|^|$bare/|" | xargs mkdir -p
# shellcheck disable=SC2086 # the lists below are lists
awk -v bare="$bare" '
    FNR == 1 { if (bared) close(bared); bared = bare "/" FILENAME; inside = 0 }
    {
        out = ""; s = $0
        while (s != "") {
            if (inside) {
                i = index(s, "*/")
                if (!i) break
                s = substr(s, i + 2); inside = 0
            } else if (match(s, /^[^"'\''\/]+/) ||
                match(s, /^"([^"\\]|\\.)*"/) || match(s, /^'\''([^'\''\\]|\\.)*'\''/)) {
                out = out substr(s, 1, RLENGTH); s = substr(s, RLENGTH + 1)
            } else if (substr(s, 1, 2) == "/*") { inside = 1; s = substr(s, 3)
            } else if (substr(s, 1, 2) == "//") break
            else { out = out substr(s, 1, 1); s = substr(s, 2) }
        }
        print out >bared
    }' $files

# in_code REGEX FOLDER...: FILE:LINE: TEXT of each match outside comments.
in_code() {
    regex=$1
    shift
    (cd "$bare" && grep -rnE "$regex" "$@" 2>/dev/null) | sed 's/^\([^:]*:[0-9]*\):/\1 /'
}

host=$(echo "$files" | grep '^framework/.*\.c$')
tests=$(find tests -name '*.c' ! -path 'tests/plugin/bad/*' \
    ! -path 'tests/plugin/faulty/*' ! -path '*/samples/*' ! -path 'tests/faults/*' ! -path 'tests/torture/*' | sort)
plugins=$(find plugins -name '*.c' | sort)

# shellcheck disable=SC2086
{
    awk 'FNR == 1 { seen = 0 }
        /^ *# *include/ && !seen++ && $0 != "#include <config.h>" { print FILENAME, "begins with", $0 }' \
        $host $tests
    grep -L '^ *# *include' $host $tests
} >"$findings"
rule config-first "host and test sources include config.h first"

# headers.sh compiles only what this rule does not speak of.
# shellcheck disable=SC2086
awk 'FNR == 1 { own = FILENAME; sub(/c$/, "h", own); name = own; sub(/.*\//, "", name); nth = 0 }
    /^ *# *include/ && $0 != "#include <config.h>" && !nth++ {
        split($0, part, "\""); sub(/.*\//, "", part[2])
        if (part[2] != name && (getline line <own) >= 0) print FILENAME ":" FNR, "begins with", $0
        close(own)
    }' $host $tests >"$findings"
rule own-header-first "X.c includes X.h before any other, so that the compiler proves it complete"

# shellcheck disable=SC2086
awk 'FNR == 1 && $0 != "/* SPDX-License-Identifier: MIT */" { print FILENAME }' $files >"$findings"
rule licence "every source names its licence in line 1"

in_code 'config\.h|include *"' plugins framework/include >"$findings"
rule plugin-includes "plugins and public headers see neither config.h nor a file of ours"

while IFS=: read -r dir allowed; do
    case $dir in '#'* | '') continue ;; esac
    in_code '^ *# *include *"' "$dir" |
        sed -n 's,^\([^ ]*\) .*"\([^/"]*\)/[^"]*".*,\1 \2,p' |
        while read -r where from; do
            case " ${dir#framework/} $allowed " in
            *" $from "*) ;;
            *) echo "$where includes from $from" ;;
            esac
        done
done <tests/may_include >"$findings"
rule may-include "folders include only what tests/may_include allows"

find framework -mindepth 1 -maxdepth 1 -type d ! -name include ! -name '.*' | while read -r dir; do
    grep -q "^$dir:" tests/may_include || echo "$dir"
done >"$findings"
rule may-include-all "tests/may_include knows every folder"

# A file is NAME.c and NAME.h together. From each the includes are followed to where they end.
(cd "$bare" && grep -rn '^ *# *include *"' framework --include='*.[ch]') |
    sed -n 's,^framework/\([^:]*\)\.[ch]:[0-9]*:[^"]*"\([^"]*\)\.h".*,\1 \2,p' |
    awk '
    function folder(file) { sub("/[^/]*$", "", file); return file }
    function edge(a, b) { if (a != b && !((a, b) in has)) { has[a, b] = 1; to[a] = to[a] b "\n" } }
    { edge($1, $2); edge("folder " folder($1), "folder " folder($2)) }
    END {
        for (a in to) {
            split("", seen)
            for (todo = to[a]; todo != "";) {
                b = substr(todo, 1, index(todo, "\n") - 1)
                todo = substr(todo, length(b) + 2)
                if (!(b in seen) && (b in to)) todo = to[b] todo
                seen[b] = 1
            }
            if (a in seen) print "framework/" a " is in a circle of includes"
        }
    }' | sed 's,/folder ,/,' | sort >"$findings"
rule circles "no file and no folder includes itself, by whatever detour"

# door LIBRARY FILE...: nobody else includes it.
door() {
    lib=$1
    shift
    in_code "include *<${lib}[>/]" framework plugins | while read -r where text; do
        case " $* " in *" ${where%%:*} "*) ;; *) echo "$where $text" ;; esac
    done
}
{
    door yaml.h framework/text/tree_yaml.c
    door dlfcn.h framework/plugin/dso.c
    door zlib.h framework/base/fsio_gz.c
    door time.h framework/base/clock.c
    door sys/time.h
    door cblas.h plugins/backends/openblas.c
    door blis.h plugins/backends/blis.c
    door oneapi plugins/backends/onednn.c
    door omp.h plugins/backends/onednn.c
    door jpeglib.h plugins/loaders/images.c
    door pthread.h framework/base/thread.h
} >"$findings"
rule doors "each foreign library has one door"

in_code '(^|[^_a-zA-Z0-9])(v?f?printf|f?puts|f?putc|putchar|perror|stdout|stderr) *([(,;)]|$)' \
    framework plugins | grep -v -E '^framework/cli/|format\(printf,|^framework/report/.* f(puts|printf)\(|^framework/plugin/dso\.c.*fflush' \
    >"$findings"
rule printing "only cli/ prints, and report/ to the streams that it is given"

in_code '(^|[^_a-zA-Z0-9])(strto(d|f|ld)|vsnprintf|setlocale|uselocale) *\(' framework |
    grep -v -E '^framework/(base/number\.c|include/|plugin/surroundings\.c)' >"$findings"
in_code 'snprintf *\([^"]*"[^"]*%[-+ #0-9.*]*[aefgAEFG]' framework |
    grep -v -E '^framework/(cli|include)/' >>"$findings"
rule numbers "numbers with a point are read and written in base/number.c alone"

in_code '(^|[^_a-zA-Z0-9])(sigaction|signal|bsd_signal) *\(' framework plugins |
    grep -v -E '^framework/((cli|conformance)/|plugin/surroundings\.c.*, NULL, )' >"$findings"
rule signals "only cli/ sets signal handlers, and conformance/ in its children"

in_code '(^|[^_a-zA-Z0-9])(secure_)?(getenv|setenv|putenv|environ) *[(;\[]' framework plugins |
    grep -v -E '^framework/(cli/environment|plugin/surroundings)\.c' >"$findings"
rule environment "only cli/environment.c reads environment variables"

in_code '(^|[^f])\((struct (instance|graph|graph_node|stream|param|frames|spec|item)) \*\)' framework |
    grep -v '^framework/call/services\.c' >"$findings"
rule casts "nobody casts a frame to its instance but services_of, and nobody casts const away"

banned='strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|gets|rand|srand|alloca|system|popen|tmpnam'
in_code "(^|[^_a-zA-Z0-9>.])($banned) *\\(" framework plugins tests >"$findings"
rule banned "no function that the house bans"

in_code "\"($(ls plugins/layers/*.c plugins/losses/*.c plugins/optimizers/*.c |
    sed 's|.*/||; s|\.c$||' | paste -s -d '|' -))\"" framework |
    grep -v -E '^framework/include/|json_key\(&?j, "[a-z]*"\)' | # no key is a plugin,
    grep -v -E '^framework/cli/[a-z_.]*:[0-9]*:? +\{ "[a-z]*", [^,]*, FLAG_' | # no flag is one,
    grep -v -E '(REAL\(|value_real\(n, s, )"[a-z]*",' | # of a section either
    grep -v '^framework/plugin/synonyms\.c' >"$findings" # nothing is read by its words
rule plugin-names "the host names no plugin, but for what messages suggest for other tools' words"

# shellcheck disable=SC2086 # the lists below are lists
grep -nE '(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)' $files | grep -v 'TODO([a-z]*):' |
    sed 's/^\([^:]*:[0-9]*\):/\1 /' >"$findings"
rule todo "no TODO without a name"

# long LIMIT FILE...: those with more lines.
long() {
    limit=$1
    shift
    wc -l "$@" | awk -v limit="$limit" '$2 != "total" && $1 > limit {
        print $2, "has", $1, "lines,", limit, "are the limit" }'
}
# shellcheck disable=SC2086
long 600 $host $tests >"$findings"
rule host-size "host and test files are short enough"
# shellcheck disable=SC2086
long 400 $plugins >"$findings"
rule plugin-size "plugin files are short enough"

# A function is what stands between a brace in column 1 and the next closing one.
# shellcheck disable=SC2086
awk '/^{/ { start = FNR } /^}/ && start { if (FNR - start - 1 > 80)
    print FILENAME ":" start " has a function of " FNR - start - 1 " lines"; start = 0 }
    FNR == 1 { start = 0 }' $host $tests $plugins >"$findings"
rule function-size "no function is longer than 80 lines"

in_code '^[^()]*struct [a-z_]+ \{' framework | sort | sed 's/^\([^ ]*\) .*\(struct [a-z_]*\) {.*/\1 \2/' |
    awk '$3 in first { print $1, "has a struct " $3 "; " first[$3] " has one, too" }
        { first[$3] = $1 }' >"$findings"
rule struct-names "two structs of the host have two names"

# What clang-format does not see to.
find framework plugins tests -name '*.h' ! -path 'tests/abi/*' | sort | xargs awk '
    length($0) > 92 { print FILENAME ":" FNR " has " length($0) " columns" }' >"$findings"
rule columns "no line of a header has more than 92 columns"

# An author of a layer reads this one in one go.
wc -l <framework/include/nnpipe/plugin.h | awk '$1 > 280 { print "it has " $1 }' >"$findings"
rule plugin-header "plugin.h has at most 280 lines"

# A choice within a choice, over several lines: the first mark of the outer one, and another,
# with no end of it between. What ends one: a comma, a bracket that closes, the end.
(cd "$bare" && find framework plugins -name '*.[ch]' | sort | xargs awk '
    FNR == 1 { depth = 0; open[0] = 0 }
    {
        gsub(/"([^"\\]|\\.)*"/, "")
        gsub(/'\''([^'\''\\]|\\.)*'\''/, "")
        n = length($0)
        for (i = 1; i <= n; i++) {
            c = substr($0, i, 1)
            if (c ~ /[([{]/) { open[depth + 1] = open[depth]; depth++ }
            else if (c ~ /[])}]/ && depth) depth--
            else if (c == ";" || c == ",") open[depth] = 0
            else if (c == "?") {
                if (open[depth] && open[depth] != FNR) print FILENAME ":" FNR " " $0
                if (!open[depth]) open[depth] = FNR
            }
        }
    }') >"$findings"
rule choices "no choice a ? b : c holds another one over several lines"

# What stands before a brace in column 1 is a function's head. A file NAME_MORE.c that belongs to
# NAME.h may say NAME_ as well. cmd_X is the command X; cli_X serves all commands.
# shellcheck disable=SC2086
(cd "$bare" && awk '
    FNR == 1 {
        head = ""; stem = FILENAME
        sub(".*/", "", stem); sub("\\.c$", "", stem)
    }
    /^[a-z]/ { head = head " " $0 }
    /^{/ && head ~ /\(/ && head !~ /^ static / {
        sub("\\(.*", "", head); sub(".*[ *]", "", head)
        if (head !~ /^(cmd_.*|cli_.*|main)$/ && index(head "_", stem "_") != 1)
            print FILENAME, stem, head
    }
    /^[{}]/ || /;$/ || !NF { head = "" }' $host) |
    while read -r file stem name; do
        family=$stem
        while [ "$family" != "${family%_*}" ]; do
            family=${family%_*}
            [ -f "${file%/*}/$family.h" ] && case $name in "${family}"_*) continue 2 ;; esac
        done
        echo "$file defines $name"
    done >"$findings"
rule function-names "a function that other files call is named after its file"

if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    # shellcheck disable=SC2086
    clang-format --dry-run $host $tests $plugins 2>&1 | 
        sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: .*/\1 is not formatted/p' | sort -u >"$findings"
rule format "clang-format agrees"
else
    n=$((n + 1))
    echo "ok $n - clang-format agrees # SKIP there is no clang-format 14"
fi
# Last, for every rule has written down by now what it no longer finds.
touch "$bare/mended"
cp "$bare/mended" "$findings"
rule mended "tests/lint_known names nothing that is mended"
echo "1..$n"
