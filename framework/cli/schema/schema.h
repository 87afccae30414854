/* SPDX-License-Identifier: MIT */
/* JSON Schema (draft 7) of pipeline files, for editors. */
#ifndef NNP_SCHEMA_SCHEMA_H
#define NNP_SCHEMA_SCHEMA_H
#include "base/json.h"
#include "language/grammar.h"
#include "plugin/registry.h"

/* The schema of what stands behind a plugin's name: nothing, its main parameter, or a map
 * of parameters, among which words of the place such as `of` may stand. */
void schema_plugin(struct json *j, struct arena *a, const struct component *t,
                   const struct place *place);
/* The schema of a word of the grammar, "from", "epochs"; one of type ANY may be
 * anything. */
void schema_word(struct json *j, const struct word *w, struct arena *a);
/* The same tables as a page for people. */
enum schema_style { SCHEMA_MARKDOWN, SCHEMA_TEXT, SCHEMA_MAN };
void schema_page(struct strbuf *out, struct arena *a, enum schema_style style);
/* {"$ref": "#/definitions/NAME"} */
void schema_ref(struct json *j, const char *name);
#endif
