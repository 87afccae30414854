/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/json.h"

#include <assert.h>

enum { LINES_DEPTH = 4 }; /* deeper levels stay on their line */

static void new_line(struct json *j)
{
    if (j->lines && j->depth <= LINES_DEPTH)
        strbuf_printf(&j->text, "\n%*s", j->depth, "");
}

static void before_value(struct json *j)
{
    if (j->depth && !j->after_key) {
        if (j->started[j->depth - 1])
            strbuf_puts(&j->text, ",");
        j->started[j->depth - 1] = true;
        new_line(j);
    }
    j->after_key = false;
}

void json_key(struct json *j, const char *key)
{
    before_value(j);
    strbuf_json(&j->text, key);
    strbuf_puts(&j->text, ":");
    j->after_key = true;
}

void json_open(struct json *j, char bracket)
{
    before_value(j);
    assert(j->depth < JSON_DEPTH);
    strbuf_printf(&j->text, "%c", bracket);
    j->closing[j->depth] = bracket == '{' ? '}' : ']';
    j->started[j->depth++] = false;
}

void json_close(struct json *j)
{
    bool full = j->started[--j->depth];

    if (full && j->depth < LINES_DEPTH)
        new_line(j);
    strbuf_printf(&j->text, "%c", j->closing[j->depth]);
}

void json_text(struct json *j, const char *text)
{
    before_value(j);
    strbuf_json(&j->text, text);
}

void json_number(struct json *j, double v)
{
    before_value(j);
    strbuf_number(&j->text, v);
}

void json_bool(struct json *j, bool v)
{
    json_raw(j, v ? "true" : "false");
}

void json_raw(struct json *j, const char *json)
{
    before_value(j);
    strbuf_puts(&j->text, json);
}
