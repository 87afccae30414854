/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/run_ends.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "view/ends.h"

enum { SEEDS_SHOWN = 6 };

/* Those that are done, in groups; *n of them. */
static struct end *ends_of(struct arena *a, const struct jobs *j, size_t *n,
                           size_t *groups)
{
    struct end *v = arena_array(a, j->n + 1, sizeof *v);

    *n = 0;
    for (size_t i = 0; i < j->n; i++)
        if (j->v[i].outcome.attempts)
            v[(*n)++] = (struct end){ .seed = j->v[i].seed,
                                      .loss = figures_value(&j->v[i].finals, "loss"),
                                      .number = i };
    *groups = ends_group(a, v, *n);
    return v;
}

/* The figures of all of them, but details; NULL behind the last one. */
static const char **names_of(struct arena *a, const struct jobs *j)
{
    const struct figures *f = j->n ? &j->v[0].finals : NULL;
    const char          **names = arena_array(a, f ? f->n + 1 : 1, sizeof *names);
    size_t                n = 0;

    for (size_t i = 0; f && i < f->n; i++)
        if (!f->v[i].detail)
            names[n++] = f->v[i].name;
    return names;
}

static bool is_loss(const char *name)
{
    const char *dot = strrchr(name, '.');

    return strcmp(dot ? dot + 1 : name, "loss") == 0;
}

/* Least and most of a figure in a group. */
static void range(const struct jobs *j, const struct end *v, size_t n, const char *name,
                  double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        double x = figures_value(&j->v[v[i].number].finals, name);
        *least = fmin(*least, x);
        *most = fmax(*most, x);
    }
}

/* The k-th seed in their order. */
static uint64_t next_seed(const struct end *v, size_t n, size_t k, uint64_t before)
{
    uint64_t least = UINT64_MAX;

    for (size_t i = 0; i < n; i++)
        if ((!k || v[i].seed > before) && v[i].seed < least)
            least = v[i].seed;
    return least;
}

static void row(struct arena *a, const struct jobs *j, const struct end *v, size_t n,
                size_t all, const char **names, struct strbuf *out)
{
    const char *share =
        arena_printf(a, "%.1f %% (%zu)", 100.0 * (double)n / (double)all, n);

    strbuf_printf(out, "%-6zu %-14s %-11.6g %-11.6g %-11.6g", v[0].group, share,
                  v[0].loss, (v[(n - 1) / 2].loss + v[n / 2].loss) / 2, v[n - 1].loss);
    for (; *names; names++) {
        double least, most;
        if (is_loss(*names))
            continue;
        range(j, v, n, *names, &least, &most);
        const char *text = least == most ? arena_printf(a, "%.6g", least)
                                         : arena_printf(a, "%.6g .. %.6g", least, most);
        strbuf_printf(out, " %-*s", (int)fmax(16, (double)strlen(*names)), text);
    }
    uint64_t before = 0;
    for (size_t k = 0; k < n && k < SEEDS_SHOWN; k++)
        strbuf_printf(out, " %" PRIu64, before = next_seed(v, n, k, before));
    strbuf_puts(out, n > SEEDS_SHOWN ? " ...\n" : "\n");
}

void run_ends_table(struct arena *a, const struct jobs *j, struct strbuf *out)
{
    size_t       n, groups;
    struct end  *v = ends_of(a, j, &n, &groups);
    const char **names = names_of(a, j);

    strbuf_printf(out, "%-6s %-14s %-11s %-11s %-11s", "group", "share", "least loss",
                  "median", "most");
    for (const char **name = names; *name; name++)
        if (!is_loss(*name))
            strbuf_printf(out, " %-16s", *name);
    strbuf_puts(out, " seeds\n");
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i; k < n && v[k].group == v[i].group; k++)
            ;
        row(a, j, v + i, k - i, n, names, out);
    }
}

void run_ends_csv(struct arena *a, const struct jobs *j, struct strbuf *out)
{
    size_t       n, groups;
    struct end  *v = ends_of(a, j, &n, &groups);
    const char **names = names_of(a, j);

    strbuf_puts(out, "seed,group");
    for (const char **name = names; *name; name++)
        strbuf_printf(out, ",%s", *name);
    strbuf_puts(out, "\n");
    for (size_t i = 0; i < n; i++) {
        strbuf_printf(out, "%" PRIu64 ",%zu", v[i].seed, v[i].group);
        for (const char **name = names; *name; name++) {
            double x = figures_value(&j->v[v[i].number].finals, *name);
            strbuf_puts(out, ",");
            if (!isnan(x))
                strbuf_number(out, x);
        }
        strbuf_puts(out, "\n");
    }
}
