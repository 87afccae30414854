/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/schema/schema.h"

#include <string.h>

#define REF(name) "{\"$ref\":\"#/definitions/" name "\"}"

#define ROWS                                                                             \
    "{\"pattern\":\"^(all|official|\\\\$.*|[0-9.]+%|[0-9.]+%?[.][.][0-9.]+%?)$\","       \
    "\"type\":\"string\"}"
#define ROW_LIST                                                                         \
    "{\"type\":\"array\",\"items\":{\"anyOf\":[" ROWS ",{\"type\":\"integer\","          \
    "\"minimum\":0}]}}"

/* What an editor may accept as a value, by type: members of an object. INT, REAL and
 * ONE_OF are completed by the word's own limits. */
static const char *const fragments[N_WORD_TYPES] = {
    [WORD_VERSION] = "\"const\":1",
    [WORD_BOOL] = "\"anyOf\":[{\"type\":\"boolean\"}," REF("variable") "]",
    [WORD_TEXT] = "\"type\":\"string\"",
    [WORD_TEXTS] = "\"type\":[\"string\",\"array\"],\"items\":{\"type\":\"string\"}",
    [WORD_CONDITION] = "\"type\":[\"string\",\"number\",\"boolean\"]",
    [WORD_ROWS] = "\"anyOf\":[" ROWS "," ROW_LIST "]",
    [WORD_TEST_ROWS] = "\"anyOf\":[" ROWS "," ROW_LIST "," REF("source") "]",
    [WORD_STREAM] = "\"type\":[\"string\",\"boolean\"]",
    [WORD_INPUTS] = "\"type\":[\"string\",\"array\",\"object\"]",
    [WORD_MAP] = "\"type\":\"object\"",
    [WORD_TEXT_MAP] =
        "\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}",
    [WORD_INIT] = "\"anyOf\":[" REF("init") ",{\"type\":\"object\","
                                            "\"additionalProperties\":" REF("init") "}]",
};

/* A number from a limit on, or a variable. */
static void number_schema(struct json *j, const struct word *w)
{
    json_key(j, "anyOf");
    json_open(j, '[');
    json_open(j, '{');
    json_key(j, "type");
    json_text(j, w->type == WORD_INT ? "integer" : "number");
    if (w->least > -1e300) {
        json_key(j, "minimum");
        json_number(j, w->least);
    }
    json_close(j);
    json_raw(j, REF("variable"));
    json_close(j);
}

static void choice_schema(struct json *j, const struct word *w, struct arena *a)
{
    const char *choice;

    json_key(j, "enum");
    json_open(j, '[');
    for (int i = 0; (choice = grammar_choice(w, i, a)); i++)
        json_text(j, choice);
    json_close(j);
}

/* The default as JSON has it: numbers and truth values stand bare. */
static void default_value(struct json *j, const struct word *w)
{
    json_key(j, "default");
    if (w->type == WORD_ONE_OF)
        json_text(j, w->def);
    else
        json_raw(j, w->def);
}

void schema_word(struct json *j, const struct word *w, struct arena *a)
{
    json_open(j, '{');
    json_key(j, "description");
    json_text(j, w->says);
    if (w->type == WORD_INT || w->type == WORD_REAL)
        number_schema(j, w);
    else if (w->type == WORD_ONE_OF)
        choice_schema(j, w, a);
    else if (fragments[w->type])
        json_raw(j, fragments[w->type]); /* members, behind the description */
    if (w->def)
        default_value(j, w);
    json_close(j);
}
