/* SPDX-License-Identifier: MIT */
/* Check 1: words, defaults and ranges of the table, and that what is outside is refused.
 */
#include <config.h>
#include "conformance/check.h"

#include <math.h>
#include <string.h>

#include "plugin/range.h"

static size_t param_size(uint32_t type)
{
    switch (type & 255) {
    case NNP_BOOL:
    case NNP_ENUM: return 4;
    case NNP_INTS:
    case NNP_REALS:
    case NNP_STRS: return sizeof(nnp_list);
    default: return 8;
    }
}

static void check_overlap(struct check *k, const nnp_component *c, uint32_t i)
{
    const nnp_param *a = &c->params[i];

    for (uint32_t j = 0; j < i; j++) {
        const nnp_param *b = &c->params[j];
        if (a->offset < b->offset + param_size(b->type) &&
            b->offset < a->offset + param_size(a->type))
            check_fail(k, "parameters `%s` and `%s` share memory of self", b->name,
                       a->name);
    }
}

/* Is this text refused for this parameter? */
static void expect_refusal(struct check *k, const nnp_param *p, const char *text)
{
    const struct conformance *c = k->c;
    struct arena              a = { 0 };
    struct diag               d;
    void                     *self = arena_alloc(&a, c->type->desc->self_size + 1);

    diag_init(&d, &a);
    if (c->configure(c->arg, &a, c->type, p->name, text, self, &d) == 0)
        check_fail(k, "parameter `%s` takes %s, outside its range %s", p->name, text,
                   p->range);
    arena_close(&a);
}

static void check_range(struct check *k, const nnp_param *p)
{
    struct range r;
    bool         list = (p->type & 255) == NNP_INTS || (p->type & 255) == NNP_REALS;
    bool         whole = (p->type & 255) == NNP_INT || (p->type & 255) == NNP_INTS;

    if (!p->range || range_parse(&k->arena, p->range, &r))
        return;
    if (r.words) {
        expect_refusal(k, p, "no_such_word_of_it");
        return;
    }
    for (int side = 0; side < 2; side++) {
        double edge = side ? r.high : r.low;
        bool   open = side ? r.high_open : r.low_open;
        double out = open ? edge : edge + (side ? 1 : -1);
        if (!isfinite(edge) || (whole && fabs(out) > 9e15))
            continue;
        expect_refusal(k, p, arena_printf(&k->arena, list ? "[%.17g]" : "%.17g", out));
    }
}

static void check_words(struct check *k, const nnp_component *c)
{
    if (!c->doc || !*c->doc)
        check_fail(k, "the component has no doc: its first line is what lists show");
    for (uint32_t i = 0; i < c->n_params; i++)
        if (!c->params[i].doc || !*c->params[i].doc)
            check_fail(k, "parameter `%s` has no doc", c->params[i].name);
    if (!k->c->type->version || !*k->c->type->version)
        check_fail(k, "the plugin has no version");
    if (!k->c->type->license || !*k->c->type->license)
        check_fail(k, "the plugin has no license");
}

void check_descriptor(struct check *k)
{
    const struct conformance *c = k->c;
    const nnp_component      *d = c->type->desc;
    struct diag               diag;
    void                     *self = arena_alloc(&k->arena, d->self_size + 1);

    check_at(k, "the defaults");
    check_words(k, d);
    diag_init(&diag, &k->arena);
    if (c->configure(c->arg, &k->arena, c->type, NULL, NULL, self, &diag))
        check_fail(k, "its defaults are refused: %s",
                   diag.n ? diag.entries[0].text : "no reason");
    check_at(k, "values out of range");
    for (uint32_t i = 0; i < d->n_params; i++) {
        check_overlap(k, d, i);
        check_range(k, &d->params[i]);
    }
    if (d->n_params)
        check_note(k, "%u parameter%s", d->n_params, d->n_params == 1 ? "" : "s");
}
