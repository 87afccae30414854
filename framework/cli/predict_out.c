/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/predict_out.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/strbuf.h"
#include "call/dtype.h"
#include "call/tensor.h"
#include "cli/csv_cell.h"

struct written {
    const nnp_tensor  *t;
    size_t             n; /* numbers of a row */
    const char *const *classes;
    size_t             n_classes;
    struct strbuf     *out;
    bool               head, only;
};

/* ---- classes ---- */

/* The largest score, or whether the only one is above one half; -1: one is NaN. */
static int64_t class_at(const struct written *r, size_t row)
{
    const nnp_tensor *t = r->t;
    size_t            from = row * r->n, best = 0;

    for (size_t i = 0; i < r->n; i++) {
        if (isnan(nnp_number(t, from + i)))
            return -1;
        if (nnp_number(t, from + i) > nnp_number(t, from + best))
            best = i;
    }
    return r->n == 1 ? nnp_number(t, from) > 0.5 : (int64_t)best;
}

static const char *class_of(const struct written *r, size_t row)
{
    int64_t k = class_at(r, row);

    return k < 0 ? NULL : r->classes[k];
}

/* ---- the class alone ---- */

static void only_class(const struct written *r, size_t row, bool json)
{
    int64_t     k = class_at(r, row);
    struct json j = { .text = *r->out };

    if (k >= 0 && r->n_classes && json)
        json_text(&j, r->classes[k]);
    *r->out = j.text;
    if (k < 0)
        strbuf_puts(r->out, json ? "null" : "nan");
    else if (!r->n_classes)
        strbuf_printf(r->out, "%" PRId64, k);
    else if (!json)
        csv_cell_text(r->out, r->classes[k]);
    strbuf_puts(r->out, "\n");
}

/* ---- forms ---- */

static void csv_names(const struct written *r)
{
    for (size_t i = 0; i < r->n; i++) {
        strbuf_puts(r->out, i ? "," : "");
        csv_cell_text(r->out, r->n > 1 ? r->classes[i] : "prediction");
    }
    strbuf_puts(r->out, ",class\n");
}

static void csv_row(const struct written *r, size_t row)
{
    for (size_t i = 0; i < r->n; i++) {
        double v = nnp_number(r->t, row * r->n + i);
        strbuf_puts(r->out, i ? "," : "");
        if (isfinite(v))
            csv_cell_number(r->out, r->t, row * r->n + i);
        else
            strbuf_printf(r->out, "%g", isnan(v) ? (double)NAN : v);
    }
    if (r->n_classes) {
        strbuf_puts(r->out, ",");
        csv_cell_text(r->out, class_of(r, row) ? class_of(r, row) : "nan");
    }
    strbuf_puts(r->out, "\n");
}

static void json_numbers(struct json *j, const struct written *r, size_t row, bool named)
{
    json_open(j, named ? '{' : '[');
    for (size_t i = 0; i < r->n; i++) {
        struct strbuf one = { 0 };
        csv_cell_number(&one, r->t, row * r->n + i);
        if (named)
            json_key(j, r->classes[i]);
        json_raw(j, strbuf_text(&one));
        strbuf_close(&one);
    }
    json_close(j);
}

static void json_row(const struct written *r, size_t row)
{
    struct json j = { .text = *r->out };

    if (!r->n_classes) {
        json_numbers(&j, r, row, false);
    } else {
        json_open(&j, '{');
        json_key(&j, "prediction"), json_numbers(&j, r, row, r->n > 1);
        json_key(&j, "class"), json_text(&j, class_of(r, row));
        json_close(&j);
    }
    *r->out = j.text;
    strbuf_puts(r->out, "\n");
}

/* NumPy's format 1.0: magic, header length, a Python dict padded to 64 bytes; the bytes
 * come behind it. */
static void npy_head(const nnp_tensor *t, struct strbuf *out)
{
    struct strbuf head = { 0 };

    strbuf_printf(&head, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                  dtype_npy(nnp_type(t)));
    for (int32_t k = 0; k < t->ndim; k++)
        strbuf_printf(&head, "%" PRId64 ",%s", t->shape[k], k + 1 < t->ndim ? " " : "");
    strbuf_puts(&head, "), }");
    while ((10 + head.n + 1) % 64)
        strbuf_puts(&head, " ");
    strbuf_puts(&head, "\n");
    char prefix[10] = {
        (char)0x93,         'N', 'U', 'M', 'P', 'Y', 1, 0, (char)(head.n & 255),
        (char)(head.n >> 8)
    };
    strbuf_add(out, prefix, sizeof prefix);
    strbuf_add(out, strbuf_text(&head), head.n);
    strbuf_close(&head);
}

enum { AT_ONCE = 1 << 16 }; /* bytes */

static int hand_over(struct strbuf *out, predict_put *put, void *arg)
{
    int rc = out->n ? put(arg, strbuf_text(out), out->n) : 0;

    out->n = 0;
    return rc;
}

static int write_rows(const struct written *r, enum predict_form form, predict_put *put,
                      void *arg)
{
    if (form == PREDICT_CSV && r->only && r->head)
        strbuf_puts(r->out, "class\n");
    else if (form == PREDICT_CSV && r->n_classes && r->head)
        csv_names(r);
    for (size_t i = 0; i < (size_t)r->t->shape[0]; i++) {
        if (r->only)
            only_class(r, i, form == PREDICT_JSONL);
        else
            (form == PREDICT_CSV ? csv_row : json_row)(r, i);
        if (r->out->n >= AT_ONCE && hand_over(r->out, put, arg))
            return -1;
    }
    return hand_over(r->out, put, arg);
}

static int write_npy(const nnp_tensor *t, struct strbuf *out, predict_put *put, void *arg)
{
    npy_head(t, out);
    return hand_over(out, put, arg) ? -1 : put(arg, t->data, tensor_bytes(t));
}

/* -1 stands for a row whose scores are no numbers. */
static int write_npy_classes(const struct written *r, predict_put *put, void *arg)
{
    int64_t    rows = r->t->shape[0];
    int64_t   *k = malloc(((size_t)rows + 1) * sizeof *k);
    nnp_tensor t = *r->t;

    if (!k)
        return -1;
    for (int64_t i = 0; i < rows; i++)
        k[i] = class_at(r, (size_t)i);
    t.code = (uint8_t)NNP_I64;
    t.bits = (uint8_t)(NNP_I64 >> 8);
    t.ndim = 1;
    t.shape = &rows;
    t.data = k;
    int rc = write_npy(&t, r->out, put, arg);
    free(k);
    return rc;
}

int predict_out(const nnp_tensor *t, enum predict_form form,
                const struct predict_names *names, predict_put *put, void *arg)
{
    struct strbuf  out = { 0 };
    struct written r = { t,    nnp_row(t),  names->classes, names->n,
                         &out, names->head, names->only };
    int            rc;

    if (r.n != names->n && !(r.n == 1 && names->n == 2))
        r.n_classes = 0;
    if (form != PREDICT_NPY)
        rc = write_rows(&r, form, put, arg);
    else
        rc = r.only ? write_npy_classes(&r, put, arg) : write_npy(t, &out, put, arg);
    strbuf_close(&out);
    return rc;
}
