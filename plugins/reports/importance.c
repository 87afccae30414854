/* SPDX-License-Identifier: MIT */
/*
 * importance: how much of what came of a search each setting explains by itself. Of the
 * ranks of the values, so that a few disasters do not count for everything, the share of
 * the variance between groups of trials: choices, or five groups of equal size of a
 * number; a setting that is turned off is a group as well. It is epsilon squared (Kelley
 * 1935), which is 0 where a setting does nothing, however many groups it has:
 *
 *   max(0, (SSB - (k - 1) SSW / (n - k)) / SST)
 *
 * over the trials that are done. What two settings do together only is in nobody's share.
 */
#include <stdlib.h>
#include <string.h>
#include <nnpipe/report.h>
#include <nnpipe/search.h>

enum { GROUPS = 5 };

struct work {
    nnp_ctx          *c;
    const nnp_search *search;
    const nnp_trial **done;
    double           *rank; /* of the value, from 0; ties have their mean */
    uint32_t         *group;
    int64_t           n;
};

struct place {
    double  v;
    int64_t i;
};

static int by_value(const void *pa, const void *pb)
{
    const struct place *a = (const struct place *)pa, *b = (const struct place *)pb;

    if (a->v < b->v || a->v > b->v)
        return a->v < b->v ? -1 : 1;
    return a->i < b->i ? -1 : 1;
}

static void find_ranks(struct work *w, struct place *p)
{
    for (int64_t i = 0; i < w->n; i++) {
        p[i].v = w->done[i]->value;
        p[i].i = i;
    }
    qsort(p, (size_t)w->n, sizeof *p, by_value);
    for (int64_t i = 0, end; i < w->n; i = end) {
        for (end = i + 1; end < w->n && !(p[end].v > p[i].v); end++)
            ;
        for (int64_t k = i; k < end; k++)
            w->rank[p[k].i] = (double)(i + end - 1) / 2;
    }
}

/* Which group each trial is in, by one setting; how many numbers groups may have. */
static uint32_t find_groups(struct work *w, uint32_t dim, struct place *p)
{
    const nnp_dim *d = w->search->dim(w->c, dim);
    int64_t        on = 0;
    uint32_t       most = nnp_dim_count(d) > 0 && nnp_dim_count(d) <= GROUPS
                              ? (uint32_t)nnp_dim_count(d)
                              : GROUPS;

    if (d->kind == NNP_DIM_CHOICE)
        most = d->n;
    for (int64_t i = 0; i < w->n; i++) {
        double v = w->done[i]->x[dim];

        w->group[i] = most;
        if (isnan(v))
            continue;
        w->group[i] = (uint32_t)(d->kind == NNP_DIM_CHOICE ? v : 0);
        if (d->kind != NNP_DIM_CHOICE && d->step > 0)
            w->group[i] = (uint32_t)((v - d->low) / d->step + 0.5);
        p[on].v = v;
        p[on++].i = i;
    }
    if (d->kind == NNP_DIM_CHOICE || (nnp_dim_count(d) > 0 && nnp_dim_count(d) <= GROUPS))
        return most + 1;
    qsort(p, (size_t)on, sizeof *p, by_value);
    for (int64_t i = 0; i < on; i++)
        w->group[p[i].i] = (uint32_t)(i * GROUPS / on);
    return most + 1;
}

static double share(struct work *w, uint32_t groups)
{
    double mean = (double)(w->n - 1) / 2, total = 0, between = 0, k = 0;

    for (int64_t i = 0; i < w->n; i++)
        total += (w->rank[i] - mean) * (w->rank[i] - mean);
    for (uint32_t g = 0; g < groups; g++) {
        double sum = 0, n = 0;

        for (int64_t i = 0; i < w->n; i++)
            if (w->group[i] == g) {
                sum += w->rank[i];
                n++;
            }
        if (n > 0) {
            between += n * (sum / n - mean) * (sum / n - mean);
            k++;
        }
    }
    if (!(total > 0) || (double)w->n <= k)
        return 0;
    return fmax(0, (between - (k - 1) * (total - between) / ((double)w->n - k)) / total);
}

/* "optim.adam.lr          0.41  ########" */
static int print_all(struct work *w, const nnp_run *run, struct place *p)
{
    static const char bar[] = "########################################";
    char              line[256];
    int               width = 8, rc = NNP_OK;

    for (uint32_t i = 0; i < w->search->dims(w->c); i++)
        if ((int)strlen(w->search->dim(w->c, i)->name) > width && width < 60)
            width = (int)strlen(w->search->dim(w->c, i)->name);
    snprintf(line, sizeof line,
             "share of the ranks of %.80s that a setting explains alone, "
             "over %lld trials\n",
             w->search->goal(w->c), (long long)w->n);
    rc = run->print(w->c, line);
    for (uint32_t i = 0; !rc && i < w->search->dims(w->c); i++) {
        const char *name = w->search->dim(w->c, i)->name;
        double      v = share(w, find_groups(w, i, p));

        snprintf(line, sizeof line, "%-*.*s  %.2f  %.*s\n", width, width, name, v,
                 (int)(v * 40 + 0.5), bar);
        rc = run->print(w->c, line);
        snprintf(line, sizeof line, "%.200s", name);
        rc = rc ? rc : w->c->host->report(w->c, line, v);
    }
    return rc;
}

static int forward(nnp_ctx *c, void *self)
{
    const nnp_run *run = (const nnp_run *)c->host->extension(c, "nnp.run/1");
    struct work    w = { .c = c, .search = nnp_search_of(c) };
    int            rc = NNP_ENOMEM;

    (void)self;
    if (!run || !w.search)
        return nnp_fail(c, NNP_ENOTSUP, "there is no search to report on");
    size_t        room = (size_t)w.search->trials(c) + 1;
    struct place *p = (struct place *)calloc(room, sizeof *p);
    w.done = (const nnp_trial **)calloc(room, sizeof *w.done);
    w.rank = (double *)calloc(room, sizeof *w.rank);
    w.group = (uint32_t *)calloc(room, sizeof *w.group);
    for (int64_t i = 0; w.done && i < w.search->trials(c); i++) {
        w.done[w.n] = w.search->trial(c, i);
        w.n += w.done[w.n]->state == NNP_TRIAL_DONE;
    }
    if (p && w.done && w.rank && w.group) {
        find_ranks(&w, p);
        rc = print_all(&w, run, p);
    }
    free(p);
    free((void *)w.done);
    free(w.rank);
    free(w.group);
    return rc;
}

static const nnp_component importance = {
    NNP_COMPONENT("report", "importance"),
    .doc = "how much of what came of a search each setting explains by itself",
    .forward = forward,
};

NNP_PLUGIN(importance, NNP_OURS, &importance)
