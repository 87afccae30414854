#!/bin/sh
# SPDX-License-Identifier: MIT
# How often a 2-N-1 net learns XOR: Adam 0.05, 500 full-batch epochs, 1000 seeds. Expected within
# sampling error: tanh 2 units 47 %, 8 units 100 %, ReLU 2 units 16 %.
#   bench/xor_rates.sh [BUILD] [SEEDS]
cd "$(dirname "$0")/.." || exit 1
build=${1:-build} seeds=${2:-1000}
NNPIPE_PLUGIN_PATH=$build/plugins
export NNPIPE_PLUGIN_PATH
rate() {
    printf '%-6s %s units: ' "$1" "$2"
    "$build/nnpipe" run pipelines/xor_seeds.yaml --set vars.activation="$1" --set vars.hidden="$2" \
        --seeds "$seeds" --expect 'accuracy >= 1'
}
rate tanh 2
rate tanh 8
rate relu 2
