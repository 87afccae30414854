/* SPDX-License-Identifier: MIT */
/* Any bytes as a table with labels: what can be read once is read the same by the coding
 * that came of it, as a run reads the file of its training; also with its words, dates
 * and missing values made numbers. And as a coding. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <nnpipe/table_rows.h>

static const nnp_node one_hot = { .kind = NNP_SCALAR, .text = "one_hot" };
static const nnp_node days = { .kind = NNP_SCALAR, .text = "days" };
static const nnp_node mean = { .kind = NNP_SCALAR, .text = "mean" };

/* The numbers of every stream are the same in both. */
static void compare_rows(const nnp_table_rows *a, const nnp_table_rows *b)
{
    size_t n = a->table.columns.n;

    for (size_t first = 0, end; first < n; first = end) {
        size_t width = nnp_table_width(&a->table, a->table.columns.v[first].stream);
        float *x = malloc((2 * width + 1) * sizeof *x);
        end = nnp_table_end(&a->table, first);
        fuzz_expect(x != NULL, "there is memory");
        for (size_t r = 0; r < a->count; r++) {
            nnp_table_write_row(a, r, first, end, x);
            nnp_table_write_row(b, r, first, end, x + width);
            fuzz_expect(memcmp(x, x + width, width * sizeof *x) == 0,
                        "and the same numbers and classes");
        }
        free(x);
    }
}

static void again(const nnp_table_rows *t, const char *text, size_t size)
{
    nnp_table_rows other = { 0 };
    char          *code = nnp_table_write(&t->table);

    fuzz_expect(code != NULL, "there is memory");
    other.label = t->label;
    fuzz_expect(nnp_table_follow(&other, code, NULL) == 0, "a coding can be read");
    int rc =
        nnp_table_parse(&other, text, size, nnp_csv_guess(text, size, ',', 2), NULL, 0);
    fuzz_expect(rc == 0, "what was read can be read by its coding");
    fuzz_expect(other.count == t->count, "with as many rows");
    compare_rows(t, &other);
    char *twice = nnp_table_write(&other.table);
    fuzz_expect(twice && strcmp(code, twice) == 0, "which have the same coding");
    other.coded = 0;
    nnp_table_forget(&other);
    free(twice);
    free(code);
}

/* All rows are those of the training; -1: none has a value to fill in. */
static int learn(nnp_table_rows *t)
{
    int64_t *row = malloc((t->count + 1) * sizeof *row);
    int      rc;

    fuzz_expect(row != NULL, "there is memory");
    for (size_t i = 0; i < t->count; i++)
        row[i] = (int64_t)i;
    rc = nnp_table_learns(t) ? nnp_table_learn(t, row, t->count) : 0;
    free(row);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char     *text = malloc(size + 1);
    nnp_table table;

    fuzz_expect(text != NULL, "there is memory");
    memcpy(text, data, size);
    text[size] = 0;
    nnp_table_read(text, size, &table);
    nnp_table_close(&table);
    for (int label = 0; label < 2; label++) {
        nnp_table_rows t = { .label = label };
        if (nnp_table_parse(&t, text, size, ',', NULL, 0) == 0)
            again(&t, text, size);
        nnp_table_forget(&t);
        t.how = (nnp_cells_how){ &one_hot, &days, &mean, label };
        if (nnp_table_parse(&t, text, size, ',', NULL, 0) == 0 && learn(&t) == 0)
            again(&t, text, size);
        nnp_table_forget(&t);
    }
    free(text);
    return 0;
}
