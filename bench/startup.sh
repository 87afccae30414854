#!/bin/sh
# SPDX-License-Identifier: MIT
# Wall time and peak memory of a start: --version, check, and the whole XOR run. Medians of 21 runs.
#   bench/startup.sh [BUILD]        BUILD: the build folder, default build
cd "$(dirname "$0")/.." || exit 1
build=$(cd "${1:-build}" && pwd) || exit 1
NNPIPE_PLUGIN_PATH=$build/plugins
export NNPIPE_PLUGIN_PATH
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 - "$build/nnpipe" "$PWD/pipelines/xor.yaml" "$work" <<'EOF'
import json, os, resource, statistics, subprocess, sys, time
nnpipe, xor, work = sys.argv[1:]
runs = 21
cases = [("--version", ["--version"]), ("check xor.yaml", ["check", xor]),
         ("xor.yaml, whole run", [xor, "-q", "--force", "-o", work + "/run"])]
print("| | wall, median (min to max) | peak memory |\n| --- | --- | --- |")
for name, args in cases:
    wall, peak = [], 0
    for _ in range(runs):
        begin = time.perf_counter()
        child = subprocess.Popen([nnpipe] + args, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall.append(1e3 * (time.perf_counter() - begin))
        peak = max(peak, usage.ru_maxrss)
        if status:
            sys.exit("nnpipe %s failed" % name)
    print("| `%s` | %.1f ms (%.1f to %.1f) | %.1f MiB |" %
          (name, statistics.median(wall), min(wall), max(wall), peak / 1024))
EOF
