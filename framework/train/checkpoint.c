/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsio.h"
#include "base/number.h"
#include "run/arithmetic.h"
#include "run/update.h"

/* Any other is refused (check_owner): to go on from numbers whose meaning has changed
 * would be silently wrong. */
#define FORMAT "nnpipe state 4"

/* ---- writing ---- */

static const char *number_text(struct arena *a, const struct state_number *v)
{
    if (v->i)
        return arena_printf(a, "%" PRId64, *v->i);
    if (v->u)
        return arena_printf(a, "%" PRIu64, *v->u);
    return arena_printf(a, "%a", *v->r); /* hexadecimal: every bit */
}

static const char **make_meta(struct arena *a, struct state *s)
{
    size_t               n, k = 0;
    struct state_number *v = state_numbers(a, s, &n);
    const char         **meta = arena_array(a, 2 * (n + 5) + 1, sizeof *meta);

    meta[k++] = "format";
    meta[k++] = FORMAT;
    meta[k++] = "pipeline";
    meta[k++] = state_owner(a, s->session);
    if (*s->session->run) {
        meta[k++] = "run";
        meta[k++] = s->session->run;
    }
    meta[k++] = "plugins";
    meta[k++] = state_plugins(a, s->session);
    meta[k++] = "arithmetic";
    meta[k++] = arithmetic_text(a, s->session);
    for (size_t i = 0; i < n; i++) {
        meta[k++] = v[i].name;
        meta[k++] = number_text(a, &v[i]);
    }
    return meta;
}

/* The checkpoint before steps aside first. A process that dies between that and the end
 * of the writing leaves no state.nnw but a whole state.prev.nnw, and checkpoint_read
 * takes that. */
int checkpoint_write(struct state *s, const char *folder, struct diag *d)
{
    struct arena         a = { 0 };
    struct state_tensors l = { 0 };
    const char          *path = arena_printf(&a, "%s/state.nnw", folder);
    const char          *before = arena_printf(&a, "%s/state.prev.nnw", folder);
    int                  rc = 0;

    state_tensors(&a, s, &l);
    state_curves(&a, s, &l);
    if (rename(path, before) && errno != ENOENT)
        rc = diag_system(d, NULL, errno, "%s", path);
    if (!rc)
        rc = safetensors_write(path, l.v, l.n, make_meta(&a, s), d);
    arena_close(&a);
    return rc;
}

/* ---- reading ---- */

struct reading {
    struct arena      *a;
    struct state      *s;
    const char        *path;
    struct safetensors f;
    struct diag       *d;
};

static const char *said(const struct reading *r, const char *key)
{
    return safetensors_meta(&r->f, key);
}

/* A file of another format may have no checksum: it is let through, so that check_owner
 * can say what is really the matter. */
static int check_whole(struct reading *r)
{
    const char *format = said(r, "format");

    if (!format || (strcmp(format, FORMAT) == 0 && !r->f.sealed))
        return diag_error(r->d, NULL, "%s: it is damaged: its checksum is missing",
                          r->path);
    return 0;
}

/* A new version of a plugin, or another machine, is a good reason to go on with a run,
 * but the bits are then those of neither. */
static void warn_of_others(struct reading *r, const char *key, const char *now,
                           const char *what)
{
    const char *then = said(r, key);

    if (!then || strcmp(then, now) == 0)
        return;
    diag_warn(r->d, NULL,
              "%s: it was written with %s; what follows may differ from what they would "
              "have come to",
              r->path, what);
    diag_note(r->d, "then  %s", then);
    diag_note(r->d, "now   %s", now);
}

/* The format comes first, for it says what the other words mean. */
static int check_owner(struct reading *r)
{
    const char *format = said(r, "format"), *pipeline = said(r, "pipeline");
    const char *run = said(r, "run"), *own = r->s->session->run;

    if (strcmp(format, FORMAT) != 0)
        return diag_error(r->d, NULL,
                          "%s: its format is '%s'; this nnpipe reads '" FORMAT "'",
                          r->path, format);
    if (!pipeline || strcmp(pipeline, state_owner(r->a, r->s->session)) != 0)
        return diag_error(r->d, NULL,
                          "%s: it belongs to another model, optimizer or batch size",
                          r->path);
    if (run && *own && strcmp(run, own) != 0)
        return diag_error(r->d, NULL,
                          "%s: it is of another run: %s, that of this folder is %s",
                          r->path, run, own);
    warn_of_others(r, "plugins", state_plugins(r->a, r->s->session), "other plugins");
    warn_of_others(r, "arithmetic", arithmetic_text(r->a, r->s->session),
                   "other kernels, another processor or another compiler");
    return 0;
}

/* Where the file has no retry any more there is no room for a champion, and the attempt
 * at hand is all there is. */
static void expect_champion(struct reading *r)
{
    const char *attempt = said(r, "champion.attempt");

    if (r->s->champion.best && attempt)
        r->s->champion.attempt = strtoll(attempt, NULL, 10);
}

/* A state that grows takes the rows that it has in the file. */
static int take_rows(struct reading *r)
{
    struct session *s = r->s->session;

    for (size_t i = 0; i < s->memory.n_state; i++) {
        const struct saved_state  *st = &s->memory.state[i];
        const char                *name = arena_printf(r->a, "states.%s", st->name);
        const struct named_tensor *got = safetensors_find(&r->f, name);
        if (got && got->t.ndim == st->t->ndim && nnp_row(&got->t) == nnp_row(st->t) &&
            bind_rows(s->frames, st, got->t.shape[0], r->d))
            return -1;
    }
    return 0;
}

/* All are checked before the first is copied: a checkpoint that is refused leaves the
 * weights of the session as they were. */
static int take_tensors(struct reading *r)
{
    struct state_tensors l = { 0 };

    if (take_rows(r))
        return -1;
    state_tensors(r->a, r->s, &l);
    for (size_t i = 0; i < l.n; i++) {
        const struct named_tensor *got = safetensors_find(&r->f, l.v[i].name);
        if (!got || nnp_type(&got->t) != nnp_type(&l.v[i].t) ||
            tensor_bytes(&got->t) != tensor_bytes(&l.v[i].t))
            return diag_error(r->d, NULL, "%s: '%s' is not what this pipeline has",
                              r->path, l.v[i].name);
    }
    for (size_t i = 0; i < l.n; i++)
        if (l.v[i].t.data)
            memcpy(l.v[i].t.data, safetensors_find(&r->f, l.v[i].name)->t.data,
                   tensor_bytes(&l.v[i].t));
    return 0;
}

static int take_numbers(struct reading *r)
{
    size_t                 n;
    struct state_number   *v = state_numbers(r->a, r->s, &n);
    const struct position *at = &r->s->at;

    for (size_t i = 0; i < n; i++) {
        const char *text = said(r, v[i].name);
        if (!text)
            return diag_error(r->d, NULL, "%s: there is no '%s' in it", r->path,
                              v[i].name);
        if (v[i].i)
            *v[i].i = strtoll(text, NULL, 10);
        else if (v[i].u)
            *v[i].u = strtoull(text, NULL, 10);
        else
            *v[i].r = number_read(text, NULL);
    }
    /* Schedules set parameters of plugins, which are part of how far the training is. */
    if (at->epoch < 0 || at->part.batches < 0 || at->part.rows < 0 || at->attempt < 1 ||
        update_resume(r->s->session))
        return diag_error(r->d, NULL, "%s: its position in the run makes no sense",
                          r->path);
    return 0;
}

/* What follows `prefix` in a name, or NULL. */
static const char *after(const char *name, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(name, prefix, n) == 0 ? name + n : NULL;
}

/* The history keeps the name as it is given, so it has to outlive the arena of the
 * reading. */
static void take_curve(struct reading *r, const char *whose, struct history *to,
                       const struct named_tensor *epochs)
{
    const char *of = after(epochs->name, arena_printf(r->a, "%sepochs.", whose));

    if (!of || nnp_type(&epochs->t) != NNP_F64)
        return;
    const char                *name = arena_strdup(r->s->session->arena, of);
    const struct named_tensor *values =
        safetensors_find(&r->f, arena_printf(r->a, "%svalues.%s", whose, name));
    size_t n = nnp_count(&epochs->t);

    for (size_t k = 0; values && tensor_bytes(&values->t) == n * sizeof(double) && k < n;
         k++) {
        double epoch, value; /* the file does not align them */
        memcpy(&epoch, (char *)epochs->t.data + k * sizeof epoch, sizeof epoch);
        memcpy(&value, (char *)values->t.data + k * sizeof value, sizeof value);
        history_add(to, name, epoch, value);
    }
}

static void take_last(struct reading *r, const struct named_tensor *t)
{
    const char *name = after(t->name, "lasts.");
    double      value;

    if (!name || tensor_bytes(&t->t) != sizeof value)
        return;
    memcpy(&value, t->t.data, sizeof value);
    figures_add(&r->s->lasts, arena_strdup(r->s->session->arena, name), value);
}

/* What was in the state before is not of the run that goes on. */
static void take_what_grows(struct reading *r)
{
    history_clear(&r->s->history);
    history_clear(&r->s->champion.history);
    r->s->lasts.n = 0;
    for (size_t i = 0; i < r->f.n; i++) {
        take_curve(r, "", &r->s->history, &r->f.v[i]);
        if (!r->s->champion.attempt)
            continue;
        take_curve(r, "champion.", &r->s->champion.history, &r->f.v[i]);
        take_last(r, &r->f.v[i]);
    }
    figures_mark(&r->s->lasts);
}

/* The figures of the latest epoch, which `retry` may ask for. */
static void take_figures(struct state *s)
{
    s->figures.n = 0;
    s->figures.epoch = s->at.done;
    for (size_t i = 0; i < s->history.n; i++) {
        const struct curve *c = &s->history.curves[i];
        if (c->n && c->epoch[c->n - 1] == (double)s->at.done)
            figures_add(&s->figures, c->name, c->value[c->n - 1]);
    }
}

/* The weights are mirrored at the end, because the copies of transposed ones are not in
 * the file. */
static int take_all(struct reading *r)
{
    struct session *s = r->s->session;

    if (check_owner(r))
        return -1;
    expect_champion(r);
    if (take_tensors(r) || take_numbers(r))
        return -1;
    take_what_grows(r);
    take_figures(r->s);
    weights_mirror(&s->memory.weights, s->graph);
    return 0;
}

/* Reads it, if it is there and no byte is wrong. */
static int open_whole(struct reading *r, const char *path, struct diag *d)
{
    r->path = path;
    r->d = d;
    if (!safetensors_read(r->a, path, &r->f, d) && !check_whole(r))
        return 0;
    safetensors_close(&r->f);
    return -1;
}

/* What is wrong with state.nnw goes to a diag of its own, because it is no error while
 * the one before can serve. The one before serves for damage only: if state.nnw is whole
 * but of another pipeline, the one before is no better, and the user has to hear it. */
int checkpoint_read(struct state *s, const char *folder, struct report *say,
                    struct diag *d)
{
    struct arena   a = { 0 };
    struct reading r = { .a = &a, .s = s };
    struct diag    first;
    const char    *path = arena_printf(&a, "%s/state.nnw", folder);
    const char    *before = arena_printf(&a, "%s/state.prev.nnw", folder);
    bool           older = fsio_exists(before);
    int            rc = -1;

    diag_init(&first, &a);
    if (!older && !fsio_exists(path)) {
        diag_error(d, NULL, "%s: there is no state.nnw to go on from", folder);
    } else if (!open_whole(&r, path, &first)) {
        r.d = d;
        rc = take_all(&r);
    } else if (!older) {
        diag_error(d, NULL, "%s", first.entries[0].text);
    } else if (!open_whole(&r, before, d) && !(rc = take_all(&r))) {
        unlink(
            path); /* or the next checkpoint would put it in the place of the good one */
        report_say(say, "%s; going on from the one before it", first.entries[0].text);
    }
    safetensors_close(&r.f);
    arena_close(&a);
    return rc;
}
