/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "view/results.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "report/page.h"
#include "pipeline/spec.h"

static bool has_several_seeds(const struct results *r, const char *stage)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++)
        n += strcmp(r->v[i].stage, stage) == 0;
    return n > 1;
}

/* "tune", "tune, seed 3", "seed 3" */
static const char *name_of(struct arena *a, const struct results *r,
                           const struct result *one)
{
    const char *comma = *one->stage ? ", " : "";

    if (*one->stage && !has_several_seeds(r, one->stage))
        return one->stage;
    return arena_printf(a, "%s%sseed %" PRIu64, one->stage, comma, one->seed);
}

/* As seen from the page of the whole run; NULL: it has none of its own. */
static const char *page_of(struct arena *a, const struct result *one, const char *run)
{
    const char *page = arena_printf(a, "%s/report/index.html", one->folder);

    return fsio_exists(page) ? arena_printf(a, "../%s", page + strlen(run) + 1) : NULL;
}

static struct page_training *trainings_of(struct arena *a, const struct results *r,
                                          const char *run)
{
    struct page_training *v = arena_array(a, r->n + 1, sizeof *v);

    for (size_t i = 0; i < r->n; i++)
        v[i] = (struct page_training){ .name = name_of(a, r, &r->v[i]),
                                       .page = page_of(a, &r->v[i], run),
                                       .figures = r->v[i].kept.v,
                                       .n_figures = r->v[i].kept.n };
    return v;
}

/* "val.loss is 0.3, 0 was expected (pre1, seed 5)" */
static const char **missed_by(struct arena *a, const struct results *r, size_t *n)
{
    size_t       most = 0;
    const char **v;

    for (size_t i = 0; i < r->n; i++)
        most += r->v[i].n_missed;
    v = arena_array(a, most + 1, sizeof *v);
    *n = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < r->v[i].n_missed; k++)
            v[(*n)++] =
                arena_printf(a, "%s (%s)", r->v[i].missed[k], name_of(a, r, &r->v[i]));
    return v;
}

/* ---- what reports say about all of them ---- */

struct parts {
    struct arena     *arena;
    struct page_part *v;
    size_t            n;
};

/* Of a file that is gone the page says nothing. */
static int read_part(struct parts *p, const struct result *one, const struct shown *s,
                     const char *run, struct diag *d)
{
    const char *path = arena_printf(p->arena, "%s/report/%s", one->folder, s->file);
    char       *bytes;
    size_t      n;

    if (!fsio_exists(path))
        return 0;
    if (fsio_read(path, 1 << 28, &bytes, &n, d))
        return -1;
    p->v[p->n++] = (struct page_part){
        s->report, arena_printf(p->arena, "../%s", path + strlen(run) + 1), bytes, n
    };
    return 0;
}

static int read_parts(struct parts *p, const struct results *r, const char *run,
                      struct diag *d)
{
    size_t most = 0;
    int    rc = 0;

    for (size_t i = 0; i < r->n; i++)
        most += r->v[i].n_shown;
    p->v = arena_array(p->arena, most + 1, sizeof *p->v);
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; !rc && k < r->v[i].n_shown; k++)
            rc = read_part(p, &r->v[i], &r->v[i].shown[k], run, d);
    return rc;
}

int results_page(const struct results *r, const struct spec *s, const char *run,
                 struct diag *d)
{
    struct arena scrap = { 0 };
    struct parts parts = { .arena = &scrap };
    const char  *folder = arena_printf(&scrap, "%s/report", run);
    char        *pipeline = NULL;
    size_t       n;
    int          rc = fsio_folder(folder, d) ||
             fsio_read(arena_printf(&scrap, "%s/pipeline.yaml", run), 1 << 26, &pipeline,
                       &n, d) ||
             read_parts(&parts, r, run, d);
    struct page p = {
        .name = s->name,
        .about = s->about,
        .trainings = trainings_of(&scrap, r, run),
        .n_trainings = r->n,
        .parts = parts.v,
        .n_parts = parts.n,
        .pipeline = pipeline,
    };

    p.missed = missed_by(&scrap, r, &p.n_missed);
    rc = rc || page_write(&p, arena_printf(&scrap, "%s/index.html", folder), d);
    for (size_t i = 0; i < parts.n; i++)
        free((void *)(uintptr_t)parts.v[i].bytes);
    free(pipeline);
    arena_close(&scrap);
    return rc ? -1 : 0;
}
