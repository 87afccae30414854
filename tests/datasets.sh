#!/bin/sh
# SPDX-License-Identifier: MIT
# fetch.sh against a server of our own: what is right is taken, what is damaged or missing is
# refused and leaves nothing behind.
: "${srcdir:=.}"
src=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 99

if ! command -v python3 >/dev/null || ! { command -v curl || command -v wget; } >/dev/null; then
    echo "1..0 # SKIP python3 and curl or wget are needed for a server to fetch from"
    exit 0
fi

n=0
result() { # CODE NAME
    n=$((n + 1))
    if [ "$1" = 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        sed 's/^/# /' log | tail -n 15
    fi
}

# A data set of two files, and a mirror that holds them.
mkdir mirror bad got
echo "one small file" >one
echo "another" >two
for f in one two; do
    gzip -c $f >mirror/$f.gz
    sha256sum $f
done >sums
gzip -c one >bad/one.gz
echo "something else" | gzip -c >bad/two.gz
python3 -u -c '
import functools, http.server
h = functools.partial(http.server.SimpleHTTPRequestHandler, directory=".")
s = http.server.HTTPServer(("127.0.0.1", 0), h)
print(s.server_address[1])
s.serve_forever()' >port 2>server.log &
server=$!
i=0
while [ ! -s port ] && [ $i -lt 100 ]; do
    sleep 0.1
    i=$((i + 1))
done
url=http://127.0.0.1:$(cat port)
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export SUMS="$work/sums"

fetch() { # MIRROR: its exit code in $code
    MIRROR=$1 "$src/datasets/mnist/fetch.sh" "$work/got" >log 2>&1
    code=$?
}

fetch "$url/bad"
[ $code = 1 ] && [ -e got/one.gz ] && [ "$(ls got)" = one.gz ]
result $? "a damaged file is refused and leaves nothing behind"
grep -q 'two.gz from .* is damaged' log && grep -q '1 files are missing' log
result $? "and named"

fetch "$url/mirror/"
[ $code = 0 ] && cmp -s got/two.gz mirror/two.gz
result $? "a good file is taken"
grep -q 'one.gz is there' log && grep -q 'two.gz fetched' log
result $? "what is there already is not fetched again"

head -c 20 mirror/one.gz >got/one.gz
fetch "$url/bad $url/mirror"
[ $code = 0 ] && cmp -s got/one.gz mirror/one.gz
result $? "a damaged file on the disk is replaced"

rm -f got/two.gz
fetch "$url/bad $url/mirror"
[ $code = 0 ] && cmp -s got/two.gz mirror/two.gz
result $? "the next mirror is asked when the first is damaged"

rm -f got/*
fetch "$url/nowhere"
[ $code = 1 ] && [ -z "$(ls got)" ] && grep -q 'no one.gz from' log
result $? "files that are not there are said to be missing"

# CIFAR-10 is one archive of six files.
mkdir cifar-10-batches-bin
for f in data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5 test_batch; do
    echo $f >cifar-10-batches-bin/$f.bin
done
tar -czf mirror/cifar.tar.gz cifar-10-batches-bin
echo "not an archive" >bad/cifar.tar.gz
echo "$(sha256sum <mirror/cifar.tar.gz | cut -d ' ' -f 1)  cifar.tar.gz" >archive

fetch_cifar() { # MIRROR: its exit code in $code
    MIRROR=$1 SUMS=$work/archive "$src/datasets/cifar10/fetch.sh" "$work/cifar" >log 2>&1
    code=$?
}

fetch_cifar "$url/bad $url/nowhere"
[ $code = 1 ] && [ -z "$(ls cifar)" ] && grep -q 'cifar.tar.gz from .* is damaged' log
result $? "a damaged archive is refused and leaves nothing behind"
fetch_cifar "$url/bad $url/mirror"
[ $code = 0 ] && [ "$(ls cifar | wc -l)" = 6 ] && [ "$(cat cifar/test_batch.bin)" = test_batch ]
result $? "an archive is taken from the next mirror and unpacked"
fetch_cifar "$url/nowhere"
[ $code = 0 ] && grep -q 'all files are there' log
result $? "files that are there are not fetched again"

kill "$server"
wait "$server" 2>/dev/null
server=
fetch "$url/mirror"
[ $code = 1 ] && [ -z "$(ls got)" ] && grep -q '2 files are missing' log
result $? "a server that is not there is said to be missing"

for set in mnist fashion-mnist; do
    [ "$(grep -cE '^[0-9a-f]{64}  (train|t10k)-(images-idx3|labels-idx1)-ubyte$' \
        "$src/datasets/$set/sha256sums")" = 4 ]
    result $? "$set has four sums"
    if [ -e "${NNPIPE_DATA-/nowhere}/$set/t10k-labels-idx1-ubyte.gz" ]; then
        SUMS=$src/datasets/$set/sha256sums
        code=0
        while read -r sum f; do
            [ "$(gzip -dc "$NNPIPE_DATA/$set/$f.gz" | sha256sum | cut -d ' ' -f 1)" = "$sum" ] || code=1
        done <"$SUMS"
        result $code "the sums are those of $set"
    else
        n=$((n + 1))
        echo "ok $n - the sums of $set # SKIP NNPIPE_DATA does not hold it"
    fi
done
echo "1..$n"
