/* SPDX-License-Identifier: MIT */
/* Writes JSON piece by piece; commas, brackets and indentation come by themselves. All JSON
 * of the host is written here. The text may begin with what a buffer of the caller holds;
 * the caller takes it back after the last bracket: `struct json j = { .text = *out };`, and
 * then `*out = j.text;`. All zero: an empty text, freed by strbuf_close. */
#ifndef NNP_BASE_JSON_H
#define NNP_BASE_JSON_H
#include <stdbool.h>
#include <stdint.h>
#include "base/strbuf.h"

struct json {
    struct strbuf text;
    struct strbuf open;   /* the brackets that will close, the innermost last */
    bool          lines;  /* a line for each member of the outer levels */
    bool          blanks; /* behind each comma and colon */
    bool          after_key;
};

void json_key(struct json *j, const char *key);
void json_open(struct json *j, char bracket); /* '{' or '[' */
void json_close(struct json *j);              /* once for each json_open */
void json_text(struct json *j, const char *text); /* any bytes; NULL: null */
void json_number(struct json *j, double v);       /* as strbuf_number does */
void json_digits(struct json *j, double v, int digits); /* as strbuf_digits does */
void json_whole(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_raw(struct json *j, const char *json); /* a whole value */
#endif
