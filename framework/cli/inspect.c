/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/command.h"

#include <inttypes.h>
#include <string.h>

#include "base/fsio.h"
#include "base/json.h"
#include "call/tensor.h"
#include "run/feed_rows.h"
#include "train/evaluate.h"
#include "view/reports.h"
#include "view/spread.h"
#include "view/view.h"

enum { MOST_REPORTS = 32, ROWS_LOOKED_AT = 2000 };

struct inspection {
    const char *args[1 + MOST_REPORTS]; /* the run, and reports as they stand in a file */
    int         n;
};

/* ---- weights ---- */

static struct spread spread_of(const nnp_tensor *t)
{
    struct spread s = { 0 };

    for (size_t i = 0, n = t->data ? nnp_count(t) : 0; i < n; i++)
        spread_add(&s, nnp_number(t, i));
    return s;
}

static void put_weights(struct cli *c, const struct view *v, struct strbuf *out)
{
    size_t width = 14;

    for (size_t i = 0; i < v->n_learned; i++)
        width = strlen(v->learned[i].name) > width ? strlen(v->learned[i].name) : width;
    strbuf_puts(out, "tensor");
    strbuf_pad(out, width + 2);
    strbuf_puts(out, "shape");
    strbuf_pad(out, width + 18);
    strbuf_puts(out, SPREAD_NAMES "    zeros   no number\n");
    for (size_t i = 0; i < v->n_learned; i++) {
        const nnp_tensor *t = &v->learned[i].t;
        struct spread     s = spread_of(t);
        strbuf_puts(out, v->learned[i].name);
        strbuf_pad(out, width + 2);
        strbuf_puts(out, tensor_shape(&c->arena, t));
        strbuf_pad(out, width + 18);
        spread_print(&s, out);
        strbuf_printf(out, " %8.0f", s.zeros);
        strbuf_printf(out, s.missing > 0 ? " %11.0f\n" : "\n", s.missing);
    }
}

static void json_weights(const struct view *v, struct json *j)
{
    json_key(j, "tensors"), json_open(j, '[');
    for (size_t i = 0; i < v->n_learned; i++) {
        const nnp_tensor *t = &v->learned[i].t;
        struct spread     s = spread_of(t);
        json_open(j, '{');
        json_key(j, "name"), json_text(j, v->learned[i].name);
        json_key(j, "type"), json_text(j, dtype_name(nnp_type(t)));
        json_key(j, "shape"), json_open(j, '[');
        for (int32_t k = 0; k < t->ndim; k++)
            json_whole(j, t->shape[k]);
        json_close(j);
        spread_json(&s, j);
        json_key(j, "zeros"), json_whole(j, (int64_t)s.zeros);
        json_key(j, "missing"), json_whole(j, (int64_t)s.missing);
        json_close(j);
    }
    json_close(j);
}

/* ---- units ---- */

/* Of how many of its units a stream says the same for all rows: a relu that never fires,
 * a sigmoid that is saturated. Units of a picture are its channels. */
static int64_t idle_units(const nnp_tensor *t, int64_t *units)
{
    int64_t n = t->ndim > 1 ? t->shape[1] : 1, idle = 0;
    size_t  row = nnp_row(t), run = row / (size_t)(n ? n : 1);

    *units = n;
    for (int64_t k = 0; k < n; k++) {
        size_t from = (size_t)k * run;
        double first = nnp_number(t, from);
        bool   same = true;
        for (size_t r = 0; r < (size_t)t->shape[0] && same; r++)
            for (size_t i = 0; i < run && same; i++)
                same = !(nnp_number(t, r * row + from + i) < first) &&
                       !(nnp_number(t, r * row + from + i) > first);
        idle += same;
    }
    return idle;
}

static enum split part_to_look_at(const struct session *s)
{
    return feed_rows(s, SPLIT_VAL) ? SPLIT_VAL : SPLIT_TRAIN;
}

static int look(struct view *v, enum split split, int64_t *rows, struct diag *d)
{
    int64_t n = feed_rows(v->trainer->session, split);

    *rows = n < ROWS_LOOKED_AT ? n : ROWS_LOOKED_AT;
    return *rows ? streams_of_split(&v->streams, split, 0, *rows, d) : 0;
}

/* Only items of the model, and of those only what has idle units. */
static void put_units(const struct view *v, enum split split, int64_t rows,
                      struct strbuf *out, struct json *j)
{
    const struct graph *g = v->trainer->session->graph;
    int64_t             units, idle, any = 0;

    if (j)
        json_key(j, "idle_units"), json_open(j, '[');
    for (size_t i = 0; i < g->n_streams && rows > 1; i++) {
        const nnp_tensor *t = &v->streams.v[i];
        if (g->nodes[g->streams[i].node].role != ROLE_LAYER || !t->data)
            continue;
        idle = idle_units(t, &units);
        if (!idle)
            continue;
        if (!any++ && !j)
            strbuf_puts(out, "\n");
        if (j) {
            json_open(j, '{');
            json_key(j, "stream"), json_text(j, g->streams[i].name);
            json_key(j, "idle"), json_whole(j, idle);
            json_key(j, "of"), json_whole(j, units);
            json_close(j);
        } else
            strbuf_printf(out,
                          "%s: %" PRId64 " of %" PRId64
                          " units say the same for all %" PRId64 " rows of %s\n",
                          g->streams[i].name, idle, units, rows, split_names[split]);
    }
    if (j)
        json_close(j);
    else if (!any && rows > 1)
        strbuf_printf(out, "\nno unit says the same for all %" PRId64 " rows of %s\n",
                      rows, split_names[split]);
}

static int show_weights(struct cli *c, struct view *v, struct strbuf *out)
{
    const struct session *s = v->trainer->session;
    enum split            split = part_to_look_at(s);
    struct json           j = { 0 };
    int64_t               rows = 0;

    if (!s->spec->data.given && look(v, split, &rows, &c->diag))
        return -1;
    if (!c->json) {
        put_weights(c, v, out);
        put_units(v, split, rows, out, NULL);
        return 0;
    }
    json_open(&j, '{');
    json_weights(v, &j);
    put_units(v, split, rows, out, &j);
    json_close(&j);
    *out = j.text;
    strbuf_puts(out, "\n");
    return 0;
}

/* ---- reports ---- */

static int show_reports(struct view *v, struct strbuf *out, struct diag *d)
{
    struct trainer *t = v->trainer;

    static const struct report_to nobody = { 0 };
    struct report                 report;

    if (evaluate_splits(t->session, &t->finals, d) ||
        report_open(&report, &nobody, NULL, false, d))
        return -1;
    t->report = &report;
    int rc = reports_make(v, d);
    rc = report_close(&report, d) || rc ? -1 : 0;
    for (size_t i = 0; i < v->parts.n; i++) {
        const struct kept_part *p = &v->parts.v[i];
        if (strcmp(p->file, arena_printf(t->session->arena, "%s.txt", p->report)) == 0)
            strbuf_add(out, p->bytes.text, p->bytes.n);
        else
            strbuf_printf(out, "%s/report/%s\n", t->folder, p->file);
    }
    return rc;
}

/* ---- the command ---- */

/* The reports that are asked for, in the place of those of the file. */
static const char *const *settings(struct cli *c, const struct inspection *q)
{
    const char **set;
    size_t       n = 0, k = 0;
    const char  *list = "report=";

    while (c->set && c->set[n])
        n++;
    set = arena_array(&c->arena, n + 2, sizeof *set);
    for (; k < n; k++)
        set[k] = c->set[k];
    for (int i = 1; i < q->n; i++)
        list = arena_printf(&c->arena, "%s%s%s", list, i > 1 ? ", " : "[", q->args[i]);
    set[n] = q->n > 1 ? arena_printf(&c->arena, "%s]", list) : list;
    return set;
}

static int inspect(struct cli *c, const struct inspection *q)
{
    struct loading         l = cli_loading(c);
    struct loaded          p = { 0 };
    struct session_options o = { .keep = true };
    struct trainer         t = { .folder = c->out ? c->out : q->args[0] };
    struct strbuf          out = { 0 };

    l.set = settings(c, q);
    l.given = load_is_packed(q->args[0]);
    c->diag.class = DIAG_FILE;
    int rc = load_run(&l, q->args[0], PEEK_NEVER, &p) || load_start(&l, &p, &o);
    if (!rc && q->n > 1 && l.given) {
        c->diag.class = DIAG_USAGE;
        rc = diag_error(&c->diag, NULL,
                        "%s: a packed model brings no rows that a report could look at",
                        q->args[0]);
    }
    if (!rc && q->n > 1)
        rc = fsio_folder(t.folder, &c->diag);
    if (!rc) {
        struct view v;
        t.session = p.session;
        view_open(&v, &t, &c->diag);
        rc = q->n > 1 ? show_reports(&v, &out, &c->diag) : show_weights(c, &v, &out);
        cli_print(c, &out);
        view_close(&v);
        trainer_close(&t);
    }
    load_close(&p);
    return rc;
}

int cmd_inspect(struct cli *c, int argc, char **argv)
{
    struct inspection q = { 0 };

    q.n = cli_parse(c, argc, argv, NULL, q.args, 1 + MOST_REPORTS);
    if (q.n >= 0 && c->help)
        return cli_help(c, "nnpipe inspect RUN [REPORT ...] [flags]", NULL,
                        "  nnpipe inspect runs/glyphs/001\n"
                        "  nnpipe inspect runs/glyphs/001 confusion 'filters: {of: "
                        "dense1}' -o seen\n"
                        "  nnpipe inspect model.nnw --json\n"),
               0;
    c->diag.class = DIAG_USAGE;
    if (q.n == 0)
        diag_error(&c->diag, NULL, "inspect: which run? nnpipe inspect runs/NAME/001");
    if (q.n < 0 || c->diag.errors)
        return cli_finish(c, NULL, 2);
    inspect(c, &q);
    return cli_finish(c, NULL, 0);
}
