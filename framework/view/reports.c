/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/reports.h"

#include <string.h>

#include "frames/once.h"
#include "view/offer.h"

/* A figure of the report's own, ITEM.KEY; reports of stages behind this one may ask for
 * it. */
static int hear(void *arg, struct instance *i, const char *key, double value)
{
    const struct view *v = arg;
    const char *name = arena_printf(v->trainer->session->arena, "%s.%s", i->name, key);

    figures_add(&v->trainer->finals, name, value);
    if (v->own)
        results_add_figure(v->results, v->own, name, value);
    return NNP_OK;
}

static const void *offer(void *arg, struct instance *i, const char *id)
{
    const struct view *v = arg;

    (void)i;
    if (strcmp(id, "nnp.results/1") == 0)
        return v->results ? &offer_results : NULL;
    return strcmp(id, "nnp.run/1") == 0 ? &offer_run : NULL;
}

/* Writes its words; what is about all trainings of the file is shown with them. */
static int put_away(const struct view *v, size_t first, struct diag *d)
{
    const struct kept_part *words = parts_said(&v->parts, v->item->name);
    bool                    with_all = v->shows & NNP_SHOWS_TRAININGS && v->own;

    for (size_t i = first; with_all && i < v->parts.n; i++)
        results_add_shown(v->results, v->own, v->parts.v[i].report, v->parts.v[i].file);
    return words && v->trainer->folder
               ? view_write(v, words->file, words->bytes.text, words->bytes.n, d)
               : 0;
}

static int make(struct view *v, const struct item *item, struct services *sv,
                struct diag *d)
{
    size_t                first = v->parts.n;
    const struct listener l = { hear, v };
    const struct once o = { item->type, item->self, item->name, item->at, sv, &l, NULL };

    v->item = item;
    v->shows = 0;
    int rc = once_forward(&o, d);
    return put_away(v, first, d) || rc ? -1 : 0;
}

int reports_make(struct view *v, struct diag *d)
{
    const struct items *reports = &v->trainer->session->spec->report;
    struct services     sv = v->trainer->session->services;
    int                 rc = 0;

    sv.arg = v;
    sv.extension = offer;
    for (size_t k = 0; k < reports->n; k++)
        if (make(v, &reports->v[k], &sv, d))
            rc = -1;
    return rc;
}
