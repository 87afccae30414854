/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "report/page.h"

static const struct page_fact facts[] = { { "data", "table: 4 train" }, { "seed", "1" } };
static const struct figure    figures[] = {
       { "train.loss", 0.25, false },
       { "train.accuracy", 1, false },
       { "test.loss", 0.5, false },
       { "test.confusion.1.7", 3, true },
       { "neighbours.accuracy", 0.875, false },
};
static const double            epochs[] = { 1, 2, 3 }, loss[] = { 0.9, 0.5, 0.25 };
static const struct page_curve curves[] = { { "train.loss", epochs, loss, 3 },
                                            { "val.loss", epochs, loss, 3 },
                                            { "train.once", epochs, loss, 1 } };
static const struct page_part  parts[] = { { "table", "table.txt", "1 < 2 & 3\n", 10 },
                                           { "grid", "a.png", "Man", 3 },
                                           { "grid", "b.svg", "Ma", 2 },
                                           { "grid", "c.csv", "M", 1 } };
static const char *const       missed[] = { "test.loss is 0.5, <= 0.1 was expected" };

static struct page page = { .name = "a<b",
                            .about = "Says \"so\".",
                            .facts = facts,
                            .n_facts = COUNT(facts),
                            .figures = figures,
                            .n_figures = COUNT(figures),
                            .curves = curves,
                            .n_curves = COUNT(curves),
                            .parts = parts,
                            .n_parts = COUNT(parts),
                            .missed = missed,
                            .n_missed = COUNT(missed),
                            .pipeline = "name: a<b\n" };
static char       *html;

static void write_page(void)
{
    static struct arena arena;
    static struct diag  d;
    size_t              n;
    const char         *path = arena_printf(&arena, "%s/index.html", nnt_folder());

    diag_init(&d, &arena);
    ck_assert_int_eq(page_write(&page, path, &d), 0);
    ck_assert_int_eq(fsio_read(path, 1 << 20, &html, &n, &d), 0);
}

static void free_page(void)
{
    free(html);
}

static size_t count(const char *what)
{
    size_t n = 0;

    for (const char *at = html; (at = strstr(at, what)); at++)
        n++;
    return n;
}

START_TEST(everything_handed_in_is_there)
{
    ck_assert_uint_eq(count("<h1>a&#60;b</h1>"), 1);
    ck_assert_uint_eq(count("Says &#34;so&#34;."), 1);
    ck_assert_uint_eq(count("<th>data</th><td>table: 4 train</td>"), 1);
    ck_assert_uint_eq(count("missed: test.loss is 0.5, &#60;= 0.1 was expected"), 1);
    ck_assert_uint_eq(count("<pre>1 &#60; 2 &#38; 3\n</pre>"), 1);
    ck_assert_uint_eq(count("name: a&#60;b\n</pre></details>"), 1);
}
END_TEST

/* A metric is a row, a part of the data a column; details are left out. */
START_TEST(figures_are_a_table)
{
    ck_assert_uint_eq(count("<th class=\"n\">train</th><th class=\"n\">test</th></tr>"),
                      1);
    ck_assert_uint_eq(
        count("<th>loss</th><td class=\"n\">0.25</td><td class=\"n\">0.5</td>"), 1);
    ck_assert_uint_eq(
        count("<th>accuracy</th><td class=\"n\">1</td><td class=\"n\"></td>"), 1);
    ck_assert_uint_eq(
        count("<th>neighbours.accuracy</th><td class=\"n\" colspan=\"3\">0.875"), 1);
    ck_assert_uint_eq(count("confusion"), 0);
}
END_TEST

START_TEST(pictures_are_inside_and_other_files_linked)
{
    ck_assert_uint_eq(count("src=\"data:image/png;base64,TWFu\""), 1);
    ck_assert_uint_eq(count("src=\"data:image/svg+xml;base64,TWE=\""), 1);
    ck_assert_uint_eq(count("<a href=\"c.csv\">c.csv</a>"), 1);
    ck_assert_uint_eq(count("<h2>grid</h2>"), 1);
}
END_TEST

START_TEST(curves_of_one_metric_are_one_drawing)
{
    ck_assert_uint_eq(count("<svg "), 1); /* one epoch alone is no curve */
    ck_assert_uint_eq(count("class=\"line\""), 2);
    ck_assert_uint_eq(count("</i>val 0.25</span>"), 1);
}
END_TEST

static const struct figure        first[] = { { "train.loss", 0.5, false },
                                              { "test.accuracy", 0.75, false },
                                              { "test.confusion.1.2", 3, true } };
static const struct figure        second[] = { { "test.accuracy", 0.875, false },
                                               { "test.sqerr", 2.5, false } };
static const struct page_training several[] = {
    { "one<", "../one/report/index.html", first, COUNT(first) },
    { "two", NULL, second, COUNT(second) },
};

/* A training is a row, a figure of the test part a column; a page of its own is linked.
 */
START_TEST(trainings_are_a_table)
{
    free(html);
    page = (struct page){ .name = "several",
                          .trainings = several,
                          .n_trainings = COUNT(several) };
    write_page();
    ck_assert_uint_eq(count("<tr><th></th><th class=\"n\">test.accuracy</th>"
                            "<th class=\"n\">test.sqerr</th></tr>"),
                      1);
    ck_assert_uint_eq(count("<tr><th><a href=\"../one/report/index.html\">one&#60;</a>"
                            "</th><td class=\"n\">0.75</td><td class=\"n\"></td></tr>"),
                      1);
    ck_assert_uint_eq(count("<tr><th>two</th><td class=\"n\">0.875</td>"
                            "<td class=\"n\">2.5</td></tr>"),
                      1);
    ck_assert_uint_eq(count("<h3>"), 0); /* no facts, no figures of its own */
}
END_TEST

START_TEST(bytes_that_are_no_letters_are_marked)
{
    free(html);
    page = (struct page){ .name = "gr\xf6\xdf"
                                  "e",
                          .about = "gr\xc3\xb6\xc3\x9f"
                                   "e" };
    write_page();
    ck_assert_uint_eq(count("<h1>gr??e</h1>"), 1);
    ck_assert_uint_eq(count("gr\xc3\xb6\xc3\x9f"
                            "e"),
                      1);
}
END_TEST

/* A loss that falls by five powers of ten; a rate that changes, and one that stays. */
START_TEST(a_rate_is_a_curve_and_a_long_fall_has_a_logarithmic_axis)
{
    double epoch[20], falls[20], rate[2][20];

    for (int i = 0; i < 20; i++) {
        epoch[i] = i + 1;
        falls[i] = pow(10, -i / 4.0);
        rate[0][i] = 0.1;
        rate[1][i] = 0.1 - i / 1000.0;
    }
    for (int changes = 0; changes < 2; changes++) {
        const struct page_curve two[] = { { "train.loss", epoch, falls, 20 },
                                          { "lr", epoch, rate[changes], 20 } };

        free(html);
        page = (struct page){ .name = "rate", .curves = two, .n_curves = 2 };
        write_page();
        ck_assert_uint_eq(count("<h3>lr</h3>"), changes);
        ck_assert_uint_eq(count(">0.01</text>"), 1);
        ck_assert_uint_eq(count(">0.0001</text>"), 1);
    }
}
END_TEST

START_TEST(the_network_is_a_picture)
{
    free(html);
    page = (struct page){ .name = "net", .drawing = "Man" };
    write_page();
    ck_assert_uint_eq(count("<h2>network</h2>"), 1);
    ck_assert_uint_eq(count("src=\"data:image/svg+xml;base64,TWFu\""), 1);
}
END_TEST

START_TEST(it_needs_no_network_and_no_script)
{
    ck_assert_uint_eq(count("<script"), 0);
    ck_assert_uint_eq(count("http"), 0);
    ck_assert_uint_eq(count("url("), 0);
    ck_assert_uint_eq(count("width=device-width"), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("page");
    TCase *t = tcase_create("page");

    tcase_add_checked_fixture(t, write_page, free_page);
    tcase_add_test(t, everything_handed_in_is_there);
    tcase_add_test(t, figures_are_a_table);
    tcase_add_test(t, pictures_are_inside_and_other_files_linked);
    tcase_add_test(t, curves_of_one_metric_are_one_drawing);
    tcase_add_test(t, trainings_are_a_table);
    tcase_add_test(t, bytes_that_are_no_letters_are_marked);
    tcase_add_test(t, a_rate_is_a_curve_and_a_long_fall_has_a_logarithmic_axis);
    tcase_add_test(t, the_network_is_a_picture);
    tcase_add_test(t, it_needs_no_network_and_no_script);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
