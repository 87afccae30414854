/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "cli/init_table.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/dates.h>
#include <nnpipe/words.h>
#include "base/fsio.h"
#include "cli/skeleton.h"

enum {
    MOST_CLASSES = 20,   /* whole numbers with more values than that are amounts */
    MOST_WORDS = 50,     /* a column of more is one of names, or of free text */
    MOST_LISTED = 40,    /* columns that are described */
    MOST_BYTES = 1 << 30 /* of a table that is looked at */
};

struct seen_column {
    const char *name; /* or NULL */
    size_t      texts, dates, numbers, empty;
    nnp_words   words; /* MOST_WORDS + 1 of them at most */
    bool        whole; /* all its numbers are whole, and few are different */
    double      value[MOST_CLASSES];
    size_t      n_values;
};

struct seen_table {
    struct arena       *arena;
    char                delimiter;
    struct seen_column *column;
    size_t              n, rows;
    bool                named; /* the first line has names, all of them different */
};

/* ---- looking at it ---- */

static void note_value(struct seen_column *k, double v)
{
    size_t i = 0;

    while (i < k->n_values && k->value[i] != v)
        i++;
    if (v != floor(v) || (i == k->n_values && i == MOST_CLASSES))
        k->whole = false;
    else if (i == k->n_values)
        k->value[k->n_values++] = v;
}

static bool is_date(const nnp_csv_field *f)
{
    nnp_date d;

    return nnp_date_read(f->at, f->n, &d) == 0;
}

static void note_field(struct seen_column *k, const nnp_csv_field *f)
{
    double v = nnp_csv_number(f);

    if (nnp_csv_is_missing(f)) {
        k->empty++;
        return;
    }
    if (k->words.n <= MOST_WORDS)
        nnp_words_add(&k->words, f);
    k->numbers += isfinite(v);
    k->dates += !isfinite(v) && is_date(f);
    k->texts += !isfinite(v) && !is_date(f);
    if (isfinite(v) && k->whole)
        note_value(k, v);
}

static void name_columns(struct seen_table *t, const nnp_csv_names *names)
{
    t->named = names->name != NULL;
    for (size_t i = 0; i < t->n; i++) {
        t->column[i].whole = true;
        if (names->name)
            t->column[i].name = arena_strdup(t->arena, nnp_csv_name(names, i));
        for (size_t k = 0; names->name && k < i; k++)
            t->named &= strcmp(t->column[k].name, t->column[i].name) != 0;
        t->named &= !names->name || *t->column[i].name;
    }
}

static int read_table(struct seen_table *t, const char *path, const char *text,
                      size_t size, struct diag *d)
{
    nnp_csv       r;
    nnp_csv_names names;

    t->delimiter = nnp_csv_guess(text, size, ',', 2);
    nnp_csv_open(&r, text, size, t->delimiter);
    int rc = nnp_csv_header(&r, NNP_CSV_AUTO, &names);
    if (rc == 1) {
        t->n = r.n;
        t->column = arena_array(t->arena, t->n, sizeof *t->column);
        name_columns(t, &names);
        while ((rc = nnp_csv_read(&r)) == 1) {
            for (size_t i = 0; i < t->n; i++)
                note_field(&t->column[i], &r.field[i]);
            t->rows++;
        }
    }
    if (rc < 0)
        diag_error(d, NULL, "%s:%lld: %s", path, (long long)r.line, r.why);
    else if (t->n < 2 || !t->rows)
        diag_error(d, NULL, "%s: a table of two columns and a row at least is needed",
                   path);
    nnp_csv_names_close(&names);
    nnp_csv_close(&r);
    return rc < 0 || t->n < 2 || !t->rows ? -1 : 0;
}

/* ---- saying it ---- */

/* As YAML: in quotes unless it is a plain word that means nothing else. */
static const char *quoted(struct arena *a, const char *text)
{
    static const char *const words[] = { "true", "false", "yes", "no", "on",
                                         "off",  "null",  "y",   "n",  NULL };
    bool                     plain = isalpha((unsigned char)*text) != 0;
    struct strbuf            s = { 0 };

    for (const char *p = text; *p; p++)
        plain &= isalnum((unsigned char)*p) || strchr("_-./", *p) != NULL;
    for (size_t i = 0; words[i]; i++)
        plain &= strcasecmp(words[i], text) != 0;
    if (plain)
        return text;
    strbuf_puts(&s, "'");
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_puts(&s, "'");
        strbuf_add(&s, text, 1);
    }
    strbuf_puts(&s, "'");
    text = arena_strdup(a, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}

/* By name where the names tell columns apart, else by number. */
static const char *called(const struct seen_table *t, size_t i)
{
    return t->named ? quoted(t->arena, t->column[i].name)
                    : arena_printf(t->arena, "%zu", i);
}

enum kind { NUMBERS, DATES, WORDS, TOO_MANY_WORDS, NOTHING };

static const char *const kinds[] = { "numbers", "dates", "words", "too many words",
                                     "nothing" };

static enum kind kind_of(const struct seen_column *k)
{
    if (k->texts || (k->dates && k->numbers))
        return k->words.n > MOST_WORDS ? TOO_MANY_WORDS : WORDS;
    return k->dates ? DATES : k->numbers ? NUMBERS : NOTHING;
}

static bool is_usable(const struct seen_column *k)
{
    return kind_of(k) < TOO_MANY_WORDS;
}

/* Is there one among the inputs? */
static bool has(const struct seen_table *t, enum kind kind)
{
    for (size_t i = 0; i + 1 < t->n; i++)
        if (kind_of(&t->column[i]) == kind)
            return true;
    return false;
}

static bool has_holes(const struct seen_table *t)
{
    for (size_t i = 0; i + 1 < t->n; i++)
        if (is_usable(&t->column[i]) && t->column[i].empty)
            return true;
    return false;
}

/* "a, b, c", of the columns before the last that can be used, or of the others; a new
 * line of the file where one is full. */
static const char *list_columns(const struct seen_table *t, bool usable)
{
    const char *list = "";
    size_t      width = 0;

    for (size_t i = 0; i + 1 < t->n; i++) {
        if (is_usable(&t->column[i]) != usable)
            continue;
        const char *name = called(t, i);
        bool        wrap = usable && width + strlen(name) > 70;
        const char *gap = wrap ? ",\n            " : ", ";
        list = arena_printf(t->arena, "%s%s%s", list, *list ? gap : "", name);
        width = (wrap ? 0 : width) + strlen(name) + 2;
    }
    return list;
}

/* A line for each column: what it holds, how many values are missing, how many differ. */
static const char *list_kinds(const struct seen_table *t)
{
    const char *text = arena_printf(t->arena, "%-20s %-16s %8s %10s\n", "column", "holds",
                                    "missing", "different");

    for (size_t i = 0; i < t->n && i < MOST_LISTED; i++) {
        const struct seen_column *k = &t->column[i];
        const char               *some =
            k->words.n > MOST_WORDS ? "more" : arena_printf(t->arena, "%zu", k->words.n);
        text = arena_printf(t->arena, "%s%-20s %-16s %8zu %10s\n", text, called(t, i),
                            kinds[kind_of(k)], k->empty, some);
    }
    if (t->n > MOST_LISTED)
        text =
            arena_printf(t->arena, "%sand %zu more columns\n", text, t->n - MOST_LISTED);
    return text;
}

static const char *describe(const struct seen_table *t, bool classes,
                            const char *left_out)
{
    const struct seen_column *y = &t->column[t->n - 1];
    const char *why = classes ? "few different whole numbers, so they are classes"
                              : "numbers, so it is an amount";

    why = kind_of(y) != NUMBERS ? "text, so it names classes" : why;
    const char *text = arena_printf(t->arena, "%sy is the last column, %s: %s\n",
                                    list_kinds(t), called(t, t->n - 1), why);
    if (*left_out)
        text = arena_printf(t->arena,
                            "%sleft out, with more than %d different words or without "
                            "values: %s\n",
                            text, MOST_WORDS, left_out);
    return text;
}

/* What a pipeline may be called. */
static const char *name_of(struct arena *a, const char *out)
{
    const char *slash = strrchr(out, '/'), *base = slash ? slash + 1 : out;
    char       *name = arena_printf(a, "t%.*s", (int)strcspn(base, "."), base);

    for (char *p = name; *p; p++)
        *p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
    return isalpha((unsigned char)name[1]) ? name + 1 : name;
}

/* How the pipeline names the table: as it lies beside it, else from the root. */
static const char *way_to(struct arena *a, const char *out, const char *data)
{
    const char *slash = strrchr(out, '/');
    size_t      n = slash ? (size_t)(slash + 1 - out) : 0;

    if (data[0] == '/' || (!n && !strchr(data, '/')))
        return data;
    if (n && strncmp(out, data, n) == 0)
        return data + n;
    if (!n)
        return data;
    char       *real = realpath(data, NULL);
    const char *path = real ? arena_strdup(a, real) : data;
    free(real);
    return path;
}

static void fill(struct init_table *t, const struct seen_table *table,
                 struct strbuf *text)
{
    struct arena             *a = table->arena;
    const struct seen_column *y = &table->column[table->n - 1];
    bool        classes = kind_of(y) != NUMBERS || (y->whole && y->n_values > 1);
    const char *delimiter = table->delimiter == ',' ? NULL : "delimiter";
    const char *words[8] = { classes ? "classes" : "numbers" };
    size_t      n = 1;
    const char *left_out = list_columns(table, false);
    const char *data = way_to(a, t->out, t->data);
    const char *one = arena_printf(a, "%c", table->delimiter);

    if (has(table, WORDS))
        words[n++] = "words";
    if (has(table, DATES))
        words[n++] = "dates";
    if (has_holes(table))
        words[n++] = "holes";
    if (y->empty)
        words[n++] = "lacks";
    words[n] = delimiter;
    one = *one == '\t' ? "tab" : one;
    t->guessed = describe(table, classes, left_out);
    const struct skeleton_choice choice = {
        words,
        { { "@file@", quoted(a, data) },
          { "@out@", t->out },
          { "@name@", name_of(a, t->out) },
          { "@x@", list_columns(table, true) },
          { "@y@", called(table, table->n - 1) },
          { "@left@", *left_out ? arena_printf(a,
                                               "        # left out, with too many words "
                                               "or no values: %s\n",
                                               left_out)
                                : "" },
          { "@delimiter@", one } }
    };
    skeleton_fill(skeleton_find("table.yaml")->text, &choice, text);
}

int init_table_fill(struct init_table *t, struct strbuf *text, struct arena *a,
                    struct diag *d)
{
    struct seen_table table = { .arena = a };
    char             *bytes = NULL;
    size_t            n = 0;

    d->class = DIAG_DATA;
    if (fsio_read_gz(t->data, MOST_BYTES, &bytes, &n, d))
        return -1;
    int rc = read_table(&table, t->data, bytes, n, d);
    if (!rc && kind_of(&table.column[table.n - 1]) == NOTHING)
        rc = diag_error(d, NULL,
                        "%s: the last column, %s, is what is to be predicted, but it has "
                        "no values",
                        t->data, called(&table, table.n - 1));
    if (!rc && !*list_columns(&table, true))
        rc = diag_error(d, NULL,
                        "%s: no column but the last holds numbers, dates or at most %d "
                        "different words",
                        t->data, MOST_WORDS);
    if (!rc)
        fill(t, &table, text);
    for (size_t i = 0; i < table.n; i++)
        nnp_words_close(&table.column[i].words);
    free(bytes);
    return rc;
}
