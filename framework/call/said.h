/* SPDX-License-Identifier: MIT */
/* What a loader says of its data, kept as text, and a loader that says it again: whoever
 * asks a trained model about other rows needs no data of the training for that. */
#ifndef NNP_CALL_SAID_H
#define NNP_CALL_SAID_H
#include "base/strbuf.h"
#include "call/instance.h"

/* JSON: {"rows": {"count": 150, ...}, "streams": {"x": {"type": "f32", "shape": [4],
 * "columns": ["a", null, ...]}, "y": {...}}}, of a loader that was set up; the shapes are
 * those of a row. In the arena. */
const char *said_text(struct arena *a, const struct instance *loader);
/* A component that says the same as the loader `of` did, and has no rows: its forward
 * fails. Its self is *self. coding (or NULL) is what loader_coding answers; classes
 * (or NULL), {"y": ["ant", "bee"]}, what loader_class does. The texts have to stay. NULL:
 * they are damaged, which is told with `from`, where they come from. */
const struct component *said_loader(struct arena *a, const struct component *of,
                                    const char *text, const char *coding,
                                    const char *classes, const char *from, void **self,
                                    struct diag *d);
#endif
