/* SPDX-License-Identifier: MIT */
/* Any lines as arguments of --set, on a file that has every kind of list and map that a
 * path can go through. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

enum { ARGUMENTS = 8 };

static const char file[] =
    "nnpipe: 1\nname: net\nvars: {h: 4, list: [1, 2]}\nx-note: {a: {b: 1}}\n"
    "data:\n"
    "  source: {toy: {kind: spiral, n: 40, noise: 0.1}}\n"
    "  split: {train: 0..29, val: 30..39}\n"
    "  map: [standardize, {noise.gauss: {std: 0.1}, when: train}]\n"
    "blocks:\n"
    "  body: {in: [v], args: {n: 3}, layers: [{dense: $n}, tanh]}\n"
    "model:\n"
    "  - {dense: $h, as: first}\n"
    "  - tanh\n"
    "  - {dense: 3, repeat: 2}\n"
    "  - {body: {n: 5}, as: b}\n"
    "  - dropout: 0.2\n"
    "  - {dense: {units: 2, init: zeros}, as: out}\n"
    "loss: [xent, {l2: {of: weights}, weight: 0.1}]\n"
    "optim:\n"
    "  adam: {lr: 0.01}\n"
    "  clip: 1\n"
    "  schedule: [{cosine: {warmup: 2}}, {linear: {to: 0}, of: model.dropout.p}]\n"
    "  groups: [{of: biases, lr: 2}]\n"
    "train: {epochs: 2, batch: 8, stop: {patience: 3}, keep: {best: val.loss}}\n"
    "metrics: [accuracy]\n"
    "report: [curves]\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    const char  *set[ARGUMENTS + 1] = { NULL };
    char        *text = arena_strndup(&a, (const char *)data, size);

    for (int i = 0; i < ARGUMENTS && *text; i++) {
        size_t n = strcspn(text, "\n");

        set[i] = text;
        text += n + (text[n] != 0);
        text[-(text[-1] == '\n')] = 0;
    }
    if (!fuzz_foreign(data, size))
        fuzz_resolve(file, sizeof file - 1, set);
    arena_close(&a);
    return 0;
}
