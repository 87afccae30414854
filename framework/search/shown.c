/* SPDX-License-Identifier: MIT */
/* nnp.run/1 of a search: it has words and files, and nothing that a trained model has. */
#include <config.h>
#include "search/shown.h"

#include <math.h>
#include <string.h>

#include <nnpipe/report.h>
#include "base/fsio.h"
#include "call/services.h"
#include "frames/once.h"
#include "report/page.h"
#include "search/past.h"
#include "view/parts.h"

struct shown_search {
    struct past        past; /* first: past_extension's */
    const struct item *item;
    struct kept_parts  parts; /* what the reports left, for the page */
};

static struct shown_search *shown_of(nnp_ctx *c)
{
    return services_of(c)->services->arg;
}

static int none(nnp_ctx *c)
{
    return services_fail(c, NNP_ENOTSUP,
                         "a search has no model to look at; this report is "
                         "for `report` of the file");
}

static int64_t rows(nnp_ctx *c, const char *split)
{
    (void)c, (void)split;
    return -1;
}

static int eval(nnp_ctx *c, const char *split, int64_t first, int64_t n,
                const char *input, const float *x)
{
    (void)split, (void)first, (void)n, (void)input, (void)x;
    return none(c);
}

static const nnp_tensor *tensor(nnp_ctx *c, const char *name)
{
    (void)c, (void)name;
    return NULL;
}

static const char *nth_text(nnp_ctx *c, const char *stream, int64_t i)
{
    (void)c, (void)stream, (void)i;
    return NULL;
}

static int curve(nnp_ctx *c, const char *metric, const double **epoch,
                 const double **value)
{
    (void)c, (void)metric, (void)epoch, (void)value;
    return 0;
}

static const char *metric(nnp_ctx *c, uint32_t i)
{
    (void)c, (void)i;
    return NULL;
}

static double final(nnp_ctx *c, const char *name)
{
    (void)c, (void)name;
    return (double)NAN;
}

static int print(nnp_ctx *c, const char *text)
{
    struct shown_search *w = shown_of(c);

    parts_say(&w->parts, w->item->name, text);
    return NNP_OK;
}

static int put(const struct search *s, const char *file, const void *bytes, size_t n)
{
    struct arena scrap = { 0 };
    const char  *folder = arena_printf(&scrap, "%s/report", s->folder);
    int          rc = fsio_folder(folder, s->loading->diag) ||
             fsio_replace(arena_printf(&scrap, "%s/%s", folder, file), bytes, n,
                          s->loading->diag);

    arena_close(&scrap);
    return rc ? -1 : 0;
}

static int write_file(nnp_ctx *c, const char *file, const void *bytes, size_t n)
{
    struct shown_search *w = shown_of(c);

    if (!file || strchr(file, '/') || file[0] == '.' || !*file)
        return services_fail(c, NNP_EINVAL,
                             "the name of a file is needed, without a folder");
    if (put(w->past.search, file, bytes, n))
        return services_fail(c, NNP_EIO, "the file could not be written");
    parts_add(&w->parts, w->item->name, file, bytes, n);
    return NNP_OK;
}

static int missed(nnp_ctx *c, const char *text)
{
    struct diag    *d = shown_of(c)->past.search->loading->diag;
    enum diag_class was = d->class;

    d->class = DIAG_MISSED;
    diag_error(d, NULL, "%s", text);
    d->class = was;
    return NNP_OK;
}

static const char *about(nnp_ctx *c, const char *what)
{
    const struct search *s = shown_of(c)->past.search;

    if (strcmp(what, "name") == 0)
        return s->name;
    return strcmp(what, "folder") == 0 ? s->folder : NULL;
}

static int higher(nnp_ctx *c, const char *name)
{
    const struct search_spec *s = shown_of(c)->past.search->spec;

    return strcmp(name, s->goal) == 0 && s->maximize;
}

static const char *of(nnp_ctx *c, const char *port, uint32_t i)
{
    (void)c, (void)port, (void)i;
    return NULL;
}

static int image(nnp_ctx *c, const char *file, uint32_t width, uint32_t height,
                 const uint8_t *rgba)
{
    (void)file, (void)width, (void)height, (void)rgba;
    return none(c);
}

static int gradient(nnp_ctx *c, const char *stream, int64_t n, const float *x,
                    const float *factors, float *dx, float *y)
{
    (void)stream, (void)n, (void)x, (void)factors, (void)dx, (void)y;
    return none(c);
}

static int shows(nnp_ctx *c, uint32_t what)
{
    (void)c, (void)what;
    return NNP_OK;
}

static const nnp_run offered = {
    .size = sizeof offered,
    .rows = rows,
    .eval = eval,
    .stream = tensor,
    .column = nth_text,
    .curve = curve,
    .metric = metric,
    .final = final,
    .print = print,
    .write = write_file,
    .missed = missed,
    .about = about,
    .higher = higher,
    .of = of,
    .weight = tensor,
    .image = image,
    .gradient = gradient,
    .shows = shows,
    .class_name = nth_text,
};

static const void *offer(void *arg, struct instance *i, const char *id)
{
    return strcmp(id, "nnp.run/1") == 0 ? &offered : past_extension(arg, i, id);
}

static int hear(void *arg, struct instance *i, const char *key, double value)
{
    (void)arg, (void)i, (void)key, (void)value; /* a search has no figures of its own */
    return NNP_OK;
}

static int make(struct search *s, struct shown_search *w)
{
    const struct listener l = { hear, w };
    struct services       sv = { .seed = &s->spec->seed, .extension = offer, .arg = w };
    const struct once     o = { w->item->type, w->item->self, w->item->name,
                                w->item->at,   &sv,           &l,
                                NULL };

    int                     rc = once_forward(&o, s->loading->diag);
    const struct kept_part *words = parts_said(&w->parts, w->item->name);
    if (!words)
        return rc;
    report_result(&s->talk, strbuf_text(&words->bytes));
    return put(s, words->file, words->bytes.text, words->bytes.n) || rc ? -1 : 0;
}

/* ---- the page ---- */

static int write_page(struct search *s, const struct shown_search *w)
{
    struct arena              *a = w->parts.arena;
    const struct search_trial *best = s->trial[s->best];
    struct page_part          *part = arena_array(a, w->parts.n + 1, sizeof *part);
    const struct page_fact     facts[] = {
            { "trials", arena_printf(a, "%lld", (long long)w->past.n) },
            { "best", arena_printf(a, "trial %lld, %s %.6g", (long long)best->number,
                                   s->spec->goal, best->value) },
            { "settings", space_list(&s->space, a, best->x) },
    };
    struct page p = { .name = s->name,
                      .facts = facts,
                      .n_facts = sizeof facts / sizeof *facts,
                      .parts = part,
                      .n_parts = w->parts.n,
                      .pipeline = s->source->text };

    for (size_t i = 0; i < w->parts.n; i++)
        part[i] = (struct page_part){ w->parts.v[i].report, w->parts.v[i].file,
                                      w->parts.v[i].bytes.text, w->parts.v[i].bytes.n };
    const char *folder = arena_printf(a, "%s/report", s->folder);
    return fsio_folder(folder, s->loading->diag) ||
                   page_write(&p, arena_printf(a, "%s/index.html", folder),
                              s->loading->diag)
               ? -1
               : 0;
}

int shown_make(struct search *s)
{
    struct arena        scrap = { 0 };
    struct shown_search w = { .parts = { .arena = &scrap } };
    int64_t             n = s->end >= 0 && s->end < s->n ? s->end : s->n;
    bool               *told = arena_array(&scrap, (size_t)n + 1, sizeof *told);
    int                 rc = 0;

    for (int64_t i = 0; i < n; i++)
        told[i] = s->trial[i]->told;
    past_open(&w.past, &scrap, s, n, told);
    for (size_t k = 0; k < s->spec->report.n; k++) {
        w.item = &s->spec->report.v[k];
        rc = make(s, &w) ? -1 : rc;
    }
    rc = write_page(s, &w) ? -1 : rc;
    parts_close(&w.parts);
    arena_close(&scrap);
    return rc;
}
