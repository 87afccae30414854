/* SPDX-License-Identifier: MIT */
/* Lines of JSON with words or gaps in them as the CSV that a loader of tables reads: what
 * the words are coded by, and what stands for a value that is missing, it alone knows. */
#include <config.h>
#include "rows/rows.h"

#include <string.h>

#include <nnpipe/words.h>

#include "base/json_read.h"
#include "base/strbuf.h"

struct json_table {
    struct rows *r;
    nnp_words    names; /* of the columns, as they come */
    const char **field; /* by name: as CSV; NULL: the record has none */
    size_t       room;
    bool         needed; /* there is what numbers alone cannot say */
};

static size_t find_name(struct json_table *s, const char *name)
{
    nnp_csv_field f = { name, strlen(name), 0 };

    return nnp_words_add(&s->names, &f);
}

static const char *quote(struct arena *a, const char *text)
{
    struct strbuf s = { 0 };

    strbuf_puts(&s, "\"");
    for (; *text; text++)
        strbuf_printf(&s, *text == '"' ? "\"\"" : "%c", *text);
    strbuf_puts(&s, "\"");
    text = arena_strdup(a, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}

/* NULL: it is no single value. */
static const char *read_field(struct json_table *s, struct json_read *j)
{
    const char *text;
    bool        yes;
    char        c = json_read_next(j);

    if (c == '"' && !json_read_text(j, &text)) {
        s->needed = true;
        return *text ? quote(&s->r->scrap, text) : "";
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return json_read_digits(j, &text) ? NULL : text;
    s->needed = true;
    if (c == 'n')
        return json_read_null(j) ? NULL : "";
    if (c == 't' || c == 'f')
        return json_read_bool(j, &yes) ? NULL : yes ? "true" : "false";
    return NULL;
}

static bool is_stream(const struct rows *r, const char *name)
{
    for (uint32_t k = 0; k < r->g->n; k++)
        if (strcmp(r->g->stream[k].name, name) == 0)
            return true;
    return false;
}

/* false: it is no map of single values by column. */
static bool read_record(struct json_table *s, const char *line, size_t n)
{
    struct json_read j;
    const char      *name;
    int              rc;

    json_read_open(&j, &s->r->scrap, line, n);
    if (json_read_next(&j) != '{' || json_read_map(&j))
        return false;
    for (size_t i = 0; i < s->room; i++)
        s->field[i] = NULL;
    while ((rc = json_read_key(&j, &name)) > 0) {
        size_t      k = is_stream(s->r, name) ? NNP_NO_WORD : find_name(s, name);
        const char *field = k == NNP_NO_WORD ? NULL : read_field(s, &j);
        if (!field)
            return false;
        if (k >= s->room) {
            s->field =
                arena_grow(&s->r->scrap, s->field, s->room, 2 * k + 16, sizeof *s->field);
            s->room = 2 * k + 16;
        }
        if (s->field[k])
            return false; /* given twice */
        s->field[k] = field;
    }
    return rc == 0 && json_read_end(&j) == 0;
}

/* What a record does not name is missing. */
static void put_record(const struct json_table *s, struct strbuf *to)
{
    for (size_t k = 0; k < s->names.n; k++)
        strbuf_printf(to, "%s%s", k ? "," : "",
                      k < s->room && s->field[k] ? s->field[k] : "");
    strbuf_puts(to, "\n");
}

static bool read_all(struct json_table *s, const char *text, size_t size,
                     struct strbuf *to)
{
    for (const char *p = text, *end = text + size, *stop; p < end; p = stop + 1) {
        stop = memchr(p, '\n', (size_t)(end - p));
        stop = stop ? stop : end;
        if (!p[strspn(p, " \t\r")] || p[strspn(p, " \t\r")] == '\n') {
            strbuf_puts(to, "\n");
            continue;
        }
        if (!read_record(s, p, (size_t)(stop - p)))
            return false;
        put_record(s, to);
    }
    return true;
}

bool rows_records(struct rows *r, const char *text, size_t size, struct strbuf *to)
{
    struct json_table s = { .r = r };
    struct strbuf     none = { 0 };
    bool              are;

    text += strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    size = strlen(text) < size ? strlen(text) : size;
    /* A first time for the names, which stand before the rows. */
    are = read_all(&s, text, size, &none) && s.names.n;
    for (size_t k = 0; are && k < s.names.n; k++) {
        const struct rows_name *f = rows_find(r, s.names.text[k]);
        s.needed |= !f;
        strbuf_printf(to, "%s%s", k ? "," : "", quote(&r->scrap, s.names.text[k]));
    }
    strbuf_puts(to, "\n");
    are = are && s.needed && read_all(&s, text, size, to);
    nnp_words_close(&s.names);
    strbuf_close(&none);
    return are;
}
