/* SPDX-License-Identifier: MIT */
/* Any bytes as a table with labels: what can be read once is read the same by the coding
 * that came of it, as a run reads the file of its training. And as a coding. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <nnpipe/table_rows.h>

static void again(const nnp_table_rows *t, const char *text, size_t size)
{
    nnp_table_rows other = { 0 };
    char          *code = nnp_table_write(&t->table);
    size_t         n = t->count * t->table.columns.n;

    fuzz_expect(code != NULL, "there is memory");
    other.label = t->label;
    fuzz_expect(nnp_table_follow(&other, code, NULL) == 0, "a coding can be read");
    int rc =
        nnp_table_parse(&other, text, size, nnp_csv_guess(text, size, ',', 2), NULL, 0);
    fuzz_expect(rc == 0, "what was read can be read by its coding");
    fuzz_expect(other.count == t->count, "with as many rows");
    fuzz_expect(memcmp(other.value, t->value, n * sizeof *t->value) == 0,
                "and the same numbers and classes");
    char *twice = nnp_table_write(&other.table);
    fuzz_expect(twice && strcmp(code, twice) == 0, "which have the same coding");
    other.coded = 0;
    nnp_table_forget(&other);
    free(twice);
    free(code);
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
    }
    free(text);
    return 0;
}
