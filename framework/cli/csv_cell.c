/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/csv_cell.h"

#include <inttypes.h>
#include <string.h>

void csv_cell_text(struct strbuf *s, const char *text)
{
    if (*text && !text[strcspn(text, ",\"\r\n")] && *text != ' ' &&
        text[strlen(text) - 1] != ' ') {
        strbuf_puts(s, text);
        return;
    }
    strbuf_puts(s, "\"");
    for (; *text; text++)
        strbuf_add(s, "\"\"", *text == '"' ? 2 : 0), strbuf_add(s, text, *text != '"');
    strbuf_puts(s, "\"");
}

/* Of an i64 all digits, which a double would not have. */
void csv_cell_number(struct strbuf *s, const nnp_tensor *t, size_t i)
{
    double v = nnp_number(t, i);

    if (nnp_type(t) == NNP_I64)
        strbuf_printf(s, "%" PRId64, ((const int64_t *)t->data)[i]);
    else if (nnp_type(t) == NNP_F32)
        strbuf_float(s, (float)v);
    else
        strbuf_number(s, v);
}
