/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/feed_rows.h"

#include "base/rng.h"
#include "pipeline/split_rows.h"

int feed_rows_find(struct session *s, const struct split_reader *from, struct diag *d)
{
    const struct data_spec *data = &s->spec->data;
    struct part_rows        parts[N_SPLITS];
    struct split_whole      w = split_rows_whole(data);

    if (w.count < 1)
        return diag_error(d, &data->source->at, "%s: there are no rows",
                          data->source->name);
    if (split_rows(data, &w, s->arena, parts, d))
        return -1;
    return row_order_open(s, &w, parts, from, d);
}

int64_t feed_rows(const struct session *s, enum split split)
{
    return s->splits[split].n;
}

int64_t feed_rows_row(const struct session *s, enum split split, int64_t at)
{
    int64_t place = s->splits[split].first + at;

    return s->order ? s->order[place] : place;
}

struct feed_pass feed_rows_pass(const struct row_range *splits, enum split split,
                                bool shuffled, uint64_t epoch, int64_t batch,
                                int64_t skip)
{
    int64_t total = splits[split].n, next = skip * batch;

    if (next > total) /* the last batch that is skipped is a short one */
        next = total;
    return (struct feed_pass){ split, shuffled, epoch, batch, next, (uint64_t)skip };
}

int64_t feed_rows_next(const struct row_range *splits, const struct feed_pass *p)
{
    int64_t left = splits[p->split].n - p->next;

    return left < p->batch ? left : p->batch;
}

uint64_t feed_rows_number(const struct row_range *splits, const struct feed_pass *p)
{
    uint64_t a_pass = (uint64_t)((splits[p->split].n + p->batch - 1) / p->batch);

    return p->shuffled ? p->epoch * a_pass + p->number : p->number;
}

void feed_rows_choose(const struct session *s, const struct feed_pass *p, int64_t n,
                      int64_t *index)
{
    uint64_t       rows = (uint64_t)feed_rows(s, p->split);
    struct rng_key key = rng_key(s->pace.seed, "shuffle", p->epoch);

    for (int64_t i = 0; i < n; i++) {
        uint64_t at = (uint64_t)(p->next + i);
        if (p->shuffled)
            at = rng_permute(key, at, rows);
        index[i] = feed_rows_row(s, p->split, (int64_t)at);
    }
}
