/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/schema/schema.h"

#include <math.h>
#include <string.h>

#include "plugin/range.h"
#include "language/grammar.h"
#include "language/params.h"

static uint32_t base_type(uint32_t type)
{
    return type & 255;
}

/* Type of one element. */
static uint32_t element(uint32_t type)
{
    switch (base_type(type)) {
    case NNP_INTS: return NNP_INT;
    case NNP_REALS: return NNP_REAL;
    case NNP_STRS: return NNP_STR;
    default: return base_type(type);
    }
}

static bool is_list(const nnp_param *p)
{
    return element(p->type) != base_type(p->type);
}

void schema_ref(struct json *j, const char *name)
{
    struct strbuf s = { 0 };

    strbuf_printf(&s, "#/definitions/%s", name);
    json_open(j, '{');
    json_key(j, "$ref");
    json_text(j, strbuf_text(&s));
    json_close(j);
    strbuf_close(&s);
}

static void bound(struct json *j, const char *side, int open, double v)
{
    struct strbuf key = { 0 };

    if (isinf(v))
        return;
    strbuf_printf(&key, open ? "exclusiveM%simum" : "m%simum", side);
    json_key(j, strbuf_text(&key));
    json_number(j, v);
    strbuf_close(&key);
}

/* `true` as a word of an enum is a boolean to a YAML reader. */
static void word_list(struct json *j, const char *const *words)
{
    bool   truth;
    double number;

    json_key(j, "enum");
    json_open(j, '[');
    for (; *words; words++) {
        json_text(j, *words);
        if (range_read_bool(*words, &truth) == 0)
            json_bool(j, truth);
        else if (range_read_real(*words, &number) == 0)
            json_number(j, number);
    }
    json_close(j);
}

static void element_schema(struct json *j, const nnp_param *p, const struct range *r)
{
    uint32_t type = element(p->type);

    if (p->type & NNP_FOLLOWED_BY) {
        schema_ref(j, "layer_name");
        return;
    }
    json_open(j, '{');
    if (r->words) {
        word_list(j, r->words);
    } else if (type == NNP_INT || type == NNP_REAL) {
        json_key(j, "type");
        json_text(j, type == NNP_INT ? "integer" : "number");
        bound(j, "in", r->low_open, r->low);
        bound(j, "ax", r->high_open, r->high);
    } else if (type == NNP_BOOL) {
        json_key(j, "type");
        json_text(j, "boolean");
    } else if (type == NNP_STR ||
               type == NNP_PATH) { /* 7 is a text where one is needed */
        json_key(j, "type");
        json_raw(j, "[\"string\",\"number\",\"boolean\"]");
    }
    json_close(j);
}

static void default_element(struct json *j, uint32_t type, const char *text)
{
    double number;
    bool   truth;

    if (type == NNP_BOOL && range_read_bool(text, &truth) == 0)
        json_bool(j, truth);
    else if ((type == NNP_INT || type == NNP_REAL) &&
             range_read_real(text, &number) == 0 && isfinite(number))
        json_number(j, number);
    else
        json_text(j, text);
}

static void default_value(struct json *j, struct arena *a, const nnp_param *p)
{
    size_t             n = 0;
    const char *const *list;

    if (!p->def || !*p->def || base_type(p->type) == NNP_TREE)
        return;
    json_key(j, "default");
    if (!is_list(p)) {
        default_element(j, element(p->type), p->def);
        return;
    }
    list = range_read_list(a, p->def, &n);
    json_open(j, '[');
    for (size_t i = 0; list && i < n; i++)
        default_element(j, element(p->type), list[i]);
    json_close(j);
}

/* A value may always be a variable, $name or $(expression). */
static void param_schema(struct json *j, struct arena *a, const nnp_param *p,
                         const char *description)
{
    struct range r = { .low = -INFINITY, .high = INFINITY };

    if (p->range)
        range_parse(a, p->range, &r);
    json_open(j, '{');
    json_key(j, "description");
    json_text(j, description);
    default_value(j, a, p);
    if (base_type(p->type) != NNP_TREE) {
        json_key(j, "anyOf");
        json_open(j, '[');
        element_schema(j, p, &r);
        if (is_list(p)) {
            json_open(j, '{');
            json_key(j, "type");
            json_text(j, "array");
            json_key(j, "items");
            json_open(j, '{');
            json_key(j, "anyOf");
            json_open(j, '[');
            element_schema(j, p, &r);
            schema_ref(j, "variable");
            json_close(j);
            json_close(j);
            json_close(j);
        }
        schema_ref(j, "variable");
        json_close(j);
    }
    json_close(j);
}

static const char *describe(struct arena *a, const nnp_param *p)
{
    return arena_printf(a, "%s%s%s%s%s%s", p->doc, p->unit ? ", in " : "",
                        p->unit ? p->unit : "", p->range ? "; " : "",
                        p->range ? p->range : "", p->def ? "" : "; required");
}

static void map_schema(struct json *j, struct arena *a, const nnp_component *c,
                       const struct place *place)
{
    size_t required = 0;

    json_open(j, '{');
    json_key(j, "type");
    json_text(j, "object");
    json_key(j, "properties");
    json_open(j, '{');
    for (uint32_t i = 0; i < c->n_params; i++) {
        json_key(j, c->params[i].name);
        param_schema(j, a, &c->params[i], describe(a, &c->params[i]));
        required += !c->params[i].def;
    }
    for (const char *const *port = place->ports; *port; port++)
        if (!params_find(c, *port)) {
            json_key(j, *port);
            schema_word(j, grammar_find(place->keys, *port), a);
        }
    json_close(j);
    if (required) {
        json_key(j, "required");
        json_open(j, '[');
        for (uint32_t i = 0; i < c->n_params; i++)
            if (!c->params[i].def)
                json_text(j, c->params[i].name);
        json_close(j);
    }
    json_key(j, "additionalProperties");
    json_bool(j, false);
    json_close(j);
}

static bool has_required(const nnp_component *c)
{
    for (uint32_t i = 0; i < c->n_params; i++)
        if (!c->params[i].def)
            return true;
    return false;
}

void schema_plugin(struct json *j, struct arena *a, const struct component *t,
                   const struct place *place)
{
    const nnp_component *c = t->desc;
    const nnp_param     *main = params_main(c);

    json_open(j, '{');
    json_key(j, "description");
    json_text(j, c->doc);
    json_key(j, "anyOf");
    json_open(j, '[');
    if (!has_required(c))
        json_raw(j, "{\"type\":\"null\"}");
    map_schema(j, a, c, place);
    if (main)
        param_schema(j, a, main,
                     arena_printf(a, "%s: %s", main->name, describe(a, main)));
    json_close(j);
    json_close(j);
}
