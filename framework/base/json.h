/* SPDX-License-Identifier: MIT */
/* Writes JSON piece by piece; commas, brackets and indentation come by themselves. */
#ifndef NNP_BASE_JSON_H
#define NNP_BASE_JSON_H
#include <stdbool.h>
#include "base/strbuf.h"

enum { JSON_DEPTH = 32 };
struct json {
    struct strbuf text;
    bool          lines; /* a line for each member of the outer levels */
    int           depth;
    char          closing[JSON_DEPTH];
    bool          started[JSON_DEPTH], after_key;
};

void json_key(struct json *j, const char *key);
void json_open(struct json *j, char bracket); /* '{' or '[' */
void json_close(struct json *j);
void json_text(struct json *j, const char *text); /* NULL: null */
void json_number(struct json *j, double v);
void json_bool(struct json *j, bool v);
void json_raw(struct json *j, const char *json); /* a whole value */
#endif
