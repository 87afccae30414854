/* SPDX-License-Identifier: MIT */
/* JSON Schema (draft 7) of pipeline files, for editors. */
#ifndef NNP_SCHEMA_SCHEMA_H
#define NNP_SCHEMA_SCHEMA_H
#include "base/json.h"
#include "plugin/registry.h"

/* The schema of what stands behind a plugin's name: nothing, its main parameter, or a map
 * of parameters. ports: words such as `of` that may stand among them. */
void schema_plugin(struct json *j, struct arena *a, const struct component *t,
                   const char *const *ports);
/* The schema of a word of the grammar, "from", "epochs"; words without one may be
 * anything. */
void schema_word(struct json *j, const char *word);
/* {"$ref": "#/definitions/NAME"} */
void schema_ref(struct json *j, const char *name);
#endif
