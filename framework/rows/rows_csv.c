/* SPDX-License-Identifier: MIT */
/* Rows as records of fields. The first line says what separates them: a comma, else a
 * tab, else a semicolon, else blanks. */
#include <config.h>
#include "rows/rows.h"

#include <stdlib.h>
#include <string.h>

static int refuse(struct rows *r, const nnp_csv *in, bool layout)
{
    diag_error(r->d, NULL, "%s:%lld: %s", r->path, (long long)in->line, in->why);
    if (diag_machine_text(in->why))
        diag_blame_machine(r->d);
    if (layout)
        diag_note(r->d, "a row is  %s", rows_layout(r));
    return -1;
}

static int read_record(struct rows *r, const nnp_csv *in, const size_t *at)
{
    double *row = rows_next(r);
    int     rc = row ? 0 : -1;

    r->line = (size_t)in->line;
    for (int64_t i = 0; !rc && i < r->g->row; i++) {
        const nnp_csv_field *f = &in->field[at[i]];
        double               v = nnp_csv_number(f);
        if (v == v) {
            rc = rows_put(r, row, i, v);
            continue;
        }
        char *text = malloc(f->n + 1);
        if (!text)
            return diag_memory(r->d, "%s: no memory for a field", r->path);
        nnp_csv_text(f, text);
        rc = rows_put_text(r, row, i, text);
        free(text);
    }
    r->n++;
    return rc;
}

static int read_records(struct rows *r, nnp_csv *in)
{
    nnp_csv_wanted w = { .name = r->number, .n = (size_t)r->g->row };
    size_t        *at = arena_array(&r->scrap, w.n, sizeof *at);
    int            rc = nnp_csv_match(in, &w, at);

    if (rc < 0)
        return refuse(r, in, true);
    while (rc == 1 && (rc = nnp_csv_read(in)) == 1)
        if (read_record(r, in, at))
            return -1;
    return rc < 0 ? refuse(r, in, false) : 0;
}

int rows_csv(struct rows *r, const char *text, size_t size)
{
    nnp_csv in;
    size_t  n;
    bool    latin1 = !nnp_csv_is_utf8(text, size);
    char   *utf8 = latin1 ? nnp_csv_from_latin1(text, size, &n) : NULL;

    if (latin1) {
        if (!utf8)
            return diag_memory(r->d, "%s: no memory to read it as Latin-1", r->path);
        diag_warn(r->d, NULL, "%s: is no UTF-8: it is read as Latin-1", r->path);
        text = utf8;
        size = n;
    }
    nnp_csv_open(&in, text, size, nnp_csv_guess(text, size, ',', (size_t)r->g->row));
    int rc = read_records(r, &in);
    nnp_csv_close(&in);
    free(utf8);
    return rc;
}
