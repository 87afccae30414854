/* SPDX-License-Identifier: MIT */
/*
 * trials: what a search has tried, the best first, as a table; all of it as CSV, a column
 * for each setting, empty where it was turned off.
 */
#include <stdlib.h>
#include <string.h>
#include <nnpipe/report.h>
#include <nnpipe/search.h>

struct trials {
    int64_t     rows;
    const char *file;
};

static const nnp_param params[] = {
    { "rows", NNP_INT | NNP_MAIN, offsetof(struct trials, rows), "10", "[0,1000000]",
      "of the table; the file has all", NULL },
    { "file", NNP_STR, offsetof(struct trials, file), "trials.csv", NULL,
      "name of the table of all of them", NULL },
};

struct text { /* it grows; a failure is asked for at the end */
    char  *at;
    size_t n, room;
};

static void add(struct text *t, const char *s)
{
    size_t n = strlen(s);

    if (t->n + n + 1 > t->room) {
        size_t room = 2 * t->room + n + 4096;
        char  *more = (char *)realloc(t->at, room);
        if (!more)
            return;
        t->at = more;
        t->room = room;
    }
    memcpy(t->at + t->n, s, n + 1);
    t->n += n;
}

/* A field of CSV, between quotes where it needs them. */
static void add_field(struct text *t, const char *s)
{
    char one[3] = { 0 };

    if (!strpbrk(s, ",\"\n")) {
        add(t, s);
        return;
    }
    add(t, "\"");
    for (; *s; s++) {
        one[0] = *s;
        one[1] = *s == '"' ? '"' : 0;
        add(t, one);
    }
    add(t, "\"");
}

static int by_value(const void *pa, const void *pb)
{
    const nnp_trial *a = *(const nnp_trial *const *)pa,
                    *b = *(const nnp_trial *const *)pb;

    if (a->value < b->value || a->value > b->value)
        return a->value < b->value ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static const char *state_of(const nnp_trial *t)
{
    static const char *const words[] = { "", "running", "done", "stopped", "failed" };

    return words[t->state];
}

static int write_all(nnp_ctx *c, const nnp_run *run, const nnp_search *s,
                     const nnp_trial **list, int64_t n, const char *file)
{
    struct text t = { NULL, 0, 0 };
    char        line[160];
    int         rc;

    add(&t, "trial,state,epochs,");
    add_field(&t, s->goal(c));
    for (uint32_t k = 0; k < s->dims(c); k++) {
        add(&t, ",");
        add_field(&t, s->dim(c, k)->name);
    }
    add(&t, "\n");
    for (int64_t i = 0; i < n; i++) {
        snprintf(line, sizeof line, "%lld,%s,%lld,", (long long)list[i]->number,
                 state_of(list[i]), (long long)list[i]->epochs);
        add(&t, line);
        if (isfinite(list[i]->value)) {
            snprintf(line, sizeof line, "%.9g", s->sign(c) * list[i]->value);
            add(&t, line);
        }
        for (uint32_t k = 0; k < s->dims(c); k++) {
            add(&t, ",");
            add_field(&t, s->text(c, k, list[i]->x[k]));
        }
        add(&t, "\n");
    }
    rc = t.at ? run->write(c, file, t.at, t.n) : nnp_fail(c, NNP_ENOMEM, "no memory");
    free(t.at);
    return rc;
}

static int print_row(nnp_ctx *c, const nnp_run *run, const nnp_search *s,
                     const nnp_trial *t)
{
    char line[1024], value[32] = "failed";
    int  n;

    if (isfinite(t->value))
        snprintf(value, sizeof value, "%.6g", s->sign(c) * t->value);
    n = snprintf(line, sizeof line, "%5lld  %12s  %6lld%s ", (long long)t->number, value,
                 (long long)t->epochs, t->state == NNP_TRIAL_STOPPED ? "*" : " ");
    for (uint32_t k = 0; k < s->dims(c) && n < 900; k++)
        if (!isnan(t->x[k]))
            n += snprintf(line + n, sizeof line - (size_t)n, " %.60s=%.60s",
                          s->dim(c, k)->name, s->text(c, k, t->x[k]));
    snprintf(line + n, sizeof line - (size_t)n, "\n");
    return run->print(c, line);
}

static int forward(nnp_ctx *c, void *self)
{
    const struct trials *p = (const struct trials *)self;
    const nnp_search    *s = nnp_search_of(c);
    const nnp_run       *run = (const nnp_run *)c->host->extension(c, "nnp.run/1");
    char                 head[160];
    int64_t              n = s ? s->trials(c) : 0;
    int                  rc;

    if (!run || !s)
        return nnp_fail(c, NNP_ENOTSUP, "there is no search to report on");
    const nnp_trial **list = (const nnp_trial **)calloc((size_t)n + 1, sizeof *list);
    if (!list)
        return nnp_fail(c, NNP_ENOMEM, "no memory");
    for (int64_t i = 0; i < n; i++)
        list[i] = s->trial(c, i);
    qsort(list, (size_t)n, sizeof *list, by_value);
    snprintf(head, sizeof head, "trial  %12.80s  epochs  settings   (* stopped early)\n",
             s->goal(c));
    rc = p->rows ? run->print(c, head) : NNP_OK;
    for (int64_t i = 0; !rc && i < n && i < p->rows; i++)
        rc = print_row(c, run, s, list[i]);
    rc = rc ? rc : write_all(c, run, s, list, n, p->file);
    free((void *)list);
    return rc;
}

static const nnp_component trials = {
    NNP_COMPONENT("report", "trials"),
    .doc = "what a search has tried, the best first",
    .self_size = sizeof(struct trials),
    NNP_PARAMS(params),
    .forward = forward,
};

NNP_PLUGIN(trials, NNP_OURS, &trials)
