#!/bin/sh
# SPDX-License-Identifier: MIT
# Wall time and peak memory of a start: --version, check, and the whole XOR run. Medians of 21 runs.
# Needs python3 and time(1), Debian package time.
#   bench/startup.sh [BUILD]        BUILD: the build folder, default build
cd "$(dirname "$0")/.." || exit 1
build=$(cd "${1:-build}" && pwd) || exit 1
NNPIPE_PLUGIN_PATH=$build/plugins
export NNPIPE_PLUGIN_PATH
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 - "$build/nnpipe" "$PWD/pipelines/xor.yaml" "$work" <<'EOF'
import statistics, subprocess, sys, time
nnpipe, xor, work = sys.argv[1:]
runs = 21
cases = [("--version", ["--version"]), ("check xor.yaml", ["check", xor]),
         ("xor.yaml, whole run", [xor, "-q", "--force", "-o", work + "/run"])]
print("| | wall, median (min to max) | peak memory |\n| --- | --- | --- |")
for name, args in cases:
    wall = []
    for _ in range(runs):
        begin = time.perf_counter()
        if subprocess.run([nnpipe] + args, stdout=subprocess.DEVNULL).returncode:
            sys.exit("nnpipe %s failed" % name)
        wall.append(1e3 * (time.perf_counter() - begin))
    # getrusage would remember this Python from before exec; time(1) starts small.
    peak = int(subprocess.run(["time", "-f", "%M", nnpipe] + args, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True).stderr.split()[-1])
    print("| `%s` | %.1f ms (%.1f to %.1f) | %.1f MiB |" %
          (name, statistics.median(wall), min(wall), max(wall), peak / 1024))
EOF
