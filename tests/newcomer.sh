#!/bin/sh
# SPDX-License-Identifier: MIT
# The first hour of a user who has just got the repository: she clones it, runs ./quickstart,
# installs into a prefix of her own, writes a plugin and a pipeline for a table of hers, and moves
# all of it. As an ordinary user made for this, under umask 002, 022 and 077; the tree is built once
# and copied for the others with the modes that their umask gives. Part of .ci/run, not of `make
# check`: it needs root for useradd, and a minute. One TAP line a step.
cd "$(dirname "$0")/.." || exit 99
source=$(pwd)
if [ "$(id -u)" != 0 ] || ! command -v useradd >/dev/null || ! command -v git >/dev/null; then
    echo "1..0 # SKIP only root can make a user, with useradd; git is needed, too"
    exit 0
fi
work=$(mktemp -d) || exit 99
user=nnp$$
trap 'userdel "$user" 2>/dev/null; groupdel "$user" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
umask 022
chmod 755 "$work"
useradd -U -m -d "$work/home" -s /bin/sh "$user" || exit 99
git clone -q --bare "$source" "$work/nnpipe.git" 2>"$work/log" || { cat "$work/log"; exit 99; }
chown -R "$user" "$work/nnpipe.git" || exit 99
n=0

# her UMASK COMMAND: as she would type it, in her home.
her() {
    # shellcheck disable=SC2016 # for the inner shell
    env -i HOME="$work/home" USER="$user" CC="${CC:-cc}" PATH=/usr/local/bin:/usr/bin:/bin \
        PKG_CONFIG_PATH="$work/home/local/lib/pkgconfig" NNPIPE_CONFIGURE="--prefix=$work/home/local CFLAGS=-O0" \
        setpriv --reuid="$user" --regid="$user" --init-groups \
        sh -c 'umask "$1"; cd "$HOME" && PATH=$HOME/local/bin:$PATH && eval "$2"' sh "$1" "$2"
}

# ok NAME COMMAND...
ok() {
    n=$((n + 1))
    name=$1
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        tail -n 20 "$work/log" | sed 's/^/# /'
        failed=1
    fi
}

first_hour() { # UMASK
    u=$1
    ok "umask $u: quickstart builds and runs XOR" her "$u" 'nnpipe/quickstart >said 2>&1; code=$?; cat said
        grep -q "^train.accuracy .*met" said && exit $code'
    ok "umask $u: make install" her "$u" 'make -s -C nnpipe/build install'
    ok "umask $u: no folder that others may write" her "$u" 'test -d local -a -z "$(find local -type d ! -perm 755)"'
    ok "umask $u: every plugin is trusted" her "$u" 'nnpipe plugin list >list && ! grep skipped list'
    ok "umask $u: a file to begin with" her "$u" 'nnpipe init && nnpipe xor.yaml -q'
    ok "umask $u: an installed pipeline" her "$u" 'nnpipe local/share/nnpipe/pipelines/points_csv.yaml -q'
    ok "umask $u: manual pages" her "$u" 'test -s local/share/man/man1/nnpipe-run.1 -a -s local/share/man/man5/nnpipe-pipeline.5'
    ok "umask $u: a plugin, and its test" her "$u" 'nnpipe plugin new layer acme.mine && make -s -C mine test'
    ok "umask $u: named on the command line" her "$u" 'cd mine && nnpipe mine.yaml --plugin ./mine.so -q'
    ok "umask $u: installed" her "$u" 'make -s -C mine install && test -e .local/share/nnpipe/plugins/1/mine.so'
    ok "umask $u: found there" her "$u" 'cd mine && nnpipe mine.yaml -q'
    ok "umask $u: a table of her own" her "$u" 'cp nnpipe/datasets/toy/points.csv my.csv && nnpipe init csv my.csv && nnpipe my.yaml -q'
    ok "umask $u: a prefix that was moved" her "$u" 'mv local moved && PATH=$HOME/moved/bin:$PATH && nnpipe my.yaml -q &&
        nnpipe moved/share/nnpipe/pipelines/points_csv.yaml -q && nnpipe help | grep -q "$HOME/moved/share/nnpipe"'
    ok "umask $u: a run that was moved" her "$u" 'mv moved local && mkdir away && mv runs/my/001 away/run && nnpipe eval away/run &&
        echo 26.2,0.99 | nnpipe predict away/run -'
    ok "umask $u: make uninstall" her "$u" 'make -s -C nnpipe/build uninstall && test -z "$(find local -type f)" &&
        test ! -e local/share/nnpipe -a ! -e local/lib/nnpipe -a ! -e local/include/nnpipe -a ! -e local/share/doc/nnpipe'
}

failed=0
ok "clone" her 002 'git clone -q ../nnpipe.git nnpipe'
[ $failed = 0 ] || { echo "1..$n"; exit 1; }
first_hour 002
for u in 022 077; do
    ok "umask $u: the tree as it would lie there" her "$u" 'find . -mindepth 1 -maxdepth 1 ! -name nnpipe -exec rm -rf {} +
        mv nnpipe before && cp -r --preserve=timestamps before nnpipe && rm -rf before'
    first_hour "$u"
done
echo "1..$n"
exit $failed
