/* SPDX-License-Identifier: MIT */
/* Words, dates and missing values of csv: rows 0..2 are the training part. */
#include <config.h>
#include <nnpipe/dates.h>
#include <nnpipe/table_rows.h>
#include "call/loader.h"
#include "conformance/probe.h"
#include "support/nnt.h"

#include <stdio.h>
#include <string.h>

static struct nnt *open_text(const char *text, const char *more)
{
    char        yaml[4096];
    struct nnt *t;

    snprintf(yaml, sizeof yaml, "{file: '%s', %s}", nnt_text_file("data.csv", text),
             more);
    t = nnt_open("loader", "csv", yaml);
    nnt_in(t, NNP_I64, S(1), V(0));
    return t;
}

/* What learning says; NULL: nothing is wrong with it. */
static const char *learn(struct nnt *t)
{
    static struct arena a;
    int64_t             rows[] = { 0, 1, 2 };
    struct diag         d;

    diag_init(&d, &a);
    nnt_setup(t);
    return loader_learn(&t->probe->inst, rows, 3, &d) ? t->probe->inst.reason : NULL;
}

static const char *note_of(struct nnt *t, uint32_t i)
{
    const void *notes = t->probe->inst.type->desc->extension("nnp.notes/1");

    return ((nnp_note_fn *)(uintptr_t)notes)(t->self, i);
}

static const char *names_of(struct nnt *t)
{
    static char text[256];
    const char *name;

    *text = 0;
    for (int64_t i = 0; (name = loader_column(&t->probe->inst, "x", i)); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? ", " : "",
                 name);
    return text;
}

/* The fourth and fifth row are no training rows. */
static const struct {
    const char *text, *more, *names;
    double      row[5][4];
    const char *note[2];
} coded[] = {
    { "s,y\nb,1\na,2\nb,3\na,4\nc,5\n",
      "text: one_hot",
      "s=a, s=b",
      { { 0, 1 }, { 1, 0 }, { 0, 1 }, { 1, 0 }, { 0, 0 } },
      { "in no row of the training: 1 of s ('c'); 1 such word counts as 0" } },
    { "s,y\nb,1\na,2\nb,3\na,4\nc,5\n",
      "text: {s: ordinal}",
      "s",
      { { 2 }, { 1 }, { 2 }, { 1 }, { 0 } },
      { "in no row of the training: 1 of s ('c'); 1 such word counts as 0" } },
    { "s,y\nlow,1\nhigh,2\nlow,3\nmid,4\nlow,5\n",
      "text: {s: [low, mid, high]}",
      "s",
      { { 1 }, { 3 }, { 1 }, { 2 }, { 1 } },
      { NULL } },
    { "s,y\n10,1\n9,2\n10.0,3\n9,4\n11,5\n", /* numbers, as they sort */
      "text: {rest: one_hot, s: ordinal}",
      "s",
      { { 2 }, { 1 }, { 2 }, { 1 }, { 0 } },
      { "in no row of the training: 1 of s ('11'); 1 such word counts as 0" } },
    { "s,n,y\na,1,1\n,2,2\na,3,3\nb,4,4\n\"NA\",5,5\n",
      "text: one_hot, fill: most_frequent",
      "s=a, n",
      { { 1, 1 }, { 1, 2 }, { 1, 3 }, { 0, 4 }, { 0, 5 } },
      { "filled in for missing: 1 of s by 'a'",
        "in no row of the training: 2 of s ('b', ...); 2 such words count as 0" } },
    { "s,y\na,1\n?,2\nb,3\na,4\nNA,5\n",
      "text: {s: one_hot}, fill: {s: none}",
      "s=a, s=b, s=none",
      { { 1, 0, 0 }, { 0, 0, 1 }, { 0, 1, 0 }, { 1, 0, 0 }, { 0, 0, 1 } },
      { "filled in for missing: 2 of s by 'none'" } },
    { "a,y\n1,1\nNA,2\n4,3\n100,4\n,5\n",
      "fill: mean",
      "a",
      { { 1 }, { 2.5 }, { 4 }, { 100 }, { 2.5 } },
      { "filled in for missing: 2 of a by 2.5" } },
    { "a,b,y\n1,NaN,1\n9,?,2\n2,5,3\nnull,1,4\n7,n/a,5\n",
      "fill: {a: median, \"*\": 8}",
      "a, b",
      { { 1, 8 }, { 9, 8 }, { 2, 5 }, { 2, 1 }, { 7, 8 } },
      { "filled in for missing: 1 of a by 2, 3 of b by 8" } },
    { "a,b,y\n1,1,1\nNone,2,2\n3,3,3\n7,4,4\n5,,5\n",
      "fill: mean, indicator: true",
      "a, a missing, b",
      { { 1, 0, 1 }, { 2, 1, 2 }, { 3, 0, 3 }, { 7, 0, 4 }, { 5, 0, 2 } },
      { "filled in for missing: 1 of a by 2, 1 of b by 2" } },
    { "d,y\n1970-01-02,1\n2000-03-01T06:00,2\n1969-12-31 12:00:00Z,3\n"
      "2024-02-29T00:30+01:00,4\n2001-12-31,5\n",
      "dates: [days, weekday]",
      "d.days, d.weekday",
      { { 1, 5 }, { 11017.25, 3 }, { -0.5, 3 }, { 19781.979166667, 4 }, { 11687, 1 } },
      { NULL } },
    { "d,y\n2020-01-01,1\n2020-07-02T00:00,2\n2021-04-02T06:00,3\n"
      "2020-10-01T18:45,4\n,5\n",
      "dates: {d: [year, month, yearday, hour]}, fill: {d: 2020-12-31T23:59}",
      "d.year, d.month, d.yearday, d.hour",
      { { 2020, 1, 1, 0 },
        { 2020, 7, 184, 0 },
        { 2021, 4, 92, 6 },
        { 2020, 10, 275, 18 },
        { 2020, 12, 366, 23 } },
      { "filled in for missing: 1 of d" } },
    { "d,y\n2020-01-01,1\n2020-07-02T06:00,2\n2021-04-02T12:00,3\n2020-07-02,4\n"
      "2020-07-01T18:00,5\n",
      "dates: hour_cycle, columns: {x: rest, y: [y]}",
      "d.hour_cycle.sin, d.hour_cycle.cos",
      { { 0, 1 }, { 1, 0 }, { 0, -1 }, { 0, 1 }, { -1, 0 } },
      { NULL } },
};

START_TEST(learns_of_the_training_rows_alone)
{
    struct nnt *t = open_text(coded[_i].text, coded[_i].more);
    double      want[20];
    int64_t     width;

    ck_assert_pstr_eq(learn(t), NULL);
    ck_assert_str_eq(names_of(t), coded[_i].names);
    for (uint32_t k = 0; k < 2; k++)
        ck_assert_pstr_eq(note_of(t, k), coded[_i].note[k]);
    nnt_reshape(t, 0, S(5), V(0, 1, 2, 3, 4));
    nnt_forward(t);
    width = t->out[0].shape[1];
    for (size_t i = 0; i < (size_t)(5 * width); i++)
        want[i] = coded[_i].row[i / (size_t)width][i % (size_t)width];
    nnt_expect(&t->out[0], (struct nnt_values){ (size_t)(5 * width), want });
    nnt_close(t);
}
END_TEST

static const struct {
    const char *text, *more, *note;
    int         rows;
} dropped[] = {
    { "a,b,y\n1,2,3\n,2,3\n1,NA,3\n1,2,?\n4,5,6\n", "missing: drop",
      "3 of 5 rows are left out: they have no value in a (1), b (1), y (1)", 2 },
    { "a,b,y\n1,2,3\n,2,3\n1,NA,3\n1,2,?\n4,5,6\n", "missing: drop, fill: {a: 0}",
      "2 of 5 rows are left out: they have no value in b (1), y (1)", 3 },
    { "a,k\n1,x\n,z\n2,y\n3,NA\n", "missing: drop, label: true",
      "2 of 4 rows are left out: they have no value in a (1), k (1)", 2 },
};

START_TEST(leaves_rows_out_and_counts_them)
{
    struct nnt *t = open_text(dropped[_i].text, dropped[_i].more);

    nnt_setup(t);
    nnt_expect_number((double)nnt_rows(t)->count, dropped[_i].rows, 0);
    ck_assert_pstr_eq(note_of(t, 0), dropped[_i].note);
    if (_i == 2) /* the label of a row that is not there is no class */
        nnt_expect_number((double)nnt_rows(t)->classes, 2, 0);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *text, *more, *message;
} refused[] = {
    { "s,y\nfemale,1\n", "",
      "line 2: column s: 'female' is not a finite number; `text: one_hot` makes a column "
      "of 0 and 1 of each word" },
    { "d,y\n2020-01-01,1\n", "text: {rest: one_hot}",
      "line 2: column d: '2020-01-01' is a date; `dates: days` makes a number of it, or "
      "parts such as `dates: [month, weekday]`" },
    { "a,y\n1,1\n,2\n", "",
      "line 3: column a: it has no value here; `fill: {a: median}` or `missing: drop` "
      "helps" },
    { "a,y\n1,1\nNA,2\n", "fill: {y: 0}",
      "fill: 'y' is no column that is an input; `columns` says which ones are, and y is "
      "none" },
    { "a,y\n1,1\nNA,2\n", "fill: {b: 0}", "fill: none is 'b'; there are a, y" },
    { "a,y\n1,1\nNA,2\n", "fill: often",
      "fill: 'often' is no value of column a, which holds numbers" },
    { "a,y\n1,1\nNA,2\n", "text: onehot",
      "text: 'onehot' is neither one_hot nor ordinal, nor a list of words in their "
      "order" },
    { "a,y\n1,1\nNA,2\n", "text: {a: [s, s]}",
      "text: an order is a list of words, each of them once" },
    { "a,y\n1,1\nNA,2\n", "dates: {a: century}",
      "dates: 'century' is no part of a date; days, year, month, day, weekday, yearday, "
      "hour, minute, month_cycle, weekday_cycle, yearday_cycle and hour_cycle are" },
    { "d,y\n2020-01-01,1\n2020-02-30,2\n", "dates: {d: days}",
      "line 3: column d: '2020-02-30' is no date of the form 2024-12-31 or "
      "2024-12-31T23:59" },
    { "d,y\n2020-01-01,1\n2020-13-01,2\n", "dates: days",
      "line 2: column d: '2020-01-01' is a date; `dates: days` makes a number of it, or "
      "parts such as `dates: [month, weekday]`" },
    { "a,y\n,1\n", "missing: drop", "line 3: there are no rows left" },
};

START_TEST(refuses_what_nobody_spoke_of)
{
    struct nnt *t = open_text(refused[_i].text, refused[_i].more);
    const char *said = nnt_setup_refusal(t), *at = strstr(said, "data.csv: ");

    ck_assert_str_eq(at ? at + strlen("data.csv: ") : said, refused[_i].message);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *text, *more, *message;
} unlearnt[] = {
    { "a,y\n,1\nNA,2\n?,3\n4,4\n", "fill: mean",
      "column a: no training row has a value that could be filled in" },
    { "s,y\na,1\nb,2\na,3\nc,4\n", "text: one_hot, unknown: error",
      "column s: 'c' is in no row of the training, only in another part; `unknown: zero` "
      "lets it count as 0" },
};

START_TEST(refuses_what_cannot_be_learnt)
{
    struct nnt *t = open_text(unlearnt[_i].text, unlearnt[_i].more);
    const char *said = learn(t), *at = said ? strstr(said, "data.csv: ") : NULL;

    ck_assert_ptr_nonnull(at);
    ck_assert_str_eq(at + strlen("data.csv: "), unlearnt[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(gives_no_rows_before_it_has_learnt)
{
    struct nnt *t = open_text("s,y\na,1\nb,2\n", "text: one_hot");

    ck_assert_str_eq(nnt_forward_refusal(t),
                     "x is coded by what the training rows hold, which is not known yet");
    nnt_close(t);
}
END_TEST

/* ---- other rows ---- */

struct coded_rows { /* those that follow what was learnt of others */
    nnp_table_rows first, t;
    char          *code;
};

static void follow(struct coded_rows *c, const nnp_cells_how *how, const char *streams)
{
    static const char    own[] = "s,n,k\nb,1,yes\na,NA,no\nb,2,yes\n";
    static const int64_t rows[] = { 0, 1, 2 };

    memset(c, 0, sizeof *c);
    c->first.label = c->t.label = 1;
    c->first.how = *how;
    ck_assert_int_eq(nnp_table_parse(&c->first, own, strlen(own), ',', NULL, 0), 0);
    ck_assert(nnp_table_learns(&c->first));
    ck_assert_int_eq(nnp_table_learn(&c->first, rows, 3), 0);
    c->code = nnp_table_write(&c->first.table);
    ck_assert_int_eq(nnp_table_follow(&c->t, c->code, streams), 0);
}

static void forget(struct coded_rows *c)
{
    nnp_table_forget(&c->first);
    c->t.coded = 0;
    nnp_table_forget(&c->t);
    free(c->code);
}

static const nnp_node one_hot = { NNP_SCALAR, 0, "text", "one_hot", (double)NAN, NULL };
static const nnp_node mean = { NNP_SCALAR, 0, "fill", "mean", (double)NAN, NULL };

START_TEST(other_rows_follow_what_was_learnt)
{
    static const char text[] = "k,n,s\nno,?,z\nyes,5,b\n";
    nnp_cells_how     how = { &one_hot, NULL, &mean, 1 };
    struct coded_rows c;
    float             x[8];

    follow(&c, &how, NULL);
    ck_assert(!nnp_table_learns(&c.t));
    ck_assert_int_eq(nnp_table_parse(&c.t, text, strlen(text), ',', NULL, 0), 0);
    ck_assert_uint_eq(nnp_table_width(&c.t.table, "x"), 4);
    nnp_table_write_row(&c.t, 0, 0, 2, x);
    nnp_table_write_row(&c.t, 1, 0, 2, x + 4);
    for (size_t i = 0; i < 8; i++)
        nnt_expect_number((double)x[i], ((double[]){ 0, 0, 1.5, 1, 0, 1, 5, 0 })[i], 0);
    ck_assert_str_eq(c.t.note[NNP_TABLE_FILLED], "filled in for missing: 1 of n by 1.5");
    ck_assert_str_eq(c.t.note[NNP_TABLE_UNKNOWN],
                     "line 2, column s: 'z' is in no row of the training; 1 such word "
                     "counts as 0");
    ck_assert_str_eq(nnp_table_name(&c.t.table, "x", 3), "n missing");
    forget(&c);
}
END_TEST

START_TEST(rows_for_predictions_are_never_left_out)
{
    static const char text[] = "s,n\nb,1\n,2\n";
    nnp_cells_how     how = { &one_hot, NULL, NULL, 0 };
    nnp_node          child = { NNP_SCALAR, 0, "n", "mean", (double)NAN, NULL };
    nnp_node          fill = { NNP_MAP, 1, "fill", NULL, (double)NAN, &child };
    struct coded_rows c;

    how.fill = &fill;
    follow(&c, &how, "x");
    c.t.drops = 1;
    ck_assert_int_eq(nnp_table_parse(&c.t, text, strlen(text), ',', NULL, 0), -1);
    ck_assert_str_eq(c.t.why, "line 3: column s: it has no value here, and the run knows "
                              "nothing that could stand for it");
    forget(&c);
}
END_TEST

START_TEST(a_damaged_coding_is_refused)
{
    static const char *const bad[] = {
        "columns,,2,\nword,,0,a\n",
        "columns,,2,\nuse,x,0,\nfill,,99,1\n",
        "columns,,2,\nuse,x,0,\ndate,century,0,\n",
        "columns,,2,\nuse,x,0,\none_hot,,0,\nword,,1,a\n",
        "columns,,2,\nuse,x,0,\nwhat,,0,\n",
        "columns,,2,\nuse,x,2,\n",
    };
    nnp_table_rows t = { .label = 0 };

    ck_assert_int_eq(nnp_table_follow(&t, bad[_i], NULL), -1);
    t.coded = 0;
    nnp_table_forget(&t);
}
END_TEST

/* ---- numbers ---- */

/* Short ones are made without strtod, to the same bits. */
START_TEST(a_number_is_what_strtod_makes_of_it)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "0.1",
        ".5",
        "5.",
        "123456789012345",
        "-0.000000000000001",
        "1.7e3",
        "+4",
        "0.30000000000000004",
        "1e400",
        "9007199254740993",
        "1.5.2",
        "-",
        ".",
        "--1",
        "999999999999.999",
        "3.14159265358979",
        "1-2",
    };
    uint64_t seed = 88172645463325252u;
    char     text[40];

    for (size_t i = 0; i < 20000; i++) {
        if (i < COUNT(texts))
            snprintf(text, sizeof text, "%s", texts[i]);
        else
            snprintf(text, sizeof text, "%s%llu.%0*llu", i % 2 ? "-" : "",
                     (unsigned long long)(seed % 10000000), (int)(i % 9 + 1),
                     (unsigned long long)(seed >> 40));
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        nnp_csv_field f = { text, strlen(text), 0 };
        char         *end;
        double        got = nnp_csv_number(&f), want = strtod(text, &end);
        if (*end)
            ck_assert_msg(got != got, "%s", text);
        else
            ck_assert_msg(memcmp(&got, &want, sizeof got) == 0, "%s", text);
    }
}
END_TEST

/* ---- dates ---- */

static const char *const no_dates[] = {
    "2020-1-01", "2020-02-30",       "2021-02-29",       "2020-00-10",
    "2020-01-1", "2020-01-01T24:00", "2020-01-01T1:00",  "2020-01-01T12",
    "20200101",  "2020-01-01x",      "2020-01-01T12:60", "2020-01-01T12:00+99:00",
};

START_TEST(a_date_has_to_be_there_in_the_calendar)
{
    nnp_date d;

    ck_assert_int_eq(nnp_date_read(no_dates[_i], strlen(no_dates[_i]), &d), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv cells");
    TCase *t = tcase_create("cells");

    tcase_add_loop_test(t, learns_of_the_training_rows_alone, 0, COUNT(coded));
    tcase_add_loop_test(t, leaves_rows_out_and_counts_them, 0, COUNT(dropped));
    tcase_add_loop_test(t, refuses_what_nobody_spoke_of, 0, COUNT(refused));
    tcase_add_loop_test(t, refuses_what_cannot_be_learnt, 0, COUNT(unlearnt));
    tcase_add_test(t, gives_no_rows_before_it_has_learnt);
    tcase_add_test(t, other_rows_follow_what_was_learnt);
    tcase_add_test(t, rows_for_predictions_are_never_left_out);
    tcase_add_loop_test(t, a_damaged_coding_is_refused, 0, 6);
    tcase_add_test(t, a_number_is_what_strtod_makes_of_it);
    tcase_add_loop_test(t, a_date_has_to_be_there_in_the_calendar, 0, COUNT(no_dates));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
